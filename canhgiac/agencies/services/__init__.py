"""Acts on areas, agencies, members, notices and the audit log."""

from .areas import AreasLoaded, areas_load
from .audit import audit_head_keep, audit_heads_kept, audit_record
from .boundaries import BoundariesReport, boundaries_import
from .imports import Fault, ImportPreview, agencies_import, agencies_import_preview, agencies_import_read
from .members import (
    admin_create,
    invitation_accept,
    invitation_resend,
    invitation_withdraw,
    login_record,
    member_deactivate,
    member_edit,
    member_invite,
    member_language_set,
    member_reactivate,
    role_grant,
    role_revoke,
)
from .notices import notice_deliver, notice_read, notice_send, notices_read_all, notices_settle
from .phones import phone_ask, phone_ask_drop, phone_drop, phone_prove, phones_forget
from .provinces import ProvinceRegistered, province_register
from .quotas import Limit, quota_take, quotas_erase
from .register import (
    AgencyFacts,
    Refused,
    agency_close,
    agency_create,
    agency_edit,
    agency_merge,
    agency_store,
    area_store,
    paths_refresh,
)
from .samples import LOGINS as DEMO_LOGINS
from .samples import PASSWORD as DEMO_PASSWORD
from .samples import samples_load
from .tokens import token_create, token_revoke

__all__ = [
    "DEMO_LOGINS",
    "DEMO_PASSWORD",
    "AgencyFacts",
    "AreasLoaded",
    "BoundariesReport",
    "Fault",
    "ImportPreview",
    "Limit",
    "ProvinceRegistered",
    "Refused",
    "admin_create",
    "agencies_import",
    "agencies_import_preview",
    "agencies_import_read",
    "agency_close",
    "agency_create",
    "agency_edit",
    "agency_merge",
    "agency_store",
    "area_store",
    "areas_load",
    "audit_head_keep",
    "audit_heads_kept",
    "audit_record",
    "boundaries_import",
    "invitation_accept",
    "invitation_resend",
    "invitation_withdraw",
    "login_record",
    "member_deactivate",
    "member_edit",
    "member_invite",
    "member_language_set",
    "member_reactivate",
    "notice_deliver",
    "notice_read",
    "notice_send",
    "notices_read_all",
    "notices_settle",
    "paths_refresh",
    "phone_ask",
    "phone_ask_drop",
    "phone_drop",
    "phone_prove",
    "phones_forget",
    "province_register",
    "quota_take",
    "quotas_erase",
    "role_grant",
    "role_revoke",
    "samples_load",
    "token_create",
    "token_revoke",
]
