"""Steps of the library's journey at the door: a citizen with a phone and large letters asks, and doubts an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.browser.checks import PHONE, Visit
from tests.browser.journey_activities import Stage
from tests.browser.journey_library import DURING, EDITOR, NAME
from tests.browser.pictures import picture, screenshot

if TYPE_CHECKING:
    from canhgiac.library.models import Doubt, FormEdition

ACCOUNT, MOBILE = "0987654321012", "0900 000 731"
LIKE = (
    "Em bên trạm cứu hộ thú cưng, bé mèo lạc nhà chị bị thương đang nằm ở trạm. Chị chuyển trước tiền thuốc 1.200.000 "
    f"đồng vào STK {ACCOUNT}, gọi {MOBILE} thì em trả bé, đừng đến vì trạm đang khử khuẩn"
)
OTP = "Ma OTP cua Quy khach la 482913, hieu luc 2 phut. Tuyet doi khong cung cap ma nay cho bat ky ai. Vietcombank"
CAPTURED = [
    "Trạm cứu hộ thú cưng đang giữ bé chó lạc",
    "nhà mình, bé bị thương. Chuyển trước tiền",
    "thuốc 800.000 đồng thì trạm mới trả bé,",
    "mai bé bị chuyển sang trại khác.",
]
WHY = "Trạm này ở cạnh nhà tôi"
ALARMS = ("danger", "suspicious")


@contextmanager
def citizen(stage: Stage) -> Iterator[Visit]:
    """Somebody with a small phone who has large letters switched on."""
    visit = Visit(stage.browser, stage.server.url)
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/")
    if not page.locator("[data-large]:visible").count():
        page.locator("details.cg-menu > summary").click()
    page.locator("[data-large]:visible").first.click()
    yield visit
    visit.close()


def is_large_and_fits(visit: Visit) -> None:
    """The letters stay large from page to page and nothing runs out of the window."""
    assert visit.page.evaluate("document.documentElement.classList.contains('cg-large')")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    visit.axe()


def asked(visit: Visit, text: str) -> str:
    """Asks in the box of the home page; the state of the answer."""
    page = visit.page
    page.goto("/")
    page.fill("#noi_dung", text)
    page.click(".cg-box .btn-primary")
    page.wait_for_selector("[data-answer]")
    return page.get_attribute("[data-answer]", "data-answer") or ""


def captured(visit: Visit) -> str:
    """Sends the screenshot of a message; the state of the answer."""
    page = visit.page
    page.goto("/")
    page.set_input_files("input[name=anh]", picture("tin.png", screenshot(CAPTURED)))
    page.wait_for_selector("[data-answer]", timeout=60_000)
    assert "Chữ máy đọc từ ảnh" in page.inner_text("main")
    assert "cứu hộ thú cưng" in page.input_value("#noi_dung")
    return page.get_attribute("[data-answer]", "data-answer") or ""


def form_is_named(visit: Visit, edition: FormEdition) -> None:
    """The new form's name leads to its page."""
    link = visit.page.locator(f".cg-like a[href='/hinh-thuc/{edition.form.slug}/']")
    assert link.inner_text() == NAME


def answers(visit: Visit, edition: FormEdition) -> None:
    """The scam is recognised with its steps; a code's notice and a number raise no alarm; a picture is read."""
    page = visit.page
    assert asked(visit, OTP) not in ALARMS
    assert "Đừng đọc mã cho ai" in page.inner_text(".cg-say")
    is_large_and_fits(visit)
    assert asked(visit, MOBILE) == "unclear"
    assert "không có nghĩa là đáng tin" in page.inner_text(".cg-lookup")
    is_large_and_fits(visit)
    assert captured(visit) in ALARMS
    form_is_named(visit, edition)
    visit.shot("journey-library-captured-360")
    assert asked(visit, LIKE) in ALARMS
    form_is_named(visit, edition)
    assert DURING[0] in page.inner_text(".cg-steps")
    assert ACCOUNT not in page.inner_text(".cg-bubble")
    is_large_and_fits(visit)
    visit.shot("journey-library-answer-360")


def doubted(visit: Visit) -> Doubt:
    """The citizen thinks the last answer wrong and lets us keep the masked message."""
    from canhgiac.library.models import Doubt

    page = visit.page
    with page.expect_navigation(url="**/khieu-nai-nhan-dinh/"):
        page.get_by_role("button", name="Tôi nghĩ nhận định này chưa đúng").click()
    page.get_by_label("Là tin thật").check()
    page.fill("textarea[name=loi]", WHY)
    page.check("input[name=cho_giu]")
    is_large_and_fits(visit)
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.wait_for_url("**/da-nhan/")
    return Doubt.objects.get()


def doubt_decided(visit: Visit, doubt: Doubt) -> None:
    """An editor reads the masked message and stands by the answer."""
    page = visit.page
    page.goto("/thu-vien/phan-hoi/")
    page.locator(f"a[href='/thu-vien/phan-hoi/{doubt.pk}/']").click()
    page.wait_for_url(f"**/thu-vien/phan-hoi/{doubt.pk}/")
    told = page.inner_text("main")
    assert "trạm cứu hộ thú cưng" in told
    assert WHY in told
    assert ACCOUNT not in told
    assert MOBILE not in told
    visit.shot("journey-library-doubt", width=1280)
    page.select_option("#id_form", "keep")
    page.fill("#id_answer", "Đã gọi hỏi, ở đó không có trạm nào.")
    page.get_by_role("button", name="Ghi kết quả").click()
    page.get_by_text("Đã ghi kết quả xem lại.").wait_for()
    doubt.refresh_from_db()
    assert doubt.decided_by is not None
    assert (doubt.state, doubt.decided_by.email) == ("kept", EDITOR)
