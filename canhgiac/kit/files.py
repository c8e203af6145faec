"""A store of immutable files named by the SHA-256 of their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


class FileStore:
    """Files under one folder, ``ab/cd/<sha256>``; the same content is kept once.

    A file appears under its name only when all of it is on disk, so a killed writer leaves no half file.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the content with this digest stands or would stand."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, data: bytes) -> str:
        """Keeps the bytes and returns their SHA-256 in hexadecimal. Raises OSError when the disk refuses."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content with this digest. Raises FileNotFoundError when it is not kept here."""
        return self.path(sha256).read_bytes()

    def drop(self, sha256: str) -> None:
        """Removes the content with this digest; again does nothing. Only for what no other row can name."""
        self.path(sha256).unlink(missing_ok=True)
