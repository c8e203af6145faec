"""The embedded PostgreSQL, started for real in folders of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from canhgiac.kit import embedded
from tests.worker import wait_until

HOLD = """
import sys, time
from pathlib import Path
from canhgiac.kit import embedded
print(embedded.start(Path(sys.argv[1])), flush=True)
time.sleep(600)
"""


@pytest.fixture
def data(server_folder: Path) -> Iterator[Path]:
    folder = server_folder / "pg"
    yield folder
    embedded.stop(folder)


def holder(data: Path) -> subprocess.Popen[str]:
    """Another process that uses the server."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split("\n", 1)[0])


def test_starts_knows_vietnamese_letters_and_stops(data: Path) -> None:
    url = embedded.start(data)
    assert url == embedded.url(data)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT upper('đặng thị ứng')").fetchone() == ("ĐẶNG THỊ ỨNG",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert data.stat().st_mode & 0o077 == 0
    embedded.stop(data)
    assert not (data / "postmaster.pid").exists()


def test_the_last_user_stops_it_even_after_a_kill(data: Path) -> None:
    embedded.start(data)
    other = holder(data)
    embedded.stop(data)
    psycopg.connect(embedded.url(data)).close()  # the other still uses it
    embedded.start(data)
    other.kill()
    other.wait()
    embedded.stop(data)
    assert not (data / "postmaster.pid").exists()


def test_recovers_after_the_server_was_killed(data: Path) -> None:
    url = embedded.start(data)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    server = postmaster(data)
    helpers = [int(one) for one in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
    assert helpers
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: not any(map(embedded._works_in, helpers)))  # they end when they notice
    embedded.stop(data)
    with psycopg.connect(embedded.start(data)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_process_number_taken_by_another_program_does_not_stop_it(data: Path) -> None:
    embedded.start(data)
    lines = (data / "postmaster.pid").read_text().split("\n")
    embedded.stop(data)
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
    psycopg.connect(embedded.start(data)).close()


def test_a_killed_first_start_leaves_nothing_in_the_way(data: Path) -> None:
    half = data.with_name("pg.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    psycopg.connect(embedded.start(data)).close()
    assert not half.exists()


def test_a_folder_of_another_postgresql_is_refused(data: Path) -> None:
    data.mkdir()
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedError, match=r"PostgreSQL 16, bản đang cài đọc PostgreSQL 18"):
        embedded.start(data)


def test_a_folder_of_other_files_is_refused_and_kept(data: Path) -> None:
    data.mkdir()
    (data / "tai-lieu.txt").write_text("của tôi")
    with pytest.raises(embedded.EmbeddedError, match="tệp lạ"):
        embedded.start(data)
    assert (data / "tai-lieu.txt").read_text() == "của tôi"


def test_a_long_path_gets_a_short_socket(server_folder: Path) -> None:
    data = server_folder / ("thư mục rất dài " * 6) / "pg"
    try:
        url = embedded.start(data)
        psycopg.connect(url).close()
        folder = embedded.socket_folder(data)
        assert folder != data
        assert folder.stat().st_mode & 0o077 == 0
    finally:
        embedded.stop(data)


def test_a_damaged_folder_says_what_postgresql_said(data: Path) -> None:
    embedded.start(data)
    embedded.stop(data)
    (data / "postgresql.conf").write_text("shared_buffers = nhiều\n")
    with pytest.raises(embedded.EmbeddedError, match=r"không khởi động được.*FATAL"):
        embedded.start(data)
