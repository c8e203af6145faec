"""Steps of the report's journey: the people on it, and what they did, recorded on phones and accepted."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.browser.checks import DESK, PHONE, Visit
from tests.browser.journeys import member
from tests.factories.activities import photo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page
    from pytest_django.live_server_helper import LiveServer

    from canhgiac.agencies.models import Agency, Member

OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
SCHOOLS, SCIENCE, POLICE = "Sở Giáo dục và Đào tạo", "Sở Khoa học và Công nghệ", "Công an tỉnh Vĩnh An"
SON_THUY, KIM_GIANG, AN_PHU = "UBND xã Sơn Thủy", "UBND xã Kim Giang", "UBND phường An Phú"
LONG_KHE, UNION = "UBND xã Long Khê", "Liên minh Hợp tác xã tỉnh"
REPORTERS = (SCHOOLS, SCIENCE, SON_THUY, AN_PHU, LONG_KHE, UNION, KIM_GIANG)
"""Schools override, the science office is late, Sơn Thủy is sent back, the union files empty, Kim Giang never files."""
TALKS = ("Trường THPT Đông Lâm", "Trường THPT Cẩm Giang", "Trường THPT Long Khê")


@dataclass(frozen=True)
class Times:
    """The days of the journey: a year of which the first half is over, whatever today is."""

    today: dt.date

    @property
    def year(self) -> int:
        """The year reported on."""
        return self.today.year if self.today > dt.date(self.today.year, 6, 30) else self.today.year - 1

    @property
    def half(self) -> tuple[dt.date, dt.date]:
        """The window of the half-year's report."""
        return dt.date(self.year - 1, 12, 11), dt.date(self.year, 6, 10)

    @property
    def whole(self) -> tuple[dt.date, dt.date]:
        """The window of the year's report, as far as it has gone."""
        return self.half[0], min(dt.date(self.year, 12, 10), self.today)

    def early(self, number: int) -> dt.date:
        """A day of the first period."""
        return dt.date(self.year, 3, 2) + dt.timedelta(days=5 * number)

    def later(self, number: int) -> dt.date:
        """A day of the second period."""
        return dt.date(self.year, 6, 12) + dt.timedelta(days=2 * number)


@dataclass(frozen=True)
class Stage:
    """What the journey goes on with."""

    visit: Visit
    browser: Browser
    server: LiveServer
    times: Times

    @contextmanager
    def phone(self, email: str) -> Iterator[Visit]:
        """A member with a phone in hand."""
        visit = Visit(self.browser, self.server.url)
        visit.page.set_viewport_size({"width": PHONE, "height": 740})
        visit.expect_console(*OFFLINE)
        visit.log_in_as(member(email))
        yield visit
        visit.close()


def agency(name: str) -> Agency:
    from canhgiac.agencies.models import Agency

    return Agency.objects.get(name=name)


def officer_of(name: str) -> Member:
    """The agency's officer; those without one in the sample get one."""
    from canhgiac.agencies.models import Member, Role
    from tests.factories import agencies

    where = agency(name)
    found = Member.objects.filter(roles__agency=where, roles__kind=Role.Kind.OFFICER).first()
    if found is None:
        found = agencies.member(full_name=f"Cán bộ {name}", agency=where)
        agencies.role(found, Role.Kind.OFFICER, where)
    return found


def until(page: Page, what: Callable[[], object], seconds: float = 60) -> None:
    """Waits while the browser goes on."""
    for _step in range(int(seconds * 10)):
        if what():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within {seconds} s")


# What was done ------------------------------------------------------------------------------------------------------


def fill_in(
    page: Page,
    kind: str,
    on: dt.date,
    counts: Mapping[str, int],
    *,
    seed: int = 0,
    title: str = "",
    doer: str = "",
) -> None:
    """Fills the form of an activity in as a thumb does; ``seed`` adds a photo."""
    choice = page.locator(f'.cg-kind:has(input[value="{kind}"])')
    if not choice.is_visible():
        page.locator("details[data-other-kinds] > summary").click()
    choice.click()
    page.fill("#id_on", on.isoformat())
    if doer:
        page.select_option("#id_agency", str(agency(doer).pk))
    for name, number in counts.items():
        page.fill(f"#id_{name}", str(number))
    if title:
        page.locator("details[data-more] > summary").click()
        page.fill("#id_title", title)
    if seed:
        shot: FilePayload = {"name": f"anh-{seed}.jpg", "mimeType": "image/jpeg", "buffer": photo(seed)}
        page.locator("input[data-shots][multiple]").set_input_files(shot)
        page.wait_for_selector(".cg-shots li")


def opened(page: Page) -> None:
    """The form, kept for times without a network."""
    page.goto("/hoat-dong/ghi/")
    page.wait_for_selector("html[data-kept=yes]")


def send(page: Page) -> None:
    page.click(".cg-rec-acts .btn-primary")


def sent(page: Page) -> None:
    """Sends and waits until the server has it with its photo."""
    send(page)
    page.wait_for_selector("[data-sent-link]:not([hidden])")
    until(page, lambda: page.evaluate("cgQueue.all().then(items => items.length)") == 0)


def first_period(stage: Stage) -> None:
    """Sơn Thủy without a network, two schools by their department's officer."""
    from canhgiac.activities.models import Activity

    times = stage.times
    with stage.phone(officer_of(SON_THUY).email) as phone:
        page = phone.page
        opened(page)
        phone.context.set_offline(True)
        page.wait_for_selector("[data-net]:not([hidden])")
        told = "Hội nghị nói chuyện với người cao tuổi về lừa đảo qua điện thoại"
        fill_in(page, "conference", times.early(1), {"people": 85}, seed=1, title=told)
        send(page)
        page.wait_for_selector(".cg-queue-row")
        page.click("[data-again]")
        fill_in(page, "leaflet", times.early(2), {"copies": 1200}, seed=2)
        page.fill("#id_title", "Phát tờ rơi tại chợ Sơn Thủy")
        send(page)
        until(page, lambda: page.locator(".cg-queue-row").count() == 2)
        phone.shot("journey-offline-360")
        assert not Activity.objects.exists()
        phone.context.set_offline(False)
        until(page, lambda: Activity.objects.filter(origin="offline").count() == 2)
        until(page, lambda: page.evaluate("cgQueue.all().then(items => items.length)") == 0)
    with stage.phone(officer_of(SCHOOLS).email) as phone:
        for number, school in enumerate(TALKS[:2]):
            opened(phone.page)
            counts = {"people": 310 + number}
            fill_in(phone.page, "school_lesson", times.early(3 + number), counts, seed=3 + number, doer=school)
            if not number:
                phone.shot("journey-record-360")
            sent(phone.page)
    assert Activity.objects.count() == 4


def second_period(stage: Stage) -> None:
    """A third school, and a conference in Sơn Thủy; what the other agencies did in both periods."""
    from canhgiac.activities.models import Activity, Kind
    from canhgiac.activities.services.evidence import evidence_add
    from tests.factories import activities

    times = stage.times
    with stage.phone(officer_of(SCHOOLS).email) as phone:
        opened(phone.page)
        fill_in(phone.page, "school_lesson", times.later(1), {"people": 420}, seed=11, doer=TALKS[2])
        sent(phone.page)
    with stage.phone(officer_of(SON_THUY).email) as phone:
        opened(phone.page)
        fill_in(phone.page, "conference", times.later(2), {"people": 140}, seed=12)
        sent(phone.page)
    # The others' phones do the same; recorded by the service to keep the journey short.
    did: list[tuple[str, Kind, dict[str, Any]]] = [
        (AN_PHU, Kind.LEAFLET, {"copies": 2400}),
        (LONG_KHE, Kind.CONFERENCE, {"people": 64}),
        (SCIENCE, Kind.CONFERENCE, {"people": 45}),
    ]
    seeds = itertools.count(101)
    for number, (name, kind, counts) in enumerate(did):
        for day in (times.early(number), times.later(number)):
            by = officer_of(name)
            row = activities.activity(by=by, kind=kind, on=day, **counts)
            evidence_add(by=by, activity=row, data=photo(next(seeds)), file_name="anh.jpg")
    assert Activity.objects.count() == 12


def review(visit: Visit) -> None:
    """The coordinator looks at what came in: the first by its button, the others ticked in the list."""
    from canhgiac.activities.models import Activity

    page = visit.page
    page.goto("/hoat-dong/xem-xet/")
    visit.shot("journey-review", width=DESK)
    page.locator("[data-one] [data-accept]").first.click()
    page.get_by_text("Đã công nhận 1 hoạt động.").wait_for()
    page.goto("/hoat-dong/?trang_thai=submitted")
    page.locator("[data-tick-all=activities]").check()
    page.get_by_role("button", name="Công nhận").click()
    until(page, lambda: not Activity.objects.exclude(state="accepted").exists())
