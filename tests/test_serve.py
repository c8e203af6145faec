"""``canhgiac serve`` as a person runs it: real processes, a data folder of its own, the whole product."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path

import psycopg
import pytest

from canhgiac.kit import embedded
from tests.ports import free_ports, is_free
from tests.worker import wait_until

ROOT = Path(__file__).parents[1]
SERVE = [sys.executable, "-m", "canhgiac.cli", "serve"]
AS_ROOT = os.geteuid() == 0


class NoRedirect(urllib.request.HTTPErrorProcessor):
    """Takes an answer as it comes: a redirection leads to a name that no machine here has."""

    def http_response(self, request: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:
        return response


@dataclass
class Served:
    """One run of ``canhgiac serve``."""

    var: Path
    log: Path
    demo: bool = True
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port, self.smtp, self.inbox, smpp, api, self.mail_in = free_ports(6)
        known = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "STATIC_MANIFEST"}}
        ours = {"CANHGIAC_VAR": str(self.var), "CANHGIAC_DEMO": "1" if self.demo else "0", "PORT": str(self.port)}
        ours |= {"EMAIL_PORT": str(self.smtp), "INBOX_PORT": str(self.inbox), "WEB_WORKERS": "1"}
        ours |= {"SMPP_PORT": str(smpp), "API_PORT": str(api), "MAIL_INBOUND_PORT": str(self.mail_in)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                SERVE,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**known, **ours, **self.environment},
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def until_up(self, seconds: float = 900) -> None:
        wait_until(lambda: "Cảnh Giác đang chạy" in self.said or self.process.poll() is not None, seconds)
        assert self.process.poll() is None, self.said

    def get(self, path: str = "/", port: int | None = None) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port or self.port}{path}", timeout=60) as answer:
            return str(answer.read(), "utf-8")

    def parts(self) -> dict[str, int]:
        """The process numbers of the running parts, by the word that started them."""
        found = {}
        for word in ("web", "worker", "sender", "mail-inbound", "simulators"):
            listed = subprocess.run(
                ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
            )
            for line in listed.stdout.splitlines():
                if re.search(rf" (canhgiac\.cli {word}|{word}) ?", line):
                    found[word] = int(line.split()[0])
        return found

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


@pytest.fixture(scope="module")
def var(server_folders: Callable[[], Path]) -> Path:
    """A data folder that the tests of this file fill once and then share."""
    return server_folders()


def prepare(var: Path) -> None:
    """Fills the data folder, as the first start does; quick when it is full."""
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "STATIC_MANIFEST"}}
    environment |= {"CANHGIAC_VAR": str(var), "CANHGIAC_DEMO": "1"}
    command = [sys.executable, "-m", "canhgiac.cli", "prepare"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def served(var: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A run on the shared data folder, filled before unless the test is about the first start."""
    if "first_start" not in request.node.name:
        prepare(var)
    run = Served(var, tmp_path / "log")
    yield run
    if run.process.poll() is None:
        run.end(signal.SIGTERM)


def alive(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in {"Z", "X"}
    return False


def refused(var: Path, log: Path, **environment: str) -> tuple[int, str]:
    run = Served(var, log, environment=environment)
    code = run.process.wait(180)
    return code, run.said


def test_first_start_serves_everything_and_ctrl_c_ends_it(served: Served, var: Path) -> None:
    served.until_up()
    assert "dieuphoi@vinhan.example" in served.said
    assert "canh-giac-2026" in served.said
    page = served.get()
    assert "<html" in page
    for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)[:10]:
        assert re.search(r"\.[0-9a-f]{12}\.", link), "static files are named by content"
        served.get(link)
    sent = json.loads(served.get("/api/messages", served.inbox))  # the sample plans send some by themselves
    assert all(to.endswith("@vinhan.example") for letter in sent for to in letter["recipients"])
    parts = served.parts()
    assert set(parts) == {"web", "worker", "sender", "mail-inbound", "simulators"}
    with psycopg.connect(embedded.url(var / "pg")) as connection:
        assert connection.execute("SELECT count(*) > 3000 FROM agencies_area").fetchone() == (True,)
    assert served.end() == 0
    assert served.said.rstrip().endswith("Đã dừng.")
    assert not any(alive(pid) for pid in parts.values())
    assert not (var / "pg" / "postmaster.pid").exists()


def test_second_start_is_quick_alone_mends_its_worker_and_leaves_nothing_when_killed(
    served: Served, var: Path, tmp_path: Path
) -> None:
    served.until_up()
    seconds = re.search(r"khởi động (\d+) giây", served.said)
    assert seconds is not None
    assert int(seconds[1]) < 120  # six on a quiet machine of two cores, where the first start takes a minute
    assert "Gom tệp tĩnh" not in served.said
    assert "Cập nhật bảng dữ liệu" not in served.said

    code, said = refused(var, tmp_path / "second")
    assert code == 5
    assert f"đang chạy với thư mục dữ liệu {var} (tiến trình {served.process.pid})" in said

    first = served.parts()["worker"]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: served.parts().get("worker", first) != first)
    assert "Phần worker đã dừng (mã -9); chạy lại sau 0 giây." in served.said
    assert "<html" in served.get()

    parts = served.parts()
    served.process.kill()
    served.process.wait()
    wait_until(lambda: not any(alive(pid) for pid in parts.values()))
    wait_until(lambda: not (var / "pg" / "postmaster.pid").exists(), 90)


def test_after_kill_9_it_recovers_and_a_dead_web_server_ends_it(served: Served, var: Path) -> None:
    served.until_up()
    parts = served.parts()
    os.kill(parts["web"], signal.SIGKILL)
    assert served.process.wait(120) == 7
    assert "canhgiac: Phần web đã dừng (mã -9); xem lỗi ở trên." in served.said
    assert not any(alive(pid) for pid in parts.values())
    wait_until(lambda: is_free(served.port))  # granian's own child is gone too
    assert not (var / "pg" / "postmaster.pid").exists()


def test_web_and_worker_run_apart(var: Path, tmp_path: Path) -> None:
    [port] = free_ports(1)
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "STATIC_MANIFEST"}}
    environment |= {"CANHGIAC_VAR": str(var), "PORT": str(port), "WEB_WORKERS": "1"}
    environment |= {"BASE_URL": "https://canhgiac.example", "ALLOWED_HOSTS": "canhgiac.example,127.0.0.1"}
    prepare(var)
    commands = [[sys.executable, "-m", "canhgiac.cli", word] for word in ("web", "worker")]
    begun = dt.datetime.now(dt.UTC)  # workers of the tests before may be noted still
    running = [subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) for command in commands]

    def answers() -> bool:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return True
        return False

    def works() -> bool:
        with psycopg.connect(embedded.url(var / "pg")) as connection:
            lively = "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > %s"
            return connection.execute(lively, [begun]).fetchone() is not None

    try:
        wait_until(answers, 120)
        wait_until(works, 120)
        headers = {"Host": "canhgiac.example", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers=headers)
        with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"  # it believes its proxy
    finally:
        for process in running:
            process.terminate()
        assert [process.wait(90) for process in running] == [0, 0]
    assert not (var / "pg" / "postmaster.pid").exists()


@pytest.mark.parametrize("word", ["web", "worker", "sender", "mail-inbound"])
def test_a_part_alone_asks_for_the_tables_first(word: str, server_folder: Path) -> None:
    [port] = free_ports(1)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "canhgiac.cli", word],
        cwd=ROOT,
        env={**environment, "CANHGIAC_VAR": str(server_folder), "PORT": str(port), "MAIL_INBOUND_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 6
    assert done.stderr == "canhgiac: Cơ sở dữ liệu chưa có bảng nào. Hãy chạy trước: canhgiac prepare\n"


@pytest.mark.parametrize(
    ("variable", "name"),
    [("PORT", "port"), ("EMAIL_PORT", "smtp"), ("INBOX_PORT", "inbox"), ("MAIL_INBOUND_PORT", "mail_in")],
)
def test_a_port_in_use(variable: str, name: str, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        code, said = refused(tmp_path / "var", tmp_path / "log", **{variable: str(taken)})
    assert code == 3
    assert f"Cổng {taken} của 127.0.0.1 đang có chương trình khác dùng." in said
    assert f"{variable}={taken + 1}" in said


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    code, said = refused(tmp_path / "var", tmp_path / "log", DATABASE_URL="postgresql://a:bi-mat@127.0.0.1:1/x")
    assert code == 6
    assert "Máy chủ PostgreSQL không trả lời" in said
    assert "bi-mat" not in said


def test_data_of_another_postgresql(tmp_path: Path) -> None:
    (tmp_path / "var" / "pg").mkdir(parents=True)
    (tmp_path / "var" / "pg" / "PG_VERSION").write_text("16\n")
    code, said = refused(tmp_path / "var", tmp_path / "log")
    assert code == 5
    assert "là của PostgreSQL 16, bản đang cài đọc PostgreSQL 18" in said


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A small disk of its own on the folder; skips the test where there can be none."""
    if not AS_ROOT:
        pytest.skip("mounting a disk takes root")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False).returncode:
        pytest.skip("this machine does not let root mount a disk")
    try:
        yield
    finally:
        wait_until(lambda: subprocess.run(["umount", folder], check=False).returncode == 0)


def test_a_disk_too_small_to_begin(server_folder: Path, tmp_path: Path) -> None:
    with mounted(server_folder, "size=20m"):
        code, said = refused(server_folder, tmp_path / "log")
    assert code == 4
    assert re.search(r"Đĩa sắp đầy: \S+ còn \d+ MB, cần ít nhất 400 MB.", said)


def test_a_disk_that_fills_up_on_the_way(server_folder: Path, tmp_path: Path) -> None:
    with mounted(server_folder, "size=450m"):
        run = Served(server_folder, tmp_path / "log")
        wait_until((server_folder / "pg").exists, 60)
        with suppress(OSError), (server_folder / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"\0" * (1 << 20)):
                pass
        code = run.process.wait(180)
    assert (code, "Đĩa đã đầy" in run.said) == (4, True), run.said


def test_a_folder_closed_to_us(server_folder: Path, tmp_path: Path) -> None:
    if not AS_ROOT:
        server_folder.chmod(0o555)
        code, said = refused(server_folder / "var", tmp_path / "log")
    else:
        with mounted(server_folder, "ro"):
            code, said = refused(server_folder / "var", tmp_path / "log")
    assert code == 5
    assert f"Không có quyền ghi vào {server_folder / 'var'}" in said


def test_the_greeting_lists_real_logins() -> None:
    from canhgiac.agencies.services.samples import LOGINS
    from canhgiac.cli.serve import DEMO_LOGINS

    assert {login for login, _ in DEMO_LOGINS} <= {login.email for login in LOGINS}
