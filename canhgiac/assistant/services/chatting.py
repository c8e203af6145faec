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
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn
from canhgiac.assistant.selectors.chattext import ChatMessage, messages_of_reply, messages_of_words
from canhgiac.assistant.selectors.desk import desk_reply, desk_says, standing
from canhgiac.assistant.selectors.pictures import PictureRefused, picture_text
from canhgiac.assistant.selectors.talkpages import why_asked
from canhgiac.assistant.selectors.talks import reply_of
from canhgiac.assistant.selectors.tiplinks import tip_link
from canhgiac.channels.media import MESSENGER_HOSTS, ZALO_HOSTS, MediaError, fetch
from canhgiac.engines.recognition.pictures import MOST_BYTES
from canhgiac.kit import clock
from canhgiac.kit.sealing import code_shown
from canhgiac.outreach.models import InboundMessage, Provider, Way
from canhgiac.outreach.services.digests import address_canonical, address_digest
from canhgiac.outreach.services.mailings import inbound_taken
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.outreach.services.singles import single_send
from canhgiac.outreach.services.templates import ANSWER
from canhgiac.tips.services.intake import Receipt, TipData
from canhgiac.training.services.drillreports import reports_read

from .duty import duty_ask
from .memory import address_unbox, memory_unbox, words_unbox
from .refusals import AssistantRefused
from .talks import reply_add, talk_of, talk_say, turn_add
from .tipping import talk_tip

logger = logging.getLogger(__name__)

JOB = "assistant.inbound_answer"
MOST_WAIT = dt.timedelta(seconds=10)
"""So long the first of several messages waits at most for more to come."""
TOGETHER = dt.timedelta(minutes=15)
"""Older messages of the same person that wait still are not joined to a new one: their own job answers them."""
MOST_TOGETHER = 20
MOST_PICTURES = 3
CHANNELS = {Way.ZALO: Talk.Channel.ZALO, Way.MESSENGER: Talk.Channel.MESSENGER}
WAYS = {channel: way for way, channel in CHANNELS.items()}
WINDOWS = {Way.ZALO: dt.timedelta(days=7), Way.MESSENGER: dt.timedelta(hours=24)}
"""How long after a person's last word the platforms take an answer to it."""
HOSTS = {Way.ZALO: ZALO_HOSTS, Way.MESSENGER: MESSENGER_HOSTS}
_SENT, _LATE, _NOBODY = "sent", "late", "nobody"


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
        work.enqueue(JOB, at=due, inbound_id=row.pk)
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
    turn, notes = _said(talk, heard, inbound=taken[0].pk, now=now)
    Talk.objects.filter(pk=talk.pk).update(said_at=max(before, spoke_at))
    if turn is not None and turn.act == "human":
        _to_the_desk(talk, turn, now)
    elif turn is not None:
        turn_deliver(turn=turn, now=now)
    if notes and talk.state != Talk.State.HELD:  # an officer sees it stand there
        reply_add(talk=talk, reply=desk_says(*notes), now=now)
    inbound_taken(inbound_ids=[one.pk for one in taken], act="assistant", forget=True)


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


def _to_the_desk(talk: Talk, turn: TalkTurn, now: dt.datetime) -> None:
    """Who asks for a person on a chat has no button to tap: the desk is asked, and its answer stands for ours."""
    why = why_asked(talk)
    turn.delete()
    duty = duty_ask(talk=talk, why=DutyTalk.Why.ASKED if why == DutyTalk.Why.UNKNOWN else why, now=now)
    if duty.asked_at < now:  # asked before: only their place is told again
        reply_add(talk=talk, reply=desk_reply(standing(duty, now=now)), now=now)


@transaction.atomic
def turn_deliver(*, turn: TalkTurn, now: dt.datetime | None = None) -> str:
    """Puts a turn of the assistant or an officer on its way to the person's chat.

    "sent", or why not: "late" outside the platform's window after the person's last word, "nobody" on the web and where
    the account is no longer ours. Behind what was said before it, also while that is being tried again. Twice is once.
    """
    thread = Talk.objects.select_for_update(of=("self",)).select_related("provider").get(pk=turn.talk_id)
    row = TalkTurn.objects.get(pk=turn.pk)
    if row.delivery is not None:
        return _SENT
    if row.who == TalkTurn.Who.PERSON or thread.channel not in WAYS or thread.provider is None:
        return _NOBODY
    way = WAYS[Talk.Channel(thread.channel)]
    if (now or clock.now()) - thread.said_at >= WINDOWS[way]:
        return _LATE
    try:
        _send(thread, way, row, _messages(thread, row))
    except ProviderRefused:
        return _NOBODY
    return _SENT


def _messages(talk: Talk, turn: TalkTurn) -> list[ChatMessage]:
    if turn.who == TalkTurn.Who.OFFICER:
        return messages_of_words(words_unbox(bytes(turn.words_sealed)), who=_("Người trực"))
    reply = reply_of(turn)
    return messages_of_reply(reply, tip_link=tip_link(talk) if reply.tip_offered else "")


def _send(talk: Talk, way: Way, turn: TalkTurn, messages: Sequence[ChatMessage]) -> None:
    """One delivery a message, each behind the one before, the first behind the thread's last."""
    earlier = talk.turns.filter(number__lt=turn.number, delivery__isnull=False).order_by("-number")
    after: int | None = earlier.values_list("delivery", flat=True).first()
    for message in messages:
        after = chat_send(talk=talk, way=way, message=message, after=after)
    turn.delivery = after
    TalkTurn.objects.filter(pk=turn.pk).update(delivery=after)


def chat_send(*, talk: Talk, way: Way, message: ChatMessage, after: int | None = None) -> int:
    """One message to the talk's person, in the caller's transaction; the delivery's id. Raises ProviderRefused."""
    address = address_unbox(bytes(talk.address_sealed)) if talk.address_sealed else ""
    return single_send(
        template=ANSWER,
        way=way,
        language="vi",
        to=address,
        digest=address_digest(way, address),
        fields=message.fields,
        provider=talk.provider,
        after=after,
    )


_FORGET = """
    UPDATE outreach_delivery d SET fields = '{}'
    FROM outreach_chunk c JOIN outreach_lane l ON l.id = c.lane_id
    WHERE l.broadcast_id IS NULL AND l.template = %(template)s AND c.state = 'done' AND c.again = 0
      AND c.at > %(since)s AND d.id = ANY(c.ids) AND d.made_at > %(made)s AND d.fields <> '{}'"""
KEPT_IN_JOURNAL = dt.timedelta(days=2)
"""Chunks looked at: a message is tried for less than six hours."""


@transaction.atomic
def chats_forget(*, now: dt.datetime | None = None) -> int:
    """Empties the words out of answers that are through: taken, refused or uncertain; how many.

    The journal keeps that and when something was sent to whom; the words are in the talk alone, boxed, and go with it.
    """
    moment = now or clock.now()
    facts: dict[str, Any] = {
        "template": ANSWER,
        "since": moment - KEPT_IN_JOURNAL,
        "made": moment - 2 * KEPT_IN_JOURNAL,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, facts)
        return int(cursor.rowcount)


def thread_tell(*, talk: Talk, words: str) -> str:
    """Sends words to the person's chat that stand in no turn: a receipt code the person wants there.

    Kept nowhere once sent. "sent", "late" or "nobody" as ``turn_deliver``. Raises AssistantRefused for no words.
    """
    if not words.strip():
        raise AssistantRefused(_("Chưa có nội dung để gửi."))
    with transaction.atomic():
        thread = Talk.objects.select_for_update(of=("self",)).select_related("provider").get(pk=talk.pk)
        if thread.channel not in WAYS or thread.provider is None:
            return _NOBODY
        way = WAYS[Talk.Channel(thread.channel)]
        if clock.now() - thread.said_at >= WINDOWS[way]:
            return _LATE
        after = thread.turns.filter(delivery__isnull=False).order_by("-number").values_list("delivery", flat=True)
        previous: int | None = after.first()
        try:
            for message in messages_of_words(words):
                previous = chat_send(talk=thread, way=way, message=message, after=previous)
        except ProviderRefused:
            return _NOBODY
    return _SENT


@transaction.atomic
def thread_tip(*, talk: Talk, data: TipData, tells_code: bool) -> Receipt:
    """Hands the tip that the person confirmed on the linked page to the police's intake, once a talk.

    With ``tells_code`` the receipt code goes to their chat as well, as they asked; it stands in no turn, and in the
    journal until it is through. Raises TipRefused (of ``tips``), AssistantRefused where the talk is over.
    """
    receipt = talk_tip(talk=talk, data=data)
    if tells_code and not receipt.again:
        words = _("Mã theo dõi tin báo của bạn: %(code)s. Cán bộ không bao giờ hỏi mã này. Ghi lại rồi xóa tin này đi.")
        thread_tell(talk=talk, words=words % {"code": code_shown(receipt.code)})
    return receipt
