"""Acts on areas, agencies, members, notices and the audit log."""

from .audit import audit_record
from .notices import notice_deliver, notice_send, notices_settle
from .register import agency_store, area_store, paths_refresh

__all__ = [
    "agency_store",
    "area_store",
    "audit_record",
    "notice_deliver",
    "notice_send",
    "notices_settle",
    "paths_refresh",
]
