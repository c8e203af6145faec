"""The question bank in a browser: a question written and drawn, published by a second person; files in and out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from canhgiac.agencies.models import Role
from canhgiac.engines.quizzes import gift
from canhgiac.library.models import Checklist
from canhgiac.training.models import Question, QuestionEdition, QuestionFigures
from canhgiac.training.selectors.questions import item_of_edition
from tests.factories import agencies, library

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.checks import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOODLE = """$CATEGORY: $course$/top/An ninh mạng

::chuyen-tien::[plain]Người lạ gọi, bảo chuyển tiền ngay. Bạn làm gì?{
=Cúp máy rồi gọi lại số chính thức#Đúng vậy.
~Chuyển một nửa
~Đọc mã OTP cho họ
}

::hong::Câu này không đóng ngoặc {=một ~hai

::dung-sai::Mã OTP chỉ mình bạn biết.{T}
"""


THIRD = "Mã 6 số vừa gửi đó bạn"


def test_a_question_from_the_first_word_to_a_file_and_back(visit: Visit, tmp_path: Path) -> None:
    cast = agencies.cast()
    editor = agencies.member(full_name="Biên Tập", agency=cast.province)
    agencies.role(editor, Role.Kind.EDITOR, cast.province)
    approver = agencies.member(full_name="Duyệt Bài", agency=cast.province)
    agencies.role(approver, Role.Kind.APPROVER, cast.province)
    library.form(name="Giả mạo ngân hàng")
    visit.log_in_as(editor)
    visit.is_sound("/tap-huan/cau-hoi/", "bank-empty")
    row = _written(visit)
    visit.log_in_as(approver)
    _published(visit, row)
    visit.log_in_as(editor)
    _taken(visit)
    visit.is_sound("/tap-huan/cau-hoi/", "bank-list")
    page = visit.page
    page.set_viewport_size({"width": 1280, "height": 900})
    with page.expect_download() as coming:
        page.click("button:has-text('GIFT')")
    coming.value.save_as(tmp_path / "out.txt")
    back = {item.prompt: item for _place, item in gift.read((tmp_path / "out.txt").read_bytes()).items}
    assert len(back) == 3
    for question in Question.objects.all():
        item = item_of_edition(question.editions.get())
        assert back[item.prompt] == item


def _written(visit: Visit) -> QuestionEdition:
    """A message drawn as on Zalo, its lines added and moved by keyboard, sent to the second person."""
    page = visit.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click("text=Thêm câu hỏi >> nth=0")
    page.wait_for_load_state()
    visit.axe()
    page.click("a:has-text('Có phải lừa đảo không')")
    page.wait_for_load_state()  # the editor's scripts take what is typed
    page.fill("textarea[name=prompt]", "Bạn nhận tin này. Bạn nghĩ sao?")
    page.check("input[name=verdict][value=scam]")
    page.select_option("select[name=look]", "zalo")
    page.fill("input[name=sender]", "Hỗ trợ khách hàng")
    page.fill("#lines-0-text", "Tài khoản của bạn bị khóa, gửi mã OTP để mở lại")
    page.fill("#lines-1-text", "Mã nào vậy?")
    page.select_option("#lines-1-who", "me")
    page.press("button:has-text('Thêm lời')", "Enter")
    page.wait_for_selector("#lines-2-text:focus")
    page.keyboard.type(THIRD)
    page.fill("#marks-0-text", "gửi mã OTP")
    page.wait_for_selector("#preview mark:has-text('gửi mã OTP')")
    page.wait_for_selector("#preview li:has-text('Mã 6 số vừa gửi')")
    page.press("button[aria-label='Đưa dòng 3 lên']", "Enter")
    expect(page.locator("#lines-1-text")).to_have_value(THIRD)
    page.wait_for_selector("button[aria-label='Đưa dòng 2 lên']:focus")
    page.press("button[aria-label='Đưa dòng 2 xuống']", "Enter")
    expect(page.locator("#lines-2-text")).to_have_value(THIRD)
    page.fill("textarea[name=explanation]", "Không ai có quyền hỏi mã OTP của bạn.")
    visit.fits()
    for width in (1280, 360):
        visit.shot(f"bank-editor-verdict-{width}", width=width)
        visit.axe()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click("button:has-text('Lưu và gửi duyệt')")
    page.wait_for_selector("text=Đã lưu và gửi người duyệt")
    row = QuestionEdition.objects.get()
    shown = item_of_edition(row).shown
    assert shown is not None
    assert [line.who for line in shown.lines] == ["them", "me", "them"]
    return row


def _published(visit: Visit, row: QuestionEdition) -> None:
    """Read and put into use by the second person."""
    page = visit.page
    visit.is_sound(f"/tap-huan/cau-hoi/{row.question.code}/duyet/", "bank-review")
    page.set_viewport_size({"width": 1280, "height": 900})
    for point in Checklist.values:
        page.check(f"input[name=ok_{point}]")
    page.click("button:has-text('Duyệt, đưa vào dùng')")
    page.wait_for_selector("text=Các đề hỏi câu này từ bây giờ")
    choices = {"scam": {"all": 40, "lower": 9, "upper": 14}, "genuine": {"all": 12, "lower": 5, "upper": 0}}
    QuestionFigures.objects.create(edition=row, answers=52, ease=0.77, discrimination=0.31, seconds=12, choices=choices)
    visit.is_sound(f"/tap-huan/cau-hoi/{row.question.code}/", "bank-question")


def _taken(visit: Visit) -> None:
    """A file with one bad question: what is good is taken."""
    page = visit.page
    page.goto("/tap-huan/cau-hoi/nhap/")
    page.set_input_files("input[name=file]", {"name": "c.txt", "mimeType": "text/plain", "buffer": MOODLE.encode()})
    page.click("button:has-text('Tải lên và đọc')")
    page.wait_for_selector("text=1 chỗ không đọc được")
    visit.is_sound(page.url.removeprefix(visit.base), "bank-import")
    page.click("button:has-text('Nhận các câu đã chọn')")
    page.wait_for_selector("text=Đã nhận 2 câu làm bản nháp")


def test_the_picture_beside_is_asked_for_once_and_then_rests(visit: Visit) -> None:
    visit.log_in_as(agencies.cast().coordinator)
    page = visit.page
    page.goto("/tap-huan/cau-hoi/moi/?dang=verdict")
    preview = "**" + reverse("question_preview")
    with page.expect_response(preview):
        page.fill("textarea[name=prompt]", "Bạn nghĩ sao?")
    with page.expect_response(preview):
        page.click("button:has-text('Thêm lời')")
    page.wait_for_selector("#lines-2-text:focus")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert asked == []


def test_areas_are_drawn_on_a_picture_or_typed(visit: Visit) -> None:
    cast = agencies.cast()
    visit.log_in_as(cast.coordinator)
    page = visit.page
    out = io.BytesIO()
    Image.effect_noise((600, 400), 30).convert("RGB").save(out, "PNG")
    page.goto("/tap-huan/cau-hoi/moi/?dang=hotspot")
    page.fill("textarea[name=prompt]", "Chỉ ra chỗ đáng ngờ")
    page.set_input_files(
        "input[name=picture_file]", {"name": "a.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    page.wait_for_selector("[data-draw][data-ready]")
    for at, left in enumerate((60, 300)):
        drawing = page.locator("[data-draw]")
        drawing.scroll_into_view_if_needed()
        box = drawing.bounding_box()
        assert box is not None
        scale = box["width"] / 600
        page.mouse.move(box["x"] + left * scale, box["y"] + 40 * scale)
        page.mouse.down()
        page.mouse.move(box["x"] + (left + 120) * scale, box["y"] + 90 * scale, steps=3)
        page.mouse.up()
        page.wait_for_selector(f"#spots-{at}-label:focus")
        page.keyboard.type(f"Vùng {at}")
    page.select_option("#spots-0-right", "1")
    page.fill("#spots-1-width", "100")
    visit.fits()
    for width in (1280, 360):
        visit.shot(f"bank-editor-hotspot-{width}", width=width)
        visit.axe()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click("button:has-text('Lưu nháp'):visible")
    page.wait_for_selector("text=Đã lưu bản nháp")
    first, second = item_of_edition(QuestionEdition.objects.get()).spots
    assert abs(first.x - 60) <= 2
    assert abs(first.width - 120) <= 2
    assert (second.label, second.width) == ("Vùng 1", 100)
