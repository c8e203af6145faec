"""Officers at work in a browser: triage, open, hand over, answer; three who send the same at once are one case."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.checks import Visit

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.factories.agencies import Cast
    from tests.factories.tips import Vault

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEYS = (("account", "970436:1234567890123"), ("phone", "0900 000 111"))


@pytest.fixture
def held(cast: Cast, settings: Settings, tmp_path: Path) -> Vault:
    from tests.factories import tips

    settings.FILES_ROOT = tmp_path / "files"
    return tips.vault_made(cast)


def unlocked(visit: Visit, held: Vault, to: str) -> None:
    """Logs the officer in, opens the vault by its page and goes on to where it leads."""
    from tests.factories.tips import PASSPHRASE

    visit.log_in_as(held.officer)
    visit.page.goto(f"/tin-bao/khoa/?tiep={to}")
    visit.page.fill("input[name=cum]", PASSPHRASE)
    visit.page.get_by_role("button", name="Mở khóa").click()
    visit.page.wait_for_url(f"{visit.base}{to}")  # whole: the door's own address ends with it too


def test_the_pages_are_sound(visit: Visit, held: Vault) -> None:
    from django.utils import timezone

    from canhgiac.tips.models import Case
    from tests.factories import tips

    first = tips.tip(keys=KEYS, amount=85_000_000, sent_money_at=timezone.now() - dt.timedelta(hours=2))
    tips.tip(keys=KEYS)
    unlocked(visit, held, f"/tin-bao/{first.pk}/")
    visit.is_sound("/tin-bao/", "tip-list")
    visit.is_sound(f"/tin-bao/{first.pk}/", "tip-sealed")
    visit.is_sound(f"/tin-bao/{first.pk}/?mo=1", "tip-open")
    visit.is_sound(f"/tin-bao/{first.pk}/chuyen/", "tip-handover")
    visit.is_sound(f"/tin-bao/vu-viec/{Case.objects.get().pk}/", "case-detail")
    visit.is_sound("/tin-bao/vu-viec/", "case-list")
    visit.is_sound("/tin-bao/ho-so/", "handover-list")
    visit.is_sound("/tin-bao/so-lieu/", "tip-statistics")
    visit.is_sound("/tin-bao/luu-tru/", "tip-retention")


def test_an_officer_triages_opens_hands_over_and_answers(visit: Visit, held: Vault) -> None:
    from canhgiac.tips.models import Tip
    from canhgiac.tips.services.following import follow
    from tests.factories import tips

    receipt = tips.received(keys=KEYS)
    tip = receipt.tip
    page = visit.page
    visit.log_in_as(held.officer)
    page.goto("/tin-bao/")
    page.get_by_role("link", name=f"T{tip.pk} ").click()
    page.get_by_role("button", name="Nhận xử lý").click()
    page.wait_for_selector("text=Đã nhận xử lý.")
    assert "công an phường" not in page.locator("main").inner_text()
    unlocked(visit, held, f"/tin-bao/{tip.pk}/")
    page.get_by_role("link", name="Mở niêm phong").click()
    page.wait_for_selector("text=công an phường")
    page.get_by_role("link", name="Lập hồ sơ chuyển giao").click()
    page.fill("input[name=addressee]", "Phòng Cảnh sát hình sự")
    page.get_by_role("button", name="Lập hồ sơ").click()
    page.wait_for_selector("text=Đã lập hồ sơ")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải hồ sơ").click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    page.get_by_role("button", name="Đã chuyển").click()
    page.wait_for_selector("text=Đã ghi.")
    assert Tip.objects.get(pk=tip.pk).state == Tip.State.HANDED
    page.goto(f"/tin-bao/{tip.pk}/?mo=1")
    page.locator("summary", has_text="Trả lời và kết thúc").click()
    page.locator("select[name=outcome]").select_option("handled")
    page.locator("form[action$='/tra-loi/'] textarea").fill("Đã xử lý, cảm ơn bạn.")
    page.get_by_role("button", name="Gửi và kết thúc").click()
    page.wait_for_selector("text=Đã trả lời và kết thúc")
    assert follow(code=receipt.code, address="1.2.3.4").messages[-1].text == "Đã xử lý, cảm ơn bạn."


def test_three_at_once_appear_as_one_case(visit: Visit, held: Vault) -> None:
    from django.db import connection

    from canhgiac.tips.models import Case
    from tests.factories import tips

    def send(number: int) -> None:
        try:
            tips.received(keys=KEYS, story=f"{tips.STORY} Tôi là người thứ {number}.")
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as people:
        list(people.map(send, range(3)))
    case = Case.objects.get()
    visit.log_in_as(held.officer)
    visit.page.goto("/tin-bao/vu-viec/")
    assert visit.page.locator("tbody tr").count() == 1
    visit.page.get_by_role("link", name=case.number).click()
    visit.page.wait_for_selector("text=cùng tài khoản")
    assert visit.page.locator("tbody tr").count() == 3
