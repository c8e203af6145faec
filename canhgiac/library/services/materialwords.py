"""What a material is found by: its words folded, most telling first."""

from __future__ import annotations

from canhgiac.kit import markdown
from canhgiac.kit.text import fold
from canhgiac.library.models import MaterialEdition

MOST = 60_000
"""Characters kept for search; a full-text vector of PostgreSQL ends at a megabyte."""


def folded_of(edition: MaterialEdition) -> str:
    """The words of an edition for its ``folded`` column."""
    told = (
        edition.title,
        edition.lead,
        *edition.points,
        edition.call,
        markdown.plain(edition.body),
        edition.credit,
    )
    return fold(" ".join(told))[:MOST]
