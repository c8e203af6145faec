"""``canhgiac lookup`` and its place among the parts that ``serve`` starts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from canhgiac.cli.errors import PORT, RefusalError
from canhgiac.cli.serve import _children


def lookup(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "canhgiac.cli", "lookup", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )


def test_a_port_in_use_is_told_with_the_variable_that_changes_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = lookup("--port", str(port), CANHGIAC_VAR=str(tmp_path))
    assert done.returncode == PORT
    assert f"LOOKUP_PORT={port + 1}" in done.stderr


def test_a_port_that_is_no_port(tmp_path: Path) -> None:
    done = lookup(LOOKUP_PORT="tám nghìn", CANHGIAC_VAR=str(tmp_path))
    assert (done.returncode, done.stderr) == (2, "canhgiac: LOOKUP_PORT=tám nghìn không phải là số từ 1 đến 65535.\n")


def test_serve_starts_it_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKUP_PORT", raising=False)
    assert [part.name for part in _children(demo=False)] == ["worker", "gửi tin", "web"]
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("LOOKUP_PORT", str(port))
        with pytest.raises(RefusalError, match="LOOKUP_PORT"):
            _children(demo=False)
    part = next(part for part in _children(demo=False) if part.name == "tra cứu")
    assert (part.command[-1], part.needed) == ("lookup", False)
