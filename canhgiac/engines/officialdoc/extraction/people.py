"""The signer and the recipients."""

from __future__ import annotations

import re
from collections.abc import Sequence

from canhgiac.engines.officialdoc.model import Quoted, Signer, Span

from .frame import SIGN_TITLE, SIGNER_NAME
from .layout import RECIPIENTS
from .lines import Line
from .mapped import Mapped, joined

_BEHALF = re.compile(r"(?:TM|KT|TL|TUQ|T/M|K/T|T/L)\s?\.?\s")
_NOTE = re.compile(r"\(?(?:để|đề)\b[^()]{0,40}\)?[;.,]?$")
_MARK = re.compile(r"(?:[-–—+•*●]|\d{1,2}[.)])\s*")
_NOISE = re.compile(r"\s+[*_]?[A-ZĐ]{1,3}[*_]?$")


def read_signer(lines: Sequence[Line]) -> Signer | None:
    """Who signed, from the lines of the signature block: titles in capitals, then rank and name."""
    titles: list[Mapped] = []
    for line in lines:
        text = line.text.text
        found = SIGNER_NAME.match(text)
        if found and titles and not (text.isupper() and SIGN_TITLE.match(text)):
            name = found["name"]
            rank = (found["rank"] or "").strip() or None
            behalf = next((title.text for title in titles if _BEHALF.match(title.text)), None)
            return Signer(
                name=name.title() if name.isupper() else name,
                title=", ".join(title.text for title in titles),
                rank=rank,
                on_behalf_of=behalf,
                span=Span(titles[0].span().start, line.text.span(*found.span("name")).end),
            )
        if (text.isupper() and SIGN_TITLE.match(text)) or (titles and text.isupper()):
            titles.append(line.text)
    return None


def read_recipients(lines: Sequence[Line]) -> tuple[Quoted, ...]:
    """The list under "Nơi nhận:", one recipient a line; notes torn off their lines are left out."""
    out: list[Mapped] = []
    for number, line in enumerate(lines):
        piece = line.text
        if number == 0:
            head = RECIPIENTS.match(piece.text)
            piece = piece.cut(head.end()) if head else piece
        if not piece.text:
            continue
        mark = _MARK.match(piece.text)
        if mark:
            out += _split(piece.cut(mark.end()))
        elif _NOTE.fullmatch(piece.text):
            continue
        elif out and (piece.text[0].islower() or not out[-1].text.endswith((";", "."))) and not piece.text.isupper():
            out[-1] = joined([out[-1], piece])
        elif not piece.text.isupper():
            out += _split(piece)
    return tuple(_tidy(piece) for piece in out if any(c.isalnum() for c in piece.text))


def _split(piece: Mapped) -> list[Mapped]:
    """ "Như trên; - Bộ Y tế; - Lưu: VT." on one line are three."""
    out: list[Mapped] = []
    place = 0
    for found in re.finditer(r";\s*[-–+]\s*", piece.text):
        out.append(piece.cut(place, found.start() + 1))
        place = found.end()
    out.append(piece.cut(place))
    return [part for part in out if part.text]


def _tidy(piece: Mapped) -> Quoted:
    end = len(piece.text.rstrip(" ;,"))
    if piece.text.startswith("Lưu"):
        scribble = re.search(r"(?<=\.)\s+\S{1,4}$", piece.text[:end])
        end = scribble.start() if scribble else end
    return piece.quoted(0, end)


__all__ = ["read_recipients", "read_signer"]
