"""A teacher's class from end to end: a roster with a bad row, a code on the wall, two phones, lessons, certificates."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.browser.checks import PHONE, Visit

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROSTER = "Họ và tên;Lớp hoặc tổ\nNguyễn Thị Lan;10A1\n;10A1\nTrần Văn Nam;10A1\n"


def phone(browser: Browser, base: str) -> Visit:
    """A phone of 360 px."""
    visit = Visit(browser, base)
    visit.page.set_viewport_size({"width": PHONE, "height": 740})
    return visit


def open_class(visit: Visit, course: Any, agency: str, area: str) -> None:
    """The teacher opens a class with one meeting that is on now."""
    from canhgiac.kit import clock

    page, now = visit.page, clock.now()
    begins = max(now - dt.timedelta(minutes=10), now.replace(hour=0, minute=0))
    ends = min(now + dt.timedelta(hours=1), now.replace(hour=23, minute=59))
    page.goto(f"/tap-huan/lop/moi/?khoa={course.pk}")
    page.fill("[name=title]", "Lớp 10A1 học nhận diện lừa đảo")
    page.fill("[name=agency]", agency)
    page.fill("[name=area]", area)
    page.select_option("[name=audience]", "pupils")
    page.fill("[name=meetings]", f"{now:%d/%m/%Y} {begins:%H:%M} - {ends:%H:%M}, Phòng 12")
    visit.fits()
    page.click("main form button.btn-primary")
    page.wait_for_url(re.compile(r"/tap-huan/lop/\d+/$"))


def import_roster(visit: Visit, folder: Path) -> None:
    """A list with one bad row: the row is told, the others are taken."""
    file = folder / "danh-sach.csv"
    file.write_text(ROSTER, encoding="utf-8")
    page = visit.page
    page.set_input_files("[name=file]", str(file))
    page.click("#danh-sach button:has-text('Đọc tệp')")
    page.wait_for_url(re.compile(r"/tap-huan/danh-sach/\d+/$"))
    page.get_by_text("Ghi họ và tên.").wait_for()
    visit.axe()
    page.click("button:has-text('Nhận 2 người vào lớp')")
    page.get_by_text("Đã nhận 2 người vào lớp.").wait_for()


def code_on_the_wall(visit: Visit) -> str:
    """The path that the picture on the screen holds, read from its pixels."""
    picture = Image.open(io.BytesIO(visit.page.screenshot(full_page=True)))  # the code itself may just be changing
    [found] = zxingcpp.read_barcodes(picture.convert("L"))
    return urlsplit(found.text).path


def learn(visit: Visit) -> None:
    """Both lessons on the phone, with the question after the first."""
    page = visit.page
    page.click("text=Học tiếp")
    page.wait_for_load_state()
    visit.fits()
    visit.axe()
    page.click("button:has-text('Đọc xong, trả lời câu hỏi')")
    page.click("label:has-text('Tắt máy')")
    page.click("[data-answer]")
    page.locator("[data-feedback] >> text=Đúng").first.wait_for()
    page.click("[data-end] button")
    page.wait_for_url(re.compile(r"/ket-qua/"))
    page.click("text=Tiếp tục")
    page.click("button:has-text('Đọc xong, sang bài sau')")
    page.click("button:has-text('Đọc xong')")
    page.wait_for_url(re.compile(r"/hoc/toi/[\w-]{24}/$"))
    page.get_by_text("Đã hoàn thành").wait_for()


@pytest.fixture
def stage(
    cast: Cast, live_server: LiveServer, settings: Any, start_worker: Callable[..., subprocess.Popen[bytes]]
) -> Cast:
    """The cast, a worker, addresses that lead to this server."""
    settings.BASE_URL = live_server.url
    start_worker()
    return cast


def test_a_teacher_holds_a_class_and_its_certificates_verify(
    visit: Visit, browser: Browser, stage: Cast, tmp_path: Path
) -> None:
    from canhgiac.training.models import Certificate, Enrolment, TrainingClass
    from tests.factories import courses, papers

    teacher = courses.trainer(stage.department)
    course = courses.course(paper=papers.paper(papers.question("single"), feedback="each"))
    visit.log_in_as(teacher)
    open_class(visit, course, stage.department.name, stage.province_area.name)
    import_roster(visit, tmp_path)
    visit.axe()
    visit.fits()
    room = TrainingClass.objects.get()
    visit.page.click("text=Chiếu mã điểm danh")
    visit.page.wait_for_load_state()
    visit.axe()
    lan, nam = phone(browser, visit.base), phone(browser, visit.base)
    lan.page.goto(code_on_the_wall(visit))
    lan.fits()
    lan.axe()
    lan.page.fill("[name=ho_ten]", "Nguyễn Thị Lan")
    lan.page.fill("[name=lop_to]", "10A1")
    lan.page.click("main form button.btn-primary")
    lan.page.get_by_role("heading", name="Đã điểm danh").wait_for()

    nam.page.goto(f"/hoc/lop/{room.join_code}/")  # no camera: the code of the class, then six digits
    nam.page.fill("[name=ho_ten]", "tran van nam")
    nam.page.click("main form button.btn-primary")
    nam.page.click("text=Điểm danh bằng sáu số")
    visit.page.reload()
    nam.page.fill("[name=code]", visit.page.locator("[data-digits]").inner_text())
    nam.page.click("main form button.btn-primary")
    nam.page.get_by_role("heading", name="Đã điểm danh").wait_for()
    visit.page.locator(".cg-wall-count b", has_text="2").wait_for()  # the count is live
    assert room.enrolments.count() == 2  # both took their name of the roster

    for one in (lan, nam):
        one.page.click("text=Vào bài học")
        learn(one)
    assert Enrolment.objects.filter(state="completed").count() == 2
    assert Certificate.objects.count() == 2
    lan.page.click("text=Giấy chứng nhận")
    lan.page.get_by_text(Certificate.objects.get(holder="Nguyễn Thị Lan").number).first.wait_for()
    lan.fits()
    paper = lan.page.request.get(f"{lan.page.url}giay.pdf")
    assert paper.body().startswith(b"%PDF-")
    visit.page.goto(f"/tap-huan/lop/{room.pk}/")
    visit.page.get_by_text("2 người học, 2 hoàn thành").wait_for()
    for one in (lan, nam):
        one.close()
