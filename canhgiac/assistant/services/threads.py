"""Words carried to a person's chat: an answer, an officer's, a receipt's code; in order, once, then forgotten here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.assistant.models import Talk, TalkTurn
from canhgiac.assistant.selectors.chattext import ChatMessage, messages_of_reply, messages_of_words
from canhgiac.assistant.selectors.replies import Reply
from canhgiac.assistant.selectors.talks import reply_of
from canhgiac.assistant.selectors.tiplinks import tip_link
from canhgiac.assistant.selectors.watches import About, about_of, consent_sentence
from canhgiac.kit import clock
from canhgiac.kit.sealing import code_shown
from canhgiac.outreach.models import Way
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.outreach.services.singles import single_send
from canhgiac.outreach.services.templates import ANSWER
from canhgiac.tips.services.intake import Receipt, TipData

from .memory import address_unbox, words_unbox
from .refusals import AssistantRefused
from .tipping import talk_tip
from .watches import watch_link, watch_make

WAYS = {Talk.Channel.ZALO: Way.ZALO, Talk.Channel.MESSENGER: Way.MESSENGER}
WINDOWS = {Way.ZALO: dt.timedelta(days=7), Way.MESSENGER: dt.timedelta(hours=24)}
"""How long after a person's last word the platforms take an answer to it."""
NEAR = dt.timedelta(minutes=20)
"""So long an answer stands near enough on the screen not to be repeated, and its link to the tip still opens."""
_SENT, _LATE, _NOBODY = "sent", "late", "nobody"


@transaction.atomic
def turn_deliver(*, turn_id: int, now: dt.datetime | None = None) -> str:
    """Puts a turn of the assistant or an officer on its way to the person's chat.

    "sent", or why not: "late" outside the platform's window after the person's last word; "nobody" on the web, where
    the account is no longer ours, and of a turn that was erased meanwhile. Behind what was said before it, also while
    that is being tried again. Twice is once.
    """
    found = Talk.objects.select_for_update(of=("self",)).select_related("provider").filter(turns=turn_id).first()
    row = TalkTurn.objects.filter(pk=turn_id).first()
    if found is None or row is None:
        return _NOBODY
    thread = found
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
    offer = _watch_offer(turn) if reply.checked is not None else ""
    return messages_of_reply(
        reply, tip_link=tip_link(talk) if reply.tip_offered else "", offer=offer, before=_above(turn)
    )


def _above(turn: TalkTurn) -> Reply | None:
    """The assistant's answer that stands right above on the person's screen."""
    row = turn.talk.turns.filter(number__lt=turn.number).exclude(who=TalkTurn.Who.PERSON).order_by("-number").first()
    is_near = row is not None and row.who == TalkTurn.Who.ASSISTANT and turn.at - row.at <= NEAR
    return reply_of(row) if row is not None and is_near else None


def _watch_offer(turn: TalkTurn) -> str:
    """How to be told later of what is not clear yet; nothing where nothing is left open."""
    return _("Muốn được báo khi rõ hơn thì nhắn: báo cho tôi khi có tin mới") if about_of(turn) is not None else ""


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
def thread_tip(*, talk: Talk, data: TipData, tells_code: bool = False, tells_news: bool = False) -> Receipt:
    """Hands the tip that the person confirmed on the linked page to the police's intake, once a talk.

    With ``tells_code`` the receipt code goes to their chat as well, as they asked; it stands in no turn, and in the
    journal until it is through. With ``tells_news`` they agreed to hear there when the tip moves. Raises TipRefused (of
    ``tips``), AssistantRefused where the talk is over.
    """
    receipt = talk_tip(talk=talk, data=data)
    if receipt.again:
        return receipt
    if tells_code:
        words = _("Mã theo dõi tin báo của bạn: %(code)s. Cán bộ không bao giờ hỏi mã này. Ghi lại rồi xóa tin này đi.")
        thread_tell(talk=talk, words=words % {"code": code_shown(receipt.code)})
    if tells_news:
        thread_watch(talk=talk, about=About(tip_id=receipt.tip.pk))
    return receipt


@transaction.atomic
def thread_watch(*, talk: Talk, about: About | None) -> str:
    """Notes that the person agreed in their chat to hear later; the sentence that tells them what became of it."""
    try:
        row = watch_make(about=about or About(), way=talk.channel, talk=talk)
    except AssistantRefused as refusal:
        return str(refusal)
    if row is None:
        return _("Hiện chưa hẹn được. Hỏi lại trợ lý khi cần.")
    told = {"words": consent_sentence(talk.channel, of_tip=bool(row.tip_id)), "link": watch_link(row)}
    return _("Đã ghi lời hẹn của bạn: “%(words)s” Xem hoặc dừng: %(link)s") % told
