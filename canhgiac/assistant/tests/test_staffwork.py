"""A member asks about their own work: only what their roles see; an activity told in words, never a number unsaid."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canhgiac.activities.models import Activity
from canhgiac.agencies.models import Area, Member
from canhgiac.assistant.selectors.activitytold import activity_told
from canhgiac.assistant.selectors.answering import reply_to
from canhgiac.assistant.selectors.replies import Reply
from canhgiac.assistant.selectors.staffwork import staff_reply
from canhgiac.engines.dialogue import Memory, Slots, Understood
from canhgiac.kit import clock
from tests.factories import agencies, plans, reporting
from tests.factories.agencies import Cast

MONDAY = dt.date(2026, 11, 23)
SAID = "hôm nay xã tổ chức tuyên truyền 120 người ở nhà văn hóa thôn 3"


def told(words: str, member: Member, *, work: str = "activity", memory: Memory | None = None) -> Reply:
    understood = Understood("staff", Slots(work=work), 0.9, words)
    return staff_reply(understood, member=member, words=words, memory=memory)


def address(reply: Reply) -> dict[str, list[str]]:
    [choice] = reply.choices
    return parse_qs(urlsplit(choice.url).query)


# What a sentence says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kind", "on", "place", "counts"),
    [
        (SAID, "conference", "2026-11-23", "nhà văn hóa thôn 3", {"people": "120"}),
        ("hom qua phat 1.500 to roi tai cho Doi May", "leaflet", "2026-11-22", "cho Doi May", {"copies": "1500"}),
        ("ngày 20/11 tập huấn cho 35 cán bộ ở UBND xã", "training", "2026-11-20", "UBND xã", {"people": "35"}),
        ("ngay 5 thang 10 nam 2026 hop thon, 60 ho dan", "conference", "2026-10-05", "", {"households": "60"}),
        ("sáng nay phát loa 15 phút 3 lần", "loudspeaker", "2026-11-23", "", {"minutes": "15", "times": "3"}),
        ("tuyên truyền 1250 lượt người, trong đó 300 học sinh", "conference", "", "", {"people": "1250"}),
        ("đăng 2 bài facebook, 1500 lượt xem", "social", "", "", {"times": "2", "views": "1500"}),
        ("chiều qua đến từng nhà ở tổ 5 khoảng 40 hộ", "door_to_door", "2026-11-22", "tổ 5", {"households": "40"}),
        ("hội nghị ở thôn 12, xã có mời 5 lớp", "conference", "", "thôn 12", {}),
        ("tổ chức tuyên truyền cho hai trăm người", "conference", "", "", {}),
    ],
)
def test_what_was_said_and_nothing_more(said: str, kind: str, on: str, place: str, counts: dict[str, str]) -> None:
    found = activity_told(said, today=MONDAY)
    assert (found.kind, found.on.isoformat() if found.on else "", found.place) == (kind, on, place)
    assert {one[0]: one[1] for one in found.counts} == counts


def test_two_numbers_of_one_kind_are_asked_back_and_days_to_come_are_none() -> None:
    found = activity_told("hôm qua có 80 học sinh và 40 phụ huynh", today=MONDAY)
    assert (found.counts, found.unclear, found.audiences) == ((), "people", ("pupils",))
    assert activity_told("ngày 30/12 họp thôn", today=MONDAY).is_future
    assert activity_told("ngày 20/12 họp thôn", today=dt.date(2027, 1, 5)).on == dt.date(2026, 12, 20)
    assert activity_told("ngày 31/2 họp", today=MONDAY).on is None
    assert not activity_told("luật phạt tội lừa đảo thế nào?", today=MONDAY, waits_for="place")
    assert activity_told("120", today=MONDAY, waits_for="people").counts == (("people", "120"),)
    assert not activity_told("120", today=MONDAY).counts


# The talk -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_activity_opens_in_its_form_with_what_was_said(client: Client, cast: Cast) -> None:
    hamlet = agencies.area(name="Thôn 3", level=Area.Level.GROUP, parent=cast.commune_area)
    reply = told(SAID, cast.commune_officer)
    assert "120 lượt người" in reply.text
    assert "chưa lưu" in reply.text
    assert not reply.ask
    facts = address(reply)
    today = clock.today().isoformat()
    assert (facts["on"], facts["people"], facts["place"], facts["area"]) == (
        [today], ["120"], ["nhà văn hóa thôn 3"], [str(hamlet.pk)]
    )  # fmt: skip
    client.force_login(cast.commune_officer)
    page = client.get(reply.choices[0].url).content.decode()
    assert 'value="120"' in page
    assert 'value="nhà văn hóa thôn 3"' in page
    assert f'value="{today}"' in page
    assert not Activity.objects.exists()


@pytest.mark.django_db
def test_nonsense_in_the_address_opens_the_form_with_the_rest(client: Client, cast: Cast) -> None:
    client.force_login(cast.commune_officer)
    bad = "?kind=x&on=2999-01-01&people=-3&area=99999999&agency=1e9&audiences=x&place=%00ch%E1%BB%A3"
    page = client.get(f"/hoat-dong/ghi/{bad}")
    assert page.status_code == 200
    assert 'value="-3"' not in page.content.decode()
    other = client.get(f"/hoat-dong/ghi/?agency={cast.police.pk}").content.decode()
    assert f'value="{cast.police.pk}" selected' not in other


@pytest.mark.django_db
def test_one_question_at_a_time_until_it_is_whole(cast: Cast) -> None:
    who = cast.commune_officer
    reply = told("ghi hoạt động: phát tờ rơi", who)
    talk = [reply.ask]
    for words in ("hôm qua", "chợ Đồi Mây", "500 tờ"):
        assert reply.memory.asked
        reply = told(words, who, work="tasks", memory=reply.memory)
        talk.append(reply.ask)
    assert talk[:3] == ["Làm ngày nào?", "Làm ở đâu?", talk[2]]
    assert "Chưa đếm thì trả lời" in talk[2]
    assert talk[3] == ""
    facts = address(reply)
    assert (facts["kind"], facts["copies"], facts["place"]) == (["leaflet"], ["500"], ["chợ Đồi Mây"])
    assert "people" not in facts


@pytest.mark.django_db
def test_a_number_nobody_counted_stays_empty_and_it_can_be_dropped(cast: Cast) -> None:
    who = cast.commune_officer
    waiting = told("hôm nay họp thôn ở nhà văn hóa", who)
    assert waiting.ask.startswith("Bao nhiêu người")
    reply = told("chưa đếm", who, memory=waiting.memory)
    assert not reply.ask
    assert "people" not in address(reply)
    dropped = told("thôi", who, work="tasks", memory=waiting.memory)
    assert dropped.says == ("Đã bỏ, chưa ghi gì.",)
    assert not dropped.memory.asked
    changed = told("việc của tôi", who, work="tasks", memory=waiting.memory)
    assert "việc" in changed.says[0]
    two = told("hôm qua họp thôn ở trường có 80 học sinh và 40 phụ huynh", who)
    assert two.ask == "Có nhiều số. Tổng cộng bao nhiêu lượt người?"
    assert address(told("120", who, work="tasks", memory=two.memory))["people"] == ["120"]


@pytest.mark.django_db
def test_tasks_late_first_and_only_ones_own(cast: Cast) -> None:
    today = clock.today()
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    late, soon, far = (plans.task(plan, text=f"Việc số {number}") for number in (1, 2, 3))
    other = plans.task(plan, text="Việc của công an")
    plans.assignment(far, cast.department, due=today + dt.timedelta(days=60))
    plans.assignment(soon, cast.department, due=today + dt.timedelta(days=2))
    plans.assignment(late, cast.department, due=today - dt.timedelta(days=3))
    plans.assignment(other, cast.police, due=today)
    reply = told("việc của tôi", cast.officer, work="tasks")
    assert reply.says[0] == "Bạn có 3 việc đang mở. Quá hạn: 1. Đến hạn trong 7 ngày: 1."
    assert [line.split(";")[0].partition(" ")[2] for line in reply.says[1:]] == ["Việc số 1", "Việc số 2", "Việc số 3"]
    assert "Quá hạn 3 ngày" in reply.says[1]
    assert "công an" not in reply.text
    assert told("việc của tôi", cast.outsider, work="tasks").says == ("Bạn không có việc nào đang mở.",)
    with CaptureQueriesContext(connection) as queries:
        told("việc của tôi", cast.officer, work="tasks")
    for number in range(9):
        plans.assignment(plans.task(plan, text=f"Thêm {number}"), cast.department, due=today)
    with CaptureQueriesContext(connection) as more:
        reply = told("việc của tôi", cast.officer, work="tasks")
    assert len(more) == len(queries) <= 10
    assert "Còn 7 việc nữa" in reply.says[-1]


@pytest.mark.django_db
def test_reports_due_and_their_state(cast: Cast) -> None:
    reporting.report_round(
        by=cast.coordinator, agencies=[cast.department], agency=cast.province, due=clock.today() - dt.timedelta(days=2)
    )
    reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.police], agency=cast.province)
    reply = told("báo cáo nào đến hạn", cast.officer, work="reports")
    assert reply.says[0] == "Bạn còn 2 báo cáo phải gửi. Quá hạn: 1."
    assert len(reply.says) == 3
    assert reply.choices[0].url.startswith("/bao-cao/nop/")
    nobody = told("báo cáo nào đến hạn", cast.commune_officer, work="reports")
    assert nobody.says == ("Bạn không còn báo cáo nào phải gửi.",)


@pytest.mark.django_db
def test_who_may_not_record_and_who_is_not_logged_in_hear_so(cast: Cast) -> None:
    assert "không ghi hoạt động" in told(SAID, cast.auditor).text
    assert "đăng nhập" in reply_to(["việc của tôi hôm nay là gì, báo cáo nào đến hạn"]).text.lower()


@pytest.mark.django_db
def test_in_the_talk_itself_a_bare_answer_goes_on_and_a_question_does_not(cast: Cast) -> None:
    who = cast.commune_officer
    first = reply_to(["ghi hoạt động giúp tôi: hôm nay họp thôn ở nhà văn hóa"], member=who)
    assert (first.act, bool(first.ask)) == ("staff", True)
    second = reply_to(["45 người"], memory=first.memory, member=who)
    assert second.act == "staff"
    assert address(second)["people"] == ["45"]
    aside = reply_to(["luật phạt tội lừa đảo bao nhiêu năm tù?"], memory=first.memory, member=who)
    assert aside.act == "law"
