"""Draft warnings as the radar or a person begins them."""

from __future__ import annotations

from typing import Any

from canhgiac.agencies.models import Member
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.warnings import WarningData, warning_draft


def draft(by: Member, *, title: str = "Cảnh báo: giả danh công an tại Xã Đồi Mây", **given: Any) -> Alert:
    """A draft through the service."""
    given.setdefault("happens", "Có người gọi xưng công an xã, bảo cài ứng dụng lạ.")
    return warning_draft(by=by, data=WarningData(title=title, **given))
