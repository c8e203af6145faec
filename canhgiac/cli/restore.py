"""``canhgiac restore FOLDER``: puts a backup back, all of it or nothing."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from canhgiac.cli import database, prepare
from canhgiac.cli.backup import DUMP, FILES, MANIFEST, backups, copy_files, digest, postgres
from canhgiac.cli.errors import FOLDER, USAGE, RefusalError, var
from canhgiac.cli.serve import only_one


def run(arguments: list[str]) -> int:
    """Restores one backup (the newest of a folder of backups) and brings its tables up to date."""
    parser = argparse.ArgumentParser(prog="canhgiac restore", description="Khôi phục từ bản sao lưu.")
    parser.add_argument("folder", type=Path, metavar="THƯ-MỤC", help="một bản sao lưu, hoặc nơi giữ các bản")
    parser.add_argument("--replace", action="store_true", help="thay dữ liệu đang có")
    options = parser.parse_args(arguments)
    backup = choose(options.folder.absolute())
    verify(backup)
    with only_one():
        url = database.ensure()
        if not options.replace and has_tables(url):
            raise RefusalError("Cơ sở dữ liệu đang có dữ liệu. Thêm --replace để thay bằng bản sao lưu.", USAGE)
        restore(backup, url)
        prepare.run([])
    print(f"Đã khôi phục từ {backup}. Nên chạy: canhgiac audit verify")
    return 0


def choose(folder: Path) -> Path:
    """The backup meant: the folder itself, or the newest in it. Raises RefusalError when there is none."""
    if (folder / MANIFEST).exists():
        return folder
    found = backups(folder)
    if not found:
        raise RefusalError(f"{folder} không có bản sao lưu nào.", USAGE)
    return found[-1]


def verify(backup: Path) -> None:
    """Compares the dump and every stored file with the manifest. Raises RefusalError naming what is wrong."""
    manifest = json.loads((backup / MANIFEST).read_text())
    if digest(backup / DUMP) != manifest["dump_sha256"]:
        raise RefusalError(f"{backup / DUMP} đã bị hỏng (không khớp mã kiểm).", FOLDER)
    store = backup.parent / FILES
    for name in manifest["files"]:
        path = store / name[:2] / name[2:4] / name
        if not path.exists() or digest(path) != name:
            raise RefusalError(f"Thiếu hoặc hỏng tệp {path}.", FOLDER)


def has_tables(url: str) -> bool:
    """Whether the database holds anything yet."""
    import psycopg

    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return found is not None


def restore(backup: Path, url: str) -> None:
    """Replaces all tables in one transaction, then adds the stored files that are not there."""
    copy_files(backup.parent / FILES, var() / FILES)
    with tempfile.NamedTemporaryFile(suffix=".sql") as script:
        postgres("pg_restore", "--no-owner", "--no-privileges", "--file", script.name, str(backup / DUMP))
        postgres(
            "psql",
            *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
            *("--command", "DROP SCHEMA public CASCADE", "--command", "CREATE SCHEMA public", "--file", script.name),
            url=url,
            options="-c lock_timeout=10s",  # a program that still uses the tables is told of, not waited for
        )
