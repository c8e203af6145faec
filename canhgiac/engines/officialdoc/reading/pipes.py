"""How a row of a data table is written, whatever file it came from."""

from __future__ import annotations

from collections.abc import Sequence


def pipe_row(cells: Sequence[str]) -> str:
    """One line of a data table; ``cells`` hold ``\\n`` between paragraphs."""
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: str) -> str:
    lines = (" ".join(line.split()) for line in cell.replace("|", "\\|").split("\n"))
    return "<br>".join(line for line in lines if line)
