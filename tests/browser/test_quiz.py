"""The player in a real browser: by keyboard on a phone, with the line lost, every kind of question, without script."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from canhgiac.agencies.models import Agency, Role
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.training.models import Answer, Paper, QuestionEdition, Sitting
from canhgiac.training.services.sittings import answer_give, sitting_end
from tests.browser.checks import DESK, HEIGHT, PHONE, Visit
from tests.factories import agencies, library, papers

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/hoc/do-vui/"
NUMBERS = {kind: number for number, kind in enumerate(papers.CONTENTS, 1)}


@pytest.fixture
def asked(transactional_db: None) -> Paper:
    """The public quiz with one question of each kind in a known order, one of them with a picture."""
    agencies.cast()
    form = library.form(name="Giả danh ngân hàng")
    drawn = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(drawn).rectangle((0, 0, 200, 60), fill="navy")
    file = io.BytesIO()
    drawn.save(file, "PNG")
    sha256 = FileStore(settings.FILES_ROOT).put(file.getvalue())
    questions = [
        papers.question(kind, form=form.form, picture_sha256=sha256 if kind == "hotspot" else "")
        for kind in papers.CONTENTS
    ]
    return papers.paper(
        *questions,
        purpose=Paper.Purpose.PUBLIC,
        title="Ba phút nhận ra lừa đảo",
        shuffle_questions=False,
        shuffle_options=False,
        seconds=900,
    )


def at_question(page: Page, kind: str) -> None:
    page.locator(f'[data-question="{NUMBERS[kind]}"]').wait_for()


def online(visit: Visit) -> None:
    """The first questions by keyboard, each with its focus."""
    page, keyboard = visit.page, visit.page.keyboard
    keyboard.press("1")  # Tắt máy
    keyboard.press("Enter")
    at_question(page, "multiple")
    assert page.evaluate("document.activeElement.id") == f"cau-{NUMBERS['multiple']}", "focus goes with the question"
    keyboard.press("1")
    keyboard.press("2")
    visit.shot("player-multiple-360")
    keyboard.press("Enter")
    at_question(page, "true_false")
    page.locator('[data-unsent="0"]').wait_for(state="attached")


def offline(visit: Visit) -> None:
    """Three questions without a line: true or false, order by buttons, match."""
    page, keyboard = visit.page, visit.page.keyboard
    visit.context.set_offline(True)
    keyboard.press("2")
    keyboard.press("Enter")
    at_question(page, "order")
    page.get_by_text("Máy đang giữ câu trả lời").wait_for()
    visit.shot("player-offline-360")
    order = page.locator(".cg-q-order")
    for text in ("Hỏi người thân", "Dừng lại"):  # the second up to the top, then the first above it
        for _press in range(2):
            button = order.get_by_role("button", name=f"Lên: {text}")
            button.focus()
            keyboard.press("Enter")
            assert button.evaluate("node => node === document.activeElement")
    visit.axe()
    page.locator("[data-answer]").press("Enter")
    at_question(page, "match")
    page.get_by_label("Khóa thẻ").select_option("Ngân hàng")
    page.get_by_label("Tố giác").select_option("Công an")
    page.locator("[data-answer]").press("Enter")
    at_question(page, "verdict")


def picture(visit: Visit) -> None:
    """A click on the picture is the place by its name."""
    page = visit.page
    image = page.locator("[data-picture] img")
    expect(image).to_have_js_property("naturalWidth", 400)
    box = image.bounding_box()
    assert box is not None
    image.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.1})
    assert page.get_by_label("Địa chỉ trang").is_checked()
    visit.shot("player-hotspot-360")
    visit.axe()
    page.locator("[data-answer]").press("Enter")


def test_a_citizen_does_the_quiz_by_keyboard_on_a_phone_and_the_line_is_lost(visit: Visit, asked: Paper) -> None:
    visit.expect_console("ERR_INTERNET_DISCONNECTED")
    page, keyboard = visit.page, visit.page.keyboard
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto(HOME)
    visit.axe()
    page.get_by_role("button", name="Bắt đầu").focus()
    keyboard.press("Enter")
    page.locator("[data-player][data-ready]").wait_for()
    visit.shot("player-single-360")
    visit.axe()
    sitting = Sitting.objects.get()

    online(visit)
    offline(visit)
    assert Answer.objects.filter(sitting=sitting).count() == 2, "three wait on the phone"

    visit.context.set_offline(False)
    page.get_by_text("Đã gửi các câu trả lời").wait_for()
    assert Answer.objects.filter(sitting=sitting).count() == 5
    page.reload()  # a phone that was put away: what the server has is shown again
    page.locator("[data-player][data-ready]").wait_for()
    at_question(page, "verdict")
    assert page.locator(".cg-play-steps [data-answered]").count() == 5
    assert page.locator(".cg-msg a").count() == 0, "no live link in a message"
    visit.shot("player-verdict-360")
    visit.axe()
    keyboard.press("1")
    keyboard.press("Enter")

    at_question(page, "hotspot")
    picture(visit)
    at_question(page, "short")
    page.get_by_label("Câu trả lời của bạn").fill("113")
    keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('[data-end]')")
    keyboard.press("Enter")
    page.get_by_role("heading", name="Bạn đúng 8 trên 8 câu").wait_for()
    expect(page.locator("#ket-qua")).to_be_focused()
    visit.axe()
    visit.shot("player-result-360")
    assert page.evaluate("Object.keys(localStorage).filter(one => one.startsWith('bai-lam')).length") == 0
    assert visit.context.cookies() == []
    assert {answer.share for answer in Answer.objects.filter(sitting=sitting)} == {1.0}
    share(visit)


def share(visit: Visit) -> None:
    """The page and the picture that go with a shared link."""
    page = visit.page
    page.get_by_role("link", name="Ảnh kết quả để chia sẻ").click()
    page.get_by_role("heading", name="Đúng 8 trên 8 câu").wait_for()
    visit.axe()
    image = page.locator(".cg-quiz-picture").get_attribute("src")
    assert image is not None
    answer = page.request.get(visit.base + image)
    assert Image.open(io.BytesIO(answer.body())).size == (1200, 630)
    meta = page.locator('meta[property="og:image"]').get_attribute("content")
    assert meta is not None
    assert meta.endswith(image)


def test_without_script_every_kind_is_a_page_and_the_result_says_what_to_learn(
    browser: Any, live_server: Any, asked: Paper
) -> None:
    visit = Visit(browser, live_server.url, script=False)
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto(visit.base + HOME)
    page.get_by_role("button", name="Bắt đầu").click()
    go = page.locator("[data-answer]")
    page.get_by_label("Tắt máy").check()
    go.click()
    for text in ("Giục gấp", "Xin mã"):
        page.get_by_label(text).check()
    go.click()
    page.get_by_label("Sai").check()
    go.click()
    at_question(page, "order")
    for text in ("Hỏi người thân", "Dừng lại"):
        for _press in range(2):
            page.get_by_role("button", name=f"Lên: {text}").click()
    go.click()
    page.get_by_label("Khóa thẻ").select_option("Ngân hàng")
    go.click()
    page.get_by_label("Tin thật").check()
    go.click()
    page.get_by_label("Hình biểu trưng").check()
    go.click()
    page.get_by_label("Câu trả lời của bạn").fill("không biết")
    go.click()
    page.get_by_role("button", name="Nộp bài").click()
    page.get_by_role("heading", name="Bạn đúng 4 trên 8 câu").wait_for()
    page.wait_for_load_state()
    assert page.locator(".cg-next li").inner_text().startswith("Giả danh ngân hàng nhầm 4 câu")
    assert page.locator("mark").inner_text() == "nhập mã OTP"
    assert page.locator('.cg-next a[href^="/hinh-thuc/"]').count() == 1
    visit.shot("player-noscript-result-360")
    visit.close()


def test_feedback_after_each_question_comes_in_its_place_and_the_pages_are_sound(visit: Visit, asked: Paper) -> None:
    Paper.objects.filter(pk=asked.pk).update(feedback=Paper.Feedback.EACH, seconds=None)
    page = visit.page
    sitting = papers.sitting(Paper.objects.get(pk=asked.pk))
    path = f"/hoc/bai-lam/{sitting.uid}/"
    page.goto(path)
    page.locator("[data-player][data-ready]").wait_for()
    page.get_by_label("Chuyển tiền").check()
    page.get_by_role("button", name="Trả lời").click()
    page.get_by_text("Chưa đúng").wait_for()
    assert "Tắt máy" in page.locator(".cg-fb").inner_text()
    visit.axe()
    page.get_by_role("link", name="Câu sau").click()
    at_question(page, "multiple")
    visit.is_sound(f"{path}?cau={NUMBERS['verdict']}", "player-verdict")
    visit.is_sound(f"{path}?cau={NUMBERS['order']}", "player-order")
    QuestionEdition.objects.update(published_at=clock.now() - dt.timedelta(days=2))
    visit.is_sound("/hoc/cau-hoi-hom-nay/", "quiz-daily")
    visit.is_sound("/nhung/cau-hoi-hom-nay/", "quiz-daily-frame")
    page.locator(".cg-daily button").first.click()
    page.locator(".cg-fb").wait_for()
    visit.axe()
    visit.is_sound(HOME, "quiz-home")


def test_staff_pick_questions_and_see_what_a_learner_sees(visit: Visit, asked: Paper) -> None:
    member = agencies.member()
    agencies.role(member, Role.Kind.COORDINATOR, Agency.objects.get(parent=None))
    answered = papers.sitting(asked)
    answer_give(sitting=answered, position=0, given="a")
    sitting_end(sitting=answered)
    visit.log_in_as(member)
    page, folder = visit.page, "/tap-huan/de/"
    visit.is_sound(folder, "paper-list")
    visit.is_sound(f"{folder}{asked.pk}/", "paper-detail")
    visit.is_sound(f"{folder}{asked.pk}/xem-truoc/", "paper-preview")
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    page.goto(f"{folder}moi/")
    page.get_by_label("Tên đề").fill("Đề của trường")
    page.get_by_label("Tìm câu trong ngân hàng").fill("cau hoi thu")
    page.get_by_role("button", name="Thêm câu").first.click()
    page.locator(".cg-paper-rows li").wait_for()
    page.get_by_role("button", name="Thêm phần bốc").click()
    page.get_by_text("Có 7 câu hợp").wait_for()
    page.get_by_label("Số câu").fill("20")
    page.get_by_label("Số câu").press("Tab")
    page.get_by_text("Chỉ có 7 câu hợp").wait_for()
    page.get_by_label("Số câu").fill("3")
    page.get_by_label("Số câu").press("Tab")
    page.get_by_text("Có 7 câu hợp", exact=True).wait_for()
    visit.axe()
    visit.shot("paper-form-1280")
    visit.fits()
    visit.shot("paper-form-360", width=PHONE)
    visit.axe()
    assert page.get_by_label("Tên đề").input_value() == "Đề của trường"
    page.get_by_role("button", name="Lưu đề").click()
    page.get_by_role("heading", name="Đề của trường").wait_for()
    page.get_by_role("button", name="Đưa vào dùng").click()
    page.get_by_text("Đề đã đưa vào dùng").wait_for()
