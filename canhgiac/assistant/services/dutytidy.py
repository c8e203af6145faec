"""What the clock does for the duty desk: nobody waits for ever, and nobody is told nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.services import audit_record
from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn
from canhgiac.assistant.selectors.desk import desk_says, urgent_lines
from canhgiac.assistant.selectors.hours import Week, open_time, week
from canhgiac.kit import clock

from .dutynotices import desk_tell
from .talks import KEPT_AFTER_DUTY, reply_add, talk_end

WAIT_MOST = dt.timedelta(hours=1)
"""Of the desk's open time: who was taken by nobody goes back to the assistant and is told whom to call."""
SILENT_MOST = dt.timedelta(minutes=30)
"""Of the desk's open time: a person who wrote and got no word from the officer goes back into the queue."""
GONE_AFTER = dt.timedelta(hours=24)
"""A person who does not write for so long after the officer's last word is gone, and the talk is ended."""

Act = Callable[[DutyTalk, Talk, dt.datetime], None]


def duty_tidy(*, now: dt.datetime | None = None) -> int:
    """Settles every asking whose time is over and tells the desk who waits; how many were settled. Twice is once."""
    moment = now or clock.now()
    hours = week()
    rows = DutyTalk.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True)
    settled = sum(_settle(pk, moment, hours) for pk in list(rows))
    with transaction.atomic():
        desk_tell(now=moment)
    return settled


@transaction.atomic
def _settle(duty_id: int, now: dt.datetime, hours: Week) -> bool:
    """One asking in its own transaction, so that one at fault holds up no other; whether anything was done."""
    thread = Talk.objects.select_for_update().filter(duty=duty_id).first()
    row = DutyTalk.objects.select_for_update(of=("self",)).filter(pk=duty_id, ended_at=None).first()
    act = None if thread is None or row is None else _due(row, thread, now, hours)
    if thread is None or row is None or act is None:
        return False
    act(row, thread, now)
    return True


def _due(row: DutyTalk, thread: Talk, now: dt.datetime, hours: Week) -> Act | None:
    """What is to be done with an open asking now; None for nothing."""
    if row.taken_by_id is None or row.taken_at is None:
        return _unanswered if open_time(row.asked_at, now, hours=hours) >= WAIT_MOST else None
    last = thread.turns.exclude(who=TalkTurn.Who.ASSISTANT).order_by("-number").values_list("who", "at").first()
    since = max(row.taken_at, last[1]) if last else row.taken_at
    if last is not None and last[0] == TalkTurn.Who.PERSON:
        return _requeued if open_time(since, now, hours=hours) >= SILENT_MOST else None
    return _gone if now - since >= GONE_AFTER else None


def _unanswered(row: DutyTalk, thread: Talk, now: dt.datetime) -> None:
    """Nobody took it: back to the assistant, with whom to call."""
    row.ended_at, row.outcome, row.version = now, DutyTalk.Outcome.RETURNED, row.version + 1
    row.save(update_fields=["ended_at", "outcome", "version"])
    _state(thread, Talk.State.OPEN)
    says = desk_says(
        _("Xin lỗi, chưa người trực nào vào được. Trợ lý tiếp tục trả lời ở đây."),
        _("Việc gấp thì gọi các số dưới đây; muốn chờ tiếp thì viết: gặp người trực."),
        lines=urgent_lines(),
    )
    reply_add(talk=thread, reply=says, now=now)
    audit_record(by=None, act="assistant.duty_unanswered", subject=row, facts={"why": row.why})


def _requeued(row: DutyTalk, thread: Talk, now: dt.datetime) -> None:
    """The officer fell silent: another may take it."""
    was, row.taken_by, row.taken_at, row.asked_at = row.taken_by_id, None, None, now
    row.version += 1
    row.save(update_fields=["taken_by", "taken_at", "asked_at", "version"])
    _state(thread, Talk.State.WAITING)
    reply_add(talk=thread, reply=desk_says(_("Người trực trước bận việc khác. Đã gọi người khác vào.")), now=now)
    audit_record(by=None, act="assistant.duty_requeue", subject=row, facts={"was": was})


def _gone(row: DutyTalk, thread: Talk, now: dt.datetime) -> None:
    """The person writes no more: ended, and told so where they look again."""
    row.ended_at, row.outcome, row.version = now, DutyTalk.Outcome.GONE, row.version + 1
    row.save(update_fields=["ended_at", "outcome", "version"])
    says = desk_says(_("Đã một ngày chưa thấy bạn trả lời nên cuộc trò chuyện kết thúc. Cần hỏi thì viết câu mới."))
    reply_add(talk=thread, reply=says, now=now)
    talk_end(talk=thread, keep=KEPT_AFTER_DUTY, now=now)
    audit_record(by=None, act="assistant.duty_gone", subject=row)


def _state(thread: Talk, state: Talk.State) -> None:
    thread.state = state
    thread.version += 1
    thread.save(update_fields=["state", "version"])
