"""Machines that open links are told from people; what is kept of a request says nothing of who made it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from canhgiac.outreach.models import Attempt
from canhgiac.training.models import DrillTarget, DrillTrace, QuestionEdition
from canhgiac.training.services.drilltraces import (
    Visit,
    lesson_begin,
    lessons_settle,
    machine_rule,
    marks_forget,
    seen_note,
    traces_forget,
    traces_tidy,
    understood_note,
    visit_note,
)
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import sitting_end
from tests.factories import drills as made
from tests.factories import papers
from tests.factories.agencies import Cast

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"
LATER = made.MORNING + dt.timedelta(minutes=10)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("visit", "since", "others", "rule"),
    [
        (Visit("GET", PHONE, "prefetch"), MINUTE, 0, ("prefetch", "prefetch")),
        (Visit("GET", PHONE, "prefetch;prerender"), MINUTE, 0, ("prefetch", "prefetch")),
        (Visit("GET", PHONE, "preview"), MINUTE, 0, ("prefetch", "prefetch")),
        (Visit("HEAD", PHONE), MINUTE, 0, ("scanner", "head")),
        (Visit("GET", ""), MINUTE, 0, ("scanner", "agent")),
        (Visit("GET", "Mozilla/5.0 (compatible; bingbot/2.0)"), MINUTE, 0, ("scanner", "agent")),
        (Visit("GET", "Mozilla/5.0 SafeLinks"), MINUTE, 0, ("scanner", "agent")),
        (Visit("GET", "python-requests/2.32"), MINUTE, 0, ("scanner", "agent")),
        (Visit("GET", "facebookexternalhit/1.1"), MINUTE, 0, ("scanner", "agent")),
        (Visit("GET", DESK, fetch_dest="image"), MINUTE, 0, ("prefetch", "not-a-page")),
        (Visit("GET", DESK), dt.timedelta(seconds=4), 0, ("scanner", "soon")),
        (Visit("GET", DESK), None, 0, ("scanner", "soon")),
        (Visit("GET", DESK), MINUTE, 1, ("scanner", "several")),
        (Visit("GET", DESK, fetch_dest="document"), MINUTE, 0, ("scanner", "no-beacon")),
        (Visit("GET", PHONE), MINUTE, 0, ("scanner", "no-beacon")),
    ],
)
def test_each_rule(visit: Visit, since: dt.timedelta | None, others: int, rule: tuple[str, str]) -> None:
    assert machine_rule(visit, since_sent=since, others=others) == rule


@pytest.fixture
def targets(cast: Cast) -> list[DrillTarget]:
    made.people(cast.department, 3)
    return made.delivered(made.running(cast))


def clicked(target: DrillTarget) -> bool:
    target.refresh_from_db()
    return target.clicked_at is not None


@pytest.mark.django_db
def test_a_request_alone_is_nobodys_click_until_the_page_was_seen(targets: list[DrillTarget]) -> None:
    one = targets[0]
    visit_note(target=one, visit=Visit("GET", PHONE), now=LATER)
    assert not clicked(one)
    assert not seen_note(target=one, now=LATER + dt.timedelta(milliseconds=300))
    assert seen_note(target=one, now=LATER + dt.timedelta(seconds=3))
    assert clicked(one)
    assert one.clicked_at == LATER
    trace = one.traces.get()
    assert (trace.maker, trace.why, trace.agent_mark) == ("person", "beacon", None)
    assert not seen_note(target=one, now=LATER + dt.timedelta(seconds=9))


@pytest.mark.django_db
def test_a_scanner_that_runs_scripts_is_still_a_scanner(targets: list[DrillTarget]) -> None:
    one = targets[0]
    soon = made.MORNING + dt.timedelta(seconds=2)
    visit_note(target=one, visit=Visit("GET", DESK), now=soon)
    assert not seen_note(target=one, now=soon + dt.timedelta(seconds=3))
    assert not clicked(one)
    assert one.traces.get().why == "soon"


@pytest.mark.django_db
def test_one_agent_that_opens_several_peoples_links_at_once_is_a_machine(targets: list[DrillTarget]) -> None:
    first, second, third = targets
    visit_note(target=first, visit=Visit("GET", DESK), now=LATER)
    visit_note(target=second, visit=Visit("GET", DESK), now=LATER + dt.timedelta(milliseconds=200))
    visit_note(target=third, visit=Visit("GET", PHONE), now=LATER + dt.timedelta(milliseconds=300))
    whys = list(DrillTrace.objects.order_by("pk").values_list("why", flat=True))
    assert whys == ["several", "several", "no-beacon"]
    for one in targets:
        seen_note(target=one, now=LATER + dt.timedelta(seconds=3))
    assert [clicked(one) for one in targets] == [False, False, True]
    visit_note(target=first, visit=Visit("GET", DESK), now=LATER + MINUTE)
    assert seen_note(target=first, now=LATER + MINUTE * 2)


@pytest.mark.django_db
def test_who_presses_is_a_person_whatever_the_rules_said(targets: list[DrillTarget]) -> None:
    one, two = targets[:2]
    visit_note(target=one, visit=Visit("GET", DESK), now=made.MORNING + dt.timedelta(seconds=1))
    understood_note(target=one, now=LATER)
    understood_note(target=two, now=LATER)
    assert clicked(one)
    assert clicked(two)
    assert one.traces.get().why == "button"


@pytest.mark.django_db
def test_what_is_kept_is_no_address_no_agent_and_the_mark_goes(targets: list[DrillTarget]) -> None:
    visit_note(target=targets[0], visit=Visit("GET", PHONE), now=LATER)
    fields = {field.name for field in DrillTrace._meta.fields}
    assert fields == {"id", "target", "at", "maker", "why", "agent_mark"}
    assert len(bytes(targets[0].traces.get().agent_mark or b"")) == 8
    assert marks_forget(now=LATER + MINUTE) == 0
    assert marks_forget(now=LATER + MINUTE * 3) == 1
    assert DrillTrace.objects.get().agent_mark is None
    assert traces_forget(now=LATER + dt.timedelta(days=399)) == 0
    assert traces_forget(now=LATER + dt.timedelta(days=401)) == 1
    traces_tidy()


@pytest.mark.django_db
def test_a_link_opened_before_the_journal_says_sent_is_a_checkers(targets: list[DrillTarget]) -> None:
    one = targets[0]
    assert one.delivery is not None
    DrillTarget.objects.filter(pk=one.pk).update(sent_at=None)
    one.refresh_from_db()
    assert visit_note(target=one, visit=Visit("GET", DESK), now=LATER).why == "soon"
    Attempt.objects.create(
        delivery_id=one.delivery, tries=1, lane_id=1, chunk_id=1, provider_id=1, digest=b"x" * 16, outcome="taken",
        is_last=True, ref="", code="", at=made.MORNING, arrival="", arrival_code="",
    )  # fmt: skip
    assert visit_note(target=one, visit=Visit("GET", DESK), now=LATER + MINUTE).why == "no-beacon"


@pytest.mark.django_db
def test_the_real_requests_of_a_browser_and_of_a_prefetch(targets: list[DrillTarget], client: Client) -> None:
    url = f"/dien-tap/{targets[0].token}/"
    client.head(url, HTTP_USER_AGENT=DESK)
    for name in ("HTTP_PURPOSE", "HTTP_SEC_PURPOSE", "HTTP_X_MOZ"):
        heads: dict[str, Any] = {"HTTP_USER_AGENT": DESK, name: "prefetch"}
        client.get(url, **heads)
    client.get(url, HTTP_USER_AGENT="curl/8.5")
    client.get(f"{url}xem-lai/", HTTP_USER_AGENT=DESK)
    found = list(targets[0].traces.order_by("pk").values_list("maker", "why"))
    assert found == [("scanner", "head"), *[("prefetch", "prefetch")] * 3, ("scanner", "agent")]


@pytest.mark.django_db
def test_three_questions_follow_and_none_is_answered_in_words(targets: list[DrillTarget]) -> None:
    with pytest.raises(TrainingRefused, match="chưa có câu hỏi"):
        lesson_begin(target=targets[0])
    for kind in ("single", "verdict", "short", "true_false", "short"):
        papers.question(kind)
    sitting = lesson_begin(target=targets[0])
    assert len(sitting.items) == 3
    assert lesson_begin(target=targets[0]) == sitting
    other = lesson_begin(target=targets[1])
    assert (other.paper_id, other.learner_id == sitting.learner_id) == (sitting.paper_id, False)
    asked = QuestionEdition.objects.filter(pk__in=[one["edition"] for one in sitting.items])
    assert sorted(asked.values_list("kind", flat=True)) == ["single", "true_false", "verdict"]
    understood_note(target=targets[0])
    DrillTarget.objects.update(sent_at=sitting.begun_at)
    sitting_end(sitting=sitting)
    assert lessons_settle() == 1
    targets[0].refresh_from_db()
    assert targets[0].lesson_done_at is not None
