"""Reads of areas, agencies, members and the log."""

from .access import NotAllowed, acting_for, agencies_of, has_role, members_to_notify, require_role, roles_of
from .register import agencies_on, superior_of

__all__ = [
    "NotAllowed",
    "acting_for",
    "agencies_of",
    "agencies_on",
    "has_role",
    "members_to_notify",
    "require_role",
    "roles_of",
    "superior_of",
]
