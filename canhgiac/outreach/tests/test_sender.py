"""From the list to the phones and back: whole senders against an SMSC that counts, on the real database."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db import connection

from canhgiac.kit import clock
from canhgiac.outreach.models import (
    Attempt,
    Broadcast,
    Chunk,
    Lane,
    Provider,
    SendingRules,
    SenderNode,
    Suppression,
    Way,
)
from canhgiac.outreach.services.digests import address_digest
from tests.factories.agencies import Cast

from .sending import approved, centre, hurry, is_done, people, sent, standing, started, subscribers, tally

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(row: Broadcast) -> Counter[str]:
    return Counter(Attempt.objects.filter(lane__broadcast=row).values_list("outcome", flat=True))


def test_everybody_gets_it_once_and_receipts_are_counted(cast: Cast) -> None:
    approver = standing(cast)
    phones = people(130, area=cast.commune_area)
    with centre(answer_after=0.002) as smsc:
        row = started(cast.coordinator, approved(cast, approver))
        sent(lambda: is_done(row)() and Lane.objects.get(broadcast=row).delivered == 130)
        assert smsc.phones.counts() == Counter(phones)
    assert tally(row) == {"taken": 130, "refused": 0, "unsure": 0, "skipped": 0, "waiting": 0, "total": 130}
    assert set(Chunk.objects.filter(lane__broadcast=row).values_list("size", flat=True)) == {10}
    assert SenderNode.objects.get().ended_at is not None
