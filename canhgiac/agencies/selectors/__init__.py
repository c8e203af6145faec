"""Reads of areas, agencies, members and the log."""

from .access import NotAllowed, acting_for, agencies_of, has_role, members_to_notify, require_role, roles_of
from .register import agencies_on, superior_of
from .tokens import key_sha256, token_member

__all__ = [
    "NotAllowed",
    "acting_for",
    "agencies_of",
    "agencies_on",
    "has_role",
    "key_sha256",
    "members_to_notify",
    "require_role",
    "roles_of",
    "superior_of",
    "token_member",
]
