"""A real worker reads what was uploaded; a killed one is followed by another."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from canhgiac.engines.officialdoc.tests.pdf_files import Paper
from canhgiac.plans.models import Directive, Plan
from canhgiac.plans.services.imports import directive_receive
from tests.factories.agencies import Cast
from tests.worker import wait_until

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    """A file store that the worker's process shares."""
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path


def state(directive: Directive) -> str:
    """The directive's state as everyone sees it."""
    directive.refresh_from_db(fields=["state", "pages_done", "pages_total"])
    return directive.state


def long_pdf(pages: int) -> bytes:
    """A plan in a PDF of many pages."""
    paper = Paper()
    paper.lines(60, 60, ["Số: 12/KH-UBND", "", "KẾ HOẠCH", "Phòng, chống lừa đảo trực tuyến năm 2026"])
    for page in range(pages):
        paper.page()
        paper.lines(60, 60, [f"{page}.{line} Tổ chức tuyên truyền tại nhà văn hóa của thôn." for line in range(40)])
    return paper.data()


@pytest.mark.slow
def test_a_worker_reads_and_one_that_is_killed_is_followed(start_worker: Start, cast: Cast, files: Path) -> None:
    directive = directive_receive(by=cast.coordinator, file_name="dai.pdf", data=long_pdf(120), agency=cast.province)
    first = start_worker(CANHGIAC_VAR=str(files))
    wait_until(lambda: state(directive) == "reading" and 0 < directive.pages_done < directive.pages_total, 60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert state(directive) == "reading"
    assert Plan.objects.count() == 0
    start_worker(CANHGIAC_VAR=str(files))
    wait_until(lambda: state(directive) == "read", 120)
    assert Plan.objects.filter(directive=directive).count() == 1
