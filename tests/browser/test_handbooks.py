"""Handbooks and layouts in a real browser: made without JavaScript, dragged with it, read by anybody on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canhgiac.agencies.models import Role
from canhgiac.library.models import Handbook
from canhgiac.library.selectors.handbooks import handbook_for
from canhgiac.library.services.handbooks import HandbookData, build_bind, handbook_choose, handbook_make
from tests.browser.checks import DESK, PHONE, Visit
from tests.factories import agencies
from tests.factories import library as make

if TYPE_CHECKING:
    from canhgiac.agencies.models import Member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(transactional_db: None) -> Member:
    cast = agencies.cast()
    someone = agencies.member(full_name="Biên Tập", agency=cast.province)
    agencies.role(someone, Role.Kind.EDITOR, cast.province)
    return someone


@pytest.fixture
def book(editor: Member) -> Handbook:
    row = handbook_make(by=editor, data=HandbookData(title="Cẩm nang thử", foreword="Lời đầu."))
    forms = [make.form(name=name) for name in ("Một", "Hai", "Ba")]
    handbook_choose(by=editor, handbook=row, keys=[f"f{form.form_id}" for form in forms])
    return row


def test_a_chapter_is_moved_by_arrow_and_by_dragging(visit: Visit, editor: Member, book: Handbook) -> None:
    page = visit.page
    visit.log_in_as(editor)
    page.goto(f"/thu-vien/cam-nang/{book.pk}/")
    with page.expect_navigation():
        page.get_by_role("button", name="Đưa xuống: Một").click()
    assert [row.title for row in handbook_for(editor, book.pk).rows] == ["Hai", "Một", "Ba"]
    rows = page.locator(".cg-chapters > li")
    with page.expect_navigation():
        rows.nth(2).drag_to(rows.nth(0), source_position={"x": 60, "y": 10}, target_position={"x": 60, "y": 4})
    assert [row.title for row in handbook_for(editor, book.pk).rows] == ["Ba", "Hai", "Một"]


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_pages_are_free_of_faults(visit: Visit, editor: Member, book: Handbook, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    visit.log_in_as(editor)
    edition = make.form(name="Giả công an gọi điện, dọa bắt")
    paths = ["/thu-vien/cam-nang/", f"/thu-vien/cam-nang/{book.pk}/", f"/thu-vien/cam-nang/{book.pk}/chon/"]
    paths += [f"/thu-vien/cam-nang/{book.pk}/sua/", f"/thu-vien/trinh-bay/form/{edition.pk}/"]
    for path in paths:
        page.goto(path)
        visit.axe()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"/thu-vien/cam-nang/{book.pk}/")
    page.get_by_role("button", name="Đóng quyển").click()
    page.get_by_text("Đang đóng bản số 1").wait_for()
    build_bind(build_id=book.builds.get().pk)
    page.get_by_text("Dùng được").wait_for()  # the list asks again by itself
    for path in ("/cam-nang/", f"/cam-nang/{book.slug}/", f"/cam-nang/{book.slug}/?che-do=chu"):
        page.goto(path)
        visit.axe()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
