"""States by people: four eyes into and out of "confirmed", reason and end, undoing, running out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.indicators.models import Decision, Indicator
from canhgiac.indicators.services import (
    IndicatorRefused,
    decision_take_back,
    decision_undo,
    indicator_decide,
    indicator_propose,
    indicator_report,
    indicators_expire,
    indicators_propose,
    known_good_add,
    known_good_load,
    known_good_retire,
    value_show,
)
from canhgiac.kit import clock
from tests.factories import indicators as factory
from tests.factories.agencies import Cast, member, role

State = Indicator.State


@pytest.fixture
def officer(cast: Cast) -> Member:
    someone = member(full_name="Tiếp Nhận", agency=cast.police)
    role(someone, Role.Kind.TIP_OFFICER, cast.police)
    return someone


@pytest.fixture
def approver(cast: Cast) -> Member:
    someone = member(full_name="Phê Duyệt", agency=cast.police)
    role(someone, Role.Kind.APPROVER, cast.province)
    return someone


def propose(by: Member, row: Indicator, to_state: int = State.CONFIRMED, **given: Any) -> Decision:
    row.refresh_from_db()
    facts: dict[str, Any] = {
        "reason": "Ba nạn nhân chuyển tiền vào đây.",
        "tags": 2,
        "expires_on": clock.today() + dt.timedelta(days=200),
        "version": row.version,
    } | given
    return indicator_propose(by=by, indicator=row, to_state=to_state, **facts)


@pytest.mark.parametrize("kind", ["account", "phone", "link", "app", "social", "wallet"])
def test_every_kind_is_confirmed_by_a_second_person_only(kind: str, officer: Member, approver: Member) -> None:
    row = factory.indicator(factory.key(kind))
    decision = propose(officer, row)
    row.refresh_from_db()
    assert (decision.outcome, row.state) == (Decision.Outcome.OPEN, State.REPORTED)
    before = row.changed_at
    indicator_decide(by=approver, decision=decision, agree=True, answer="")
    row.refresh_from_db()
    assert (row.state, row.tags, row.expires_on) == (State.CONFIRMED, 2, decision.expires_on)
    assert row.changed_at > before
    assert AuditEntry.objects.filter(act="indicators.indicator_decide", actor=approver).count() == 1


def test_nobody_agrees_with_oneself(approver: Member) -> None:
    decision = propose(approver, factory.indicator())
    with pytest.raises(NotAllowed, match="người thứ hai"):
        indicator_decide(by=approver, decision=decision, agree=True, answer="")


def test_only_who_may_proposes_and_decides(cast: Cast, officer: Member) -> None:
    row = factory.indicator()
    for someone in (cast.auditor, cast.admin, cast.officer, cast.outsider, cast.commune_officer):
        with pytest.raises(NotAllowed):
            propose(someone, row)
    decision = propose(officer, row)
    for someone in (officer, cast.auditor, cast.admin, cast.officer):
        with pytest.raises(NotAllowed):
            indicator_decide(by=someone, decision=decision, agree=True, answer="")


def test_a_refusal_needs_words_and_changes_nothing(officer: Member, approver: Member) -> None:
    row = factory.indicator()
    decision = propose(officer, row)
    with pytest.raises(IndicatorRefused, match="lý do"):
        indicator_decide(by=approver, decision=decision, agree=False, answer=" ")
    indicator_decide(by=approver, decision=decision, agree=False, answer="Mới có một nguồn.")
    row.refresh_from_db()
    assert row.state == State.REPORTED
    with pytest.raises(IndicatorRefused, match="đã được xử lý"):
        indicator_decide(by=approver, decision=decision, agree=True, answer="")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "  "}, "lý do"),
        ({"reason": "d" * 1001}, "1000"),
        ({"expires_on": None}, "hết hạn"),
        ({"expires_on": clock.today()}, "ngày mai"),
        ({"expires_on": clock.today() + dt.timedelta(days=800)}, "hai năm"),
        ({"version": 7}, "vừa có thay đổi"),
    ],
)
def test_a_decision_needs_reason_end_and_a_fresh_look(officer: Member, given: dict[str, Any], words: str) -> None:
    with pytest.raises(IndicatorRefused, match=words):
        propose(officer, factory.indicator(), **given)


def test_under_review_and_clearing_a_report_need_one_person(officer: Member) -> None:
    row = factory.indicator()
    assert propose(officer, row, State.REVIEW).outcome == Decision.Outcome.DONE
    assert propose(officer, row, State.CLEARED, expires_on=None).outcome == Decision.Outcome.DONE
    row.refresh_from_db()
    assert (row.state, row.expires_on) == (State.CLEARED, None)


def test_what_two_confirmed_one_does_not_clear(officer: Member, approver: Member) -> None:
    row = factory.indicator(state=State.CONFIRMED, by=officer, second=approver)
    decision = propose(officer, row, State.CLEARED, expires_on=None)
    row.refresh_from_db()
    assert (row.state, decision.outcome) == (State.CONFIRMED, Decision.Outcome.OPEN)
    with pytest.raises(IndicatorRefused, match="chờ người thứ hai"):
        propose(officer, row, State.REVIEW)
    decision_take_back(by=officer, decision=decision)
    assert propose(officer, row, State.REVIEW).outcome == Decision.Outcome.OPEN


def test_who_decided_undoes_it_within_a_day(officer: Member, approver: Member) -> None:
    row = factory.indicator(tags=1)
    ends = Indicator.objects.get().expires_on
    decision = indicator_decide(by=approver, decision=propose(officer, row), agree=True, answer="")
    with pytest.raises(NotAllowed):
        decision_undo(by=member(), decision=decision)
    decision_undo(by=approver, decision=decision)
    row.refresh_from_db()
    assert (row.state, row.tags, row.expires_on) == (State.REPORTED, 1, ends)
    with pytest.raises(IndicatorRefused):
        decision_undo(by=approver, decision=decision)


def test_an_old_one_or_one_followed_by_another_is_not_undone(officer: Member) -> None:
    row = factory.indicator()
    first = propose(officer, row, State.REVIEW)
    propose(officer, row, State.CLEARED, expires_on=None)
    with pytest.raises(IndicatorRefused, match="quyết định khác"):
        decision_undo(by=officer, decision=first)
    last = row.decisions.latest("pk")
    Decision.objects.filter(pk=last.pk).update(decided_at=clock.now() - dt.timedelta(days=2))
    with pytest.raises(IndicatorRefused, match="một ngày"):
        decision_undo(by=officer, decision=last)


def test_many_at_once_pass_over_what_cannot_be(officer: Member) -> None:
    rows = [factory.indicator() for _ in range(4)]
    propose(officer, rows[0])
    Indicator.objects.filter(pk=rows[1].pk).update(state=State.REVIEW)
    ends = clock.today() + dt.timedelta(days=90)
    given: dict[str, Any] = {"to_state": State.REVIEW, "reason": "Xem cùng một vụ.", "expires_on": ends}
    done = indicators_propose(by=officer, indicators=[row.pk for row in rows], **given)
    assert done == (2, 2)
    assert Indicator.objects.filter(state=State.REVIEW).count() == 3
    given["to_state"] = State.CONFIRMED
    assert indicators_propose(by=officer, indicators=[row.pk for row in rows], **given) == (3, 1)
    assert Decision.objects.filter(outcome="open").count() == 4
    with pytest.raises(IndicatorRefused, match="200"):
        indicators_propose(by=officer, indicators=range(1, 300), **given)


def test_what_ran_out_is_told_no_more_and_a_confirmed_one_steps_back(officer: Member, approver: Member) -> None:
    yesterday = clock.today() - dt.timedelta(days=1)
    plain, confirmed = factory.indicator(), factory.indicator(state=State.CONFIRMED, by=officer, second=approver)
    old = clock.now() - dt.timedelta(days=3)
    Indicator.objects.update(expires_on=yesterday, changed_at=old)
    assert indicators_expire() == 2
    plain.refresh_from_db()
    confirmed.refresh_from_db()
    assert confirmed.state == State.REPORTED
    assert min(plain.changed_at, confirmed.changed_at) > old
    assert confirmed.decisions.latest("pk").proposed_by is None
    assert indicators_expire() == 0


def test_expiry_takes_the_same_few_statements_for_many(officer: Member) -> None:
    def statements(count: int) -> int:
        for _ in range(count):
            factory.indicator()
        day = clock.today() - dt.timedelta(days=1)
        Indicator.objects.update(expires_on=day, changed_at=clock.now() - dt.timedelta(days=3))
        with CaptureQueriesContext(connection) as caught:
            indicators_expire()
        return len(caught)

    assert statements(1) == statements(9)


def test_a_whole_value_is_for_few_and_each_look_is_in_the_log(cast: Cast, officer: Member) -> None:
    phone, link = factory.indicator(), factory.indicator(factory.key("link"))
    assert value_show(by=officer, indicator=phone).value == phone.value
    value_show(by=officer, indicator=link)
    assert AuditEntry.objects.filter(act="indicators.value_shown").count() == 1
    with pytest.raises(NotAllowed):
        value_show(by=cast.auditor, indicator=phone)


def test_an_officer_reports_however_typed_and_genuine_is_refused(officer: Member, approver: Member) -> None:
    first = indicator_report(by=officer, kind="phone", text="0900.000.123")
    again = indicator_report(by=officer, kind="phone", text="+84 900 000 123")
    assert first.pk == again.pk
    assert again.sightings_count == 2
    known_good_load()
    with pytest.raises(IndicatorRefused, match="chính thức"):
        indicator_report(by=officer, kind="link", text="https://www.vietcombank.com.vn/khuyen-mai")
    with pytest.raises(IndicatorRefused) as bad:
        indicator_report(by=officer, kind="phone", text="không phải số")
    assert bad.value.field == "text"
    like = indicator_report(by=officer, kind="link", text="vietcombank-the-thuong.test")
    assert "Giống tên chính thức" in _words(like.tags)


def _words(mask: int) -> list[str]:
    from canhgiac.indicators.selectors.tags import tag_words

    return tag_words(mask)


def test_genuine_addresses_clear_reports_but_not_what_two_confirmed(officer: Member, approver: Member) -> None:
    row = factory.indicator(factory.key("phone", "1900 0000"))
    with pytest.raises(NotAllowed):
        known_good_add(by=officer, kind="phone", text="1900 0000", owner="Ngân hàng Thử", source="Trang của ngân hàng")
    known = known_good_add(by=approver, kind="phone", text="19000000", owner="Ngân hàng Thử", source="Trang ngân hàng")
    row.refresh_from_db()
    assert row.state == State.CLEARED
    known_good_retire(by=approver, known=known)
    known.refresh_from_db()
    assert known.retired_at is not None
    bad = factory.indicator(state=State.CONFIRMED, by=officer, second=approver)
    with pytest.raises(IndicatorRefused, match="hai người"):
        known_good_add(by=approver, kind="phone", text=bad.value, owner="Ai đó", source="Không rõ")
    assert known_good_load() > 100
    assert known_good_load() == 0
