"""One thing, one key: spellings, refusals, and what has to hold for any text at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from canhgiac.engines.recognition.banks import BANKS_BY_BIN

from ..accounts import WALLET_BINS, WALLETS
from ..keys import BadKeyError, Key, Kind, key_of, keys_in, link_parents, masked, owner_of, phone_ranges, shown
from ..links import family_value
from .seeds import SEEDS


def holds(kind: Kind, text: str, bank: str = "") -> None:
    """A key that reads back as itself however it is written, or a refusal."""
    try:
        key = key_of(kind, text, bank=bank)
    except BadKeyError:
        return
    assert key_of(key.kind, shown(key)) == key
    assert key_of(key.kind, key.value) == key
    for other in (*link_parents(key), *phone_ranges(key), owner_of(key)):
        assert key_of(other.kind, other.value) == other
    assert masked(key).strip()


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SEEDS.items() for text in texts])
def test_a_seed_of_every_kind_reads_back_as_itself(kind: str, text: str) -> None:
    holds(Kind(kind), text)


any_kind = st.sampled_from(list(Kind))
near_keys = st.builds(
    lambda base, extra, place: base[: place % (len(base) + 1)] + extra + base[place % (len(base) + 1) :],
    st.sampled_from([text for texts in SEEDS.values() for text in texts]),
    st.text(max_size=4),
    st.integers(0, 200),
)


@settings(max_examples=600, deadline=None)
@given(any_kind, st.one_of(st.text(max_size=60), near_keys), st.sampled_from(["", "MB", "momo", "zalo", "?", "970436"]))
@example(Kind.LINK, "www.www.evil.test", "")
@example(Kind.LINK, "\ud800.test/\udfff", "")
@example(Kind.PHONE, "٠٩٠٠٠٠٠١٢٣", "")
def test_any_text_gives_a_key_that_reads_back_or_a_refusal(kind: Kind, text: str, bank: str) -> None:
    holds(kind, text, bank)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), near_keys))
def test_any_paste_is_taken_apart_into_keys(text: str) -> None:
    for key in keys_in(text):
        assert key_of(key.kind, key.value) == key


@given(st.text("0123456789", min_size=5, max_size=19), st.sampled_from([*BANKS_BY_BIN, "?", "999999"]))
def test_every_account_is_shown_as_it_can_be_typed(number: str, where: str) -> None:
    key = key_of(Kind.ACCOUNT, f"{where}:{number}")
    assert key.kind is (Kind.WALLET if where in WALLET_BINS else Kind.ACCOUNT)
    assert key_of(Kind.ACCOUNT if key.kind is Kind.ACCOUNT else Kind.WALLET, shown(key)) == key


@given(st.integers(0, 999_999), st.sampled_from(list(WALLETS)))
def test_every_wallet_is_shown_as_it_can_be_typed(number: int, code: str) -> None:
    key = key_of(Kind.WALLET, f"0900 {number:06}", bank=WALLETS[code])
    assert key.value == f"{code}:+84900{number:06}"
    assert key_of(Kind.WALLET, shown(key)) == key


@pytest.mark.parametrize(
    ("kind", "value", "spellings"),
    [
        (
            Kind.PHONE,
            "+84900000123",
            [
                "0900000123",
                "0900.000.123",
                "(0900) 000-123",
                "+84900000123",
                "84 900 000 123",
                "+84 (0)900 000 123",
                "0084900000123",
                "tel:0900000123",
                "sđt: 0900 000 123",
                "900000123",
                "０９００００0１２３",
            ],
        ),
        (Kind.PHONE, "vn:19001234", ["1900 1234", "1900.1234", "+84 1900 1234"]),
        (Kind.PHONE, "+84692345678", ["069 2345 678", "+84692345678"]),
        (Kind.PHONE, "vn:113", ["113"]),
        (Kind.PHONE, "+442079460958", ["+44 (0)20 7946 0958", "0044 20 7946 0958"]),
        (Kind.PHONE, "+8490000*", ["0900 00*", "+8490000xxx", "0900 00 xxxx"]),
        (Kind.PHONE, "vn:190012*", ["1900 12xx", "1900 12*"]),
        (
            Kind.ACCOUNT,
            "970436:0123456789",
            [
                "0123456789 Vietcombank",
                "VCB: 0123 456 789",
                "STK 0123.456.789 - ngân hàng Ngoại thương - NGUYEN VAN A",
                "970436:0123456789",
                SEEDS["account"][-1],
            ],
        ),
        (Kind.ACCOUNT, "?:0123456789", ["0123456789", "số tài khoản 0123 456 789"]),
        (Kind.WALLET, "momo:+84900000123", ["ví MoMo 0900 000 123", "momo:0900000123", "MOMO +84900000123"]),
        (
            Kind.LINK,
            "evil.test/a/B",
            [
                "https://www.EVIL.test:8443/a/B/?x=1#y",
                "hxxps://evil[.]test/a/B",
                "evil.test//a/./c/../B",
                "//evil.test/a/B",
                "Xem http://evil.test/a/B nhé",
                "http://bank.test@evil.test/a/B",
                "http:\\\\evil.test\\a\\B",
            ],
        ),
        (Kind.LINK, "xn--bcher-kva.test", ["bücher.test", "BÜCHER.test", "xn--bcher-kva.test", "bu\u0308cher。test"]),
        (Kind.LINK, "127.0.0.1", ["127.0.0.1", "http://2130706433/", "0x7f.1", "0177.0.0.1"]),
        (Kind.LINK, "facebook.com/ten.ai", ["https://m.facebook.com/Ten.Ai/posts/9?x", "fb.com/ten.ai", "m.me/ten.ai"]),
        (Kind.LINK, "facebook.com/100012", ["https://www.facebook.com/profile.php?id=100012&ref=x"]),
        (Kind.LINK, "sites.google.com/view/ten", ["https://sites.google.com/view/ten/trang-chu"]),
        (Kind.LINK, "t.me/kenh", ["https://t.me/s/Kenh/12", "telegram.me/kenh"]),
        (Kind.LINK, "bit.ly/AbC", ["http://bit.ly/AbC?x"]),
        (Kind.APP, "vn.vidu.app", ["VN.vidu.App", "https://play.google.com/store/apps/details?id=vn.vidu.app&hl=vi"]),
        (Kind.APP, "apple:123456789", ["https://apps.apple.com/vn/app/vi-du/id123456789", "id123456789"]),
        (Kind.APP, f"sha256:{'ab' * 32}", ["AB" * 32, f"SHA-256: {'ab' * 32}"]),
        (Kind.SOCIAL, "facebook:ten.ai", ["https://facebook.com/Ten.Ai", "fb Ten.Ai", "facebook:ten.ai"]),
        (Kind.SOCIAL, "facebook:100012", ["facebook.com/profile.php?id=100012", "facebook.com/people/Ten-Ai/100012/"]),
        (Kind.SOCIAL, "zalo:+84900000123", ["zalo.me/0900000123", "Zalo 0900 000 123", "zalo:84900000123"]),
        (Kind.SOCIAL, "telegram:ten_ai", ["t.me/Ten_Ai", "telegram @ten_ai", "tele: @Ten_ai"]),
    ],
)
def test_spellings_of_one_thing_are_one_key(kind: Kind, value: str, spellings: list[str]) -> None:
    assert {spelling: key_of(kind, spelling).value for spelling in spellings} == dict.fromkeys(spellings, value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(
            (Kind.PHONE, text)
            for text in ("", "abc", "0123", "01234567890", "+84", "030*", "09*", "+999 123", "1" * 40)
        ),
        *(
            (Kind.ACCOUNT, text)
            for text in ("1234", "Vietcombank", "VCB 0123456789 và 9876543210", "0002013810A000000727", "?:ABCDE")
        ),
        *((Kind.WALLET, text) for text in ("0900000123", "ví lạ 0900000123", "momo")),
        *(
            (Kind.LINK, text)
            for text in ("không", "evil", "http://", "1.2.3.4.5", "http://999.1.1.1", "a..b", "-.test")
        ),
        *((Kind.APP, text) for text in ("vidu", "https://evil.test/app.apk", "0x12")),
        *(
            (Kind.SOCIAL, text)
            for text in ("ten_ai", "facebook.com", "facebook.com/groups/1", "evil.test/ten", "fb zalo")
        ),
        *((kind, "9" * 5000) for kind in Kind),
    ],
)
def test_what_is_no_such_thing_is_refused_in_a_sentence(kind: Kind, text: str) -> None:
    with pytest.raises(BadKeyError, match=r"^[A-ZĐỨ].*\.$"):
        key_of(kind, text)
    with pytest.raises(BadKeyError, match="loại"):
        key_of("thing", text)


def test_a_link_has_parents_down_to_what_somebody_registered() -> None:
    def parents(text: str) -> list[str]:
        return [str(key) for key in link_parents(key_of(Kind.LINK, text))]

    assert parents("a.b.evil.com.vn/x/y") == [
        *("link:a.b.evil.com.vn/x", "link:a.b.evil.com.vn", "link:b.evil.com.vn", "link:evil.com.vn"),
    ]
    assert parents("tro.evil.github.io/x") == ["link:tro.evil.github.io", "link:evil.github.io"]
    assert parents("facebook.com/ten.ai") == ["social:facebook:ten.ai"]
    assert parents("sites.google.com/view/ten") == []
    assert parents("127.0.0.1/x") == ["link:127.0.0.1"]
    assert link_parents(Key(Kind.PHONE, "+84900000123")) == []


def test_reports_of_a_trap_with_a_path_for_every_victim_are_counted_under_its_host() -> None:
    assert owner_of(key_of(Kind.LINK, "evil.test/nan-nhan/123")).value == "evil.test"
    assert owner_of(key_of(Kind.LINK, "zalo.me/g/abc")).value == "zalo.me/g/abc"


@given(st.sampled_from(SEEDS["link"]))
def test_a_link_and_its_parents_are_one_family(text: str) -> None:
    key = key_of(Kind.LINK, text)
    families = {family_value(other.value) for other in (key, *link_parents(key)) if other.kind is Kind.LINK}
    assert len(families) == 1


def test_ranges_that_could_cover_a_number_come_narrowest_first() -> None:
    ranges = [key.value for key in phone_ranges(key_of(Kind.PHONE, "0900 000 123"))]
    assert ranges == ["+8490000012*", "+849000001*", "+84900000*", "+8490000*", "+849000*"]
    assert [key.value for key in phone_ranges(key_of(Kind.PHONE, "0900 00*"))] == ["+849000*"]
    assert phone_ranges(key_of(Kind.PHONE, "113")) == []


@pytest.mark.parametrize(
    ("kind", "text", "covered"),
    [
        (Kind.PHONE, "0900000123", "0900 *** 123"),
        (Kind.PHONE, "19001234", "1900 1234"),
        (Kind.ACCOUNT, "VCB 0123456789", "Vietcombank ******789"),
        (Kind.WALLET, "momo 0900000123", "MoMo 0900 *** 123"),
        (Kind.SOCIAL, "zalo.me/0900000123", "Zalo 0900 *** 123"),
        (Kind.SOCIAL, "facebook.com/nguyen.van.a", "Facebook ng***.a"),
        (Kind.LINK, "evil.test/x", "evil.test/x"),
        (Kind.LINK, "zalo.me/0900000123", "zalo.me/***123"),
    ],
)
def test_lists_show_no_more_than_the_holder_needs(kind: Kind, text: str, covered: str) -> None:
    assert masked(key_of(kind, text)) == covered


def test_a_paste_is_taken_apart() -> None:
    def found(text: str) -> list[str]:
        return [str(key) for key in keys_in(text)]

    assert found("0900 000 123") == ["phone:+84900000123", "account:?:0900000123"]
    assert found("1234567890123") == ["account:?:1234567890123"]
    assert found("phone:+84900000123") == ["phone:+84900000123"]
    assert found(SEEDS["account"][-1]) == ["account:970436:0123456789"]
    assert found("ví momo 0900000123") == ["wallet:momo:+84900000123"]
    assert found("com.vidu.ungdung") == ["app:com.vidu.ungdung"]
    text = (
        "Chuyển vào STK 0123456789 Vietcombank, gọi 0900000123, +44 20 7946 0958, vào evil.top/abc, facebook.com/ten.ai"
    )
    assert found(text) == [
        *("phone:+442079460958", "account:970436:0123456789", "phone:+84900000123", "link:evil.top/abc"),
        "social:facebook:ten.ai",
    ]
    assert found("chào buổi sáng") == []


def test_an_account_that_begins_as_a_call_abroad_does_is_an_account() -> None:
    kinds = [key.kind for key in keys_in("chuyen vao so tai khoan 0071000123456 vietcombank")]
    assert kinds == [Kind.ACCOUNT]
    assert next(key.kind for key in keys_in("nhay may tu so 0071000123456 roi tat")) == Kind.PHONE


def test_the_fuzzer_runs_and_finds_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "canhgiac.engines.lookup.tests.fuzz_keys",
            "-runs=3000",
            "-seed=7",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
