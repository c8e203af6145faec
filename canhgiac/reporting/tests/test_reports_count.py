"""Targets counted from accepted reports."""

from __future__ import annotations

import pytest

from canhgiac.plans.models import Counted, Plan, TargetMeasure
from canhgiac.reporting.models import Submission
from canhgiac.reporting.services.counting import reports_count, reports_count_all
from tests.factories import agencies, reporting
from tests.factories import ledger as ledgers
from tests.factories.agencies import Cast
from tests.factories.plans import plan as plan_made

pytestmark = pytest.mark.django_db


def test_accepted_reports_are_counted_and_unknown_stays_unknown(cast: Cast) -> None:
    units = [agencies.agency(name=f"Trường {n}", parent=cast.province) for n in range(5)]
    plan: Plan = plan_made(by=cast.coordinator, agency=cast.province)
    of = reporting.report_round(by=cast.coordinator, agencies=units, plan=plan)
    told: list[dict[str, int | None]] = [{"tiet": 4}, {"tiet": 0}, {"tiet": None}, {}, {"tiet": 9}]
    for number, (unit, answers) in enumerate(zip(units, told, strict=True)):
        state = Submission.State.FILED if number == 4 else Submission.State.ACCEPTED
        duty = reporting.duty_of(of, unit)
        reporting.submission(duty, by=cast.officer, answers=answers, state=state, is_empty=number == 3)
    measure = TargetMeasure.objects.create(
        target=ledgers.target(plan),
        method=TargetMeasure.Method.COUNT,
        population=ledgers.population(cast.coordinator, agencies=units),
        counting=TargetMeasure.Counting.REPORTS,
        rule={"code": "tiet", "by": "agency"},
        by=cast.coordinator,
    )
    reports_count(measure=measure)
    counted = {row.part.label: (row.value, row.empty) for row in Counted.objects.select_related("part")}
    assert counted == {"Trường 0": (1, False), "Trường 1": (0, False), "Trường 3": (None, True)}
    assert reports_count_all() == 1
    assert Counted.objects.count() == 3
