"""The list of a class out of a workbook: read, shown with its faults, and only then taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.register import Refused
from canhgiac.agencies.services.sheets import sheet_lines, stored
from canhgiac.kit.sheets import Sheet, xlsx
from canhgiac.kit.text import fold
from canhgiac.training.models import Enrolment, Learner, RosterImport, TrainingClass
from canhgiac.training.selectors.learners import UNCLAIMED, holds_class

from .learners import learner_build, learner_of
from .refusals import TrainingRefused
from .telling import enrolments_told

State = RosterImport.State
COLUMNS = (
    ("full_name", gettext_lazy("Họ và tên")),
    ("group", gettext_lazy("Lớp hoặc tổ")),
    ("unit", gettext_lazy("Đơn vị")),
    ("email", gettext_lazy("Thư công vụ")),
)
"""Headings without a comma, which would be taken for the delimiter of a CSV. Only the first is needed. The mail
address serves to find a member of the programme and is not kept."""
_OTHER_HEADINGS = {
    "full_name": ("ho ten", "ten", "hoc vien", "hoc sinh", "nguoi hoc"),
    "group": ("lop", "to", "lop, to", "lop/to", "phong", "nhom"),
    "unit": ("truong", "co quan", "don vi cong tac"),
    "email": ("email", "thu dien tu", "thu"),
}
MOST_ROWS = 1000
Fault = dict[str, Any]


def roster_template() -> Iterator[bytes]:
    """An empty workbook with the columns and two invented rows to be written over."""
    headings = [str(heading) for _key, heading in COLUMNS]
    rows = [["Nguyễn Văn Mẫu", "10A1", "", ""], ["Trần Thị Ví Dụ", "10A2", "", ""]]
    return xlsx([Sheet(_("Danh sách lớp"), headings, rows, [30, 14, 40, 34])])


@transaction.atomic
def roster_read(*, by: Member, training_class: TrainingClass, name: str, file: IO[bytes]) -> RosterImport:
    """Reads a workbook or CSV for the class and keeps what was read; nobody is enrolled yet.

    Raises NotAllowed, TrainingRefused for what is no table.
    """
    room = _room(by, training_class)
    try:
        data = stored(file, settings.UPLOAD_MAX_BYTES)
        rows, faults = _read(data, room)
    except Refused as refusal:
        raise TrainingRefused(str(refusal), "file") from refusal
    row = RosterImport.objects.create(
        training_class=room,
        name=name[:200] or _("Danh sách"),
        sha256=hashlib.sha256(data).hexdigest(),
        rows=rows,
        faults=faults,
        made_by=by,
    )
    audit_record(by=by, act="training.roster_read", subject=row, facts={"rows": len(rows), "faults": len(faults)})
    return row


@transaction.atomic
def roster_take(*, by: Member, roster: RosterImport) -> int:
    """Enrols the readable rows; returns how many people are new. Twice is once. Raises NotAllowed, TrainingRefused."""
    row = _held(by, roster)
    if row.state == State.TAKEN:
        return 0
    if row.state == State.DROPPED:
        raise TrainingRefused(_("Tệp này đã bỏ. Tải lên lại."))
    room = _room(by, row.training_class)
    known = _known(room)
    members = Member.objects.in_bulk([told["member"] for told in row.rows if told.get("member")])
    agencies = Agency.objects.select_related("area").in_bulk([told["unit"] for told in row.rows if told.get("unit")])
    fresh: list[Learner] = []
    learners: list[Learner] = []
    for told in row.rows:
        if (fold(told["full_name"]), fold(told["group"])) in known:
            continue
        if told.get("member") in members:
            learners.append(learner_of(members[told["member"]]))
            continue
        one = learner_build(
            full_name=told["full_name"],
            agency=agencies.get(told.get("unit")) or room.agency,
            area=room.area,
            group=told["group"],
            audience=room.audience,
            by=by,
        )
        one.token = f"{UNCLAIMED}{one.token[1:]}"
        fresh.append(one)
    learners += Learner.objects.bulk_create(fresh)
    before = room.enrolments.count()
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                learner=one,
                course_id=room.course_id,
                training_class=room,
                reminders=one.member_id is not None,
            )
            for one in learners
        ],
        ignore_conflicts=True,
    )
    taken = room.enrolments.count() - before
    if taken:
        enrolments_told(room.enrolments.filter(learner__in=learners))
    row.state, row.rows = State.TAKEN, []
    row.save(update_fields=["state", "rows"])
    audit_record(by=by, act="training.roster_take", subject=row, facts={"taken": taken})
    return taken


@transaction.atomic
def roster_drop(*, by: Member, roster: RosterImport) -> None:
    """Forgets what was read. Raises NotAllowed, TrainingRefused for one that was taken."""
    row = _held(by, roster)
    if row.state == State.TAKEN:
        raise TrainingRefused(_("Danh sách này đã nhận."))
    row.state, row.rows = State.DROPPED, []
    row.save(update_fields=["state", "rows"])
    audit_record(by=by, act="training.roster_drop", subject=row)


def _room(by: Member, training_class: TrainingClass) -> TrainingClass:
    room = (
        TrainingClass.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency__area", "area")
        .get(pk=training_class.pk)
    )
    if not holds_class(by, room):
        raise NotAllowed(_("Chỉ người dạy lớp nhập được danh sách."))
    if room.state != TrainingClass.State.OPEN:
        raise TrainingRefused(_("Lớp này đã kết thúc hoặc đã hủy."))
    return room


def _held(by: Member, roster: RosterImport) -> RosterImport:
    row = (
        RosterImport.objects.select_for_update(of=("self",)).select_related("training_class__agency").get(pk=roster.pk)
    )
    if not holds_class(by, row.training_class):
        raise NotAllowed(_("Chỉ người dạy lớp nhập được danh sách."))
    return row


def _known(room: TrainingClass) -> set[tuple[str, str]]:
    """Name and group of everybody in the class, folded."""
    rows = room.enrolments.values_list("learner__full_name", "learner__group")
    return {(fold(name), fold(group)) for name, group in rows}


def _read(data: bytes, room: TrainingClass) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The readable rows and the faults, each with its line as the program shows it."""
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    keys: list[str] | None = None
    seen = _known(room)
    units, members = _units(), {}
    lines = list(sheet_lines(data, most=MOST_ROWS + 1))
    for line, cells in lines:
        if keys is None:
            keys = _headings(cells)
            mails = {cell.casefold() for _line, row in lines for cell in row if "@" in cell}
            members = dict(Member.objects.filter(email__in=mails, is_active=True).values_list("email", "pk"))
            continue
        told = dict(zip(keys, cells, strict=False))
        row, fault = _row(told, units, members, seen)
        if fault:
            faults.append({"line": line, "text": fault})
        else:
            rows.append(row | {"line": line})
    if keys is None:
        raise Refused(_("Tệp rỗng."), "file")
    return rows, faults


def _headings(cells: list[str]) -> list[str]:
    """The key of each column. Raises Refused when no column holds names."""
    known = {fold(str(heading)): key for key, heading in COLUMNS}
    known |= {other: key for key, others in _OTHER_HEADINGS.items() for other in others}
    keys = [known.get(fold(cell), "") for cell in cells]
    if "full_name" not in keys:
        raise Refused(_("Dòng đầu phải có cột Họ và tên. Tải tệp mẫu rồi điền."), "file")
    return keys


def _row(
    told: Mapping[str, str], units: Mapping[str, int], members: Mapping[str, int], seen: set[tuple[str, str]]
) -> tuple[dict[str, Any], str]:
    """One line as it will be enrolled, or what is wrong with it."""
    try:
        built = learner_build(
            full_name=told.get("full_name", ""), group=told.get("group", ""), email=told.get("email", "")
        )
    except TrainingRefused as refusal:
        return {}, str(refusal)
    unit = fold(told.get("unit", ""))
    if unit and unit not in units:
        return {}, _("Không có đơn vị “%s” trong sổ. Sửa tên, hoặc để trống là đơn vị tổ chức.") % told["unit"][:80]
    if "@" in built.full_name or built.full_name.isdigit():
        return {}, _("“%s” không phải họ và tên.") % built.full_name[:60]
    mark = (fold(built.full_name), fold(built.group))
    if mark in seen:
        return {}, _("%s đã có trong lớp hoặc ở dòng trên. Hai người trùng tên thì ghi thêm lớp, tổ.") % built.full_name
    seen.add(mark)
    return {
        "full_name": built.full_name,
        "group": built.group,
        "unit": units.get(unit),
        "member": members.get(built.email.casefold()) if built.email else None,
    }, ""


def _units() -> dict[str, int]:
    """Folded name to the agency in force, where one name is one agency."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for pk, name, short in Agency.objects.filter(valid_until=None).values_list("pk", "name", "short_name"):
        for words in {fold(name), fold(short)} - {""}:
            twice |= {words} if words in found else set()
            found[words] = pk
    return {words: pk for words, pk in found.items() if words not in twice}
