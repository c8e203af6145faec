"""Coverage-guided fuzzing of a link: whatever the SMSC says, no exception, whole PDUs out, every message settled.

python -m canhgiac.channels.smpp.tests.fuzz_link [CORPUS_DIR] [-runs=N] [libFuzzer options]
"""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

fuzzer: Any = atheris  # published without types

with fuzzer.instrument_imports(include=["canhgiac.channels.smpp"]):
    from .holds import check
    from .seeds import SEEDS


def one_input(data: bytes) -> None:
    """The fuzz target: the stream; its first two bytes also say where it is cut."""
    check(data, list(data[:2]))


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            for number, seed in enumerate(SEEDS):
                (Path(folder) / str(number)).write_bytes(seed)
            (Path(folder) / "all").write_bytes(b"".join(SEEDS))
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
