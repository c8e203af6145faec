"""Reasons: each with its code, its very words and their place in the message as it came."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition import CALMING, REASON_CODES, UNCLEAR, Model, OwnMessages, judge
from canhgiac.engines.recognition.cues import Cue
from canhgiac.engines.recognition.hosts import SIGNS

SAID = {
    "link-borrowed": ("Vào vietcombank-online.test để nhận", "vietcombank-online.test"),
    "link-look-alike": ("Vào vietc0mbank.test để nhận", "vietc0mbank.test"),
    "link-sub-domain": ("Vào vietcombank.vn-ms.test để nhận", "vietcombank.vn-ms.test"),
    "link-userinfo": ("Vào https://vietcombank.com.vn@la.test nhé", "https://vietcombank.com.vn@la.test"),
    "link-punycode": ("Vào https://xn--vietcmbank-e7e.com nhé", "https://xn--vietcmbank-e7e.com"),
    "link-mixed-script": ("Vào vietcоmbank.com nhé", "vietcоmbank.com"),
    "link-address": ("Vào http://192.0.2.7/a nhé", "http://192.0.2.7/a"),
    "link-shortener": ("Vào bit.ly/x000 nhé", "bit.ly/x000"),
    "link-chat": ("Vào zalo.me/0900000123 nhé", "zalo.me/0900000123"),
    "link-cheap": ("Vào trang-la.test nhé", "trang-la.test"),
    "app-file": ("Tải http://trang-la.test/vneid.apk về", "http://trang-la.test/vneid.apk"),
    "disguised": ("Mời ch*uyển kh*oản và n*ạp th*ẻ", "ch*uyển"),
    "prize-by-contact": ("Bạn trúng thưởng xe máy, gọi 0900 000 123", "0900 000 123"),
    "carrier-style": ("[QC] Tang 20% the nap. Soan TC gui 199", "[QC]"),
    "official-link": ("Tra cứu tại dichvucong.gov.vn", "dichvucong.gov.vn"),
    "code-notice": ("Mã OTP của bạn là 401877", "OTP"),
    "ask-pay": ("Em CHUYỂN KHOẢN giúp anh", "CHUYỂN KHOẢN"),
    "caution": ("Tuyệt đối không chuyển tiền cho ai", "Tuyệt đối không"),
    "fear": ("Tài khoản SẼ BỊ KHÓA hôm nay", "SẼ BỊ KHÓA"),
}


@pytest.mark.parametrize("code", SAID)
def test_a_reason_shows_its_words(model: Model, code: str) -> None:
    message, words = SAID[code]
    found = {reason.code: reason for reason in judge(message, model).reasons}
    assert found[code].words == words
    assert message[found[code].start : found[code].end] == words


@pytest.mark.parametrize("code", SAID)
@pytest.mark.parametrize(
    "dress",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "🔥👨‍👩‍👧 " + text + " 𝟙",
        lambda text: text.replace(" ", "  \u200b"),
        lambda text: "\ud83d\n" + text,
    ],
    ids=["NFD", "emoji", "unseen spaces", "lone half"],
)
def test_places_hold_in_any_dress(model: Model, code: str, dress: object) -> None:
    message, words = SAID[code]
    dressed: str = dress(message)  # type: ignore[operator]
    found = {reason.code: reason for reason in judge(dressed, model).reasons}
    assert dressed[found[code].start : found[code].end] == found[code].words
    assert "".join(found[code].words.split()).replace("\u200b", "") == "".join(dress(words).split()).replace(  # type: ignore[operator]
        "\u200b", ""
    ).removeprefix("🔥👨‍👩‍👧").removesuffix("𝟙").removeprefix("\ud83d")


def test_every_code_is_listed_once() -> None:
    assert len(set(REASON_CODES)) == len(REASON_CODES)
    assert {cue.value for cue in Cue} | {f"link-{sign}" for sign in SIGNS} <= set(REASON_CODES)
    assert set(SAID) | CALMING <= set(REASON_CODES)


def test_an_alarm_is_never_without_a_reason(model: Model, messages: list[tuple[str, str | None]]) -> None:
    for text, _ in messages:
        verdict = judge(text, model)
        if verdict.state != UNCLEAR:
            assert {reason.code for reason in verdict.reasons} - CALMING, text
        assert {reason.code for reason in verdict.reasons} <= set(REASON_CODES)


PARTS = st.sampled_from(
    [
        "chuyển tiền",
        "trúng thưởng",
        "http://",
        "bit.ly/a",
        "vietcombank",
        ".vn",
        "@",
        "0900000123",
        "OTP 123456",
        "[QC]",
        "n.ạ.p",
        "\u0301",
        "\u200b",
        "\n",
        "𝐚",
        "а",
        "stk",
        "1.2.3.4/a",
        ".apk",
        "không",
        "x" * 50,
        "\ud800",
        "soạn A gửi 9",
    ]
)


@given(st.lists(PARTS | st.text(max_size=5), max_size=25), st.sampled_from(["", " "]))
def test_whatever_is_pasted_reasons_are_its_own_words(model: Model, parts: list[str], between: str) -> None:
    text = between.join(parts)
    verdict = judge(text, model, official=OwnMessages([(1, "chuyển tiền trúng thưởng bit.ly/a OTP 123456 stk không")]))
    for reason in verdict.reasons:
        assert text[reason.start : reason.end] == reason.words
        assert reason.code in REASON_CODES
