"""Materials: an editor writes with a picture and submits, a pack opens, a withdrawal reaches who took it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from canhgiac.agencies.models import Role
from canhgiac.library.jobs.takings import edition_ended
from canhgiac.library.models import Edition, MaterialEdition, MaterialKind, Taking
from canhgiac.library.services.editions import edition_withdraw
from canhgiac.library.services.packs import PackData, pack_create
from canhgiac.library.services.takings import taking_use
from tests.browser.checks import PHONE, Visit
from tests.factories import agencies, library
from tests.factories.activities import photo

if TYPE_CHECKING:
    from pytest_django import Settings

    from canhgiac.agencies.models import Member
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def stage(transactional_db: None) -> Cast:
    return agencies.cast()


@pytest.fixture
def editor(stage: Cast) -> Member:
    person = agencies.member(full_name="Biên Tập", agency=stage.province)
    agencies.role(person, Role.Kind.EDITOR, stage.province)
    return person


def test_an_editor_writes_sees_the_counts_adds_a_picture_and_submits(visit: Visit, editor: Member) -> None:
    visit.log_in_as(editor)
    page = visit.page
    page.goto("/thu-vien/tai-lieu/moi/")
    page.select_option("#id_kind", "sms")
    page.fill("#id_title", "Tin nhắn điện lực")
    page.fill("#id_body", "Không đọc mã")
    for coding in ("UCS-2", "GSM-7"):
        page.locator("#preview .cg-smscount", has_text=coding).first.wait_for()
    page.select_option("#id_kind", "article")
    page.fill("#id_body", "Gọi hỏi")
    page.locator("#id_body").select_text()
    page.click('[data-md="bold"]')
    page.wait_for_selector("#preview strong")
    assert page.input_value("#id_body") == "**Gọi hỏi**"
    visit.axe()
    page.set_input_files("#id_pictures", {"name": "bìa.jpg", "mimeType": "image/jpeg", "buffer": photo(5)})
    page.click('button[name="stay"]')
    page.wait_for_selector(".cg-heldfiles img")
    visit.fits()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click('button[name="done"]')
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi duyệt").click()
    assert MaterialEdition.objects.get().state == Edition.State.IN_REVIEW


def test_a_pack_is_chosen_by_ticking_and_opens(visit: Visit, stage: Cast, tmp_path: Path) -> None:
    for title in ("Bài loa một", "Bài loa hai"):
        library.material(kind=MaterialKind.RADIO, title=title)
    visit.log_in_as(stage.commune_officer)
    page = visit.page
    page.goto("/thu-vien/tai-lieu/")
    for box in page.locator('input[name="codes"]').all():
        box.check()
    with page.expect_navigation():
        page.get_by_role("button", name="Lập bộ từ tài liệu đã chọn").click()
    assert page.locator('input[name="codes"]:checked').count() == 2
    page.fill("#id_title", "Bộ loa xã")
    page.get_by_role("button", name="Lưu bộ").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Tải ZIP").click()
    path = tmp_path / "bo.zip"
    started.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {"bo-loa-xa/DOC-TRUOC.html", "bo-loa-xa/giay-phep.txt", "bo-loa-xa/chu-thich.csv"} <= set(
            archive.namelist()
        )
        archive.extractall(tmp_path)
    page.goto((tmp_path / "bo-loa-xa" / "DOC-TRUOC.html").as_uri())
    assert page.locator("h1").inner_text() == "Bộ loa xã"
    assert Taking.objects.filter(how="pack", agency=stage.commune).count() == 2


def test_a_withdrawal_reaches_the_taker_on_a_phone(visit: Visit, stage: Cast, editor: Member) -> None:
    shown = library.material(title="Áp phích điện lực")
    taking_use(by=stage.commune_officer, edition=shown, where="Bảng tin thôn 3")
    edition_withdraw(by=stage.coordinator, edition=shown, reason="Sai số đường dây")
    edition_ended(kind="material", edition_id=shown.pk)
    visit.log_in_as(stage.commune_officer)
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/thu-vien/don-vi-toi/")
    assert "Sai số đường dây" in page.inner_text("main")
    page.get_by_role("button", name="Đã gỡ").click()
    page.get_by_role("button", name="Chưa gỡ").wait_for()
    assert Taking.objects.filter(removed_at=None).count() == 0


def test_the_pages_are_sound(visit: Visit, stage: Cast, editor: Member) -> None:
    shown = library.material(kind=MaterialKind.POSTER, title="Điện lực không gọi điện đòi tiền")
    library.material(title="Bài tiếng Tày", facts={"language": "tyz", "translation_of": shown.material})
    taking_use(by=stage.commune_officer, edition=shown, where="Bảng tin thôn 3")
    pack = pack_create(by=stage.officer, data=PackData(title="Bộ thử", codes=[shown.material.code]))
    visit.log_in_as(stage.coordinator)
    base = f"/thu-vien/tai-lieu/{shown.material.code}/"
    for path, name in (
        ("/thu-vien/tai-lieu/", "material-list"),
        (base, "material-detail"),
        ("/thu-vien/tai-lieu/moi/", "material-edit"),
        (f"{base}ban-1/", "material-edition"),
        ("/thu-vien/bo-tai-lieu/", "pack-list"),
        (f"/thu-vien/bo-tai-lieu/{pack.pk}/", "pack-detail"),
        (f"/thu-vien/bo-tai-lieu/{pack.pk}/sua/", "pack-form"),
        ("/thu-vien/da-lay/", "taking-list"),
        ("/thu-vien/don-vi-toi/", "taking-mine"),
        ("/nguon-tin/", "feed-index"),
    ):
        visit.is_sound(path, name)
