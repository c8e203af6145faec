"""A form rewritten by one person and published by a second: in rows, with a preview, without JavaScript, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from canhgiac.agencies.models import Role
from canhgiac.library.models import Checklist, Edition, FormEdition
from canhgiac.library.services.editions import edition_new, edition_submit
from tests.browser.checks import PHONE, Visit
from tests.factories import agencies
from tests.factories import library as make

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from canhgiac.agencies.models import Member
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
State = Edition.State


@pytest.fixture
def cast_(transactional_db: None) -> Cast:
    """The cast on tables that the live server sees."""
    return agencies.cast()


@pytest.fixture
def editor(cast_: Cast) -> Member:
    someone = agencies.member(full_name="Biên Tập", agency=cast_.province)
    agencies.role(someone, Role.Kind.EDITOR, cast_.province)
    return someone


@pytest.fixture
def approver(cast_: Cast) -> Member:
    someone = agencies.member(full_name="Duyệt Bài", agency=cast_.province)
    agencies.role(someone, Role.Kind.APPROVER, cast_.province)
    return someone


@pytest.fixture
def shown(cast_: Cast) -> FormEdition:
    return make.form(
        name="Giả công an gọi điện",
        talk=[{"who": "stranger", "text": "Tôi là công an.", "note": "Tạo lòng tin"}],
        to_review=["Số điện thoại cần xem lại."],
    )


def until(page: Page, true: Callable[[], bool]) -> None:
    for _turn in range(600):
        if true():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not happen within a minute")


@pytest.mark.parametrize("width", [1280, PHONE])
def test_written_in_rows_published_by_a_second_person(
    visit: Visit, shown: FormEdition, editor: Member, approver: Member, width: int
) -> None:
    page, code = visit.page, shown.form.code
    page.set_viewport_size({"width": width, "height": 900})
    visit.log_in_as(editor)
    page.goto(f"/thu-vien/hinh-thuc/{code}/")
    page.get_by_role("button", name="Soạn bản mới").click()
    page.wait_for_url("**/soan/")
    rows = page.get_by_role("list", name="Đang gặp thì làm")
    rows.get_by_label("Việc").first.fill("Tắt máy ngay, kể với người nhà.")
    rows.get_by_label("Việc").first.press("Enter")
    page.keyboard.type("Gọi công an xã, phường.")
    until(page, lambda: "Gọi công an xã, phường." in page.locator("#preview").inner_text())
    signs = page.get_by_role("list", name="Dấu hiệu nhận ra")
    signs.get_by_role("button", name="Xuống").first.click()
    assert signs.get_by_label("Tên dấu hiệu").first.input_value() == "Bắt giữ bí mật"
    signs.get_by_role("button", name="Bỏ").last.click()
    until(page, lambda: "Gọi từ số lạ" not in page.locator("#preview").inner_text())
    visit.axe()
    page.get_by_role("button", name="Lưu và gửi duyệt").click()
    page.wait_for_url(f"**/hinh-thuc/{code}/")
    draft = FormEdition.objects.get(form=shown.form, number=2)
    assert (draft.state, draft.during) == (
        State.IN_REVIEW,
        ["Tắt máy ngay, kể với người nhà.", "Gọi công an xã, phường."],
    )
    assert (draft.sign_titles, draft.signs) == (["Bắt giữ bí mật"], ["Họ cấm bạn kể với người nhà."])
    assert draft.talk == shown.talk

    visit.log_in_as(approver)
    page.goto("/thu-vien/cho-duyet/")
    with page.expect_navigation():
        page.get_by_role("link", name="Giả công an gọi điện").click()
    visit.axe()
    for label in Checklist.labels:
        page.get_by_label(str(label), exact=True).check()
    page.get_by_role("button", name="Duyệt và đăng").click()
    page.wait_for_url("**/cho-duyet/")
    assert "Đã đăng" in page.inner_text("main")
    draft.refresh_from_db()
    assert (draft.state, draft.reviewer) == (State.PUBLISHED, approver)
    page.goto(f"/hinh-thuc/{shown.form.slug}/")
    assert "Tắt máy ngay, kể với người nhà." in page.inner_text("main")


def test_typed_text_outlives_a_closed_page(visit: Visit, shown: FormEdition, editor: Member) -> None:
    edition_new(by=editor, of=shown.form)
    visit.log_in_as(editor)
    page, path = visit.page, f"/thu-vien/hinh-thuc/{shown.form.code}/soan/"
    page.goto(path)
    page.get_by_label("Sự thật").fill("Công an không làm việc qua điện thoại.")
    until(page, lambda: bool(page.evaluate("Object.keys(localStorage).some(key => key.startsWith('cg-soan:'))")))
    page.get_by_role("list", name="Để không mắc").get_by_label("Việc").first.fill("Hỏi người nhà trước.")
    page.goto("/thu-vien/")  # at once: what was typed last is kept as well
    page.goto(path)
    page.get_by_role("button", name="Lấy lại").click()
    assert page.get_by_label("Sự thật").input_value() == "Công an không làm việc qua điện thoại."
    before = page.get_by_role("list", name="Để không mắc").get_by_label("Việc").first
    assert before.input_value() == "Hỏi người nhà trước."
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu nháp").click()
    assert page.locator("[data-kept]").is_hidden()
    assert FormEdition.objects.get(form=shown.form, number=2).truth == "Công an không làm việc qua điện thoại."


def test_the_editor_works_without_javascript(
    browser: Browser, live_server: LiveServer, shown: FormEdition, editor: Member
) -> None:
    draft = edition_new(by=editor, of=shown.form)
    plain = Visit(browser, live_server.url, script=False)
    plain.log_in_as(editor)
    page = plain.page
    page.goto(f"/thu-vien/hinh-thuc/{shown.form.code}/soan/")
    assert page.get_by_label("Dấu hiệu nhận ra").input_value().splitlines()[0].startswith("Gọi từ số lạ | ")
    page.get_by_label("Đang gặp thì làm").fill("Một việc.\nHai việc.")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu nháp").click()
    draft.refresh_from_db()
    assert (draft.during, draft.talk) == (["Một việc.", "Hai việc."], shown.talk)
    plain.close()


def test_the_pages_are_sound(visit: Visit, shown: FormEdition, editor: Member, cast_: Cast) -> None:
    draft = edition_new(by=editor, of=shown.form)
    FormEdition.objects.filter(pk=draft.pk).update(
        during=["Tắt máy, gọi công an xã.", "Gọi 0912 345 678 ngay lập tức!"]
    )
    draft.refresh_from_db()
    visit.log_in_as(cast_.coordinator)
    visit.is_sound(f"/thu-vien/hinh-thuc/{shown.form.code}/soan/", "library-form-editor")
    edition_submit(by=editor, edition=draft, version=draft.version)
    make.form(state=State.WITHDRAWN, author=editor, name="Bài đã thu hồi")
    for path, name in (
        ("/thu-vien/", "library-home"),
        ("/thu-vien/hinh-thuc/", "library-forms"),
        (f"/thu-vien/hinh-thuc/{shown.form.code}/", "library-form"),
        (f"/thu-vien/hinh-thuc/{shown.form.code}/ban-2/", "library-edition"),
        ("/thu-vien/cho-duyet/", "library-reviews"),
        (f"/thu-vien/cho-duyet/form/{draft.pk}/", "library-review"),
        ("/thu-vien/nhat-ky-dang/", "library-publications"),
    ):
        visit.is_sound(path, name)


def test_a_button_pressed_twice_acts_once(visit: Visit, editor: Member) -> None:
    page = visit.page
    visit.log_in_as(editor)
    page.goto("/thu-vien/hinh-thuc/moi/")
    page.fill("[name=name]", "Hình thức chỉ một lần")
    page.fill("[name=summary]", "Có người gọi rồi bắt chuyển tiền vào một tài khoản lạ.")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        "const form = document.querySelector('[data-editor]'); const save = form.querySelector('button[name=act]');"
        "form.requestSubmit(save); form.requestSubmit(save)"
    )
    page.wait_for_url("**/soan/")
    saved = [url for url in posts if url.endswith("/moi/")]
    assert len(saved) == 1
    assert FormEdition.objects.filter(name="Hình thức chỉ một lần").count() == 1
