"""The radar finds an outbreak among noise; an officer drafts the warning; a collaborator tells without a network."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from canhgiac.agencies.models import Area
from canhgiac.outreach.models import Warning as Alert
from canhgiac.radar.jobs import rounds
from canhgiac.radar.models import Card, Signal
from canhgiac.tips.models import Observation
from tests.browser.checks import PHONE, Visit
from tests.factories import agencies, library, radar

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")


@pytest.fixture
def stage(transactional_db: None) -> Cast:
    """The cast and a tip officer's province of ten communes."""
    cast = agencies.cast()
    for number in range(9):
        agencies.area(name=f"Xã Số {number}", parent=cast.province_area)
    return cast


def until(page: Page, what: Callable[[], object], seconds: float = 60) -> None:
    """Waits while the browser goes on: a plain sleep would stop its routes."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "not in time"
        page.wait_for_timeout(100)


def test_an_outbreak_becomes_a_draft_warning(visit: Visit, stage: Cast) -> None:
    edition = library.form(name="Giả danh công an")
    officer = radar.tip_officer(stage.police)
    communes = list(Area.objects.filter(level=Area.Level.COMMUNE).order_by("pk"))
    radar.noise(communes)
    radar.outbreak(communes[4], form=edition.form.code)
    rounds.watch(0)
    visit.log_in_as(officer)
    visit.is_sound("/ra-da/", "radar-cards")
    page = visit.page
    assert page.locator(".cg-tasks tbody tr").count() == 1
    assert communes[4].name in page.inner_text(".cg-tasks tbody tr")
    page.click(".cg-tasks tbody a")
    page.wait_for_url("**/ra-da/the/*/")
    card = Card.objects.get()
    visit.is_sound(f"/ra-da/the/{card.pk}/", "radar-card")
    page.click("text=Soạn cảnh báo")
    page.wait_for_selector("text=Từ tin đầu tiên đến bản nháp")
    alert = Alert.objects.get()
    assert list(alert.areas.all()) == [communes[4]]
    assert alert.first_seen_at == card.first_seen_at
    visit.is_sound(f"/ra-da/cum/{card.cluster_id}/", "radar-cluster")
    visit.is_sound("/ra-da/cum/", "radar-clusters")


def test_a_collaborator_tells_without_a_network_on_a_phone(visit: Visit, stage: Cast) -> None:
    edition = library.form(name="Giả danh công an")
    sender = radar.collaborator(stage.commune, stage.commune_area)
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    visit.expect_console(*OFFLINE)
    visit.log_in_as(sender.member)
    visit.is_sound("/tin-hieu/", "radar-signal")
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/tin-hieu/")
    page.wait_for_selector("html[data-kept=yes]")
    visit.context.set_offline(True)
    page.wait_for_selector("[data-net]:not([hidden])")
    page.locator(f'.cg-kind:has(input[value="{edition.form.code}"])').click()  # the first tap
    page.click(".cg-rec-acts .btn-primary")  # the second
    page.wait_for_selector(".cg-queue-row [data-drop-one]")
    page.locator('.cg-kind:has(input[value=""])').click()
    page.click(".cg-rec-acts .btn-primary")
    assert "viết vài chữ" in page.inner_text("[data-fault]")
    page.reload()  # from the phone's own copy
    page.wait_for_selector(".cg-queue-row [data-drop-one]")
    visit.shot("radar-signal-offline-360")
    assert not Signal.objects.exists()
    visit.context.set_offline(False)
    until(page, lambda: Signal.objects.count() == 1)
    page.wait_for_selector("[data-sent]:not([hidden])")
    until(page, lambda: page.locator(".cg-queue-row [data-drop-one]").count() == 0)
    page.click("summary:has-text('Kể thêm')")
    page.reload()
    page.wait_for_selector("#da-gui")
    assert Signal.objects.count() == 1, "sent once"
    assert Observation.objects.get().weight == 0.75
    assert "Đã nhận" in page.inner_text(".cg-signal-own")
    visit.context.set_offline(False)
