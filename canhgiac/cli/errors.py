"""Why a command was refused, with the exit code; turns foreseeable errors into clear messages."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from canhgiac.kit import disk

USAGE, PORT, DISK, FOLDER, DATABASE, CHILD = 2, 3, 4, 5, 6, 7
"""Exit codes: wrong use, port taken, disk full, data folder locked or closed to us, database, a part died."""


class RefusalError(Exception):
    """The command cannot go on. The text, in Vietnamese, says what happened and how to mend it."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def refusal_for(error: Exception) -> RefusalError | None:
    """The refusal that tells of this error, or None for a fault of ours, which shows its traceback."""
    if isinstance(error, RefusalError):
        return error
    if isinstance(error, OSError) and error.errno in disk.FULL | disk.REFUSED:
        return RefusalError(disk.explain(error, var()), DISK if error.errno in disk.FULL else FOLDER)
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if kind == "canhgiac.kit.embedded.EmbeddedError":
        cause = error.__cause__
        full = (isinstance(cause, OSError) and cause.errno == errno.ENOSPC) or "Đĩa đã đầy" in str(error)
        return RefusalError(str(error), DISK if full else FOLDER)
    if kind.startswith(("psycopg.", "django.db.utils.")):
        return _database(error)
    return None


def _database(error: Exception) -> RefusalError | None:
    """Errors of the database that the operator can mend."""
    full = RefusalError("Đĩa đã đầy, PostgreSQL không ghi thêm được. Hãy giải phóng chỗ.", DISK)
    seen: BaseException | None = error
    while seen is not None:
        if os.strerror(errno.ENOSPC) in str(seen):  # a refused connection tells its reason in words alone
            return full
        match getattr(seen, "sqlstate", None):
            case "53100":
                return full
            case "42501":
                text = str(seen).strip()
                return RefusalError(f"Tài khoản trong DATABASE_URL không đủ quyền: {text}", DATABASE)
            case "53300":
                return RefusalError("PostgreSQL đã hết số kết nối cho phép. Hãy tăng max_connections.", DATABASE)
        seen = seen.__cause__
    return None


def var() -> Path:
    """The data folder: CANHGIAC_VAR, else var/ beside the program."""
    return Path(os.environ.get("CANHGIAC_VAR") or Path(__file__).parents[2] / "var")
