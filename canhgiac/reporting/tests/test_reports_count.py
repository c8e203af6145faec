"""Targets counted from accepted reports."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Agency
from canhgiac.kit import clock
from canhgiac.plans.models import Counted, CountedSource, Plan, TargetMeasure
from canhgiac.plans.selectors.ledger import rates_for
from canhgiac.plans.services.ledger import LedgerRefused
from canhgiac.plans.services.measures import Rule, measure_set_up
from canhgiac.reporting.models import ReportRound, Submission
from canhgiac.reporting.services.counting import (
    measure_count,
    plan_count,
    plan_count_wanted,
    reports_count,
    reports_count_all,
)
from canhgiac.reporting.services.review import submission_accept
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


def schools(cast: Cast) -> tuple[Plan, list[Agency], ReportRound]:
    """Three schools that owe a report under a plan; the first two filed."""
    units = [agencies.agency(name=f"Trường {n}", parent=cast.province, kind=Agency.Kind.SCHOOL) for n in range(3)]
    plan = plan_made(by=cast.coordinator, agency=cast.province)
    of = reporting.report_round(by=cast.coordinator, agencies=units, plan=plan)
    for number, unit in enumerate(units[:2]):
        answers = {"hoi_nghi": 3 - number * 3, "luot_nguoi": 10}
        reporting.submission(reporting.duty_of(of, unit), by=cast.officer, answers=answers)
    return plan, units, of


def queued(name: str) -> list[dict[str, int]]:
    """Arguments of the jobs of this name that wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()]


def test_a_person_chooses_the_figure_by_its_label_and_accepted_reports_count(client: Client, cast: Cast) -> None:
    plan, units, of = schools(cast)
    target = ledgers.target(plan, text="100% trường tổ chức hội nghị", population="trường")
    client.force_login(cast.coordinator)
    address = reverse("measure_set_up", args=[target.pk])
    page = client.get(address).content.decode()
    assert '<option value="hoi_nghi">Số hội nghị (cuộc)</option>' in page
    given = {
        "cach_do": "count", "nguon_tu_so": "reports", "ten": "Trường", "don_vi_tinh": "school", "can_cu": "agencies",
        "tinh_den": clock.today().isoformat(), "loai": ["school"], "dieu_da_dat": "đã tổ chức hội nghị", "luu": "1",
    }  # fmt: skip
    refused = client.post(address, given)
    assert refused.status_code == 200
    assert "Chọn số liệu của báo cáo định kỳ." in refused.content.decode()
    assert client.post(address, given | {"so_lieu": "hoi_nghi"}).status_code == 302
    measure = TargetMeasure.objects.get(target=target)
    assert measure.rule == {"code": "hoi_nghi", "by": "agency"}
    assert queued("reporting.measure_count") == [{"measure_id": measure.pk}]
    measure_count(measure_id=measure.pk)
    assert Counted.objects.filter(measure=measure).count() == 0  # nothing is accepted yet
    for report in Submission.objects.filter(duty__round=of):
        submission_accept(by=cast.coordinator, submission=report)
    assert {row["plan_id"] for row in queued("reporting.plan_count")} == {plan.pk}
    assert plan_count(plan_id=plan.pk) == 1
    rate = rates_for(cast.coordinator, plan=plan)[0].measures[0]
    assert (rate.reached, rate.total, rate.missing, rate.unknown) == (1, 3, 1, 1)
    sources = CountedSource.objects.filter(counted__measure=measure, origin="reporting.submission")
    assert set(sources.values_list("origin_id", flat=True)) == set(Submission.objects.values_list("pk", flat=True))
    listed = client.get(reverse("measure_detail", args=[measure.pk]), {"nhom": "da-dat"}).content.decode()
    assert units[0].name in listed


def test_a_measure_may_be_changed_to_another_figure_and_a_tally_may_not(client: Client, cast: Cast) -> None:
    plan, units, _of = schools(cast)
    target = ledgers.target(plan)
    measure = ledgers.measure(target, ledgers.population(cast.coordinator, agencies=units), by=cast.coordinator)
    client.force_login(cast.coordinator)
    address = reverse("measure_change", args=[measure.pk])
    assert client.post(address, {"nguon_tu_so": "reports", "so_lieu": "luot_nguoi"}).status_code == 302
    measure.refresh_from_db()
    assert measure.rule["code"] == "luot_nguoi"
    assert '<option value="luot_nguoi" selected>' in client.get(address).content.decode()
    with pytest.raises(LedgerRefused):
        measure_set_up(
            by=cast.coordinator, target=target, method="tally", rule=Rule(counting="reports", figure="hoi_nghi")
        )
    plan_count_wanted(plan_id=None)
    plan_count_wanted(plan_id=plan.pk)
    assert len(queued("reporting.plan_count")) == 1
