"""A warning written once becomes the first words on each channel. People edit them; nothing here is sent unread.

Pure functions over ``Source``: no query, so that the same words come out for the same warning wherever it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from canhgiac.kit import sms
from canhgiac.kit.text import unmarked
from canhgiac.outreach.models import Rendition

Kind = Rendition.Kind
PUSH_TITLE, PUSH_TEXT = 60, 140
"""Signs that a phone shows of a notification before it cuts."""
MARKED_PARTS = 3
"""SMS with diacritics may take this many parts before words are left out."""
PAUSE = "[nghỉ 1 giây]"
_SENTENCE = re.compile(r"(?<=[.?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Source:
    """What the generator reads: the warning's words and who speaks."""

    kind: str
    """``Warning.Kind``."""
    title: str
    happens: tuple[str, ...]
    """Sentences."""
    signs: tuple[str, ...]
    advice: tuple[str, ...]
    after: tuple[str, ...]
    """What to do when it is too late, of the scam form."""
    speaker: str
    """"Công an tỉnh Vĩnh An"."""
    host: str
    """Where to ask back, without https://; empty where the province has no domain."""
    hotline: str
    of_title: str = ""
    """Title of what an update or a cancellation speaks of."""
    of_day: str = ""
    """Day on which that was sent, "18/11/2026"."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Words for one channel."""

    title: str
    text: str


def sentences(text: str) -> tuple[str, ...]:
    """Its sentences and lines, bullets taken off.

    >>> sentences("- Gọi điện. Bảo cài ứng dụng.\\n• Giục")
    ('Gọi điện.', 'Bảo cài ứng dụng.', 'Giục')
    """
    parts = (part.strip().lstrip("-•*+ ").strip() for part in _SENTENCE.split(text))
    return tuple(part for part in parts if part)


def generated(kind: str, source: Source) -> Draft:
    """The first words of one kind of rendition."""
    if source.kind == "cancel":
        source = _cancelling(source)
    return _MAKERS[kind](source)


def _head(source: Source) -> str:
    return {"update": "CẬP NHẬT", "cancel": "THU HỒI"}.get(source.kind, "CẢNH BÁO")


def _cancelling(source: Source) -> Source:
    """A cancellation says what is taken back, why, and that advice on scams still holds; no signs."""
    return Source(
        source.kind, source.title, (_recalled(source), *source.happens), (), source.advice, (), source.speaker,
        source.host, source.hotline, source.of_title, source.of_day,
    )  # fmt: skip


def _recalled(source: Source, most: int = 300) -> str:
    return f"Cảnh báo “{_cut(source.of_title, most)}” gửi ngày {source.of_day} không còn đúng."


def _headline(source: Source) -> str:
    """The title with what it is in front, so that nobody takes the trick's own words for ours."""
    if source.title.casefold().startswith(_head(source).casefold()):
        return source.title
    return f"{_head(source).capitalize()}: {source.title}"


def _stop(text: str) -> str:
    return text if text.endswith((".", "?", "…", ":")) else text + "."


def _joined(parts: Sequence[str]) -> str:
    return " ".join(map(_stop, parts))


def _ask(source: Source) -> str:
    places = [place for place in (source.host, source.hotline) if place]
    return f"Hỏi lại: {' hoặc '.join(places)}" if places else ""


def _fitted(source: Source, room: Callable[[str], bool]) -> str:
    """The fullest short text for which there is room: what happens and all advice, then less of each."""
    tail = _ask(source)
    for happens, advice in _choices(source):
        text = " ".join(filter(None, (f"{_head(source)}: {_joined(happens)}", _joined(advice), tail)))
        if room(text):
            return text
    return " ".join(filter(None, (f"{_head(source)}: {_stop(source.title)}", tail)))


def _choices(source: Source) -> list[tuple[Sequence[str], Sequence[str]]]:
    """Pairs of sentences of what happens and of advice, the fullest first; advice is kept longest."""
    tellings: list[Sequence[str]] = [source.happens[:2], source.happens[:1], (source.title,)]
    if source.kind == "cancel":  # that it is no longer right stays longest
        tellings = [source.happens[:2], source.happens[:1], *((_recalled(source, most),) for most in (60, 40, 20))]
    least = 0 if source.kind == "cancel" else 1
    return [(told, source.advice[:most]) for told in tellings for most in range(3, least - 1, -1)]


def _sms(source: Source) -> Draft:
    return Draft("", _fitted(source, lambda text: sms.length(text).parts <= MARKED_PARTS))


def _sms_plain(source: Source) -> Draft:
    one = _fitted(source, lambda text: sms.length(unmarked(text)).parts <= 1)
    return Draft("", unmarked(one))


def _push(source: Source) -> Draft:
    text = _joined(source.advice[:2]) or _joined(source.happens[:1])
    return Draft(_cut(_headline(source), PUSH_TITLE), _cut(text, PUSH_TEXT))


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0] + "…"


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _chat(source: Source) -> Draft:
    parts = [_joined(source.happens[:2]), _bullets(source.advice[:4]), _ask(source)]
    return Draft(_headline(source), "\n".join(filter(None, parts)))


def _zns(source: Source) -> Draft:
    words = _joined(source.advice[:2]) or _joined(source.happens[:1])
    return Draft(_headline(source), " ".join(filter(None, (words, _ask(source)))))


def _page(source: Source) -> Draft:
    parts = [
        _joined(source.happens),
        _section("Dấu hiệu", source.signs),
        _section("Cần làm", source.advice),
        _section("Lỡ làm theo rồi thì", source.after),
        _ask(source),
    ]
    return Draft(_headline(source), "\n\n".join(filter(None, parts)))


def _section(name: str, lines: Sequence[str]) -> str:
    return f"{name}:\n{_bullets(lines)}" if lines else ""


def _mail(source: Source) -> Draft:
    page = _page(source)
    return Draft(_headline(source), f"{source.speaker} thông báo.\n\n{page.text}")


def _banner(source: Source) -> Draft:
    words = _joined(source.advice[:1]) or _joined(source.happens[:1])
    return Draft(_headline(source), " ".join(filter(None, (words, _ask(source)))))


def _loudspeaker(source: Source) -> Draft:
    """Said twice where it matters: what to do comes once more at the end."""
    lines = [f"Kính thưa bà con. {source.speaker} xin thông báo.", *source.happens[:3], *source.advice[:4]]
    if source.after:
        lines.append(f"Ai đã lỡ làm theo: {_lower(source.after[0])}")
    if source.advice:
        lines.append(f"Xin nhắc lại: {_lower(source.advice[0])}")
    if _ask(source):
        lines.append(_ask(source))
    return Draft(source.title, f" {PAUSE}\n".join(map(_stop, lines)))


def _lower(text: str) -> str:
    """Its first letter small, unless the first word is a name or a number."""
    first = text.split(" ", 1)[0]
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]


def _notice(source: Source) -> Draft:
    parts = [
        _joined(source.happens[:2]),
        _bullets(source.advice[:4]),
        _section("Lỡ làm theo rồi thì", source.after[:2]),
    ]
    return Draft(_headline(source), "\n\n".join(filter(None, (*parts, _ask(source)))))


def _leaflet(source: Source) -> Draft:
    return _page(source)


def _talking(source: Source) -> Draft:
    parts = [
        f"Mở đầu:\n- Hỏi bà con: có ai gặp chuyện như sau chưa.\n{_bullets(source.happens[:3])}",
        _section("Cách nhận ra", source.signs),
        _section("Nhắc cả nhà", source.advice),
        _section("Ai đã lỡ làm theo", source.after),
        f"Kết thúc:\n- Mời một người nhắc lại điều cần nhớ nhất.\n- {_ask(source)}" if _ask(source) else "",
    ]
    return Draft(source.title, "\n\n".join(filter(None, parts)))


_MAKERS: dict[str, Callable[[Source], Draft]] = {
    Kind.SMS_PLAIN: _sms_plain,
    Kind.SMS: _sms,
    Kind.ZALO: _chat,
    Kind.ZNS: _zns,
    Kind.MESSENGER: _chat,
    Kind.FACEBOOK: _page,
    Kind.EMAIL: _mail,
    Kind.PUSH: _push,
    Kind.PORTAL: _page,
    Kind.BANNER: _banner,
    Kind.LOUDSPEAKER: _loudspeaker,
    Kind.NOTICE: _notice,
    Kind.LEAFLET: _leaflet,
    Kind.TALKING: _talking,
}
