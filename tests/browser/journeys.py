"""Steps that several journeys take: the sample province, documents dropped in, a plan looked through and issued; a
DOCX as LibreOffice lays it out."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.checks import SCREENSHOTS, Visit
from tests.worker import wait_until

if TYPE_CHECKING:
    from canhgiac.agencies.models import Member
    from canhgiac.plans.models import Plan

COORDINATOR = "dieuphoi@vinhan.example"


def member(email: str) -> Member:
    """A member of the sample province."""
    from canhgiac.agencies.models import Member

    return Member.objects.get(email=email)


def plans() -> list[Plan]:
    """All plans, oldest first."""
    from canhgiac.plans.models import Plan

    return list(Plan.objects.order_by("pk"))


def province_load(settings: Any) -> None:
    """The sample province, without second factors."""
    from canhgiac.agencies.services.samples import samples_load

    settings.REQUIRE_MFA = False
    assert samples_load()


def upload(visit: Visit, files: list[Path]) -> None:
    """Drops the files and waits until the worker has read them all."""
    from canhgiac.plans.models import Directive

    page = visit.page
    page.goto("/ke-hoach/tai-len/")
    page.set_input_files("input[type=file]", [str(path) for path in files])
    page.click("[data-upload] button.btn-primary")
    wait_until(lambda: Directive.objects.filter(state=Directive.State.READ).count() == len(files), 240)


def accept_rest(visit: Visit, plan: Plan) -> None:
    """Accepts whatever of the draft nobody has looked at, from its page of review."""
    from canhgiac.plans.models import ReviewState

    visit.page.click("button:has-text('Nhận hết phần chưa xem')")
    visit.page.locator("dialog[open] button.btn-primary").click()
    wait_until(lambda: not plan.tasks.filter(review=ReviewState.UNSEEN).exists(), 60)


def issue(visit: Visit, plan: Plan) -> None:
    """Issues the draft, open points confirmed."""
    page = visit.page
    page.goto(f"/ke-hoach/{plan.pk}/ban-hanh/")
    if page.locator("#confirmed").count():
        page.check("#confirmed")
    page.click("main form button.btn-primary")
    page.wait_for_url(re.compile(rf"/ke-hoach/{plan.pk}/$"))


def confirm(visit: Visit, button: str) -> None:
    """Presses a button that asks back, and says yes."""
    visit.page.wait_for_load_state()  # before its scripts have come a page does not ask back
    visit.page.get_by_role("button", name=button, exact=True).click()
    visit.page.locator("[data-confirm-yes]").click()


def pictures(docx: Path, folder: Path, name: str) -> list[Path]:
    """The pages of a DOCX as LibreOffice lays it out, kept beside the screenshots as NAME-1.png and so on.

    Skips the test where LibreOffice or poppler is not installed.
    """
    office, painter = shutil.which("soffice"), shutil.which("pdftoppm")
    if office is None or painter is None:
        pytest.skip("soffice or pdftoppm is not installed: the DOCX is not rendered")
    profile = f"-env:UserInstallation=file://{folder}/office"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(docx)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for old in SCREENSHOTS.glob(f"{name}-*.png"):
        old.unlink()
    pdf = folder / f"{docx.stem}.pdf"
    subprocess.run([painter, "-r", "70", "-png", str(pdf), str(SCREENSHOTS / name)], check=True, timeout=60)
    return sorted(SCREENSHOTS.glob(f"{name}-*.png"))
