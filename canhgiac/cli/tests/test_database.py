"""What an operator is told about a PostgreSQL that cannot be used; nearly every case is a real server's refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from canhgiac.cli import database
from canhgiac.cli.errors import DATABASE, DISK, RefusalError, refusal_for
from canhgiac.kit import embedded
from tests.ports import free_ports


@pytest.fixture(scope="module")
def folder(server_folders: Callable[[], Path]) -> Iterator[Path]:
    """A server of its own, where the account ``app`` needs a password."""
    data = server_folders() / "pg"
    with psycopg.connect(embedded.start(data), autocommit=True) as connection:
        connection.execute("CREATE ROLE app LOGIN PASSWORD 'dung-mat-khau'")
        connection.execute("CREATE DATABASE app OWNER app")
        connection.execute("CREATE DATABASE cua_nguoi_khac")
        connection.execute("CREATE DATABASE ma_cu TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'")
        hba = data / "pg_hba.conf"
        hba.write_text("local cam app reject\nlocal all app scram-sha-256\n" + hba.read_text())
        connection.execute("SELECT pg_reload_conf()")
    yield data
    embedded.stop(data)


def url(folder: Path, name: str = "app", *, user: str = "app", password: str = "dung-mat-khau") -> str:
    return f"postgresql://{user}:{password}@/{name}?host={quote(str(folder), safe='')}"


def refusal(address: str, minimum: int = database.MINIMUM) -> str:
    with pytest.raises(RefusalError) as refused:
        database.check(address, minimum)
    assert refused.value.code == DATABASE
    return str(refused.value)


def test_a_good_server_is_taken(folder: Path) -> None:
    database.check(url(folder))


def test_too_old(folder: Path) -> None:
    assert refusal(url(folder), minimum=19).startswith("PostgreSQL 18 quá cũ: cần bản 19 trở lên.")


def test_wrong_password_is_said_and_not_shown(folder: Path) -> None:
    said = refusal(url(folder, password="sai-mat-khau"))
    assert said.startswith("Sai tên hoặc mật khẩu")
    assert "sai-mat-khau" not in said


def test_no_such_account(folder: Path) -> None:
    assert refusal(url(folder, user="khong_co")).startswith("Tài khoản trong DATABASE_URL không có")


def test_no_such_database(folder: Path) -> None:
    assert refusal(url(folder, "khong_co")).startswith("Chưa có cơ sở dữ liệu này")


def test_not_allowed_in(folder: Path) -> None:
    assert "không cho máy này vào" in refusal(url(folder, "cam"))


def test_may_not_make_tables(folder: Path) -> None:
    assert "GRANT CREATE ON SCHEMA public TO app" in refusal(url(folder, "cua_nguoi_khac"))


def test_an_old_encoding(folder: Path) -> None:
    assert refusal(url(folder, "ma_cu", user="postgres")).startswith("Cơ sở dữ liệu dùng bảng mã LATIN1")


def test_nobody_answers() -> None:
    [port] = free_ports(1)
    said = refusal(f"postgresql://app:x@127.0.0.1:{port}/app")
    assert said.startswith("Máy chủ PostgreSQL không trả lời")
    assert f"127.0.0.1:{port}/app" in said


def test_a_full_disk_is_told_also_where_the_server_refuses_the_connection() -> None:
    refused = psycopg.OperationalError("FATAL:  could not write init file: No space left on device")
    assert refused.sqlstate is None
    told = refusal_for(refused)
    assert told is not None
    assert (told.code, "Đĩa đã đầy" in str(told)) == (DISK, True)
