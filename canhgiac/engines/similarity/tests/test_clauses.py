from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.similarity import ClauseIndex

CLAUSES = [
    "Tổ chức tập huấn kỹ năng nhận biết lừa đảo cho giáo viên các trường",
    "Phát tờ rơi đến từng hộ gia đình trong tổ dân phố",
    "Báo cáo kết quả thực hiện trước ngày 10/6",
]


def test_the_clause_with_the_same_words_comes_first() -> None:
    found = ClauseIndex(CLAUSES).ranked("phát tờ rơi tới các hộ gia đình")

    assert found[0].index == 1
    assert found[0].score > 0.5


def test_a_clause_held_whole_scores_one_also_without_diacritics() -> None:
    found = ClauseIndex(CLAUSES).ranked("bao cao ket qua thuc hien")

    assert (found[0].index, round(found[0].score, 3)) == (2, 1.0)


def test_nothing_in_common_finds_nothing() -> None:
    assert ClauseIndex(CLAUSES).ranked("xyz") == []
    assert ClauseIndex([]).ranked("phát tờ rơi") == []


@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=60))
def test_scores_stay_between_zero_and_one(clauses: list[str], clause: str) -> None:
    scores = [found.score for found in ClauseIndex(clauses).ranked(clause)]

    assert all(0 < score <= 1 + 1e-9 for score in scores)
    assert scores == sorted(scores, reverse=True)
