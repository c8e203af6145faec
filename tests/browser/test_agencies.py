"""The pages of the register, the areas, the members, the log: sound at both widths, and the journeys through them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.checks import PHONE, Visit

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "mot-cau-dai-de-nho"


@pytest.fixture
def province() -> None:
    """The invented province, with something in each list."""
    from canhgiac.agencies import services
    from canhgiac.agencies.models import Agency, Member, Role

    services.samples_load()
    admin = Member.objects.get(email="quantri@vinhan.example")
    services.member_invite(
        by=admin,
        email="nguoimoi@vinhan.example",
        full_name="Người Mới",
        kind=Role.Kind.OFFICER,
        agency=Agency.objects.get(name="Sở Y tế"),
    )
    services.token_create(by=admin, name="Lịch của tôi", scopes=["calendar"], days=30)
    services.notice_send(
        kind="agencies.thu", subject="Nhiệm vụ đến hạn ngày mai", body="Nhiệm vụ 12.", member=admin, link="/co-quan/"
    )


def entered(visit: Visit, email: str) -> Visit:
    from canhgiac.agencies.models import Member

    visit.log_in_as(Member.objects.get(email=email))
    return visit


def test_pages_are_sound(visit: Visit, province: None) -> None:
    from canhgiac.agencies.models import Agency, Area, Member

    entered(visit, "quantri@vinhan.example")
    old = Agency.objects.get(name="Sở Thông tin và Truyền thông")
    pages = {
        "agency-list": "/co-quan/",
        "agency-detail": f"/co-quan/{Agency.objects.get(name='Công an tỉnh Vĩnh An').pk}/",
        "agency-detail-ended": f"/co-quan/{old.pk}/",
        "agency-edit": f"/co-quan/{old.pk}/sua/",
        "agency-close": f"/co-quan/{old.pk}/ket-thuc/",
        "agency-import": "/co-quan/nhap-tep/",
        "agency-none": "/co-quan/?q=khong+co",
        "area-list": "/dia-ban/",
        "area-search": "/dia-ban/?q=son",
        "area-detail": f"/dia-ban/{Area.objects.get(name='Xã Sơn Thủy').pk}/",
        "member-list": "/thanh-vien/",
        "member-detail": f"/thanh-vien/{Member.objects.get(email='dieuphoi@vinhan.example').pk}/",
        "member-invite": "/thanh-vien/moi/",
        "audit-list": "/nhat-ky/",
        "notice-list": "/thong-bao/",
        "token-list": "/ma-truy-cap/",
        "mfa-index": "/tai-khoan/2fa/",
    }
    for name, path in pages.items():
        visit.is_sound(path, name)


def test_an_admin_adds_an_agency_with_suggestions(visit: Visit, province: None) -> None:
    page = entered(visit, "quantri@vinhan.example").page
    page.goto("/co-quan/them/")
    page.fill("input[name=name]", "Trường THPT Hòn Mây")
    page.select_option("select[name=kind]", "school")
    page.fill("input[name=parent]", "so giao duc")  # at once: a slow typist gets suggestions for the first letters
    page.fill("input[name=parent]", page.locator("#agency-options option").first.get_attribute("value") or "")
    page.click(".cg-form button.btn-primary")
    page.wait_for_url(re.compile(r"/co-quan/\d+/$"))
    assert "Trường THPT Hòn Mây" in page.inner_text("h1")
    assert "Sở Giáo dục và Đào tạo" in page.inner_text("main")


def test_a_table_is_previewed_and_confirmed(visit: Visit, province: None, settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    page = entered(visit, "quantri@vinhan.example").page
    table = tmp_path / "so.csv"

    def upload(text: str) -> None:
        table.write_text(text, encoding="utf-8-sig")
        page.goto("/co-quan/nhap-tep/")
        page.set_input_files("input[type=file]", table)
        with page.expect_navigation():
            page.get_by_role("button", name="Đọc thử").click()

    upload("Tên,Loại,Cấp trên\nTrường A,Không rõ,Sở Y tế\nTrường B,Cơ sở giáo dục,Sở Lạ\n")
    assert "Không có loại này" in page.inner_text("main")
    visit.axe()
    visit.shot("agency-import-faults", width=PHONE)
    upload("Tên,Loại,Cấp trên\nTrường A,Cơ sở giáo dục,Sở Giáo dục và Đào tạo\n")
    visit.axe()
    page.get_by_role("button", name="Nhập tất cả").click()
    page.wait_for_url("**/co-quan/")
    assert "thêm 1" in page.inner_text("main")


def test_an_invited_person_enters_and_sets_up_a_passkey(visit: Visit, province: None, settings: Settings) -> None:
    from canhgiac.agencies import services
    from canhgiac.agencies.models import Agency, Member, Notice, Role
    from canhgiac.agencies.services.notices import notice_message

    settings.REQUIRE_MFA = True
    services.member_invite(
        by=Member.objects.get(email="quantri@vinhan.example"),
        email="duyet2@vinhan.example",
        full_name="Người Duyệt",
        kind=Role.Kind.APPROVER,
        agency=Agency.objects.get(name="Sở Y tế"),
    )
    mail = notice_message(Notice.objects.filter(kind="agencies.member_invite").latest("pk")).get_content()
    path = re.search(r"/loi-moi/\S+", mail)
    assert path is not None
    page = visit.page
    page.goto(path[0])
    visit.axe()
    visit.shot("invitation-accept", width=PHONE)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.click(".cg-form button.btn-primary")
    page.wait_for_url("**/tai-khoan/2fa/")
    assert "xác thực hai bước" in page.inner_text("main").lower()

    devtools = visit.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/tai-khoan/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)  # changing how one gets in asks for the password again
    page.click("form button.btn-primary")
    page.wait_for_url("**/tai-khoan/2fa/webauthn/add/")
    visit.axe()
    page.fill("input[name=name]", "Máy của tôi")
    if page.locator("input[name=passwordless]").count():
        page.check("input[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    page.goto("/co-quan/")
    assert page.inner_text("h1") == "Cơ quan"
