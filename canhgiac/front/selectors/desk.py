"""The staff home: the figures, what waits for this member, and which further parts the page has."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.activities.selectors import desk as activities
from canhgiac.activities.selectors.coverage import Coverage, CoverageFilter, State, coverage, coverage_counts, root_of
from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.selectors import agencies_of, roles_of
from canhgiac.kit import clock
from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.directives import may_upload, plans_visible
from canhgiac.plans.selectors.ledger import TargetRate, rates_for
from canhgiac.plans.selectors.scope import Scope, scope_of
from canhgiac.plans.selectors.tasks import Overview, assignments_for, counts, filtered
from canhgiac.reporting.models import ReportRound
from canhgiac.reporting.selectors.desk import Running, running_round

from .mywork import Mine, my_items
from .wanted import Wanted

Columns = tuple[tuple[str, ...], ...]
"""The words of the parts that stand below each other, column by column."""
MINE = "viec"
"""The part that comes with the page."""
STEERING: tuple[Columns, ...] = (
    ((MINE,), ("cham-han",)),
    (("chi-tieu",),),
    (("dia-ban",), ("hoat-dong", "lich")),
)
AGENCY: tuple[Columns, ...] = (((MINE, "hoat-dong"), ("can-sua", "ky-nay", "lich")),)
COMMUNE: tuple[Columns, ...] = (((MINE, "hoat-dong"), ("can-sua", "to-dan-pho", "ky-nay", "lich")),)


@dataclass(frozen=True, slots=True)
class Note:
    """A few words under a figure; ``alarm`` where somebody has to act."""

    text: str
    url: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures at the head of the page: never alone, always of a whole or beside another period."""

    title: str
    value: int | None
    """None: not known."""
    total: int | None = None
    unit: str = ""
    unknown: int = 0
    notes: tuple[Note, ...] = ()
    bars: tuple[int, ...] = ()
    """The last weeks, where the figure is a count."""
    bars_words: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The head of the staff home for one member."""

    roles: bool
    wide: bool
    """Whether the member follows other agencies' work."""
    commune: Agency | None
    """The commune's body for which the member answers."""
    may_upload: bool
    may_record: bool
    manages_members: bool
    plans_issued: int
    plans_draft: int
    plan: Plan | None
    """The plan in force where there is only one, else the one chosen."""
    running: Running | None
    figures: list[Figure]
    mine: Mine
    layout: tuple[Columns, ...]
    """The rows of the page; empty for a member whose roles neither watch nor work for an agency."""

    @property
    def is_empty(self) -> bool:
        """Nothing stands yet: no plan, no round, nothing to do."""
        return not (self.plans_issued or self.plans_draft or self.running or self.mine.items)


def desk(member: Member, wanted: Wanted, scope: Scope | None = None) -> Desk:
    """What the member sees first. A constant number of queries."""
    scope = scope or scope_of(member)
    plans = plans_visible(member)
    top = Q(state=Plan.State.ISSUED, parent__isnull=True)
    stands = plans.aggregate(issued=Count("pk", filter=top), draft=Count("pk", filter=Q(state=Plan.State.DRAFT)))
    single = plans.filter(top).select_related("directive").first() if stands["issued"] == 1 else None
    running = running_round(member, plan=wanted.plan, scope=scope)
    kinds = set(roles_of(member).values_list("kind", flat=True))
    commune = None if scope.is_wide else commune_of(member)
    layout = COMMUNE if commune else AGENCY
    if scope.is_wide:
        figures, layout = _steering_figures(member, wanted, scope, running), STEERING
    else:
        figures = _agency_figures(member, wanted, scope, running, commune)
    return Desk(
        roles=bool(scope.watched or scope.own or kinds),
        wide=scope.is_wide,
        commune=commune,
        may_upload=may_upload(member),
        may_record=bool(scope.own or scope.steered),
        manages_members=Role.Kind.ADMIN in kinds,
        plans_issued=stands["issued"],
        plans_draft=stands["draft"],
        plan=wanted.plan or single,
        running=running,
        figures=figures,
        mine=my_items(member, scope),
        layout=layout if scope.watched or scope.own else (),
    )


def commune_of(member: Member) -> Agency | None:
    """The first of the member's agencies that answers for a commune. One query."""
    kinds = (Agency.Kind.PEOPLES_COMMITTEE_COMMUNE, Agency.Kind.POLICE_COMMUNE)
    rows = agencies_of(member).filter(kind__in=kinds, area__level=Area.Level.COMMUNE).select_related("area")
    return rows.order_by("path").first()


def _steering_figures(member: Member, wanted: Wanted, scope: Scope, running: Running | None) -> list[Figure]:
    figures = [_tasks_figure(member, wanted, scope)]
    if running:
        figures.append(_round_figure(running, wide=True))
    else:
        url = reverse("round_list")
        note = Note(_("Chưa có kỳ nào. Tạo kỳ từ chế độ báo cáo của kế hoạch."), url)
        figures.append(Figure(_("Báo cáo đã nhận"), None, notes=(note,)))
    root = wanted.area or root_of(member)
    figures.append(_reach_figure(member, asked_of(wanted), root))
    figures.append(_targets_figure(target_rates(member, wanted)))
    return figures


def _tasks_figure(member: Member, wanted: Wanted, scope: Scope) -> Figure:
    today = clock.today()
    overview: Overview = counts(filtered(assignments_for(member, scope=scope), wanted.tasks, today=today), today)
    notes = []
    if overview.late:
        url = f"{reverse('task_list')}?cham=on"
        notes.append(Note(_("%s quá hạn") % vn_number(overview.late), url, alarm=True))
    notes.append(Note(_("%s đến hạn trong 7 ngày") % vn_number(overview.soon), f"{reverse('task_list')}?trong=7"))
    title = _("Nhiệm vụ đúng hạn hoặc đã xong")
    return Figure(title, overview.on_time, overview.counted, _("việc"), notes=tuple(notes))


def _round_figure(running: Running, *, wide: bool) -> Figure:
    found, counted = running.round, running.counts
    title = _("%(title)s đã nhận") if wide else _("%(title)s đã gửi")
    if found.state != ReportRound.State.OPEN:
        title = _("%(title)s, kỳ đã chốt")
    url = reverse("round_detail", args=[found.pk]) if wide else reverse("my_reports")
    notes = []
    if counted.filed:
        notes.append(Note(_("%s có số liệu") % vn_number(counted.filed), url))
    if not wide and counted.waiting:
        notes.append(Note(_("%s chưa gửi") % vn_number(counted.waiting), url))
    if counted.returned:
        notes.append(Note(_("%s bị trả lại") % vn_number(counted.returned), url, alarm=not wide))
    if counted.filed_empty:
        notes.append(Note(_("%s gửi nhưng trống") % vn_number(counted.filed_empty), alarm=True))
    if counted.late:
        notes.append(Note(_("%s chậm hạn") % vn_number(counted.late), alarm=True))
    return Figure(title % {"title": found.title}, counted.received, counted.owed, _("báo cáo"), notes=tuple(notes))


def asked_of(wanted: Wanted) -> CoverageFilter:
    """The activities of the period, of the plan chosen."""
    return CoverageFilter(wanted.window.since, wanted.until, plan=wanted.plan)


def commune_reach(member: Member, wanted: Wanted) -> Coverage | None:
    """How the communes of the member's province (or the commune chosen) were reached in the period.

    None where no province is known. Eight queries whatever the size.
    """
    root = wanted.area or root_of(member)
    return None if root is None else coverage(member, asked_of(wanted), root=root, on=clock.today())


def _reach_figure(member: Member, asked: CoverageFilter, root: Area | None) -> Figure:
    group = root is not None and root.level >= Area.Level.COMMUNE
    title = _("Tổ dân phố, thôn đã đến") if group else _("Xã, phường đã đến")
    counts = coverage_counts(member, asked, root=root, on=clock.today()) if root else {}
    whole = sum(counts.values())
    if not whole:
        note = Note(_("Sổ địa bàn chưa có cấp này."), reverse("area_list"))
        return Figure(title, None, notes=(note,))
    waiting, unknown = counts[State.WAITING], counts[State.UNKNOWN]
    notes = []
    if unknown:
        notes.append(Note(_("%s nơi chưa ghi hoạt động nào, không tính là 0") % vn_number(unknown)))
    if waiting:
        notes.append(Note(_("%s nơi chờ công nhận") % vn_number(waiting), reverse("activity_review")))
    if not notes:
        notes.append(Note(_("Theo hoạt động đã công nhận trong kỳ")))
    unit = _("tổ, thôn") if group else _("xã, phường")
    return Figure(title, counts[State.REACHED], whole, unit, waiting + unknown, tuple(notes))


def target_rates(member: Member, wanted: Wanted) -> list[TargetRate]:
    """The targets of the plan chosen, else of every plan in force that is nobody's own under another."""
    rates = rates_for(member, plan=wanted.plan)
    return rates if wanted.plan else [rate for rate in rates if rate.target.plan.parent_id is None]


def _targets_figure(rates: list[TargetRate]) -> Figure:
    url = reverse("target_list")
    if not rates:
        return Figure(_("Chỉ tiêu đạt"), None, notes=(Note(_("Kế hoạch đang thực hiện không nêu chỉ tiêu nào."), url),))
    unset = sum(not rate.measures for rate in rates)
    unknown = sum(rate.met is None for rate in rates)
    notes = [Note(_("%s chưa đặt cách đo") % vn_number(unset), url)] if unset else []
    if unknown - unset:
        notes.append(Note(_("%s chưa đủ số liệu để kết luận") % vn_number(unknown - unset), url))
    if not notes:
        notes.append(Note(_("Đủ cách đo, đủ số liệu"), url))
    met = sum(rate.met is True for rate in rates)
    return Figure(_("Chỉ tiêu đạt"), met, len(rates), _("chỉ tiêu"), unknown, tuple(notes))


def _agency_figures(
    member: Member, wanted: Wanted, scope: Scope, running: Running | None, commune: Agency | None
) -> list[Figure]:
    if not scope.own:
        return []
    figures = [_tasks_figure(member, wanted, scope)]
    if running:
        figures.append(_round_figure(running, wide=False))
    figures.append(_activities_figure(member, wanted, scope))
    if commune and commune.area:
        asked = CoverageFilter(wanted.window.since, wanted.until)
        figures.append(_reach_figure(member, asked, commune.area))
    return figures


WEEKS = 12


def _activities_figure(member: Member, wanted: Wanted, scope: Scope) -> Figure:
    """What the own agencies did in the period, beside the period before. Two queries."""
    now = activities.counted_for(member, wanted.activities(wanted.window), scope=scope)
    weeks = activities.by_week(now, since=wanted.window.since, until=wanted.until)
    before = activities.counted_for(member, wanted.activities(wanted.before), scope=scope).count()
    last = tuple(week.activities for week in weeks[-WEEKS:])
    note = Note(_("Kỳ trước: %s") % vn_number(before), reverse("activity_list"))
    words = _("%(weeks)s tuần gần nhất: %(figures)s") % {
        "weeks": len(last),
        "figures": ", ".join(str(number) for number in last),
    }
    total = sum(week.activities for week in weeks)
    return Figure(_("Hoạt động đã công nhận trong kỳ"), total, notes=(note,), bars=last, bars_words=words)


def share_of(figure: Figure) -> Decimal | None:
    """The figure as a share of its whole; None where there is no whole."""
    return Decimal(figure.value) / figure.total if figure.total and figure.value is not None else None
