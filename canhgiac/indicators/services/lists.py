"""Other people's blocklists: whose they are, one file of them read, looked at, taken in, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.engines.blocklists import Fault, Listed, ListError, read_list
from canhgiac.engines.lookup.entries import mask_of
from canhgiac.engines.lookup.keys import Key, Kind, masked, shown
from canhgiac.indicators.models import ListImport, ListSource, Sighting
from canhgiac.indicators.selectors.knowngood import KnownGoods
from canhgiac.indicators.selectors.scope import PERSONAL, require_propose
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore

from .refusals import IndicatorRefused
from .sightings import Report, sightings_copy, sightings_withdraw

SHOWN_FAULTS = 500
"""Lines at fault that are kept to be shown; more are counted. As many refused as known to be genuine."""
SAMPLE = 50
"""New and gone things that a preview shows."""
BATCH = 20_000
"""Lines between two notes of the progress, and in one COPY."""
State = ListImport.State
_LIST_TAG = mask_of(["list"])
_ONLY_LISTS: Final = 1 << Sighting.Source.values.index("list")
"""``Indicator.sources`` of what nobody but lists has told."""


@dataclass(frozen=True, slots=True)
class ListData:
    """What a person says of a list. ``tags``: mask over ``engines.lookup.TAGS``; ``trust`` in per cent."""

    name: str
    publisher: str
    url: str
    licence: str
    format: str
    kind: str
    tags: int
    trust: int
    keep_days: int


def store() -> FileStore:
    """Where received lists are kept."""
    return FileStore(settings.FILES_ROOT)


# The list itself -----------------------------------------------------------------------------------------------------


@transaction.atomic
def list_source_create(*, by: Member, data: ListData) -> ListSource:
    """A list that may be imported from now on. Its licence is required. Raises IndicatorRefused, NotAllowed."""
    require_propose(by)
    _check(data)
    source = ListSource.objects.create(added_by=by, **asdict(data))
    audit_record(by=by, act="indicators.list_source_create", subject=source, facts={"licence": source.licence})
    return source


@transaction.atomic
def list_source_edit(*, by: Member, source: ListSource, data: ListData, version: int) -> ListSource:
    """Corrects what is said of a list. A changed trust holds for lines that come from now on.

    Raises IndicatorRefused when somebody saved since, NotAllowed.
    """
    require_propose(by)
    row = ListSource.objects.select_for_update().get(pk=source.pk)
    if row.version != version:
        raise IndicatorRefused(_("Người khác vừa sửa danh sách này. Hãy xem lại bản mới rồi sửa."))
    _check(data, besides=row)
    before = row.keep_days
    for name, value in asdict(data).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    if row.keep_days != before:
        _expiries(row.pk)
    audit_record(by=by, act="indicators.list_source_edit", subject=row, facts={"trust": row.trust})
    return row


@transaction.atomic
def list_source_retire(*, by: Member, source: ListSource) -> ListSource:
    """Takes no more files of it, or again: a second call undoes the first. What it told runs out by its own days."""
    require_propose(by)
    row = ListSource.objects.select_for_update().get(pk=source.pk)
    row.retired_at = None if row.retired_at else clock.now()
    row.version += 1
    row.save(update_fields=["retired_at", "version"])
    audit_record(by=by, act="indicators.list_source_retire", subject=row, facts={"retired": bool(row.retired_at)})
    return row


def _check(data: ListData, besides: ListSource | None = None) -> None:
    if not data.licence.strip():
        raise IndicatorRefused(_("Ghi giấy phép của danh sách: không rõ giấy phép thì không nhận."), "licence")
    if not 1 <= data.keep_days <= 3650:
        raise IndicatorRefused(_("Số ngày giữ từ 1 đến 3650."), "keep_days")
    same = ListSource.objects.filter(name=data.name).first()
    if same is not None and same != besides:
        raise IndicatorRefused(_("Đã có danh sách tên này."), "name")


# One file of it ------------------------------------------------------------------------------------------------------


@transaction.atomic
def list_upload(*, by: Member, source: ListSource, data: bytes, file_name: str, dated: dt.date | None) -> ListImport:
    """Keeps the file and queues its reading; nothing of it is in the register yet.

    The same file that still waits for its reader or for somebody's word is that import again.
    Raises IndicatorRefused for an empty or too large file and for a retired list, NotAllowed.
    """
    require_propose(by)
    row = ListSource.objects.select_for_update().get(pk=source.pk)
    if row.retired_at:
        raise IndicatorRefused(_("Danh sách này đã thôi dùng."), "file")
    if not data.strip():
        raise IndicatorRefused(_("Tệp rỗng."), "file")
    if len(data) > settings.UPLOAD_MAX_BYTES:
        raise IndicatorRefused(_("Tệp quá lớn."), "file")
    if dated is not None and dated > clock.today():
        raise IndicatorRefused(_("Ngày của danh sách chưa tới."), "dated")
    sha256 = store().put(data)
    waiting = row.imports.filter(file_sha256=sha256, state__in=[State.QUEUED, State.READING, State.PREVIEW])
    if (same := waiting.order_by("-pk").first()) is not None:
        return same
    name = " ".join(PurePath(file_name).name.replace("\0", "").split())[-200:]
    one = ListImport.objects.create(source=row, file_sha256=sha256, file_name=name, dated=dated, by=by)
    work.enqueue("indicators.list_read", import_id=one.pk)
    audit_record(by=by, act="indicators.list_upload", subject=one, facts={"sha256": sha256, "bytes": len(data)})
    return one


def list_read(*, import_id: int) -> ListImport:
    """Reads a queued file and notes what it would change. Progress is seen while it reads. Idempotent.

    Bad lines are counted and the first kept; what is known to be genuine is refused and shown. A file that is no list
    of its format is FAILED, with the reason in Vietnamese.
    """
    one = ListImport.objects.select_related("source").get(pk=import_id)
    if one.state not in (State.QUEUED, State.READING):
        return one
    with _staged(one) as tally:
        if tally.error:
            one.state, one.error = State.FAILED, tally.error
        else:
            one.added, one.kept, one.gone, one.samples = _difference(one.source_id)
            one.state = State.PREVIEW
        one.read, one.bad, one.known_good, one.faults = tally.read, tally.bad, tally.known_good, tally.faults
        one.save()
    return one


@transaction.atomic
def list_accept(*, by: Member, one: ListImport) -> ListImport:
    """Says yes to a preview: a job takes the lines in. Raises IndicatorRefused, NotAllowed."""
    require_propose(by)
    row = _locked(one, State.PREVIEW)
    if row.source.retired_at:
        raise IndicatorRefused(_("Danh sách này đã thôi dùng."))
    row.state, row.by, row.read = State.TAKING, by, 0
    row.save(update_fields=["state", "by", "read"])
    work.enqueue("indicators.list_take", import_id=row.pk, lock=f"list:{row.source_id}")
    audit_record(by=by, act="indicators.list_accept", subject=row, facts={"added": row.added, "gone": row.gone})
    return row


def list_take(*, import_id: int) -> ListImport:
    """Takes an accepted file in: a sighting for each line that was not on the list, lines that went are marked.

    One transaction, so a worker that dies leaves nothing half done; a second run does nothing.
    """
    one = ListImport.objects.select_related("source").get(pk=import_id)
    if one.state != State.TAKING:
        return one
    with _staged(one) as tally, transaction.atomic():
        ListSource.objects.select_for_update().get(pk=one.source_id)
        one.added, one.kept, one.gone, one.samples = _difference(one.source_id)
        sightings_copy(_reports(one))
        now = clock.now()
        with connection.cursor() as cursor:
            cursor.execute(_STAND, {"source": one.source_id, "import": one.pk})
            cursor.execute(_GONE, {"source": one.source_id, "now": now})
        one.state, one.done_at, one.read = State.DONE, now, tally.read
        one.save()
        _expiries(one.source_id)
    return one


@transaction.atomic
def list_drop(*, by: Member, one: ListImport) -> ListImport:
    """Says no to a preview, or puts a file that could not be read aside."""
    require_propose(by)
    row = _locked(one, State.PREVIEW, State.FAILED)
    row.state, row.done_at = State.DROPPED, clock.now()
    row.save(update_fields=["state", "done_at"])
    audit_record(by=by, act="indicators.list_drop", subject=row)
    return row


@transaction.atomic
def list_undo(*, by: Member, one: ListImport) -> ListImport:
    """Takes back the newest import of a list: its sightings are withdrawn, the lines it marked as gone stand again."""
    require_propose(by)
    row = _locked(one, State.DONE)
    if row.source.imports.filter(state=State.DONE, pk__gt=row.pk).exists():
        raise IndicatorRefused(_("Đã có lần nhập mới hơn: hãy hoàn tác lần mới trước."))
    sightings_withdraw(origin=_origin(row))
    with connection.cursor() as cursor:
        cursor.execute(_UNDO, {"import": row.pk, "source": row.source_id, "at": row.done_at})
        cursor.execute(_NOTHING_LEFT, {"import": row.pk, "now": clock.now(), "today": clock.today()})
    row.first_listings.all().delete()
    row.state = State.DROPPED
    row.save(update_fields=["state"])
    _expiries(row.source_id)
    audit_record(by=by, act="indicators.list_undo", subject=row, facts={"added": row.added})
    return row


def _locked(one: ListImport, *states: ListImport.State) -> ListImport:
    row = ListImport.objects.select_for_update(of=("self",)).select_related("source").get(pk=one.pk)
    if row.state not in states:
        raise IndicatorRefused(_("Lần nhập này %s.") % row.get_state_display())
    return row


def _origin(one: ListImport) -> str:
    return f"indicators.listimport:{one.pk}"


# Reading into a table of this connection ------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What reading a file counted."""

    faults: list[dict[str, Any]]
    read: int = 0
    bad: int = 0
    known_good: int = 0
    error: str = ""


class _staged:  # noqa: N801  # a context manager, used like a function
    """The file's things in the temporary table ``listed``, each once."""

    def __init__(self, one: ListImport) -> None:
        self._one, self._good, self._tally = one, KnownGoods(), Tally([])

    def __enter__(self) -> Tally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS listed_lines, listed")
            cursor.execute("CREATE TEMP TABLE listed_lines (kind text, value text, tags int, number int)")
        path = store().path(self._one.file_sha256)
        try:
            with path.open("rb") as file:
                rows = read_list(file, form=self._one.source.format, kind=self._one.source.kind)
                while batch := list(islice(rows, BATCH)):
                    self._batch(batch)
        except ListError as refusal:
            self._tally.error = str(refusal)
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE listed AS SELECT kind, value, bit_or(tags) AS tags, min(number) AS number"
                " FROM listed_lines GROUP BY kind, value"
            )
            cursor.execute("ANALYZE listed")
        return self._tally

    def __exit__(self, *_error: object) -> None:
        if connection.is_usable() and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS listed_lines, listed")

    def _batch(self, batch: Sequence[Listed | Fault]) -> None:
        tally, kept = self._tally, []
        for row in batch:
            if isinstance(row, Fault):
                tally.bad += 1
                self._note("bad", tally.bad, row.number, row.text, row.why)
            elif (owner := self._good.owner(row.key)) is not None:
                tally.known_good += 1
                words = _("Địa chỉ chính thức của %s: không nhận vào sổ.") % owner
                self._note("good", tally.known_good, row.number, shown(row.key), words)
            else:
                kept.append((row.key.kind.value, row.key.value, mask_of(row.tags), row.number))
        tally.read += len(batch)
        with connection.cursor() as cursor, cursor.copy("COPY listed_lines FROM STDIN") as copy:
            for line in kept:
                copy.write_row(line)
        ListImport.objects.filter(pk=self._one.pk).update(
            read=tally.read, **({"state": State.READING} if self._one.state == State.QUEUED else {})
        )

    def _note(self, what: str, count: int, number: int, text: str, why: str) -> None:
        if count <= SHOWN_FAULTS:
            self._tally.faults.append({"what": what, "number": number, "text": text, "why": why})


_STANDING = """
SELECT 1 FROM indicators_listing l JOIN indicators_indicator i ON i.id = l.indicator_id
WHERE l.source_id = %s AND l.gone_at IS NULL AND i.kind = listed.kind AND i.value = listed.value
"""
_LEFT = """
FROM indicators_listing l JOIN indicators_indicator i ON i.id = l.indicator_id
WHERE l.source_id = %s AND l.gone_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM listed WHERE listed.kind = i.kind AND listed.value = i.value)
"""
_STAND = """
INSERT INTO indicators_listing AS l (source_id, indicator_id, first_import_id, last_import_id, gone_at)
SELECT %(source)s, i.id, %(import)s, %(import)s, NULL
FROM listed JOIN indicators_indicator i ON i.kind = listed.kind AND i.value = listed.value
ON CONFLICT (source_id, indicator_id) DO UPDATE SET
    first_import_id = CASE WHEN l.gone_at IS NULL THEN l.first_import_id ELSE excluded.first_import_id END,
    last_import_id = excluded.last_import_id, gone_at = NULL
"""
_GONE = """
UPDATE indicators_listing l SET gone_at = %(now)s FROM indicators_indicator i
WHERE i.id = l.indicator_id AND l.source_id = %(source)s AND l.gone_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM listed WHERE listed.kind = i.kind AND listed.value = i.value)
"""
_UNDO = "UPDATE indicators_listing SET gone_at = NULL WHERE source_id = %(source)s AND gone_at = %(at)s"
_NOTHING_LEFT = """
UPDATE indicators_indicator i SET expires_on = %(today)s - 1, changed_at = %(now)s
FROM indicators_listing l
WHERE l.indicator_id = i.id AND l.first_import_id = %(import)s AND i.sightings_count = 0 AND i.state IN (1, 2)
"""
_EXPIRE = """
WITH touched AS MATERIALIZED (
    SELECT DISTINCT indicator_id FROM indicators_listing WHERE source_id = %(source)s
), told AS MATERIALIZED (
    SELECT l.indicator_id,
           max(coalesce(m.dated, (m.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) + s.keep_days) AS until
    FROM touched
    JOIN indicators_listing l ON l.indicator_id = touched.indicator_id
    JOIN indicators_listimport m ON m.id = l.last_import_id
    JOIN indicators_listsource s ON s.id = l.source_id
    GROUP BY l.indicator_id
)
UPDATE indicators_indicator i SET
    expires_on = told.until,
    changed_at = CASE WHEN i.expires_on IS NULL OR (i.expires_on < %(today)s) <> (told.until < %(today)s)
        THEN %(now)s ELSE i.changed_at END
FROM told
WHERE i.id = told.indicator_id AND i.state IN (1, 2) AND i.sources = %(only)s
  AND i.expires_on IS DISTINCT FROM told.until
"""


_COUNTS = f"SELECT count(*), count(*) FILTER (WHERE EXISTS ({_STANDING})) FROM listed"  # noqa: S608  # constants
_FRESH = f"SELECT kind, value, tags FROM listed WHERE NOT EXISTS ({_STANDING}) ORDER BY number"  # noqa: S608  # the same


def _difference(source_id: int) -> tuple[int, int, int, dict[str, list[list[str]]]]:
    """How many things of ``listed`` are new, stay, went from the list; and the first of each."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [source_id])
        total, kept = cursor.fetchone()
        cursor.execute(f"SELECT count(*) {_LEFT}", [source_id])
        (gone,) = cursor.fetchone()
        cursor.execute(f"{_FRESH} LIMIT {SAMPLE}", [source_id])
        new = [_shown(kind, value) for kind, value, _tags in cursor.fetchall()]
        cursor.execute(f"SELECT i.kind, i.value {_LEFT} ORDER BY i.id LIMIT {SAMPLE}", [source_id])
        went = [_shown(kind, value) for kind, value in cursor.fetchall()]
    return total - kept, kept, gone, {"new": new, "gone": went}


def _shown(kind: str, value: str) -> list[str]:
    """Kind and value as a preview shows them: numbers masked, they may be an innocent person's."""
    key = Key(Kind(kind), value)
    return [str(kind), masked(key) if key.kind in PERSONAL else shown(key)]


def _reports(one: ListImport) -> Iterator[Report]:
    """A report of each thing that does not stand on the list yet."""
    at = one.at
    if one.dated is not None:
        at = min(dt.datetime.combine(one.dated, dt.time(12), clock.VIETNAM), at)
    tags, trust, origin = one.source.tags | _LIST_TAG, one.source.trust, _origin(one)
    with connection.cursor() as cursor:
        cursor.execute(_FRESH, [one.source_id])
        while rows := cursor.fetchmany(BATCH):
            for kind, value, own in rows:
                key = Key(Kind(kind), value)
                yield Report(key, Sighting.Source.LIST, at, tags=tags | own, weight=trust, origin=origin)


def _expiries(source_id: int) -> None:
    """What only lists told runs out so many days after it last stood on one of them."""
    with connection.cursor() as cursor:
        # What this transaction brought in is not in the planner's figures yet: with old ones it would go through the
        # register once for every line.
        cursor.execute("ANALYZE indicators_listing, indicators_indicator")
        cursor.execute(_EXPIRE, {"source": source_id, "only": _ONLY_LISTS, "today": clock.today(), "now": clock.now()})
