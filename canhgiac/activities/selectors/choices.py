"""What the form of an activity offers a member: agencies, areas, tasks, kinds with their measures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.activities.models import FIRST_KINDS, KIND_MEASURES, Activity, Audience, Kind, Measure
from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.selectors import agencies_of, area_search, areas_on, roles_of
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.selectors.wording import named_many, rows_meant
from canhgiac.kit import clock
from canhgiac.plans.models import Plan, Task
from canhgiac.plans.selectors.tasks import live_assignments

RECORDERS = (Role.Kind.OFFICER, Role.Kind.COORDINATOR)
MANY = 150
"""Agencies below one's own that a list still offers; beyond, only those of one's own roles."""
MOST_AREAS, MOST_TASKS = 1500, 400

KIND_ICONS: dict[Kind, str] = {
    Kind.CONFERENCE: "users-group",
    Kind.TRAINING: "school",
    Kind.PORTAL: "world",
    Kind.PORTAL_COLUMN: "list-details",
    Kind.SOCIAL: "share",
    Kind.NATIONAL_SHARE: "external-link",
    Kind.SMS: "message-2",
    Kind.APP_MESSAGE: "bell",
    Kind.CHATBOT: "message-chatbot",
    Kind.PRESS: "news",
    Kind.BROADCAST: "microphone",
    Kind.LOUDSPEAKER: "speakerphone",
    Kind.BANNER: "flag",
    Kind.LEAFLET: "file-text",
    Kind.INFOGRAPHIC: "photo",
    Kind.HANDBOOK: "books",
    Kind.VIDEO: "video",
    Kind.CULTURE_EVENT: "sparkles",
    Kind.MOBILE_OUTREACH: "map-pin",
    Kind.BANK_COUNTER: "building-bank",
    Kind.DOOR_TO_DOOR: "home",
    Kind.SCHOOL_LESSON: "bulb",
    Kind.CONTEST: "checklist",
    Kind.MOBILE_TRIAL: "gavel",
    Kind.INTRANET: "sitemap",
    Kind.STAFF_PAGES: "user",
    Kind.MATERIAL_EXCHANGE: "arrows-exchange",
    Kind.DRILL: "fish",
    Kind.COMMENDATION: "certificate",
    Kind.OTHER: "dots",
}


FIRST_AUDIENCES = (
    *(Audience.PUBLIC, Audience.HOUSEHOLDS, Audience.ELDERLY, Audience.PUPILS, Audience.STUDENTS),
    *(Audience.OFFICIALS, Audience.BANK_CUSTOMERS, Audience.MINORITIES),
)
"""Those the form offers first."""


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """An audience as the form shows it."""

    value: str
    label: str
    first: bool
    """Whether the form offers it at once."""


def audience_choices() -> list[AudienceChoice]:
    """Every audience, those offered first at the head."""
    order = [*FIRST_AUDIENCES, *(audience for audience in Audience if audience not in FIRST_AUDIENCES)]
    return [AudienceChoice(one.value, str(one.label), one in FIRST_AUDIENCES) for one in order]


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind as the form shows it."""

    value: str
    label: str
    icon: str
    measures: str
    """Names of its measures, parted by spaces, the first one foremost."""
    first: bool
    """Whether the form offers it at once."""


def kind_choices() -> list[KindChoice]:
    """Every kind, those offered first at the head."""
    order = [*FIRST_KINDS, *(kind for kind in Kind if kind not in FIRST_KINDS)]
    return [
        KindChoice(kind.value, str(kind.label), KIND_ICONS[kind], " ".join(KIND_MEASURES[kind]), kind in FIRST_KINDS)
        for kind in order
    ]


def measures_of(activity: Activity) -> list[tuple[Measure, int | None]]:
    """The counts that the activity's kind asks for, and others that hold a number."""
    asked = KIND_MEASURES[Kind(activity.kind)]
    return [
        (measure, getattr(activity, measure.value))
        for measure in [*asked, *(m for m in Measure if m not in asked and getattr(activity, m.value) is not None)]
    ]


def recording_agencies(member: Member, *, besides: int | None = None) -> QuerySet[Agency]:
    """For which agencies the member may record today, the member's own first among equals of the register's order.

    With many below, only those of the member's own roles; ``besides`` keeps the agency of an activity being edited.
    """
    today = clock.today()
    covered = agencies_of(member, *RECORDERS).filter(in_force(today))
    if covered.count() > MANY:
        covered = covered.filter(pk__in=roles_of(member, *RECORDERS).values("agency"))
    if besides is not None:
        covered = covered | Agency.objects.filter(pk=besides)
    return covered.select_related("area").order_by("path")


def area_of(agency: Agency) -> Area | None:
    """Where the agency works: its own area, or that of the nearest agency above it. One query at most."""
    if agency.area_id is not None:
        return agency.area
    above = [int(step) for step in agency.path.split("/") if step]
    holder = Agency.objects.filter(pk__in=above, area__isnull=False).select_related("area").order_by("-path").first()
    return holder.area if holder else None


def area_for(area_id: int) -> Area:
    """One area, of any time. Raises Http404."""
    return get_object_or_404(Area, pk=area_id)


def areas_below(area: Area | None) -> list[Area]:
    """What lies directly below on this day: the residential groups of a commune, the communes of a province."""
    if area is None:
        return []
    return list(
        areas_on(clock.today())
        .filter(parent=area)
        .select_related("parent")
        .order_by("level", "folded", "pk")[:MOST_AREAS]
    )


@dataclass(frozen=True, slots=True)
class TaskChoice:
    """A task that an activity may serve."""

    pk: int
    code: str
    text: str
    plan: str


def task_choices(agencies: Iterable[Agency], *, besides: Iterable[int] = ()) -> list[TaskChoice]:
    """Tasks of issued plans that these agencies have a share in, and those already linked. One query."""
    shares = live_assignments().filter(agency__in=list(agencies), task__plan__state=Plan.State.ISSUED)
    tasks = Task.objects.filter(pk__in=shares.values("task")) | Task.objects.filter(pk__in=list(besides))
    rows = tasks.order_by("-plan__issued_at", "position").values_list("pk", "code", "text", "plan__title")
    return [TaskChoice(*row) for row in rows[:MOST_TASKS]]


@dataclass(frozen=True, slots=True)
class AreasOffered:
    """The areas that the form offers to tick, below one of them."""

    above: Area | None
    rows: list[tuple[Area, bool]]
    """Each with whether it is ticked."""
    others: list[Area]
    """Ticked ones that lie elsewhere."""

    @property
    def words(self) -> list[str]:
        """What a person types or picks to name each of them. One query."""
        return named_many([area for area, _ticked in self.rows])


def areas_offered(words: object, *, ticked: Iterable[object] = ()) -> AreasOffered:
    """What lies below the area that these words mean, or beside it for a residential group. Few queries."""
    area = words if isinstance(words, Area) else _area_meant(str(words or ""))
    above = area.parent if area is not None and area.level == Area.Level.GROUP else area
    wanted = {int(str(pk)) for pk in ticked if str(pk).isdecimal() and len(str(pk)) < 19}
    below = areas_below(above)
    known = {row.pk for row in below}
    if area is not None:
        known.add(area.pk)
    elsewhere = Area.objects.filter(pk__in=wanted - known).order_by("level", "folded") if wanted - known else ()
    return AreasOffered(above, [(row, row.pk in wanted) for row in below], list(elsewhere))


def _area_meant(words: str) -> Area | None:
    meant = rows_meant(words, Area.objects.select_related("parent"))
    if len(meant) == 1:
        return meant[0]
    found = area_search(words, on=clock.today(), limit=2)
    return found[0] if len(found) == 1 else None
