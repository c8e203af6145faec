"""Prints a short table; exit code 1 when a check fails, 2 without LIVE_TO."""

from __future__ import annotations

import os
import sys

from .checks import all_checked
from .given import Given


def main() -> int:
    """See the package."""
    if not os.environ.get("LIVE_TO", "").strip():
        print("Chưa gửi gì. Đặt LIVE_TO là địa chỉ nhận tin thử, xem docs/kiem-tra-kenh.md.", file=sys.stderr)
        return 2
    rows = all_checked(Given(os.environ))
    print(*rows, sep="\n")
    return 1 if any(row.holds is False for row in rows) else 0


sys.exit(main())
