"""One warning, every channel, one recall: written, previewed, refused by the linter, approved by a second person, sent
to 2,000 simulated people over four channels, watched, cancelled; everyone who got it gets the cancellation.

Real browser, real worker and sender, the simulators over SMPP, SMTP and HTTP with their webhooks.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from canhgiac.channels.speech.mp3 import duration
from canhgiac.channels.speech.voice import EspeakVoice
from canhgiac.kit import sms
from tests import inbox as simulators
from tests.browser.checks import DESK, HEIGHT, Visit
from tests.browser.journeys import COORDINATOR, confirm, member, province_load
from tests.factories import library, recognition
from tests.worker import wait_until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from pytest_django.live_server_helper import LiveServer

    from canhgiac.outreach.models import Broadcast
    from canhgiac.outreach.models import Warning as Alert

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
APPROVER = "pheduyet@vinhan.example"
TITLE = "Giả shipper đòi chuyển khoản"
WORDS = {
    "title": TITLE,
    "happens": "Kẻ xấu xưng người giao hàng, đọc đúng tên và địa chỉ, xin chuyển khoản rồi dọa trừ tiền hội viên.",
    "signs": "Không cho xem hàng.\nGọi lại dọa trừ tiền.",
    "advice": "Không chuyển tiền khi chưa nhận hàng.\nCúp máy khi nghe bị trừ tiền.\nKhông bấm link người lạ gửi.",
}
BAD = "CẢNH BÁO: bấm ngay bit.ly/nhan-qua để hủy gói, không thì bị trừ tiền! Hỏi lại: canhgiac.vinhan.test"
REASON = "Tin báo đầu tiên nhầm tên công ty giao hàng."


class World:
    """The simulators of one test."""

    def __init__(self, url: str) -> None:
        self.url = url

    def told(self, book: str, to: str = "") -> list[dict[str, Any]]:
        """What a book of the simulators holds, newest first."""
        with urllib.request.urlopen(f"{self.url}api/{book}?to={urllib.parse.quote(to)}", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found


@pytest.fixture
def world(
    live_server: LiveServer, settings: Any, start_worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> Iterator[World]:
    """The sample province with its 2,000 people, the simulators, a worker and a sender."""
    process, inbox = simulators.start("--callback", f"{live_server.url}/v1/webhooks")
    try:
        settings.BASE_URL, settings.FILES_ROOT = live_server.url, tmp_path / "files"
        settings.EMAIL_HOST, settings.EMAIL_PORT = inbox.host, inbox.port
        settings.SIMULATOR_SMPP_PORT = int(inbox.places["smpp"].rpartition(":")[2])
        settings.SIMULATOR_API_PORT = int(re.search(r":(\d+)/", inbox.places["zalo"])[1])  # type: ignore[index]
        province_load(settings)
        library.library()
        recognition.recognition_ready()
        _people_loaded()
        ours = {"BASE_URL": live_server.url, "CANHGIAC_VAR": str(tmp_path), "SECRET_KEY": settings.SECRET_KEY}
        start_worker(**ours)
        start_worker(sys.executable, "-m", "canhgiac.cli", "sender", **ours)
        yield World(inbox.url)
    finally:
        simulators.stop(process)


def _people_loaded() -> None:

    from canhgiac.agencies.selectors import province
    from canhgiac.outreach.models import SendingRules
    from canhgiac.outreach.services.partitions import partitions_make
    from canhgiac.outreach.services.sampleoutreach import sample_outreach_load

    row = province()
    row.domain, row.hotline, row.office = (
        "canhgiac.vinhan.test",
        "0900 000 156",
        row.office or member(COORDINATOR).agency,
    )
    row.save()
    partitions_make()
    assert sample_outreach_load() == 2000
    SendingRules.objects.update(sms_from=0, sms_until=24, zalo_from=0, zalo_until=24)


def _warning() -> Alert:
    from canhgiac.outreach.models import Warning as Alert

    return Alert.objects.get(title=TITLE)


def _last() -> Broadcast:
    from canhgiac.outreach.models import Broadcast

    return Broadcast.objects.latest("pk")


def test_one_warning_goes_everywhere_and_comes_back(visit: Visit, world: World) -> None:
    page = visit.page
    visit.log_in_as(member(COORDINATOR))
    page.goto("/phat-canh-bao/moi/")
    for name, words in WORDS.items():
        page.fill(f"[name={name}]", words)
    page.fill("[name=expires_on]", "2099-12-31")
    page.click("main form button.btn-primary")
    page.wait_for_url(re.compile(r"/phat-canh-bao/\d+/$"))
    warning = _warning()
    _every_rendition_is_shown(visit)
    _spoken(visit, warning)
    _refused_by_the_linter(visit, warning)

    _approved(visit, warning)
    _sent(visit, warning, to=2000)
    _on_an_old_phone(world, warning)
    _public_says(visit, warning, "Đang có hiệu lực")

    got = _who_got_it(warning)
    cancel = _cancelled(visit, warning)
    _approved(visit, cancel)
    _sent(visit, cancel, to=len(got))
    assert _who_got_it(cancel) >= got - _refused(cancel)
    newest = world.told("sms", _old_phone(cancel))
    assert newest[0]["text"].startswith("THU HOI")
    warning.refresh_from_db()
    assert warning.state == "cancelled"
    _public_says(visit, warning, "THU HỒI")


def _every_rendition_is_shown(visit: Visit) -> None:
    text = visit.page.inner_text("main")
    for words in (
        "CANH BAO: ",
        "SMS có dấu (UCS-2)",
        "Zalo",
        "Bài đọc loa",
        "Thông báo A4",
        "Thư điện tử",
        "nghỉ 1 giây",
    ):
        assert words in text, words
    visit.axe()
    visit.fits()


def _spoken(visit: Visit, warning: Alert) -> None:
    """The machine reads the script; the sound is as long as the page says and near what the words take."""
    from canhgiac.outreach.models import Rendition

    if not EspeakVoice().available():
        return
    wait_until(lambda: warning.renditions.filter(kind="loudspeaker").exclude(audio_sha256="").exists(), 180)
    row = Rendition.objects.get(warning=warning, kind="loudspeaker")
    visit.page.reload()
    answer = visit.page.request.get(visit.page.get_attribute("audio", "src") or "")
    assert duration(answer.body()) == pytest.approx(row.audio_seconds, abs=0.1)
    assert 15 < (row.audio_seconds or 0) < 90


def _refused_by_the_linter(visit: Visit, warning: Alert) -> None:
    page = visit.page
    row = warning.renditions.get(kind="sms")
    page.goto(f"/phat-canh-bao/{warning.pk}/ban/{row.pk}/")
    page.fill("[name=text]", BAD)
    page.get_by_text("Link rút gọn").first.wait_for()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(re.compile(r"/phat-canh-bao/\d+/$"))
    page.get_by_role("button", name="Gửi duyệt").click()
    page.get_by_text("Chưa gửi duyệt được").first.wait_for()
    page.goto(f"/phat-canh-bao/{warning.pk}/ban/{row.pk}/")
    confirm(visit, "Lấy lại lời máy soạn")
    page.get_by_text("Đã lấy lại lời máy soạn").first.wait_for()


def _approved(visit: Visit, warning: Alert) -> None:
    """Handed in by one person, approved by another."""
    page = visit.page
    visit.log_in_as(member(COORDINATOR))
    page.goto(f"/phat-canh-bao/{warning.pk}/")
    page.get_by_role("button", name="Gửi duyệt").click()
    page.get_by_text("Đã gửi duyệt").first.wait_for()
    visit.log_in_as(member(APPROVER))
    page.goto(f"/phat-canh-bao/{warning.pk}/duyet/")
    for box in page.locator(".cg-checklist input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Duyệt", exact=True).click()
    page.get_by_text("Đã duyệt, số CB-").first.wait_for()
    visit.log_in_as(member(COORDINATOR))


def _sent(visit: Visit, warning: Alert, *, to: int) -> None:
    """Planned on its page, started, watched until all is out."""
    page = visit.page
    page.goto(f"/phat-canh-bao/{warning.pk}/dot-gui/moi/")
    if page.locator("[name=sample]").count():
        page.fill("[name=sample]", "0")
    page.get_by_role("button", name="Lập đợt gửi").click()
    page.wait_for_url(re.compile(r"/dot-gui/\d+/$"))
    confirm(visit, "Bắt đầu gửi")
    wait_until(lambda: _last().state == "done", 400)
    assert sum(lane.total for lane in _last().lanes.all()) == to
    page.get_by_text("Đã gửi xong").first.wait_for()
    visit.fits()
    page.set_viewport_size({"width": DESK, "height": HEIGHT})


def _old_phone(warning: Alert) -> str:
    """A phone that shows squares for diacritics, and whose message the SMSC says it took: what was on a link that
    broke may not have left, and is not sent twice."""
    from canhgiac.outreach.models import Attempt, Subscriber

    taken = Attempt.objects.filter(lane__broadcast__warning=warning, outcome="taken")
    phones = Subscriber.objects.filter(way="sms", with_marks=False, digest__in=taken.values("digest")).order_by("pk")
    return phones.values_list("address", flat=True)[0]


def _on_an_old_phone(world: World, warning: Alert) -> None:
    """An old woman's phone gets one part in the plain alphabet, with the province's name and place to ask."""
    [message] = world.told("sms", _old_phone(warning))
    text = message["text"]
    assert sms.length(text).alphabet == sms.GSM7
    assert sms.length(text).parts == 1
    assert text.startswith("CANH BAO: ")
    assert "canhgiac.vinhan.test" in text


def _public_says(visit: Visit, warning: Alert, words: str) -> None:
    visit.page.goto(f"/canh-bao/{warning.pk}/")
    assert words.casefold() in visit.page.inner_text("main").casefold()


def _who_got_it(warning: Alert) -> set[bytes]:
    """Digests of the addresses of which a provider took it, or may have."""
    from canhgiac.outreach.models import Attempt

    rows = Attempt.objects.filter(lane__broadcast__warning=warning, outcome__in=["taken", "unsure"])
    return {bytes(one) for one in rows.values_list("digest", flat=True)}


def _refused(warning: Alert) -> set[bytes]:
    from canhgiac.outreach.models import Attempt

    rows = Attempt.objects.filter(lane__broadcast__warning=warning).exclude(outcome__in=["taken", "unsure"])
    return {bytes(one) for one in rows.values_list("digest", flat=True)}


def _cancelled(visit: Visit, warning: Alert) -> Alert:
    page = visit.page
    page.goto(f"/phat-canh-bao/{warning.pk}/")
    page.get_by_role("link", name="Thu hồi").first.click()
    page.fill("[name=reason]", REASON)
    page.get_by_role("button", name="Lập bản thu hồi").click()
    page.get_by_text("Đã lập bản thu hồi").first.wait_for()
    made = warning.followers.get()
    assert REASON in made.renditions.get(kind="portal").text
    return made
