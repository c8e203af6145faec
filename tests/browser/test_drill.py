"""A drill from its plan to the unit's score, with a real sender over real SMTP, SMPP and Zalo's HTTP.

Planned and approved by two people, sent to members who agreed; a scanner opens every link, one person clicks and
learns, others report by the button, by forwarding the mail, by writing BAO back on SMS and on Zalo.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from simulators import smsc, smtp, zalo
from simulators.api import ApiServer, Caller
from simulators.mailbox import Mailbox
from simulators.phones import Phones
from simulators.zalo import ZaloBook
from tests.browser.checks import Visit
from tests.worker import wait_until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from pytest_django.live_server_helper import LiveServer

    from canhgiac.agencies.models import Member
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PHONE = "+84900000123"
PERSON = "8400000000123"
"""Somebody on Zalo, as the account knows them."""
BOX = "bao-cao@thu.vinhan.test"
LINK = re.compile(r"http://\S+/dien-tap/[\w-]{24}/")


@dataclass
class World:
    """The mailbox, the phones and the Zalo account of one test."""

    mails: Mailbox
    phones: Phones
    chats: ZaloBook


@pytest.fixture
def world(
    cast: Cast,
    live_server: LiveServer,
    settings: Any,
    start_worker: Callable[..., subprocess.Popen[bytes]],
    tmp_path: Path,
) -> Iterator[World]:
    """Providers of mail, SMS and Zalo behind which simulators listen, and a sender."""
    from canhgiac.outreach.models import SendingRules, Way
    from canhgiac.outreach.services.providers import provider_secret_keep
    from tests.factories import outreach

    made = World(Mailbox(None), Phones(), ZaloBook(Caller(f"{live_server.url}/v1/webhooks")))
    api = ApiServer("127.0.0.1", 0)
    api.books = {"zalo": made.chats}
    api.start()
    mail, mail_port = smtp.serve(made.mails, "127.0.0.1", 0)
    centre, sms_port = smsc.serve(made.phones, "127.0.0.1", 0, smsc.Rules())
    try:
        settings.BASE_URL, settings.FILES_ROOT = live_server.url, tmp_path / "files"
        whole_day = {"sms_from": 0, "sms_until": 24, "zalo_from": 0, "zalo_until": 24}
        SendingRules.objects.update_or_create(pk=1, defaults=whole_day)
        told = {"host": "127.0.0.1", "port": mail_port, "bounce": "hoi-am@thu.vinhan.test", "mailboxes": [BOX]}
        outreach.provider(Way.EMAIL, settings=told, rate=0)
        told = {"host": "127.0.0.1", "port": sms_port, "system_id": "canhgiac", "reply_to": "8099"}
        outreach.provider(Way.SMS, settings=told, rate=0)
        at = f"{api.url}/zalo"
        told = {"api": at, "business": at, "oauth": at, "app_id": zalo.APP_ID}
        account = outreach.provider(Way.ZALO, sender=zalo.OA_ID, settings=told, rate=0)
        keys = {"secret": zalo.SECRET, "oa_secret": zalo.OA_SECRET}
        given = made.chats.tokens()
        keys |= {"access": given["access_token"], "refresh": given["refresh_token"]}
        provider_secret_keep(provider_id=account.pk, secret=keys)
        ours = {"BASE_URL": live_server.url, "CANHGIAC_VAR": str(tmp_path), "SECRET_KEY": settings.SECRET_KEY}
        start_worker(sys.executable, "-m", "canhgiac.cli", "sender", **ours)
        yield made
    finally:
        centre.stop()
        mail.stop()
        api.shutdown()
        api.server_close()
        outreach.deliveries_empty()


def test_a_drill_from_plan_to_score(visit: Visit, world: World, cast: Cast) -> None:
    from canhgiac.training.models import Drill
    from tests.factories import drills as made
    from tests.factories import papers

    for kind in ("single", "verdict", "true_false"):
        papers.question(kind)
    lure, by_phone = made.lure(cast), made.lure(cast, title="Lịch trực bằng SMS", way="sms")
    by_zalo = made.lure(cast, title="Lịch trực bằng Zalo", way="zalo")
    people = made.people(cast.department, 5)
    newcomer = made.people(cast.department, 1, agrees=False)[0]
    _agrees_and_proves_a_phone_and_an_account(visit, world, newcomer)
    _planned_and_approved(visit, cast, lure.title)
    mails, texts = Drill.objects.get(), made.approved(cast, lures=(by_phone,))
    chats = made.approved(cast, lures=(by_zalo,))
    _sent(mails, 6)
    _sent(texts, 1)
    _sent(chats, 1)
    links = {row.recipients[0]: LINK.findall(row.text)[0] for row in world.mails.letters()}
    assert set(links) == {one.email for one in (*people, newcomer)}
    _scanned(list(links.values()))
    _clicked_and_learned(visit, people[0], links[people[0].email])
    _reported_by_button(visit, people[1], links[people[1].email])
    _reported_by_mail(people[2])
    _reported_by_sms(world)
    _clicked_and_reported_on_zalo(visit, world, newcomer)
    assert set(mails.targets.exclude(reported_at=None).values_list("member", "report_door")) == {
        (people[1].pk, "button"),
        (people[2].pk, "email"),
    }
    assert set(mails.targets.exclude(clicked_at=None).values_list("member", flat=True)) == {people[0].pk}
    assert [one.targets.get().report_door for one in (texts, chats)] == ["sms", "zalo"]
    assert chats.targets.exclude(clicked_at=None).count() == 1
    _score_is_shown(visit, cast, mails)


def _agrees_and_proves_a_phone_and_an_account(visit: Visit, world: World, member: Member) -> None:
    """A member accepts the rule and sends codes from the own phone and on Zalo; nobody types an address."""
    from canhgiac.training.models import DrillContact
    from canhgiac.training.services.drillreports import reports_read

    page = visit.page
    visit.log_in_as(member)
    page.goto("/tap-huan/dien-tap/cua-toi/")
    visit.axe()
    page.get_by_role("button", name="Tôi đồng ý tham gia").click()
    page.get_by_role("button", name="Nhận cả SMS").click()
    page.wait_for_load_state()
    code = page.inner_text(".cg-codeword")
    visit.fits()
    _wrote(world, code)
    assert reports_read() == 1
    with page.expect_navigation():
        page.get_by_role("button", name="Nhận cả Zalo").click()
    _heard(lambda: world.chats.reply(PERSON, page.inner_text(".cg-codeword")))
    assert reports_read() == 1
    proven = DrillContact.objects.filter(member=member).values_list("way", "address")
    assert dict(proven) == {"sms": PHONE, "zalo": PERSON}
    page.reload()
    page.get_by_text(PHONE).first.wait_for()


def _wrote(world: World, text: str) -> None:
    """From the phone to our number."""
    _heard(lambda: world.phones.reply(PHONE, "8099", text))


def _heard(act: Callable[[], None]) -> None:
    """What somebody writes, brought by the network, handled as the worker does."""
    from canhgiac.outreach import jobs
    from canhgiac.outreach.models import InboundMessage

    before = InboundMessage.objects.count()
    act()
    wait_until(lambda: InboundMessage.objects.count() > before, 90)
    jobs.inbound_handle(inbound_ids=list(InboundMessage.objects.values_list("pk", flat=True)))


def _planned_and_approved(visit: Visit, cast: Cast, lure: str) -> None:
    from tests.factories import drills as made

    page = visit.page
    visit.log_in_as(cast.coordinator)
    page.goto("/tap-huan/dien-tap/lap/")
    page.fill("[name=title]", "Diễn tập quý IV")
    page.fill("[name=purpose]", "Tập báo tin đáng ngờ")
    page.fill("[name=agency]", cast.province.name)
    page.fill("[name=units]", cast.department.name)
    page.get_by_label(re.compile(f"{lure} · Thư")).check()
    page.fill("[name=starts_at]", "2098-10-06T08:00")
    page.fill("[name=ends_at]", "2098-10-18T17:00")
    visit.axe()
    visit.fits()
    page.get_by_role("button", name="Lưu đợt").click()
    page.get_by_role("button", name="Gửi duyệt").click()
    page.get_by_role("button", name="Duyệt cho cơ quan thường trực").click()
    page.get_by_text("Đã duyệt.").first.wait_for()
    at = page.url
    visit.log_in_as(made.approver(cast))
    page.goto(at)
    page.get_by_role("button", name="Duyệt cho đơn vị").click()
    page.get_by_text("Đã duyệt, chờ đến giờ").first.wait_for()


def _sent(drill: Any, count: int) -> None:
    """The clock reaches its start, then the end of its sending; the sender does the rest."""
    from canhgiac.training.selectors.drills import sending_ends, work_slots
    from canhgiac.training.services.drillsending import drill_begin, drill_letters_send, drill_letters_settle

    assert drill_begin(drill_id=drill.pk, now=drill.starts_at) == count
    over = work_slots(sending_ends(drill), sending_ends(drill) + dt.timedelta(days=9))[0][0]
    assert drill_letters_send(drill_id=drill.pk, now=over) == count

    def all_left() -> bool:
        drill_letters_settle()
        left: int = drill.targets.filter(sent_at__isnull=False).count()
        return left == count

    wait_until(all_left, 90)


def _scanned(links: list[str]) -> None:
    """A mail filter opens every link, as filters do."""
    for link in links:
        for method, agent in (("HEAD", "Mozilla/5.0"), ("GET", "Mozilla/5.0 (Windows NT 10.0) SafeLinks/1.0")):
            request = urllib.request.Request(link, method=method, headers={"User-Agent": agent})
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert answer.status == 200


def _clicked_and_learned(visit: Visit, member: Member, link: str) -> None:
    page = visit.page
    visit.context.clear_cookies()
    page.goto(link)
    page.get_by_role("heading", name="Đây là tin diễn tập").wait_for()
    assert member.full_name not in page.content()
    visit.axe()
    visit.fits()
    visit.shot("drill-lesson", width=1280)
    page.get_by_role("button", name="Tôi hiểu").click()
    page.get_by_role("heading", name="Cảm ơn bạn").wait_for()
    page.get_by_role("button", name="Làm thử 3 câu").click()
    page.wait_for_url(re.compile(r"/hoc/bai-lam/"))
    assert member.full_name not in page.content()


def _reported_by_button(visit: Visit, member: Member, link: str) -> None:
    page = visit.page
    visit.log_in_as(member)
    page.goto("/tap-huan/dien-tap/bao/")
    page.fill("[name=text]", f"Tin này lạ: {link}")
    page.get_by_role("button", name="Báo tin này").click()
    page.get_by_text("đây là tin diễn tập").first.wait_for()
    visit.axe()
    visit.fits()


def _reported_by_mail(member: Member) -> None:
    """Forwarded to the province's box, by the real door of inbound mail."""
    from canhgiac.outreach.models import InboundMessage
    from canhgiac.outreach.tests.test_mail_inbound import door, handled, mail
    from canhgiac.training.services.drillreports import reports_read

    with door() as port:
        mail(port, BOX, member.email, "Fwd: Lịch trực tuần này", "Nhờ xem giúp thư này.")
        wait_until(lambda: InboundMessage.objects.filter(way="email").exists(), 60)
    handled()
    assert reports_read() == 1


def _reported_by_sms(world: World) -> None:
    from canhgiac.training.services.drillreports import reports_read

    assert "/dien-tap/" in world.phones.messages(PHONE)[-1].text
    _wrote(world, "BAO")
    assert reports_read() == 1


def _clicked_and_reported_on_zalo(visit: Visit, world: World, member: Member) -> None:
    """The link in the chat leads to the lesson; BAO in the chat is a report."""
    from canhgiac.training.services.drillreports import reports_read

    [told] = [row["text"] for row in world.chats.messages(PERSON) if row["ours"]]
    visit.context.clear_cookies()
    visit.page.goto(LINK.findall(told)[0])
    visit.page.get_by_role("heading", name="Đây là tin diễn tập").wait_for()
    visit.page.get_by_role("button", name="Tôi hiểu").click()
    visit.page.get_by_role("heading", name="Cảm ơn bạn").wait_for()
    _heard(lambda: world.chats.reply(PERSON, "báo"))
    assert reports_read() == 1


def _score_is_shown(visit: Visit, cast: Cast, drill: Any) -> None:
    page = visit.page
    visit.log_in_as(cast.coordinator)
    page.goto(f"/tap-huan/dien-tap/{drill.pk}/")
    text = page.inner_text("main")
    assert cast.department.name in text
    assert "đã báo tin, 2 trên 6 người" in text
    assert "33,3" in text
    assert "Ẩn Danh" not in page.content()
    visit.axe()
    visit.fits()
    visit.shot("drill-detail", width=1280)
    page.goto("/tap-huan/dien-tap/")
    page.get_by_text("Từ đợt này sang đợt khác").wait_for()
    visit.axe()
    visit.fits()
