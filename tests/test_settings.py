"""What the settings make by themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from canhgiac import settings


def test_processes_that_begin_together_share_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    for turn in range(40):
        monkeypatch.setattr(settings, "VAR", tmp_path / str(turn))
        gate = Barrier(8)

        def key(_: int, gate: Barrier = gate) -> str:
            gate.wait()
            return settings.secret_key()

        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(key, range(8)))
        assert len(keys) == 1
        assert len(keys.pop()) > 60
        kept = tmp_path / str(turn) / "secret_key"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in kept.parent.iterdir()] == ["secret_key"]
