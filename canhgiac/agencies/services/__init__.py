"""Acts on areas, agencies, members, notices and the audit log."""

from .audit import audit_record
from .notices import notice_deliver, notice_send, notices_settle
from .provinces import ProvinceRegistered, province_register
from .register import agency_store, area_store, paths_refresh
from .samples import samples_load

__all__ = [
    "ProvinceRegistered",
    "agency_store",
    "area_store",
    "audit_record",
    "notice_deliver",
    "notice_send",
    "notices_settle",
    "paths_refresh",
    "province_register",
    "samples_load",
]
