"""Observations put into clusters, one after another, by one worker at a time."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max

from canhgiac.agencies.models import Area
from canhgiac.engines.similarity.leader import Item, Leaders, Placed, Why
from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.radar.models import Cluster, ClusterToken, Membership
from canhgiac.radar.selectors.naming import cluster_called, keywords_of
from canhgiac.tips.models import Observation

LOCK = 0x7261_6461
"""The advisory lock of whoever changes clusters."""
BATCH = 2_000
"""Observations a run takes at most; the next run goes on."""
REMEMBERED = dt.timedelta(days=90)
"""A cluster unseen for longer gets no newcomers."""
LATE = 20_000
"""Rows before the newest gathered one that are looked at each minute: a slow writer's row may come after it."""
NAMED_BY = 50
"""The last texts of a cluster that name it."""

REASONS = {
    Why.FOUNDED: Membership.Reason.FIRST,
    Why.INDICATOR: Membership.Reason.TOKEN,
    Why.TEXT: Membership.Reason.TEXT,
    Why.FORM: Membership.Reason.FORM,
}


@dataclass(slots=True)
class _Joined:
    """What a run adds to one cluster."""

    rows: list[Observation]
    placed: list[Placed]


@transaction.atomic
def observations_gather(*, everything: bool = False) -> int:
    """Puts observations without a cluster into theirs; returns how many. By the clock, so there is no member.

    Linear in what is new, and harmless when it runs twice: one worker holds the lock, each observation has at most one
    membership. ``everything`` looks at all rows and not only at the newest.
    """
    if not lock_taken():
        return 0
    rows = _waiting(everything=everything)
    if not rows:
        return 0
    leaders = _leaders(rows)
    joined: dict[int, _Joined] = defaultdict(lambda: _Joined([], []))
    for row in rows:
        placed = leaders.place(_item(row))
        joined[placed.cluster].rows.append(row)
        joined[placed.cluster].placed.append(placed)
    numbers = _clusters_kept(joined)
    Membership.objects.bulk_create(
        Membership(
            observation=row,
            cluster_id=numbers[placed.cluster],
            reason=REASONS[placed.why],
            likeness=round(placed.likeness, 3) if placed.likeness else None,
        )
        for one in joined.values()
        for row, placed in zip(one.rows, one.placed, strict=True)
    )
    _tokens_kept(rows, leaders, numbers)
    days_add([(numbers[placed.cluster], row) for one in joined.values() for row, placed in _pairs(one)])
    clusters_name([numbers[number] for number, one in joined.items() if any(row.words for row in one.rows)])
    return len(rows)


def lock_taken() -> bool:
    """Whether this transaction now holds the lock under which clusters change; it is given back with its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def lock_wait() -> None:
    """Waits for the lock under which clusters change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _pairs(one: _Joined) -> Iterable[tuple[Observation, Placed]]:
    return zip(one.rows, one.placed, strict=True)


def _waiting(*, everything: bool) -> list[Observation]:
    rows = Observation.objects.filter(membership__isnull=True).order_by("at", "pk")
    last = Membership.objects.aggregate(last=Max("observation_id"))["last"] or 0
    return list((rows if everything else rows.filter(pk__gt=last - LATE))[:BATCH])


def _item(row: Observation) -> Item:
    return Item(bytes(row.sketch), frozenset(bytes(token).hex() for token in row.tokens), row.form)


def _leaders(rows: Sequence[Observation]) -> Leaders:
    """The clusters that newcomers are compared with; of their tokens only those that the newcomers have."""
    fresh = itertools.count(1)
    leaders = Leaders(number=lambda: -next(fresh))
    since = min(row.at for row in rows) - REMEMBERED
    known = Cluster.objects.exclude(state=Cluster.State.MERGED)
    recent = known.filter(last_at__gte=since) | known.filter(of_form=True)
    for pk, leader, form, of_form in recent.order_by("last_at", "pk").values_list("pk", "leader", "form", "of_form"):
        leaders.remember(pk, sketch=bytes(leader), form=form, of_form=of_form)
    asked = {bytes(token) for row in rows for token in row.tokens}
    for token, cluster, forms in ClusterToken.objects.filter(token__in=asked).values_list(
        "token", "cluster_id", "forms"
    ):
        if cluster in leaders:
            leaders.recall(bytes(token).hex(), cluster, forms)
    return leaders


def _clusters_kept(joined: dict[int, _Joined]) -> dict[int, int]:
    """Writes founded clusters and the sums of all that got newcomers; gives their numbers by those of the run."""
    names = form_names({row.form for one in joined.values() for row in one.rows})
    founded = {number: one for number, one in joined.items() if number < 0}
    made = Cluster.objects.bulk_create(_founded(one, names) for one in founded.values())
    numbers = {number: number for number in joined if number > 0}
    numbers |= {number: cluster.pk for number, cluster in zip(founded, made, strict=True)}
    grown = {number: one for number, one in joined.items() if number > 0}
    rows = list(Cluster.objects.select_for_update().filter(pk__in=grown).order_by("pk"))
    for cluster in rows:
        newcomers = grown[cluster.pk].rows
        cluster.size += len(newcomers)
        cluster.weight += sum(row.weight for row in newcomers)
        cluster.first_at = min(cluster.first_at, *(row.at for row in newcomers))
        cluster.last_at = max(cluster.last_at, *(row.at for row in newcomers))
        cluster.state = Cluster.State.LIVE
        cluster.leader = bytes(cluster.leader) or next((bytes(row.sketch) for row in newcomers if row.sketch), b"")
        if not cluster.form and (form := _commonest(newcomers)):
            cluster.form = form
            if not cluster.named_by_hand:
                cluster.name = cluster_called(names.get(form, form), cluster.keywords, cluster.first_at)
    Cluster.objects.bulk_update(rows, ["size", "weight", "first_at", "last_at", "state", "leader", "form", "name"], 500)
    return numbers


def _founded(one: _Joined, names: dict[str, str]) -> Cluster:
    first, form = one.rows[0], _commonest(one.rows)
    at = min(row.at for row in one.rows)
    return Cluster(
        name=cluster_called(names.get(form, form), [], at),
        form=form,
        leader=next((bytes(row.sketch) for row in one.rows if row.sketch), b""),
        of_form=bool(first.form) and not first.sketch and not first.tokens,
        size=len(one.rows),
        weight=sum(row.weight for row in one.rows),
        first_at=at,
        last_at=max(row.at for row in one.rows),
    )


def _commonest(rows: Sequence[Observation]) -> str:
    forms = [row.form for row in rows if row.form]
    return max(sorted(set(forms)), key=forms.count) if forms else ""


def form_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of forms by code, as published; a form that is not public keeps its code. One query."""
    rows = ScamForm.objects.filter(code__in=[code for code in codes if code], published__isnull=False)
    return dict(rows.values_list("code", "published__name"))


def _tokens_kept(rows: Sequence[Observation], leaders: Leaders, numbers: dict[int, int]) -> None:
    seen = {bytes(token) for row in rows for token in row.tokens}
    wanted = []
    for token in sorted(seen):
        owner = leaders.owner_of(token.hex())
        if owner is not None:
            wanted.append(
                ClusterToken(token=token, cluster_id=numbers.get(owner, owner), forms=leaders.forms_of(token.hex()))
            )
    ClusterToken.objects.bulk_create(
        wanted, update_conflicts=True, unique_fields=["token"], update_fields=["forms", "cluster"], batch_size=1000
    )


def communes_of(area_ids: Iterable[int]) -> dict[int, int]:
    """The commune of each area that is one or lies in one. One query."""
    rows = Area.objects.filter(pk__in=set(area_ids), level__in=(Area.Level.COMMUNE, Area.Level.GROUP))
    return {
        pk: pk if level == Area.Level.COMMUNE else parent
        for pk, level, parent in rows.values_list("pk", "level", "parent_id")
        if level == Area.Level.COMMUNE or parent is not None
    }


_ADD = """
INSERT INTO radar_clusterday (cluster_id, area_id, day, count, weight) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (cluster_id, area_id, day)
DO UPDATE SET count = radar_clusterday.count + EXCLUDED.count, weight = radar_clusterday.weight + EXCLUDED.weight
"""


def days_add(members: Sequence[tuple[int, Observation]]) -> None:
    """Adds observations, each with its cluster, to the counts of days and communes."""
    communes = communes_of(row.area_id for _, row in members if row.area_id is not None)
    sums: dict[tuple[int, int | None, dt.date], list[float]] = defaultdict(lambda: [0, 0.0])
    for cluster, row in members:
        area = communes.get(row.area_id) if row.area_id is not None else None
        one = sums[cluster, area, row.at.astimezone(clock.VIETNAM).date()]
        one[0] += 1
        one[1] += row.weight
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, [(*key, int(count), weight) for key, (count, weight) in sums.items()])


_RECOUNT = """
INSERT INTO radar_clusterday (cluster_id, area_id, day, count, weight)
SELECT m.cluster_id, CASE a.level WHEN 3 THEN a.id WHEN 4 THEN a.parent_id END,
       (o.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*), sum(o.weight)
FROM radar_membership m
JOIN tips_observation o ON o.id = m.observation_id
LEFT JOIN agencies_area a ON a.id = o.area_id
WHERE m.cluster_id = ANY(%s)
GROUP BY 1, 2, 3
"""
_RESUM = """
UPDATE radar_cluster c
SET size = coalesce(s.n, 0), weight = coalesce(s.weight, 0),
    first_at = coalesce(s.first_at, c.first_at), last_at = coalesce(s.last_at, c.last_at)
FROM (SELECT k.id, count(o.id) AS n, sum(o.weight) AS weight, min(o.at) AS first_at, max(o.at) AS last_at
      FROM radar_cluster k
      LEFT JOIN radar_membership m ON m.cluster_id = k.id
      LEFT JOIN tips_observation o ON o.id = m.observation_id
      WHERE k.id = ANY(%s) GROUP BY k.id) s
WHERE c.id = s.id
"""


def clusters_recount(clusters: Iterable[int]) -> None:
    """Counts days and sums of these clusters anew, after members were moved by hand or withdrawn."""
    wanted = sorted(set(clusters))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM radar_clusterday WHERE cluster_id = ANY(%s)", [wanted])
        cursor.execute(_RECOUNT, [wanted])
        cursor.execute(_RESUM, [wanted])


def clusters_name(clusters: Iterable[int]) -> None:
    """Names clusters by their form and the words of their last members that let us read them."""
    rows = list(Cluster.objects.filter(pk__in=set(clusters), named_by_hand=False).order_by("pk"))
    names = form_names(row.form for row in rows)
    for row in rows:
        told = Observation.objects.filter(membership__cluster=row).exclude(words="").order_by("-at")
        row.keywords = keywords_of(told.values_list("words", flat=True)[:NAMED_BY])
        row.name = cluster_called(names.get(row.form, row.form), row.keywords, row.first_at)
    Cluster.objects.bulk_update(rows, ["keywords", "name"], 500)


_ASTRAY = """
SELECT c.id FROM radar_cluster c
WHERE c.state <> 'merged'
  AND (c.last_at > %s OR c.size <> (SELECT count(*) FROM radar_membership m WHERE m.cluster_id = c.id))
"""


@transaction.atomic
def clusters_mend() -> int:
    """Counts anew what observations changed under: a tip classed as spam, withdrawn, given another place. By the clock.

    Clusters seen in the last week, and those whose members are no longer as many as counted; returns how many.
    """
    if not lock_taken():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY, [clock.now() - dt.timedelta(days=7)])
        found = [row[0] for row in cursor.fetchall()]
    clusters_recount(found)
    return len(found)


@transaction.atomic
def clusters_settle() -> int:
    """Clusters unseen for 30 days become quiet; returns how many. By the clock, once a night."""
    before = clock.now() - dt.timedelta(days=30)
    return Cluster.objects.filter(state=Cluster.State.LIVE, last_at__lt=before).update(state=Cluster.State.QUIET)
