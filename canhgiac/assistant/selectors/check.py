"""What is this? One answer for the web, the API, the widgets and later chats: everything shown, and no HTML.

Nothing of what was asked is kept: no row, no log, no address holds it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.engines.recognition import DANGER, OFFICIAL, SUSPICIOUS, UNCLEAR, Verdict
from canhgiac.engines.recognition.pictures import QrRead, read_code
from canhgiac.engines.recognition.reasons import CALMING, Reason
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.library.models import VERDICTS, FormEdition, OfficialMessage
from canhgiac.library.selectors.forms import FormCard, form_of, forms_published
from canhgiac.library.selectors.recognition import Alike, Judge, NoBuildError, judge_now

from .advice import (
    Step,
    say_of_loss,
    say_of_message,
    say_of_thing,
    steps_of_form,
    steps_of_loss,
    steps_of_message,
    steps_of_thing,
)
from .found import ACCOUNT, LINK, PHONE, QR, Found, found_in
from .kinds import EMPTY, MESSAGE, MIXTURE, is_foreign, kind_of
from .lines import Line, banks_named, lines_of, with_owners
from .loss import tells_of_loss
from .mask import Mask, masks
from .reasons import Why, chosen, of_contact, of_loss, why
from .register import listed, lookup_words, raised, with_hits

SHOWN = 3000
"""Characters of a message that the answer repeats; all of it is judged (up to the engine's own limit)."""
SIGNS = {DANGER: "danger", SUSPICIOUS: "suspect", UNCLEAR: "unknown", OFFICIAL: "official"}
_ORDER = (UNCLEAR, SUSPICIOUS, DANGER)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the message, masked. ``number`` is that of the reason whose words it holds, None for the rest."""

    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class OfficialCopy:
    """The known body's own message that was repeated."""

    sender: str
    channel: str
    sent_on: dt.date
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a page shows of one question. Texts are Vietnamese or the reader's language; nothing is HTML."""

    kind: str
    """message, phone, account, link, qr, mixture, empty."""
    state: str
    """danger, suspicious, unclear, official. There is no "safe"."""
    word: str
    """The state in words."""
    say: str
    """The sentence to act on."""
    base: str
    """What the answer rests on, and of what day."""
    segments: tuple[Segment, ...] = ()
    reasons: tuple[Why, ...] = ()
    steps: tuple[Step, ...] = ()
    form: FormCard | None = None
    near: tuple[FormCard, ...] = ()
    """Forms that it could be, when none is sure enough to be named."""
    found: tuple[Found, ...] = ()
    lines: tuple[Line, ...] = ()
    """Whom to call: the named banks, the province."""
    lookup: str = ""
    """How to read what the register says, or that it has nothing: in words that nobody can take for "nothing bad"."""
    alike: int = 0
    """Known scam messages nearly the same, at most five."""
    official: OfficialCopy | None = None
    cut: bool = False
    """Whether the message was too long to be read to its end."""
    version: str = ""
    """Of the model; empty while none stands."""
    built_at: dt.datetime | None = None
    at: dt.datetime = field(default_factory=clock.now)

    @property
    def sign(self) -> str:
        """The name of the state's shape and colour in our sheets."""
        return SIGNS[self.state]

    @property
    def masked(self) -> str:
        """The message with third parties' data covered."""
        return "".join(segment.text for segment in self.segments)

    @property
    def numbers(self) -> list[Line]:
        """The lines that have a number to call."""
        return [line for line in self.lines if line.phones]

    @property
    def is_alarm(self) -> bool:
        """Whether something speaks against it."""
        return self.state in {DANGER, SUSPICIOUS}


class Known(Protocol):
    """What a process may hold, so that it is not read anew for every question (``knowledge.Knowledge``)."""

    def cards(self) -> Sequence[FormCard]:
        """As ``forms_published``."""

    def during(self, code: str) -> Sequence[str]:
        """What the published form of this code says to who is in the middle of it; nothing for an unknown one."""

    def lines(self, names: Sequence[str]) -> tuple[Line, ...]:
        """The lines of these banks, then the province's."""


class _Tables:
    """The same from the tables: four queries at most."""

    def cards(self) -> Sequence[FormCard]:
        return forms_published()

    def during(self, code: str) -> Sequence[str]:
        edition: FormEdition | None = form_of(code).published
        return edition.during if edition else ()

    def lines(self, names: Sequence[str]) -> tuple[Line, ...]:
        return lines_of(names)


def check(text: str, *, codes: Sequence[QrRead] = (), known: Known | None = None) -> Answer:
    """What the text is. ``codes`` are those of a picture it came from. Any text will do, of any length.

    ``known``: what this process holds, instead of the tables. At most ten queries, five with it; nothing is written.
    """
    known = known or _Tables()
    text = storable(text).strip()
    if text.startswith("000201") and not codes:
        read = read_code(text)
        text, codes = ("", (read,)) if read.vietqr else (text, codes)
    text = "\n".join([text, *(code.text for code in codes if not code.vietqr and code.text not in text)]).strip()
    if not text and not codes:
        return _empty()
    try:
        judge = judge_now()
    except NoBuildError:
        return _not_ready(text)
    verdict = judge.judge(text)
    things = found_in(text, verdict.entities, codes)
    kind = kind_of(text, verdict, things)
    things = with_hits(with_owners(things))
    if kind == MESSAGE and not things and tells_of_loss(text):
        return _of_loss(text, verdict, known)
    if kind == MESSAGE:
        return _of_message(text, judge, verdict, things, known)
    return _of_things(kind, text, judge, verdict, things, known)


def _of_message(text: str, judge: Judge, verdict: Verdict, things: list[Found], known: Known) -> Answer:
    verdict = verdict._replace(state=raised(verdict.state, things))
    told = _told(text, verdict, things)
    codes = {reason.code for reason in verdict.reasons}
    alike = judge.alike(verdict) if verdict.state in {DANGER, SUSPICIOUS} else []
    form, near = _forms(verdict, alike, known)
    lines = known.lines(banks_named(verdict, things))
    bank_phone = next((line.phones[0] for line in lines if line.is_bank and line.phones), "")
    during = known.during(form.code) if form else ()
    return Answer(
        kind=MESSAGE,
        state=verdict.state,
        word=str(VERDICTS[verdict.state]),
        say=say_of_message(verdict.state, codes, things),
        base=_base(text, verdict, told, len(alike), judge, is_listed=listed(things)),
        segments=_segments(text, told),
        reasons=tuple(_whys(told, verdict)),
        steps=steps_of_form(during) or steps_of_message(verdict.state, codes, things, bank_phone),
        form=form,
        near=near,
        found=tuple(things),
        lines=lines,
        lookup=lookup_words(things),
        alike=len(alike),
        official=_official(verdict),
        cut=verdict.cut,
        version=judge.version,
        built_at=judge.built_at,
    )


def _told(text: str, verdict: Verdict, things: Sequence[Found]) -> list[Reason]:
    """The reasons that are shown: of a message that sends a code only what makes it one."""
    codes = {reason.code for reason in verdict.reasons}
    if verdict.state in {UNCLEAR, OFFICIAL}:
        calm = "code-notice" in codes or verdict.state == OFFICIAL
        return chosen([reason for reason in verdict.reasons if not calm or reason.code in CALMING])
    mobiles = [thing.value for thing in things if thing.kind == PHONE and re.fullmatch(r"0[35789]\d{8}", thing.value)]
    by_a_body = "authority" in codes or bool(banks_named(verdict, things))
    contact = of_contact(text, mobiles) if mobiles and by_a_body else None
    return chosen([*verdict.reasons, *([contact] if contact else [])])


def _of_loss(text: str, verdict: Verdict, known: Known) -> Answer:
    """For somebody who tells what they just did: whom to call, at once. Their words are no message to be judged."""
    state = max(verdict.state if verdict.state in _ORDER else SUSPICIOUS, SUSPICIOUS, key=_ORDER.index)
    lines = known.lines(banks_named(verdict, ()))
    return Answer(
        kind=MESSAGE,
        state=state,
        word=str(VERDICTS[state]),
        say=say_of_loss(),
        base=_("Đây là lời bạn kể, không phải tin nhận được, nên máy không nhận định thật hay giả."),
        segments=_segments(text, []),
        reasons=(of_loss(),),
        steps=steps_of_loss(next((line.phones[0] for line in lines if line.is_bank and line.phones), "")),
        lines=lines,
    )


def _of_things(  # noqa: PLR0917  # what the answer is made of
    kind: str, text: str, judge: Judge, verdict: Verdict, things: list[Found], known: Known
) -> Answer:
    """For a number, account, link or code without words around it: what it tells by itself."""
    first = max(things, key=lambda thing: _ORDER.index(thing.state))
    told = [reason for reason in chosen(verdict.reasons) if reason.code.startswith(("link-", "app-file"))]
    return Answer(
        kind=kind,
        state=first.state,
        word=str(VERDICTS[first.state]),
        say=say_of_thing(first.state, first),
        base=first.noted or _base_of_things(kind),
        segments=_segments(text, told) if kind in {LINK, MIXTURE} else (),
        reasons=tuple(_whys(told, verdict)),
        steps=steps_of_thing(first),
        found=tuple(things),
        lines=known.lines(banks_named(verdict, things)),
        lookup=lookup_words(things),
        cut=verdict.cut,
        version=judge.version,
        built_at=judge.built_at,
    )


def _empty() -> Answer:
    return Answer(
        kind=EMPTY,
        state=UNCLEAR,
        word=str(VERDICTS[UNCLEAR]),
        say=_("Ô còn trống. Dán tin nhắn, số điện thoại, số tài khoản, đường link hoặc gửi ảnh chụp."),
        base="",
    )


def _not_ready(text: str) -> Answer:
    """Before the first model: the honest answer, with the steps that hold for any message."""
    return Answer(
        kind=MESSAGE,
        state=UNCLEAR,
        word=str(VERDICTS[UNCLEAR]),
        say=_("Máy nhận định đang được chuẩn bị, vài phút nữa hãy hỏi lại. Trong lúc chờ, đừng làm theo tin này."),
        base=_("Chưa xem nội dung."),
        segments=_segments(text, []),
        steps=steps_of_message(UNCLEAR, (), (), ""),
    )


def _whys(told: Sequence[Reason], verdict: Verdict) -> list[Why]:
    links = [entity for entity in verdict.entities if entity.host is not None]
    return [
        why(
            reason,
            number,
            next((one for one in links if one.host and f"link-{one.host.sign}" == reason.code), None),
        )
        for number, reason in enumerate(told, start=1)
    ]


def _segments(text: str, told: Sequence[Reason]) -> tuple[Segment, ...]:
    """The message masked, cut where a reason's words begin and end."""
    shown = text[:SHOWN]
    covers = masks(shown)
    marks = [(reason.start, reason.end, number) for number, reason in enumerate(told, start=1) if reason.end <= SHOWN]
    segments: list[Segment] = []
    at = 0
    for reason_start, reason_end, number in marks:
        start, end = _widened(reason_start, reason_end, covers)
        if start < at or end <= start:
            continue
        segments += [Segment(_covered(shown, at, start, covers)), Segment(_covered(shown, start, end, covers), number)]
        at = end
    segments.append(Segment(_covered(shown, at, len(shown), covers) + (" …" if len(text) > SHOWN else "")))
    return tuple(segment for segment in segments if segment.text)


def _widened(start: int, end: int, covers: Sequence[Mask]) -> tuple[int, int]:
    """The range with every cover that it cuts into, whole."""
    for cover in covers:
        if cover.start < end and start < cover.end:
            start, end = min(start, cover.start), max(end, cover.end)
    return start, end


def _covered(text: str, start: int, end: int, covers: Sequence[Mask]) -> str:
    parts, at = [], start
    for cover in covers:
        if start <= cover.start and cover.end <= end:
            parts += [text[at : cover.start], cover.shown]
            at = cover.end
    return "".join([*parts, text[at:end]])


def _forms(verdict: Verdict, alike: Sequence[Alike], known: Known) -> tuple[FormCard | None, tuple[FormCard, ...]]:
    """The form where one is sure enough, else those that it could be."""
    codes = [verdict.form] if verdict.form else [code for code, _ in verdict.near]
    codes += [] if verdict.form else [one.form for one in alike]
    if not codes:
        return None, ()
    cards = {card.code: card for card in known.cards()}
    if verdict.form:
        return cards.get(verdict.form), ()
    return None, tuple(cards[code] for code in dict.fromkeys(codes) if code in cards)[:3]


def _official(verdict: Verdict) -> OfficialCopy | None:
    if verdict.official is None or verdict.state != OFFICIAL:
        return None
    row = OfficialMessage.objects.filter(pk=verdict.official.key).first()
    return OfficialCopy(row.sender, row.channel, row.sent_on, row.url) if row else None


def _base(text: str, verdict: Verdict, told: Sequence[Reason], alike: int, judge: Judge, *, is_listed: bool) -> str:
    """Basis and age in one line."""
    against = sum(reason.code not in CALMING for reason in told)
    day = f"{judge.built_at.astimezone(clock.VIETNAM):%d/%m/%Y}"
    parts = []
    if verdict.state in {DANGER, SUSPICIOUS}:
        if against or not is_listed:
            parts.append(_counted(against))
        if is_listed:
            parts.append(_("có trong sổ bị báo") if parts else _("Có trong sổ bị báo"))
        if alike:
            parts.append(ngettext("giống %(n)s tin mẫu đã biết", "giống %(n)s tin mẫu đã biết", alike) % {"n": alike})
    elif verdict.state == OFFICIAL:
        parts.append(_("Trùng bản tin trong sổ"))
    elif any(reason.code == "code-notice" for reason in told):
        parts.append(_("Giống mẫu tin gửi mã của ngân hàng, ứng dụng"))
    elif is_foreign(text):
        parts.append(_("Máy mới đọc được tiếng Việt, chưa đọc được chữ này. Hãy hỏi người biết tiếng, hoặc gọi 113"))
    elif len(verdict.words) < 5:
        parts.append(_("Nội dung quá ngắn để nhận định: dán cả tin thì rõ hơn"))
    elif any(reason.code == "carrier-style" for reason in told):
        parts.append(_("Viết theo kiểu tin của nhà mạng, nhưng kiểu viết này ai cũng chép được"))
    else:
        parts.append(_("Không đủ dấu hiệu quen thuộc. Nếu họ đòi tiền, đòi mã: dừng lại và gọi 113"))
    return "; ".join(parts) + ". " + _("Máy nhận định theo thư viện ngày %(day)s.") % {"day": day}


def _base_of_things(kind: str) -> str:
    told = {
        LINK: _("Chỉ xem tên miền của đường link, không mở trang."),
        PHONE: _("Chỉ xem đầu số, không biết ai đang dùng số."),
        ACCOUNT: _("Chỉ xem ngân hàng, không biết ai là chủ tài khoản."),
        QR: _("Chỉ đọc nội dung của mã, không biết ai là chủ tài khoản."),
    }
    return told.get(kind) or _("Chỉ xem từng số, từng link, không có lời của tin.")


def _counted(number: int) -> str:
    words = ("", _("Một"), _("Hai"), _("Ba"), _("Bốn"), _("Năm"), _("Sáu"))
    shown = words[number] if 0 < number < len(words) else str(number)
    return ngettext("%(n)s dấu hiệu độc lập", "%(n)s dấu hiệu độc lập", number) % {"n": shown}
