"""Coverage-guided fuzzing of the readers: whatever the bytes, ``read`` answers with text or with ReadError.

    python -m canhgiac.engines.officialdoc.tests.fuzz_reading [CORPUS_DIR] [-runs=N] [libFuzzer options]

Without a corpus folder the seeds of every format are laid in a temporary one. XML is also fuzzed inside a sound
package, as random bytes seldom get past the checksums of a zip.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

from .reading_seeds import PARTS, fuzz_inputs, in_package

fuzzer: Any = atheris  # published without types

with fuzzer.instrument_imports(include=["canhgiac.engines.officialdoc.reading"]):
    from ..reading import ReadError, read


_NAMES = ("a.docx", "a.pdf", "a.txt", "a.md", "a.html", "a.png")


def one_input(data: bytes) -> None:
    """The fuzz target: the first byte picks the way, the rest is the file."""
    way, content = (data[0], data[1:]) if data else (0, b"")
    if way < len(PARTS):
        content = in_package(PARTS[way], content)
    try:
        source = read(content, _NAMES[way % len(_NAMES)], ocr=False)
    except ReadError:
        return
    starts = source.pages
    if starts[0] != 0 or list(starts) != sorted(starts) or starts[-1] > len(source.text):
        raise AssertionError("pages do not start inside the text")


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            for number, seed in enumerate(fuzz_inputs()):
                (Path(folder) / str(number)).write_bytes(seed)
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
