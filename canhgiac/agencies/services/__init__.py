"""Acts on areas, agencies, members, notices and the audit log."""

from .areas import AreasLoaded, areas_load
from .audit import audit_record
from .notices import notice_deliver, notice_send, notices_settle
from .provinces import ProvinceRegistered, province_register
from .register import agency_store, area_store, paths_refresh
from .samples import samples_load

__all__ = [
    "AreasLoaded",
    "ProvinceRegistered",
    "agency_store",
    "area_store",
    "areas_load",
    "audit_record",
    "notice_deliver",
    "notice_send",
    "notices_settle",
    "paths_refresh",
    "province_register",
    "samples_load",
]
