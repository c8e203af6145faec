"""Through Zalo: a scared message without diacritics, what to do first, a tip by its link on a phone, a receipt's code;
an officer reads it and answers in the browser; the person hears of it on their thread.

Real browser, real worker and sender, simulated Zalo with its webhooks.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import inbox as simulators
from tests.browser.checks import DESK, HEIGHT, PHONE, SCREENSHOTS, Visit
from tests.worker import wait_until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from pytest_django.live_server_helper import LiveServer

    from tests.factories.agencies import Cast
    from tests.factories.tips import Vault

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PERSON = "nguoi-dan-1"
SCARED = "chet roi em vua ck 20tr cho thang gia cong an, stk 0123456789012 vietcombank, lam sao bay gio"
ANSWER = "Đã chuyển ngân hàng giữ khoản tiền. Công an phường sẽ gặp chị trong tuần."


class Zalo:
    """The person's phone."""

    def __init__(self, url: str) -> None:
        self.url = url

    def write(self, text: str) -> None:
        """The person writes to the account."""
        body = json.dumps({"person": PERSON, "text": text}).encode()
        request = urllib.request.Request(f"{self.url}api/zalo", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()

    def got(self) -> list[str]:
        """What came, oldest first."""
        with urllib.request.urlopen(f"{self.url}api/zalo?to={PERSON}", timeout=30) as answer:
            return [row["text"] for row in json.load(answer) if row["ours"]]

    def waits_for(self, words: str) -> str:
        """The message that holds these words, once it is there."""
        wait_until(lambda: any(words in text for text in self.got()), 120)
        return next(text for text in self.got() if words in text)


@pytest.fixture
def held(cast: Cast, settings: Any, tmp_path: Path) -> Vault:
    """An officer who holds the vault."""
    from tests.factories import tips

    settings.FILES_ROOT = tmp_path / "files"
    return tips.vault_made(cast)


@pytest.fixture
def phone(
    live_server: LiveServer, settings: Any, held: Vault, start_worker: Callable[..., subprocess.Popen[bytes]]
) -> Iterator[Zalo]:
    """A person on Zalo, an account that is ours, a worker and a sender."""
    process, inbox = simulators.start("--callback", f"{live_server.url}/v1/webhooks")
    try:
        settings.BASE_URL = live_server.url
        _account(inbox.places["zalo"])
        ours = {"BASE_URL": live_server.url, "SECRET_KEY": settings.SECRET_KEY, "ASSISTANT_QUIET": "0.5"}
        start_worker(FILES_ROOT=str(settings.FILES_ROOT), **ours)
        start_worker(sys.executable, "-m", "canhgiac.cli", "sender", **ours)
        yield Zalo(inbox.url)
    finally:
        simulators.stop(process)


def _account(api: str) -> None:
    from canhgiac.outreach.models import SendingRules, Way
    from canhgiac.outreach.services.partitions import partitions_make
    from canhgiac.outreach.services.providers import provider_secret_keep
    from simulators import zalo
    from tests.factories import outreach

    outreach.deliveries_empty()
    partitions_make()
    SendingRules.objects.update_or_create(pk=1, defaults={"zalo_from": 0, "zalo_until": 24})
    places = {"app_id": zalo.APP_ID, "api": api, "business": api, "oauth": api}
    account = outreach.provider(Way.ZALO, wire="zalo", sender=zalo.OA_ID, settings=places, rate=0)
    secret = {"secret": zalo.SECRET, "oa_secret": zalo.OA_SECRET, "refresh": zalo.FIRST_REFRESH}
    provider_secret_keep(provider_id=account.pk, secret=secret)


def test_from_a_scared_message_to_an_officers_answer(visit: Visit, phone: Zalo, held: Vault) -> None:
    page = visit.page
    phone.write(SCARED)
    told = phone.waits_for("/hoi/bao-tin/")
    assert "Gọi ngân hàng" in told
    assert "Bước 1." in told
    link = re.search(r"https?://\S+/hoi/bao-tin/\S+", told)
    assert link is not None

    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto(link[0])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.input_value("textarea[name=ke]") == SCARED
    page.check("input[name=dong_y]")
    page.check("#gui-ma")
    page.check("#bao-lai")
    page.screenshot(path=SCREENSHOTS / "assistant-zalo-tip-360.png", full_page=True)
    page.get_by_role("button", name="Gửi tin báo").click()
    page.wait_for_selector("text=Đã nhận tin báo của bạn", timeout=60_000)
    page.wait_for_load_state()
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", page.locator("main").inner_text())
    assert code is not None
    page.screenshot(path=SCREENSHOTS / "assistant-zalo-receipt-360.png", full_page=True)
    phone.waits_for(code[0])
    phone.waits_for("Tin báo của bạn đã gửi tới công an")
    page.goto(link[0])
    page.wait_for_selector("text=Tin báo này đã gửi")
    visit.expect_console("410")

    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    _answered(visit, held)
    told = phone.waits_for("có bước mới")
    assert ANSWER not in told, "the words wait behind the code"


def _answered(visit: Visit, held: Vault) -> None:
    """The officer opens the vault, reads, answers, and the clock tells those who wanted to hear."""
    from canhgiac import work
    from canhgiac.tips.models import Tip
    from tests.factories.tips import PASSPHRASE

    page, tip = visit.page, Tip.objects.get()
    visit.log_in_as(held.officer)
    page.goto(f"/tin-bao/khoa/?tiep=/tin-bao/{tip.pk}/?mo=1")
    page.fill("input[name=cum]", PASSPHRASE)
    page.get_by_role("button", name="Mở khóa").click()
    page.wait_for_selector(f"text={SCARED[:30]}")
    page.locator("summary", has_text="Trả lời và kết thúc").click()
    page.locator("select[name=outcome]").select_option("handled")
    page.locator("form[action$='/tra-loi/'] textarea").fill(ANSWER)
    page.get_by_role("button", name="Gửi và kết thúc").click()
    page.wait_for_selector("text=Đã trả lời và kết thúc")
    work.enqueue("assistant.watches_tell", timestamp=0)
