"""Makes sure a usable PostgreSQL answers: the embedded one, or the server that DATABASE_URL names."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from canhgiac.cli.errors import DATABASE, RefusalError, var

MINIMUM = 15
"""The oldest PostgreSQL major version that the software is tested against."""

# What libpq says while connecting (it gives no code there), and what to tell the operator.
_SAYINGS = [
    (r"password authentication failed|no password supplied", "Sai tên hoặc mật khẩu trong DATABASE_URL."),
    (r'role ".*" does not exist', "Tài khoản trong DATABASE_URL không có trên máy chủ PostgreSQL."),
    (r'database ".*" does not exist', "Chưa có cơ sở dữ liệu này. Tạo bằng: createdb -E UTF8 -O tài-khoản tên"),
    (r"pg_hba.conf|Ident|Peer", "Máy chủ PostgreSQL không cho máy này vào; xem pg_hba.conf."),
    (r"too many (connections|clients)|remaining connection slots", "PostgreSQL đã hết số kết nối cho phép."),
    (r"starting up|in recovery mode", "PostgreSQL đang khởi động hoặc phục hồi; hãy thử lại sau ít phút."),
    (r"translate host name|Name or service not known", "Không tìm thấy tên máy chủ trong DATABASE_URL."),
    (r"SSL", "Không thống nhất được kết nối mã hóa (SSL) với máy chủ PostgreSQL."),
    (r"Connection refused|No such file|timeout|unreachable", "Máy chủ PostgreSQL không trả lời; nó đã chạy chưa?"),
]


def locate() -> str:
    """The database's URL, put into the environment for settings.py; nothing is started yet."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        from canhgiac.kit import embedded

        url = os.environ["DATABASE_URL"] = embedded.url(var() / "pg")
    return url


def ensure(minimum: int = MINIMUM) -> str:
    """Starts or joins the embedded server, or checks the given one; returns the URL."""
    from canhgiac.kit import embedded

    data = var() / "pg"
    url = locate()
    if url == embedded.url(data):
        return embedded.start(data)
    check(url, minimum)
    return url


def require_prepared(url: str) -> None:
    """Raises RefusalError when the tables are not there yet."""
    import psycopg

    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if found is None or found[0] is None:
        raise RefusalError("Cơ sở dữ liệu chưa có bảng nào. Hãy chạy trước: canhgiac prepare", DATABASE)


def check(url: str, minimum: int = MINIMUM) -> None:
    """Connects to a server and refuses it, saying why, when it cannot serve us."""
    import psycopg

    try:
        connection = psycopg.connect(url, connect_timeout=8)
    except psycopg.Error as error:
        raise RefusalError(_connecting(url, str(error)), DATABASE) from error
    with connection:
        major = connection.info.server_version // 10_000
        if major < minimum:
            raise RefusalError(
                f"PostgreSQL {major} quá cũ: cần bản {minimum} trở lên. Hãy nâng cấp máy chủ, "
                "hoặc bỏ DATABASE_URL để dùng PostgreSQL kèm theo.",
                DATABASE,
            )
        facts = connection.execute(
            "SELECT has_schema_privilege(current_user, 'public', 'CREATE'), current_setting('server_encoding'),"
            " current_user, pg_is_in_recovery()"
        ).fetchone()
    assert facts is not None
    may_create, encoding, user, replica = facts
    if not may_create:
        raise RefusalError(
            f"Tài khoản {user} không có quyền tạo bảng. "
            f"Chủ cơ sở dữ liệu chạy: GRANT CREATE ON SCHEMA public TO {user};",
            DATABASE,
        )
    if encoding != "UTF8":
        raise RefusalError(f"Cơ sở dữ liệu dùng bảng mã {encoding}; cần UTF8 (createdb -E UTF8)", DATABASE)
    if replica:
        raise RefusalError("Máy chủ trong DATABASE_URL là bản sao chỉ đọc; hãy trỏ đến máy chủ chính.", DATABASE)


def _connecting(url: str, said: str) -> str:
    """What to tell of a failed connection; never shows the password."""
    parts = urlsplit(url)
    place = f"{parts.hostname or 'máy này'}{f':{parts.port}' if parts.port else ''}{parts.path}"
    lines = [line for line in said.splitlines() if line.strip()]
    hint = next((text for pattern, text in _SAYINGS if re.search(pattern, said)), "Không kết nối được PostgreSQL.")
    detail = re.sub(r"://[^@/]*@", "://…@", lines[-1].strip()) if lines else ""
    return f"{hint}\n  Máy chủ: {place}\n  PostgreSQL nói: {detail}"
