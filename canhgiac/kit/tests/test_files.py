from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from canhgiac.kit.files import FileStore


def test_content_is_kept_once_under_its_digest(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    name = store.put(b"minh chung")
    assert name == hashlib.sha256(b"minh chung").hexdigest()
    assert store.put(b"minh chung") == name
    assert store.get(name) == b"minh chung"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [name]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_a_digest_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        FileStore(tmp_path).path(name)


def test_what_is_not_kept_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileStore(tmp_path).get("0" * 64)
