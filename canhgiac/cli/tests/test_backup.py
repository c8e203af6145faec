"""Backup and restore as an operator does them, on a data folder of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from canhgiac.kit.files import FileStore
from tests.database import template

ROOT = Path(__file__).parents[3]
EVIDENCE = hashlib.sha256(b"minh chung").hexdigest()


NAME = f"{os.environ.get('CANHGIAC_TEST_DB', 'canhgiac')}_backup"


def url() -> str:
    """The installation's database: one of its own on the server of the tests."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{NAME}").geturl()


@pytest.fixture(scope="module")
def var(server_folders: Callable[[], Path]) -> Iterator[Path]:
    """An installation: tables, the library and what recognition learned of it, the sample province, one stored file."""
    folder, server = server_folders(), os.environ["DATABASE_URL"]
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (NAME, template(server))))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(made)
        assert run(folder, "tests.loaded", "load_library", "load_recognition", "load_samples").returncode == 0
        assert FileStore(folder / "files").put(b"minh chung") == EVIDENCE
        yield folder
        connection.execute(drop)


def canhgiac(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(var, "canhgiac.cli", *arguments)


def run(var: Path, *module: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url(), "CANHGIAC_VAR": str(var), "CANHGIAC_DEMO": "0"}
    return subprocess.run(
        [sys.executable, "-m", *module],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=600,
        check=False,
    )


def members() -> list[str]:
    with psycopg.connect(url()) as connection:
        return [row[0] for row in connection.execute("SELECT email FROM agencies_member ORDER BY email")]


def execute(statement: str) -> None:
    with psycopg.connect(url()) as connection:
        connection.execute(statement)


def test_what_was_lost_comes_back(var: Path, tmp_path: Path) -> None:
    before = members()
    assert "dieuphoi@vinhan.example" in before
    made = canhgiac(var, "backup", str(tmp_path))
    assert made.returncode == 0, made.stderr
    name = FileStore(var / "files").path(EVIDENCE)
    name.unlink()
    execute("UPDATE agencies_member SET email = 'x' || id")
    execute("CREATE TABLE stray (id int)")

    refused = canhgiac(var, "restore", str(tmp_path))
    assert refused.returncode == 2
    assert "Thêm --replace" in refused.stderr
    done = canhgiac(var, "restore", "--replace", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert members() == before
    assert name.read_bytes() == b"minh chung"
    with pytest.raises(psycopg.errors.UndefinedTable):
        execute("SELECT * FROM stray")
    assert canhgiac(var, "audit", "verify").returncode == 0


def test_a_stored_file_is_copied_once_and_old_dumps_go(var: Path, tmp_path: Path) -> None:
    for _ in range(3):
        assert canhgiac(var, "backup", str(tmp_path), "--keep", "1").returncode == 0
    [backup] = tmp_path.glob("2*")
    manifest = json.loads((backup / "manifest.json").read_text())
    kept = [path.name for path in (tmp_path / "files").glob("??/??/*")]
    assert EVIDENCE in kept
    assert manifest["files"] == sorted(kept)


def test_a_damaged_backup_changes_nothing(var: Path, tmp_path: Path) -> None:
    before = members()
    assert canhgiac(var, "backup", str(tmp_path)).returncode == 0
    [dump] = tmp_path.glob("2*/database.dump")
    whole = dump.read_bytes()
    dump.write_bytes(whole[: len(whole) // 2])
    refused = canhgiac(var, "restore", "--replace", str(tmp_path))
    assert (refused.returncode, "đã bị hỏng" in refused.stderr) == (5, True)
    dump.write_bytes(whole)
    kept = FileStore(tmp_path / "files").path(EVIDENCE)
    kept.write_bytes(b"khac")
    refused = canhgiac(var, "restore", "--replace", str(tmp_path))
    assert (refused.returncode, f"Thiếu hoặc hỏng tệp {kept}" in refused.stderr) == (5, True)
    assert members() == before


def test_a_program_that_uses_the_tables_is_told_of(var: Path, tmp_path: Path) -> None:
    assert canhgiac(var, "backup", str(tmp_path)).returncode == 0
    with psycopg.connect(url()) as other:
        other.execute("SELECT * FROM agencies_member")
        refused = canhgiac(var, "restore", "--replace", str(tmp_path))
    assert refused.returncode == 6
    assert "lock timeout" in refused.stderr
    assert members()


def test_no_backup_there(var: Path, tmp_path: Path) -> None:
    refused = canhgiac(var, "restore", str(tmp_path))
    assert (refused.returncode, refused.stderr) == (2, f"canhgiac: {tmp_path} không có bản sao lưu nào.\n")
