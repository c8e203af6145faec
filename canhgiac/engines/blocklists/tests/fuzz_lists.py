"""Coverage-guided fuzzing of the readers: whatever the bytes, things and faults in order, or ``ListError``.

python -m canhgiac.engines.blocklists.tests.fuzz_lists [CORPUS_DIR] [-runs=N] [libFuzzer options]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

from .seeds import SEEDS

fuzzer: Any = atheris  # published without types

with fuzzer.instrument_imports(include=["canhgiac.engines.blocklists"]):
    from ..reading import FORMATS
    from .holds import check

_FORMATS = tuple(FORMATS)


def one_input(data: bytes) -> None:
    """The fuzz target: the first byte picks the format, the rest is the file."""
    check(_FORMATS[data[0] % len(_FORMATS)] if data else "plain", data[1:])


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            for number, form in enumerate(_FORMATS):
                for place, data in enumerate(SEEDS[form]):
                    (Path(folder) / f"{number}-{place}").write_bytes(bytes([number]) + data)
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
