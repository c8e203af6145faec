"""Talks: what a person says and what the assistant answers, kept boxed and no longer than the thread needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.assistant.models import GapQuestion, Talk, TalkTurn
from canhgiac.assistant.selectors.answering import reply_to
from canhgiac.assistant.selectors.pictures import PictureRefused, picture_text
from canhgiac.assistant.selectors.replies import Reply, reply_told
from canhgiac.engines.recognition.pictures import QrRead
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.models import Provider

from .gaps import gap_note
from .memory import address_box, memory_box, memory_unbox, person_digest, words_box, words_unbox
from .observing import message_observe
from .refusals import AssistantRefused

KEPT = dt.timedelta(days=1)
"""After the last word of either side."""
KEPT_AFTER_DUTY = dt.timedelta(days=30)
"""After an officer ended a talk that was handed over: the person may ask what was meant."""
MOST_WORDS = 10_000
"""Characters of one message that are read and kept; the rest is cut off."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What the person sent, as it is kept and as it is understood."""

    kept: str
    text: str
    codes: tuple[QrRead, ...] = ()


@transaction.atomic
def talk_of(
    *,
    channel: Talk.Channel | str,
    key: str,
    provider: Provider | None = None,
    address: str = "",
    member: Member | None = None,
    now: dt.datetime | None = None,
) -> Talk:
    """The person's open talk, or a new one. ``key`` tells the person apart on this channel and is not kept.

    ``address``: where answers go on Zalo and Messenger. ``member``: who is logged in; a talk that began without is
    never given to one, nor one's to nobody: the page makes the key of both. A talk past its time is forgotten here.
    """
    now = now or clock.now()
    person = person_digest(channel, key)
    Talk.objects.exclude(state=Talk.State.ENDED).filter(person=person, forget_at__lte=now).delete()
    open_now = Talk.objects.exclude(state=Talk.State.ENDED).filter(person=person)
    if (known := open_now.select_related("member", "area").first()) is not None:
        if provider is not None and known.provider_id != provider.pk:
            Talk.objects.filter(pk=known.pk).update(provider=provider)
            known.provider = provider
        return known
    try:
        with transaction.atomic():
            return Talk.objects.create(
                channel=channel,
                person=person,
                address_sealed=address_box(address) if address else None,
                provider=provider,
                member=member,
                begun_at=now,
                said_at=now,
                forget_at=now + KEPT,
            )
    except IntegrityError:  # the same person's two messages came at once
        return open_now.get()


@transaction.atomic
def talk_say(
    *,
    talk: Talk,
    text: str,
    picture: bytes | None = None,
    inbound: int | None = None,
    now: dt.datetime | None = None,
) -> TalkTurn | None:
    """Writes what the person says and the assistant's answer; answers with the assistant's turn.

    While an officer holds the talk only the person's turn is written and None is returned. The same ``inbound`` (id of
    an ``outreach.InboundMessage``) a second time writes nothing and returns the answer of the first. Raises
    AssistantRefused where nothing was said or the talk is over, PictureRefused where the picture cannot be read; the
    messages are for the person.
    """
    now = now or clock.now()
    said = _said(text, picture)
    row = _locked(talk)
    if inbound is not None and (before := TalkTurn.objects.filter(inbound=inbound).first()) is not None:
        return before.talk.turns.filter(number=before.number + 1, who=TalkTurn.Who.ASSISTANT).first()
    number = _next(row)
    theirs = TalkTurn(
        talk=row,
        number=number,
        who=TalkTurn.Who.PERSON,
        words_sealed=words_box(said.kept),
        inbound=inbound,
        at=now,
    )
    row.said_at = now
    if row.state == Talk.State.HELD:
        theirs.save()
        _keep(row, talk, now)
        return None
    reply = reply_to(
        [said.text], memory=memory_unbox(row.memory_sealed), member=row.member, area=row.area, codes=said.codes
    )
    theirs.act = reply.act
    ours = _answer(row, number + 1, reply, now)
    TalkTurn.objects.bulk_create([theirs, ours])
    row.memory_sealed = memory_box(reply.memory)
    _keep(row, talk, now)
    _notice(said.text, reply)
    return ours


@transaction.atomic
def turn_add(
    *,
    talk: Talk,
    who: TalkTurn.Who | str,
    words: str,
    by: Member | None = None,
    now: dt.datetime | None = None,
) -> TalkTurn:
    """Writes a turn that asks for no answer: an officer's words. Its caller has checked that ``by`` may.

    Raises AssistantRefused where nothing is said or the talk is over.
    """
    now = now or clock.now()
    told = storable(words).strip()[:MOST_WORDS]
    if not told:
        raise AssistantRefused(_("Chưa có nội dung để gửi."))
    row = _locked(talk)
    turn = TalkTurn.objects.create(talk=row, number=_next(row), who=who, words_sealed=words_box(told), by=by, at=now)
    _keep(row, talk, now)
    _carry(row, turn)
    return turn


@transaction.atomic
def reply_add(*, talk: Talk, reply: Reply, now: dt.datetime | None = None) -> TalkTurn:
    """Writes an answer of the assistant that nobody's words called for: that somebody waits, that an officer left.

    Raises AssistantRefused where the talk is over.
    """
    now = now or clock.now()
    row = _locked(talk)
    turn = _answer(row, _next(row), reply, now)
    turn.save()
    _keep(row, talk, now)
    _carry(row, turn)
    return turn


@transaction.atomic
def turn_mark(*, turn: TalkTurn, helpful: bool) -> None:
    """The person's own mark on an answer of the assistant; "not helpful" becomes a masked question for the editors.

    The same mark twice is one. Raises AssistantRefused for a turn that is no answer.
    """
    row = TalkTurn.objects.select_for_update().get(pk=turn.pk)
    if row.who != TalkTurn.Who.ASSISTANT:
        raise AssistantRefused(_("Chỉ đánh giá được câu trả lời của trợ lý."))
    if row.helpful is helpful:
        return
    TalkTurn.objects.filter(pk=row.pk).update(helpful=helpful)
    turn.helpful = helpful
    if helpful:
        return
    asked = row.talk.turns.filter(number__lt=row.number, who=TalkTurn.Who.PERSON).order_by("-number").first()
    if asked is not None:
        gap_note(
            words=words_unbox(bytes(asked.words_sealed)),
            why=GapQuestion.Why.UNHELPFUL,
            act=row.act,
            sources=row.sources,
        )


@transaction.atomic
def talk_end(*, talk: Talk, keep: dt.timedelta = KEPT, now: dt.datetime | None = None) -> None:
    """Ends a talk; its words go after ``keep``. The person's next word begins another. Twice is once."""
    moment = now or clock.now()
    Talk.objects.exclude(state=Talk.State.ENDED).filter(pk=talk.pk).update(
        state=Talk.State.ENDED, forget_at=moment + keep
    )
    talk.state = Talk.State.ENDED


@transaction.atomic
def talk_move(*, talk: Talk, key: str, member: Member | None = None) -> None:
    """Gives a talk another key: who holds the former one finds nothing any more.

    What that key's own thread was is ended; its words go at their time. A talk that is over stays as it is.
    """
    person = person_digest(talk.channel, key)
    former = Talk.objects.exclude(state=Talk.State.ENDED).filter(person=person).exclude(pk=talk.pk)
    former.update(state=Talk.State.ENDED)
    Talk.objects.exclude(state=Talk.State.ENDED).filter(pk=talk.pk).update(person=person, member=member)


@transaction.atomic
def talk_erase(*, talk: Talk) -> None:
    """Erases a talk with all its words, and the person's earlier ones, at once at their wish, whoever holds it.

    Twice is once.
    """
    Talk.objects.filter(person=bytes(talk.person)).delete()


@transaction.atomic
def talks_forget(*, now: dt.datetime | None = None) -> int:
    """Erases every talk whose time is over; how many. A second run finds none."""
    due = list(Talk.objects.filter(forget_at__lte=now or clock.now()).order_by("pk"))
    if due:
        Talk.objects.filter(pk__in=[talk.pk for talk in due]).delete()
        audit_record(by=None, act="assistant.talks_forget", subject=due[0], facts={"count": len(due)})
    return len(due)


def _said(text: str, picture: bytes | None) -> _Said:
    """The words, and those of the picture with a line that says where they stand."""
    typed = storable(text).strip()[:MOST_WORDS]
    if picture is None:
        if not typed:
            raise AssistantRefused(_("Chưa có nội dung. Gõ câu hỏi, hoặc dán tin nhắn, số, đường link bạn nhận được."))
        return _Said(typed, typed)
    read = picture_text(picture)
    seen = storable(read.text).strip()[:MOST_WORDS]
    if not (typed or seen or read.codes):
        raise PictureRefused(read.note)
    found = seen or (_("mã QR") if read.codes else _("không thấy chữ"))
    kept = "\n\n".join(part for part in (typed, _("[Ảnh] %(words)s") % {"words": found}) if part)
    return _Said(kept, "\n\n".join(part for part in (typed, seen) if part), read.codes)


def _locked(talk: Talk) -> Talk:
    """The row, locked, so that two messages at once are two turns in order."""
    row = Talk.objects.select_for_update(of=("self",)).select_related("member", "area").filter(pk=talk.pk).first()
    if row is None or row.state == Talk.State.ENDED:
        raise AssistantRefused(_("Cuộc trò chuyện này đã kết thúc. Gửi lại để bắt đầu cuộc mới."))
    return row


def _next(row: Talk) -> int:
    return (row.turns.aggregate(last=Max("number"))["last"] or 0) + 1


def _answer(row: Talk, number: int, reply: Reply, now: dt.datetime) -> TalkTurn:
    return TalkTurn(
        talk=row,
        number=number,
        who=TalkTurn.Who.ASSISTANT,
        words_sealed=words_box(reply_told(reply)),
        act=reply.act,
        sources=_ids(reply),
        at=now,
    )


def _ids(reply: Reply) -> Sequence[str]:
    return [source.id for source in reply.sources]


def _keep(row: Talk, talk: Talk, now: dt.datetime) -> None:
    """Writes the talk's row, tells the caller's object, and moves the day of forgetting on, never back."""
    row.forget_at = max(row.forget_at, now + KEPT)
    row.version += 1
    row.save(update_fields=["said_at", "forget_at", "memory_sealed", "version"])
    for name in ("state", "said_at", "forget_at", "memory_sealed", "version"):
        setattr(talk, name, getattr(row, name))


def _carry(row: Talk, turn: TalkTurn) -> None:
    """To a person on a chat the words have to be brought (``services.chatting``), in the order of the turns."""
    if row.channel != Talk.Channel.WEB and turn.who != TalkTurn.Who.PERSON:
        work.enqueue("assistant.turn_deliver", lock=f"assistant.talk.{row.pk}", turn_id=turn.pk)


def _notice(text: str, reply: Reply) -> None:
    """What others learn of it, without whose it is: the radar of an alarming message, editors of what has no answer."""
    if reply.checked is not None:
        message_observe(text=text, answer=reply.checked)
    if not reply.is_good:
        unknown = reply.act == "unknown"
        gap_note(
            words=text,
            why=GapQuestion.Why.UNKNOWN if unknown else GapQuestion.Why.NO_SOURCE,
            act=reply.act,
            sources=_ids(reply),
        )
