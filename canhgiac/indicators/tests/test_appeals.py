"""Appeals: a receipt by code, the same answer either way, a clock, a third pair of eyes, everywhere at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from canhgiac.agencies.models import Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.lookup.buckets import digest_of, prefix_of, read_bucket
from canhgiac.engines.lookup.index import Index
from canhgiac.engines.lookup.keys import Key, Kind
from canhgiac.indicators.models import Appeal, IndexRelease, Indicator
from canhgiac.indicators.selectors.lookup import lookup
from canhgiac.indicators.services import (
    IndicatorRefused,
    appeal_decide,
    appeal_follow,
    appeal_make,
    appeal_take,
    appeals_remind,
    index_build,
    index_change,
)
from canhgiac.indicators.services.appeals import contact_of
from canhgiac.indicators.services.index import index_path
from canhgiac.kit import clock
from tests.factories import indicators as factory
from tests.factories.agencies import Cast, member, role

State = Indicator.State
WHY = "Đây là số bán hàng của tôi, có người báo nhầm."


@pytest.fixture
def officers(cast: Cast) -> list[Member]:
    people = [member(full_name=f"Tiếp Nhận {number}", agency=cast.police) for number in range(3)]
    for one in people:
        role(one, Role.Kind.TIP_OFFICER, cast.police)
    return people


def make(text: str = "0900 000 321", **given: Any) -> Any:
    facts = {"kind": "phone", "text": text, "words": WHY, "address": "192.0.2.7"} | given
    return appeal_make(**facts)


def test_the_answer_is_the_same_whether_listed_or_not(officers: list[Member]) -> None:
    listed = factory.indicator(factory.key("phone", "0900 000 321"))
    first, second = make("0900 000 321"), make("0900 000 999")
    assert first.appeal.indicator == listed
    assert second.appeal.indicator is None
    told = [appeal_follow(code=made.code, address="192.0.2.8") for made in (first, second)]
    assert {(one.state, one.label, one.answer) for one in told} == {("open", "Đang chờ xem xét", "")}
    assert (told[0].due_at - told[0].at).days == 7


def test_the_code_is_not_kept_and_guessing_is_slowed(officers: list[Member]) -> None:
    made = make(contact="thu@nguoidan.example")
    row = Appeal.objects.get()
    assert len(made.code) == 16
    assert made.code not in str(Appeal.objects.values().get())
    assert b"nguoidan" not in bytes(row.contact_sealed or b"")
    assert contact_of(by=officers[0], appeal=row) == "thu@nguoidan.example"
    words = set()
    for number in range(22):
        with pytest.raises(IndicatorRefused) as refused:
            appeal_follow(code=f"{number:016}", address="192.0.2.9")
        words.add(str(refused.value)[:20])
    assert len(words) == 2
    with pytest.raises(IndicatorRefused, match="Thử quá nhiều"):
        appeal_follow(code=made.code, address="192.0.2.9")
    assert appeal_follow(code=" ".join([made.code[:4], made.code[4:]]), address="192.0.2.10").state == "open"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"text": "abc"}, "text"), ({"words": "nhầm"}, "words"), ({"words": "n" * 3001}, "words")],
)
def test_bad_input_is_told_at_its_field(given: dict[str, str], field: str, db: None) -> None:
    with pytest.raises(IndicatorRefused) as refused:
        make(**given)
    assert refused.value.field == field


def test_an_address_makes_few_in_an_hour(officers: list[Member]) -> None:
    for number in range(5):
        make(f"0900 000 {number:03}")
    with pytest.raises(IndicatorRefused, match="nhiều khiếu nại"):
        make()


def test_officers_hear_of_it_and_of_its_deadline(officers: list[Member]) -> None:
    made = make(contact="a@b.example")
    assert Notice.objects.filter(kind="indicators.appeal_made").count() == 3
    assert appeals_remind(now=clock.now()) == 0
    assert appeals_remind(now=clock.now() + dt.timedelta(days=6)) == 1
    assert Notice.objects.filter(kind="indicators.appeals_remind").count() == 3
    appeal_decide(by=officers[0], appeal=made.appeal, clear=False, answer="Không có trong sổ.")
    assert appeals_remind(now=clock.now() + dt.timedelta(days=100)) == 0
    made.appeal.refresh_from_db()
    assert made.appeal.contact_sealed is None
    assert made.appeal.state == Appeal.State.NOT_LISTED


def test_who_confirmed_it_does_not_answer_the_appeal(cast: Cast, officers: list[Member]) -> None:
    row = factory.indicator(
        factory.key("phone", "0900 000 321"), state=State.CONFIRMED, by=officers[0], second=officers[1]
    )
    appeal = make().appeal
    appeal_take(by=officers[0], appeal=appeal)
    for one in officers[:2]:
        with pytest.raises(NotAllowed, match="người khác"):
            appeal_decide(by=one, appeal=appeal, clear=True, answer="Gỡ theo khiếu nại.")
    for someone in (cast.auditor, cast.admin, cast.outsider):
        with pytest.raises(NotAllowed):
            appeal_decide(by=someone, appeal=appeal, clear=True, answer="Gỡ theo khiếu nại.")
    appeal_decide(by=officers[2], appeal=appeal, clear=True, answer="Đã đối chiếu với nhà mạng.")
    row.refresh_from_db()
    assert row.state == State.CLEARED
    with pytest.raises(IndicatorRefused, match="đã được trả lời"):
        appeal_decide(by=officers[2], appeal=appeal, clear=False, answer="Giữ nguyên vậy.")
    with pytest.raises(IndicatorRefused, match="đã được trả lời"):
        appeal_take(by=officers[2], appeal=appeal)


def test_a_kept_one_stays_and_the_person_reads_why(officers: list[Member]) -> None:
    row = factory.indicator(factory.key("phone", "0900 000 321"))
    made = make()
    appeal_decide(by=officers[0], appeal=made.appeal, clear=False, answer="Có ba nguồn báo độc lập.")
    row.refresh_from_db()
    told = appeal_follow(code=made.code, address="192.0.2.8")
    assert (row.state, told.label, told.answer) == (State.REPORTED, "Giữ nguyên", "Có ba nguồn báo độc lập.")


def test_clearing_reaches_the_table_the_index_and_its_buckets(
    officers: list[Member], settings: Settings, tmp_path: Path
) -> None:
    settings.LOOKUP_ROOT = tmp_path
    key = factory.key("phone", "0900 000 321")
    factory.indicator(key, at=clock.now() - dt.timedelta(days=40))
    others = [factory.indicator(factory.key(kind)) for kind in ("link", "account", "app", "social", "wallet")]
    factory.known_good(factory.key("link", "ngan-hang-thu.test"))
    release = index_build()
    assert release is not None
    assert release.count == 7
    before = Index.open(index_path())
    assert before.get(key) is not None
    assert {str(entry.key) for entry in before} >= {f"{row.kind}:{row.value}" for row in others}
    appeal_decide(by=officers[0], appeal=make().appeal, clear=True, answer="Báo nhầm số.")
    assert index_change() == 7
    after = Index.open(index_path())
    assert after.version > before.version
    assert after.get(key) is None
    assert lookup([key]) == {}
    bucket = prefix_of(key)
    digest = digest_of(key.kind, key.value)
    held = [digest in read_bucket(one.bucket(Kind.PHONE, bucket))[0] for one in (before, after)]
    assert held == [True, False]


def test_days_in_the_index_are_those_of_viet_nam(settings: Settings, tmp_path: Path, db: None) -> None:
    settings.LOOKUP_ROOT = tmp_path
    at = dt.datetime(2026, 3, 4, 17, 30, tzinfo=dt.UTC)  # 00:30 on the 5th in Viet Nam
    row = factory.indicator(at=at)
    Indicator.objects.update(expires_on=None)
    assert index_change() == 0
    entry = Index.open(index_path()).get(Key(Kind.PHONE, row.value))
    assert entry is not None
    assert (entry.first, entry.sightings) == (dt.date(2026, 3, 5), 1)


def test_a_failed_build_is_told_and_leaves_the_old_file(settings: Settings, tmp_path: Path, db: None) -> None:
    settings.LOOKUP_ROOT = tmp_path
    index_build()
    held = index_path().read_bytes()
    Indicator.objects.create(
        kind="account", value="1:2", sightings_count=1, first_seen=clock.now(), last_seen=clock.now()
    )
    with pytest.raises(OSError, match=r"."):
        index_build()
    assert index_path().read_bytes() == held
    assert IndexRelease.objects.exclude(error="").count() == 1
