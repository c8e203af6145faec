"""The judgement, on the messages every installation starts with and on others written for these tests."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition import DANGER, SUSPICIOUS, UNCLEAR, Model, build, judge
from canhgiac.engines.recognition.letters import plain

STARTER = Path(__file__).parents[3] / "library" / "services" / "starter"
"""Read as files: the engine knows no library."""


@pytest.fixture(scope="module")
def messages() -> list[tuple[str, str | None]]:
    return [
        (line.partition(" | ")[2], path.stem if path.parent.name == "examples" else None)
        for path in sorted(STARTER.glob("*/*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]


@pytest.fixture(scope="module")
def model(messages: list[tuple[str, str | None]]) -> Model:
    return build(messages)


ALARMING = (
    "Ngan hang thong bao the cua ban bi khoa, xac minh tai vietcombank.vn-mokhoa.test trong 2h",
    "Ba ơi con bị tai nạn, ba chuyển gấp 20 triệu vào tài khoản bác sĩ giúp con, đừng nói với mẹ",
    "Cán bộ công an xã đây, bác tải file vneid.apk tôi gửi rồi bật quyền trợ năng",
    "tuyen ctv tha tim tiktok ngay 300k, ket ban zalo nhan viec, nap 200k hoan 260k",
)
CALM = (
    "Mẹ ơi tối con về muộn, mẹ ăn cơm trước nhé",
    "Ma OTP cua Quy khach la 401877, khong cung cap cho bat ky ai",
    "[QC] Nap the hom nay tang 20%. LH 18001091. Tu choi QC soan TC gui 199",
    "Công an tỉnh khuyến cáo người dân cảnh giác, không chuyển tiền cho người lạ gọi điện xưng công an",
)


@pytest.mark.parametrize("message", ALARMING)
def test_a_scam_is_called_one(model: Model, message: str) -> None:
    assert judge(message, model).state in {DANGER, SUSPICIOUS}


@pytest.mark.parametrize("message", CALM)
def test_a_genuine_message_does_not_alarm(model: Model, message: str) -> None:
    assert judge(message, model).state == UNCLEAR


def test_nothing_is_ever_called_safe(model: Model) -> None:
    assert {judge(message, model).state for message in (*ALARMING, *CALM, "", "0900000123")} <= {
        *(DANGER, SUSPICIOUS, UNCLEAR)
    }


def test_the_reasons_are_the_message_s_own_words(model: Model) -> None:
    message = "VCB: tài khoản SẼ BỊ KHÓA, bấm vào vietcombank.vn-ms.test ngay"
    reasons = {reason.code: reason for reason in judge(message, model).reasons}
    assert reasons["link-sub-domain"].words == "vietcombank.vn-ms.test"
    for reason in reasons.values():
        assert message[reason.start : reason.end] == reason.words
    assert reasons["fear"].words == "SẼ BỊ KHÓA"


def test_held_out_messages_are_judged_well(model: Model) -> None:
    assert model.measures["recall"] >= 0.89
    assert model.measures["false_alarms"] <= 0.06
    assert model.measures["forms"] >= 0.55


def _spaced(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for index in chance.sample(range(len(words)), max(1, len(words) // 4)):
        if words[index].isalpha() and len(words[index]) > 3:
            words[index] = " ".join(words[index])
    return " ".join(words)


def _hidden(text: str, chance: random.Random) -> str:
    return "".join(char + ("\u200b" if chance.random() < 0.2 else "") for char in text)


def _other_script(text: str, chance: random.Random) -> str:
    twins = str.maketrans({"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "i": "і"})
    return "".join(char.translate(twins) if chance.random() < 0.5 else char for char in text)


def _zeros(text: str, chance: random.Random) -> str:
    return "".join("0" if char in "oO" and chance.random() < 0.7 else char for char in text)


def _cut_lines(text: str, chance: random.Random) -> str:
    return "".join(char + ("\n" if char != "\n" and chance.random() < 0.04 else "") for char in text)


@pytest.mark.parametrize(
    "disguise", [lambda text, _: plain(text), _hidden, _other_script, _zeros, _spaced, _cut_lines], ids=str
)
def test_a_disguised_scam_keeps_its_state(
    model: Model, messages: list[tuple[str, str | None]], disguise: Callable[[str, random.Random], str]
) -> None:
    chance = random.Random(3)
    alarming = [text for text, form in messages if form and judge(text, model, explain=False).state != UNCLEAR]
    kept = sum(judge(disguise(text, chance), model, explain=False).state != UNCLEAR for text in alarming)
    assert kept >= 0.95 * len(alarming), f"{kept} of {len(alarming)}"


def test_the_same_messages_make_the_same_model(messages: list[tuple[str, str | None]], tmp_path: Path) -> None:
    some = messages[::7]
    first, second = build(some), build(list(reversed(some)))
    assert (first.version, first.weights, first.bias) == (second.version, second.weights, second.bias)
    first.save(tmp_path / "model.json.gz")
    kept = Model.load(tmp_path / "model.json.gz")
    assert (kept.weights, kept.forms, kept.measures) == (first.weights, first.forms, first.measures)


@given(st.text(max_size=400))
def test_any_text_is_judged(model: Model, text: str) -> None:
    verdict = judge(text, model)
    assert 0 <= verdict.score <= 1
    for reason in verdict.reasons:
        assert text[reason.start : reason.end] == reason.words
