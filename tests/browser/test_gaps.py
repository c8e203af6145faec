"""Editors before what the library does not answer; a person before the promise to hear later."""

from __future__ import annotations

import pytest
from django.urls import reverse

from canhgiac.agencies.models import Role
from canhgiac.assistant.models import KnowledgeGap, Watch
from canhgiac.assistant.selectors.watches import watch_offer
from canhgiac.assistant.services.gaps import gap_note, gaps_group
from canhgiac.assistant.services.watches import watch_code
from canhgiac.assistant.tests.test_watches import answered
from canhgiac.assistant.views.persons import COOKIE
from canhgiac.outreach.models import Way
from tests.browser.checks import PHONE, Visit
from tests.factories import agencies, library, outreach
from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def asked() -> None:
    """What three people asked in vain, gathered."""
    gap_note(words="thẻ căn cước điện tử giả thì nhận ra thế nào ạ", why="no_source", act="protect")
    gap_note(words="the can cuoc dien tu gia nhan ra the nao", why="unhelpful", act="protect", sources=["X001"])
    gap_note(words="số 0900000214 bảo đóng thuế nhận quà của siêu thị", why="unhelpful", act="check")
    gaps_group()


def test_a_gap_is_taken_and_filled(visit: Visit, cast: Cast) -> None:
    form = library.form(name="Giả thẻ căn cước điện tử").form
    editor = agencies.member(agency=cast.police, full_name="Biên Tập Thử")
    agencies.role(editor, Role.Kind.EDITOR, cast.police)
    asked()
    gap = KnowledgeGap.objects.get(asked=2)
    visit.log_in_as(editor)
    visit.is_sound(reverse("gap_list"), "gap-list")
    visit.is_sound(reverse("gap_detail", args=[gap.pk]), "gap-detail")
    page = visit.page
    page.get_by_role("button", name="Nhận viết").click()
    page.get_by_label("Mã nội dung đã đăng").fill(form.code)
    page.get_by_role("button", name="Ghi là đã bổ sung").click()
    page.get_by_text("Đã bổ sung bằng").wait_for()
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_role("button", name="Ghi là đã bổ sung").wait_for()
    assert page.get_by_text("Đang viết").first.is_visible()


def test_a_promise_is_made_confirmed_and_ended(visit: Visit, cast: Cast) -> None:
    outreach.provider(Way.SMS)
    outreach.provider(Way.EMAIL)
    key = "k" * 43
    offer = watch_offer(answered(key=key))
    assert offer is not None
    visit.context.add_cookies([{"name": COOKIE, "value": key, "url": f"{visit.base}/hoi/"}])
    try:
        visit.page.set_viewport_size({"width": PHONE, "height": 800})
        path = f"{reverse('watch_make')}?ve={offer.ticket}"
        visit.is_sound(path, "watch-form")
        page = visit.page
        visit.is_sound(reverse("talk_page"), "talk-offer")
        page.get_by_role("link", name="Báo cho tôi khi có kết luận").click()
        page.get_by_label("Tin nhắn SMS").check()
        page.get_by_label("Địa chỉ thư hoặc số điện thoại").fill("0900 000 777")
        page.get_by_label("Tôi đã đọc và đồng ý").check()
        page.get_by_role("button", name="Hẹn báo lại").click()
        code = page.get_by_label("Mã 4 số trong tin nhắn")
        code.wait_for()
        code.fill(watch_code(Watch.objects.get()))
        page.get_by_role("button", name="Xác nhận").click()
        page.get_by_text("Chúng tôi đang giữ gì").wait_for()
        visit.is_sound(page.url, "watch-page")
        page.get_by_role("button", name="Dừng và xóa").click()
        page.get_by_role("heading", name="Đã dừng và xóa").wait_for()
        assert not Watch.objects.exists()
    finally:
        outreach.deliveries_empty()
