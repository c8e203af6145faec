"""The busiest modules as ``compiling`` made machine code of them, in place of their sources.

Nothing depends on it: where nothing was compiled, or a source has changed since, the source itself is run, a quarter
slower. What was compiled lies in the virtual environment, in a folder named after what it was made of.
``CANHGIAC_COMPILED=0`` in the environment runs the sources.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

ENGINES = Path(__file__).parent
MODULES = (
    *("recognition.cues", "recognition.hidden", "recognition.hosts", "recognition.letters", "recognition.model"),
    *("recognition.naming", "recognition.rules", "recognition.tokens", "recognition.verdict", "similarity.near"),
)
"""What most of the time of judging a message is spent in."""
SWITCH = "CANHGIAC_COMPILED"


@cache
def folder() -> Path:
    """Where the compiled modules of the present sources are, or would be.

    All sources of their packages count: what one module says of another is compiled into it.
    """
    digest = hashlib.blake2b(f"{EXTENSION_SUFFIXES[0]} {MODULES}".encode(), digest_size=12)
    for package in sorted({name.split(".")[0] for name in MODULES}):
        for path in sorted((ENGINES / package).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return Path(sys.prefix) / "canhgiac-compiled" / digest.hexdigest()


class Compiled:
    """Finds the compiled modules, and what mypyc puts beside them, by their names (``sys.meta_path``)."""

    def __init__(self, files: dict[str, Path]) -> None:
        self.files = files

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See ``importlib.abc.MetaPathFinder.find_spec``."""
        file = self.files.get(name)
        return spec_from_file_location(name, file) if file is not None else None


def use() -> None:
    """From now on imports the compiled modules where there are any."""
    if os.environ.get(SWITCH) == "0" or any(isinstance(finder, Compiled) for finder in sys.meta_path):
        return
    held = folder()
    files = {
        ".".join(path.relative_to(held).parts).removesuffix(EXTENSION_SUFFIXES[0]): path
        for path in held.rglob(f"*{EXTENSION_SUFFIXES[0]}")
    }
    if files:
        sys.meta_path.insert(0, Compiled(files))
