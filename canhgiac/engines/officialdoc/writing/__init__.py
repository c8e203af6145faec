"""Writes official documents in the layout of Decree 30/2020/NĐ-CP, Annex I."""

from .docx import to_docx
from .model import Bullet, Heading, Letterhead, OfficialDocument, Paragraph, Signature, Table

__all__ = [
    "Bullet",
    "Heading",
    "Letterhead",
    "OfficialDocument",
    "Paragraph",
    "Signature",
    "Table",
    "to_docx",
]
