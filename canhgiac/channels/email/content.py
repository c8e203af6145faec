"""One mail for many people: rendered once, and filled with each person's values on its bytes.

The body is quoted-printable (RFC 2045 §6.7) even where the server would take eight bits: a signature must survive
servers on the way that do not (RFC 6376 §5.3), and a line can be broken softly before and after a place, so that a
value of any length fits in between without the rest moving. In base64 the rest would move.

Mails of a broadcast carry ``Precedence: bulk``, ``List-Id`` and ``X-Auto-Response-Suppress``, by which absence notices
stay away. They carry no ``Auto-Submitted``: RFC 3834 §5 keeps it for what a program sends by itself, and these were
written and approved by people; some filters push such mail aside.
"""

from __future__ import annotations

import base64
import html
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import policy
from typing import NamedTuple
from urllib.parse import quote as percent

PLACE = re.compile(r"\{(\d{1,2})\}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
HEADER_NAME = re.compile(r"[!-9;-~]{1,60}")
HTTPS = re.compile(r"https://[A-Za-z0-9][!#-;=?-~]{0,1900}")
MAILBOX = re.compile(r"[!#-'*+\-/-9=?^-~A-Z{}]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}")
OURS = frozenset(
    {
        *("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "return-path", "received"),
        *("dkim-signature", "mime-version", "list-unsubscribe", "list-unsubscribe-post", "list-id", "precedence"),
        "x-auto-response-suppress",
    }
)
"""Headers that this module writes by itself."""

LINE_WIDTH = 75
"""Octets of a quoted-printable line before its soft break: 76 with it, as RFC 2045 allows."""
PLAIN_VALUE = re.compile(r"[!-\-/-<>-EG-~][ -<>-~]{0,73}")
"""A value that quoted-printable leaves as it is: no "=", no "." or "F" at the beginning (see ``quoted``)."""
_TOKENS = tuple(
    (b"%c" if (33 <= octet <= 126 and octet != 61) or octet in {9, 32} else b"=%02X") % octet for octet in range(256)
)


class FieldError(ValueError):
    """A person's own values or address that no mail can carry; the others of the batch are not concerned."""


@dataclass(frozen=True)
class EmailContent:
    """What a broadcast says by mail. ``{0}``, ``{1}`` … are filled for each person from ``Recipient.fields``.

    Places may stand in ``text``, ``html`` (where the value is escaped), ``unsubscribe``, ``unsubscribe_mailto`` and the
    values of ``headers``. ``unsubscribe`` is an https address, or just ``{N}`` when the value is the whole address.
    """

    sender: str
    """"Công an tỉnh Vĩnh An <canhbao@thu.vinhan.test>"."""
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    unsubscribe: str = ""
    """Answers one POST without a question (RFC 8058)."""
    unsubscribe_mailto: str = ""
    """A mailbox of ours, such as "huy@thu.vinhan.test"."""
    list_id: str = ""
    """"canh-bao.vinhan.test" (RFC 2919)."""
    headers: tuple[tuple[str, str], ...] = ()


class Mail(NamedTuple):
    """One person's mail, ready for the wire but for its signature."""

    own: list[bytes]
    """Headers of this person, each with its CRLF."""
    body: bytes


@dataclass(frozen=True)
class _OwnHeader:
    """A header whose value differs from person to person."""

    name: str
    pieces: tuple[str | int, ...]


@dataclass
class Template:
    """A content taken apart at its places."""

    common: list[bytes]
    """Headers that are the same for all."""
    places: int
    """How many values a person must bring."""
    sender: str
    """The bare address of the sender."""
    domain: str
    """The sender's, for the Message-ID."""
    _chunks: list[bytes] = field(default_factory=list)
    _slots: list[tuple[int, int, bool]] = field(default_factory=list)
    """(index in chunks, number of the value, in HTML)."""
    _own: list[_OwnHeader] = field(default_factory=list)
    _lists: tuple[tuple[tuple[str | int, ...], ...], bool] = ((), False)
    """Addresses of List-Unsubscribe in pieces; whether they differ."""
    body: bytes | None = None
    """The body when it is the same for all."""

    def fill(self, to: str, token: str, date: str, fields: Sequence[str]) -> Mail:
        """The mail of one person. FieldError when an address or a value cannot stand in a mail.

        ``token`` names the delivery in the Message-ID: the same delivery tried twice has the same one, so that servers
        which drop repeated mails drop it. ValueError when there are fewer values than places.
        """
        if len(fields) < self.places:
            raise ValueError(f"Thư cần {self.places} giá trị cho mỗi người, chỉ có {len(fields)}")
        for value in fields:
            if not value.isprintable() and CONTROL.search(value):
                raise FieldError("fields")
        own = [
            f"To: {to}\r\n".encode(),
            f"Date: {date}\r\n".encode(),
            f"Message-ID: <{token}@{self.domain}>\r\n".encode(),
        ]
        own += [_own_header(header, fields) for header in self._own]
        pieces, differ = self._lists
        if differ:
            own.append(_list_unsubscribe([_address(each, fields) for each in pieces]))
        if self.body is not None:
            return Mail(own, self.body)
        chunks = self._chunks.copy()
        for index, number, in_html in self._slots:
            chunks[index] = _value(html.escape(fields[number]) if in_html else fields[number])
        return Mail(own, b"".join(chunks))


def template(content: EmailContent) -> Template:
    """Renders what is common. ValueError, in words for people, when the content cannot be a mail."""
    _check(content)
    sender = _sender(content.sender)
    made = Template(common=[], places=_places(content), sender=sender, domain=sender.rpartition("@")[2])
    made.common += [_structured("From", content.sender), unstructured("Subject", content.subject)]
    if content.reply_to:
        made.common.append(_structured("Reply-To", content.reply_to))
    addresses = tuple(_split(each) for each in (content.unsubscribe, _mailto(content.unsubscribe_mailto)) if each)
    made._lists = (addresses, any(isinstance(piece, int) for each in addresses for piece in each))
    if addresses and not made._lists[1]:
        made.common.append(_list_unsubscribe([str(each[0]) for each in addresses]))
    if content.unsubscribe:
        made.common.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    if content.list_id:
        made.common.append(f"List-Id: <{content.list_id}>\r\n".encode())
    made.common += [b"Precedence: bulk\r\n", b"X-Auto-Response-Suppress: OOF, AutoReply\r\n", b"MIME-Version: 1.0\r\n"]
    for name, value in content.headers:
        if PLACE.search(value):
            made._own.append(_OwnHeader(name, _split(value)))
        else:
            made.common.append(unstructured(name, value))
    _lay_body(made, content)
    return made


def _lay_body(made: Template, content: EmailContent) -> None:
    kind, encoding = b"Content-Type: text/%s; charset=utf-8\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n"
    part = kind + encoding
    if not content.html:
        made.common += [kind % b"plain", encoding]
        _lay_text(made, content.text, in_html=False)
    else:
        boundary = b"=_%s" % secrets.token_hex(12).encode()  # "=_" cannot occur in quoted-printable
        made.common.append(b'Content-Type: multipart/alternative;\r\n boundary="%s"\r\n' % boundary)
        made._chunks.append(b"--%s\r\n%s\r\n" % (boundary, part % b"plain"))
        _lay_text(made, content.text, in_html=False)
        made._chunks.append(b"\r\n--%s\r\n%s\r\n" % (boundary, part % b"html"))
        _lay_text(made, content.html, in_html=True)
        made._chunks.append(b"\r\n--%s--\r\n" % boundary)
    if not made._slots:
        made.body = b"".join(made._chunks)


def _lay_text(made: Template, text: str, *, in_html: bool) -> None:
    """A text in pieces; before and after each place the line is broken softly."""
    text = re.sub(r"\r\n?|\n", "\n", text).rstrip("\n") + "\n"
    for piece in _split(text):
        if isinstance(piece, int):
            if made._chunks and not made._chunks[-1].endswith(b"\r\n"):
                made._chunks.append(b"=\r\n")
            made._slots.append((len(made._chunks), piece, in_html))
            made._chunks += [b"", b"=\r\n"]
        else:
            made._chunks.append(quoted(piece))


def _split(text: str) -> tuple[str | int, ...]:
    """Words and numbers of places in turn, without empty words."""
    pieces: list[str | int] = []
    for index, piece in enumerate(PLACE.split(text)):
        if index % 2:
            pieces.append(int(piece))
        elif piece:
            pieces.append(piece)
    return tuple(pieces)


def quoted(text: str) -> bytes:
    """Quoted-printable with CRLF, lines of at most 76 octets.

    A "." at the beginning of a line is encoded, so that nothing needs to be doubled on the wire (RFC 5321 §4.5.2), and
    so is an "F", because old mail stores write ">From" there and break the signature.
    """
    lines: list[bytes] = []
    for line in text.split("\n"):
        octets = line.encode()
        last = len(octets) - 1
        current = b""
        for index, octet in enumerate(octets):
            token = _TOKENS[octet]
            if (index == last and octet in {9, 32}) or (not current and octet in b".F"):
                token = b"=%02X" % octet
            if len(current) + len(token) > LINE_WIDTH:
                lines.append(current + b"=")
                current = b"=%02X" % octet if octet in b".F" else token
            else:
                current += token
        lines.append(current)
    return b"\r\n".join(lines)


def _value(value: str) -> bytes:
    return value.encode() if PLAIN_VALUE.fullmatch(value) else quoted(value)


def unstructured(name: str, value: str) -> bytes:
    """A header of free words: as it is when it is short ASCII, else in encoded words (RFC 2047), folded."""
    if value.isascii() and len(name) + len(value) < 76 and "=?" not in value and value == value.strip():
        return f"{name}: {value}\r\n".encode()
    words: list[str] = []
    room = max(12, (62 - len(name)) // 4 * 3)
    chunk = ""
    for letter in value:
        if len((chunk + letter).encode()) > room:
            words.append(chunk)
            chunk, room = "", 45  # an encoded word has at most 75 characters
        chunk += letter
    words.append(chunk)
    encoded = "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word.encode()).decode()}?=" for word in words)
    return f"{name}: {encoded}\r\n".encode()


def _structured(name: str, value: str) -> bytes:
    """An address header by the standard library, folded, its display name in encoded words."""
    folded: str = policy.SMTP.header_factory(name, value).fold(policy=policy.SMTP)
    return folded.encode("ascii")


def _own_header(header: _OwnHeader, fields: Sequence[str]) -> bytes:
    value = "".join(piece if isinstance(piece, str) else fields[piece] for piece in header.pieces)
    return unstructured(header.name, value)


def _address(pieces: tuple[str | int, ...], fields: Sequence[str]) -> str:
    if len(pieces) == 1 and isinstance(pieces[0], int):  # the value is the whole address
        whole = fields[pieces[0]]
        if not HTTPS.fullmatch(whole):
            raise FieldError("unsubscribe")
        return whole
    return "".join(piece if isinstance(piece, str) else percent(fields[piece], safe="") for piece in pieces)


def _list_unsubscribe(addresses: list[str]) -> bytes:
    """RFC 2369 §3.2. Never in encoded words, however long: no reader of this header decodes them."""
    return ("List-Unsubscribe: " + ",\r\n ".join(f"<{each}>" for each in addresses) + "\r\n").encode("ascii")


def _mailto(address: str) -> str:
    return f"mailto:{address}?subject=unsubscribe" if address else ""


def _places(content: EmailContent) -> int:
    texts = [content.text, content.html, content.unsubscribe, content.unsubscribe_mailto]
    texts += [value for _, value in content.headers]
    return max((int(number) + 1 for text in texts for number in PLACE.findall(text)), default=0)


def _sender(sender: str) -> str:
    """The address alone; ``_check`` saw that it is one."""
    return str(policy.SMTP.header_factory("From", sender).addresses[0].addr_spec)


def _check(content: EmailContent) -> None:
    """ValueError for whatever would make a wrong, unreadable or forged mail."""
    if not content.subject.strip():
        raise ValueError("Thư chưa có tiêu đề")
    if not content.text.strip():
        raise ValueError("Thư chưa có phần chữ: người không đọc được HTML sẽ không thấy gì")
    singles = [content.sender, content.reply_to, content.subject, content.unsubscribe, content.unsubscribe_mailto]
    singles += [content.list_id, *(value for _, value in content.headers)]
    if any(CONTROL.search(each) for each in singles):
        raise ValueError("Tiêu đề và địa chỉ phải nằm trên một dòng, không có ký tự điều khiển")
    if PLACE.search(content.subject + content.sender + content.reply_to):
        raise ValueError("Tiêu đề và người gửi giống nhau cho mọi người: không đặt {0} ở đó")
    for address in filter(None, (content.sender, content.reply_to)):
        parsed = policy.SMTP.header_factory("From", address)
        if len(parsed.addresses) != 1 or parsed.defects or not MAILBOX.fullmatch(parsed.addresses[0].addr_spec):
            raise ValueError(f"Địa chỉ người gửi không hợp lệ: {address!r}")
    _check_list(content)
    if len({name.lower() for name, _ in content.headers}) < len(content.headers):
        raise ValueError("Một dòng đầu thư xuất hiện hai lần")
    for name, _ in content.headers:
        if not HEADER_NAME.fullmatch(name) or name.lower() in OURS or name.lower().startswith("content-"):
            raise ValueError(f"Không đặt được dòng đầu thư {name!r}")


def _check_list(content: EmailContent) -> None:
    sample = PLACE.sub("0", content.unsubscribe)
    if content.unsubscribe and not PLACE.fullmatch(content.unsubscribe) and not HTTPS.fullmatch(sample):
        raise ValueError("Địa chỉ hủy đăng ký phải bắt đầu bằng https:// và viết bằng chữ không dấu")
    if content.unsubscribe_mailto and not MAILBOX.fullmatch(PLACE.sub("0", content.unsubscribe_mailto)):
        raise ValueError(f"Hộp thư hủy đăng ký không hợp lệ: {content.unsubscribe_mailto!r}")
    if content.list_id and not re.fullmatch(r"[A-Za-z0-9.-]{1,200}", content.list_id):
        raise ValueError(f"Mã danh sách không hợp lệ: {content.list_id!r}")
