"""The radar's round: what rises in which area more than its past explains becomes a card."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.notices import notice_send
from canhgiac.engines.similarity.burst import WHOLE, Alarm, Watch
from canhgiac.kit import clock
from canhgiac.radar.models import Card, Cluster, ClusterDay
from canhgiac.radar.selectors.land import communes_watched
from canhgiac.radar.selectors.scope import ACTING
from canhgiac.radar.selectors.wording import card_sentence
from canhgiac.tips.models import Observation

from .gathering import form_names, lock_taken

BUDGET = 1.0
"""False alarms a week that chance may give, in expectation; ``bench/radar.py`` verifies it."""
LOOKED_BACK = 180
"""Days of counts from which the expected is learned."""
QUIET_AFTER_DISMISSED = dt.timedelta(days=7)
QUIET_AFTER_DRAFTED = dt.timedelta(days=14)
_NO_PLACE = -1
"""Stands for what was seen in a place nobody named."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """A cluster, or a form as a whole, under the number the watch knows it by."""

    cluster: int
    form: str = ""


@transaction.atomic
def bursts_watch(*, today: dt.date | None = None) -> list[Card]:
    """Learns the past, tests the last days, and raises or renews cards; returns the new ones. By the clock.

    Run every hour: counts only grow within a day and the levels come from the past, so looking often costs nothing of
    the budget. One worker at a time; an open card of a cluster and area is renewed and never doubled.
    """
    if not lock_taken():
        return []
    day = today or clock.today()
    communes = list(communes_watched(day).values_list("pk", flat=True))
    if not communes:
        return []
    subjects, counts = _counts(day)
    watch = Watch({**dict.fromkeys(communes, 1.0), _NO_PLACE: float(len(communes))}, budget=BUDGET)
    first = min(counts, default=day)
    for number in range((day - first).days):
        one = first + dt.timedelta(number)
        watch.learn(one, counts.get(one, {}))
    alarms = watch.day(day, counts.get(day, {}))
    return [card for alarm in _plain(alarms, subjects) if (card := _raise(alarm, subjects[alarm.subject]))]


def _counts(day: dt.date) -> tuple[dict[int, _Subject], dict[dt.date, dict[tuple[int, int], float]]]:
    """What was seen by day, subject and commune: each cluster, and each form over all its clusters."""
    rows = (
        ClusterDay.objects.filter(day__gt=day - dt.timedelta(LOOKED_BACK), day__lte=day)
        .exclude(cluster__state=Cluster.State.MERGED)
        .values_list("day", "cluster_id", "cluster__form", "cluster__of_form", "area_id")
        .annotate(seen=Sum("weight"))
    )
    subjects: dict[int, _Subject] = {}
    numbers: dict[str, int] = {}
    counts: dict[dt.date, dict[tuple[int, int], float]] = defaultdict(lambda: defaultdict(float))
    for on, cluster, form, of_form, area, seen in rows.order_by("day", "cluster_id", "area_id"):
        place = _NO_PLACE if area is None else area
        if not of_form:
            subjects[cluster] = _Subject(cluster)
            counts[on][cluster, place] += seen
        if form:
            number = numbers.setdefault(form, -len(numbers) - 1)
            subjects.setdefault(number, _Subject(cluster, form))
            counts[on][number, place] += seen
    return subjects, counts


def _plain(alarms: list[Alarm], subjects: Mapping[int, _Subject]) -> list[Alarm]:
    """A form as a whole is told only where no cluster of it says the same more exactly."""
    forms = dict(
        Cluster.objects.filter(pk__in=[subjects[one.subject].cluster for one in alarms]).values_list("pk", "form")
    )
    exact = {(forms[subjects[one.subject].cluster], one.area) for one in alarms if not subjects[one.subject].form}
    return [
        one for one in alarms if not subjects[one.subject].form or (subjects[one.subject].form, one.area) not in exact
    ]


def _raise(alarm: Alarm, subject: _Subject) -> Card | None:
    """A new card, or None where one is open (it is renewed) or was settled lately."""
    cluster = _cluster(subject)
    area = None if alarm.area in (WHOLE, _NO_PLACE) else alarm.area
    seen = _seen(cluster, subject, alarm, area)
    told = seen.aggregate(since=Min("at"), **_by_source())
    if told["since"] is None:  # what was counted has been withdrawn meanwhile
        return None
    figures: dict[str, Any] = {
        "observed": round(alarm.count, 2),
        "expected": alarm.expected,
        "q_value": alarm.by_chance_per_week,
        "facts": {
            "days": alarm.days,
            "day": alarm.day.isoformat(),
            "chance": alarm.chance,
            "of_form": bool(subject.form),
            "seen": sum(told[source] for source, _label in Observation.Source.choices),
            "sources": {source: told[source] for source, _label in Observation.Source.choices},
            "places": seen.filter(area__isnull=False).values("area").distinct().count(),
        },
    }
    known = Card.objects.select_for_update().filter(
        Q(area=area) if area is not None else Q(area__isnull=True), cluster=cluster
    )
    current = known.filter(state__in=(Card.State.NEW, Card.State.WATCHED)).first()
    if current is not None:
        facts = {**figures.pop("facts"), "signals": current.facts.get("signals", [])}
        Card.objects.filter(pk=current.pk).update(facts=facts, **figures)
        return None
    if known.filter(_settled_lately()).exists():
        return None
    first = seen.model.objects.filter(_members(cluster, subject)).aggregate(first=Min("at"))["first"]
    card = Card.objects.create(
        cluster=cluster,
        area_id=area,
        since=told["since"],
        first_seen_at=first if not subject.form else told["since"],
        **figures,
    )
    _tell(card)
    facts = {"cluster": cluster.pk, "area": area, "observed": card.observed, "expected": card.expected}
    audit_record(by=None, act="radar.card_raise", subject=card, facts=facts)
    return card


def _by_source() -> dict[str, Count]:
    return {source: Count("pk", filter=Q(source=source)) for source, _label in Observation.Source.choices}


def _cluster(subject: _Subject) -> Cluster:
    """The cluster a card hangs on: of a form as a whole the one that stands for it."""
    if not subject.form:
        return Cluster.objects.get(pk=subject.cluster)
    of_form = Cluster.objects.filter(form=subject.form, of_form=True).exclude(state=Cluster.State.MERGED)
    known = of_form.order_by("-last_at").first()
    if known is not None:
        return known
    moment = clock.now()
    name = form_names([subject.form]).get(subject.form, subject.form)
    return Cluster.objects.create(name=name, form=subject.form, of_form=True, first_at=moment, last_at=moment)


def _members(cluster: Cluster, subject: _Subject) -> Q:
    return Q(membership__cluster__form=subject.form) if subject.form else Q(membership__cluster=cluster)


def _seen(cluster: Cluster, subject: _Subject, alarm: Alarm, area: int | None) -> QuerySet[Observation]:
    """The observations of the alarm's window."""
    begin = dt.datetime.combine(alarm.day - dt.timedelta(alarm.days - 1), dt.time(), clock.VIETNAM)
    end = dt.datetime.combine(alarm.day + clock.DAY, dt.time(), clock.VIETNAM)
    rows = Observation.objects.filter(_members(cluster, subject), at__gte=begin, at__lt=end)
    return rows.filter(Q(area=area) | Q(area__parent=area)) if area is not None else rows


def _settled_lately() -> Q:
    moment = clock.now()
    return Q(state=Card.State.DISMISSED, decided_at__gt=moment - QUIET_AFTER_DISMISSED) | Q(
        state=Card.State.DRAFTED, decided_at__gt=moment - QUIET_AFTER_DRAFTED
    )


def _tell(card: Card) -> None:
    """One notice to each who may act on it."""
    members = Member.objects.filter(
        in_force(clock.today(), "roles__"), roles__kind__in=ACTING, is_active=True
    ).distinct()
    subject = _("Ra-đa: %(name)s") % {"name": card.cluster.name}
    body = card_sentence(card)
    for member in members.order_by("pk"):
        notice_send(kind="radar.card_raise", subject=subject, body=body, member=member, link=f"/ra-da/the/{card.pk}/")
