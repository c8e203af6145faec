"""Tables of areas, agencies, members and the audit log."""

from .areas import Area, AreaSuccession
from .audiences import Audience
from .audit import AuditEntry
from .boundaries import AreaBoundary
from .members import ApiToken, Invitation, Member, Notice, Role
from .phones import MemberPhone
from .province import Province
from .quotas import Quota
from .register import Agency, AgencyAlias, AgencySuccession

__all__ = [
    "Agency",
    "AgencyAlias",
    "AgencySuccession",
    "ApiToken",
    "Area",
    "AreaBoundary",
    "AreaSuccession",
    "Audience",
    "AuditEntry",
    "Invitation",
    "Member",
    "MemberPhone",
    "Notice",
    "Province",
    "Quota",
    "Role",
]
