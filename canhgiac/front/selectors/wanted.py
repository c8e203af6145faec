"""What a staff home is asked for: the period, and what it is narrowed to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.activities.selectors.desk import Asked
from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.agencies.selectors import areas_on
from canhgiac.agencies.selectors.register import agencies_on
from canhgiac.kit import clock
from canhgiac.kit.periods import MONTHS, Kind, Window, data_window
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.calendar import plans_for
from canhgiac.plans.selectors.scope import Scope
from canhgiac.plans.selectors.tasks import TaskFilter

PERIODS = {
    "nam": gettext_lazy("Năm báo cáo này"),
    "6-thang": gettext_lazy("Nửa năm này"),
    "quy": gettext_lazy("Quý này"),
    "thang": gettext_lazy("Tháng này"),
}
_KINDS: dict[str, Kind] = {"nam": "year", "6-thang": "half_year", "quy": "quarter", "thang": "month"}


@dataclass(frozen=True)
class Wanted:
    """The period, the one before it, and what the figures are narrowed to."""

    period: str
    window: Window
    """The data window of Decree 09/2019/NĐ-CP that holds today, both days included."""
    before: Window
    plan: Plan | None = None
    agency: Agency | None = None
    """With all below it."""
    area: Area | None = None

    @property
    def until(self) -> dt.date:
        """The last day of which anything can be known."""
        return min(self.window.until, clock.today())

    @property
    def tasks(self) -> TaskFilter:
        """The same for lists of tasks."""
        return TaskFilter(plan=self.plan, agency=self.agency, area=self.area)

    def activities(self, window: Window) -> Asked:
        """The same for activities in a window."""
        return Asked(window.since, window.until, plan=self.plan, agency=self.agency, area=self.area)

    @property
    def is_narrowed(self) -> bool:
        """Whether plan, agency or area are chosen."""
        return bool(self.plan or self.agency or self.area)

    @property
    def words(self) -> str:
        """What the figures are narrowed to; "Toàn bộ" for nothing."""
        chosen = [self.area.name if self.area else "", self.agency.name if self.agency else ""]
        chosen = [name for name in chosen if name]
        if self.plan:
            number = self.plan.directive.number
            chosen.append(_("Kế hoạch %s") % number if number else self.plan.title)
        return ", ".join(chosen) or _("Toàn bộ")

    @property
    def button(self) -> str:
        """The period and what it is narrowed to, for the button of the filter."""
        period = str(PERIODS[self.period])
        return f"{period}, {self.words}" if self.is_narrowed else period


def wanted_for(
    period: str, *, plan: Plan | None = None, agency: Agency | None = None, area: Area | None = None
) -> Wanted:
    """The period of this kind that holds today, the year for any other word, and the one before it. No query."""
    period = period if period in _KINDS else "nam"
    window, before = windows(_KINDS[period], clock.today())
    return Wanted(period, window, before, plan, agency, area)


def windows(kind: Kind, today: dt.date) -> tuple[Window, Window]:
    """The window of this kind that holds the day, and the one before it."""
    each = [
        data_window(kind, year, number)
        for year in range(today.year - 1, today.year + 2)
        for number in range(1, (1 if kind == "year" else 12 // MONTHS[kind]) + 1)
    ]
    at = next(place for place, window in enumerate(each) if window.since <= today <= window.until)
    return each[at], each[at - 1]


@dataclass(frozen=True)
class Choices:
    """What the filter offers; an officer follows the own agency alone and chooses only the period."""

    wide: bool
    plans: QuerySet[Plan]
    agencies: QuerySet[Agency]
    areas: QuerySet[Area]


def choices_for(member: Member, scope: Scope) -> Choices:
    """Plans in force, agencies that others stand below, and communes within the member's reach. No query yet."""
    today = clock.today()
    watched = agencies_on(today).filter(_inside(scope.watched))
    heads = watched.filter(pk__in=watched.filter(parent__isnull=False).order_by().values("parent"))
    communes = areas_on(today).filter(level=Area.Level.COMMUNE, pk__in=watched.order_by().values("area"))
    plans = plans_for(member, scope=scope).filter(parent__isnull=True).select_related("directive")
    return Choices(
        wide=scope.is_wide,
        plans=plans.order_by("-issued_at"),
        agencies=heads.order_by("folded"),
        areas=communes.order_by("folded"),
    )


def _inside(paths: tuple[str, ...]) -> Q:
    """Agencies in one of the subtrees; none for no subtree."""
    found = Q()
    for path in paths:
        found |= Q(path__startswith=path)
    return found if paths else Q(pk__in=[])
