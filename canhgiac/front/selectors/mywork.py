""" "Việc của tôi": everything that waits for this member, whatever capability it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.activities.selectors import desk as activities
from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.kit.templatetags.cg import due_state, due_words, vn_date, vn_number
from canhgiac.plans.models import Assignment, Directive, Plan, Target
from canhgiac.plans.selectors.calendar import plans_for, targets_of
from canhgiac.plans.selectors.directives import directives_unread, plans_visible
from canhgiac.plans.selectors.scope import Scope, under
from canhgiac.plans.selectors.tasks import Chip, my_work
from canhgiac.reporting.models import ReportDuty
from canhgiac.reporting.selectors import desk as reports

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One line of "Việc của tôi"."""

    text: str
    url: str
    kind: str
    due: dt.date | None
    chip: Chip
    note: str = ""
    agency: str = ""
    """Whose it is, where the member answers for several."""


@dataclass(frozen=True, slots=True)
class Mine:
    """What waits for the member: the most pressing lines, and how many tasks more there are."""

    items: list[Item]
    more: int


def my_items(member: Member, scope: Scope) -> Mine:
    """All that waits for the member, what is late first. A constant number of queries."""
    work = my_work(member, limit=SHOWN)
    items = [
        *_reading(member),
        *_reviewing(member),
        *(_steering(member, scope) if scope.steered else ()),
        *_owed(member, scope),
        *_received(member, scope),
        *_looked_over(member, scope),
        *(_task(row.assignment, row.chip) for row in work.rows),
    ]
    if len({item.agency for item in items if item.agency}) == 1:
        items = [replace(item, agency="") for item in items]  # of one agency only, it goes without saying
    return Mine(sorted(items, key=_pressing), work.more)


def _pressing(item: Item) -> tuple[int, dt.date]:
    """What is late first, then by day; what has no day after what has one soon."""
    order = {"late": 0, "soon": 1, "info": 2}
    return order.get(item.chip.state, 3), item.due or dt.date.max


def _task(row: Assignment, chip: Chip) -> Item:
    url = reverse("task_detail", args=[row.task_id])
    return Item(Truncator(row.task.text).chars(120), url, _("Nhiệm vụ"), row.due_date, chip, agency=row.agency.name)


def _reading(member: Member) -> Iterator[Item]:
    """Uploads still being read, or that could not be."""
    for directive in directives_unread(member):
        failed = directive.state == Directive.State.FAILED
        chip = Chip("late", "alert-circle", _("Không đọc được")) if failed else Chip("info", "clock", _("Đang đọc"))
        url = reverse("directive_progress", args=[directive.pk])
        yield Item(directive.file_name, url, _("Văn bản"), None, chip, directive.error)


def _reviewing(member: Member) -> Iterator[Item]:
    """Drafts waiting to be reviewed by those who steer."""
    drafts = plans_visible(member).filter(state=Plan.State.DRAFT, created_by=member).order_by("-created_at")
    for draft in drafts[:SHOWN]:
        chip = Chip("info", "pencil", _("Đang đối chiếu"))
        yield Item(draft.title, reverse("plan_review", args=[draft.pk]), _("Kế hoạch"), None, chip)


def _steering(member: Member, scope: Scope) -> Iterator[Item]:
    """What only a coordinator does: later dates, targets to set up, remarks, consolidations. Four queries."""
    asked = reports.requests_open(member, scope=scope)
    if asked.number and asked.round_id:
        words = ngettext("Trả lời %(n)s đề nghị gia hạn", "Trả lời %(n)s đề nghị gia hạn", asked.number)
        url = reverse("round_detail", args=[asked.round_id])
        yield Item(words % {"n": vn_number(asked.number)}, url, _("Báo cáo"), None, _waits())
    for draft in reports.consolidations_open(member, scope=scope):
        text = _("Hoàn thiện, ký %(title)s") % {"title": draft.round.title.lower()}
        url = reverse("consolidation_detail", args=[draft.pk])
        yield Item(text, url, _("Báo cáo"), draft.round.due_date, Chip("info", "files", _("Bản nháp")))
    if unset := targets_unset(member, scope):
        words = ngettext("Đặt cách đo cho %(n)s chỉ tiêu", "Đặt cách đo cho %(n)s chỉ tiêu", unset)
        chip = Chip("none", "circle-dashed", _("Chưa bắt đầu"))
        yield Item(words % {"n": vn_number(unset)}, reverse("target_list"), _("Chỉ tiêu"), None, chip)
    remarks = activities.remarks_waiting(member, scope=scope)
    if remarks.number:
        words = ngettext("Trả lời %(n)s khó khăn, kiến nghị", "Trả lời %(n)s khó khăn, kiến nghị", remarks.number)
        url = f"{reverse('remark_list')}?state=open"
        text = words % {"n": vn_number(remarks.number)}
        yield Item(text, url, _("Kiến nghị"), None, _waits(), _since(remarks.oldest))
    yield from _filing(member)


def _filing(member: Member) -> Iterator[Item]:
    """Agencies that have not filed their own plan under the newest one in force. Two queries."""
    newest = plans_visible(member).filter(state=Plan.State.ISSUED, parent__isnull=True).order_by("-issued_at").first()
    if newest is None:
        return
    begun = newest.sub_plans.filter(state__in=(Plan.State.DRAFT, Plan.State.ISSUED), agency__isnull=False)
    shares = Assignment.objects.filter(task__plan=newest).exclude(agency=newest.agency_id)
    # Counted where the rows are: ten thousand agencies are not fetched for one number.
    owing = (
        shares.exclude(agency__in=begun.values("agency")).order_by().aggregate(n=Count("agency", distinct=True))["n"]
    )
    if owing:
        words = ngettext("%(n)s đơn vị chưa gửi kế hoạch riêng", "%(n)s đơn vị chưa gửi kế hoạch riêng", owing)
        url = f"{reverse('sub_plan_list', args=[newest.pk])}?loc=chua-gui"
        chip = Chip("none", "circle-dashed", _("Đang chờ"))
        yield Item(words % {"n": vn_number(owing)}, url, _("Kế hoạch"), None, chip)


def targets_unset(member: Member, scope: Scope) -> int:
    """Targets of plans that the member coordinates without any way to measure them. One query."""
    plans = plans_for(member, scope=scope).filter(under(scope.steered))
    return Target.objects.filter(pk__in=targets_of(plans).values("pk"), measures__isnull=True).count()


def _owed(member: Member, scope: Scope) -> Iterator[Item]:
    """Reports that the own agencies owe."""
    for duty in reports.duties_owed(member, scope=scope) if scope.own else ():
        returned = duty.state == ReportDuty.State.RETURNED
        text = _("Sửa và gửi lại: %s") if returned else _("Gửi %s")
        state = due_state(duty.due_date)
        words = due_words(duty.due_date)
        if returned and state != "late":
            chip = Chip("soon", "arrow-back-up", _("Trả lại sửa"))
        else:
            chip = Chip(state, "alert-circle" if state == "late" else "clock", words[:1].upper() + words[1:])
        title = duty.round.title if returned else duty.round.title[:1].lower() + duty.round.title[1:]
        url = reverse("submission_fill", args=[duty.pk])
        yield Item(text % title, url, _("Báo cáo"), duty.due_date, chip, agency=duty.agency.name)


def _received(member: Member, scope: Scope) -> Iterator[Item]:
    """Filed reports that wait to be looked at, a line a round."""
    for row in reports.to_receive(member, scope=scope):
        words = ngettext("Xem và nhận %(n)s báo cáo: %(title)s", "Xem và nhận %(n)s báo cáo: %(title)s", row.number)
        text = words % {"n": vn_number(row.number), "title": row.title}
        yield Item(text, reverse("round_reviews", args=[row.round_id]), _("Báo cáo"), row.due, _waits())


def _looked_over(member: Member, scope: Scope) -> Iterator[Item]:
    """Activities to accept or return, in one line."""
    waiting = activities.review_waiting(member, scope=scope)
    if waiting.number:
        words = ngettext("Xem xét %(n)s hoạt động mới ghi", "Xem xét %(n)s hoạt động mới ghi", waiting.number)
        text = words % {"n": vn_number(waiting.number)}
        yield Item(text, reverse("activity_review"), _("Hoạt động"), None, _waits(), _since(waiting.oldest))


def _waits() -> Chip:
    return Chip("soon", "hourglass", _("Chờ tôi"))


def _since(day: dt.date | None) -> str:
    """ "Lâu nhất từ 12/11/2026"."""
    if day is None or day >= clock.today():
        return ""
    return _("Lâu nhất từ %s") % vn_date(day)
