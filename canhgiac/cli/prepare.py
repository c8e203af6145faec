"""``canhgiac prepare``: tables, static files and the first data, after an installation or an upgrade.

Quick when there is nothing to do, safe to run on several machines at once.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from canhgiac.cli import database
from canhgiac.cli.errors import CHILD, RefusalError
from canhgiac.kit.start import django_start

LESSONS = ("load_areas", "load_library")
DEMO_LESSONS = ("load_samples", "load_sample_library")
"""What recognition learns from."""
FIRST_DATA = ("load_known_good", "load_consent_texts", "load_training")
DEMO_DATA = (
    "load_sample_plans",
    "load_sample_activities",
    "load_sample_reports",
    "load_sample_indicators",
    "load_sample_requests",
    "load_sample_training",
)
DEMO_JUDGED = ("load_sample_tips", "load_sample_radar", "load_sample_outreach", "load_sample_assistant")
"""What recognition judges."""
ABOUT = "Chuẩn bị sau khi cài hoặc nâng cấp: bảng dữ liệu, tệp tĩnh, địa bàn, thư viện. Chạy lại không thêm gì."
MARK = ".fingerprint"
LOCK = 7_210_019
"""Number of the advisory lock that lets one machine prepare at a time."""


def run(arguments: list[str]) -> int:
    """Prepares and says what it does."""
    parser = argparse.ArgumentParser(prog="canhgiac prepare", description=ABOUT)
    parser.parse_args(arguments)
    database.ensure()
    django_start()
    with _alone():
        _migrate()
        _make_partitions()
        _load(LESSONS, DEMO_LESSONS)
        with _learning():
            _collect_static()
            _load(FIRST_DATA, DEMO_DATA)
        _load((), DEMO_JUDGED)
    return 0


def say(text: str) -> None:
    """One line of progress, at once even into a pipe."""
    print(text, flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        connection.close()  # gives the lock back, also after a failed statement


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Cập nhật bảng dữ liệu …")
        call_command("migrate", verbosity=0, interactive=False)


def _make_partitions() -> None:
    """The tables of deliveries have a part for this month and the two after it."""
    from canhgiac.outreach.services.partitions import partitions_make

    partitions_make()


def _collect_static() -> None:
    """Copies, names by content and compresses the static files when any of them changed."""
    from django.conf import settings
    from django.core.management import call_command

    if not settings.STATIC_MANIFEST:
        return
    mark = Path(settings.STATIC_ROOT) / MARK
    now = _fingerprint()
    if mark.exists() and mark.read_text() == now:
        return
    say("Gom tệp tĩnh …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(now)


def _fingerprint() -> str:
    """A digest over name, size and time of every static file and the settings that shape them."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def _learning() -> Iterator[None]:
    """Has recognition learn from the library; the first time beside what is done meanwhile.

    Learning takes ten seconds of one core. Where a model stands there is seldom something new, and a process of its own
    would cost more than it saves.
    """
    from canhgiac.library.selectors.recognition import build_current

    if build_current() is not None:
        _load(("load_recognition",))
        yield
        return
    learner = subprocess.Popen([sys.executable, "-m", "canhgiac.cli", "load_recognition"])
    try:
        yield
    except BaseException:
        learner.terminate()
        raise
    finally:
        code = learner.wait()
    if code:
        raise RefusalError("Nhận dạng chưa học được từ thư viện; xem lỗi ở trên.", CHILD)


def _load(always: Iterable[str], demo: Iterable[str] = ()) -> None:
    """Runs the commands, and those of the sample province where it is wanted."""
    from django.conf import settings
    from django.core.management import call_command

    for command in (*always, *(demo if settings.DEMO else ())):
        call_command(command)
        sys.stdout.flush()
