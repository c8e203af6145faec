"""Test databases made from a template, and emptied without a wait; the fixtures are in conftest.py.

Migrating takes half a minute and gives the same tables until a migration changes; so it is done once, in a template
named by a digest of the migrations, and each run copies that. The template stays on the server of the tests.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parents[1]
PREFIX = "canhgiac_template_"
_LOCK = 4_113_742
"""Key of the advisory lock under which one run makes the template and the others wait."""
_EMPTY = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT relname AS name, reltuples >= 0 AS counted FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname NOT IN ('auth_permission', 'django_content_type', 'django_migrations')
    LOOP
        EXECUTE format('DELETE FROM %I', one.name);
        IF one.counted THEN
            PERFORM pg_clear_relation_stats('public', one.name);
        END IF;
    END LOOP;
END $$"""
"""All rows but those that migrating makes and every test needs.

What the planner knew of the rows goes with them: a table that was found empty would be taken for empty when the next
test has put thousands in it, and its queries would run for minutes.
"""


def template(url: str) -> str:
    """The name of the template with today's tables on the server at ``url``; it is made when it is not there."""
    name = PREFIX + _digest()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        found = {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
        if name not in found:
            for old in (database for database in found if database.startswith(PREFIX)):
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            making = f"{PREFIX}making"
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
            subprocess.run(
                [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
                check=True,
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": urlsplit(url)._replace(path=f"/{making}").geturl(),
                    "DJANGO_SETTINGS_MODULE": "canhgiac.settings",
                },
            )
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (making, name))))
    return name


def _digest() -> str:
    """Changes with every migration of ours and every version of the packages."""
    digest = hashlib.sha256()
    for path in [ROOT / "uv.lock", *sorted(ROOT.glob("canhgiac/*/migrations/*.py"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def empty(_test: object = None) -> None:
    """Empties the test database in milliseconds; takes the place of what ends Django's TransactionTestCase.

    Django's way truncates every table, more than half a second, and tables that refuse TRUNCATE (the audit, the
    sightings) would refuse the test's end too. Rows are deleted instead, with triggers and foreign keys off. A server
    before PostgreSQL 18 (no ``pg_clear_relation_stats``) is emptied by Django's way, triggers off.
    """
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int >= 180000")
        clears = cursor.fetchone()[0]
        cursor.execute("SET session_replication_role = replica")
        try:
            if clears:
                cursor.execute(_EMPTY)
            else:
                call_command("flush", verbosity=0, interactive=False)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
