"""Activities as each member may see them: the one door, the filter, the list, one in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.shortcuts import get_object_or_404

from canhgiac.activities.models import Activity, ActivityArea, ActivityTask, Evidence, Kind, Measure
from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.plans.models import Task
from canhgiac.plans.selectors.tasks import word_query

from .choices import KIND_ICONS, measures_of
from .scope import Scope, readable, scope_of

State = Activity.State
PAGE = 50


def activities_for(member: Member, *, scope: Scope | None = None) -> QuerySet[Activity]:
    """The one door: activities that the member may read, those taken back too.

    An officer gets those of the own agencies and all below; a coordinator or auditor those within reach.
    """
    scope = scope or scope_of(member)
    return Activity.objects.all() if scope.reads_all else Activity.objects.filter(readable(scope))


def activity_for(member: Member, activity_id: int) -> Activity:
    """One activity through the door, with agency, area and people. Raises Http404."""
    rows = activities_for(member).select_related(
        "agency", "area__parent", "created_by", "reviewed_by", "duplicate_of__agency"
    )
    return get_object_or_404(rows, pk=activity_id)


# The filter ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ActivityFilter:
    """What a list of activities is narrowed to; every field empty means all but those taken back."""

    q: str = ""
    kind: str = ""
    audience: str = ""
    area: Area | None = None
    """Took place in or reached this area, or one below it."""
    agency: Agency | None = None
    """With all below it."""
    task: Task | None = None
    state: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    evidence: bool | None = None
    """With, or without, any evidence."""
    repeated: bool = False
    """Only those whose evidence is that of another activity."""


def filtered(activities: QuerySet[Activity], wanted: ActivityFilter) -> QuerySet[Activity]:
    """The activities that meet every set field of the filter."""
    exact = {"kind": wanted.kind, "state": wanted.state, "on__gte": wanted.since, "on__lte": wanted.until}
    found = activities.filter(**{name: value for name, value in exact.items() if value})
    if not wanted.state:
        found = found.exclude(state=State.WITHDRAWN)
    if wanted.audience:
        found = found.filter(audiences__contains=[wanted.audience])
    if wanted.agency:
        found = found.filter(agency__path__startswith=wanted.agency.path)
    if wanted.area:
        links = ActivityArea.objects.filter(area__path__startswith=wanted.area.path, activity=OuterRef("pk"))
        found = found.filter(Exists(links))
    if wanted.task:
        found = found.filter(pk__in=ActivityTask.objects.filter(task=wanted.task).values("activity"))
    if wanted.evidence is not None:
        pieces = Exists(Evidence.objects.filter(activity=OuterRef("pk")))
        found = found.filter(pieces if wanted.evidence else ~pieces)
    if wanted.repeated:
        found = found.filter(is_repeated())
    return searched(found, wanted.q)


def is_repeated() -> Q:
    """Activities whose evidence was seen in another one, before or after."""
    pieces = Evidence.objects.filter(activity=OuterRef("pk"))
    later = pieces.filter(same_as__isnull=False).exclude(same_as__activity__state=State.WITHDRAWN)
    living = Evidence.objects.filter(same_as__activity=OuterRef("pk")).exclude(activity__state=State.WITHDRAWN)
    return Q(Exists(later)) | Q(Exists(living))


def searched(activities: QuerySet[Activity], words: str) -> QuerySet[Activity]:
    """Activities that hold every word, or whose agency's name does; with or without diacritics."""
    query = word_query(words)
    if query is None:
        return activities
    agencies = Agency.objects.filter(search=query)
    return activities.filter(Q(search=query) | Q(agency__in=agencies.values("pk")))


# The list -----------------------------------------------------------------------------------------------------------

SORTS = {
    "ngay": ("on",),
    "don-vi": ("agency__folded", "-on"),
    "hinh-thuc": ("kind", "-on"),
    "nguoi": ("people", "-on"),
    "trang-thai": ("state", "-on"),
    "ghi-luc": ("received_at",),
}


def ordered(activities: QuerySet[Activity], sort: str) -> QuerySet[Activity]:
    """In the order asked for ("ngay", "-ngay" …); the latest day first for any other word."""
    keys = SORTS.get(sort.lstrip("-"))
    if keys is None:
        return activities.order_by("-on", "-pk")
    first = F(keys[0]).desc(nulls_last=True) if sort.startswith("-") else F(keys[0]).asc(nulls_last=True)
    rest: list[str | OrderBy] = [*keys[1:], "-pk"]
    return activities.order_by(first, *rest)


@dataclass(frozen=True, slots=True)
class Look:
    """How a state looks: the chip's state and icon."""

    state: str
    icon: str


CHIPS = {
    State.SUBMITTED: Look("info", "hourglass"),
    State.ACCEPTED: Look("done", "check"),
    State.RETURNED: Look("soon", "arrow-back-up"),
    State.WITHDRAWN: Look("none", "archive"),
}


@dataclass(slots=True)
class Row:
    """An activity as a list shows it."""

    activity: Activity
    photos: int = 0
    files: int = 0
    cover: int | None = None
    """Id of its first photo."""
    repeats: bool = False
    """Its evidence is that of another activity."""
    reviewable: bool = False

    @property
    def chip(self) -> str:
        """The look's own word for its state."""
        return CHIPS[State(self.activity.state)].state

    @property
    def chip_icon(self) -> str:
        """The icon of its state."""
        return CHIPS[State(self.activity.state)].icon

    @property
    def icon(self) -> str:
        """The icon of its kind, where there is no photo."""
        return KIND_ICONS[Kind(self.activity.kind)]

    @property
    def measures(self) -> list[tuple[Measure, int | None]]:
        """Its counts."""
        return measures_of(self.activity)


@dataclass(frozen=True, slots=True)
class Tally:
    """How the activities of a whole list stand."""

    total: int = 0
    submitted: int = 0
    accepted: int = 0
    returned: int = 0


@dataclass(frozen=True)
class Listing:
    """One page of a list of activities."""

    page: Page[Activity]
    rows: list[Row] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def any_reviewable(self) -> bool:
        """Whether the reader may accept any row of this page."""
        return any(row.reviewable for row in self.rows)


def activities_page(
    activities: QuerySet[Activity], *, sort: str = "", number: int = 1, reviewable: Q | None = None
) -> Listing:
    """One page of these activities, each with what its row shows. Five queries whatever the size, six to review."""
    counts = activities.order_by().aggregate(
        total=Count("pk"),
        **{state.value: Count("pk", filter=Q(state=state)) for state in State if state != State.WITHDRAWN},
    )
    tally = Tally(**counts)
    rows = ordered(activities, sort).select_related("agency", "area", "created_by").defer("description", "folded")
    paginator = Paginator(rows, PAGE)
    paginator.count = tally.total
    page = paginator.get_page(number)
    return Listing(page, list_rows(page.object_list, reviewable=reviewable), tally)


def list_rows(activities: Iterable[Activity], *, reviewable: Q | None = None) -> list[Row]:
    """What a list shows of each of these. Two queries besides those of the activities, three to review."""
    rows = {activity.pk: Row(activity) for activity in activities}
    pieces = Evidence.objects.filter(activity__in=rows).order_by().values("activity", "kind")
    for piece in pieces.annotate(number=Count("pk"), first=Min("pk")):
        row = rows[piece["activity"]]
        if piece["kind"] == Evidence.Kind.PHOTO:
            row.photos, row.cover = piece["number"], piece["first"]
        else:
            row.files = piece["number"]
    for pk in Activity.objects.filter(is_repeated(), pk__in=rows).values_list("pk", flat=True):
        rows[pk].repeats = True
    if reviewable is not None:
        waiting = [pk for pk, row in rows.items() if row.activity.state == State.SUBMITTED]
        for pk in Activity.objects.filter(reviewable, pk__in=waiting).values_list("pk", flat=True):
            rows[pk].reviewable = True
    return list(rows.values())
