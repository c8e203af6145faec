"""Reads of areas, agencies, members and the log."""

from .access import NotAllowed, acting_for, agencies_of, has_role, members_to_notify, require_role, roles_of
from .areas import AreaPage, area_children, area_page, area_search, areas_after, areas_on
from .province import province
from .register import agencies_on, superior_of
from .resolve import Resolution, agency_resolve, agency_resolve_many
from .tokens import key_sha256, token_member

__all__ = [
    "AreaPage",
    "NotAllowed",
    "Resolution",
    "acting_for",
    "agencies_of",
    "agencies_on",
    "agency_resolve",
    "agency_resolve_many",
    "area_children",
    "area_page",
    "area_search",
    "areas_after",
    "areas_on",
    "has_role",
    "key_sha256",
    "members_to_notify",
    "province",
    "require_role",
    "roles_of",
    "superior_of",
    "token_member",
]
