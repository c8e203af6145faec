"""What is asked in other words, without marks, in short forms, is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.retrieval import Document, Index, words_of

DOCUMENTS = [
    Document("A", "form", {"name": ["Giả công an gọi điện"], "body": ["Xưng công an, bắt chuyển tiền để xác minh."]}),
    Document("B", "form", {"name": ["Ứng dụng lạ"], "body": ["Bảo tải ứng dụng rồi rút tiền trong tài khoản."]}),
    Document("C", "form", {"name": ["Bắt cóc qua mạng"], "body": ["Đòi gia đình chuyển tiền chuộc con."]}),
    Document("D", "form", {"name": ["Bán hàng giả"], "body": ["Nhận tiền trước rồi giao hàng khác hình."]}),
]
INDEX = Index.build(DOCUMENTS, weights={"name": 4.0})


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("công an gọi điện", "A"),
        ("cong an bat chuyen tien", "A"),
        ("nó bảo tải app", "B"),
        ("tai ung dung", "B"),
        ("con bi bat coc doi tien chuoc", "C"),
        ("hang gia", "D"),
    ],
)
def test_the_right_one_comes_first(query: str, first: str) -> None:
    assert INDEX.find(query)[0].id == first


def test_marks_that_agree_count_and_what_is_nowhere_is_not_found() -> None:
    both = Index.build(
        [Document("1", "x", {"name": ["bán hàng"]}), Document("2", "x", {"name": ["bạn hạng"]})], weights={}
    )
    assert both.find("bán hàng")[0].id == "1"
    assert both.find("bạn hạng")[0].id == "2"
    assert INDEX.find("thời tiết") == []
    assert INDEX.find("") == []


def test_what_something_else_takes_for_the_answer_weighs_in() -> None:
    assert INDEX.find("chuyển tiền", likely={"C": 50.0})[0].id == "C"
    assert INDEX.find("xyz", likely={"B": 1.0, "không có": 9.0})[0].id == "B"


def test_short_forms_are_read_out_only_where_somebody_typed() -> None:
    assert [word.folded for word in words_of("ck qua fb", typed=True)] == ["=ck", "qua", "=fb"]
    assert [word.folded for word in words_of("k dc", typed=True)] == ["k", "duoc"]
    assert [word.folded for word in words_of("dc")] == ["dc"]


@given(st.text(max_size=200))
def test_any_question_is_answered(query: str) -> None:
    assert all(hit.score >= 0 for hit in INDEX.find(query))
