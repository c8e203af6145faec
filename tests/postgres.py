"""Pytest plugin: an embedded PostgreSQL for the tests, started before Django reads its settings.

Loaded by ``-p`` in pyproject.toml, because pytest-django reads the settings before any conftest.
``DATABASE_URL`` uses a server instead. ``CANHGIAC_TEST_DB`` names the database when several runs share a server.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from canhgiac.kit import embedded

os.environ.setdefault("STATIC_MANIFEST", "0")  # tests read static files from their sources

if "DATABASE_URL" not in os.environ:
    url = embedded.start(Path(__file__).parents[1] / "var" / "pg-tests")
    os.environ["DATABASE_URL"] = url
    with psycopg.connect(url, autocommit=True) as connection:
        # The test database is thrown away: safety on a power cut would only cost time. Autovacuum would count a table
        # that one test has emptied and the next one fills: its queries would then be planned for no rows, and run for
        # minutes.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def server_folders() -> Iterator[Callable[[], Path]]:
    """Makes folders for servers of their own; pytest's are closed to the account that runs PostgreSQL for root."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="canhgiac-test-")))
        made[-1].chmod(0o755)
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server_folder(server_folders: Callable[[], Path]) -> Path:
    """One such folder."""
    return server_folders()
