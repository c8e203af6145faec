"""A province of a hundred communes, forty residential groups each, with activities by the hundred thousand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from canhgiac.agencies.models import Agency, Area, Member

ROOT = Path(__file__).parents[1]
COMMUNES, GROUPS = 100, 40

_ACTIVITIES = """
    INSERT INTO activities_activity (uid, agency_id, kind, title, description, "on", area_id, place, audiences, people,
        links, state, origin, version, created_at, received_at, return_reason, folded)
    SELECT gen_random_uuid(), (%(agencies)s::bigint[])[1 + n %% %(communes)s],
        CASE WHEN (n + n / 4000) %% 5 = 0 THEN 'leaflet' ELSE 'conference' END, 'Hoạt động ' || n, '',
        %(today)s::date - n %% 300, (%(groups)s::bigint[])[1 + n * 7919 %% %(parts)s], '', '{public}', n %% 400,
        '{}', 'accepted', 'form', 1, now(), now(), '', 'hoat dong ' || n
    FROM generate_series(1, %(count)s) n"""
_LINKS = """
    INSERT INTO activities_activityarea (activity_id, area_id)
    SELECT id, area_id FROM activities_activity
    UNION SELECT id, (%(groups)s::bigint[])[1 + id * 104729 %% %(parts)s] FROM activities_activity"""
_EVIDENCE = """
    INSERT INTO activities_evidence (activity_id, kind, uid, sha256, source_sha256, picture_hash, thumb_sha256,
        original_sha256, file_name, content_type, size, caption, added_at)
    SELECT id, 'photo', gen_random_uuid(), md5(id::text), md5(id::text), id, '', '', 'anh.jpg', 'image/jpeg', 9, '',
        now()
    FROM activities_activity WHERE id %% 2 = 0"""
_REPEATED = """
    UPDATE activities_evidence e SET same_as_id = first.id FROM activities_evidence first
    WHERE e.activity_id %% 40 = 0 AND first.activity_id = e.activity_id - 2"""


@dataclass(frozen=True)
class Province:
    """Who and where."""

    root: Agency
    area: Area
    communes: list[Area]
    groups: list[Area]
    coordinator: Member


@contextmanager
def database(name: str) -> Iterator[Any]:
    """A connection of psycopg to a database of its own, with Django set up on it; dropped at the end."""
    import psycopg

    from canhgiac.kit import embedded

    url = embedded.start(ROOT / "var" / "pg-bench", name)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "canhgiac.settings", "LOG_LEVEL": "ERROR"}
    os.environ |= {"STATIC_MANIFEST": "0", "REQUIRE_MFA": "0"}
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    try:
        call_command("migrate", verbosity=0)
        with psycopg.connect(url, autocommit=True) as bare:
            bare.execute("SET max_parallel_workers_per_gather = 0")
            yield bare
    finally:
        connections.close_all()
        with psycopg.connect(embedded.start(ROOT / "var" / "pg-bench", "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def made(bare: Any, *, activities: int, communes: int = COMMUNES, groups: int = GROUPS) -> Province:
    """The province with so many accepted activities, a fifth of them leaflets; each reached one group or two.

    Half of them have a photo; one in forty repeats another's.
    """
    from canhgiac.agencies.models import Agency, Area, Role
    from canhgiac.agencies.services import paths_refresh
    from canhgiac.kit import clock
    from tests.factories import agencies as factory

    area = factory.area(name="Tỉnh Cỡ Lớn", level=Area.Level.PROVINCE)
    root = factory.agency(name="UBND tỉnh Cỡ Lớn", kind=Agency.Kind.PEOPLES_COMMITTEE_PROVINCE, area=area)
    made = [factory.area(name=f"Xã {at}", parent=area) for at in range(communes)]
    Area.objects.bulk_create(
        Area(code=f"{commune.code}.{at}", name=f"Thôn {at}", level=Area.Level.GROUP, kind="thôn", parent=commune)
        for commune in made
        for at in range(groups)
    )
    paths_refresh(Area)
    for commune in made:
        factory.agency(name=f"UBND {commune.name}", parent=root, area=commune)
    parts = list(Area.objects.filter(level=Area.Level.GROUP).order_by("pk"))
    below = list(Agency.objects.filter(parent=root).values_list("pk", flat=True))
    facts = {"count": activities, "today": clock.today(), "groups": [row.pk for row in parts], "agencies": below}
    facts |= {"parts": len(parts), "communes": len(below)}
    for statement in (_ACTIVITIES, _LINKS, _EVIDENCE, _REPEATED):
        bare.execute(statement, facts)
    bare.execute("VACUUM ANALYZE")
    coordinator = factory.member(full_name="Điều Phối Lớn", agency=root)
    factory.role(coordinator, Role.Kind.COORDINATOR, root)
    return Province(root, area, made, parts, coordinator)
