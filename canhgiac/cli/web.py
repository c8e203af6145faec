"""``canhgiac web``: the web server (granian, WSGI) against the database."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

from canhgiac.cli import database
from canhgiac.cli.errors import PORT, USAGE, RefusalError


def run(arguments: list[str]) -> int:
    """Serves until stopped."""
    parser = argparse.ArgumentParser(
        prog="canhgiac web",
        description="Chạy máy chủ web. Địa chỉ: BIND, PORT (8000); tiến trình, luồng: WEB_WORKERS, WEB_THREADS.",
    )
    parser.parse_args(arguments)
    host, port = address()
    require_free(host, port, "PORT")
    database.require_prepared(database.ensure())
    # The embedded server lives as long as this process, so granian is run inside it rather than in its place.
    sys.argv = command(host, port)
    from granian.cli import entrypoint

    entrypoint()  # type: ignore[no-untyped-call]
    return 0


def address() -> tuple[str, int]:
    """Where to listen: BIND (127.0.0.1) and PORT (8000)."""
    return os.environ.get("BIND") or "127.0.0.1", number("PORT", 8000)


def number(name: str, default: int) -> int:
    """A whole number from the environment. Raises RefusalError for anything else."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise RefusalError(f"{name}={text} không phải là số từ 1 đến 65535.", USAGE)
    return int(text)


def command(host: str, port: int) -> list[str]:
    """The command line of the web server."""
    line = [str(Path(sys.executable).with_name("granian")), "canhgiac.wsgi:application", "--interface", "wsgi"]
    line += ["--host", host, "--port", str(port), "--no-ws", "--log-level", "warning"]
    line += ["--workers", str(number("WEB_WORKERS", min(os.cpu_count() or 1, 4)))]
    # Threads keep their database connection, so they are few and live long.
    line += ["--blocking-threads", str(number("WEB_THREADS", 4)), "--blocking-threads-idle-timeout", "600"]
    line += ["--workers-kill-timeout", "10", "--respawn-failed-workers", "--backlog", "1024"]
    return line


def require_free(host: str, port: int, name: str) -> None:
    """Raises RefusalError when another program listens on the port; ``name`` is the variable that changes it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise RefusalError(f"Cổng {port} cần quyền quản trị; hãy chọn cổng từ 1024: {name}=8000.", PORT) from error
        except OSError as error:
            raise RefusalError(
                f"Cổng {port} của {host} đang có chương trình khác dùng. Hãy dừng chương trình đó, "
                f"hoặc chọn cổng khác: {name}={port + 1}",
                PORT,
            ) from error
