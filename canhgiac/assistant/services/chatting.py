"""The assistant on Zalo and Messenger: what people write there is answered on the same thread, once and in order.

``outreach`` keeps a message, acts on STOP and the like, and tells of the rest. Messages of one person that come close
together are answered as one: each waits until nothing more came for ``settings.ASSISTANT_QUIET`` seconds, or until the
first has waited ``MOST_WAIT``. Answer, turns and the note that the messages were answered are one transaction: a worker
that dies leaves all of it or nothing, and the queue hands the job on. The answer leaves by the sender's journal.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn
from canhgiac.assistant.selectors.desk import desk_reply, desk_says, standing
from canhgiac.assistant.selectors.pictures import PictureRefused, picture_text
from canhgiac.assistant.selectors.talkpages import why_asked
from canhgiac.assistant.selectors.watches import About, chat_about, wants_watch
from canhgiac.channels.media import MESSENGER_HOSTS, ZALO_HOSTS, MediaError, fetch
from canhgiac.engines.recognition.pictures import MOST_BYTES
from canhgiac.kit import clock
from canhgiac.outreach.models import InboundMessage, Provider, Way
from canhgiac.outreach.services.digests import address_canonical, address_digest
from canhgiac.outreach.services.mailings import inbound_taken
from canhgiac.training.services.drillreports import reports_read

from .duty import duty_ask
from .memory import memory_unbox
from .talks import reply_add, talk_of, talk_say, turn_add
from .threads import thread_watch, turn_deliver

logger = logging.getLogger(__name__)

MOST_WAIT = dt.timedelta(seconds=10)
"""So long the first of several messages waits at most for more to come."""
TOGETHER = dt.timedelta(minutes=15)
"""Older messages of the same person that wait still are not joined to a new one: their own job answers them."""
MOST_TOGETHER = 20
MOST_PICTURES = 3
CHANNELS = {Way.ZALO: Talk.Channel.ZALO, Way.MESSENGER: Talk.Channel.MESSENGER}
HOSTS = {Way.ZALO: ZALO_HOSTS, Way.MESSENGER: MESSENGER_HOSTS}


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one person sent, put together."""

    words: str
    picture: bytes | None = None
    notes: tuple[str, ...] = ()
    """What of it could not be read, in sentences for the person."""


def inbound_answer(*, inbound_id: int, now: dt.datetime | None = None) -> dt.datetime | None:
    """Answers a kept message of a chat together with those of the same person that wait beside it.

    Answered, stopped or read by a person meanwhile: nothing. The moment at which to look again is returned, and the job
    for it is on the queue, while more may be coming. Pictures are fetched before the transaction, from the platform's
    own hosts.
    """
    moment = now or clock.now()
    row = _waiting_one(inbound_id)
    if row is None or row.provider is None or not row.provider.is_active:
        return None  # without a way back it stays in the list for people
    waiting = _waiting_beside(row)
    if not waiting or (waiting[-1].pk > row.pk and not _is_over(waiting, moment)):
        return None  # the newest one's own job answers all of them
    due = waiting[-1].came_at + _quiet(waiting[-1])
    if due > moment and not _is_over(waiting, moment):
        work.enqueue("assistant.inbound_answer", at=due, inbound_id=row.pk)
        return due
    _answer(row.provider, [one.pk for one in waiting], _pictures(row.provider, row.way, waiting), moment)
    return None


def _waiting_one(inbound_id: int) -> InboundMessage | None:
    """The message if nobody acted on it; a drill's report is training's."""
    found = InboundMessage.objects.select_related("provider").filter(pk=inbound_id, act="kept", kind="text")
    row = found.first()
    if row is not None and row.text.strip()[:3].casefold() in {"bao", "báo", "dt ", "dt"}:
        reports_read()
        row = found.first()
    return row


def _waiting_beside(row: InboundMessage) -> list[InboundMessage]:
    """What waits of the same person from the same minutes, by the order in which it came. One query."""
    rows = InboundMessage.objects.filter(provider=row.provider_id, way=row.way, sender=row.sender, act="kept")
    near = rows.filter(kind="text", came_at__gte=row.came_at - TOGETHER, came_at__lte=row.came_at + TOGETHER)
    return list(near.order_by("pk")[:MOST_TOGETHER])


def _quiet(last: InboundMessage) -> dt.timedelta:
    """How long nothing more must come. Nobody goes on after the number of a choice."""
    text = last.text.strip()
    is_choice = len(text) == 1 and text.isdigit() and not last.attachments
    return dt.timedelta(seconds=0 if is_choice else settings.ASSISTANT_QUIET)


def _is_over(waiting: Sequence[InboundMessage], now: dt.datetime) -> bool:
    """Whether the first has waited long enough, or there are as many as are answered at once."""
    return now - waiting[0].came_at >= MOST_WAIT or len(waiting) >= MOST_TOGETHER


def _pictures(provider: Provider, way: str, waiting: Sequence[InboundMessage]) -> dict[str, bytes]:
    """The first pictures' bytes by address, as far as they could be fetched."""
    hosts = (*HOSTS[Way(way)], *map(str, provider.settings.get("media_hosts", ())))
    urls = [part["url"] for one in waiting for part in one.attachments if part["kind"] == "image"]
    found = {}
    for url in urls[:MOST_PICTURES]:
        try:
            found[url] = async_to_sync(fetch)(url, hosts=hosts, most=MOST_BYTES)
        except MediaError as error:
            logger.warning("a picture of a chat was not fetched (%s)", error.code)
    return found


def _heard(taken: Sequence[InboundMessage], fetched: Mapping[str, bytes]) -> _Heard:
    """Words in the order in which they were written, the first picture, and what could not be read."""
    rows = sorted(taken, key=lambda one: (one.at, one.pk))
    texts = [one.text.strip() for one in rows if one.text.strip()]
    parts = [part for one in rows for part in one.attachments]
    texts += [part["url"] for part in parts if part["kind"] == "link" and part["url"] and part["url"] not in texts]
    notes = [_cannot(part["kind"]) for part in parts]
    urls = [part["url"] for part in parts if part["kind"] == "image"]
    if len(urls) > MOST_PICTURES:
        notes.append(_("Tôi chỉ đọc %(n)d ảnh đầu. Gửi tiếp các ảnh còn lại sau nhé.") % {"n": MOST_PICTURES})
    if any(url not in fetched for url in urls[:MOST_PICTURES]):
        notes.append(_("Tôi chưa tải được ảnh bạn gửi. Gửi lại, hoặc gõ lại chữ trong ảnh giúp tôi."))
    pictures = [fetched[url] for url in urls if url in fetched]
    for picture in pictures[1:]:
        try:
            texts.append(picture_text(picture).text)
        except PictureRefused as refusal:
            notes.append(str(refusal))
    words = "\n".join(text for text in texts if text)
    return _Heard(words, pictures[0] if pictures else None, tuple(dict.fromkeys(note for note in notes if note)))


def _cannot(kind: str) -> str:
    """What is said of an attachment that we cannot read; nothing of one that asks for no answer."""
    told = {
        "audio": _("Tôi chưa nghe được tin nhắn thoại. Bạn gõ lại vài chữ nội dung chính giúp tôi."),
        "video": _("Tôi chưa xem được video. Chụp màn hình đoạn cần hỏi, hoặc kể lại vài câu."),
        "file": _(
            "Tôi không mở tệp người khác gửi. Đừng mở hay cài tệp đó; chụp màn hình tin kèm tệp rồi gửi vào đây."
        ),
        "location": _("Tôi chưa đọc được vị trí. Bạn gõ tên xã, phường giúp tôi."),
        "other": _("Tôi chỉ đọc được chữ và ảnh. Bạn gõ lại nội dung, hoặc gửi ảnh chụp màn hình."),
    }
    return told.get(kind, "")


@transaction.atomic
def _answer(provider: Provider, inbound_ids: Sequence[int], fetched: Mapping[str, bytes], now: dt.datetime) -> None:
    """Turns, answer and the mark on the messages, all or nothing.

    What is answered is what nobody took until the rows were locked: of two workers at once one finds less, or nothing.
    """
    rows = InboundMessage.objects.select_for_update().filter(pk__in=inbound_ids, act="kept").order_by("pk")
    taken = list(rows)
    if not taken:
        return
    way, address = Way(taken[0].way), address_canonical(taken[0].way, taken[0].sender)
    key = address_digest(way, address).hex()
    talk = talk_of(channel=CHANNELS[way], key=key, provider=provider, address=address, now=now)
    # A webhook that came late leaves less of the platform's window, and one out of order takes nothing of it away.
    spoke_at = min(now, max(one.at for one in taken))
    before = talk.said_at if talk.turns.exists() else spoke_at
    heard = _heard(taken, fetched)
    heard = replace(heard, words=_meant(talk, heard.words))
    if wants_watch(heard.words) and heard.picture is None and (about := chat_about(talk)) is not None:
        turn, notes = None, _watched(talk, heard.words, about, now)
    else:
        turn, notes = _said(talk, heard, inbound=taken[0].pk, now=now)
    Talk.objects.filter(pk=talk.pk).update(said_at=max(before, spoke_at))
    if turn is not None and turn.act == "human":
        _to_the_desk(talk, turn, now)
    elif turn is not None and turn_deliver(turn_id=turn.pk, now=now) == "late" and turn.act != "smalltalk":
        _unheard(talk, now)
    if notes and talk.state != Talk.State.HELD:  # an officer sees it stand there
        reply_add(talk=talk, reply=desk_says(*notes), now=now)
    inbound_taken(inbound_ids=[one.pk for one in taken], act="assistant", forget=True)


def _watched(talk: Talk, words: str, about: About, now: dt.datetime) -> list[str]:
    """Takes up the offer to be told later; what is said to it."""
    turn_add(talk=talk, who=TalkTurn.Who.PERSON, words=words, now=now)
    return [thread_watch(talk=talk, about=about)]


def _meant(talk: Talk, words: str) -> str:
    """What a bare number says: the choice that stood under it in the answer before."""
    bare = words.strip(" .)")
    memory = memory_unbox(bytes(talk.memory_sealed)) if talk.memory_sealed and len(bare) == 1 else None
    if memory is None or not (bare.isascii() and bare.isdigit()) or not 0 < int(bare) <= len(memory.offered):
        return words
    return memory.offered[int(bare) - 1]


def _said(talk: Talk, heard: _Heard, *, inbound: int, now: dt.datetime) -> tuple[TalkTurn | None, list[str]]:
    """Writes the person's turn; the assistant's turn where there is one, and what could not be read."""
    notes = list(heard.notes)
    try:
        if heard.words or heard.picture is not None:
            return talk_say(talk=talk, text=heard.words, picture=heard.picture, inbound=inbound, now=now), notes
    except PictureRefused as refusal:
        notes.append(str(refusal))
        if heard.words:
            return talk_say(talk=talk, text=heard.words, inbound=inbound, now=now), notes
    turn_add(talk=talk, who=TalkTurn.Who.PERSON, words=_("[Ảnh hoặc tệp chưa đọc được]"), now=now)
    return None, notes


def _unheard(talk: Talk, now: dt.datetime) -> None:
    """What came so late that the platform takes no answer any more goes before a person, who may know another way."""
    why = why_asked(talk)
    duty_ask(talk=talk, why=DutyTalk.Why.UNKNOWN if why == DutyTalk.Why.ASKED else why, now=now)


def _to_the_desk(talk: Talk, turn: TalkTurn, now: dt.datetime) -> None:
    """Who asks for a person on a chat has no button to tap: the desk is asked, and its answer stands for ours."""
    why = why_asked(talk)
    turn.delete()
    duty = duty_ask(talk=talk, why=DutyTalk.Why.ASKED if why == DutyTalk.Why.UNKNOWN else why, now=now)
    if duty.asked_at < now:  # asked before: only their place is told again
        reply_add(talk=talk, reply=desk_reply(standing(duty, now=now)), now=now)
