"""One activity in full: its facts in words, its evidence, what it repeats, its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from canhgiac.activities.models import Activity, ActivityStep, Audience, Evidence, Kind, Measure
from canhgiac.agencies.models import Agency, Area
from canhgiac.kit.templatetags.cg import vn_date, vn_number
from canhgiac.plans.models import Task

from .choices import measures_of
from .evidence import repeats

SHOWN = 12
"""Names of areas written out; the rest is a number."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One step with the facts it changed, as they were."""

    step: ActivityStep
    before: list[Fact]


@dataclass(frozen=True, slots=True)
class Full:
    """An activity with everything its page shows."""

    activity: Activity
    facts: list[Fact]
    photos: list[Evidence]
    files: list[Evidence]
    tasks: list[Task]
    areas: list[Area]
    repeats: list[Evidence]
    """Evidence of other activities that is the same as here."""
    events: list[Event]

    @property
    def measures(self) -> list[tuple[Measure, int | None]]:
        """The counts of its kind, unknown ones too."""
        return measures_of(self.activity)

    @property
    def map_url(self) -> str:
        """The place on OpenStreetMap; empty where no position was given."""
        at = self.activity
        if at.latitude is None or at.longitude is None:
            return ""
        return (
            f"https://www.openstreetmap.org/?mlat={at.latitude}&mlon={at.longitude}#map=16/{at.latitude}/{at.longitude}"
        )


def activity_full(activity: Activity) -> Full:
    """The activity in full. Nine queries whatever the size."""
    pieces = list(activity.evidence.select_related("added_by", "same_as__activity"))
    areas = list(activity.areas.select_related("parent").order_by("level", "folded", "pk"))
    tasks = list(activity.tasks.select_related("plan").order_by("plan", "position"))
    steps = list(activity.steps.select_related("by")[:100])
    names = _names(steps)
    return Full(
        activity=activity,
        facts=facts_of(activity, areas=areas, tasks=tasks),
        photos=[piece for piece in pieces if piece.kind == Evidence.Kind.PHOTO],
        files=[piece for piece in pieces if piece.kind == Evidence.Kind.FILE],
        tasks=tasks,
        areas=areas,
        repeats=repeats([activity.pk]).get(activity.pk, []),
        events=[Event(step, _before(step.before, names)) for step in steps],
    )


def facts_of(activity: Activity, *, areas: Iterable[Area], tasks: Iterable[Task]) -> list[Fact]:
    """What was told, in words, in the order of the form; what was not told is left out, but for the counts."""
    told: list[Fact] = [
        Fact(_("Hình thức"), str(activity.get_kind_display())),
        Fact(_("Ngày"), days_of(activity)),
        Fact(_("Địa bàn"), activity.area.name),
    ]
    reached = [area.name for area in areas if area.pk != activity.area_id]
    told.append(Fact(_("Địa bàn đã đến"), _listed(reached)))
    told.append(Fact(_("Nơi diễn ra"), activity.place))
    told += [Fact(_label(m.value), vn_number(n) if n is not None else _("chưa đếm")) for m, n in measures_of(activity)]
    told.append(Fact(_("Đối tượng"), "; ".join(str(Audience(one).label) for one in activity.audiences)))
    told.append(Fact(_("Nhiệm vụ"), ", ".join(task.code for task in tasks)))
    return [fact for fact in told if fact.text]


def days_of(activity: Activity) -> str:
    """The day, or the first and the last."""
    first = vn_date(activity.on)
    if activity.until is None:
        return first
    return _("%(first)s đến %(last)s") % {"first": first, "last": vn_date(activity.until)}


def _listed(names: list[str]) -> str:
    if len(names) <= SHOWN:
        return ", ".join(names)
    return _("%(names)s và %(more)d nơi khác") % {"names": ", ".join(names[:SHOWN]), "more": len(names) - SHOWN}


# History ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    areas: Mapping[int, str]
    agencies: Mapping[int, str]
    tasks: Mapping[int, str]


def _names(steps: list[ActivityStep]) -> _Names:
    """Names of every row that the steps speak of. Three queries."""
    areas, agencies, tasks = set(), set(), set()
    for step in steps:
        areas |= {*step.before.get("areas", ()), step.before.get("area")}
        agencies.add(step.before.get("agency"))
        tasks |= {*step.before.get("tasks", ())}
    return _Names(
        dict(Area.objects.filter(pk__in=areas - {None}).values_list("pk", "name")),
        dict(Agency.objects.filter(pk__in=agencies - {None}).values_list("pk", "name")),
        dict(Task.objects.filter(pk__in=tasks).values_list("pk", "code")),
    )


def _before(before: Mapping[str, Any], names: _Names) -> list[Fact]:
    return [Fact(_label(name), _words(name, value, names)) for name, value in before.items() if name != "state"]


def _label(name: str) -> str:
    if name in ("tasks", "areas", "evidence"):
        return {"tasks": _("Nhiệm vụ"), "areas": _("Địa bàn đã đến"), "evidence": _("Minh chứng")}[name]
    label = str(Activity._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # columns only
    return label[:1].upper() + label[1:]


def _words(name: str, value: Any, names: _Names) -> str:
    if value in (None, "", []):
        return _("chưa có")
    written: dict[str, Callable[[], str]] = {
        "areas": lambda: _listed([names.areas.get(pk, str(pk)) for pk in value]),
        "tasks": lambda: ", ".join(names.tasks.get(pk, str(pk)) for pk in value),
        "area": lambda: names.areas.get(value, str(value)),
        "agency": lambda: names.agencies.get(value, str(value)),
        "kind": lambda: str(Kind(value).label),
        "audiences": lambda: "; ".join(str(Audience(one).label) for one in value),
        "links": lambda: "; ".join(value),
        "on": lambda: "/".join(reversed(str(value).split("-"))),
    }
    written["until"] = written["on"]
    if name in written:
        return written[name]()
    return vn_number(value) if isinstance(value, int) else str(value)
