"""Reports in, each thing one row, each origin once; taken back; the database keeps them."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from canhgiac.indicators.models import Decision, Indicator, Sighting
from canhgiac.indicators.selectors.origins import origin_digest
from canhgiac.indicators.services import Added, Report, reports_of, sightings_add, sightings_copy, sightings_withdraw
from canhgiac.kit import clock
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db


def test_many_reports_make_one_row_each_thing_and_count_each_origin_once() -> None:
    phone, link = factory.key("phone"), factory.key("link")
    early, late = clock.now() - dt.timedelta(days=9), clock.now() - dt.timedelta(days=2)
    reports = [
        Report(phone, "tip", early, tags=1, origin="tips.tip:1"),
        Report(phone, "tip", late, tags=2, origin="tips.tip:2"),
        Report(phone, "tip", late, tags=2, origin="tips.tip:2"),
        Report(link, "list", late, origin="list:7"),
    ]
    added = sightings_add(reports)
    row = Indicator.objects.get(kind="phone", value=phone.value)
    assert (added.new, added.again, len(added.indicators)) == (3, 1, 2)
    assert (row.sightings_count, row.tags, row.state) == (2, 3, Indicator.State.REPORTED)
    assert (row.first_seen, row.last_seen) == (early, late)
    assert row.expires_on == late.astimezone(clock.VIETNAM).date() + dt.timedelta(days=180)
    again = sightings_add(reports)
    row.refresh_from_db()
    assert (again.new, again.again, again.indicators, row.sightings_count) == (0, 4, (), 2)
    sightings_add([Report(phone, "bank", late)])
    row.refresh_from_db()
    assert (row.sightings_count, row.sources_count) == (3, 2)


def test_the_number_of_statements_does_not_grow_with_the_reports() -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            sightings_add([factory.report() for _ in range(count)])
        return len(caught)

    assert statements(1) == statements(40) <= 7


def test_a_copy_takes_the_same_as_one_by_one_and_says_so() -> None:
    keys = [factory.key("account") for _ in range(30)]
    reports = list(reports_of(keys, source="list", at=clock.now(), origin="list:1", tags=4))
    assert sightings_copy(iter([*reports, *reports])) == Added(30, 30, 0, tuple(sorted(_ids())))
    assert sightings_add(reports).new == 0
    assert sightings_copy([]) == Added()


def _ids() -> list[int]:
    return list(Indicator.objects.values_list("pk", flat=True))


def test_what_is_genuine_is_refused_and_counted() -> None:
    bank = factory.key("link", "ngan-hang-thu.test")
    factory.known_good(bank)
    below = factory.key("link", "https://www.ngan-hang-thu.test/dang-nhap")
    state = factory.key("link", "https://congan.vinhan.gov.vn/tin")
    added = sightings_add([factory.report(one) for one in (bank, below, state)])
    assert added == Added(known_good=3)
    assert sightings_copy([factory.report(below)]) == Added(known_good=1)
    assert not Indicator.objects.exists()


def test_a_report_of_tomorrow_is_of_now() -> None:
    sightings_add([factory.report(at=clock.now() + dt.timedelta(days=30))])
    assert Indicator.objects.get().last_seen <= clock.now()


def test_what_an_origin_told_is_taken_back_and_counts_no_more() -> None:
    phone = factory.key("phone")
    sightings_add([factory.report(phone, origin="tips.tip:9"), factory.report(phone, source="bank")])
    changed = Indicator.objects.get().changed_at
    assert sightings_withdraw(origin="tips.tip:9") == 1
    assert sightings_withdraw(origin="tips.tip:9") == 0
    row = Indicator.objects.get()
    assert (row.sightings_count, row.sources_count, Sighting.objects.count()) == (1, 1, 2)
    assert row.changed_at > changed
    assert sightings_add([factory.report(phone, origin="tips.tip:9")]).new == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE indicators_sighting SET weight = 1",
        "UPDATE indicators_sighting SET withdrawn_at = now(), source = 'bank'",
        "DELETE FROM indicators_sighting",
        "TRUNCATE indicators_sighting",
    ],
)
def test_the_database_refuses_to_change_sightings(statement: str) -> None:
    sightings_add([factory.report()])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


def test_a_withdrawn_one_stays_withdrawn() -> None:
    sightings_add([factory.report(origin="tips.tip:3")])
    sightings_withdraw(origin="tips.tip:3")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Sighting.objects.update(withdrawn_at=None)


def test_a_cleared_one_comes_back_only_by_several_independent_sources() -> None:
    row = factory.indicator(at=clock.now() - dt.timedelta(days=4))
    Decision.objects.create(
        indicator=row, from_state=1, to_state=4, reason="Nhầm số.", outcome="done",
        decided_at=clock.now() - dt.timedelta(days=1),
    )  # fmt: skip
    Indicator.objects.update(state=Indicator.State.CLEARED)
    phone = factory.key("phone", row.value)
    sightings_add([factory.report(phone, origin=f"tips.tip:{number}") for number in range(5)])
    row.refresh_from_db()
    assert row.state == Indicator.State.CLEARED
    old = clock.now() - dt.timedelta(days=3)
    sightings_add([factory.report(phone, source="bank", at=old)])
    row.refresh_from_db()
    assert row.state == Indicator.State.CLEARED
    sightings_add([factory.report(phone, source="bank")])
    row.refresh_from_db()
    assert row.state == Indicator.State.REPORTED
    told = row.decisions.latest("pk")
    assert (told.from_state, told.to_state, told.proposed_by) == (4, 1, None)


@pytest.mark.django_db(transaction=True)
def test_the_same_things_from_several_sides_at_once_neither_lock_each_other_out_nor_double() -> None:
    keys = [factory.key(kind) for kind in ("phone", "account", "link") for _ in range(20)]
    failures: list[BaseException] = []

    def send(turn: int) -> None:
        ordered = keys if turn % 2 else keys[::-1]
        try:
            for _ in range(3):
                sightings_add([Report(one, "bank", clock.now(), origin=f"o:{turn}") for one in ordered])
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[turn]) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert set(Indicator.objects.values_list("sightings_count", flat=True)) == {4}
    assert Indicator.objects.count() == 60


def test_an_origin_is_told_by_nobody_without_the_key() -> None:
    assert origin_digest("tips.tip:12") == origin_digest("tips.tip:12") != origin_digest("tips.tip:13")
    assert len(origin_digest("x")) == 64
