"""The duty desk: a talk handed to a person, and given back.

Every act locks the talk first and then its asking, so that two officers, the person and the clock meet in one order.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn
from canhgiac.assistant.selectors.desk import desk_reply, desk_says, standing
from canhgiac.assistant.selectors.duty import OFFICERS, Opened, own_words_lint, talk_opened
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.selectors.linting import Finding

from .dutynotices import desk_tell, pass_tell
from .refusals import AssistantRefused
from .talks import KEPT_AFTER_DUTY, reply_add, turn_add
from .threads import WAYS, WINDOWS

MOST_WORDS = 2000
State = Talk.State


class DutyTaken(AssistantRefused):
    """Another officer has it; ``holder`` is who."""

    def __init__(self, holder: Member) -> None:
        super().__init__(_("%(name)s đang giữ cuộc trò chuyện này.") % {"name": holder.full_name})
        self.holder = holder


class DutyWarned(AssistantRefused):
    """What the officer wrote could be taken for a scam; ``findings`` say what. Sent only when they say so again."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(_("Lời này dễ bị hiểu là tin lừa đảo. Sửa lại, hoặc xác nhận vẫn gửi."), "text")
        self.findings = findings


@transaction.atomic
def duty_ask(*, talk: Talk, why: DutyTalk.Why | str, now: dt.datetime | None = None) -> DutyTalk:
    """Puts the talk into the queue for a person and tells the asker their place and the hours.

    While one waits or is held already that one is given back; a loss told meanwhile moves it to the front. Outside the
    hours it waits for the opening, and the answer names the bank and 113. Raises AssistantRefused for an ended talk.
    """
    moment = now or clock.now()
    thread = Talk.objects.select_for_update().get(pk=talk.pk)
    if thread.state == State.ENDED:
        raise AssistantRefused(_("Cuộc trò chuyện này đã kết thúc. Viết câu mới để bắt đầu lại."))
    row = DutyTalk.objects.filter(talk=thread, ended_at=None).first()
    if row is not None:
        return row if row.why == DutyTalk.Why.LOSS or why != DutyTalk.Why.LOSS else _urgent(row, thread, moment)
    row = DutyTalk.objects.create(talk=thread, why=why, asked_at=moment)
    _moved(thread, State.WAITING, forget_at=moment + KEPT_AFTER_DUTY)
    talk.state, talk.forget_at = thread.state, thread.forget_at
    reply_add(talk=thread, reply=desk_reply(standing(row, now=moment)), now=moment)
    desk_tell(duty=row, now=moment)
    audit_record(by=None, act="assistant.duty_ask", subject=row, facts={"why": str(why)})
    return row


def _urgent(row: DutyTalk, thread: Talk, now: dt.datetime) -> DutyTalk:
    """Who waited for another reason and now tells of a loss goes to the front."""
    row.why = DutyTalk.Why.LOSS
    row.version += 1
    row.save(update_fields=["why", "version"])
    if row.taken_by_id is None:
        reply_add(talk=thread, reply=desk_reply(standing(row, now=now)), now=now)
        desk_tell(duty=row, now=now)
    audit_record(by=None, act="assistant.duty_ask", subject=row, facts={"why": row.why})
    return row


@transaction.atomic
def duty_leave(*, talk: Talk) -> bool:
    """The person no longer wants to wait: the asking ends, the assistant goes on. Whether anything was waiting."""
    thread = Talk.objects.select_for_update().get(pk=talk.pk)
    row = DutyTalk.objects.filter(talk=thread, ended_at=None, taken_by=None).first()
    if row is None:
        return False
    _ended(row, DutyTalk.Outcome.GONE)
    _moved(thread, State.OPEN)
    talk.state = thread.state
    _told(thread, _("Đã thôi chờ người trực. Trợ lý tiếp tục trả lời ở đây."))
    audit_record(by=None, act="assistant.duty_leave", subject=row)
    return True


@transaction.atomic
def duty_open(*, by: Member, duty: DutyTalk) -> Opened:
    """Opens the transcript for an officer; every opening is in the audit log. Raises NotAllowed."""
    require_role(by, *OFFICERS)
    audit_record(by=by, act="assistant.duty_open", subject=duty)
    return talk_opened(duty)


@transaction.atomic
def duty_take(*, by: Member, duty: DutyTalk) -> DutyTalk:
    """The officer takes the talk: of two at once one has it, and the other is told who.

    Taking one's own again changes nothing. Raises NotAllowed, DutyTaken, AssistantRefused for an ended one.
    """
    require_role(by, *OFFICERS)
    row, thread = _locked(duty)
    if row.taken_by_id == by.pk and row.ended_at is None:
        return row
    if row.ended_at is not None:
        raise AssistantRefused(_("Lượt này đã kết thúc."))
    if row.taken_by is not None:
        raise DutyTaken(row.taken_by)
    row.taken_by, row.taken_at = by, clock.now()
    row.version += 1
    row.save(update_fields=["taken_by", "taken_at", "version"])
    _moved(thread, State.HELD)
    _told(thread, _("Người trực đã vào. Từ đây người trực trả lời bạn."))
    audit_record(by=by, act="assistant.duty_take", subject=row)
    return row


@transaction.atomic
def duty_say(*, by: Member, duty: DutyTalk, text: str, sure: bool = False) -> TalkTurn:
    """Sends the officer's words to the person, on the channel they write from.

    The linter of our own messages reads them first; with ``sure`` the officer has seen its warnings. Raises
    NotAllowed, DutyTaken, DutyWarned, AssistantRefused (empty, too long, not taken, ended).
    """
    row, thread = _held(by, duty)
    words = storable(text).strip()
    if not words:
        raise AssistantRefused(_("Viết câu trả lời rồi gửi."), "text")
    if len(words) > MOST_WORDS:
        raise AssistantRefused(_("Nhiều nhất %(n)d ký tự một lần gửi.") % {"n": MOST_WORDS}, "text")
    if _too_late(thread):
        raise AssistantRefused(
            _("%(channel)s không nhận tin nữa vì người hỏi đã lâu không viết. Kết thúc lượt này.")
            % {"channel": thread.get_channel_display()},
            "text",
        )
    findings = [] if sure else list(own_words_lint(words))
    if findings:
        raise DutyWarned(findings)
    turn = turn_add(talk=thread, who=TalkTurn.Who.OFFICER, words=words, by=by)
    audit_record(by=by, act="assistant.duty_say", subject=row, facts={"turn": turn.number, "warned": sure})
    return turn


@transaction.atomic
def duty_offer_tip(*, by: Member, duty: DutyTalk) -> TalkTurn:
    """Puts the tip drafted from the talk before the person, who sends it with one tap and alone sees the code.

    Raises NotAllowed, DutyTaken, AssistantRefused.
    """
    row, thread = _held(by, duty)
    says = desk_says(_("Người trực đề nghị bạn gửi tin báo cho công an. Bấm nút dưới đây, xem lại rồi gửi."))
    turn = reply_add(talk=thread, reply=replace(says, tip_offered=True))
    audit_record(by=by, act="assistant.duty_offer_tip", subject=row)
    return turn


@transaction.atomic
def duty_pass(*, by: Member, duty: DutyTalk, to: Member) -> DutyTalk:
    """Gives the talk to a colleague, who is told. Raises NotAllowed, DutyTaken, AssistantRefused."""
    row, thread = _held(by, duty)
    if to == by or not to.is_active or not has_role(to, *OFFICERS):
        raise AssistantRefused(_("Chọn một cán bộ trực khác."), "to")
    row.taken_by, row.taken_at = to, clock.now()
    row.version += 1
    row.save(update_fields=["taken_by", "taken_at", "version"])
    _told(thread, _("Một người trực khác nối tiếp cuộc trò chuyện này."))
    pass_tell(duty=row, by=by, to=to)
    audit_record(by=by, act="assistant.duty_pass", subject=row, facts={"to": to.pk})
    return row


@transaction.atomic
def duty_return(*, by: Member, duty: DutyTalk) -> DutyTalk:
    """Gives the talk back to the assistant, which says so. Raises NotAllowed, DutyTaken, AssistantRefused."""
    row, thread = _held(by, duty)
    _ended(row, DutyTalk.Outcome.RETURNED)
    _moved(thread, State.OPEN)
    _told(
        thread,
        _("Người trực đã xong việc ở đây. Trợ lý tự động tiếp tục trả lời."),
        _("Cần gặp người nữa thì viết: gặp người trực."),
    )
    audit_record(by=by, act="assistant.duty_return", subject=row)
    return row


@transaction.atomic
def duty_end(*, by: Member, duty: DutyTalk, outcome: DutyTalk.Outcome | str) -> DutyTalk:
    """Ends the talk with what came of it; it is kept for thirty days more.

    Raises NotAllowed, DutyTaken, AssistantRefused. To give it back to the assistant there is
    ``duty_return``.
    """
    row, thread = _held(by, duty)
    if outcome not in ENDINGS:
        raise AssistantRefused(_("Chọn kết quả."), "outcome")
    _ended(row, outcome)
    _told(thread, _("Người trực đã kết thúc cuộc trò chuyện. Cần hỏi thêm, bạn cứ viết câu mới."))
    _moved(thread, State.ENDED, forget_at=clock.now() + KEPT_AFTER_DUTY)
    audit_record(by=by, act="assistant.duty_end", subject=row, facts={"outcome": str(outcome)})
    return row


ENDINGS = (DutyTalk.Outcome.ADVISED, DutyTalk.Outcome.TIP, DutyTalk.Outcome.GONE)


@transaction.atomic
def duty_reopen(*, by: Member, duty: DutyTalk) -> DutyTalk:
    """Takes an ending back: the same talk is held again by the officer, as a new asking.

    Raises NotAllowed; AssistantRefused where it goes on already or the person has begun another talk.
    """
    require_role(by, *OFFICERS)
    row, thread = _locked(duty)
    if row.ended_at is None or DutyTalk.objects.filter(talk=thread, ended_at=None).exists():
        raise AssistantRefused(_("Cuộc trò chuyện này đang có người giữ hoặc đang chờ."))
    other = Talk.objects.filter(person=thread.person).exclude(pk=thread.pk).exclude(state=State.ENDED)
    if thread.state == State.ENDED and other.exists():
        raise AssistantRefused(_("Người hỏi đã bắt đầu cuộc trò chuyện khác. Đợi họ gọi người trực ở đó."))
    moment = clock.now()
    again = DutyTalk.objects.create(talk=thread, why=row.why, asked_at=moment, taken_by=by, taken_at=moment)
    _moved(thread, State.HELD, forget_at=moment + KEPT_AFTER_DUTY)
    _told(thread, _("Người trực đã trở lại cuộc trò chuyện."))
    audit_record(by=by, act="assistant.duty_reopen", subject=again, facts={"was": row.pk})
    return again


def _told(talk: Talk, *says: str) -> None:
    """Words of the desk to the person, as a turn of the assistant."""
    reply_add(talk=talk, reply=desk_says(*says))


def _locked(duty: DutyTalk) -> tuple[DutyTalk, Talk]:
    """The talk's row first, then the asking's. Raises AssistantRefused where the person erased them."""
    thread = Talk.objects.select_for_update().filter(pk=duty.talk_id).first()
    row = DutyTalk.objects.select_for_update(of=("self",)).select_related("taken_by").filter(pk=duty.pk).first()
    if thread is None or row is None:
        raise AssistantRefused(_("Người hỏi đã xóa cuộc trò chuyện này."))
    return row, thread


def _held(by: Member, duty: DutyTalk) -> tuple[DutyTalk, Talk]:
    """The asking, locked, that this officer holds."""
    require_role(by, *OFFICERS)
    row, thread = _locked(duty)
    if row.ended_at is not None:
        raise AssistantRefused(_("Lượt này đã kết thúc."))
    if row.taken_by is None:
        raise AssistantRefused(_("Nhận cuộc trò chuyện trước rồi mới trả lời."))
    if row.taken_by_id != by.pk:
        raise DutyTaken(row.taken_by)
    return row, thread


def _too_late(thread: Talk) -> bool:
    """Whether the platform takes no more answers to the person's last word."""
    way = WAYS.get(Talk.Channel(thread.channel))
    return way is not None and clock.now() - thread.said_at >= WINDOWS[way]


def _ended(row: DutyTalk, outcome: DutyTalk.Outcome | str) -> None:
    row.ended_at, row.outcome = clock.now(), outcome
    row.version += 1
    row.save(update_fields=["ended_at", "outcome", "version"])


def _moved(thread: Talk, state: Talk.State, *, forget_at: dt.datetime | None = None) -> None:
    thread.state = state
    thread.version += 1
    thread.forget_at = max(thread.forget_at, forget_at or thread.forget_at)
    thread.save(update_fields=["state", "version", "forget_at"])
