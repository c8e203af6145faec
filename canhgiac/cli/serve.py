"""``canhgiac serve``: everything on one machine, started in order, watched, and ended together."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from canhgiac.cli import database
from canhgiac.cli.children import Child, stop_all
from canhgiac.cli.errors import CHILD, DISK, FOLDER, RefusalError, var
from canhgiac.cli.mail_inbound import PORT as MAIL_INBOUND
from canhgiac.cli.web import address, number, require_free
from canhgiac.kit.demo import SPEAKERS

ROOT = Path(__file__).parents[2]
OURS = [sys.executable, "-m", "canhgiac.cli"]
FIRST_SPACE, LATER_SPACE = 400, 60
"""Free megabytes that the data folder needs for a first start and for a later one."""
PATIENCE = 90
"""Seconds the web server may take to give its first answer."""


class Stop:
    """Counts the requests to stop: Ctrl-C, SIGTERM, a closed terminal."""

    def __init__(self) -> None:
        self.asked = 0
        for number_ in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number_, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked += 1

    def __bool__(self) -> bool:
        return self.asked > 0


def run(arguments: list[str]) -> int:
    """Runs everything until Ctrl-C or SIGTERM; exit code 0 then, another one when a part cannot run."""
    options = _parser().parse_args(arguments)
    os.environ["CANHGIAC_DEMO"] = "1" if options.demo else "0"
    host, port = address()
    os.environ.setdefault("BASE_URL", f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}")  # noqa: S104
    began = time.monotonic()
    stop = Stop()
    with only_one():
        require_free(host, port, "PORT")
        children = _children(demo=options.demo)
        first, later = ([child for child in children if child.early is early] for early in (True, False))
        os.environ["DATABASE_URL"] = database.ensure()
        try:
            if _prepare(stop):
                for child in first:
                    child.start()
            if not stop and _wait_for_answer(host, port, first, stop):
                for child in later:
                    child.start()
                print(_greeting(time.monotonic() - began, demo=options.demo), flush=True)
                _watch(children, stop)
        finally:
            print("Đang dừng …", flush=True)
            stop_all(children, lambda: stop.asked > 1)
    print("Đã dừng.", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="canhgiac serve",
        description="Chạy tất cả trên một máy. Địa chỉ: BIND (127.0.0.1) và PORT (8000); dữ liệu: CANHGIAC_VAR (var).",
    )
    wants_demo = os.environ.get("CANHGIAC_DEMO", "").strip().casefold() in {"1", "true", "yes", "on"}
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=wants_demo,
        help="dữ liệu mẫu, tài khoản dùng thử và hộp thử (mặc định theo CANHGIAC_DEMO)",
    )
    return parser


@contextmanager
def only_one() -> Iterator[None]:
    """Holds the data folder for this process; refuses a folder in use, closed to us, or on a full disk."""
    folder = var()
    first = not (folder / "pg").exists()
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(handle, 40).decode(errors="replace").strip()
        raise RefusalError(
            f"Cảnh Giác đang chạy với thư mục dữ liệu {folder} (tiến trình {holder or 'khác'}). "
            "Hãy dừng nó, hoặc chọn thư mục khác: CANHGIAC_VAR=thư-mục PORT=cổng-khác.",
            FOLDER,
        ) from error
    try:
        free = shutil.disk_usage(folder).free >> 20
        needed = FIRST_SPACE if first else LATER_SPACE
        if free < needed:
            raise RefusalError(f"Đĩa sắp đầy: {folder} còn {free} MB, cần ít nhất {needed} MB.", DISK)
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def _children(*, demo: bool) -> list[Child]:
    """The parts; whoever opens a page waits for the early ones alone."""
    parts = []
    simulated = False
    mail_in = number("MAIL_INBOUND_PORT", MAIL_INBOUND)
    if demo and not os.environ.get("EMAIL_HOST") and (ROOT / "simulators" / "__main__.py").exists():
        smtp, inbox = number("EMAIL_PORT", 2525), number("INBOX_PORT", 8025)
        require_free("127.0.0.1", smtp, "EMAIL_PORT")
        require_free("127.0.0.1", inbox, "INBOX_PORT")
        smpp, api = number("SMPP_PORT", 2775), number("API_PORT", 8026)
        require_free("127.0.0.1", smpp, "SMPP_PORT")
        require_free("127.0.0.1", api, "API_PORT")
        ports = {"smtp": smtp, "web": inbox, "smpp": smpp, "api": api}
        command = [sys.executable, "-m", "simulators", *(f"--{name}-port={port}" for name, port in ports.items())]
        simulated = True
        base = os.environ["BASE_URL"]
        command.append(f"--bounces-to=127.0.0.1:{mail_in}")
        command.append(f"--callback={base}/v1/webhooks")
        for _commune, name, key in SPEAKERS:
            digest = hashlib.sha256(bytes.fromhex(key)).hexdigest()
            command.append(f"--speaker={name}={key}@{base}/loa/lich/{digest}.json")
        parts.append(Child("hộp thử", command, folder=ROOT, quiet=True, early=True))
    parts.append(Child("worker", [*OURS, "worker"]))
    parts.append(Child("gửi tin", [*OURS, "sender"]))
    if simulated or os.environ.get("MAIL_INBOUND_PORT"):
        require_free(os.environ.get("MAIL_INBOUND_BIND") or "127.0.0.1", mail_in, "MAIL_INBOUND_PORT")
        parts.append(Child("nhận thư", [*OURS, "mail-inbound"]))
    if os.environ.get("LOOKUP_PORT"):  # partners' look-up is wanted on this machine
        require_free(os.environ.get("LOOKUP_BIND") or "127.0.0.1", number("LOOKUP_PORT", 8100), "LOOKUP_PORT")
        parts.append(Child("tra cứu", [*OURS, "lookup"]))
    parts.append(Child("web", [*OURS, "web"], needed=True, early=True))
    return parts


def _prepare(stop: Stop) -> bool:
    """Runs ``canhgiac prepare`` to its end; False when asked to stop meanwhile."""
    part = Child("chuẩn bị", [*OURS, "prepare"])
    part.start()
    while (code := part.died()) is None:
        if stop:
            stop_all([part])
            return False
        time.sleep(0.05)
    if code:
        raise RefusalError("Chưa chuẩn bị được dữ liệu; xem lỗi ở trên.", code if code > 0 else CHILD)
    return True


def _wait_for_answer(host: str, port: int, children: list[Child], stop: Stop) -> bool:
    """Waits for the first answer of the web server; False when asked to stop meanwhile."""
    place = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if stop:
            return False
        _look_after(children)
        try:
            urllib.request.urlopen(f"http://{place}:{port}/", timeout=5).close()  # http, our own
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return True
            raise RefusalError(f"Web trả lời lỗi {answer.code}; xem lỗi ở trên.", CHILD) from answer
        except OSError:
            time.sleep(0.1)
        else:
            return True
    raise RefusalError(f"Web không trả lời sau {PATIENCE} giây; xem lỗi ở trên.", CHILD)


def _watch(children: list[Child], stop: Stop) -> None:
    while not stop:
        _look_after(children)
        time.sleep(0.2)


def _look_after(children: list[Child]) -> None:
    """Starts a dead part again after a wait; a dead web server ends the whole."""
    for child in children:
        code = child.died()
        if code is not None:
            if child.needed:
                raise RefusalError(f"Phần {child.name} đã dừng (mã {code}); xem lỗi ở trên.", CHILD)
            wait = child.after_death()
            print(f"Phần {child.name} đã dừng (mã {code}); chạy lại sau {wait:g} giây.", file=sys.stderr, flush=True)
        if child.process is None and time.monotonic() >= child.due:
            child.start()


def _greeting(seconds: float, *, demo: bool) -> str:
    address_ = os.environ["BASE_URL"]
    lines = ["", f"  Cảnh Giác đang chạy: {address_}/   (khởi động {seconds:.0f} giây)"]
    if demo:
        lines += ["", "  Tài khoản dùng thử, mật khẩu chung: canh-giac-2026"]
        lines += [f"    {login:<30} {who}" for login, who in DEMO_LOGINS]
        lines.append(f"    và các vai khác: {address_}/tai-khoan/login/")
        if not os.environ.get("EMAIL_HOST"):
            lines.append(f"  Tin, thư hệ thống gửi đi: http://127.0.0.1:{number('INBOX_PORT', 8025)}/")
    return "\n".join([*lines, "", "  Dừng: Ctrl-C", ""])


DEMO_LOGINS = (
    ("dieuphoi@vinhan.example", "điều phối viên, Công an tỉnh"),
    ("pheduyet@vinhan.example", "người duyệt: người thứ hai của mọi việc"),
    ("canbo.gddt@vinhan.example", "cán bộ Sở Giáo dục và Đào tạo"),
    ("canbo.sonthuy@vinhan.example", "cán bộ UBND xã Sơn Thủy"),
    ("tiepnhan@vinhan.example", "cán bộ tiếp nhận tin báo, Công an tỉnh"),
    ("giaovien@vinhan.example", "giáo viên, người tập huấn"),
    ("congtacvien@vinhan.example", "cộng tác viên ở thôn"),
    ("quantri@vinhan.example", "quản trị hệ thống"),
)
