"""Writes official documents in the layout of Decree 30/2020/NĐ-CP, Annex I."""

from .docx import to_docx
from .model import (
    Annex,
    Bullet,
    Chart,
    Figure,
    Head,
    Heading,
    Letterhead,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Row,
    Run,
    Series,
    Signature,
    Table,
    Target,
    figures,
    power_lines,
)
from .pdf import page_png, to_pdf, to_png
from .words import date_words, letter, number_words, roman

__all__ = [
    "Annex",
    "Bullet",
    "Chart",
    "Figure",
    "Head",
    "Heading",
    "Letterhead",
    "OfficialDocument",
    "PageBreak",
    "Paragraph",
    "Row",
    "Run",
    "Series",
    "Signature",
    "Table",
    "Target",
    "date_words",
    "figures",
    "letter",
    "number_words",
    "page_png",
    "power_lines",
    "roman",
    "to_docx",
    "to_pdf",
    "to_png",
]
