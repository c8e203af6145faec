"""Writing areas and agencies: names folded, paths kept; the acts on the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, AgencyAlias, AgencySuccession, Area, Member, Role
from canhgiac.agencies.selectors import NotAllowed, agencies_on, require_role, roles_of
from canhgiac.kit.text import fold

from .audit import audit_record

_ROOTS = "SELECT id, '/' || id || '/' FROM {table} WHERE parent_id IS NULL"
_ONE = (
    "SELECT row.id, coalesce(above.path, '/') || row.id || '/' FROM {table} row"
    " LEFT JOIN {table} above ON above.id = row.parent_id WHERE row.id = %s"
)
_REFRESH = """
WITH RECURSIVE tree (id, path) AS (
    {start}
    UNION ALL
    SELECT child.id, tree.path || child.id || '/' FROM {table} child JOIN tree ON child.parent_id = tree.id
)
UPDATE {table} SET path = tree.path FROM tree WHERE {table}.id = tree.id AND {table}.path <> tree.path
"""


def paths_refresh(model: type[Agency] | type[Area], *, root: int | None = None) -> None:
    """Sets ``path`` of the row ``root`` and all below it, of every row when None, from the parents. One statement."""
    table = model._meta.db_table
    start = (_ROOTS if root is None else _ONE).format(table=table)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH.format(table=table, start=start), None if root is None else [root])


@transaction.atomic
def area_store(area: Area) -> Area:
    """Saves the area with its folded name and path, and the paths below it. No permission, no audit: for loaders."""
    area.folded = fold(area.name)
    area.save()
    paths_refresh(Area, root=area.pk)
    area.refresh_from_db(fields=["path"])
    return area


def agency_folded(*, name: str, short_name: str) -> str:
    """What the register's search compares: name and short name without diacritics."""
    return fold(f"{name} {short_name}")


@transaction.atomic
def agency_store(agency: Agency) -> Agency:
    """Saves the agency with its folded name and path, and the paths below it. No permission, no audit: for loaders."""
    agency.folded = agency_folded(name=agency.name, short_name=agency.short_name)
    agency.save()
    paths_refresh(Agency, root=agency.pk)
    agency.refresh_from_db(fields=["path"])
    return agency


class Refused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """An act the rules do not allow; the message is Vietnamese, ``field`` names the form's field or is empty."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class AgencyFacts:
    """What a person states about an agency."""

    name: str
    kind: Agency.Kind
    short_name: str = ""
    area: Area | None = None
    parent: Agency | None = None
    email: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    aliases: Collection[str] = ()


def require_register(by: Member, agency: Agency | None) -> None:
    """Raises NotAllowed unless ``by`` keeps the register at ``agency``: ADMIN there or above, at a root for None."""
    if agency is not None:
        require_role(by, Role.Kind.ADMIN, agency=agency)
    elif not roles_of(by, Role.Kind.ADMIN).filter(agency__parent=None).exists():
        raise NotAllowed(_("Chỉ quản trị viên cấp cao nhất được thêm cơ quan không có cấp trên."))


@transaction.atomic
def agency_create(*, by: Member, facts: AgencyFacts) -> Agency:
    """Adds an agency to the register. ADMIN of its parent. Raises Refused, NotAllowed."""
    require_register(by, facts.parent)
    agency = Agency()
    _apply(agency, facts)
    audit_record(by=by, act="agencies.agency_create", subject=agency, facts=_told(facts))
    return agency


@transaction.atomic
def agency_edit(*, by: Member, agency: Agency, facts: AgencyFacts) -> Agency:
    """Corrects an agency. ADMIN of it and of the new parent. Raises Refused, NotAllowed."""
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    require_register(by, agency)
    if facts.parent != agency.parent:
        require_register(by, facts.parent)
    if facts.parent is not None and facts.parent.path.startswith(agency.path):
        raise Refused(_("Cấp trên không thể là chính cơ quan này hoặc đơn vị của nó."), "parent")
    before = _state(agency)
    _apply(agency, facts)
    after = _state(agency)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changed:
        audit_record(by=by, act="agencies.agency_edit", subject=agency, facts=changed)
    return agency


@transaction.atomic
def agency_close(
    *,
    by: Member,
    agency: Agency,
    last_day: dt.date,
    successors: Collection[Agency] = (),
    scope: str = "",
    act: str = "",
) -> Agency:
    """Ends an agency after ``last_day``; the successors carry on from the next day.

    ADMIN of it. Refused while bodies below it live on, for they would hang in the air: move or close them first.
    """
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    require_register(by, agency)
    if agency.valid_from is not None and last_day < agency.valid_from:
        raise Refused(_("Ngày kết thúc phải từ ngày thành lập trở đi."), "last_day")
    below = agencies_on(last_day + dt.timedelta(days=1)).filter(parent=agency).count()
    if below:
        raise Refused(
            _("Còn %(count)d đơn vị trực thuộc đang hoạt động; hãy chuyển hoặc đóng các đơn vị đó trước.")
            % {"count": below}
        )
    return _end(by=by, agency=agency, last_day=last_day, successors=successors, scope=scope, act=act)


@transaction.atomic
def agency_merge(*, by: Member, agencies: Collection[Agency], into: Agency, on: dt.date, act: str = "") -> Agency:
    """Ends the agencies on the eve of ``on``; ``into`` takes over all of their work and what was below them."""
    require_register(by, into)
    if into in agencies:
        raise Refused(_("Cơ quan nhận không thể nằm trong số cơ quan nhập vào."), "into")
    if into.valid_until is not None and into.valid_until < on:
        raise Refused(_("Cơ quan nhận không còn hoạt động vào ngày này."), "into")
    for agency in Agency.objects.select_for_update().filter(pk__in=[row.pk for row in agencies]):
        require_register(by, agency)
        if into.path.startswith(agency.path):
            raise Refused(_("%(name)s là cấp trên của cơ quan nhận.") % {"name": agency.name}, "agencies")
        for child in agencies_on(on).filter(parent=agency):
            child.parent = into
            agency_store(child)
        _end(by=by, agency=agency, last_day=on - dt.timedelta(days=1), successors=[into], scope="", act=act)
    audit_record(
        by=by, act="agencies.agency_merge", subject=into, facts={"from": [row.pk for row in agencies], "on": on}
    )
    return into


def _end(
    *, by: Member, agency: Agency, last_day: dt.date, successors: Collection[Agency], scope: str, act: str
) -> Agency:
    if agency in successors:
        raise Refused(_("Cơ quan không thể kế thừa chính mình."), "successors")
    if agency.valid_from is not None and last_day < agency.valid_from:
        raise Refused(_("Ngày kết thúc phải từ ngày thành lập trở đi."), "last_day")
    agency.valid_until = last_day
    agency_store(agency)
    following = last_day + dt.timedelta(days=1)
    AgencySuccession.objects.bulk_create(
        [
            AgencySuccession(predecessor=agency, successor=heir, on=following, scope=scope, act=act)
            for heir in successors
        ],
        ignore_conflicts=True,
    )
    facts: dict[str, object] = {"last_day": last_day, "successors": [heir.pk for heir in successors]}
    audit_record(by=by, act="agencies.agency_close", subject=agency, facts=facts)
    return agency


def _apply(agency: Agency, facts: AgencyFacts) -> None:
    """Writes the facts to the row and its aliases. Raises Refused where they cannot stand."""
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        raise Refused(_("Ngày kết thúc phải từ ngày thành lập trở đi."), "valid_until")
    same = Agency.objects.filter(
        name=facts.name, area=facts.area, parent=facts.parent, valid_from=facts.valid_from
    ).exclude(pk=agency.pk)
    if same.exists():
        raise Refused(_("Sổ đã có cơ quan cùng tên, cùng địa bàn và cấp trên."), "name")
    for field in ("name", "kind", "short_name", "area", "parent", "email", "valid_from", "valid_until"):
        setattr(agency, field, getattr(facts, field))
    agency_store(agency)
    aliases_set(agency, facts.aliases)


def aliases_set(agency: Agency, names: Iterable[str]) -> None:
    """Makes these the agency's other names; the same name with other diacritics counts once."""
    wanted = {fold(name): name.strip() for name in names if name.strip()}
    agency.aliases.exclude(folded__in=wanted).delete()
    AgencyAlias.objects.bulk_create(
        [AgencyAlias(agency=agency, name=name, folded=folded) for folded, name in wanted.items()],
        ignore_conflicts=True,
    )


def _state(agency: Agency) -> dict[str, object]:
    return {
        "name": agency.name,
        "short_name": agency.short_name,
        "kind": str(agency.kind),
        "area": agency.area_id,
        "parent": agency.parent_id,
        "email": agency.email,
        "valid_from": agency.valid_from,
        "valid_until": agency.valid_until,
        "aliases": sorted(agency.aliases.values_list("folded", flat=True)),
    }


def _told(facts: AgencyFacts) -> dict[str, object]:
    return {"name": facts.name, "kind": str(facts.kind), "parent": facts.parent, "area": facts.area}
