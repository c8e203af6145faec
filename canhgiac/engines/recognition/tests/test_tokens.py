"""Taking a message apart: one spelling for words, entities between them, and no text that does harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.cues import Cue, find_cues
from canhgiac.engines.recognition.tokens import MOST, take_apart


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("C h u y ể n k h o ả n ngay", ["chuyen", "khoan", "ngay"]),
        ("n.ạ.p t.i.ề.n", ["nap", "tien"]),
        ("kh0ng chuy3n kh0an", ["khong", "chuyen", "khoan"]),
        ("ko ck đc", ["khong", "chuyen", "khoan", "duoc"]),
        ("bạn đi rồi.Em về nhé.anh", ["ban", "di", "roi", "em", "ve", "nhe", "anh"]),
        ("c h ị c ọ c 1 t r i ệ u v à o s t k", ["chi", "coc", "<n1>", "trieu", "vao", "tai", "khoan"]),
        ("v é m á y b a y g iá", ["ve", "may", "bay", "g", "ia"]),
        ("b.i.l.l", ["bill"]),
        ("q.w.z.x", ["qwzx"]),
        ("tel*egram, ch|uyển, inbo_x", ["telegram", "chuyen", "lien", "he"]),
        ("chuyể\nn kho\nản", ["chuyen", "khoan"]),
        ("8 tr13u", ["<money>"]),
        ("kh0ng n@p t13n, b1 kh0@", ["khong", "nap", "tien", "bi", "khoa"]),
        ("713n", ["713n"]),
        ("soạn D3 gửi 888", ["soan", "d3", "gui", "<n3>"]),
    ],
)
def test_words_in_one_spelling(message: str, words: list[str]) -> None:
    assert take_apart(message).words == words


def test_lines_that_end_between_words_stay_apart() -> None:
    assert take_apart("cất kho\nan tâm\nmẹ đi\nrồi con\năn").words[:4] == ["cat", "kho", "an", "tam"]


def test_a_letter_hidden_in_a_link_does_not_make_it_an_address_for_mail() -> None:
    hosts = [entity.host.host for entity in take_apart("v@y-nhanh.test, hdb@nk.vn-x.test").entities if entity.host]
    assert hosts == ["vay-nhanh.test", "hdbank.vn-x.test"]
    assert [entity.kind for entity in take_apart("lienhe@ubnd.test").entities] == ["email"]


def test_a_word_cut_by_a_line_end_is_also_read_whole() -> None:
    assert {"chuyen", "khoan"} <= set(take_apart("chuy\nển kh\noản gấp").words)


def test_what_can_be_looked_up_is_found_in_one_spelling() -> None:
    found = take_apart(
        "Gọi 0900.000.123 hoặc +84 900 000 124, tổng đài 1900 0000, STK 1903 4567 8901 23, "
        "5tr, http://vneid.test/a.apk, a@b.test, *101#"
    )
    held = [(entity.kind, entity.value) for entity in found.entities]
    assert ("phone", "0900000123") in held
    assert ("phone", "0900000124") in held
    assert ("hotline", "19000000") in held
    assert ("amount", "5tr") in held
    assert ("link", "vneid.test/a.apk") in held
    assert ("email", "a@b.test") in held
    assert ("ussd", "*101#") in held
    assert "<app-file>" in found.words


@pytest.mark.parametrize(
    ("message", "account", "bank"),
    [
        ("STK 0900000123 MB Bank", "0900000123", "MB"),
        ("stk: 1903 0000 0000 11 Techcombank", "19030000000011", "Techcombank"),
        ("VCB: 0011000000001 NGUYEN VAN A", "0011000000001", "Vietcombank"),
        ("0011000000001 ngân hàng Vietinbank", "0011000000001", "VietinBank"),
        ("Số tài khoản 0123456789 tại ngân hàng MB", "0123456789", "MB"),
        ("ck vào tk 0123456789 nha", "0123456789", None),
        ("STK 0900000123 ngân hàng Đông Á", "0900000123", "Vikki Bank"),
    ],
)
def test_an_account_is_told_with_its_bank(message: str, account: str, bank: str | None) -> None:
    (found,) = [entity for entity in take_apart(message).entities if entity.kind == "account"]
    assert (found.value, found.bank.name if found.bank else None) == (account, bank)


@pytest.mark.parametrize("message", ["Gọi 0900000123 gặp em", "Còn 500 MB data, gọi 0900000123", "Ma don 123456789"])
def test_another_number_is_no_account(message: str) -> None:
    assert [entity for entity in take_apart(message).entities if entity.kind == "account"] == []


@pytest.mark.parametrize("message", ["nhé.anh yêu", "ban.co the", "rồi.Em đi", "nhac chuong.Soan tin", "Toi.Nay vui"])
def test_a_missing_space_is_no_host(message: str) -> None:
    assert not [entity for entity in take_apart(message).entities if entity.kind == "link"]


@pytest.mark.parametrize("message", ["vào abc[.]com nha", "hxxps://abc.com/x", "abc (dot) com"])
def test_a_hidden_link_is_a_link(message: str) -> None:
    assert [entity.host and entity.host.host for entity in take_apart(message).entities] == ["abc.com"]


def test_a_request_that_is_denied_is_no_request() -> None:
    words = take_apart("Tuyệt đối không chuyển tiền").words
    assert [(hit.cue, hit.denied) for hit in find_cues(words) if hit.cue is Cue.PAY] == [(Cue.PAY, True)]


@given(st.text(max_size=300))
def test_every_word_has_its_place(text: str) -> None:
    found = take_apart(text)
    assert len(found.places) == len(found.words)
    for start, end in [*found.places, *((entity.start, entity.end) for entity in found.entities)]:
        assert 0 <= start < end <= len(found.plain)
        first, last = found.source(start, end)
        assert 0 <= first <= last <= len(text)


HOSTILE = {
    "dots": "a." * 500_000,
    "dashes": "a-" * 500_000,
    "links": "http://a.test/x " * 10_000,
    "signs": "@" * 1_000_000,
    "digits": "1 " * 500_000,
    "marks": "[.] " * 250_000,
    "right to left": "\u202e\u2066abc\u2069" * 100_000,
    "lone halves": "\ud800\udfff" * 100_000,
    "marks on marks": "a" + "\u0301" * 900_000,
    "every letter": "".join(chr(code) for code in range(0x21, 0x10FFFF, 7)),
    "lines": "\n" * 1_000_000,
    "links behind a hidden mark": "\u200b" + "ă http://a.test/x" * 60_000,
    "halves of words": "chuy\nển " * 100_000,
    "accounts": "stk 0123456789 vcb " * 50_000,
    "names before @": "http://" + "a@" * 500_000 + "b.test",
    "nothing": "\0" * 1_000_000,
    "hidden words": "n\u200bạp " * 100_000,
    "brackets": "[dot](.)[cham] " * 60_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_paste_does_no_harm(text: str) -> None:
    start = time.process_time()
    found = take_apart(text)
    assert found.cut == (len(text) > MOST)
    assert time.process_time() - start < 2, "a pattern that blows up"


@given(
    st.lists(st.sampled_from(["chuyen", "tien", "ngay", "ko", "ck", "an", "a", "(", "[", ". ", ", ", " ", ":", "dot"]))
)
def test_a_run_reads_as_its_words_do_alone(parts: list[str]) -> None:
    text = "".join(parts)
    whole = take_apart(text)
    assert len(whole.places) == len(whole.words)
    alone = [word for piece in text.split(", ") for word in take_apart(piece).words]
    if text.replace(", ", "").replace(" ", "").isalpha() and min(map(len, text.replace(",", " ").split())) > 1:
        assert whole.words == alone
