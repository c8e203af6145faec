"""Any text that a provider sends back comes out of the journal as it went in."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canhgiac.channels.columns import Receipts
from canhgiac.channels.contract import Arrival, Receipt
from canhgiac.channels.journal import (
    ATTEMPT_COLUMNS,
    RECEIPT_COLUMNS,
    ChunkFacts,
    attempts_block,
    kept,
    receipts_block,
    taken_block,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, 1, 2, 3, 456, tzinfo=dt.UTC)
ODD = st.text(alphabet=st.characters(codec=None) | st.sampled_from("\\\t\n\r\0.N"), max_size=120)
numbers = count(1)


def copied(sql: str, block: str) -> None:
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        copy.write(block)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ref=ODD, code=ODD, digest=st.binary(min_size=16, max_size=16), area=st.none() | st.integers(1, 9))
def test_attempts(ref: str, code: str, digest: bytes, area: int | None) -> None:
    key = next(numbers)
    rows = [(key, area, digest, "taken", True, ref, code), (key, area, digest, "later", False, "", "")]
    facts = ChunkFacts(2, 3, key, 5)
    block = attempts_block(rows, facts) + taken_block([(key, area, digest)], [ref], facts)
    copied(f"COPY outreach_attempt ({', '.join(ATTEMPT_COLUMNS)}) FROM STDIN", block)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT delivery_id, area_id, digest, outcome, is_last, ref, code, tries, lane_id, provider_id, at = now()"
            " FROM outreach_attempt WHERE chunk_id = %s ORDER BY is_last, code",
            [key],
        )
        later, *taken = cursor.fetchall()
    row = (key, area, digest, "taken", True, kept(ref, 100))
    assert taken == sorted([(*row, kept(code, 64), 2, 3, 5, True), (*row, "", 2, 3, 5, True)])
    assert later[3:7] == ("later", False, "", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ref=ODD, code=ODD, to=ODD)
def test_receipts(ref: str, code: str, to: str) -> None:
    provider = next(numbers)
    block = receipts_block([Receipt(ref, Arrival.DELIVERED, code, AT, to)], provider_id=provider)
    columns = Receipts([ref], [(Arrival.DELIVERED, code, AT)], [to])
    assert receipts_block(columns, provider_id=provider) == block
    copied(f"COPY outreach_receiptrow ({', '.join(RECEIPT_COLUMNS)}) FROM STDIN", block)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ref, arrival, code, at, address, came_at >= now(), look_at = came_at, looked"
            " FROM outreach_receiptrow WHERE provider_id = %s",
            [provider],
        )
        assert cursor.fetchall() == [(kept(ref, 100), "delivered", kept(code, 64), AT, kept(to, 200), True, True, 0)]
        cursor.execute("DELETE FROM outreach_receiptrow")  # the provider it names is not there
