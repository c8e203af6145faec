"""A freeze request goes from an indicator to the bank's server and the money held comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bank import PartnerBank
from tests.browser.checks import Visit
from tests.worker import wait_until

if TYPE_CHECKING:
    from tests.factories.agencies import Cast
    from tests.inbox import SmtpInbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("worker")
def test_a_bank_is_asked_and_gives_back(visit: Visit, cast: Cast, smtp_inbox: SmtpInbox) -> None:
    from canhgiac.agencies.models import Role
    from canhgiac.engines.lookup.keys import key_of
    from canhgiac.indicators.models import Partner, Request
    from canhgiac.indicators.services.partners import partner_secret_set
    from tests.factories import agencies
    from tests.factories import indicators as factory

    bank = PartnerBank(smtp_inbox.url)
    officer, approver, admin = (agencies.member(agency=cast.province) for _ in range(3))
    for member, kind in ((officer, Role.Kind.TIP_OFFICER), (approver, Role.Kind.APPROVER), (admin, Role.Kind.ADMIN)):
        agencies.role(member, kind, cast.province)
    partner = Partner.objects.create(
        agency=cast.department, added_by=admin, bins=["970436"], scopes=["indicators:requests"], endpoint=bank.endpoint
    )
    partner_secret_set(by=admin, partner=partner, secret=bank.secret)
    indicator = factory.indicator(key_of("account", "970436:999000009"))
    page = visit.page
    visit.log_in_as(officer)
    page.goto(f"/dau-vet/{indicator.pk}/")
    page.get_by_role("link", name="Lập yêu cầu").click()
    page.get_by_label("Tạm dừng giao dịch").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/sua/")
    row = Request.objects.get()
    visit.is_sound(f"/dau-vet/yeu-cau/{row.pk}/sua/", "request-edit")
    page.get_by_label("Số tiền (đồng)").fill("35 triệu")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu bản nháp").click()
    page.get_by_role("button", name="Trình ký").click()
    page.wait_for_selector("text=Đang chờ người thứ hai ký")
    visit.log_in_as(approver)
    page.goto(f"/dau-vet/yeu-cau/{row.pk}/")
    visit.is_sound(f"/dau-vet/yeu-cau/{row.pk}/", "request-sign")
    page.get_by_label("Tôi đã đối chiếu").check()
    page.get_by_role("button", name="Ký và gửi").click()
    wait_until(lambda: Request.objects.filter(pk=row.pk, state="received").exists(), 90)
    told = bank.book()[0]
    bank.answer(told["reference"], state="partly", held=30_000_000, words="Còn ba mươi triệu")
    from canhgiac.indicators.services.requestwire import requests_poll

    requests_poll()  # the worker asks every two minutes too, and may have been the one
    wait_until(lambda: Request.objects.filter(pk=row.pk, state="partly").exists())
    visit.log_in_as(officer)
    page.goto(f"/dau-vet/yeu-cau/{row.pk}/")
    page.wait_for_selector("text=Giữ được 30.000.000 đ")
    visit.is_sound("/dau-vet/yeu-cau/", "request-list")
