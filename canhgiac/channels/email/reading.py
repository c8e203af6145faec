"""Strangers' mail in plain words: headers, bodies and addresses, whatever is wrong with them."""

from __future__ import annotations

import base64
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser

TEXT_LIMIT = 100_000
"""Characters of a body that are looked at."""
WORDS_LIMIT = 2_000
HEADER_LIMIT = 2_000
ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]\\@]{1,64}@[^\s<>\"'(),;:\[\]\\@]{1,253}")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
QUOTED_FROM = re.compile(
    r"^(?:-{2,} ?(?:original message|forwarded message|thư gốc|tin nhắn gốc)|_{10,}|on .{5,200} wrote:"
    r"|vào .{5,200} đã viết:|from: .*@|từ: .*@|ngày .{5,200} viết:)",
    re.I,
)


def words(message: Message, name: str) -> str:
    """A header's words on one line, encoded words decoded; empty when it is missing."""
    value = next((value for found, value in message.raw_items() if found.lower() == name.lower()), None)
    if value is None:
        return ""
    # Octets above 127 stand in the header as surrogates; what is written so today is UTF-8 (RFC 6532).
    text = str(value)[:HEADER_LIMIT].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces: list[tuple[bytes | str, str | None]] = list(decode_header(text))
    except (HeaderParseError, ValueError):  # broken base64 in an encoded word
        pieces = [(text, None)]
    joined = "".join(
        _decoded(piece, charset or "raw-unicode-escape") if isinstance(piece, bytes) else piece
        for piece, charset in pieces
    )
    return re.sub(r"\s+", " ", CONTROL.sub(" ", joined))


def parts_in(message: Message) -> list[Message]:
    """The parts of a message that has some."""
    if not message.is_multipart():
        return []  # and its text is not asked for: the standard library fails on some charsets
    return [part for part in message.get_payload() if isinstance(part, Message)]


def part_bytes(part: Message) -> bytes:
    """The octets of a part, its transfer encoding undone; none for a part with parts."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def base64_octets(text: bytes) -> bytes:
    """Base64 among whatever else; what is broken off at the end is left out."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def part_text(part: Message) -> str:
    """The text of a part, wrong octets replaced."""
    try:
        charset = part.get_content_charset("") or ""
    except ValueError:  # a charset's charset (RFC 2231) that is none
        charset = ""
    return _decoded(part_bytes(part)[: TEXT_LIMIT * 4], charset)[:TEXT_LIMIT]


def address_in(text: str) -> str:
    """The address in a header's or a report's words: the one in angle brackets, else the first."""
    inner = re.search(r"<([^<>\s]{3,320})>", text)
    found = ADDRESS.search(inner[1] if inner else text) or ADDRESS.search(text)
    return found[0].strip(".") if found else ""


def own_words(text: str, *, is_html: bool) -> str:
    """What a person wrote, without what they quote below or between: our own "STOP" in it is not their word."""
    if is_html:
        text = _plain(text)
    kept: list[str] = []
    for line in CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        stripped = line.strip()
        if QUOTED_FROM.match(stripped) or stripped == "--":
            break
        if stripped and not stripped.startswith(">"):
            kept.append(stripped)
    return "\n".join(kept)[:WORDS_LIMIT]


def _decoded(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # no such charset; a name with a NUL in it; a codec that is none of text
        return octets.decode("utf-8", "replace")


class _Plain(HTMLParser):
    """The text of HTML; a quotation and what is never shown are left out."""

    BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3"})
    HIDDEN = frozenset({"blockquote", "style", "script", "head", "title"})

    def __init__(self) -> None:  # the parser's own
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        if tag in self.HIDDEN:
            self._hidden.append(tag)
        if tag in self.BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        if tag in self.BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        if not self._hidden:
            self.pieces.append(data)


def _plain(text: str) -> str:
    parser = _Plain()
    try:
        parser.feed(text)
        parser.close()
    except AssertionError:  # how the standard library says that a declaration makes no sense
        return re.sub(r"<[^<>]*>", " ", text)
    return "".join(parser.pieces)
