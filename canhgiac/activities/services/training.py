"""Classes, contests, drills and courses log themselves: how many people they reached, without anybody typing it.

News goes up as rows: training knows nothing of activities; this reads its tables every hour.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Min, Q

from canhgiac.activities.models import Kind
from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors import province
from canhgiac.kit import clock
from canhgiac.training.models import Contest, Drill, Enrolment, TrainingClass

from .record import ActivityData, activity_log

BACK = dt.timedelta(days=60)
"""After the last day of a class, contest or drill its figures stand."""
SCHOOLS = (Agency.Kind.SCHOOL,)
Rows = Iterator[tuple[str, ActivityData]]


def training_log(*, now: dt.datetime | None = None) -> int:
    """Brings classes, contests, drills and self-study into the activities; how many rows were looked at.

    A row grows as more people come. Safe to run at any time: each thing has one row.
    """
    moment = now or clock.now()
    count = 0
    for rows in (_classes(moment), _contests(moment), _drills(moment), _courses(moment)):
        for key, data in rows:
            activity_log(origin_key=key, data=data)
            count += 1
    return count


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.VIETNAM).date()


def _until(first: dt.date, last: dt.date, today: dt.date) -> dt.date | None:
    """The last day so far; None for one day."""
    end = min(last, today)
    return end if end > first else None


def _classes(now: dt.datetime) -> Rows:
    """People of a class: who came to a meeting or got to the end; who only stands on the roster is not counted."""
    today = _day(now)
    taught = Q(enrolments__attendances__isnull=False) | Q(enrolments__progress__isnull=False)
    taught |= Q(enrolments__state=Enrolment.State.COMPLETED)
    rows = (
        TrainingClass.objects.filter(starts_on__lte=today, ends_on__gte=today - BACK)
        .exclude(state=TrainingClass.State.CALLED_OFF)
        .select_related("course", "agency", "area")
        .annotate(people=Count("enrolments", filter=taught, distinct=True))
        .filter(people__gt=0)
        .order_by("pk")
    )
    for row in rows:
        lesson = row.agency.kind in SCHOOLS
        yield (
            f"training.class:{row.pk}",
            ActivityData(
                agency=row.agency,
                kind=Kind.SCHOOL_LESSON if lesson else Kind.TRAINING,
                on=row.starts_on,
                until=_until(row.starts_on, row.ends_on, today),
                area=row.area,
                title=row.title[:200],
                description=row.course.title,
                place=row.place,
                audiences=(row.audience,) if row.audience else (),
                people=row.people,
            ),
        )


def _contests(now: dt.datetime) -> Rows:
    """People who joined a contest and did not withdraw."""
    today = _day(now)
    rows = (
        Contest.objects.filter(joins_from__lte=now, ends_on__gte=today - BACK)
        .exclude(state__in=[Contest.State.DRAFT, Contest.State.CALLED_OFF])
        .select_related("agency", "area")
        .annotate(people=Count("contestants", filter=Q(contestants__withdrawn_at__isnull=True)))
        .filter(people__gt=0)
        .order_by("pk")
    )
    for row in rows:
        first = _day(row.joins_from)
        yield (
            f"training.contest:{row.pk}",
            ActivityData(
                agency=row.agency,
                kind=Kind.CONTEST,
                on=first,
                until=_until(first, row.ends_on, today),
                area=row.area,
                title=row.title[:200],
                audiences=tuple(row.audiences),
                people=row.people,
            ),
        )


def _drills(now: dt.datetime) -> Rows:
    """People to whom a lure was sent; how many, and never who. Nothing is told before the drill ended: a row that
    appears while it runs would warn the unit."""
    area = province().area
    rows = (
        Drill.objects.filter(state__in=[Drill.State.ENDED, Drill.State.STOPPED], ends_at__gte=now - BACK)
        .select_related("agency__area")
        .annotate(people=Count("targets", filter=Q(targets__sent_at__isnull=False)))
        .filter(people__gt=0)
        .order_by("pk")
    )
    for row in rows:
        place = row.agency.area or area
        if place is None:
            continue
        first, last = _day(row.started_at or row.starts_at), _day(row.ended_at or row.ends_at)
        yield (
            f"training.drill:{row.pk}",
            ActivityData(
                agency=row.agency,
                kind=Kind.DRILL,
                on=first,
                until=_until(first, last, _day(now)),
                area=place,
                title=row.title,
                people=row.people,
            ),
        )


def _courses(now: dt.datetime) -> Rows:
    """Who completed a course alone, by their unit and month: a class has a row of its own."""
    since = (_day(now) - BACK).replace(day=1)
    begins = dt.datetime.combine(since, dt.time(), clock.VIETNAM)
    area = province().area
    for month in _months(since, _day(now)):
        opens = max(begins, dt.datetime.combine(month, dt.time(), clock.VIETNAM))
        closes = dt.datetime.combine((month + dt.timedelta(days=32)).replace(day=1), dt.time(), clock.VIETNAM)
        told = (
            Enrolment.objects.filter(
                training_class__isnull=True,
                state=Enrolment.State.COMPLETED,
                completed_at__gte=opens,
                completed_at__lt=closes,
                learner__agency__isnull=False,
            )
            .values("course", "course__title", "learner__agency")
            .annotate(people=Count("learner", distinct=True), first=Min("completed_at"))
            .order_by("course", "learner__agency")
        )
        units = Agency.objects.select_related("area").in_bulk({row["learner__agency"] for row in told})
        for row in told:
            unit = units[row["learner__agency"]]
            if (place := _place(unit, area)) is None:
                continue
            yield (
                f"training.course:{row['course']}:{unit.pk}:{month:%Y%m}",
                ActivityData(
                    agency=unit,
                    kind=Kind.TRAINING,
                    on=_day(row["first"]),
                    area=place,
                    title=f"{row['course__title']} (tự học)"[:200],
                    people=row["people"],
                ),
            )


def _place(unit: Agency, area: Area | None) -> Area | None:
    return unit.area or area


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = first
    while month <= last:
        yield month
        month = (month + dt.timedelta(days=32)).replace(day=1)
