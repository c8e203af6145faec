"""A contest from its draft to its result with two people on phones; a live event with a big screen and phones."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from canhgiac.agencies.models import Member, Role
from canhgiac.kit import clock
from canhgiac.training.models import Contest, Contestant, LiveAnswer, LiveEvent, Paper, Round, RoundEntry
from canhgiac.training.services.live import player_join
from canhgiac.training.services.rounds import rounds_count
from tests.browser.checks import PHONE, Visit
from tests.factories import agencies, contests, papers
from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BIG = 1920


@pytest.fixture
def staff(transactional_db: None) -> tuple[Cast, Member]:
    made = agencies.cast()
    trainer = agencies.member(full_name="Cô Giáo", agency=made.department)
    agencies.role(trainer, Role.Kind.TRAINER, made.department)
    return made, trainer


def phone(browser: Any, base: str) -> Visit:
    made = Visit(browser, base)
    made.page.set_viewport_size({"width": PHONE, "height": 740})
    return made


def when(moment: dt.datetime) -> str:
    return moment.astimezone(clock.VIETNAM).strftime("%Y-%m-%dT%H:%M")


def drafted(visit: Visit, paper: Paper) -> Contest:
    """The trainer writes the draft and its round."""
    page, now = visit.page, clock.now()
    page.goto("/tap-huan/cuoc-thi/moi/")
    page.get_by_label("Tên cuộc thi").fill("Tìm hiểu lừa đảo qua mạng")
    page.locator("[name=joins_from]").fill(when(now - dt.timedelta(hours=1)))
    page.locator("[name=joins_until]").fill(when(now + dt.timedelta(days=3)))
    page.locator("[name=ends_on]").fill((now + dt.timedelta(days=5)).strftime("%Y-%m-%d"))
    page.get_by_label("Tổng thời gian làm bài ít hơn").check()
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url("**/tap-huan/cuoc-thi/*/")
    page.get_by_label("Tên vòng").fill("Vòng 1")
    page.locator("[name=paper]").select_option(str(paper.pk))
    page.locator("[name=opens_at]").fill(when(now - dt.timedelta(minutes=5)))
    page.locator("[name=closes_at]").fill(when(now + dt.timedelta(hours=1)))
    page.get_by_role("button", name="Thêm vòng").click()
    page.get_by_role("cell", name="Vòng 1").wait_for()
    return Contest.objects.get()


def taken_part(visit: Visit, contest: Contest, name: str, choice: str) -> None:
    """Somebody joins on a phone and answers the one question."""
    page = visit.page
    page.goto(f"/cuoc-thi/{contest.slug}/")
    page.get_by_role("link", name="Đăng ký dự thi").click()
    page.get_by_label("Họ và tên").fill(f"Nguyễn {name}")
    page.get_by_label("Tên hiện trên bảng").fill(name)
    page.get_by_role("button", name="Đăng ký").click()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.locator("[data-player][data-ready]").wait_for()
    page.get_by_label(choice).first.check()
    page.locator("form button.btn-primary").first.click()
    page.locator('[data-unsent="0"]').wait_for()


def test_a_contest_from_draft_to_result(visit: Visit, browser: Any, staff: tuple[Cast, Member]) -> None:
    cast, trainer = staff
    visit.log_in_as(trainer)
    contest = drafted(visit, contests.exam("single"))
    visit.axe()
    visit.log_in_as(cast.coordinator)
    visit.page.goto(f"/tap-huan/cuoc-thi/{contest.pk}/")
    visit.page.get_by_role("button", name="Mở cuộc thi").click()
    visit.page.get_by_text("Đã mở cuộc thi").wait_for()
    contest.refresh_from_db()
    people = [phone(browser, visit.base) for _ in range(2)]
    try:
        taken_part(people[0], contest, "Lan 8A", "Tắt máy")
        taken_part(people[1], contest, "Minh 8B", "Chuyển tiền")
        people[0].page.goto(f"/cuoc-thi/{contest.slug}/toi/{Contestant.objects.earliest('pk').learner.token}/")
        people[0].axe()
        people[0].shot("contest-own-360", width=PHONE)
    finally:
        _closed(people)
    assert RoundEntry.objects.count() == 2
    over = clock.now() - dt.timedelta(seconds=30)
    Round.objects.update(closes_at=over)
    for entry in RoundEntry.objects.select_related("sitting"):
        entry.sitting.due_at = over
        entry.sitting.save(update_fields=["due_at"])
    assert rounds_count() == 1
    visit.is_sound(f"/tap-huan/cuoc-thi/{contest.pk}/", "contest-detail")
    for button in ("Đóng cuộc thi", "Công bố kết quả"):
        visit.page.get_by_role("button", name=button).click()
        visit.page.wait_for_load_state()
    visit.page.locator("[data-confirm-yes]").click()
    visit.page.wait_for_selector("text=Đã công bố")
    contest.refresh_from_db()
    assert contest.state == "announced"
    visit.is_sound(f"/cuoc-thi/{contest.slug}/", "contest-public")
    rows = visit.page.locator("#bang tbody tr").all_inner_texts()
    assert [row.split("\t")[1] for row in rows] == ["Lan 8A", "Minh 8B"]


def in_room(visit: Visit, event: LiveEvent, name: str) -> None:
    """A phone with a name in the waiting room."""
    visit.page.goto(f"/cuoc-thi/phong/{event.pin}/")
    visit.page.get_by_label("Tên hiện trên màn hình").fill(name)
    visit.page.get_by_role("button", name="Vào phòng").click()
    visit.page.get_by_role("heading", name="Bạn đã vào phòng").wait_for()


def _asking_held(screen: Any) -> list[Any]:
    """A slow line: the screen's own question is on its way and no answer comes; what is held."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    screen.route("**/man-hinh/?phan=1**", hold)
    with screen.expect_request("**/man-hinh/?phan=1**"):
        pass
    return held


def _asking_freed(screen: Any, held: list[Any]) -> None:
    for question in held:
        question.continue_()
    screen.unroute("**/man-hinh/?phan=1**")


def _answered_offline(one: Visit) -> None:
    """The line is lost at the tap; the phone says so and sends again by itself."""
    answer = one.page.get_by_role("button", name="Chuyển tiền")
    answer.wait_for()
    one.context.set_offline(True)
    one.expect_console("ERR_INTERNET_DISCONNECTED")
    answer.click()
    one.page.get_by_text("Mất kết nối").wait_for()
    one.context.set_offline(False)
    one.page.get_by_role("heading", name="Đã nhận câu trả lời").wait_for()


def _closed(people: list[Visit]) -> None:
    for one in people:
        one.close()


def test_a_live_event_on_a_big_screen_and_phones(visit: Visit, browser: Any, staff: tuple[Cast, Member]) -> None:
    _cast, trainer = staff
    paper = papers.paper(
        papers.question("single"), papers.question("verdict"), title="Đề hội thi", shuffle_questions=False
    )
    visit.log_in_as(trainer)
    visit.is_sound("/tap-huan/thi-tai-cho/moi/", "live-form")
    screen = visit.page
    screen.get_by_label("Tên buổi thi").fill("Hội thi Chậm một phút")
    screen.locator("[name=paper]").select_option(str(paper.pk))
    screen.locator("[name=seconds]").fill("120")  # however slow the machine, nobody is late
    screen.get_by_role("button", name="Lập và mở").click()
    screen.wait_for_url("**/man-hinh/")
    event = LiveEvent.objects.get()
    for number in range(8):
        player_join(event=event, key=f"k{number}", name=f"Bạn {number + 1}")
    people = [phone(browser, visit.base) for _ in range(2)]
    try:
        for one, name in zip(people, ("Lan", "Minh"), strict=True):
            in_room(one, event, name)
        screen.get_by_text("Minh", exact=True).wait_for()
        screen.set_viewport_size({"width": BIG, "height": 1080})
        visit.axe()
        visit.shot("live-lobby-1920")
        screen.get_by_text("hoặc bấm phím cách").wait_for()
        asked = _asking_held(screen)
        screen.keyboard.press("Space")
        screen.locator("#phan[data-state=asking]").wait_for()
        _asking_freed(screen, asked)
        first = people[0].page.get_by_role("button", name="Tắt máy")
        first.wait_for()
        visit.shot("live-asking-1920")
        people[0].axe()
        people[0].shot("live-phone-360", width=PHONE)
        first.dblclick()
        people[0].page.get_by_role("heading", name="Đã nhận câu trả lời").wait_for()
        _answered_offline(people[1])
        assert LiveAnswer.objects.count() == 2
        screen.keyboard.press("Space")
        people[0].page.get_by_role("heading", name="Bạn trả lời đúng").wait_for()
        people[1].page.get_by_role("heading", name="Câu này chưa đúng").wait_for()
        people[0].page.reload()
        people[0].page.get_by_role("heading", name="Bạn trả lời đúng").wait_for()
        people[0].axe()
        people[0].shot("live-phone-right-360", width=PHONE)
        screen.get_by_role("cell", name="1", exact=True).first.wait_for()
        visit.axe()
        visit.shot("live-shown-1920")
        visit.shot("live-shown-1280", width=1280)
        screen.once("dialog", lambda dialog: dialog.accept())
        screen.get_by_role("button", name="Kết thúc buổi thi").click()
        screen.get_by_role("link", name="Xem cả bảng").wait_for()
    finally:
        _closed(people)
