"""EPUB 3.3 of a book: a ZIP with the package document, a navigation document and a page a chapter.

After EPUB 3.3 (W3C Recommendation) and EPUB Accessibility 1.1: ``mimetype`` first and stored, every resource in the
manifest, the reading order in the spine, the accessibility of the content in the metadata.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from canhgiac.library.selectors.blocks import Block

MIMETYPE = "application/epub+zip"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_CONTAINER = (
    _XML + '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_STYLE = """body { font-family: sans-serif; line-height: 1.55; margin: 0 4%; color: #16262a; }
h1, h2, h3 { line-height: 1.3; color: #0a5c55; }
h1 { font-size: 1.5em; }
h2 { font-size: 1.2em; margin-top: 1.4em; }
.lead { font-size: 1.1em; }
.small { font-size: .85em; color: #46575a; }
blockquote { margin: 1em 0; padding: .8em 1em; background: #e2f0ec; border-radius: 8px; }
.sign strong { display: block; }
.talk { padding: .6em .9em; border-radius: 10px; margin: .5em 0; background: #f2efe5; }
.talk.you { background: #e2f0ec; margin-left: 15%; }
.note { color: #764700; font-size: .9em; }
.do li::marker { color: #0a5c55; content: "✓  "; }
.dont li::marker { color: #a01f18; content: "✗  "; }
img.cover { display: block; max-width: 100%; max-height: 100vh; margin: 0 auto; }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One XHTML page; ``body`` is markup made by the functions of this file."""

    name: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What the package says of the book. ``modified`` and ``uid`` make the same book the same bytes."""

    uid: str
    title: str
    language: str
    publisher: str
    rights: str
    modified: dt.datetime
    cover: bytes
    """PNG."""
    cover_words: str
    pages: Sequence[Page]
    contents_title: str
    summary: str


def epub(book: Publication) -> bytes:
    """The book as bytes of an .epub."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "mimetype", MIMETYPE.encode(), stored=True)
        _put(archive, "META-INF/container.xml", _CONTAINER.encode())
        _put(archive, "EPUB/package.opf", _package(book).encode())
        _put(archive, "EPUB/nav.xhtml", _nav(book).encode())
        _put(archive, "EPUB/style.css", _STYLE.encode())
        _put(archive, "EPUB/cover.png", book.cover, stored=True)
        picture = f'<img class="cover" src="cover.png" alt="{escaped(book.cover_words)}"/>'
        cover = f'<section epub:type="cover">{picture}</section>'
        _put(archive, "EPUB/cover.xhtml", _page(book, book.title, cover).encode())
        for page in book.pages:
            _put(archive, f"EPUB/{page.name}.xhtml", _page(book, page.title, page.body).encode())
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes, *, stored: bool = False) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # no clock, so that bytes repeat
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


def _package(book: Publication) -> str:
    modified = book.modified.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    items = "".join(
        f'<item id="{page.name}" href="{page.name}.xhtml" media-type="application/xhtml+xml"/>' for page in book.pages
    )
    spine = "".join(f'<itemref idref="{page.name}"/>' for page in book.pages)
    access = "".join(
        f'<meta property="schema:{name}">{escaped(value)}</meta>'
        for name, value in (
            ("accessMode", "textual"),
            ("accessModeSufficient", "textual"),
            ("accessibilityFeature", "structuralNavigation"),
            ("accessibilityFeature", "tableOfContents"),
            ("accessibilityFeature", "readingOrder"),
            ("accessibilityFeature", "alternativeText"),
            ("accessibilityHazard", "none"),
            ("accessibilitySummary", book.summary),
        )
    )
    return (
        f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" '
        f'xml:lang="{book.language}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="uid">urn:uuid:{book.uid}</dc:identifier><dc:title>{escaped(book.title)}</dc:title>'
        f"<dc:language>{book.language}</dc:language><dc:publisher>{escaped(book.publisher)}</dc:publisher>"
        f"<dc:creator>{escaped(book.publisher)}</dc:creator><dc:rights>{escaped(book.rights)}</dc:rights>"
        f'<dc:date>{modified}</dc:date><meta property="dcterms:modified">{modified}</meta>{access}'
        '<meta name="cover" content="cover-image"/></metadata><manifest>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="style" href="style.css" media-type="text/css"/>'
        '<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>'
        f'<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>{items}</manifest>'
        f'<spine><itemref idref="cover" linear="no"/><itemref idref="nav"/>{spine}</spine></package>'
    )


def _nav(book: Publication) -> str:
    rows = "".join(f'<li><a href="{page.name}.xhtml">{escaped(page.title)}</a></li>' for page in book.pages)
    first = book.pages[0].name if book.pages else "nav"
    return _page(
        book,
        book.contents_title,
        f'<nav epub:type="toc" role="doc-toc" id="toc"><h1>{escaped(book.contents_title)}</h1><ol>{rows}</ol></nav>'
        f'<nav epub:type="landmarks" hidden="hidden"><ol><li><a epub:type="cover" href="cover.xhtml">'
        f'{escaped(book.title)}</a></li><li><a epub:type="bodymatter" href="{first}.xhtml">'
        f"{escaped(book.pages[0].title if book.pages else book.title)}</a></li></ol></nav>",
    )


def _page(book: Publication, title: str, body: str) -> str:
    return (
        f'{_XML}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{book.language}" xml:lang="{book.language}"><head><meta charset="utf-8"/>'
        f'<title>{escaped(title)}</title><link rel="stylesheet" href="style.css"/></head><body>{body}</body></html>'
    )


def escaped(words: str) -> str:
    """Escaped for XHTML; control signs that XML 1.0 forbids are left out."""
    return escape("".join(c for c in words if c >= " " or c in "\n\t"))


def runs(block: Block) -> str:
    """The words of a block with their bold and italic."""
    found = []
    for words, bold, italic in block["runs"]:
        one = escaped(words).replace("\n", "<br/>")
        one = f"<strong>{one}</strong>" if bold else one
        found.append(f"<em>{one}</em>" if italic else one)
    return "".join(found)


def body_of(blocks: Iterable[Block]) -> str:
    """Blocks as XHTML: neighbours of one kind of list are one list."""
    found: list[str] = []
    open_list = ""
    for block in blocks:
        wanted = _list_of(block)
        if wanted != open_list:
            found += [_close(open_list), f"<{wanted}>" if wanted else ""]
            open_list = wanted
        found.append(f"<li>{runs(block)}</li>" if wanted else _one(block))
    return "".join([*found, _close(open_list)])


def _list_of(block: Block) -> str:
    kind = block["k"]
    if kind == "item":
        return "ol" if block["mark"] else "ul"
    return f'ul class="{kind}"' if kind in ("do", "dont") else ""


def _close(tag: str) -> str:
    return f"</{tag.split(maxsplit=1)[0]}>" if tag else ""


def _one(block: Block) -> str:
    kind = block["k"]
    if kind == "h":
        level = min(block["level"] + 1, 6) if block["level"] > 1 else 2
        return f"<h{level}>{runs(block)}</h{level}>"
    if kind == "quote":
        return f"<blockquote><p>{runs(block)}</p></blockquote>"
    if kind == "sign":
        said = f" {escaped(block['text'])}" if block["text"] else ""
        return f'<p class="sign"><strong>{escaped(block["title"])}</strong>{said}</p>'
    if kind == "says":
        note = f'<p class="note">{escaped(block["note"])}</p>' if block["note"] else ""
        side = "" if block["who"] == "stranger" else " you"
        name = f'<span class="small">{escaped(block["name"])}:</span>'
        return f'<p class="talk{side}">{name} {escaped(block["text"])}</p>{note}'
    return f"<p>{runs(block)}</p>"
