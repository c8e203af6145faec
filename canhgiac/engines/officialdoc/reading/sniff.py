"""What kind of file is it? Decided by content; the name is only asked how to call plain text."""

from __future__ import annotations

import re

from .failures import failure
from .package import Package

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_OTHER_PICTURES = (b"GIF8", b"\0\0\1\0", b"8BPS")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_HEADING = re.compile(r"^(?:#{1,6} \S|\|[ :|-]+\|\s*$)", re.MULTILINE)
_HEAD = 4_096
_PDF_WITHIN = 1_024

EXPECTED = {
    "docx": ("docx", "docm", "dotx", "dotm"),
    "pdf": ("pdf",),
    "picture": ("png", "jpg", "jpeg", "jpe", "tif", "tiff", "bmp", "webp"),
    "html": ("html", "htm", "xhtml", "mhtml"),
    "text": ("txt", "text", "md", "markdown", "log", "csv", ""),
}


def kind_of(data: bytes) -> str:
    """One of the keys of ``EXPECTED``. Raises ReadError for kinds that are recognised but not read."""
    head = data[:_HEAD]
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if head.startswith(_OLE):
        raise failure(_ole_kind(data))
    if head.startswith(_PICTURES) or (head.startswith(b"BM") and head[6:10] == b"\0\0\0\0"):
        return "picture"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "picture"
    if head.startswith(_OTHER_PICTURES) or head[4:12] in (b"ftypheic", b"ftypavif", b"ftypheix", b"ftypmif1"):
        raise failure("image-kind")
    if head.startswith(_ARCHIVES):
        raise failure("archive")
    if head.lstrip().startswith(b"{\\rtf"):
        raise failure("rtf")
    if head.startswith((b"MIME-Version:", b"From: <Saved by")):
        raise failure("mhtml")
    plain = head.lstrip(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe")
    return "html" if _MARKUP.match(plain) else "text"


def _zip_kind(data: bytes) -> str:
    names = Package(data).names
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        raise failure("spreadsheet")
    if any(name.startswith("ppt/") for name in names):
        raise failure("presentation")
    if "mimetype" in names and "content.xml" in names:
        raise failure("opendocument")
    if "[Content_Types].xml" in names:
        return "docx"
    raise failure("archive")


def _ole_kind(data: bytes) -> str:
    for name, code in (
        ("EncryptedPackage", "password"),
        ("WordDocument", "legacy-doc"),
        ("Workbook", "spreadsheet"),
        ("PowerPoint Document", "presentation"),
    ):
        if name.encode("utf-16-le") in data:
            return code
    return "binary"


def is_markdown(text: str, extension: str) -> bool:
    """Whether plain text is to be called Markdown: by its name, or by headings and table rules."""
    return extension in ("md", "markdown") or _HEADING.search(text) is not None
