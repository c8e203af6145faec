"""Says in Vietnamese what the disk refused and how to mend it."""

from __future__ import annotations

import errno
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def explain(error: OSError, place: Path) -> str:
    """A clear message for an error of the file system met while working in ``place``."""
    where = error.filename or place
    if error.errno in FULL:
        return (
            f"Đĩa đã đầy, không ghi được vào {place}. Hãy giải phóng ít nhất 1 GB rồi chạy lại; dữ liệu cũ còn nguyên."
        )
    if error.errno in REFUSED:
        return (
            f"Không có quyền ghi vào {where}. Hãy cấp quyền cho người dùng đang chạy lệnh, "
            "hoặc chọn thư mục dữ liệu khác: CANHGIAC_VAR=thư-mục."
        )
    return f"Lỗi tệp ở {where}: {error.strerror or error}"
