"""Pytest plugin: an embedded PostgreSQL for the tests, started before Django reads its settings.

Loaded by ``-p`` in pyproject.toml, because pytest-django reads the settings before any conftest.
``DATABASE_URL`` uses a server instead. ``CANHGIAC_TEST_DB`` names the database when several runs share a server.
"""

import os
from pathlib import Path

import psycopg

from canhgiac.kit import embedded

os.environ.setdefault("STATIC_MANIFEST", "0")  # tests read static files from their sources

if "DATABASE_URL" not in os.environ:
    url = embedded.start(Path(__file__).parents[1] / "var" / "pg-tests")
    os.environ["DATABASE_URL"] = url
    with psycopg.connect(url, autocommit=True) as connection:
        # The test database is thrown away: safety on a power cut would only cost time.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
