"""Who owes which report: the one door to duties, what a member may do with one, lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import BooleanField, F, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import clock
from canhgiac.plans.selectors.scope import Scope, scope_of, under
from canhgiac.plans.selectors.tasks import word_query
from canhgiac.reporting.models import DueExtension, DueRequest, ReportDuty, ReportRound

from .summary import OWING, RECEIVED, Chip, days_late, duty_chip, is_late, with_current, with_ladder

SOON_DAYS = 7


def duties_for(member: Member, *, scope: Scope | None = None) -> QuerySet[ReportDuty]:
    """The one door: duties that the member may read.

    An officer: those of the own agencies and those reported to them, in rounds that are open or closed. A
    coordinator or auditor also those of the agencies below and all of a round collected by one of them.
    """
    scope = scope or scope_of(member)
    if scope.reads_all:
        return ReportDuty.objects.all()
    begun = ~Q(round__state=ReportRound.State.PLANNED)
    seen = (under(scope.own) | under(scope.own, "reports_to")) & begun
    seen |= under(scope.watched) & begun
    seen |= under(scope.watched, "round__agency") | (under(scope.watched, "reports_to") & begun)
    return ReportDuty.objects.filter(seen)


def duty_for(member: Member, duty_id: int) -> ReportDuty:
    """One duty through the door, with round, agency and form version. Raises Http404."""
    return get_object_or_404(_with_names(duties_for(member)), pk=duty_id)


def own_duties(member: Member, *, scope: Scope | None = None) -> QuerySet[ReportDuty]:
    """Duties of begun rounds for which the member answers as an officer."""
    scope = scope or scope_of(member)
    return ReportDuty.objects.filter(under(scope.own)).exclude(round__state=ReportRound.State.PLANNED)


def _with_names(duties: QuerySet[ReportDuty]) -> QuerySet[ReportDuty]:
    return duties.select_related("round__agency", "round__form_version__form", "round__plan", "agency", "reports_to")


# What a member may do -----------------------------------------------------------------------------------------------


def steers_round(scope: Scope, of: ReportRound) -> bool:
    """Whether the member coordinates the agency that collects the round."""
    return bool(scope.steered) and of.agency.path.startswith(scope.steered)


def answers_for(scope: Scope, duty: ReportDuty) -> bool:
    """Whether the member writes this report: an officer of the agency or of one above it."""
    return bool(scope.own) and duty.agency.path.startswith(scope.own)


def receives(scope: Scope, duty: ReportDuty) -> bool:
    """Whether the member looks at this report when it is filed.

    The coordinators of the round, and at an agency between (unit, department, province) its coordinators and
    officers; nobody receives what comes from the agency they write for.
    """
    if steers_round(scope, duty.round):
        return True
    between = (*scope.steered, *scope.own)
    return bool(between) and duty.reports_to.path.startswith(between) and duty.agency_id != duty.reports_to_id


def receives_any(scope: Scope, of: ReportRound) -> bool:
    """Whether reports of the round go to an agency for which the member acts. One query at most."""
    if steers_round(scope, of):
        return True
    between = under((*scope.steered, *scope.own), "reports_to")
    return of.duties.filter(between).exclude(agency=F("reports_to")).exists()


def readable_ids(member: Member, of: ReportRound, wanted: Collection[int]) -> list[int]:
    """Those of the ids that are duties of the round and within the member's reach. One query."""
    return list(duties_for(member).filter(round=of, pk__in=wanted).values_list("pk", flat=True))


def due_request_for(member: Member, request_id: int) -> DueRequest:
    """One request for a later date about a duty that the member may read. Raises Http404."""
    rows = DueRequest.objects.filter(duty__in=duties_for(member).values("pk"))
    return get_object_or_404(rows.select_related("duty__agency"), pk=request_id)


# Lists --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DutyFilter:
    """What a list of duties is narrowed to; every field empty means all."""

    q: str = ""
    """Words of the agency's name."""
    state: str = ""
    """A state of ReportDuty, or "with_data", "empty", "late", "missing"."""
    kind: str = ""
    """Of the agency."""
    reports_to: Agency | None = None
    step: int | None = None
    """At least this step of the overdue ladder."""
    sort: str = ""


DUTY_STATES = ("with_data", "empty", "accepted", "returned", "waiting", "missing", "late", "excused")


def state_words() -> dict[str, str]:
    """The states a list can be narrowed to, in words."""
    return {
        "with_data": _("Có số liệu"),
        "empty": _("Gửi, trống"),
        "accepted": _("Đã nhận"),
        "returned": _("Trả lại sửa"),
        "waiting": _("Chưa gửi"),
        "missing": _("Chưa gửi hoặc trả lại"),
        "late": _("Chậm hạn"),
        "excused": _("Được miễn"),
    }


_SORTS = {
    "don-vi": ("agency__folded",),
    "loai": ("agency__kind", "agency__folded"),
    "han": ("due_date", "agency__folded"),
    "trang-thai": ("state", "due_date", "agency__folded"),
    "gui": ("current__filed_at", "agency__folded"),
    "bac": ("step", "due_date", "agency__folded"),
}


def listed(duties: QuerySet[ReportDuty], wanted: DutyFilter) -> QuerySet[ReportDuty]:
    """The duties that meet the filter, in its order, with ``step``, ``filed_at``, ``is_empty`` and ``on_time``."""
    rows = with_ladder(with_current(_with_names(duties)))
    rows = rows.annotate(
        filed_at=F("current__filed_at"),
        on_time=F("current__on_time"),
        is_empty=Coalesce(F("current__is_empty"), Value(value=False), output_field=BooleanField()),
        submission_id=F("current__pk"),
    )
    rows = rows.filter(_state(wanted.state, clock.today()))
    if wanted.kind:
        rows = rows.filter(agency__kind=wanted.kind)
    if wanted.reports_to:
        rows = rows.filter(reports_to=wanted.reports_to)
    if wanted.step:
        rows = rows.filter(is_late(clock.today()), Q(step__gte=wanted.step))
    if words := word_query(wanted.q):
        rows = rows.filter(agency__in=Agency.objects.filter(search=words).values("pk"))
    return rows.order_by(*_order(wanted.sort), "pk")


def _state(wanted: str, today: dt.date) -> Q:
    if wanted == "late":
        return is_late(today)
    if wanted == "missing":
        return Q(state__in=OWING)
    if wanted == "with_data":
        return Q(state__in=RECEIVED, is_empty=False)
    if wanted == "empty":
        return Q(state__in=RECEIVED, is_empty=True)
    return Q(state=wanted) if wanted in ReportDuty.State.values else Q()


def _order(sort: str) -> list[OrderBy]:
    key, down = sort.lstrip("-"), sort.startswith("-")
    columns = [F(column) for column in _SORTS.get(key, _SORTS["han"])]
    first = columns[0].desc(nulls_last=True) if down else columns[0].asc(nulls_last=True)
    return [first, *(column.asc() for column in columns[1:])]


def shown(duties: QuerySet[ReportDuty]) -> QuerySet[ReportDuty]:
    """The rows of a page with what each shows besides: merged agencies, extensions, an open request."""
    return duties.prefetch_related(
        Prefetch("covers", Agency.objects.only("name").order_by("folded")),
        Prefetch("extensions", DueExtension.objects.order_by("-at")),
        Prefetch("due_requests", DueRequest.objects.select_related("by").order_by("-at")),
    )


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as a list shows it."""

    duty: ReportDuty
    """Annotated by :func:`listed` and prefetched by :func:`shown`."""
    today: dt.date

    @property
    def chip(self) -> Chip:
        """The state's chip."""
        return duty_chip(self.duty, self.today, is_empty=bool(getattr(self.duty, "is_empty", False)))

    @property
    def days_late(self) -> int:
        """Calendar days late; 0 when not."""
        return days_late(self.duty, self.today)

    @property
    def request(self) -> DueRequest | None:
        """The request for a later date that waits for an answer."""
        return next((one for one in self.duty.due_requests.all() if one.state == DueRequest.State.OPEN), None)

    @property
    def is_owing(self) -> bool:
        """Whether a report is still to come."""
        return self.duty.state in OWING

    @property
    def covers_words(self) -> str:
        """ "Thay cho UBND xã A, UBND xã B": merged agencies for which this one is asked once."""
        names = ", ".join(agency.name for agency in self.duty.covers.all())
        return _("Thay cho %(names)s") % {"names": names} if names else ""


@dataclass(frozen=True, slots=True)
class MyReports:
    """What a member's own agencies have to report."""

    late: list[DutyRow]
    open: list[DutyRow]
    """Still to be filed, in time."""
    filed: list[DutyRow]
    """Received in rounds that are still open: they may come back."""
    past: QuerySet[ReportDuty]
    """Of closed rounds, newest first."""
    several: bool
    """Whether the lines must say for which agency."""


def my_reports(member: Member) -> MyReports:
    """The member's own duties: open rounds in three groups, closed rounds as a list. Seven queries."""
    today = clock.today()
    own = own_duties(member)
    rows = list(shown(listed(own.filter(round__state=ReportRound.State.OPEN), DutyFilter(sort="han"))))
    lines = [DutyRow(row, today) for row in rows]
    past = shown(listed(own.filter(round__state=ReportRound.State.CLOSED), DutyFilter(sort="-han")))
    return MyReports(
        late=[line for line in lines if line.days_late],
        open=[line for line in lines if line.is_owing and not line.days_late],
        filed=[line for line in lines if not line.is_owing],
        past=past,
        several=len({row.agency_id for row in rows}) > 1,
    )


def duty_headings() -> list[str]:
    """The columns of an exported list of duties."""
    return [
        _("Đơn vị"), _("Loại"), _("Gửi tới"), _("Thay cho"), _("Hạn"), _("Trạng thái"), _("Gửi lúc"), _("Đúng hạn"),
        _("Trống"), _("Số ngày chậm"), _("Bậc đôn đốc"), _("Số lần gia hạn"), _("Lý do miễn"),
    ]  # fmt: skip


def duty_rows(duties: QuerySet[ReportDuty]) -> Iterator[list[str | int | dt.date | dt.datetime | None]]:
    """The listed duties as rows for a file, a thousand in memory at a time."""
    today = clock.today()
    on_time = {True: _("có"), False: _("không"), None: ""}
    steps = ("", _("Đã nhắc"), _("Đã đôn đốc"), _("Báo cấp trên"))
    for duty in shown(duties).iterator(chunk_size=1000):
        row = DutyRow(duty, today)
        filed_at = getattr(duty, "filed_at", None)
        yield [
            duty.agency.name,
            duty.agency.get_kind_display(),
            duty.reports_to.name,
            ", ".join(agency.name for agency in duty.covers.all()),
            duty.due_date,
            row.chip.text,
            filed_at.astimezone(clock.VIETNAM) if filed_at else None,
            on_time[getattr(duty, "on_time", None)],
            _("có") if getattr(duty, "is_empty", False) else "",
            row.days_late or None,
            steps[getattr(duty, "step", 0)] if row.days_late else "",
            len(duty.extensions.all()) or None,
            duty.excuse,
        ]
