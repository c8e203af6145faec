"""Coverage-guided fuzzing of the readers of questions: whatever the bytes, questions and faults, never an exception.

python -m canhgiac.engines.quizzes.tests.fuzz_readers [CORPUS_DIR] [-runs=N] [libFuzzer options]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris
from django.conf import settings

settings.configure(USE_I18N=False)  # the words of kit.numbers go through gettext; nothing else of Django is used
fuzzer: Any = atheris  # published without types

with fuzzer.instrument_imports(include=["canhgiac.engines.quizzes"]):
    from .holds import READERS, SEEDS, check

_FORMS = tuple(READERS)


def one_input(data: bytes) -> None:
    """The fuzz target: the first byte picks the form, the rest is the file or its odd part."""
    check(_FORMS[data[0] % len(_FORMS)] if data else "gift", data[1:])


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            for number, form in enumerate(_FORMS):
                for place, data in enumerate(SEEDS[form]):
                    (Path(folder) / f"{number}-{place}").write_bytes(bytes([number]) + data)
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
