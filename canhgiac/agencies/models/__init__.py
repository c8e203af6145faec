"""Tables of areas, agencies, members and the audit log."""

from .areas import Area, AreaSuccession
from .audit import AuditEntry
from .boundaries import AreaBoundary
from .members import ApiToken, Invitation, Member, Notice, Role
from .register import Agency, AgencyAlias, AgencySuccession

__all__ = [
    "Agency",
    "AgencyAlias",
    "AgencySuccession",
    "ApiToken",
    "Area",
    "AreaBoundary",
    "AreaSuccession",
    "AuditEntry",
    "Invitation",
    "Member",
    "Notice",
    "Role",
]
