"""Sendings in the browser: planned with a count that follows, started, watched without a reload, stopped."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db.models import F

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, Chunk, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.loading import broadcast_load
from canhgiac.outreach.tests.sending import people, settled, standing
from canhgiac.outreach.tests.test_broadcast_pages import checked
from tests.factories import agencies, outreach, recognition
from tests.factories.agencies import Cast

if TYPE_CHECKING:
    from tests.browser.checks import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _warning(cast: Cast, approver: Member) -> Alert:
    row = outreach.draft(
        cast.coordinator,
        title="Giả điện lực dọa cắt điện",
        happens="Kẻ xấu xưng nhân viên điện lực, dọa cắt điện rồi bảo cài một ứng dụng lạ.",
        signs="Gọi từ số di động.\nDọa cắt điện trong ngày.",
        advice="Không cài ứng dụng lạ.\nKhông đọc mã OTP cho ai.",
    )
    row.number, row.expires_at = "CB-2026-118", clock.now() + dt.timedelta(days=9)
    return checked(settled(row, approver))


def test_planned_started_watched_and_stopped(visit: Visit) -> None:
    cast = agencies.cast()
    recognition.recognition_ready()
    warning = _warning(cast, standing(cast))
    outreach.provider(Way.SMS, window=20, cost=300)
    people(40, area=cast.commune_area)
    people(7, first=1000)
    visit.log_in_as(cast.coordinator)
    visit.is_sound("/phat-canh-bao/dot-gui/", "broadcasts-empty")
    visit.is_sound("/phat-canh-bao/nha-cung-cap/", "providers")
    visit.is_sound("/phat-canh-bao/quy-dinh/", "sending-rules")
    outreach.proven(cast.coordinator, "+84900000123")
    visit.is_sound(f"/phat-canh-bao/{warning.pk}/gui-thu/", "trial")
    page = visit.page
    page.click("button:has-text('Gửi thử')")
    page.wait_for_selector("text=Chờ tiến trình gửi")
    page.wait_for_load_state()
    Chunk.objects.update(state=Chunk.State.WIRE)
    page.wait_for_selector("#ket-qua :text('Đang gửi')")  # the page asked again by itself
    visit.axe()
    Chunk.objects.all().delete()
    visit.is_sound(f"/phat-canh-bao/{warning.pk}/dot-gui/moi/", "broadcast-plan")
    page.fill("textarea[name=areas]", "Xã Đồi Mây")
    page.wait_for_selector("#ke-hoach strong:text-is('40')")
    page.fill("input[name=sample]", "10")
    page.click("button:has-text('Lập đợt gửi')")
    page.wait_for_selector("button:has-text('Bắt đầu gửi')")
    row = Broadcast.objects.get()
    visit.is_sound(f"/phat-canh-bao/dot-gui/{row.pk}/", "broadcast-ready")
    page.click("button:has-text('Bắt đầu gửi')")
    page.click("dialog [data-confirm-yes]")
    page.wait_for_selector("text=Đang lập danh sách")
    page.wait_for_load_state()
    broadcast_load(broadcast_id=row.pk)
    page.wait_for_selector("button:has-text('Mẫu trông ổn: gửi phần còn lại')")
    Chunk.objects.filter(lane__broadcast=row, state=Chunk.State.WAITING).update(state=Chunk.State.DONE, taken=F("size"))
    page.wait_for_selector("text=Mẫu đã gửi xong")
    visit.shot("broadcast-sample-1280", width=1280)
    visit.shot("broadcast-sample-360", width=360)
    visit.axe()
    page.click("text=Xem theo xã, phường")
    page.wait_for_selector("table#xa-phuong:has-text('Xã Đồi Mây')")
    page.click("summary:has-text('Dừng hẳn')")
    page.fill("#stop_reason", "sai địa bàn")
    page.click("button:has-text('Dừng hẳn đợt này')")
    page.click("dialog [data-confirm-yes]")
    page.wait_for_selector("text=sai địa bàn")
    row.refresh_from_db()
    assert row.state == Broadcast.State.STOPPED
    visit.is_sound(f"/phat-canh-bao/{warning.pk}/", "warning-reached")
