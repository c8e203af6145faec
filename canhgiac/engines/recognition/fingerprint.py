"""Which code and words a model was made with: a model of another engine must be made again."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def fingerprint() -> str:
    """A digest over the engine's own sources and word lists, 64 hexadecimal digits."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in {".py", ".txt", ".toml"}:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
