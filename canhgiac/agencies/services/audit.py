"""Writing the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection, models, transaction

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors.audit import GENESIS, Head, audit_head, entry_hash
from canhgiac.kit import clock

CHAIN_LOCK = 0x6361_6E68  # "canh": the advisory lock under which rows join the chain


@transaction.atomic
def audit_record(
    *, by: Member | None, act: str, subject: models.Model, facts: Mapping[str, object] | None = None
) -> AuditEntry:
    """Adds one row to the hash chain, in the caller's transaction: no act without its row, no row without its act.

    ``act`` is "capability.service"; ``by`` is None for the system. ``facts`` are ids and states: dates, decimals
    and floats are kept as text, since a hash needs one spelling. The chain's lock is held until the transaction
    ends, so write the row last, after every row lock the act needs, or two acts may wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, previous = last or (0, GENESIS)
    entry = AuditEntry(
        seq=seq + 1,
        at=clock.now().astimezone(dt.UTC),
        actor=by,
        act=act,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        facts=_plain(facts or {}),
        previous_hash=previous,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    return entry


def _plain(value: object) -> object:
    """The value in types whose JSON comes back from the database letter by letter."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=str)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, models.Model):
        return value.pk
    # PostgreSQL's JSON holds neither NUL nor lone surrogates.
    return str(value).replace("\0", "").encode(errors="replace").decode()


def audit_head_keep() -> Head:
    """Adds the log's last row to the file of kept heads, outside the database, and returns it.

    With these lines ``audit verify`` sees that the end of the log was cut off, which the chain alone cannot show.
    Copy the file to another machine from time to time.
    """
    head = audit_head()
    path = Path(settings.AUDIT_HEADS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(f"{head.seq} {head.hash} {clock.now():%Y-%m-%dT%H:%M:%S%z}\n")
    return head


def audit_heads_kept(path: Path) -> list[Head]:
    """The heads in a file, a line each: seq, hash, moment. Raises ValueError for a line that is none."""
    heads = []
    for line in path.read_text(encoding="ascii").splitlines():
        seq, digest, *_moment = line.split()
        heads.append(Head(int(seq), digest))
    return heads
