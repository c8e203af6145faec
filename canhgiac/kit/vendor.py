"""Serves the few files that we use of the front-end packages, and none of the many that we do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

SOURCE_MAP = re.compile(rb"/\*# sourceMappingURL=.*?\*/")


class VendorStorage(FileSystemStorage):
    """Reads the static name ``vendor/…`` from the package file that the setting VENDOR_FILES names."""

    def __init__(self) -> None:
        super().__init__(location=settings.VENDOR_ROOT)

    def path(self, name: str) -> str:
        """Where the package keeps the file of this static name."""
        return str(Path(settings.VENDOR_ROOT) / settings.VENDOR_FILES.get(name, name))

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        content = Path(self.path(name)).read_bytes()
        # Without its comment a missing source map, 1.7 MB that no visitor reads, does not stop collectstatic.
        return ContentFile(SOURCE_MAP.sub(b"", content), name=name)


class VendorFinder(BaseFinder):
    """Finds the static files that the setting VENDOR_FILES maps: static name to path under VENDOR_ROOT."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Warns when the packages are not installed, since pages then lack their looks."""
        missing = [source for source in settings.VENDOR_FILES.values() if not _path(source).exists()]
        if not missing:
            return []
        hint = "Run npm ci in the project's folder (make setup does it)."
        return [CheckWarning(f"front-end files are missing: {', '.join(missing[:3])}", hint=hint, id="kit.W001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file of a static name; nothing when it is not one of ours or not installed."""
        source = settings.VENDOR_FILES.get(path)
        if source is None or not _path(source).exists():
            return []
        return [str(_path(source))] if find_all else str(_path(source))

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every installed file with the storage that opens it."""
        storage = VendorStorage()
        for name, source in settings.VENDOR_FILES.items():
            if _path(source).exists() and not matches_patterns(name, list(ignore_patterns or ())):
                yield name, storage


def _path(source: str) -> Path:
    return Path(settings.VENDOR_ROOT) / source
