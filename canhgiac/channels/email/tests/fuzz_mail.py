"""Coverage-guided fuzzing of what strangers send: mails that come back, and answers of a server.

python -m canhgiac.channels.email.tests.fuzz_mail [CORPUS_DIR] [-runs=N] [libFuzzer options]
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

fuzzer: Any = atheris  # published without types

# Running this file as a module has already imported its package, without instruments.
for name in [name for name in sys.modules if name.startswith("canhgiac.channels.email.") and ".tests" not in name]:
    del sys.modules[name]
with fuzzer.instrument_imports(include=["canhgiac.channels.email"]):
    from canhgiac.channels.contract import Inbound, Receipt
    from canhgiac.channels.email.bounces import read_mail
    from canhgiac.channels.email.reading import WORDS_LIMIT
    from canhgiac.channels.email.verdicts import judge
    from canhgiac.channels.email.wire import ANSWER_LINES, Wire

    from .test_bounces import BACK, KEY, NOW, PATH, SEEDS

ANSWERS = (
    b"250-mx.vinhan.test\r\n250 PIPELINING\r\n354 go on\r\n452 4.5.3 too many\r\n550-5.1.1 no\r\n550 5.1.1 user\r\n"
)
LOOP = asyncio.new_event_loop()


def mail(data: bytes) -> None:
    """Nothing is raised, and no report counts for a delivery whose token is not in it."""
    for to, sender in ((BACK, ""), ("huy@thu.vinhan.test", "an@vinhan.test")):
        for event in read_mail(data, to=to, sender=sender, path=PATH, at=NOW):
            if isinstance(event, Receipt):
                assert event.ref == str(KEY)
                assert event.at == NOW < dt.datetime.max.replace(tzinfo=dt.UTC)
            else:
                assert isinstance(event, Inbound)
                assert event.kind in {"text", "bounce", "complaint"}
                assert len(event.text) <= WORDS_LIMIT + 201
                assert "\n" not in event.sender + event.ref


async def answers(data: bytes) -> None:
    """Whatever the pieces, the answers are the same, or the wire is given up."""
    whole, pieces = Wire(), Wire()
    whole.data_received(data)
    for start in range(0, len(data), 3):
        pieces.data_received(data[start : start + 3])
    got, again = whole.take(1000), pieces.take(1000)
    if not whole.fault and not pieces.fault:
        assert got == again
    for reply in got:
        assert len(reply.lines) <= ANSWER_LINES + 1
        outcome, code = judge(reply)
        assert outcome
        assert code.startswith(f"smtp:{reply.code}")


def one_input(data: bytes) -> None:
    """The fuzz target: the first octet says which door."""
    if data[:1] == b"A":
        LOOP.run_until_complete(answers(data[1:]))
    else:
        mail(data)


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            for number, seed in enumerate([*SEEDS, b"A" + ANSWERS]):
                (Path(folder) / str(number)).write_bytes(seed)
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
