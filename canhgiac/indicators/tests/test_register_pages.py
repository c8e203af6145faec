"""The register's pages: who sees what, masked, found however typed, exported safely, decided from the page."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.indicators.models import Appeal, Decision, Indicator, KnownGood
from canhgiac.indicators.selectors.register import RegisterFilter, RegisterPages, indicators_list
from canhgiac.indicators.services import appeal_make
from canhgiac.kit import clock
from tests.factories import indicators as factory
from tests.factories.agencies import Cast, member, role

State = Indicator.State
CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")


@pytest.fixture
def officer(cast: Cast) -> Member:
    someone = member(full_name="Tiếp Nhận", agency=cast.police)
    role(someone, Role.Kind.TIP_OFFICER, cast.police)
    return someone


def browse(who: Member) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_the_door(cast: Cast, officer: Member) -> None:
    row = factory.indicator()
    pages = [
        reverse("indicator_list"), reverse("indicator_detail", args=[row.pk]), reverse("decision_list"),
        reverse("appeal_list"), reverse("known_good_list"), reverse("indicator_export", args=["csv"]),
    ]  # fmt: skip
    for url in pages:
        assert Client().get(url).status_code == 302
        assert browse(cast.outsider).get(url).status_code == 403
        assert browse(cast.admin).get(url).status_code == 403
        assert browse(cast.auditor).get(url).status_code == 200
        assert browse(officer).get(url).status_code == 200


def test_numbers_are_masked_in_lists_and_each_whole_look_is_counted(cast: Cast, officer: Member) -> None:
    row = factory.indicator(factory.key("phone", "0900 000 777"))
    url = reverse("indicator_detail", args=[row.pk])
    for who in (officer, cast.auditor):
        for page in (reverse("indicator_list"), url):
            text = browse(who).get(page).content.decode()
            assert "000 777" not in text
            assert "900000777" not in text
    shown = browse(officer).post(reverse("value_show", args=[row.pk]))
    assert "0900 000 777" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert AuditEntry.objects.filter(act="indicators.value_shown", actor=officer).count() == 1
    assert browse(cast.auditor).post(reverse("value_show", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(
    "typed", ["0900.000.777", "+84 900 000 777", "84900000777", "0900 000 777", "tel:0900000777", "0900 00"]
)
def test_a_phone_is_found_however_typed(typed: str, officer: Member) -> None:
    row = factory.indicator(factory.key("phone", "0900 000 777"))
    factory.indicator(factory.key("phone", "0911 000 000"))
    assert list(indicators_list(officer, RegisterFilter(q=typed))) == [row]


def test_links_accounts_and_ranges_are_found_by_what_stands_above(officer: Member, cast: Cast) -> None:
    host = factory.indicator(factory.key("link", "trang-xau.test"))
    found = indicators_list(officer, RegisterFilter(q="https://www.trang-xau.test/qua-tang?x=1"))
    assert list(found) == [host]
    assert list(indicators_list(officer, RegisterFilter(q="trang-x"))) == [host]
    account = factory.indicator(factory.key("account", "Vietcombank 9990001112"))
    assert list(indicators_list(officer, RegisterFilter(q="9990001112"))) == [account]
    assert list(indicators_list(officer, RegisterFilter(q="99900"))) == [account]
    assert list(indicators_list(cast.auditor, RegisterFilter(q="99900"))) == []


def test_filters_narrow_and_sorts_order(officer: Member, cast: Cast) -> None:
    old = factory.indicator(at=clock.now() - dt.timedelta(days=50), area_id=cast.commune_area.pk)
    link = factory.indicator(factory.key("link"), sources=("bank", "tip"), tags=1 << 16)
    Indicator.objects.filter(pk=link.pk).update(state=State.REVIEW)

    def found(**given: Any) -> set[int]:
        return set(indicators_list(officer, RegisterFilter(**given)).values_list("pk", flat=True))

    assert found(kind="link") == found(state="2") == found(tag="phishing") == found(source="bank") == {link.pk}
    assert found(days=7) == {link.pk}
    assert found(area=cast.commune_area) == found(area=cast.province_area) == {old.pk}
    assert found(source="list") == found(state="expired") == set()
    assert [row.pk for row in indicators_list(officer, RegisterFilter(), sort="-lan")] == [link.pk, old.pk]
    assert [row.pk for row in indicators_list(officer, RegisterFilter(), sort="gan")] == [old.pk, link.pk]


def test_the_list_asks_the_same_number_of_times_for_one_and_for_many(officer: Member) -> None:
    client = browse(officer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("indicator_list")).status_code == 200
        return len(caught)

    factory.indicator()
    one = queries()
    for _ in range(8):
        factory.indicator(sources=("bank", "tip"))
    assert queries() == one <= 14


def test_a_detail_asks_the_same_number_of_times_for_one_and_for_many(officer: Member, cast: Cast) -> None:
    client, key = browse(officer), factory.key("phone")
    row = factory.indicator(key, agency_id=cast.police.pk, area_id=cast.commune_area.pk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("indicator_detail", args=[row.pk])).status_code == 200
        return len(caught)

    one = queries()
    for agency in (cast.department, cast.commune, cast.province):
        factory.indicator(key, sources=("bank", "telecom"), agency_id=agency.pk, area_id=cast.province_area.pk)
        Decision.objects.create(
            indicator=row, from_state=1, to_state=2, reason="Xem lại.", outcome="done", proposed_by=officer,
            decided_at=clock.now(),
        )  # fmt: skip
    assert queries() == one <= 24


def test_counting_stops_and_says_so(officer: Member) -> None:
    for _ in range(3):
        factory.indicator()
    pages = RegisterPages(indicators_list(officer, RegisterFilter()), 2)
    assert (pages.count, pages.num_pages, pages.is_cut) == (3, 2, False)


def test_a_file_holds_no_formula_and_no_whole_number_for_who_may_not_see_it(cast: Cast, officer: Member) -> None:
    factory.indicator(factory.key("phone", "0900 000 777"))
    Indicator.objects.create(
        kind="social",
        value='telegram:=HYPERLINK("http://x.test")',
        sightings_count=1,
        first_seen=clock.now(),
        last_seen=clock.now(),
    )
    Indicator.objects.create(
        kind="app",
        value="@SUM(1+1)*cmd|' /C calc'!A0",
        sightings_count=1,
        first_seen=clock.now(),
        last_seen=clock.now(),
    )
    text = b"".join(browse(officer).get(reverse("indicator_export", args=["csv"]))).decode("utf-8-sig")
    assert "0900 000 777" in text
    assert "'@SUM" in text
    for cell in (cell for line in text.splitlines() for cell in line.split(",")):
        assert cell.strip('"')[:1] not in {"=", "+", "-", "@"}
    masked = b"".join(browse(cast.auditor).get(reverse("indicator_export", args=["csv"]))).decode()
    assert "000 777" not in masked
    book = b"".join(browse(officer).get(reverse("indicator_export", args=["xlsx"])))
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    kinds = {cell.data_type for row in sheet.rows for cell in row}
    assert "f" not in kinds
    assert AuditEntry.objects.filter(act="indicators.values_exported").count() == 3


def test_an_officer_reports_and_keeps_what_was_typed_when_it_is_wrong(officer: Member, cast: Cast) -> None:
    client, url = browse(officer), reverse("indicator_report")
    assert client.get(url).status_code == 200
    bad = client.post(url, {"kind": "phone", "text": "số của anh A", "source": "officer"})
    assert bad.status_code == 422
    assert "số của anh A" in bad.content.decode()
    good = client.post(
        url, {"kind": "phone", "text": "0900 000 555", "source": "officer", "tags": ["bank", "phishing"]}
    )
    row = Indicator.objects.get()
    assert good["Location"] == reverse("indicator_detail", args=[row.pk])
    assert (row.value, row.tags) == ("+84900000555", 2 | 1 << 16)
    assert (
        browse(cast.auditor).post(url, {"kind": "phone", "text": "0900 000 556", "source": "officer"}).status_code
        == 403
    )


def test_proposed_on_the_page_and_decided_in_the_inbox(officer: Member, cast: Cast) -> None:
    row = factory.indicator()
    ends = (clock.today() + dt.timedelta(days=99)).isoformat()
    client, url = browse(officer), reverse("indicator_propose", args=[row.pk])
    bad = client.post(url, {"version": 1, "to_state": 3, "reason": "abc", "expires_on": ends})
    assert bad.status_code == 422
    assert "abc" in bad.content.decode()
    sent = {"version": 1, "to_state": 3, "reason": "Ba người chuyển tiền vào.", "expires_on": ends, "tags": ["mule"]}
    assert client.post(url, sent).status_code == 302
    decision = Decision.objects.get()
    approver = browse(cast.coordinator)
    assert "Ba người chuyển tiền vào." in approver.get(reverse("decision_list")).content.decode()
    assert "Ba người chuyển tiền vào." not in client.get(reverse("decision_list")).content.decode()
    assert "Ba người chuyển tiền vào." in client.get(f"{reverse('decision_list')}?cua-toi").content.decode()
    approver.post(reverse("indicator_decide", args=[decision.pk]), {"agree": "1", "answer": ""})
    row.refresh_from_db()
    assert row.state == State.CONFIRMED
    approver.post(reverse("decision_undo", args=[decision.pk]))
    row.refresh_from_db()
    assert row.state == State.REPORTED
    again = client.post(url, sent | {"version": row.version})
    assert again.status_code == 302
    client.post(reverse("decision_take_back", args=[Decision.objects.latest("pk").pk]))
    assert Decision.objects.latest("pk").outcome == Decision.Outcome.TAKEN_BACK


def test_many_are_proposed_from_the_list(officer: Member) -> None:
    rows = [factory.indicator() for _ in range(3)]
    sent = {
        "ids": [row.pk for row in rows[:2]],
        "to_state": "2",
        "reason": "Cùng một vụ.",
        "expires_on": clock.today() + dt.timedelta(days=30),
    }
    browse(officer).post(reverse("indicators_propose"), sent)
    assert Indicator.objects.filter(state=State.REVIEW).count() == 2
    browse(officer).post(reverse("indicators_propose"), {"to_state": "2"})
    assert Indicator.objects.filter(state=State.REVIEW).count() == 2


def test_genuine_addresses_are_added_and_dropped_by_the_second_persons_role(officer: Member, cast: Cast) -> None:
    url = reverse("known_good_list")
    sent = {"kind": "phone", "text": "1900 0000", "owner": "Ngân hàng Thử", "source": "Trang của ngân hàng"}
    assert browse(officer).post(url, sent).status_code == 403
    assert browse(cast.coordinator).post(url, sent).status_code == 302
    row = KnownGood.objects.get()
    assert "Ngân hàng Thử" in browse(officer).get(url).content.decode()
    browse(cast.coordinator).post(reverse("known_good_retire", args=[row.pk]))
    row.refresh_from_db()
    assert row.retired_at is not None


def test_a_person_appeals_without_login_and_reads_the_answer_by_code(officer: Member) -> None:
    client, url = Client(enforce_csrf_checks=False), reverse("appeal_make")
    assert client.get(url).status_code == 200
    sent = {"loai": "phone", "gia_tri": "0900 000 321", "ly_do": "Đây là số bán hàng của tôi."}
    bad = client.post(url, sent | {"gia_tri": "abc"})
    assert bad.status_code == 422
    assert "Đây là số bán hàng của tôi." in bad.content.decode()
    brought = client.post(url, {"mo": "1", "loai": "phone", "gia_tri": "0900 000 321"})
    assert 'value="0900 000 321"' in brought.content.decode()
    assert not Appeal.objects.exists()
    made = client.post(url, sent).content.decode()
    found = CODE.search(made)
    assert found is not None
    code = found[0]
    assert len(code.replace(" ", "")) == 16
    followed = client.post(reverse("appeal_follow"), {"code": code}).content.decode()
    assert "Đang chờ xem xét" in followed
    assert client.post(reverse("appeal_follow"), {"code": "1234"}).status_code == 422
    appeal = Appeal.objects.get()
    staff = browse(officer)
    assert "000 321" not in staff.get(reverse("appeal_list")).content.decode()
    staff.post(reverse("appeal_take", args=[appeal.pk]))
    detail = reverse("appeal_detail", args=[appeal.pk])
    assert staff.post(detail, {"clear": "1", "answer": " "}).status_code == 422
    assert staff.post(detail, {"clear": "1", "answer": "Không có trong sổ."}).status_code == 302
    assert "Không có trong sổ." in client.post(reverse("appeal_follow"), {"code": code}).content.decode()


def test_the_public_pages_are_one_and_the_same_whether_listed_or_not(db: None) -> None:
    factory.indicator(factory.key("phone", "0900 000 321"))
    pages = []
    for text in ("0900 000 321", "0900 000 322"):
        sent = {"loai": "phone", "gia_tri": text, "ly_do": "Đây là số bán hàng của tôi."}
        page = Client().post(reverse("appeal_make"), sent).content.decode()
        pages.append(CODE.sub("", page.partition("<main")[2].partition("</main>")[0]))
    assert pages[0] == pages[1]


def test_appeals_ask_the_same_number_of_times_for_one_and_for_many(officer: Member) -> None:
    client = browse(officer)

    def queries(count: int) -> int:
        for number in range(count):
            appeal_make(
                kind="phone", text=f"0900 000 {number:03}", words="Báo nhầm số của tôi.", address=f"192.0.2.{number}"
            )
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("appeal_list")).status_code == 200
        return len(caught)

    assert queries(1) == queries(4)
