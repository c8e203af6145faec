"""A form made of a plan asks each agency about the groups of tasks in which it has a task, and about no other."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from canhgiac.plans.models import Plan
from canhgiac.reporting.models import FormField, FormVersion, ReportDuty, ReportForm, Submission
from canhgiac.reporting.selectors.asked import asked_fields
from canhgiac.reporting.services.drafts import draft_save
from canhgiac.reporting.services.filing import submission_file
from tests.factories import agencies, plans, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
MEDIA, SCHOOLS = "Báo chí, truyền thanh", "Trường học"


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """Two groups of tasks: the media's is the department's, the schools' is the commune's."""
    found = plans.plan(by=cast.coordinator, agency=cast.province)
    for heading, agency in ((f"II. {MEDIA}:", cast.department), (f"III. {SCHOOLS}", cast.commune)):
        task = plans.task(found)
        task.heading = heading
        task.save()
        plans.assignment(task, agency)
    return found


def form(cast: Cast, plan: Plan | None) -> FormVersion:
    version = reporting.form(by=cast.coordinator, agency=cast.province, plan=plan)
    for code, group in (("bao_chi", MEDIA), ("truong_hoc", SCHOOLS), ("rieng", "Nhóm ngoài kế hoạch")):
        kind = FormField.Kind.TEXT
        reporting.field(version, code, kind=kind, group=group, section=FormField.Section.RESULTS, required=True)
    reporting.field(version, "so_bai", group=MEDIA)
    return version


def owed(cast: Cast, version: FormVersion, plan: Plan | None) -> dict[str, ReportDuty]:
    units = [cast.department, cast.commune, cast.police]
    of = reporting.report_round(by=cast.coordinator, agencies=units, form_version=version, plan=plan)
    names = ("department", "commune", "police")
    return {name: reporting.duty_of(of, unit) for name, unit in zip(names, units, strict=True)}


def texts(duty: ReportDuty, version: FormVersion, report: Submission | None = None) -> list[str]:
    found = {field.code for field in asked_fields(duty, version.pk, report=report)}
    assert {"so_bai", "kho_khan", "to_roi_ban", "rieng"} <= found
    return [code for code in ("bao_chi", "truong_hoc") if code in found]


def test_each_agency_is_asked_about_its_own_groups(cast: Cast, plan: Plan) -> None:
    version = form(cast, plan)
    duties = owed(cast, version, plan)
    assert {name: texts(duty, version) for name, duty in duties.items()} == {
        "department": ["bao_chi"], "commune": ["truong_hoc"], "police": [],
    }  # fmt: skip


def test_one_below_or_a_merged_one_with_a_task_is_asked_for(cast: Cast, plan: Plan) -> None:
    version = form(cast, plan)
    duties = owed(cast, version, plan)
    below = agencies.agency(name="Phòng Báo chí", parent=cast.police)
    plans.assignment(plan.tasks.get(heading__contains="Báo chí"), below)
    duties["police"].covers.add(cast.commune)
    assert texts(duties["police"], version) == ["bao_chi", "truong_hoc"]


def test_everything_is_asked_without_a_plan_and_while_nobody_has_a_task(cast: Cast, plan: Plan) -> None:
    version = form(cast, None)
    duty = owed(cast, version, None)["police"]
    assert texts(duty, version) == ["bao_chi", "truong_hoc"]
    ReportForm.objects.filter(pk=version.form_id).update(plan=plan)
    assert texts(duty, version) == []
    for task in plan.tasks.all():
        task.assignments.all().delete()
    assert texts(duty, version) == ["bao_chi", "truong_hoc"]


def test_what_was_answered_is_shown_and_what_is_not_asked_is_not_required(
    client: Client, cast: Cast, plan: Plan
) -> None:
    version = form(cast, plan)
    duty = owed(cast, version, plan)["department"]
    field = version.fields.get(code="truong_hoc")
    client.force_login(cast.officer)
    page = reverse("submission_fill", args=[duty.pk])
    assert f'name="f{field.pk}"' not in client.get(page).content.decode()
    given = {"luot_nguoi": 0, "bao_chi": "Mười tin, bài", "rieng": "Không"}
    draft = draft_save(by=cast.officer, duty=duty, answers=given, version=0)
    draft = submission_file(by=cast.officer, submission=draft, version=draft.version)
    assert draft.state == Submission.State.FILED
    read = client.get(reverse("submission_detail", args=[duty.pk])).content.decode()
    assert field.label not in read
    draft.answers["truong_hoc"] = "Đã dạy ở ba trường"
    draft.save()
    assert texts(duty, version, draft) == ["bao_chi", "truong_hoc"]
    assert "Đã dạy ở ba trường" in client.get(reverse("submission_detail", args=[duty.pk])).content.decode()


def test_it_takes_as_many_queries_for_many_tasks_as_for_few(cast: Cast, plan: Plan) -> None:
    version = form(cast, plan)
    duty = owed(cast, version, plan)["department"]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            asked_fields(duty, version.pk)
        return len(queries)

    few = asked()
    for _number in range(10):
        plans.assignment(plans.task(plan), cast.department)
    assert asked() == few <= 3
