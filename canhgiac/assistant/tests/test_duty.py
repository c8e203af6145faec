"""The duty desk: queue, hours, taking, answering, giving back, and what the clock settles."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.assistant.models import DayFigure, DutyHours, DutyTalk, Talk, TalkTurn
from canhgiac.assistant.selectors import desk, duty, hours
from canhgiac.assistant.selectors.canned import canned_find, canned_text
from canhgiac.assistant.selectors.figures import home_page
from canhgiac.assistant.selectors.talks import turns_of
from canhgiac.assistant.services import duty as services
from canhgiac.assistant.services import samples
from canhgiac.assistant.services.dutyhours import HoursData, duty_hours_save, hours_seen
from canhgiac.assistant.services.dutytidy import GONE_AFTER, SILENT_MOST, WAIT_MOST, duty_tidy
from canhgiac.assistant.services.figures import day_figures_count
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.assistant.services.talks import reply_add, talk_of, talk_say, turn_add
from canhgiac.kit import clock
from canhgiac.kit.clock import VIETNAM
from tests.factories import agencies, tips

if TYPE_CHECKING:
    from tests.factories.agencies import Cast

Why, Outcome = DutyTalk.Why, DutyTalk.Outcome
MONDAY = dt.date(2026, 11, 16)
"""A plain week; Tuesday of the next is a public holiday (24 November)."""


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), VIETNAM)


def always() -> None:
    """A desk that is open whenever the tests run, holidays apart."""
    DutyHours.objects.bulk_create(DutyHours(weekday=day, opens=dt.time(), closes=hours.MIDNIGHT) for day in range(7))


def office_hours() -> None:
    DutyHours.objects.bulk_create(DutyHours(weekday=day, opens=dt.time(7, 30), closes=dt.time(17)) for day in range(5))


def talk(key: str, words: str = "Tôi bị gọi dọa bắt", *, now: dt.datetime | None = None) -> Talk:
    """A talk in which the person said something, without asking the assistant."""
    row = talk_of(channel=Talk.Channel.WEB, key=key, now=now)
    turn_add(talk=row, who=TalkTurn.Who.PERSON, words=words, now=now)
    return row


def held(by: Member, key: str = "a") -> DutyTalk:
    return services.duty_take(by=by, duty=services.duty_ask(talk=talk(key), why=Why.ASKED))


def said(row: DutyTalk) -> list[str]:
    return [turn.words for turn in turns_of(row.talk)]


# Hours ---------------------------------------------------------------------------------------------------------------


def test_hours_run_across_midnight_and_stop_on_holidays(cast: Cast) -> None:
    night = HoursData(0, dt.time(22), dt.time(6))
    assert duty_hours_save(by=cast.admin, hours=[night, HoursData(1, dt.time(8), dt.time(17))]) == 3
    tuesday = MONDAY + clock.DAY
    for moment, is_there in (
        (at(MONDAY, 21, 59), False),
        (at(MONDAY, 22), True),
        (at(MONDAY, 23, 59), True),
        (at(tuesday, 5, 59), True),
        (at(tuesday, 6), False),
        (at(tuesday, 8), True),
    ):
        assert hours.is_open(moment) is is_there, moment
    assert hours.closes_at(at(MONDAY, 23)) == at(tuesday, 6)
    assert hours.opened_at(at(tuesday, 1)) == at(MONDAY, 22)
    assert hours.open_time(at(MONDAY, 21), at(tuesday, 9)) == dt.timedelta(hours=9)
    holiday = tuesday + 7 * clock.DAY
    assert not clock.is_working_day(holiday)
    assert not hours.is_open(at(holiday, 9))
    assert hours.closes_at(at(holiday - clock.DAY, 23)) == at(holiday, 0)
    assert hours.next_opening(at(holiday, 1)) == at(MONDAY + 14 * clock.DAY, 22)


def test_a_saturday_worked_in_exchange_has_fridays_hours(db: None) -> None:
    office_hours()
    worked = dt.date(2026, 8, 22)
    assert worked.weekday() == 5
    assert hours.is_open(at(worked, 9))
    assert not hours.is_open(at(worked + 7 * clock.DAY, 9))
    assert hours.next_opening(at(worked, 18)) == at(worked + 2 * clock.DAY, 7, 30)


def test_no_hours_are_never_open(db: None) -> None:
    assert not hours.is_open()
    assert hours.next_opening() is None
    assert hours.open_time(at(MONDAY, 1), at(MONDAY, 5)) == dt.timedelta()


def test_the_week_is_saved_whole_by_its_keepers(cast: Cast) -> None:
    day = HoursData(2, dt.time(8), dt.time(12))
    seen = hours_seen()
    duty_hours_save(by=cast.coordinator, hours=[day], seen=seen)
    with pytest.raises(AssistantRefused, match="vừa sửa"):
        duty_hours_save(by=cast.coordinator, hours=[], seen=seen)
    with pytest.raises(AssistantRefused, match="Thứ Tư"):
        duty_hours_save(by=cast.coordinator, hours=[day, HoursData(2, dt.time(11), dt.time(17))])
    for other in (cast.officer, cast.auditor, tips.officer(cast.police)):
        with pytest.raises(NotAllowed):
            duty_hours_save(by=other, hours=[])
    assert DutyHours.objects.count() == 1
    assert AuditEntry.objects.filter(act="assistant.duty_hours_save").count() == 1


# The queue -----------------------------------------------------------------------------------------------------------


def test_who_lost_money_stands_first_and_asking_twice_is_once(cast: Cast) -> None:
    always()
    first = services.duty_ask(talk=talk("a"), why=Why.ASKED)
    second = services.duty_ask(talk=talk("b"), why=Why.UNKNOWN)
    urgent = services.duty_ask(talk=talk("c"), why=Why.LOSS)
    assert services.duty_ask(talk=first.talk, why=Why.ASKED) == first
    assert [desk.place_in_queue(one) for one in (urgent, first, second)] == [1, 2, 3]
    assert list(duty.waiting()) == [urgent, first, second]
    services.duty_ask(talk=second.talk, why=Why.LOSS)
    second.refresh_from_db()
    assert [desk.place_in_queue(one) for one in (second, urgent, first)] == [1, 2, 3]
    assert "113" in said(urgent)[-1]
    first.talk.refresh_from_db()
    assert first.talk.state == Talk.State.WAITING
    assert services.duty_leave(talk=first.talk)
    assert not services.duty_leave(talk=first.talk)
    first.refresh_from_db()
    assert first.outcome == Outcome.GONE
    assert desk.place_in_queue(first) is None


def test_outside_the_hours_the_opening_and_113_are_told(cast: Cast) -> None:
    office_hours()
    evening = at(MONDAY, 20)
    row = services.duty_ask(talk=talk("a", now=evening), why=Why.ASKED, now=evening)
    standing = desk.standing_of(row.talk, now=evening)
    assert standing is not None
    assert (standing.place, standing.is_open, standing.opens_at) == (1, False, at(MONDAY + clock.DAY, 7, 30))
    words = said(row)[-1]
    assert "07:30 Thứ Ba, 17/11/2026" in words
    assert "113" in words
    assert not Notice.objects.exists()


def test_officers_are_told_once_in_a_while_and_of_a_loss_at_once(cast: Cast) -> None:
    office_hours()
    officer, morning = tips.officer(cast.police), at(MONDAY, 9)
    services.duty_ask(talk=talk("a"), why=Why.ASKED, now=morning)
    services.duty_ask(talk=talk("b"), why=Why.ASKED, now=morning)
    told = Notice.objects.filter(kind="assistant.duty")
    assert {notice.member for notice in told} == {officer, cast.coordinator}
    services.duty_ask(talk=talk("c", "Tôi chuyển 5 triệu rồi"), why=Why.LOSS, now=morning)
    assert told.all().count() == 4
    assert "5 triệu" not in "".join(notice.subject + notice.body for notice in told.all())


def test_those_who_waited_for_the_opening_are_told_of_by_the_clock(cast: Cast) -> None:
    office_hours()
    evening, morning = at(MONDAY, 20), at(MONDAY + clock.DAY, 7, 31)
    services.duty_ask(talk=talk("a", now=evening), why=Why.ASKED, now=evening)
    duty_tidy(now=morning)
    assert Notice.objects.filter(kind="assistant.duty", member=cast.coordinator).count() == 1
    duty_tidy(now=morning)
    Notice.objects.update(created_at=morning)
    duty_tidy(now=morning + dt.timedelta(minutes=20))
    assert Notice.objects.filter(kind="assistant.duty").count() == 1


# Taking and answering ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_has_it_and_the_other_is_told_who() -> None:
    people = agencies.cast()
    officers = [tips.officer(people.police, name=name) for name in ("Cán Bộ Một", "Cán Bộ Hai")]
    row = services.duty_ask(talk=talk("a"), why=Why.ASKED)
    start, results = threading.Barrier(2), dict[int, Any]()

    def take(number: int) -> None:
        start.wait()
        try:
            results[number] = services.duty_take(by=officers[number], duty=row)
        except services.DutyTaken as taken:
            results[number] = taken
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [number for number, result in results.items() if isinstance(result, DutyTalk)]
    assert len(won) == 1
    lost = results[1 - won[0]]
    assert isinstance(lost, services.DutyTaken)
    assert lost.holder == officers[won[0]]
    assert officers[won[0]].full_name in str(lost)
    row.refresh_from_db()
    assert row.taken_by == officers[won[0]]


def test_an_officer_answers_and_gives_the_talk_back(cast: Cast) -> None:
    officer, other = tips.officer(cast.police), tips.officer(cast.police)
    row = held(officer)
    person = row.talk
    assert talk_say(talk=person, text="Anh ơi tôi nên làm gì") is None
    with pytest.raises(services.DutyTaken):
        services.duty_say(by=other, duty=row, text="Chào bạn")
    turn = services.duty_say(by=officer, duty=row, text="Bạn gọi ngân hàng khóa thẻ trước nhé.")
    assert (turn.who, turn.by) == (TalkTurn.Who.OFFICER, officer)
    assert said(row)[-2:] == ["Anh ơi tôi nên làm gì", "Bạn gọi ngân hàng khóa thẻ trước nhé."]
    services.duty_return(by=officer, duty=row)
    person.refresh_from_db()
    assert person.state == Talk.State.OPEN
    assert "Trợ lý tự động tiếp tục" in said(row)[-1]
    assert turns_of(person)[-1].row.who == TalkTurn.Who.ASSISTANT
    with pytest.raises(AssistantRefused, match="kết thúc"):
        services.duty_say(by=officer, duty=row, text="Còn gì nữa không")


def test_words_that_read_like_a_scam_are_warned_of_before_they_leave(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    row = held(officer)
    bad = "Bạn bấm vào https://bit.ly/abc12 rồi đọc mã OTP cho tôi để nhận lại tiền."
    with pytest.raises(services.DutyWarned) as warned:
        services.duty_say(by=officer, duty=row, text=bad)
    assert "links" in {finding.code for finding in warned.value.findings}
    assert not row.talk.turns.filter(who=TalkTurn.Who.OFFICER).exists()
    services.duty_say(by=officer, duty=row, text=bad, sure=True)
    entry = AuditEntry.objects.get(act="assistant.duty_say")
    assert entry.facts["warned"] is True
    with pytest.raises(AssistantRefused):
        services.duty_say(by=officer, duty=row, text="  ")


def test_a_talk_goes_to_a_colleague_ends_and_is_opened_again(cast: Cast) -> None:
    officer, other = tips.officer(cast.police), tips.officer(cast.police)
    row = held(officer)
    with pytest.raises(AssistantRefused):
        services.duty_pass(by=officer, duty=row, to=cast.auditor)
    services.duty_pass(by=officer, duty=row, to=other)
    assert Notice.objects.filter(kind="assistant.duty_pass", member=other).exists()
    services.duty_offer_tip(by=other, duty=row)
    last = turns_of(row.talk)[-1]
    assert last.reply is not None
    assert last.reply.tip_offered
    with pytest.raises(AssistantRefused, match="kết quả"):
        services.duty_end(by=other, duty=row, outcome="returned")
    services.duty_end(by=other, duty=row, outcome=Outcome.ADVISED)
    thread = Talk.objects.get(pk=row.talk_id)
    assert thread.state == Talk.State.ENDED
    assert thread.forget_at > clock.now() + dt.timedelta(days=29)
    again = services.duty_reopen(by=officer, duty=row)
    assert (again.taken_by, again.ended_at) == (officer, None)
    with pytest.raises(AssistantRefused, match="đang có người giữ"):
        services.duty_reopen(by=other, duty=row)
    services.duty_end(by=officer, duty=again, outcome=Outcome.GONE)
    talk("a")
    with pytest.raises(AssistantRefused, match="cuộc trò chuyện khác"):
        services.duty_reopen(by=officer, duty=again)


def test_an_erased_talk_is_told_of_as_erased(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    row = held(officer)
    Talk.objects.all().delete()
    with pytest.raises(AssistantRefused, match="đã xóa"):
        services.duty_say(by=officer, duty=row, text="Chào bạn")


# The clock -----------------------------------------------------------------------------------------------------------


def test_who_was_taken_by_nobody_goes_back_to_the_assistant(cast: Cast) -> None:
    office_hours()
    evening = at(MONDAY, 16, 30)
    row = services.duty_ask(talk=talk("a", now=evening), why=Why.ASKED, now=evening)
    assert duty_tidy(now=at(MONDAY + clock.DAY, 7, 59)) == 0
    assert duty_tidy(now=evening + clock.DAY) == 1
    assert duty_tidy(now=evening + clock.DAY) == 0
    row.refresh_from_db()
    assert (row.outcome, row.taken_by) == (Outcome.RETURNED, None)
    assert "chưa người trực nào vào được" in said(row)[-1]
    assert row.talk.turns.latest("number").talk.state == Talk.State.OPEN
    assert dt.timedelta(minutes=29) < WAIT_MOST


def test_a_silent_officer_loses_the_talk_and_a_silent_person_ends_it(cast: Cast) -> None:
    always()
    officer = tips.officer(cast.police)
    row = held(officer)
    assert talk_say(talk=row.talk, text="Anh còn đó không") is None
    latest = row.talk.turns.latest("number").at
    day = latest.astimezone(VIETNAM).date()
    open_day = all(clock.is_working_day(one) or one.weekday() > 4 for one in (day, day + clock.DAY))
    if open_day:
        assert duty_tidy(now=latest + SILENT_MOST - dt.timedelta(minutes=1)) == 0
    assert duty_tidy(now=latest + 10 * clock.DAY) == 1
    row.refresh_from_db()
    assert (row.taken_by, row.ended_at) == (None, None)
    services.duty_take(by=officer, duty=row)
    turn = services.duty_say(by=officer, duty=row, text="Tôi đây, bạn kể tiếp đi.")
    assert duty_tidy(now=turn.at + GONE_AFTER - dt.timedelta(minutes=1)) == 0
    assert duty_tidy(now=turn.at + GONE_AFTER) == 1
    row.refresh_from_db()
    assert row.outcome == Outcome.GONE
    assert Talk.objects.get(pk=row.talk_id).state == Talk.State.ENDED


# Pages ---------------------------------------------------------------------------------------------------------------


def login(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


PAGES = ("duty_list", "duty_inbox", "duty_list_export", "call_list", "call_export")


def test_each_page_opens_to_its_roles_alone(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    row = services.duty_ask(talk=talk("a", "Số 0900000214 gọi tôi"), why=Why.ASKED)
    detail = reverse("duty_detail", args=[row.pk])
    allowed = {officer: 200, cast.coordinator: 200, cast.auditor: 200, cast.admin: 403, cast.officer: 403}
    for member, status in allowed.items():
        client = login(member)
        for name in PAGES:
            assert client.get(reverse(name)).status_code == status, (name, member)
        works = 200 if member in (officer, cast.coordinator) else 403
        assert client.get(detail).status_code == works
        assert client.post(reverse("duty_take", args=[row.pk])).status_code == (302 if works == 200 else 403)
        assert client.get(reverse("call_log")).status_code == works
        keeps = 200 if member in (cast.coordinator, cast.admin) else 403
        assert client.get(reverse("duty_hours")).status_code == keeps
    assert login(cast.outsider).get(reverse("assistant_home")).status_code == 403
    assert Client().get(detail).status_code == 302


def test_an_auditor_sees_the_list_and_never_a_word(cast: Cast) -> None:
    services.duty_ask(talk=talk("a", "Số 0900000214 bảo tôi chuyển tiền"), why=Why.ASKED)
    shown = login(tips.officer(cast.police)).get(reverse("duty_list")).content.decode()
    assert "bảo tôi chuyển tiền" in shown
    assert "0900000214" not in shown
    assert "bảo tôi chuyển tiền" not in login(cast.auditor).get(reverse("duty_list")).content.decode()


def test_every_opening_of_a_transcript_is_in_the_log(cast: Cast) -> None:
    officer, other = tips.officer(cast.police), tips.officer(cast.police)
    row = held(officer)
    for who in (officer, other):
        assert "Tôi bị gọi dọa bắt" in login(who).get(reverse("duty_detail", args=[row.pk])).content.decode()
    openings = AuditEntry.objects.filter(act="assistant.duty_open")
    assert {entry.actor_id for entry in openings} == {officer.pk, other.pk}
    polled = reverse("duty_turns", args=[row.pk])
    assert "Tôi bị gọi dọa bắt" in login(officer).get(polled).content.decode()
    answer = login(other).get(polled)
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_answer_box_keeps_the_words_warns_and_takes_ready_replies(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    row = held(officer)
    client, url = login(officer), reverse("duty_say", args=[row.pk])
    bad = "Bạn bấm https://bit.ly/abc12 để xem hướng dẫn."
    warned = client.post(url, {"text": bad})
    assert warned.status_code == 422
    assert "bit.ly/abc12" in warned.content.decode()
    seen = warned.context["say"]["seen"].value()
    assert client.post(url, {"text": bad + " Ngay nhé", "seen": seen, "sure": "on"}).status_code == 422
    assert client.post(url, {"text": bad, "seen": seen, "sure": "on"}).status_code == 302
    put = client.post(url, {"text": "Chào bạn.", "chen": "gv-ngan-hang"})
    assert put.context["say"]["text"].value() == "Chào bạn.\n\n" + canned_text("gv-ngan-hang")
    assert row.talk.turns.filter(who=TalkTurn.Who.OFFICER).count() == 1


def test_ready_replies_come_from_what_is_published(db: None) -> None:
    assert [one.kind for one in canned_find("")] == ["Giờ vàng"] * len(canned_find(""))
    found = canned_find("khoa the")
    assert found
    assert "thẻ" in found[0].title.lower()
    assert canned_find("khongcotunaonhuvay") == []


def test_lists_ask_as_much_of_the_database_for_many_as_for_one(cast: Cast, django_assert_max_num_queries: Any) -> None:
    always()
    officer = tips.officer(cast.police)
    client = login(officer)

    def add(key: str) -> None:
        services.duty_ask(talk=talk(f"w{key}"), why=Why.ASKED)
        row = held(officer, f"e{key}")
        services.duty_end(by=officer, duty=row, outcome=Outcome.ADVISED)
        held(officer, f"h{key}")

    add("1")
    client.get(reverse("duty_list"))
    with django_assert_max_num_queries(40) as one:
        client.get(reverse("duty_list"))
    add("2")
    add("3")
    with django_assert_max_num_queries(len(one)):
        page = client.get(reverse("duty_list"))
    assert all(reverse("duty_detail", args=[row.duty.pk]) in page.content.decode() for row in page.context["rows"])
    assert len(page.context["rows"]) == len(page.context["inbox"].held) == 3
    narrowed = client.get(reverse("duty_list"), {"outcome": "tip"})
    assert len(narrowed.context["rows"]) == 0
    for sort in ("hoi", "-cho", "xong", "-ket-qua"):
        assert client.get(reverse("duty_list"), {"sort": sort}).status_code == 200


def test_acts_on_a_page_say_what_happened(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    client = login(officer)
    row = services.duty_ask(talk=talk("a"), why=Why.ASKED)
    for name, data, state in (
        ("duty_take", {}, Talk.State.HELD),
        ("duty_offer_tip", {}, Talk.State.HELD),
        ("duty_pass", {"to": ""}, Talk.State.HELD),
        ("duty_end", {"outcome": "advised"}, Talk.State.ENDED),
        ("duty_reopen", {}, Talk.State.HELD),
    ):
        assert client.post(reverse(name, args=[row.pk]), data).status_code == 302
        assert Talk.objects.get(pk=row.talk_id).state == state, name
    again = DutyTalk.objects.get(ended_at=None)
    client.post(reverse("duty_return", args=[again.pk]))
    assert Talk.objects.get(pk=row.talk_id).state == Talk.State.OPEN
    assert client.get(reverse("duty_canned", args=[row.pk]), {"q": "113"}).status_code == 200


def test_the_hours_page_keeps_what_was_typed(cast: Cast) -> None:
    client = login(cast.coordinator)
    page = client.get(reverse("duty_hours"))
    good = {"seen": page.context["form"]["seen"].value(), "opens_0_0": "22:00", "closes_0_0": "06:00"}
    half = client.post(reverse("duty_hours"), good | {"opens_3_1": "08:00"})
    assert half.status_code == 422
    assert half.context["form"]["opens_0_0"].value() == "22:00"
    assert client.post(reverse("duty_hours"), good).status_code == 302
    assert DutyHours.objects.count() == 2
    shown = client.get(reverse("duty_hours")).context["form"]
    assert shown["closes_0_0"].value() == dt.time()
    assert client.post(reverse("duty_hours"), good).status_code == 422


def test_the_home_counts_talks_that_are_forgotten_by_now(cast: Cast) -> None:
    reply = desk.desk_says("Chào bạn.")
    for key in ("a", "b"):
        reply_add(talk=talk(key), reply=reply)
    Talk.objects.filter(channel="web").first().turns.filter(who="person").update(act="check")  # type: ignore[union-attr]
    assert day_figures_count() == 2
    Talk.objects.all().delete()
    day_figures_count()
    page = home_page(cast.auditor)
    assert (page.talks, page.handed, page.wait_minutes) == (2, 0, None)
    assert DayFigure.objects.get(what="acts").number == 1
    assert login(cast.auditor).get(reverse("assistant_home")).status_code == 200


def test_the_sample_desk_is_loaded_once(cast: Cast) -> None:
    for email in (samples.OFFICER, samples.SECOND, samples.COORDINATOR):
        member = agencies.member(email=email, agency=cast.police)
        agencies.role(member, Role.Kind.COORDINATOR, cast.province)
    assert samples.sample_assistant_load() == 17
    assert samples.sample_assistant_load() is None
    page = login(cast.coordinator).get(reverse("duty_list"))
    assert [row.duty.why for row in page.context["inbox"].waiting] == [Why.LOSS, Why.UNKNOWN, Why.ASKED]
    assert {row.outcome for row in page.context["page"]} == {Outcome.ADVISED, Outcome.RETURNED}
    assert home_page(cast.coordinator).talks > 300


def test_an_answer_that_the_platform_takes_no_more_is_refused(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    row = services.duty_take(by=officer, duty=services.duty_ask(talk=talk("a"), why=Why.ASKED))
    Talk.objects.filter(pk=row.talk_id).update(
        channel=Talk.Channel.MESSENGER, said_at=clock.now() - dt.timedelta(hours=25)
    )
    with pytest.raises(AssistantRefused, match="Messenger không nhận tin nữa"):
        services.duty_say(by=officer, duty=row, text="Chào bạn")
    Talk.objects.filter(pk=row.talk_id).update(said_at=clock.now())
    assert services.duty_say(by=officer, duty=row, text="Chào bạn").number > 1
