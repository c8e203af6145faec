"""The first run: invented reports of the sample province, loaded once."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canhgiac.agencies.models import Member
from canhgiac.reporting.models import Consolidation, FigureSource, ReportDuty, ReportRound, Submission
from canhgiac.reporting.selectors.desk import running_round
from canhgiac.reporting.selectors.summary import round_summary
from canhgiac.reporting.services.samples import sample_reports_load
from tests.factories.kept import kept


@pytest.fixture(autouse=True)
def files_root(settings: Settings, tmp_path: Path) -> None:
    """A file store of the test's own."""
    settings.FILES_ROOT = tmp_path / "files"


def loaded() -> None:
    for command in ("load_samples", "load_sample_plans", "load_sample_activities", "load_sample_reports"):
        call_command(command, stdout=StringIO())


@pytest.mark.django_db
def test_without_the_sample_province_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="load_samples"):
        call_command("load_sample_reports")


@pytest.mark.django_db
def test_the_first_run_shows_a_closed_and_an_open_round_and_the_second_adds_nothing() -> None:
    kept("sample province", loaded)
    closed, running = ReportRound.objects.order_by("due_date")
    assert (closed.state, running.state) == (ReportRound.State.CLOSED, ReportRound.State.OPEN)
    before, now = round_summary(closed), round_summary(running)
    assert (before.owed, before.filed_empty, before.filed_late, before.waiting) == (66, 3, 5, 3)
    assert (now.owed, now.filed_empty, now.returned, now.late) == (66, 3, 4, 5)
    assert now.received > now.accepted > 20
    assert ReportDuty.objects.filter(reminders__rung="superior").exists()
    seen = running_round(Member.objects.get(email="dieuphoi@vinhan.example"))
    assert seen is not None
    assert (seen.round, seen.counts) == (running, now)

    draft = Consolidation.objects.get()
    assert (draft.round, draft.state) == (closed, Consolidation.State.DRAFT)
    assert draft.figures.filter(value__gt=0).exists()
    assert draft.paragraphs.exists()
    client = Client()
    client.force_login(Member.objects.get(email="dieuphoi@vinhan.example"))
    link = f'href="{reverse("consolidation_detail", args=[draft.pk])}"'
    for address in (reverse("round_detail", args=[closed.pk]), reverse("home")):
        assert link in client.get(address).content.decode()

    assert sample_reports_load() == 0


@pytest.mark.django_db
def test_every_invented_figure_is_the_sum_of_its_rows() -> None:
    kept("sample province", loaded)
    sums = FigureSource.objects.values("submission", "code").annotate(total=Sum("quantity")).order_by()
    figures = {(row["submission"], row["code"]): row["total"] for row in sums}
    answers = {
        (row.pk, code): value
        for row in Submission.objects.all()
        for code, value in row.answers.items()
        if code in row.origins and value is not None
    }
    assert len(answers) > 100
    assert answers == figures
