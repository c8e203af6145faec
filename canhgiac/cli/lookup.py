"""``canhgiac lookup``: the look-up server for partners and private buckets; without Django and without a database."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from canhgiac.cli.errors import var
from canhgiac.cli.web import number, require_free


def run(arguments: list[str]) -> int:
    """Serves until stopped."""
    options = _parser().parse_args(arguments)
    require_free(options.bind, options.port, "LOOKUP_PORT")
    os.environ["LOOKUP_INDEX"] = str(options.index.absolute())
    os.environ["LOOKUP_TOKENS"] = str(options.tokens.absolute())
    options.tokens.parent.mkdir(parents=True, exist_ok=True)
    line = command(options.bind, options.port, options.workers)
    os.execv(line[0], line)  # noqa: S606  # granian in our place: signals reach it straight


def command(host: str, port: int, workers: int) -> list[str]:
    """The command line of the server."""
    line = [str(Path(sys.executable).with_name("granian")), "canhgiac.engines.lookup.server:server", "--factory"]
    line += ["--interface", "rsgi", "--host", host, "--port", str(port), "--no-ws", "--log-level", "warning"]
    line += ["--http", "1", "--workers", str(workers), "--runtime-mode", "st", "--backlog", "2048"]
    return [*line, "--workers-kill-timeout", "10", "--respawn-failed-workers"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="canhgiac lookup",
        description="Máy chủ tra cứu dấu vết: đối tác hỏi bằng mã truy cập, người dân hỏi kín theo ngăn.",
    )
    place = var() / "lookup"
    index = os.environ.get("LOOKUP_INDEX") or place / "index.cgi"
    tokens = os.environ.get("LOOKUP_TOKENS") or place / "tokens.json"
    parser.add_argument("--index", type=Path, default=Path(index), metavar="TỆP", help="tệp chỉ mục (LOOKUP_INDEX)")
    parser.add_argument(
        "--tokens", type=Path, default=Path(tokens), metavar="TỆP", help="tệp mã truy cập (LOOKUP_TOKENS)"
    )
    bind, port = os.environ.get("LOOKUP_BIND") or "127.0.0.1", number("LOOKUP_PORT", 8100)
    parser.add_argument("--bind", default=bind, metavar="ĐỊA-CHỈ", help="địa chỉ nghe (LOOKUP_BIND)")
    parser.add_argument("--port", type=int, default=port, metavar="CỔNG", help="cổng nghe (LOOKUP_PORT)")
    workers = number("LOOKUP_WORKERS", 1)
    parser.add_argument("--workers", type=int, default=workers, metavar="N", help="số tiến trình (LOOKUP_WORKERS)")
    return parser
