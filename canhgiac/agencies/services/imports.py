"""Importing the register from a table: every row checked, nothing stored unless all can be."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import IO, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, AgencySuccession, Area, Member, Role
from canhgiac.agencies.selectors import NotAllowed, agencies_of, require_role
from canhgiac.agencies.selectors.access import in_force
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.text import fold

from .audit import audit_record
from .register import AgencyFacts, Refused, agency_folded, aliases_set, paths_refresh, require_register
from .sheets import Line, sheet_lines, stored

Key = TypeVar("Key")
COLUMNS = (
    ("code", gettext_lazy("Mã số")),
    ("name", gettext_lazy("Tên")),
    ("short_name", gettext_lazy("Tên viết tắt")),
    ("kind", gettext_lazy("Loại")),
    ("area", gettext_lazy("Mã địa bàn")),
    ("area_name", gettext_lazy("Địa bàn")),
    ("parent", gettext_lazy("Cấp trên")),
    ("aliases", gettext_lazy("Tên khác")),
    ("email", gettext_lazy("Thư điện tử")),
    ("valid_from", gettext_lazy("Từ ngày")),
    ("valid_until", gettext_lazy("Đến hết ngày")),
    ("successors", gettext_lazy("Cơ quan kế thừa")),
)
"""The columns of the export and of the import: key and heading."""
_REQUIRED = ("name", "kind")
_LENGTHS = {"name": 200, "short_name": 60, "email": 254}
_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: the line as the spreadsheet numbers it, the column's heading, and how to mend it."""

    line: int
    column: str
    message: str


@dataclass
class _Row:
    """One line of the table on its way into the register."""

    line: int
    cells: dict[str, str]
    agency: Agency | None = None
    """The registered agency that the line describes; None for a new one."""
    facts: AgencyFacts | None = None
    parent_row: int | None = None
    """The line of the parent, when it is in the file too."""
    successors: list[tuple[Agency | None, int | None]] = field(default_factory=list)


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do, or why it cannot."""

    total: int
    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    faults: tuple[Fault, ...]

    @property
    def ready(self) -> bool:
        """Whether it may be confirmed."""
        return not self.faults and bool(self.created or self.changed)


def agencies_import_preview(*, by: Member, data: bytes) -> ImportPreview:
    """Reads the table and says what each line would do; stores nothing. ADMIN. Raises Refused for what is no table."""
    table = _Table(by)
    table.read(sheet_lines(data))
    new = [row for row in table.rows if row.agency is None]
    changed = [row for row in table.rows if row.agency is not None and table.differs(row)]
    return ImportPreview(
        total=len(table.rows),
        created=tuple(row.cells["name"] for row in new),
        changed=tuple(row.cells["name"] for row in changed),
        unchanged=len(table.rows) - len(new) - len(changed),
        faults=tuple(sorted(table.faults, key=lambda fault: fault.line)),
    )


def agencies_import_read(*, by: Member, file: IO[bytes]) -> tuple[str, ImportPreview]:
    """Keeps the uploaded table by its SHA-256 until it is confirmed, and reads it. ADMIN. Raises Refused."""
    require_role(by, Role.Kind.ADMIN)
    data = stored(file, settings.UPLOAD_MAX_BYTES)
    preview = agencies_import_preview(by=by, data=data)
    return FileStore(settings.FILES_ROOT).put(data), preview


@transaction.atomic
def agencies_import(*, by: Member, sha256: str) -> ImportPreview:
    """Stores the kept table, all of it or nothing, with one line in the log. ADMIN.

    It is read anew, for the register may have changed since it was shown. Raises Refused while a fault is left.
    """
    require_role(by, Role.Kind.ADMIN)
    try:
        data = FileStore(settings.FILES_ROOT).get(sha256)
    except OSError as error:
        raise Refused(_("Bản xem trước đã hết hạn; hãy tải tệp lên lại."), "file") from error
    preview = agencies_import_preview(by=by, data=data)
    if not preview.ready:
        raise Refused(_("Tệp còn lỗi hoặc không có gì để nhập."), "file")
    table = _Table(by)
    table.read(sheet_lines(data))
    try:
        with transaction.atomic():
            saved = table.store()
    except IntegrityError as error:
        raise Refused(_("Có dòng trùng với cơ quan đã có: cùng tên, địa bàn, cấp trên và ngày."), "file") from error
    audit_record(
        by=by,
        act="agencies.agencies_import",
        subject=saved[0],
        facts={"created": len(preview.created), "changed": len(preview.changed), "rows": preview.total},
    )
    return preview


class _Table:
    """The table being read against the register as it stands."""

    def __init__(self, by: Member) -> None:
        self.rows: list[_Row] = []
        self.faults: list[Fault] = []
        covered = agencies_of(by, Role.Kind.ADMIN)
        self.manageable = set(covered.values_list("pk", flat=True))
        self.at_root = _at_root(by)
        agencies = list(Agency.objects.select_related("area", "parent").prefetch_related("aliases", "successions"))
        self.by_id = {agency.pk: agency for agency in agencies}
        self.by_name: dict[str, list[Agency]] = defaultdict(list)
        for agency in agencies:
            self.by_name[fold(agency.name)].append(agency)
        current = Area.objects.filter(in_force(clock.today()))
        self.areas = {area.code: area for area in Area.objects.order_by("-valid_until").filter(level__lte=3)}
        self.areas |= {area.code: area for area in current}
        self.kinds = _in_any_language([(kind, kind.label) for kind in Agency.Kind])
        self.kinds |= {kind.value: kind for kind in Agency.Kind}
        self.in_file: dict[str, list[int]] = defaultdict(list)

    def fault(self, line: int, key: str, message: str) -> None:
        self.faults.append(Fault(line, str(dict(COLUMNS).get(key, "")), message))

    def read(self, lines: Iterable[Line]) -> None:
        """All lines: first each alone, then against each other."""
        keys: Sequence[str] | None = None
        for line, cells in lines:
            if keys is None:
                keys = self._headings(line, cells)
                if self.faults:
                    return
                continue
            values = dict(zip(keys, cells, strict=False))
            row = _Row(line, {key: values.get(key, "") for key, _heading in COLUMNS})
            self.in_file[fold(row.cells["name"])].append(len(self.rows))
            self.rows.append(row)
        if keys is None:
            raise Refused(_("Tệp rỗng."), "file")
        for row in self.rows:
            self._check(row)
        self._check_twice()
        self._check_cycles()

    def _headings(self, line: int, cells: list[str]) -> Sequence[str]:
        known = _in_any_language(COLUMNS)
        keys = [known.get(fold(cell), "") for cell in cells]
        headings = dict(COLUMNS)
        for key in _REQUIRED:
            if key not in keys:
                self.fault(line, key, _("Thiếu cột “%(name)s”.") % {"name": headings[key]})
        return keys

    def _check(self, row: _Row) -> None:
        before, cells = len(self.faults), row.cells
        for key in _REQUIRED:
            if not cells[key]:
                self.fault(row.line, key, _("Chưa ghi."))
        for key, length in _LENGTHS.items():
            if len(cells[key]) > length:
                self.fault(row.line, key, _("Dài quá %(length)d ký tự.") % {"length": length})
        kind = self.kinds.get(fold(cells["kind"]))
        if cells["kind"] and kind is None:
            self.fault(row.line, "kind", _("Không có loại này; xem “Các loại cơ quan”."))
        self._email(row)
        since, until = self._date(row, "valid_from"), self._date(row, "valid_until")
        if since and until and until < since:
            self.fault(row.line, "valid_until", _("Trước ngày bắt đầu."))
        area = self.areas.get(cells["area"]) or self.areas.get(cells["area"].zfill(5))
        if cells["area"] and area is None:
            self.fault(row.line, "area", _("Không có mã địa bàn này."))
        parent = self._parent(row)
        aliases = [alias.strip() for alias in cells["aliases"].split(";") if alias.strip()]
        if any(len(alias) > 200 for alias in aliases):
            self.fault(row.line, "aliases", _("Dài quá %(length)d ký tự.") % {"length": 200})
        self._successors(row)
        if len(self.faults) > before or kind is None:
            return
        row.facts = AgencyFacts(
            name=cells["name"],
            short_name=cells["short_name"],
            kind=kind,
            area=area or (parent.area if parent else None),
            parent=parent,
            email=cells["email"],
            valid_from=since,
            valid_until=until,
            aliases=aliases,
        )
        self._match(row)

    def _email(self, row: _Row) -> None:
        if row.cells["email"]:
            try:
                validate_email(row.cells["email"])
            except ValidationError:
                self.fault(row.line, "email", _("Địa chỉ thư không đúng dạng."))

    def _date(self, row: _Row, key: str) -> dt.date | None:
        text = row.cells[key]
        if not text:
            return None
        numbers = (match.groups()[::-1] if (match := _DATE.match(text)) else None) or (
            match.groups() if (match := _ISO.match(text)) else None
        )
        try:
            if numbers:
                year, month, day = (int(number) for number in numbers)
                return dt.date(year, month, day)
        except ValueError:
            pass
        self.fault(row.line, key, _("Ngày phải có dạng 01/7/2025."))
        return None

    def _named(self, row: _Row, key: str, name: str) -> tuple[Agency | None, int | None]:
        """The agency of that name in the file or in the register; a fault when there is none, or more than one."""
        places = [place for place in self.in_file.get(fold(name), []) if self.rows[place] is not row]
        registered = self.by_name.get(fold(name), [])
        exact = [agency for agency in registered if agency.name == name] or registered
        living = [agency for agency in exact if agency.valid_until is None] or exact
        if len(places) == 1:
            return (living[0] if len(living) == 1 else None), places[0]
        if len(places) > 1 or len(living) > 1:
            self.fault(row.line, key, _("Có nhiều cơ quan tên “%(name)s”.") % {"name": name})
        elif not living:
            self.fault(row.line, key, _("Không có cơ quan tên “%(name)s”.") % {"name": name})
        return (living[0] if len(living) == 1 else None), None

    def _parent(self, row: _Row) -> Agency | None:
        name = row.cells["parent"]
        if not name:
            if not self.at_root:
                self.fault(row.line, "parent", _("Cần ghi cấp trên: bạn chỉ quản lý một phần của sổ."))
            return None
        agency, row.parent_row = self._named(row, "parent", name)
        if agency is not None and row.parent_row is None and agency.pk not in self.manageable and not self.at_root:
            self.fault(row.line, "parent", _("Bạn không quản lý cơ quan này."))
        return agency

    def _successors(self, row: _Row) -> None:
        for name in filter(None, (part.strip() for part in row.cells["successors"].split(";"))):
            row.successors.append(self._named(row, "successors", name))
        if row.successors and not row.cells["valid_until"]:
            self.fault(row.line, "valid_until", _("Có cơ quan kế thừa thì phải có ngày kết thúc."))

    def _match(self, row: _Row) -> None:
        """Finds the registered agency the line speaks of: by its number, else by name, area and parent."""
        assert row.facts is not None
        facts, code = row.facts, row.cells["code"]
        if code:
            row.agency = self.by_id.get(int(code)) if code.isdecimal() and len(code) < 19 else None
            if row.agency is None:
                self.fault(row.line, "code", _("Không có mã số này; để trống nếu là cơ quan mới."))
                return
        else:
            same = [
                agency
                for agency in self.by_name.get(fold(facts.name), [])
                if agency.name == facts.name
                and agency.parent == facts.parent
                and agency.area == facts.area
                and agency.valid_from == facts.valid_from
            ]
            row.agency = same[0] if len(same) == 1 else None
        if row.agency is not None and row.agency.pk not in self.manageable and not self.at_root:
            self.fault(row.line, "code", _("Bạn không quản lý cơ quan này."))

    def _check_twice(self) -> None:
        seen: dict[tuple[object, ...], int] = {}
        for row in self.rows:
            if row.facts is None:
                continue
            keys: list[tuple[object, ...]] = [
                ("facts", row.facts.name, row.facts.area, row.cells["parent"], row.facts.valid_from)
            ]
            if row.agency is not None:
                keys.append(("id", row.agency.pk))
            for key in keys:
                if key in seen:
                    self.fault(row.line, "name", _("Trùng với dòng %(line)d.") % {"line": seen[key]})
                    break
                seen[key] = row.line

    def _check_cycles(self) -> None:
        """Nobody may stand above themselves, whether by lines of the file, by the register, or by both."""
        if self.faults:
            return
        try:
            tuple(TopologicalSorter(self._above()).static_order())
        except CycleError as error:
            place = next((node for node in error.args[1] if isinstance(node, int)), 0)
            self.fault(self.rows[place].line, "parent", _("Cấp trên vòng tròn: cơ quan này ở dưới chính nó."))

    def _above(self) -> dict[int | str, set[int | str]]:
        """For each line (its place) and each registered agency ("id…"), who must be stored before it."""
        place_of = {row.agency.pk: place for place, row in enumerate(self.rows) if row.agency is not None}

        def node(pk: int) -> int | str:
            return place_of.get(pk, f"id{pk}")

        above: dict[int | str, set[int | str]] = {
            f"id{pk}": {node(agency.parent_id)}
            for pk, agency in self.by_id.items()
            if pk not in place_of and agency.parent_id is not None
        }
        for place, row in enumerate(self.rows):
            above[place] = set()
            if row.parent_row is not None:
                above[place] = {row.parent_row}
            elif row.facts is not None and row.facts.parent is not None:
                above[place] = {node(row.facts.parent.pk)}
        return above

    def differs(self, row: _Row) -> bool:
        """Whether the line would change its agency."""
        agency, facts = row.agency, row.facts
        if agency is None or facts is None:
            return True
        parent = self.rows[row.parent_row].agency if row.parent_row is not None else facts.parent
        old = {alias.folded for alias in agency.aliases.all()}
        heirs = {succession.successor_id for succession in agency.successions.all()}
        wanted = {heir.pk if heir else None for heir, _place in row.successors}
        return (
            any(
                getattr(agency, name) != getattr(facts, name)
                for name in ("name", "short_name", "kind", "area", "email", "valid_from", "valid_until")
            )
            or agency.parent != parent
            or old != {fold(alias) for alias in facts.aliases}
            or not wanted <= heirs
        )

    def store(self) -> list[Agency]:
        """Writes all lines, parents before what is below them. The checks have passed."""
        order = [node for node in TopologicalSorter(self._above()).static_order() if isinstance(node, int)]
        for place in order:
            row = self.rows[place]
            assert row.facts is not None
            agency = row.agency or Agency()
            for name in ("name", "short_name", "kind", "area", "parent", "email", "valid_from", "valid_until"):
                setattr(agency, name, getattr(row.facts, name))
            if row.parent_row is not None:
                agency.parent = self.rows[row.parent_row].agency
                agency.area = row.facts.area or (agency.parent.area if agency.parent else None)
            agency.folded = agency_folded(name=agency.name, short_name=agency.short_name)
            agency.save()
            aliases_set(agency, row.facts.aliases)
            row.agency = agency
        self._store_successions()
        paths_refresh(Agency)
        return [self.rows[place].agency or Agency() for place in order]

    def _store_successions(self) -> None:
        rows = []
        for row in self.rows:
            for registered, place in row.successors:
                heir = self.rows[place].agency if place is not None else registered
                if row.agency and heir and row.facts and row.facts.valid_until and heir != row.agency:
                    on = row.facts.valid_until + dt.timedelta(days=1)
                    rows.append(AgencySuccession(predecessor=row.agency, successor=heir, on=on))
        AgencySuccession.objects.bulk_create(rows, ignore_conflicts=True)


def _in_any_language(words: Sequence[tuple[Key, object]]) -> dict[str, Key]:
    """Keys by their words, folded, in each language: who reads a table may speak another than who wrote it."""
    found: dict[str, Key] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {fold(str(word)): key for key, word in words}
    return found


def _at_root(by: Member) -> bool:
    try:
        require_register(by, None)
    except NotAllowed:
        return False
    return True
