"""A real worker adds a round up; one killed in the middle leaves nothing half and is followed by another."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from canhgiac.agencies.models import Agency
from canhgiac.kit import clock
from canhgiac.reporting.models import (
    ConsolidatedFigure,
    ConsolidatedReport,
    Consolidation,
    Paragraph,
    ReportDuty,
    ReportRound,
    Submission,
)
from canhgiac.reporting.services.consolidations import consolidation_start
from tests.factories import reporting
from tests.factories.agencies import Cast
from tests.worker import wait_until

Start = Callable[..., subprocess.Popen[bytes]]
REPORTS = 4000


def large_round(cast: Cast) -> ReportRound:
    """A round of so many reports, each with words of its own: long enough to be killed in."""
    Agency.objects.bulk_create(
        Agency(name=f"Đơn vị {n}", kind=Agency.Kind.UNIT, parent=cast.province, folded=f"don vi {n}")
        for n in range(REPORTS)
    )
    units = list(Agency.objects.filter(kind=Agency.Kind.UNIT))
    of = reporting.report_round(by=cast.coordinator, agencies=units)
    assert of.form_version is not None
    duties = list(ReportDuty.objects.filter(round=of))
    words = ["sóng yếu", "đường xa", "ít cán bộ", "nhiều người già", "dân đi làm ăn xa", "thiếu loa"]
    Submission.objects.bulk_create(
        Submission(
            duty=duty, form_version=of.form_version, state=Submission.State.FILED, on_time=True,
            filed_at=clock.now(), edited_by=cast.officer,
            answers={
                "to_roi_ban": n,
                "kho_khan": f"Khu {n} còn {words[n % 6]} và {words[n // 6 % 6]}, khó đến từng hộ vào mùa {n % 7}.",
            },
        )
        for n, duty in enumerate(duties)
    )  # fmt: skip
    ReportDuty.objects.filter(round=of).update(state=ReportDuty.State.FILED)
    return of


def seen(row: Consolidation) -> Consolidation:
    row.refresh_from_db()
    return row


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_is_followed_once(
    start_worker: Start, cast: Cast, tmp_path: Path
) -> None:
    of = large_round(cast)
    row = consolidation_start(by=cast.coordinator, round_id=of.pk)
    first = start_worker(CANHGIAC_VAR=str(tmp_path))
    wait_until(lambda: seen(row).state == "working" and 0 < row.done < row.total, 60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert seen(row).state == "working"
    tables = (ConsolidatedReport, ConsolidatedFigure, Paragraph)
    assert [table._default_manager.count() for table in tables] == [0, 0, 0]
    start_worker(CANHGIAC_VAR=str(tmp_path))
    wait_until(lambda: seen(row).state == "draft", 120)
    assert ConsolidatedReport.objects.filter(consolidation=row).count() == REPORTS
    figure = ConsolidatedFigure.objects.get(consolidation=row, code="to_roi_ban")
    assert figure.value == sum(range(REPORTS))
    assert Consolidation.objects.count() == 1
