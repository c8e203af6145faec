"""The hash of an audit row, and reads of the log."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.kit import clock

from .access import NotAllowed, roles_of

GENESIS = "0" * 64
"""What the first row names as its predecessor's hash."""


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256, in hexadecimal, over the previous hash and the row's canonical JSON (sorted keys, UTF-8, UTC)."""
    row = {
        "seq": entry.seq,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "act": entry.act,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "facts": entry.facts,
    }
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{entry.previous_hash}\n{canonical}".encode()).hexdigest()


@dataclass(frozen=True)
class Broken:
    """Where the chain first fails: ``seq`` of the row, and what is wrong, in Vietnamese."""

    seq: int
    what: str


@dataclass(frozen=True)
class Head:
    """The last row of the log at some moment. Kept outside the database, it shows whether the tail was cut off."""

    seq: int
    hash: str


def audit_head() -> Head:
    """The last row; seq 0 for an empty log."""
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    return Head(*last) if last else Head(0, GENESIS)


def audit_broken(heads: Iterable[Head] = ()) -> Broken | None:
    """The first row at which the chain, or one of the kept heads, does not hold; None when all of it does.

    Reads the whole log once, some thousand rows in memory at a time.
    """
    kept = {head.seq: head.hash for head in heads}
    expected, previous = 1, GENESIS
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        if what := _fault(entry, expected, previous, kept.get(entry.seq)):
            return Broken(min(entry.seq, expected), what)
        expected, previous = entry.seq + 1, entry.hash
    missing = [seq for seq in kept if seq >= expected]
    if missing:
        return Broken(
            expected,
            _("Nhật ký hết ở dòng %(last)d, nhưng mốc đã giữ là dòng %(kept)d: bị cắt đuôi hoặc khôi phục bản cũ.")
            % {"last": expected - 1, "kept": max(missing)},
        )
    return None


def _fault(entry: AuditEntry, expected: int, previous: str, kept: str | None) -> str:
    """What is wrong with the row at this place of the chain; empty when nothing is."""
    row = {"seq": entry.seq}
    if entry.seq > expected:
        return _("Thiếu dòng %(seq)d: đã bị xóa.") % {"seq": expected}
    if entry.seq < expected:
        return _("Số thứ tự %(seq)d không đúng: dòng bị chèn.") % row
    if entry.previous_hash != previous:
        return _("Dòng %(seq)d không nối với dòng trước: bị chèn hoặc sửa.") % row
    if entry_hash(entry) != entry.hash:
        return _("Dòng %(seq)d đã bị sửa.") % row
    if kept not in (None, entry.hash):
        return _("Dòng %(seq)d khác mốc đã giữ: chuỗi bị viết lại.") % row
    return ""


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What the log is narrowed to."""

    actor: Member | None = None
    act: str = ""
    """Beginning of the act's name: "agencies." or "plans.task_assign"."""
    subject_type: str = ""
    subject_id: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    """Both days included, Vietnamese time."""


def audit_list(by: Member, narrowed: AuditFilter) -> QuerySet[AuditEntry]:
    """The log, the newest first, for AUDITOR and ADMIN at a root. Raises NotAllowed for others.

    The log spans all agencies, so a role further down does not open it.
    """
    if not roles_of(by, Role.Kind.AUDITOR, Role.Kind.ADMIN).filter(agency__parent=None).exists():
        raise NotAllowed(_("Nhật ký dành cho người kiểm tra và quản trị viên của toàn tỉnh."))
    rows = AuditEntry.objects.select_related("actor")
    if narrowed.actor is not None:
        rows = rows.filter(actor=narrowed.actor)
    if narrowed.act:
        rows = rows.filter(act__startswith=narrowed.act)
    if narrowed.subject_type:
        rows = rows.filter(subject_type=narrowed.subject_type)
    if narrowed.subject_id:
        rows = rows.filter(subject_id=narrowed.subject_id)
    if narrowed.since is not None:
        rows = rows.filter(at__gte=dt.datetime.combine(narrowed.since, dt.time.min, clock.VIETNAM))
    if narrowed.until is not None:
        next_day = narrowed.until + dt.timedelta(days=1)
        rows = rows.filter(at__lt=dt.datetime.combine(next_day, dt.time.min, clock.VIETNAM))
    return rows.order_by("-seq")


def audit_rows(entries: QuerySet[AuditEntry]) -> Iterator[tuple[str | int | dt.datetime, ...]]:
    """The log as rows for a file."""
    for entry in entries.iterator(chunk_size=2000):
        actor = entry.actor.email if entry.actor else ""
        facts = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
        yield (
            entry.seq,
            entry.at.astimezone(clock.VIETNAM),
            actor,
            entry.act,
            entry.subject_type,
            entry.subject_id,
            facts,
            entry.hash,
        )


def audit_acts() -> list[str]:
    """The names of the acts in the log, for a choice."""
    return list(AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct())
