"""Lists of subscribers that an agency hands in: read, looked at, taken, taken back; the national do-not-call list.

A file holds addresses in clear, so it lies sealed under the server's key while somebody decides, and is gone then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.register import Refused
from canhgiac.agencies.services.sheets import sheet_lines
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError, box, unbox
from canhgiac.kit.text import storable
from canhgiac.outreach.models import SubscriberImport, Way
from canhgiac.outreach.selectors.rules import sending_rules

from .digests import AddressRefused, address_canonical, address_digests, token_new
from .importrows import Fault, Row, rows_read
from .refusals import WarningRefused

State = SubscriberImport.State
MOST_ROWS = 150_000
SHOWN_FAULTS = 500
UNDO_WITHIN = dt.timedelta(days=1)
UNDECIDED = dt.timedelta(days=7)
"""How long a file waits for somebody's yes."""
_PURPOSE = "outreach.import"


@transaction.atomic
def import_receive(
    *, by: Member, data: bytes, name: str, basis: str, consented_on: dt.date | None = None
) -> SubscriberImport:
    """Keeps a list and queues its reading; nobody on it is a subscriber yet. COORDINATOR.

    ``basis``: why these people may be written to. ``consented_on``: when all of them agreed; null where the rows say it
    or nobody did. Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    words = " ".join(storable(basis).split())
    if not 10 <= len(words) <= 500:
        raise WarningRefused(_("Ghi căn cứ được dùng danh sách này, từ 10 đến 500 ký tự."), "basis")
    if not data.strip():
        raise WarningRefused(_("Tệp rỗng."), "file")
    if len(data) > settings.UPLOAD_MAX_BYTES:
        raise WarningRefused(_("Tệp quá lớn."), "file")
    if consented_on is not None and consented_on > clock.today():
        raise WarningRefused(_("Ngày đồng ý chưa tới."), "consented_on")
    sha256 = hashlib.sha256(data).hexdigest()
    if SubscriberImport.objects.filter(sha256=sha256, state__in=(State.WAITING, State.READ, State.DONE)).exists():
        raise WarningRefused(_("Tệp này đã được nhập hoặc đang chờ. Xem ở danh sách bên dưới."), "file")
    told = " ".join(PurePath(storable(name)).name.split())[-200:] or _("danh sách")
    row = SubscriberImport.objects.create(name=told, sha256=sha256, basis=words, consented_on=consented_on, made_by=by)
    _keep(row.pk, data)
    work.enqueue("outreach.import_read", import_id=row.pk)
    audit_record(by=by, act="outreach.import_receive", subject=row, facts={"sha256": sha256, "bytes": len(data)})
    return row


def import_read(*, import_id: int) -> SubscriberImport:
    """Reads a list and counts what taking it would do. Read already, it is left alone."""
    one = SubscriberImport.objects.get(pk=import_id)
    if one.state != State.WAITING:
        return one
    good, faults, bad = list[Row](), list[Fault](), 0
    try:
        for row in rows_read(sheet_lines(_kept(one.pk), most=MOST_ROWS)):
            if isinstance(row, Fault):
                bad += 1
                faults += [row] if bad <= SHOWN_FAULTS else []
            else:
                good.append(row)
    except (Refused, WarningRefused) as refusal:
        one.state, one.note = State.FAILED, str(refusal)[:300]
        _forget(one.pk)
    else:
        with transaction.atomic():
            one.tally = {"rows": len(good) + bad, "bad": bad, **_staged_count(good)}
        one.faults, one.state = [list(fault) for fault in faults], State.READ
        _keep(one.pk, json.dumps([list(row) for row in good]).encode())
    one.save(update_fields=["state", "note", "tally", "faults"])
    return one


@transaction.atomic
def import_take(*, by: Member, one: SubscriberImport) -> SubscriberImport:
    """Makes subscribers of the rows that are new; who is known, or said no, is left as they are. COORDINATOR.

    With a day of consent they are active; without one they are pending and a job asks each of them once. 100,000 rows
    take some seconds. Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    row = _held(one, State.READ)
    good = [Row(*told) for told in json.loads(_kept(row.pk))]
    counted = _staged_count(good)
    now = clock.now()
    default = row.consented_on.isoformat() if row.consented_on else ""
    facts: dict[str, Any] = {"now": now, "import": row.pk, "basis": row.basis, "default": default}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, facts)
        taken = cursor.fetchone()[0]
    row.tally = {**row.tally, **counted, "new": taken}
    row.state, row.done_at, row.version = State.DONE, now, row.version + 1
    row.save(update_fields=["state", "done_at", "version", "tally"])
    audit_record(by=by, act="outreach.import_take", subject=row, facts={"new": taken, "sha256": row.sha256})
    transaction.on_commit(lambda: _forget(row.pk))
    return row


@transaction.atomic
def import_drop(*, by: Member, one: SubscriberImport) -> SubscriberImport:
    """Says no to a list; the file is gone. COORDINATOR. Raises NotAllowed, WarningRefused."""
    require_role(by, Role.Kind.COORDINATOR)
    row = _held(one, State.WAITING, State.READ, State.FAILED)
    row.state, row.done_at, row.version = State.DROPPED, clock.now(), row.version + 1
    row.save(update_fields=["state", "done_at", "version"])
    audit_record(by=by, act="outreach.import_drop", subject=row, facts={"sha256": row.sha256})
    transaction.on_commit(lambda: _forget(row.pk))
    return row


@transaction.atomic
def import_undo(*, by: Member, one: SubscriberImport, now: dt.datetime | None = None) -> int:
    """Takes a list back within a day: those it brought who did nothing themselves since. How many. COORDINATOR.

    Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    row = _held(one, State.DONE)
    if row.done_at is None or (now or clock.now()) > row.done_at + UNDO_WITHIN:
        raise WarningRefused(_("Chỉ hoàn tác được trong một ngày sau khi nhập."))
    with connection.cursor() as cursor:
        cursor.execute(_UNDO, {"import": row.pk, "now": clock.now(), "by": by.pk})
        gone = int(cursor.fetchone()[0])
    row.state, row.version, row.note = State.DROPPED, row.version + 1, _("Đã hoàn tác.")
    row.save(update_fields=["state", "version", "note"])
    audit_record(by=by, act="outreach.import_undo", subject=row, facts={"gone": gone})
    return gone


def imports_forget(*, now: dt.datetime | None = None) -> int:
    """Drops lists that nobody decided on for a week, with their files. How many."""
    before = (now or clock.now()) - UNDECIDED
    old = SubscriberImport.objects.filter(state__in=(State.WAITING, State.READ), made_at__lt=before)
    count = 0
    for row in old:
        _forget(row.pk)
        row.state, row.note = State.DROPPED, _("Quá 7 ngày không ai xác nhận.")
        row.save(update_fields=["state", "note"])
        count += 1
    return count


def _held(one: SubscriberImport, *states: SubscriberImport.State) -> SubscriberImport:
    row = SubscriberImport.objects.select_for_update().get(pk=one.pk)
    if row.state not in states:
        raise WarningRefused(_("Lần nhập này: %s. Tải lại trang để xem.") % str(row.get_state_display()).lower())
    return row


# The file while it waits --------------------------------------------------------------------------------------------


def _path(import_id: int) -> Path:
    return Path(settings.FILES_ROOT) / "imports" / f"subscribers-{import_id}"


def _key() -> bytes:
    """A key of this purpose alone, derived from the server's secret (HKDF-extract, RFC 5869)."""
    return hmac.new(b"canhgiac.outreach.import", settings.SECRET_KEY.encode(), hashlib.sha256).digest()


def _keep(import_id: int, data: bytes) -> None:
    path = _path(import_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{secrets.token_hex(4)}")
    half.write_bytes(box(_key(), data, what=_PURPOSE))
    half.replace(path)


def _kept(import_id: int) -> bytes:
    try:
        return unbox(_key(), _path(import_id).read_bytes(), what=_PURPOSE)
    except (FileNotFoundError, BrokenSealError):
        raise WarningRefused(_("Tệp không còn trên máy chủ. Hãy gửi lại.")) from None


def _forget(import_id: int) -> None:
    _path(import_id).unlink(missing_ok=True)


# In the database ----------------------------------------------------------------------------------------------------

_STAGE = """
    CREATE TEMP TABLE staged (
        number int, way text, address text, digest bytea, area_id bigint, groups int, language text, consented_on text,
        token text, lot smallint
    ) ON COMMIT DROP"""
_COUNT = """
    WITH once AS (
        SELECT DISTINCT ON (digest) digest,
            EXISTS (SELECT 1 FROM outreach_suppression o WHERE o.digest = staged.digest) AS suppressed,
            EXISTS (SELECT 1 FROM outreach_subscriber s WHERE s.digest = staged.digest) AS known
        FROM staged
    )
    SELECT (SELECT count(*) FROM staged) - count(*), count(*) FILTER (WHERE suppressed),
        count(*) FILTER (WHERE known AND NOT suppressed), count(*) FILTER (WHERE NOT known AND NOT suppressed)
    FROM once"""
_TAKE = """
    WITH once AS (
        SELECT DISTINCT ON (digest) *, COALESCE(NULLIF(consented_on, ''), %(default)s) AS agreed FROM staged
        WHERE NOT EXISTS (SELECT 1 FROM outreach_suppression o WHERE o.digest = staged.digest)
        ORDER BY digest, number
    ), made AS (
        INSERT INTO outreach_subscriber (way, address, digest, area_id, groups, language, with_marks, state, origin,
            lot, token, made_at, confirmed_at, version)
        SELECT way, address, digest, area_id, groups, language, false,
            CASE WHEN agreed = '' THEN 'pending' ELSE 'active' END, 'import', lot, token, %(now)s,
            CASE WHEN agreed = '' THEN NULL ELSE %(now)s::timestamptz END, 1
        FROM once ON CONFLICT (digest) DO NOTHING RETURNING id, digest
    ), told AS (
        INSERT INTO outreach_consent (subscriber_id, digest, act, means, at, proof)
        SELECT made.id, made.digest, CASE WHEN once.agreed = '' THEN 'asked' ELSE 'given' END, 'import', %(now)s,
            jsonb_build_object('import', %(import)s::bigint, 'row', once.number, 'basis', %(basis)s::text,
                'on', once.agreed)
        FROM made JOIN once USING (digest)
    )
    SELECT count(*) FROM made"""
_UNDO = """
    WITH brought AS (
        SELECT s.id, s.digest FROM outreach_consent c JOIN outreach_subscriber s ON s.id = c.subscriber_id
        WHERE c.means = 'import' AND c.proof @> jsonb_build_object('import', %(import)s::bigint)
            AND s.origin = 'import' AND s.state IN ('pending', 'active')
            AND NOT EXISTS (SELECT 1 FROM outreach_consent d
                WHERE d.digest = s.digest AND d.at >= c.at AND d.means NOT IN ('import', 'provider'))
    ), loose AS (
        UPDATE outreach_consent SET subscriber_id = NULL WHERE subscriber_id IN (SELECT id FROM brought)
    ), told AS (
        INSERT INTO outreach_consent (digest, act, means, at, proof, by_id)
        SELECT digest, 'erased', 'import', %(now)s, jsonb_build_object('import', %(import)s::bigint), %(by)s
        FROM brought
    ), gone AS (
        DELETE FROM outreach_subscriber WHERE id IN (SELECT id FROM brought) RETURNING 1
    )
    SELECT count(*) FROM gone"""


def _staged_count(rows: Iterable[Row]) -> dict[str, int]:
    """Puts the rows into a table of this transaction and counts what they are."""
    by_way: dict[str, list[Row]] = {}
    for row in rows:
        by_way.setdefault(row.way, []).append(row)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged")
        cursor.execute(_STAGE)
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for way, some in by_way.items():
                for row, digest in zip(some, address_digests(way, (one.address for one in some)), strict=True):
                    drawn = (token_new(), secrets.randbelow(100))
                    copy.write_row((row.number, way, row.address, digest, *row[3:], *drawn))
        cursor.execute("ANALYZE staged")
        cursor.execute(_COUNT)
        twice, suppressed, known, new = cursor.fetchone()
    return {"twice": twice, "suppressed": suppressed, "known": known, "new": new}


# The national list --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DoNotCall:
    """What taking the list did."""

    added: int
    known: int
    """Stood there before, or refuse us themselves."""
    stopped: int
    """Subscribers who are stopped by it, while warnings count as advertising."""
    kept: int
    """Subscribers who asked for warnings themselves, which are no advertising by the province's decision."""
    freed: int
    """No longer on the list."""
    bad: int


@transaction.atomic
def do_not_call_import(*, by: Member, data: bytes, whole: bool) -> DoNotCall:
    """Takes the national do-not-call list in (Decree 91/2020/NĐ-CP Article 7): only digests are kept. COORDINATOR.

    One number a line, or the first column of a sheet. ``whole``: the file is all of the list, so numbers that are no
    longer on it are free again. Whoever asked for warnings by themselves keeps them, unless the province decided that
    warnings are advertising. Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    if not data.strip() or len(data) > settings.UPLOAD_MAX_BYTES:
        raise WarningRefused(_("Tệp rỗng hoặc quá lớn."), "file")
    numbers, bad = set[str](), 0
    for cell in _numbers(data):
        try:
            numbers.add(address_canonical(Way.SMS, cell))
        except AddressRefused:
            bad += 1
    if not numbers:
        raise WarningRefused(_("Không thấy số di động nào trong tệp."), "file")
    digests = address_digests(Way.SMS, numbers)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE listed (digest bytea) ON COMMIT DROP")
        with cursor.copy("COPY listed FROM STDIN") as copy:
            for digest in digests:
                copy.write_row((digest,))
        cursor.execute("ANALYZE listed")
        cursor.execute(_LISTED, {"now": clock.now(), "all": sending_rules().is_advertising, "whole": whole})
        added, stopped, kept, freed = cursor.fetchone()
        cursor.execute("DROP TABLE listed")
    done = DoNotCall(added, len(digests) - added - kept, stopped, kept, freed, bad)
    facts = {"added": added, "stopped": stopped, "kept": kept, "freed": freed, "bad": bad}
    audit_record(by=by, act="outreach.do_not_call_import", subject=by, facts=facts)
    return done


_LISTED = """
    WITH kept AS (
        SELECT digest FROM listed JOIN outreach_subscriber s USING (digest)
        WHERE s.state IN ('active', 'paused') AND NOT %(all)s
    ), added AS (
        INSERT INTO outreach_suppression (digest, why, at)
        SELECT digest, 'do_not_call', %(now)s FROM listed WHERE digest NOT IN (SELECT digest FROM kept)
        ON CONFLICT (digest) DO NOTHING RETURNING digest
    ), stopped AS (
        UPDATE outreach_subscriber s SET state = 'stopped', stopped_at = %(now)s, paused_until = NULL,
            version = version + 1
        FROM listed
        WHERE s.digest = listed.digest AND s.state IN ('active', 'paused') AND %(all)s RETURNING s.id, s.digest
    ), told AS (
        INSERT INTO outreach_consent (subscriber_id, digest, act, means, at, proof)
        SELECT id, digest, 'stopped', 'provider', %(now)s, '{"list": "do_not_call"}' FROM stopped
    ), freed AS (
        DELETE FROM outreach_suppression o
        WHERE o.why = 'do_not_call' AND %(whole)s AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.digest = o.digest)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM stopped), (SELECT count(*) FROM kept),
        (SELECT count(*) FROM freed)"""


def _numbers(data: bytes) -> Iterator[str]:
    """The first cell of each line; a heading counts as a bad line at most."""
    if data[:2] in (b"PK", b"\xd0\xcf"):
        try:
            for _number, cells in sheet_lines(data, most=MOST_ROWS):
                yield cells[0]
        except Refused as refusal:
            raise WarningRefused(str(refusal), "file") from None
        return
    for line in data.decode("utf-8-sig", errors="replace").splitlines():
        if line.strip():
            yield line.replace(";", ",").partition(",")[0].strip(' "\t')
