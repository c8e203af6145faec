"""The document's text as lines, runs and parts."""

from __future__ import annotations

import pytest

from canhgiac.plans.selectors.lines import PART_LINES, WHOLE_UP_TO, Layout, Line, Mark, is_heading


def lines(text: str, *marks: Mark) -> list[Line]:
    """All lines of a short text, with the marks."""
    layout = Layout(text)
    for part in layout.parts:
        layout.fill(part, marks)
    return [line for part in layout.parts for line in part.lines]


def test_runs_hold_every_letter_in_its_place() -> None:
    text = "Một dòng chữ\n\ncó nhiệm vụ, hạn và cơ quan."
    marks = [Mark(14, 40, "task", "NV1"), Mark(26, 29, "due"), Mark(33, 40, "body"), Mark(0, 3, "fault", hint="?")]
    found = lines(text, *marks)
    assert [line.number for line in found] == [1, 3]
    for line in found:
        assert "".join(run.text for run in line.runs) == text[line.start : line.end]
        for run in line.runs:
            assert text[run.offset :].startswith(run.text)
    assert [(run.text, run.classes, run.tags) for run in found[1].runs] == [
        ("có nhiệm vụ,", "cg-sp task", [("NV1", "", "nhiem-vu")]),
        (" hạ", "cg-sp due", []),
        ("n và", "cg-sp task", []),
        (" cơ qua", "cg-sp task body", []),
        ("n.", "", []),
    ]


def test_a_span_over_two_lines_has_one_tag() -> None:
    found = lines("dòng một\ndòng hai", Mark(0, 17, "task", "NV1", selected=True))
    assert [[tag for run in line.runs for tag in run.tags] for line in found] == [[("NV1", "", "nhiem-vu")], []]
    assert all(line.selected for line in found)


def test_tables_and_markdown_keep_their_offsets() -> None:
    text = "## Phụ lục\n| 1 | **Việc** một<br>hai |"
    found = lines(text)
    assert [(run.text, run.token) for run in found[0].runs] == [("## ", "mark"), ("Phụ lục", "")]
    assert [run.token for run in found[1].runs if run.token] == ["cell", "cell", "mark", "mark", "break", "cell"]
    assert "".join(run.text for line in found for run in line.runs) == text.replace("\n", "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("III. PHÂN CÔNG NHIỆM VỤ", True),
        ("1. Công an tỉnh", True),
        ("Điều 2. Tổ chức thực hiện", True),
        ("1. Căn cứ Kế hoạch này, các sở, ban, ngành tổ chức thực hiện.", False),
        ("- Tuyên truyền tới hội viên", False),
        ("| STT | NỘI DUNG |", False),
    ],
)
def test_headings(line: str, expected: bool) -> None:
    assert is_heading(line) is expected


def test_a_long_text_comes_in_parts() -> None:
    text = "\n".join(f"Dòng {number}" for number in range(WHOLE_UP_TO + 1))
    layout = Layout(text)
    assert not layout.short
    assert [part.number for part in layout.opened({2})] == [2]
    assert layout.parts[2].first == 2 * PART_LINES + 1
    assert layout.part_of(layout.parts[2].start + 3) == 2
    assert layout.line_of(layout.parts[2].start) == layout.parts[2].first
    start, end = layout.range_of(3, 4)
    assert text[start:end] == "Dòng 2\nDòng 3"
    with pytest.raises(ValueError, match="no such lines"):
        layout.range_of(4, 3)


def test_an_empty_text_has_no_parts() -> None:
    layout = Layout("")
    assert (layout.parts, layout.part_of(0), layout.opened({0})) == ([], None, [])
