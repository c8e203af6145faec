"""How a row of a data table is written, whatever file it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence

FURNITURE = re.compile(
    r"CỘNG\s+H[ÒO][ÀA]?\s+XÃ\s+HỘI|ĐỘC\s+LẬP\s*-|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM|NƠI\s+(?:NHẬN|GỬI)\s*:?", re.IGNORECASE
)
"""Words of the letterhead and the recipients: a small table that holds them only lays out the page."""

MOST_REPEATED = 1_000
"""Longest text of a merged cell that is repeated in each row it spans."""


def pipe_row(cells: Sequence[str]) -> str:
    """One line of a data table; ``cells`` hold ``\\n`` between paragraphs."""
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: str) -> str:
    lines = (" ".join(line.split()) for line in cell.replace("|", "\\|").split("\n"))
    return "<br>".join(line for line in lines if line)
