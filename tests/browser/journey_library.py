"""Steps of the library's journey at the desk: a form written and published, its examples, a material and its end."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pypdf
import zxingcpp
from PIL import Image

from tests.browser.checks import DESK, SCREENSHOTS, Visit
from tests.browser.journey_activities import Stage, agency
from tests.browser.journeys import member
from tests.worker import wait_until

if TYPE_CHECKING:
    from canhgiac.library.models import FormEdition, Material

PROVINCE = "Toàn tỉnh Vĩnh An"
EDITOR, APPROVER, OFFICER = "bientap@vinhan.example", "pheduyet@vinhan.example", "canbo.sonthuy@vinhan.example"
NAME = "Giả trạm cứu hộ thú cưng, đòi tiền thuốc cho chó mèo lạc"
SIGNS = (
    ("Không cho đến tận nơi", "Họ viện cớ trạm đang khử khuẩn để bạn không đến xem được."),
    ("Ảnh chép từ bài tìm thú lạc", "Tấm ảnh họ gửi chính là ảnh bạn đã đăng, không có ảnh mới."),
    ("Đòi tiền thuốc trước khi trả", "Tiền phải chuyển ngay, hôm sau thì chó mèo bị đưa sang trại khác."),
)
HAPPENS = (
    "Bạn đăng bài tìm chó, mèo lạc, có ảnh và số điện thoại.",
    "Người lạ nhắn là trạm cứu hộ đang giữ bé, bé bị thương.",
    "Họ đòi chuyển tiền thuốc, tiền chuồng rồi mới trả, xong thì chặn số.",
)
DURING = ("Đòi gọi video thấy chó mèo của bạn lúc này.", "Hẹn đến nhận tận nơi, trả tiền khi đã gặp.")
EXAMPLES = (
    (
        "Trạm cứu hộ thú cưng Vĩnh An đang giữ bé chó lạc của nhà mình, bé bị gãy chân. Anh chị chuyển trước tiền "
        "thuốc 1.500.000 đồng vào STK 0123456789 thì trạm mới trả bé, trạm đang khử khuẩn nên không đến xem được"
    ),
    (
        "Chi oi be meo lac cua chi dang o tram cuu ho thu cung ben em, be bi thuong nang. Chi chuyen truoc tien thuoc "
        "voi tien chuong 900k em moi tra be duoc, qua hom nay be bi chuyen sang trai khac a"
    ),
)
POSTER = "Nhặt được chó mèo lạc, người tốt không đòi tiền trước"
USED = "Bảng tin nhà văn hóa thôn 3"
REASON = "Ảnh minh họa chưa xin phép người chụp"


def editor_appointed() -> None:
    """An editor of the province, who may write and nothing more."""
    from canhgiac.agencies.models import Role
    from tests.factories import agencies

    where = agency(PROVINCE)
    someone = agencies.member(full_name="Đặng Thị Biên Tập", email=EDITOR, agency=where)
    agencies.role(someone, Role.Kind.EDITOR, where)


@contextmanager
def desk(stage: Stage, email: str) -> Iterator[Visit]:
    """A member at a desk."""
    visit = Visit(stage.browser, stage.server.url)
    visit.log_in_as(member(email))
    yield visit
    visit.close()


# A form is written --------------------------------------------------------------------------------------------------


def rows_fill(visit: Visit, label: str, rows: Sequence[Sequence[str]]) -> None:
    """Types the rows of a list of the editor, one after the other."""
    listed = visit.page.get_by_role("list", name=label, exact=True)
    box = visit.page.locator(".cg-rowsfield").filter(has=listed)
    for number, row in enumerate(rows):
        if number:
            box.get_by_role("button", name="Thêm dòng").click()
        typed = listed.locator(":scope > li").nth(number).locator(".cols > *")
        for place, words in enumerate(row):
            if typed.nth(place).evaluate("field => field.tagName") == "SELECT":
                typed.nth(place).select_option(words)
            else:
                typed.nth(place).fill(words)


def form_written(visit: Visit) -> FormEdition:
    """A new form, kept as a draft."""
    from canhgiac.library.models import FormEdition

    page = visit.page
    page.goto("/thu-vien/hinh-thuc/")
    page.get_by_role("link", name="Thêm hình thức").click()
    page.fill("#id_name", NAME)
    page.fill("#id_short", "Nhận là đang giữ chó mèo lạc của bạn, đòi tiền thuốc mới trả.")
    page.select_option("#id_group", "feelings")
    page.check("#id_is_new")
    page.fill("#id_summary", "Kẻ xấu tìm bài đăng mất chó mèo rồi nhận là trạm cứu hộ để đòi tiền thuốc, tiền chuồng.")
    page.fill("#id_truth", "Người nhặt được chó mèo cho bạn xem tận mắt rồi mới nói chuyện tiền nong.")
    rows_fill(visit, "Dấu hiệu nhận ra", SIGNS)
    rows_fill(visit, "Diễn ra thế nào, từng bước", [[line] for line in HAPPENS])
    rows_fill(visit, "Đoạn thoại", [["Người lạ", "Em đang giữ bé nhà mình, bé đau lắm.", "Làm bạn xót mà vội"]])
    rows_fill(visit, "Đang gặp thì làm", [[line] for line in DURING])
    rows_fill(visit, "Đừng làm", [["Đừng chuyển tiền khi chưa thấy chó mèo."]])
    rows_fill(visit, "Lỡ rồi thì làm", [["Gọi ngân hàng nhờ chặn giao dịch."], ["Báo công an xã, phường."]])
    rows_fill(visit, "Để không mắc", [["Đăng bài tìm thì giữ lại một đặc điểm để hỏi lại."]])
    rows_fill(visit, "Căn cứ pháp luật", [["BLHS", "174"]])
    for name, value in (("situations", "emergency"), ("targets", "elderly"), ("breaks", "khong_lam")):
        page.check(f"input[name={name}][value={value}]")
    wait_until(lambda: "giữ lại một đặc điểm" in page.inner_text("#preview"), 60)  # all is there, and nothing moves
    assert SIGNS[2][0] in page.inner_text("#preview")
    visit.axe()
    visit.shot("journey-library-editor", width=DESK)
    page.get_by_role("button", name="Lưu nháp").click()
    page.wait_for_url("**/soan/")
    edition = FormEdition.objects.select_related("form").get(name=NAME)
    assert (edition.state, edition.sign_titles) == ("draft", [title for title, _text in SIGNS])
    return edition


def examples_proposed(visit: Visit, edition: FormEdition) -> None:
    """Two messages of the form, which count for nothing until a second person takes them."""
    from canhgiac.library.models import ExampleMessage

    page = visit.page
    page.goto("/thu-vien/tin-mau/them/")
    page.select_option("#id_form", edition.form.code)
    page.fill("#id_texts", "\n\n".join(EXAMPLES))
    page.get_by_role("button", name="Thêm, chờ duyệt").click()
    page.get_by_text("Đã thêm 2 tin").wait_for()
    rows = ExampleMessage.objects.filter(form=edition.form)
    assert [row.state for row in rows] == ["proposed", "proposed"]
    assert not rows.filter(text__contains="0123456789").exists()


def sent_to_review(visit: Visit, path: str) -> None:
    """The draft on its page, to the second person."""
    visit.page.goto(path)
    visit.page.get_by_role("button", name="Gửi duyệt", exact=True).click()
    visit.page.get_by_role("link", name="Xem bản chờ duyệt").wait_for()


def cannot_approve(visit: Visit, path: str) -> None:
    """Who wrote it sees it waiting and has no button; asked behind the page's back, the server refuses."""
    page = visit.page
    page.goto("/thu-vien/cho-duyet/")
    assert "Tôi viết" in page.locator("tr", has_text=NAME).inner_text()
    page.goto(path)
    assert page.get_by_role("button", name="Duyệt và đăng").count() == 0
    token = next(cookie["value"] for cookie in visit.context.cookies() if cookie["name"] == "csrftoken")
    answer = page.request.post(path, form={"csrfmiddlewaretoken": token, "act": "publish", "version": "1"})
    assert answer.status in {403, 422}


# The second person --------------------------------------------------------------------------------------------------


def published(visit: Visit, title: str) -> None:
    """The approver finds it waiting; unanswered it stays, with every point of the checklist answered it is out."""
    from canhgiac.library.models import Checklist

    page = visit.page
    page.goto("/thu-vien/cho-duyet/")
    row = page.locator("tr", has_text=title)
    assert "Chờ tôi duyệt" in row.inner_text()
    row.get_by_role("link").click()
    visit.expect_console("422")
    page.get_by_role("button", name="Duyệt và đăng").click()
    page.get_by_text("chưa đạt; chưa đăng được").first.wait_for()
    for label in Checklist.labels:
        page.get_by_label(str(label), exact=True).check()
    visit.shot("journey-library-review", width=DESK)
    page.get_by_role("button", name="Duyệt và đăng").click()
    page.wait_for_url("**/cho-duyet/")
    page.get_by_text(f"Đã đăng “{title}”").wait_for()


def build_version() -> str:
    """The version of the model in use."""
    from canhgiac.library.models import RecognitionBuild

    return RecognitionBuild.objects.values_list("version", flat=True).get(is_current=True)


def examples_taken(visit: Visit, edition: FormEdition) -> None:
    """The examples into use; the worker learns, and the judge in this process hears of it."""
    from canhgiac.library.models import ExampleMessage
    from canhgiac.library.selectors.recognition import judge_forget

    before = build_version()
    page = visit.page
    page.goto(f"/thu-vien/tin-mau/?form={edition.form.code}&state=proposed")
    for box in page.locator("input[name=ids]").all():
        box.check()
    page.get_by_role("button", name="Duyệt, đưa vào dùng").click()
    page.get_by_text("Đã làm với 2 tin.").wait_for()
    assert ExampleMessage.objects.filter(form=edition.form, state="in_use").count() == len(EXAMPLES)
    wait_until(lambda: build_version() != before, 240)
    judge_forget()
    page.goto("/thu-vien/nhan-dang/")
    assert build_version() in page.inner_text("main")


# What the public has ------------------------------------------------------------------------------------------------


def close(text: str) -> str:
    """The letters with their marks, without spaces: lines may break anywhere."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


def poster_fetched(visit: Visit, edition: FormEdition) -> None:
    """The poster as anybody gets it from the form's page: its code leads there, its words are all on it."""
    page = visit.page
    page.goto(f"/hinh-thuc/{edition.form.slug}/")
    link = page.locator(".cg-downs a[href*='ap-phich-a4.pdf']").get_attribute("href") or ""
    paper, painted = page.request.get(link), page.request.get(link.replace(".pdf", ".png"))
    assert (paper.status, painted.status) == (200, 200)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / "journey-library-poster-a4.png").write_bytes(painted.body())
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(painted.body())))
    assert [code.text for code in codes] == [page.url]
    said = close(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(paper.body())).pages))
    wanted = (NAME, *(title for title, _text in SIGNS))
    assert [words for words in wanted if close(words) not in said] == []


def listed_for_machines(visit: Visit, edition: FormEdition) -> None:
    """The form's page in the sitemap and in both feeds."""
    address = f"{visit.base}/hinh-thuc/{edition.form.slug}/"
    for path in ("/sitemap.xml", "/nguon-tin/tai-lieu.atom", "/nguon-tin/tai-lieu.json"):
        answer = visit.page.request.get(path)
        assert answer.ok
        assert address in answer.text().replace("\\/", "/"), path


# A material and its end ---------------------------------------------------------------------------------------------


def material_written(visit: Visit, edition: FormEdition) -> Material:
    """A poster about the form, sent to the second person."""
    from canhgiac.library.models import MaterialEdition

    page = visit.page
    page.goto("/thu-vien/tai-lieu/moi/")
    page.select_option("#id_kind", "poster")
    page.select_option("#id_language", "vi")
    page.fill("#id_title", POSTER)
    page.fill("#id_lead", "Ai thật lòng trả chó mèo lạc thì cho bạn xem tận mắt.")
    page.fill("#id_points", "\n".join(title for title, _text in SIGNS))
    page.fill("#id_call", "Hẹn gặp rồi mới nói tiền.")
    page.check(f"input[name=about][value='{edition.form.pk}']")
    page.click('button[name="done"]')
    page.get_by_role("button", name="Gửi duyệt", exact=True).click()
    page.get_by_role("link", name="Xem bản chờ duyệt").wait_for()
    return MaterialEdition.objects.select_related("material").get(title=POSTER).material


def taken_into_use(stage: Stage, material: Material) -> None:
    """An officer of a commune says on the phone where the poster hangs."""
    from canhgiac.library.models import Taking

    with stage.phone(OFFICER) as phone:
        page = phone.page
        page.goto(f"/thu-vien/tai-lieu/{material.code}/")
        page.get_by_label("Đơn vị tôi đã dùng ở").fill(USED)
        page.get_by_role("button", name="Ghi", exact=True).click()
        page.get_by_text("Đã ghi nơi dùng").wait_for()
        phone.axe()
    assert Taking.objects.get(how="used", material_edition__material=material).where == USED


def withdrawn(visit: Visit, material: Material) -> None:
    """The approver takes the poster back and says why."""
    page = visit.page
    page.goto(f"/thu-vien/tai-lieu/{material.code}/")
    page.get_by_text("Thu hồi bản đang đăng…").click()
    page.get_by_label("Lý do thu hồi").fill(REASON)
    page.get_by_role("button", name="Thu hồi", exact=True).click()
    page.get_by_text("1 đơn vị chưa báo gỡ").wait_for()


def taken_down(stage: Stage, letter: str) -> None:
    """The officer opens the letter's link and answers that the poster is down."""
    link = next(word for word in letter.split() if word.endswith("/thu-vien/don-vi-toi/"))
    with stage.phone(OFFICER) as phone:
        page = phone.page
        page.goto(link)
        assert REASON in page.inner_text("main")
        assert USED in page.inner_text("main")
        phone.shot("journey-library-take-down-360")
        page.get_by_role("button", name="Đã gỡ").click()
        page.get_by_role("button", name="Chưa gỡ").wait_for()
        phone.axe()
