import datetime as dt
import itertools
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from canhgiac.agencies import selectors, services
from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors.audit import GENESIS, entry_hash
from tests.factories import agencies as make
from tests.factories.agencies import Cast


def test_rows_form_a_chain_that_survives_the_database(cast: Cast) -> None:
    first = services.audit_record(by=cast.admin, act="agencies.thu", subject=cast.police)
    facts: dict[str, object] = {
        "on": dt.date(2025, 7, 1),
        "n": Decimal("1.50"),
        "f": 1e5,
        "ids": {3, 1},
        "chữ": "Đắk\0",
        "who": cast.officer,
    }
    second = services.audit_record(by=None, act="agencies.thu", subject=cast.police, facts=facts)
    assert (first.seq, first.previous_hash) == (1, GENESIS)
    assert (second.seq, second.previous_hash) == (2, first.hash)
    kept = AuditEntry.objects.get(seq=2)
    assert entry_hash(kept) == kept.hash
    assert kept.subject_type == "agencies.agency"
    assert kept.facts == {
        "on": "2025-07-01",
        "n": "1.50",
        "f": "100000.0",
        "ids": [1, 3],
        "chữ": "Đắk",
        "who": cast.officer.pk,
    }


def test_no_row_without_its_act(cast: Cast) -> None:
    with transaction.atomic():
        services.audit_record(by=cast.admin, act="agencies.thu", subject=cast.police)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agencies_auditentry SET act = 'x'",
        "DELETE FROM agencies_auditentry",
        "TRUNCATE agencies_auditentry",
    ],
)
def test_the_database_refuses_to_change_the_log(cast: Cast, statement: str) -> None:
    services.audit_record(by=cast.admin, act="agencies.thu", subject=cast.police)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEntry.objects.filter(act="agencies.thu").count() == 1


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain() -> None:
    area = make.area()
    faults: list[BaseException] = []
    start = threading.Barrier(6)

    def write() -> None:
        try:
            start.wait(timeout=10)
            for _ in range(15):
                services.audit_record(by=None, act="agencies.thu", subject=area)
        except BaseException as fault:  # noqa: BLE001  # shown by the main thread
            faults.append(fault)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert faults == []
    rows = list(AuditEntry.objects.order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, 91))
    assert all(later.previous_hash == earlier.hash for earlier, later in itertools.pairwise(rows))


def test_roles_count_for_the_subtree_and_between_their_dates(cast: Cast) -> None:
    from canhgiac.agencies.models import Role
    from canhgiac.kit import clock

    assert selectors.has_role(cast.coordinator, Role.Kind.COORDINATOR, agency=cast.commune)
    assert not selectors.has_role(cast.coordinator, Role.Kind.ADMIN)
    assert selectors.has_role(cast.officer, Role.Kind.OFFICER, agency=cast.department)
    assert not selectors.has_role(cast.officer, Role.Kind.OFFICER, agency=cast.province)
    assert selectors.has_role(cast.officer)
    yesterday = clock.today() - dt.timedelta(days=1)
    make.role(cast.outsider, Role.Kind.EDITOR, cast.province, valid_until=yesterday)
    assert not selectors.has_role(cast.outsider)
    with pytest.raises(selectors.NotAllowed, match="Điều phối viên"):
        selectors.require_role(cast.outsider, Role.Kind.COORDINATOR, agency=cast.commune)
    assert set(selectors.agencies_of(cast.officer)) == {cast.department}
    assert set(selectors.agencies_of(cast.admin)) == {cast.province, cast.police, cast.department, cast.commune}
    assert list(selectors.agencies_of(cast.outsider)) == []
    assert list(selectors.members_to_notify(cast.province)) == [cast.coordinator]
    assert selectors.superior_of(cast.commune) == cast.province


def test_a_member_who_is_out_has_no_role(cast: Cast) -> None:
    cast.coordinator.is_active = False
    cast.coordinator.save()
    assert not selectors.has_role(cast.coordinator)
    assert list(selectors.members_to_notify(cast.province)) == []
