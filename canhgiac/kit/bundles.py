"""Joins the small sheets and scripts of the public pages into one of each: on a slow line every request costs a wait.

The parts stay apart for those who write them. Which parts make which file is the setting STATIC_BUNDLES.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage, Storage

IMPORT = re.compile(r'^import [^;]*? from "\./[\w-]+\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
REMARK = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
"""A comment that has its lines of a script to itself; one behind code stays, where it may be part of a string."""


class BundleFinder(BaseFinder):
    """Finds the joined files, making each anew when one of its parts is newer."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to warn of: a missing part fails the page's own test."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The joined file of a static name; nothing when it is not one."""
        if path not in settings.STATIC_BUNDLES:
            return []
        made = str(_made(path))
        return [made] if find_all else made

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every joined file with the storage that opens it."""
        storage = FileSystemStorage(location=_folder())
        for name in settings.STATIC_BUNDLES:
            if not matches_patterns(name, list(ignore_patterns or ())):
                _made(name)
                yield name, storage


def join_css(texts: Iterable[str]) -> str:
    """One sheet of several, in their order, without comments."""
    return "".join(COMMENT.sub("", text).strip() + "\n" for text in texts)


def join_js(texts: Iterable[str]) -> str:
    """One module of several. A part that exports comes before those that import from it and shares its names with
    all; any other part keeps its names to itself, in a block. Comments between the lines go."""
    joined = []
    for text in texts:
        bare = REMARK.sub("", IMPORT.sub("", text)).strip()
        joined.append(EXPORT.sub("", bare) if EXPORT.search(bare) else f"{{\n{bare}\n}}")
    return "\n".join(joined) + "\n"


def _folder() -> Path:
    return Path(settings.VAR) / "bundles"


def _made(name: str) -> Path:
    """The joined file on the disk. Raises FileNotFoundError naming a part that is not there."""
    parts = [_part(part) for part in settings.STATIC_BUNDLES[name]]
    target = _folder() / name
    text = (join_js if name.endswith(".js") else join_css)(part.read_text(encoding="utf-8") for part in parts)
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_name(f"{target.name}.{os.getpid()}")
        half.write_text(text, encoding="utf-8")
        half.replace(target)  # at once: another process may be reading
    return target


def _part(name: str) -> Path:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found)
