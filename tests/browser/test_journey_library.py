"""The library from end to end: a new trick written down, published, recognised, shown, taken over and withdrawn.

Two people at desks, an officer and a citizen with phones. Real browser, real worker that learns, real SMTP server, the
starter library, the register of the sample province.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from canhgiac.engines.recognition.pictures import can_read_words
from tests.browser.checks import PHONE, Visit
from tests.browser.journey_activities import Stage, Times
from tests.browser.journey_asking import answers, citizen, doubt_decided, doubted, is_large_and_fits
from tests.browser.journey_library import (
    APPROVER,
    EDITOR,
    NAME,
    OFFICER,
    POSTER,
    REASON,
    SIGNS,
    build_version,
    cannot_approve,
    desk,
    editor_appointed,
    examples_proposed,
    examples_taken,
    form_written,
    listed_for_machines,
    material_written,
    poster_fetched,
    published,
    sent_to_review,
    taken_down,
    taken_into_use,
    withdrawn,
)
from tests.browser.journeys import member, province_load
from tests.worker import wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from canhgiac.library.models import FormEdition, Material
    from tests.inbox import SmtpInbox

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stage(visit: Visit, browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path) -> Stage:
    """The sample province with the starter library and a model learned from it; the approver sits at a desk."""
    from canhgiac.kit import clock
    from tests.factories.library import library
    from tests.factories.recognition import recognition_ready

    settings.FILES_ROOT = tmp_path / "files"
    settings.BASE_URL = live_server.url
    province_load(settings)
    editor_appointed()
    library()
    recognition_ready()
    visit.log_in_as(member(APPROVER))
    return Stage(visit, browser, live_server, Times(clock.today()))


def public_page_read(visit: Visit, edition: FormEdition) -> None:
    """The citizen reads the form's page on the phone, large."""
    page = visit.page
    answer = page.goto(f"/hinh-thuc/{edition.form.slug}/")
    assert answer is not None
    assert answer.ok
    assert page.inner_text("h1") == NAME
    assert [title for title, _text in SIGNS if title not in page.inner_text(".cg-signs")] == []
    is_large_and_fits(visit)
    visit.shot("journey-library-public-360", width=PHONE)


def gone_with_its_reason(visit: Visit, material: Material) -> None:
    """The withdrawn poster's page says that it is gone and why."""
    visit.expect_console("410")
    answer = visit.page.goto(f"/tai-lieu/{material.slug}/")
    assert answer is not None
    assert answer.status == 410
    assert REASON in visit.page.inner_text("main")
    is_large_and_fits(visit)


def sound(visit: Visit, edition: FormEdition, material: Material) -> None:
    """The pages that the journey passed are sound in light and dark, at a desk and on a phone."""
    code = edition.form.code
    for name, path in {
        "form": f"/thu-vien/hinh-thuc/{code}/",
        "recognition": "/thu-vien/nhan-dang/",
        "doubts": "/thu-vien/phan-hoi/",
        "material": f"/thu-vien/tai-lieu/{material.code}/",
        "page": f"/hinh-thuc/{edition.form.slug}/",
    }.items():
        visit.is_sound(path, f"journey-library-{name}")


@pytest.mark.skipif(not can_read_words(), reason="tesseract-ocr-vie is missing")
def test_from_a_new_trick_to_its_recognition_and_a_withdrawal(
    stage: Stage, smtp_inbox: SmtpInbox, start_worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    visit, first = stage.visit, build_version()
    post = {"EMAIL_HOST": smtp_inbox.host, "EMAIL_PORT": str(smtp_inbox.port)}
    start_worker(BASE_URL=stage.server.url, **post)  # links in letters lead to this server
    with desk(stage, EDITOR) as editor:
        edition = form_written(editor)
        examples_proposed(editor, edition)
        sent_to_review(editor, f"/thu-vien/hinh-thuc/{edition.form.code}/")
        assert NAME in smtp_inbox.wait_for(APPROVER, 60)["subject"]
        cannot_approve(editor, f"/thu-vien/cho-duyet/form/{edition.pk}/")

        visit.is_sound(f"/thu-vien/cho-duyet/form/{edition.pk}/", "journey-library-waiting")
        published(visit, NAME)
        wait_until(lambda: build_version() != first, 240)  # the form's own sentences are learned
        examples_taken(visit, edition)

        with citizen(stage) as person:
            public_page_read(person, edition)
            listed_for_machines(person, edition)
            poster_fetched(person, edition)
            answers(person, edition)
            doubt_decided(editor, doubted(person))

            material = material_written(editor, edition)
            published(visit, POSTER)
            taken_into_use(stage, material)
            smtp_inbox.clear()
            withdrawn(visit, material)
            letter = smtp_inbox.wait_for(OFFICER, 60)["text"]
            assert REASON in letter
            taken_down(stage, letter)
            gone_with_its_reason(person, material)
    visit.page.goto(f"/thu-vien/tai-lieu/{material.code}/")
    assert "1/1 đã gỡ" in visit.page.inner_text("main")
    sound(visit, edition, material)
