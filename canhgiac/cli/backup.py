"""``canhgiac backup FOLDER``: the database and the store of files, as a copy that can be restored.

FOLDER holds one dated folder a backup (``database.dump``, ``manifest.json``) and one shared ``files/``:
stored files never change and are named by their content, so each is copied once.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from canhgiac.cli import database
from canhgiac.cli.errors import DATABASE, FOLDER, RefusalError, var

DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"
HALF = ".half-"
"""Prefix of a backup being written; one left by a killed command is removed by the next."""


def run(arguments: list[str]) -> int:
    """Makes one backup and prints where it is."""
    parser = argparse.ArgumentParser(prog="canhgiac backup", description="Sao lưu cơ sở dữ liệu và kho tệp.")
    parser.add_argument("folder", type=Path, metavar="THƯ-MỤC", help="nơi giữ các bản sao lưu")
    parser.add_argument("--keep", type=int, metavar="N", help="chỉ giữ N bản mới nhất của cơ sở dữ liệu")
    options = parser.parse_args(arguments)
    url = database.ensure()
    made = make(options.folder.absolute(), url)
    if options.keep:
        for old in backups(options.folder)[: -options.keep]:
            shutil.rmtree(old)
    print(f"Đã sao lưu: {made}")
    return 0


def make(folder: Path, url: str) -> Path:
    """Writes a backup into ``folder`` and returns its own folder, which appears only when all of it is on disk.

    The database is dumped first: every file it names was stored before, so the copy of the files has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{HALF}*"):
        shutil.rmtree(left)
    now = dt.datetime.now().astimezone()
    half = folder / f"{HALF}{now:%Y-%m-%dT%H%M%S.%f}"[:-3]
    half.mkdir(mode=0o700)
    postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(half / DUMP), url=url)
    manifest = {
        "made": now.isoformat(timespec="seconds"),
        "dump_sha256": digest(half / DUMP),
        "files": copy_files(var() / FILES, folder / FILES),
    }
    (half / MANIFEST).write_text(json.dumps(manifest, indent=2))
    done = folder / half.name.removeprefix(HALF)
    half.rename(done)
    os.sync()
    return done


def backups(folder: Path) -> list[Path]:
    """The finished backups in a folder, oldest first."""
    return sorted(path.parent for path in folder.glob(f"[0-9]*/{MANIFEST}"))


def copy_files(source: Path, target: Path) -> list[str]:
    """Copies the stored files that ``target`` lacks; returns the names (SHA-256) of all in ``source``."""
    names = []
    for path in sorted(source.glob("??/??/*")) if source.exists() else []:
        if len(path.name) != 64:  # a file still being written
            continue
        names.append(path.name)
        copy = target / path.relative_to(source)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            half = copy.with_name(f"{HALF}{copy.name}")
            shutil.copyfile(path, half)
            half.rename(copy)
    return names


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def postgres(program: str, *arguments: str, url: str = "", options: str = "") -> None:
    """Runs one of the PostgreSQL programs of the wheel. Raises RefusalError with its own words when it fails.

    The password goes by the environment: a command line is for all users of the machine to see.
    """
    from canhgiac.kit import embedded

    password = unquote(urlsplit(url).password or "")
    bare = re.sub(r"(?<=//)([^:@/]*):[^@/]*@", r"\1@", url)
    secret = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(
        [str(embedded.binaries() / program), *arguments, *(["--dbname", bare] if url else [])],
        env={**os.environ, **secret, "LC_ALL": "C", "PGOPTIONS": options},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        full = "No space left on device" in done.stderr
        said = "Đĩa đã đầy." if full else done.stderr.strip()[-2000:]
        raise RefusalError(f"{program} không chạy được: {said}", FOLDER if full else DATABASE)
