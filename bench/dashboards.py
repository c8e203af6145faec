"""The staff home at full size beside the bare SQL of the same figures.

10,000 agencies, 24 figures × 8 quarters of reports (80,000 submissions), 100,000 activities that reached 200,000 areas,
100,000 shares of tasks, 3,000 communes. A part's time is what it costs, as in ``plans``: processor time of this process
and of its database backend, without the network and without rendering. The peer is one SELECT … GROUP BY by psycopg.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.plans import backend_of, best

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
DATABASE = "bench_dashboards"
LIMIT_MS = 100
RATIO = 6
"""Scope, definitions and rows in words cost besides; what they add stays within a few times the bare SELECT."""
HEAVY_MS = 15
AGENCIES, ACTIVITIES, COMMUNES, QUARTERS, FIGURES = 10_000, 100_000, 3_000, 8, 24

_COUNTED = "a.state = 'accepted' AND a.duplicate_of_id IS NULL AND a.\"on\" BETWEEN %(since)s AND %(until)s"
PEERS = {
    "tasks": (
        "SELECT count(*), count(*) FILTER (WHERE a.status = 'done'), count(*) FILTER (WHERE a.due_date < current_date"
        " AND a.status IN ('not_started', 'in_progress')) FROM plans_assignment a"
        " JOIN plans_task t ON t.id = a.task_id JOIN plans_plan p ON p.id = t.plan_id"
        " WHERE p.state = 'issued' AND t.review <> 'rejected' AND t.merged_into_id IS NULL"
    ),
    "reports": (
        "SELECT count(*), count(*) FILTER (WHERE d.state IN ('filed', 'accepted') AND s.is_empty) AS empty,"
        " count(*) FILTER (WHERE d.state IN ('filed', 'accepted')) FROM reporting_reportduty d"
        " LEFT JOIN reporting_submission s ON s.duty_id = d.id AND s.state IN ('filed', 'accepted')"
        " WHERE d.round_id = %(round)s"
    ),
    "places": (
        "SELECT CASE WHEN c.level = 4 THEN c.parent_id ELSE c.id END AS commune, count(DISTINCT a.id),"
        ' max(a."on"), sum(a.people) FROM activities_activity a JOIN activities_activityarea l ON l.activity_id = a.id'
        f" JOIN agencies_area c ON c.id = l.area_id WHERE {_COUNTED} GROUP BY 1"
    ),
    "trend": f"SELECT date_trunc('week', a.\"on\"), count(*) FROM activities_activity a WHERE {_COUNTED} GROUP BY 1",
    "late": (
        "SELECT a.id, a.due_date, t.text, g.name FROM plans_assignment a JOIN plans_task t ON t.id = a.task_id"
        " JOIN plans_plan p ON p.id = t.plan_id JOIN agencies_agency g ON g.id = a.agency_id"
        " WHERE p.state = 'issued' AND t.review <> 'rejected' AND t.merged_into_id IS NULL"
        " AND a.due_date < current_date AND a.status IN ('not_started', 'in_progress')"
        " ORDER BY a.due_date, a.id LIMIT 6"
    ),
}


def main() -> list[Row]:
    """The measures, each with its aim: milliseconds of each part, and their ratio to the bare SELECT."""
    import psycopg

    from canhgiac.kit import embedded

    url = embedded.start(ROOT / "var" / "pg-bench", DATABASE)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "canhgiac.settings", "LOG_LEVEL": "ERROR"}
    os.environ |= {"STATIC_MANIFEST": "0", "REQUIRE_MFA": "0"}
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return measures(connection)
    finally:
        from django.db import connections

        connections.close_all()
        with psycopg.connect(embedded.start(ROOT / "var" / "pg-bench", "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def measures(bare: Any) -> list[Row]:
    """Builds the province, then times each part of the home and its peer in turn."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from canhgiac.agencies.models import Member
    from canhgiac.front.selectors import parts
    from canhgiac.front.selectors.desk import _round_figure, _tasks_figure, commune_reach, desk
    from canhgiac.front.selectors.wanted import wanted_for
    from canhgiac.plans.selectors.scope import scope_of
    from canhgiac.reporting.selectors.desk import running_round
    from tests.factories import plans

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        many = plans.many(agencies=AGENCIES)
        last_round = _fill(many)
    bare.execute("VACUUM ANALYZE")
    bare.execute("SET max_parallel_workers_per_gather = 0")
    backend = backend_of(connection)
    member, wanted = Member.objects.get(pk=many.coordinator.pk), wanted_for("")
    scope = scope_of(member)
    facts = {"since": wanted.window.since, "until": wanted.until, "round": last_round}

    def reports() -> None:
        running = running_round(member, scope=scope)
        assert running is not None
        assert _round_figure(running, wide=True).total == AGENCIES

    works: dict[str, Callable[[], object]] = {
        "tasks": lambda: _tasks_figure(member, wanted, scope),
        "reports": reports,
        "places": lambda: commune_reach(member, wanted),
        "trend": lambda: parts.trend(member, wanted),
        "late": lambda: parts.late(member, wanted),
    }
    rows: list[Row] = []
    for name, work in works.items():

        def ours(work: Callable[[], object] = work) -> None:
            work()

        def theirs(name: str = name) -> None:
            bare.execute(PEERS[name], facts).fetchall()

        mine, peer = best(ours, backend), best(theirs, bare.info.backend_pid)
        rows.append((f"dashboards_{name}_ms", round(mine, 1), "<=", LIMIT_MS))
        if peer > HEAVY_MS:
            rows.append((f"dashboards_{name}_to_bare_group_by", round(mine / peer, 2), "<=", RATIO))

    def head() -> None:
        desk(member, wanted)

    rows.append(("dashboards_head_ms", round(best(head, backend), 1), "<=", 4 * LIMIT_MS))
    return rows


def _fill(many: Any) -> int:
    """Communes, activities and eight quarters of reports; the id of the last round."""
    from canhgiac.activities.models import Activity, ActivityArea, Kind
    from canhgiac.agencies.models import Agency, Area
    from canhgiac.agencies.services import paths_refresh
    from canhgiac.kit import clock
    from canhgiac.reporting.models import ReportDuty, ReportRound, Submission
    from tests.factories import reporting

    chance = random.Random(2)
    province = Agency.objects.filter(parent=many.root).first().area  # type: ignore[union-attr]
    Agency.objects.filter(pk=many.root.pk).update(area=province)
    Area.objects.bulk_create(
        Area(code=f"x{n}", name=f"Xã {n}", folded=f"xa {n}", level=Area.Level.COMMUNE, kind="xã", parent=province)
        for n in range(COMMUNES)
    )
    paths_refresh(Area)
    communes = list(Area.objects.filter(level=Area.Level.COMMUNE).values_list("pk", flat=True))
    agencies = list(Agency.objects.filter(parent=many.root))
    today = clock.today()

    def activities() -> Iterator[Activity]:
        for number in range(ACTIVITIES):
            agency = chance.choice(agencies)
            yield Activity(
                agency=agency,
                kind=chance.choice(Kind.values),
                title=f"Hoạt động {number}",
                folded=f"hoat dong {number}",
                on=today - dt.timedelta(days=chance.randrange(720)),
                area_id=chance.choice(communes),
                people=chance.randrange(400) if number % 3 else None,
                state=Activity.State.ACCEPTED if number % 5 else Activity.State.SUBMITTED,
            )

    rows = Activity.objects.bulk_create(activities(), batch_size=5000)
    ActivityArea.objects.bulk_create(
        (ActivityArea(activity=row, area_id=pk) for row in rows for pk in {row.area_id, chance.choice(communes)}),
        batch_size=10_000,
    )
    version = reporting.form(by=many.coordinator, agency=many.root, codes=[f"so_{n}" for n in range(FIGURES)])
    last = None
    for quarter in range(QUARTERS):
        due = today + dt.timedelta(days=20 - 90 * (QUARTERS - 1 - quarter))
        state = ReportRound.State.OPEN if quarter == QUARTERS - 1 else ReportRound.State.CLOSED
        last = ReportRound.objects.create(
            agency=many.root, form_version=version, title=f"Quý {quarter}", period=ReportRound.Period.QUARTER,
            data_from=due - dt.timedelta(days=90), data_until=due, due_date=due, area_as_of=due, state=state,
            made_by=many.coordinator,
        )  # fmt: skip
        duties = ReportDuty.objects.bulk_create(
            (
                ReportDuty(round=last, agency=agency, reports_to=many.root, due_date=due, state=ReportDuty.State.FILED)
                for agency in agencies
            ),
            batch_size=5000,
        )
        Submission.objects.bulk_create(
            (
                Submission(
                    duty=duty,
                    form_version=version,
                    state=Submission.State.FILED,
                    answers={f"so_{n}": chance.randrange(900) for n in range(FIGURES)},
                    is_empty=number % 40 == 0,
                    on_time=True,
                    filed_at=clock.now(),
                )
                for number, duty in enumerate(duties)
            ),
            batch_size=5000,
        )
    assert last is not None
    return last.pk


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
