from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from ..reading import read
from ..reading.layout import Line, Word, bands_of, lines_of, segments_of, without_page_number
from ..reading.pipes import pipe_row
from ..reading.rules import Edge, grids_of, page_lines, take_words
from .pdf_files import BODY, Paper, letterhead

PLACES = st.integers(0, 600).map(float)
WORDS = st.lists(
    st.builds(
        lambda x, y, width, height, number: Word(x, y, x + width, y + height, f"w{number}"),
        PLACES,
        PLACES,
        st.integers(5, 80),
        st.integers(8, 20),
        st.integers(0, 10_000),
    ),
    max_size=40,
)
EDGES = st.lists(
    st.one_of(
        st.builds(lambda x, y, size: Edge(x, y, x + size, y), PLACES, PLACES, st.integers(10, 400)),
        st.builds(lambda x, y, size: Edge(x, y, x, y + size), PLACES, PLACES, st.integers(10, 400)),
    ),
    max_size=25,
)


def words_of(lines: list[Line]) -> Counter[str]:
    return Counter(word for line in lines for word in line.text.split())


@settings(deadline=None)
@given(WORDS)
def test_no_word_is_lost_or_doubled_by_the_reading_order(words: list[Word]) -> None:
    assert words_of(lines_of(bands_of(segments_of(words)))) == Counter(word.text for word in words)


@settings(deadline=None)
@given(WORDS, EDGES)
def test_no_word_is_lost_between_drawn_lines(words: list[Word], edges: list[Edge]) -> None:
    grids = grids_of(edges, 2.5)
    seen = words_of(page_lines(take_words(grids, words), grids))
    for word in words:
        assert any(word.text in text for text in seen)


def test_a_grid_of_lines_has_its_cells() -> None:
    level = [Edge(0, y, 300, y) for y in (0, 50, 100.8)]
    upright = [Edge(x, 0, x, 100) for x in (0, 100.5, 300)]
    (grid,) = grids_of([*level, *upright], 2.5)
    assert list(grid.cells()) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert grid.cell_at(50, 75) == (1, 0)
    assert grid.cell_at(400, 75) is None


def test_a_page_number_goes_and_a_figure_in_the_text_stays() -> None:
    number, year, text = Word(290, 30, 300, 44, "12"), Word(90, 400, 120, 414, "2025"), Word(90, 90, 150, 104, "xã")
    assert without_page_number([number, year, text], 842) == [year, text]
    beside = Word(310, 30, 350, 44, "phần")
    assert without_page_number([number, beside], 842) == [number, beside]


def test_pipe_rows_keep_one_line() -> None:
    assert pipe_row(["a  b\n\n c", "x|y", ""]) == "| a b<br>c | x\\|y |  |"


def test_many_threads_read_at_once() -> None:
    files = []
    for part in range(3):
        paper = Paper()
        paper.lines(85, letterhead(paper), [f"Phần {part}", *BODY])
        files.append(paper.data())
    expected = [read(data, "a.pdf").text for data in files]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda data: read(data, "a.pdf").text, files * 8)) == expected * 8
