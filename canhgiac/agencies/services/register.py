"""Writing areas and agencies: names folded, paths kept."""

from __future__ import annotations

from django.db import connection, transaction

from canhgiac.agencies.models import Agency, Area
from canhgiac.kit.text import fold

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
