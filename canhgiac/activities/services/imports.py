"""Activities from a spreadsheet: every row checked first, the good ones taken in at once, all of it undone at once."""

from __future__ import annotations

import hashlib
import io
import re
import uuid as uuids
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from canhgiac.activities.models import Activity, ActivityStep, ImportBatch
from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import Refused, audit_record
from canhgiac.agencies.services.sheets import MOST_COLUMNS, Line, sheet_lines, stored
from canhgiac.kit import clock
from canhgiac.kit.text import fold

from .record import Act, ActivityData, ActivityRefused, Origin, State, counting_enqueue, facts_apply
from .sheetrows import COLUMNS, REQUIRED, CellError, Meanings, facts_of, numbered

BATCH = 2000
_WRITERS = (Role.Kind.OFFICER, Role.Kind.COORDINATOR)
_ADD_AREAS = (
    "INSERT INTO activities_activityarea (activity_id, area_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
)
_ADD_TASKS = (
    "INSERT INTO activities_activitytask (activity_id, task_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
)
_ADD_STEPS = """INSERT INTO activities_activitystep (activity_id, act, by_id, at, note, before)
SELECT id, %s, %s, %s, '', '{}' FROM unnest(%s::bigint[]) AS made(id)"""
"""Two numbers a row: arrays are ten times as quick as rows of an INSERT."""
_FORMULA = re.compile(rb"<f[ >/]")


@transaction.atomic
def activities_import_check(*, by: Member, agency: Agency, file: IO[bytes], file_name: str) -> ImportBatch:
    """Reads a sheet and keeps it with what is wrong in each row; records nothing. Officer or coordinator.

    Raises ActivityRefused, in Vietnamese, for what is no table of ours.
    """
    require_role(by, *_WRITERS, agency=agency)
    try:
        data = stored(file, settings.UPLOAD_MAX_BYTES)
        lines = list(sheet_lines(data))
    except Refused as refusal:
        raise ActivityRefused(str(refusal), "file") from refusal
    rows = _rows(lines, _unanswered(data))
    batch = ImportBatch(
        agency=agency, file_name=_name(file_name), sha256=hashlib.sha256(data).hexdigest(), by=by, rows=rows
    )
    _check(batch)
    batch.save()
    return batch


@transaction.atomic
def activities_import_settle(*, by: Member, batch: ImportBatch, choices: Mapping[str, int]) -> ImportBatch:
    """Says which area an ambiguous name means (name as typed to id), in every row, and checks again."""
    row = _locked(by, batch, ImportBatch.State.CHECKED)
    areas = Meanings.of(row.agency).by_id
    names = {text: numbered(areas[pk]) for text, pk in choices.items() if pk in areas}
    for line in row.rows:
        for column in ("area", "areas"):
            parts = [part.strip() for part in line["values"].get(column, "").split(";")]
            line["values"][column] = "; ".join(names.get(part, part) for part in parts)
    _check(row)
    row.save(update_fields=["rows"])
    return row


@transaction.atomic
def activities_import(*, by: Member, batch: ImportBatch) -> int:
    """Records the good rows of a checked sheet, all or none; returns how many. A file taken in once is refused again.

    The rows are checked anew, for areas and tasks may have changed since. Raises ActivityRefused, NotAllowed.
    """
    with connection.cursor() as cursor:  # two who send the same file wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [batch.sha256])
    row = _locked(by, batch, ImportBatch.State.CHECKED)
    if (before := same_file(row)) is not None:
        raise ActivityRefused(
            _("Tệp này đã nhập ngày %s. Hoàn tác lần trước nếu muốn nhập lại.") % f"{before.done_at:%d/%m/%Y}"
        )
    known = Meanings.of(row.agency)
    data: dict[int, ActivityData] = {}
    for place, line in enumerate(row.rows):
        facts, errors = facts_of(line["values"], known, only_read=True)
        line["errors"] = [*_kept(line), *map(_told, errors)]
        if facts is not None and not line["errors"]:
            data[place] = facts
    if not data:
        raise ActivityRefused(_("Không có dòng nào nhập được. Sửa lỗi rồi tải lên lại."))
    made = activities_record_many(by=by, rows=list(data.values()), origin=Origin.IMPORT)
    for place, activity in zip(data, made, strict=True):
        row.rows[place]["activity"] = activity.pk
    row.state, row.done_at = ImportBatch.State.DONE, clock.now()
    row.save(update_fields=["rows", "state", "done_at"])
    facts_ = {"rows": len(row.rows), "recorded": len(made), "sha256": row.sha256, "agency": row.agency_id}
    audit_record(by=by, act="activities.activities_import", subject=row, facts=facts_)
    return len(made)


def activities_record_many(*, by: Member, rows: Sequence[ActivityData], origin: Activity.Origin) -> list[Activity]:
    """Records many activities by the rules of one, in a handful of queries; inside the caller's transaction.

    The caller writes the audit row, and has found areas and tasks within the agency's own. Raises as recording one.
    """
    for agency in {data.agency.pk: data.agency for data in rows}.values():
        require_role(by, *_WRITERS, agency=agency)
    now = clock.now()
    activities = []
    for data in rows:
        activity = Activity(uid=uuids.uuid4(), origin=origin, created_by=by, created_at=now, received_at=now)
        facts = {name: getattr(data, name) for name in data.__slots__ if name not in ("tasks", "areas")}
        facts_apply(activity, ActivityData(**facts))
        activities.append(activity)
    made = Activity.objects.bulk_create(activities, batch_size=BATCH)
    areas = [(one.pk, pk) for one, data in zip(made, rows, strict=True) for pk in sorted({data.area.pk, *data.areas})]
    tasks = [(one.pk, pk) for one, data in zip(made, rows, strict=True) for pk in dict.fromkeys(data.tasks)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD_AREAS, [[one for one, _pk in areas], [pk for _one, pk in areas]])
        cursor.execute(_ADD_TASKS, [[one for one, _pk in tasks], [pk for _one, pk in tasks]])
        cursor.execute(_ADD_STEPS, [Act.RECORD.value, by.pk, now, [one.pk for one in made]])
    return made


@transaction.atomic
def activities_import_undo(*, by: Member, batch: ImportBatch) -> int:
    """Withdraws everything an import recorded and that still stands; returns how many. Each can be restored."""
    row = _locked(by, batch, ImportBatch.State.DONE)
    ids = [line["activity"] for line in row.rows if line["activity"]]
    standing = Activity.objects.select_for_update(of=("self",)).filter(pk__in=ids).exclude(state=State.WITHDRAWN)
    states = dict(standing.order_by("pk").values_list("pk", "state"))
    Activity.objects.filter(pk__in=states).update(state=State.WITHDRAWN, version=F("version") + 1)
    now, note = clock.now(), _("Hoàn tác lần nhập tệp %s") % row.file_name[:200]
    ActivityStep.objects.bulk_create(
        (
            ActivityStep(activity_id=pk, act=Act.WITHDRAW, by=by, at=now, note=note, before={"state": state})
            for pk, state in states.items()
        ),
        batch_size=BATCH,
    )
    row.state = ImportBatch.State.UNDONE
    row.save(update_fields=["state"])
    if counted := [pk for pk, state in states.items() if state == State.ACCEPTED]:
        counting_enqueue(counted)
    audit_record(by=by, act="activities.activities_import_undo", subject=row, facts={"withdrawn": len(states)})
    return len(states)


def same_file(batch: ImportBatch) -> ImportBatch | None:
    """An earlier import of the very same file for the same agency that still stands."""
    done = ImportBatch.objects.filter(agency=batch.agency, sha256=batch.sha256, state=ImportBatch.State.DONE)
    return done.exclude(pk=batch.pk).order_by("-done_at").defer("rows").first()


def _locked(by: Member, batch: ImportBatch, state: ImportBatch.State) -> ImportBatch:
    row = ImportBatch.objects.select_for_update(of=("self",)).select_related("agency__area").get(pk=batch.pk)
    require_role(by, *_WRITERS, agency=row.agency)
    if row.state != state:
        raise ActivityRefused(_("Lần nhập này %s.") % row.get_state_display())
    return row


def _name(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[-255:] or "bang.xlsx"


# Rows ---------------------------------------------------------------------------------------------------------------


def _rows(lines: Sequence[Line], unanswered: set[tuple[int, int]]) -> list[dict[str, Any]]:
    """The rows below the heading, by our columns."""
    heads = {fold(str(label)): column for column, label in COLUMNS.items()}
    columns: dict[int, str] = {}
    below = 0
    while below < min(len(lines), 10) and not set(REQUIRED) <= set(columns.values()):
        names = [fold(cell).rstrip(" *:") for cell in lines[below][1]]
        columns = {index: heads[name] for index, name in enumerate(names) if name in heads}
        below += 1
    if not set(REQUIRED) <= set(columns.values()):
        missing = ", ".join(str(COLUMNS[column]) for column in REQUIRED)
        raise ActivityRefused(_("Không thấy dòng tên cột. Cần ít nhất các cột: %s. Dùng tệp mẫu.") % missing, "file")
    rows = []
    for number, cells in lines[below:]:
        values = {column: cells[index] if index < len(cells) else "" for index, column in columns.items()}
        if not any(values.values()):
            continue
        formulas = [columns[index] for index in columns if (number, index) in unanswered]
        rows.append({"row": number, "values": values, "errors": [], "activity": None, "formulas": formulas})
    if not rows:
        raise ActivityRefused(_("Tệp không có dòng hoạt động nào dưới dòng tên cột."), "file")
    return rows


def _unanswered(data: bytes) -> set[tuple[int, int]]:
    """Cells (row, column from 0) that hold a formula without a result: a program other than Excel wrote the file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
            if not any(_FORMULA.search(archive.read(name)) for name in sheets[:1]):
                return set()
        told = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        raw = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
        return {
            (number, index)
            for number, (formulas, results) in enumerate(
                zip(
                    raw.iter_rows(max_col=MOST_COLUMNS, values_only=True),
                    told.iter_rows(max_col=MOST_COLUMNS, values_only=True),
                    strict=False,
                ),
                start=1,
            )
            for index, (formula, result) in enumerate(zip(formulas, results, strict=False))
            if result is None and isinstance(formula, str) and formula.startswith("=")
        }
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError):  # no workbook: told while its rows are read
        return set()


def _check(batch: ImportBatch) -> None:
    """Sets the errors of every row."""
    known = Meanings.of(batch.agency)
    first: dict[tuple[str, ...], int] = {}
    for line in batch.rows:
        _facts, errors = facts_of(line["values"], known)
        same = tuple(line["values"].values())
        twin = first.setdefault(same, line["row"])
        line["errors"] = [*_formulas(line), *map(_told, errors)]
        if twin != line["row"]:
            line["errors"].append({"column": "title", "message": _("Giống hệt dòng %d.") % twin, "is_twin": True})


def _kept(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Errors that the words of the row do not show: formulas without a result, a row that stands twice."""
    return _formulas(line) + [error for error in line["errors"] if error.get("is_twin")]


def _formulas(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    message = _("Ô là công thức chưa có kết quả. Mở bằng Excel rồi lưu lại, hoặc dán giá trị.")
    return [{"column": column, "message": message} for column in line["formulas"]]


def _told(error: CellError) -> dict[str, Any]:
    choices = [{"id": area.pk, "name": area.name, "in": str(area.parent or "")} for area in error.choices]
    return {"column": error.column, "message": str(error), "choices": choices, "text": error.text}
