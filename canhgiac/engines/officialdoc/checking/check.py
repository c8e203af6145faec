"""One document through all the rules."""

from __future__ import annotations

from . import body_rules, head_rules, page_rules
from .pages import read_pages
from .places import find_places
from .report import Report, Rule

RULES: tuple[Rule, ...] = tuple(
    value
    for module in (page_rules, head_rules, body_rules)
    for value in vars(module).values()
    if isinstance(value, Rule)
)
"""Every rule there is, in the order of a report."""


def check(data: bytes) -> Report:
    """How a DOCX keeps the rules of Decree 30/2020/NĐ-CP, Annex I.

    Raises ReadError (its text in Vietnamese) for a file that is no DOCX, is damaged or locked, or would unpack to
    more than the server bears.
    """
    pages = read_pages(data)
    places = find_places(pages)
    return Report(
        (
            *page_rules.page_rules(pages, places),
            *head_rules.head_rules(pages, places),
            *body_rules.body_rules(pages, places),
        )
    )
