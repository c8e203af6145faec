"""An answer as a chat carries it: plain words in messages of at most 2,000 characters, and what may be tapped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext as _

from canhgiac.kit.templatetags.cg import vn_date

from .lines import Line
from .replies import Choice, Reply, Source

MOST = 2000
"""Characters of one message on Zalo and on Messenger."""
ROOM = 60
"""Left free of them where words are cut, for marks that count twice at the other end."""
MOST_CHOICES = 5
MOST_SOURCES = 2
_BREAKS = ("\n\n", "\n", ". ", "; ", ", ", " ")


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of an answer."""

    text: str
    taps: tuple[tuple[str, str], ...] = ()
    """Title and what the tap sends back, or the address it opens."""

    @property
    def fields(self) -> tuple[str, ...]:
        """As a delivery of ``outreach.services.templates.ANSWER`` holds them."""
        return (self.text, *(part for tap in self.taps for part in tap))


def messages_of_reply(
    reply: Reply, *, tip_link: str = "", offer: str = "", before: Reply | None = None
) -> list[ChatMessage]:
    """The messages of an answer of the assistant, in order; what may be tapped is under the last.

    ``tip_link``: where the tip drafted from the talk is looked through and sent; empty leaves it out. ``offer``: what
    may be asked for in words besides. ``before``: the answer just above on the same screen, of which nothing is
    repeated but the first sentence. Steps are called steps and choices have the numbers, so that a bare "2" can only
    mean the second choice. Links lead to our own site.
    """
    if before is not None and before.act == reply.act:
        reply = _new_in(reply, before)
    numbered = list(enumerate(reply.choices, 1))
    said = [(number, one) for number, one in numbered if one.say or not one.url][:MOST_CHOICES]
    opened = [one for one in reply.choices if one.url and not one.say]
    blocks = ["\n".join(reply.says), _steps(reply), _lines(reply.lines), *(_page(one) for one in opened)]
    if reply.tip_offered and tip_link:
        blocks.append(
            _("Báo công an ngay từ câu chuyện này, xem lại rồi mới gửi (mở được trong 30 phút):\n") + tip_link
        )
    if reply.human_offered:
        blocks.append(_("Muốn nói với người trực thì nhắn: gặp người trực"))
    blocks += [offer, _sources(reply.sources), _question(reply.ask, said)]
    taps = tuple((one.label, one.say or one.label) for _number, one in said)
    return _cut("\n\n".join(block for block in blocks if block), taps)


def messages_of_words(words: str, *, who: str = "") -> list[ChatMessage]:
    """The messages of words as they are; ``who`` says who speaks."""
    return _cut(f"{who}: {words}" if who else words, ())


def _new_in(reply: Reply, before: Reply) -> Reply:
    """The answer without what stands in the one before it: steps only when any of them changed, lines one by one."""
    return replace(
        reply,
        says=tuple(said for at, said in enumerate(reply.says) if at == 0 or said not in before.says),
        steps=() if reply.steps == before.steps else reply.steps,
        lines=tuple(line for line in reply.lines if line not in before.lines),
        sources=tuple(source for source in reply.sources if source not in before.sources),
        tip_offered=reply.tip_offered and not before.tip_offered,
        human_offered=reply.human_offered and not before.human_offered,
    )


def _steps(reply: Reply) -> str:
    told = [f"{step.act} {step.text}".strip() for step in reply.steps]
    if len(told) == 1:
        return told[0]
    return "\n".join(_("Bước %(n)d. %(what)s") % {"n": at, "what": what} for at, what in enumerate(told, 1))


def _lines(lines: Sequence[Line]) -> str:
    told = [f"{line.name}: {', '.join(line.phones)}" for line in lines if line.phones]
    return _("Gọi: ") + "; ".join(told) if told else ""


def _page(choice: Choice) -> str:
    return f"{choice.label}: {own_link(choice.url)}"


def _sources(sources: Sequence[Source]) -> str:
    rows = []
    for source in sources[:MOST_SOURCES]:
        day = f", {vn_date(source.day)}" if source.day else ""
        note = f" ({source.note})" if source.note else ""
        link = own_link(source.url)
        rows.append(_("Theo: %(title)s%(day)s%(note)s") % {"title": source.title, "day": day, "note": note})
        rows[-1] += f"\n{link}" if link else ""
    return "\n".join(rows)


def _question(ask: str, choices: Sequence[tuple[int, Choice]]) -> str:
    """The question and what can be answered by its number, which is the place in ``Memory.offered``."""
    if not choices:
        return ask
    *before, last = [str(number) for number, _choice in choices]
    told = _("%(some)s hoặc %(last)s") % {"some": ", ".join(before), "last": last} if before else last
    rows = [f"{number}. {choice.label}" for number, choice in choices]
    return "\n".join([*([ask] if ask else []), _("Trả lời %(numbers)s:") % {"numbers": told}, *rows])


def own_link(url: str) -> str:
    """An address of our own site in full; empty for any other: a chat of ours never leads elsewhere.

    >>> own_link("")
    ''
    """
    base = settings.BASE_URL.rstrip("/") + "/"
    full = urljoin(base, url) if url else ""
    return full if full.startswith(base) else ""


def _cut(text: str, taps: tuple[tuple[str, str], ...]) -> list[ChatMessage]:
    """In messages that fit, cut where a reader would pause; never within a word that fits a message."""
    rest, parts = re.sub(r"\n{3,}", "\n\n", text).strip(), []
    while len(rest) > MOST:
        at = next((found for mark in _BREAKS if (found := rest.rfind(mark, MOST // 2, MOST - ROOM)) > 0), MOST - ROOM)
        end = at + 1 if rest[at : at + 1] in {".", ";", ","} else at
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*(ChatMessage(part) for part in parts), ChatMessage(rest, taps)]
