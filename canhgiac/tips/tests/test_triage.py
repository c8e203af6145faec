"""What an officer does with a tip, who may, and how two who act at once are told apart."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from canhgiac.agencies.models import Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.indicators.models import Indicator
from canhgiac.kit import clock
from canhgiac.tips.models import Observation, Tip
from canhgiac.tips.selectors.deadlines import due_of, is_golden, is_late, latest_of
from canhgiac.tips.services import triage
from canhgiac.tips.services.errors import TipRefused, TipStale
from canhgiac.tips.services.following import follow
from tests.factories import agencies
from tests.factories import tips as make
from tests.factories.agencies import Cast
from tests.factories.tips import Vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast: Cast) -> Vault:
    return make.vault_made(cast)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


def test_the_laws_clock() -> None:
    assert due_of(moment("2026-11-02 23:30")) == dt.date(2026, 11, 23)  # the 20th day is a Sunday
    assert due_of(moment("2026-11-03 09:00")) == dt.date(2026, 11, 23)
    assert due_of(moment("2026-11-04 09:00")) == dt.date(2026, 11, 25)  # 24/11 is a public holiday
    assert latest_of(moment("2026-11-05 09:00")) == dt.date(2027, 1, 5)
    assert latest_of(moment("2026-12-31 09:00")) == dt.date(2027, 3, 1)  # 28 February 2027 is a Sunday
    now = timezone.now()
    assert is_golden(Tip(sent_money_at=now - dt.timedelta(hours=23)), now)
    assert not is_golden(Tip(sent_money_at=now - dt.timedelta(hours=25)), now)
    assert not is_golden(Tip(sent_money_at=now, state=Tip.State.HANDED), now)
    assert is_late(Tip(due_on=dt.date(2026, 1, 1)), dt.date(2026, 1, 2))
    assert not is_late(Tip(due_on=dt.date(2026, 1, 1), state=Tip.State.CLOSED), dt.date(2026, 1, 2))


def test_taking_and_giving_on(cast: Cast, held: Vault) -> None:
    tip = make.tip()
    taken = triage.tip_take(by=held.officer, tip=tip, version=tip.version)
    assert (taken.state, taken.assigned_to, taken.assigned_agency) == (Tip.State.TRIAGE, held.officer, cast.police)
    with pytest.raises(TipStale, match="Người khác"):
        triage.tip_take(by=held.officer, tip=tip, version=tip.version)
    colleague = make.officer(cast.police)
    given = triage.tip_assign(by=held.officer, tip=tip, to=colleague, version=taken.version)
    assert given.assigned_to == colleague
    notice = Notice.objects.get(member=colleague)
    assert str(tip) in notice.subject
    assert "0900" not in notice.body
    with pytest.raises(TipRefused, match="Chọn người"):
        triage.tip_assign(by=held.officer, tip=tip)
    with pytest.raises(TipRefused, match="không phải cán bộ"):
        triage.tip_assign(by=held.officer, tip=tip, to=cast.coordinator)
    with pytest.raises(TipRefused, match="cơ quan công an"):
        triage.tip_assign(by=held.officer, tip=tip, agency=cast.department)


@pytest.mark.parametrize("who", ["coordinator", "officer", "commune_officer", "auditor", "admin", "outsider"])
def test_who_may_not(cast: Cast, held: Vault, who: str) -> None:
    tip = make.tip()
    member = cast.everyone[who]
    for act in (triage.tip_take, triage.tip_spam, triage.tip_reopen):
        with pytest.raises(NotAllowed):
            act(by=member, tip=tip)
    with pytest.raises(NotAllowed):
        triage.tip_answer(by=member, tip=tip, unlocked=held.unlocked, outcome="handled", text="Xong.")


def test_an_officer_of_a_commune_works_on_its_tips_alone(cast: Cast, held: Vault) -> None:
    local = agencies.member(agency=cast.commune)
    agencies.role(local, Role.Kind.TIP_OFFICER, cast.commune)
    here, elsewhere = make.tip(area=cast.commune_area), make.tip()
    triage.tip_take(by=local, tip=here)
    with pytest.raises(NotAllowed):
        triage.tip_take(by=local, tip=elsewhere)
    triage.tip_assign(by=held.officer, tip=elsewhere, to=local)
    triage.tip_extend(by=local, tip=elsewhere, until=clock.today() + dt.timedelta(days=40), reason="Chờ ngân hàng")


def test_many_at_once(cast: Cast, held: Vault) -> None:
    first, second, closed = (
        make.tip(),
        make.tip(story="Một chuyện khác hẳn, kể riêng."),
        make.tip(story="Chuyện thứ ba"),
    )
    triage.tip_spam(by=held.officer, tip=closed)
    done = triage.tips_assign(
        by=held.officer,
        tips=[first, second, closed],
        versions={first.pk: first.version, second.pk: 99},
        to=held.officer,
    )
    assert done.done == 1
    assert len(done.refused) == 2
    first.refresh_from_db()
    assert first.assigned_to == held.officer


def test_asking_and_answering_reach_the_sender(held: Vault) -> None:
    receipt = make.received()
    tip = receipt.tip
    with pytest.raises(TipRefused, match="Mở niêm phong"):
        triage.tip_ask(by=held.officer, tip=tip, unlocked=None, text="Chụp giúp biên lai.")
    with pytest.raises(TipRefused, match="Viết lời"):
        triage.tip_ask(by=held.officer, tip=tip, unlocked=held.unlocked, text=" ")
    asked = triage.tip_ask(by=held.officer, tip=tip, unlocked=held.unlocked, text="Chụp giúp biên lai.")
    assert (asked.state, asked.waits_for_us, asked.assigned_to) == (Tip.State.ASKED, False, held.officer)
    with pytest.raises(TipRefused, match="Chọn kết quả"):
        triage.tip_answer(by=held.officer, tip=tip, unlocked=held.unlocked, outcome="spam", text="x")
    done = triage.tip_answer(by=held.officer, tip=tip, unlocked=held.unlocked, outcome="handled", text="Đã chặn.")
    assert (done.state, done.outcome) == (Tip.State.CLOSED, "handled")
    assert done.erase_on is not None
    seen = follow(code=receipt.code, address="1.2.3.4")
    assert [one.text for one in seen.messages] == ["Chụp giúp biên lai.", "Đã chặn."]
    assert "kết thúc" in seen.steps[-1].text
    with pytest.raises(TipRefused, match="đã kết thúc"):
        triage.tip_answer(by=held.officer, tip=tip, unlocked=held.unlocked, outcome="handled", text="Đã chặn.")
    back = triage.tip_reopen(by=held.officer, tip=tip)
    assert (back.state, back.outcome, back.erase_on, back.closed_at) == (Tip.State.TRIAGE, "", None, None)


def test_the_day_is_put_off_two_months_at_most(held: Vault) -> None:
    tip = make.tip()
    assert tip.due_on is not None
    for until, reason, words in (
        (tip.due_on + dt.timedelta(days=9), " ", "lý do"),
        (tip.due_on, "Phức tạp", "phải sau hạn"),
        (latest_of(tip.received_at) + clock.DAY, "Phức tạp", "2 tháng"),
    ):
        with pytest.raises(TipRefused, match=words):
            triage.tip_extend(by=held.officer, tip=tip, until=until, reason=reason)
    row = triage.tip_extend(by=held.officer, tip=tip, until=latest_of(tip.received_at), reason="Nhiều bị hại")
    assert row.extended_reason == "Nhiều bị hại"


def test_spam_counts_no_more_and_can_be_taken_back(cast: Cast, held: Vault) -> None:
    tip = make.tip(keys=(("phone", "0900 000 777"),))
    indicator = Indicator.objects.get(value="+84900000777")
    assert indicator.sightings_count == 1
    row = triage.tip_spam(by=held.officer, tip=tip)
    indicator.refresh_from_db()
    assert (row.state, indicator.sightings_count) == (Tip.State.SPAM, 0)
    assert not Observation.objects.filter(origin=f"tips.tip:{tip.pk}").exists()
    with pytest.raises(TipRefused):
        triage.tip_spam(by=held.officer, tip=tip)
    with pytest.raises(TipRefused, match="Mở lại"):
        triage.tip_take(by=held.officer, tip=tip)
    assert triage.tip_reopen(by=held.officer, tip=tip).state == Tip.State.TRIAGE
    with pytest.raises(TipRefused, match="đang được xử lý"):
        triage.tip_reopen(by=held.officer, tip=tip)


def test_what_the_officer_read_moves_the_tip_to_its_queue(cast: Cast, held: Vault) -> None:
    tip = make.tip()
    row = triage.tip_classify(
        by=held.officer, tip=tip, form=None, area=cast.commune_area, loss=Tip.Loss.UNDER_50M, version=tip.version
    )
    assert (row.area, row.loss) == (cast.commune_area, Tip.Loss.UNDER_50M)
    assert Observation.objects.get(origin=f"tips.tip:{tip.pk}").area == cast.commune_area
