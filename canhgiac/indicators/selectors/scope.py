"""Who sees a number whole. An indicator is personal data of somebody who may be innocent (Law 91/2025)."""

from __future__ import annotations

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role, province, require_role, roles_of
from canhgiac.engines.lookup.keys import Key, Kind, masked, shown
from canhgiac.indicators.models import Indicator

READERS = (
    *(Role.Kind.TIP_OFFICER, Role.Kind.APPROVER, Role.Kind.COORDINATOR),
    *(Role.Kind.AUDITOR, Role.Kind.OFFICER),
)
"""Who opens the register at all."""
PERSONAL = frozenset({Kind.ACCOUNT, Kind.WALLET, Kind.PHONE, Kind.SOCIAL})
"""Kinds whose value leads to a person: masked in lists, and every whole look at one is in the audit log."""


def sees_register(member: Member) -> bool:
    """Whether the member may open the register (values masked). One query."""
    return has_role(member, *READERS)


def sees_whole(member: Member) -> bool:
    """Whether the member may see whole values: who receives tips, and approver and coordinator of the standing office.

    While no standing office is named in the province's profile, of any. Two queries at most.
    """
    kinds = set(roles_of(member, Role.Kind.TIP_OFFICER, Role.Kind.APPROVER, Role.Kind.COORDINATOR).values_list("kind"))
    if (Role.Kind.TIP_OFFICER,) in kinds:
        return True
    return bool(kinds) and has_role(member, Role.Kind.APPROVER, Role.Kind.COORDINATOR, agency=province().office)


def may_propose(member: Member) -> bool:
    """Who reports to the register and proposes decisions."""
    return sees_whole(member)


def may_decide(member: Member) -> bool:
    """Who agrees as the second person: approver or coordinator of the standing office."""
    return has_role(member, Role.Kind.APPROVER, Role.Kind.COORDINATOR, agency=province().office)


def require_propose(member: Member) -> None:
    """Raises NotAllowed unless ``may_propose``."""
    if not may_propose(member):
        _refuse(member, Role.Kind.TIP_OFFICER)


def require_decide(member: Member) -> None:
    """Raises NotAllowed unless ``may_decide``."""
    if not may_decide(member):
        _refuse(member, Role.Kind.APPROVER)


def _refuse(member: Member, kind: Role.Kind) -> None:
    """NotAllowed with the words of the door that everybody uses."""
    require_role(member, kind, agency=province().office)


def key_of_row(indicator: Indicator) -> Key:
    """The key of a row."""
    return Key(Kind(indicator.kind), indicator.value)


def shown_for(indicator: Indicator, *, whole: bool) -> str:
    """The value as a person reads it: masked, unless ``whole`` or of a kind that leads to nobody."""
    key = key_of_row(indicator)
    return shown(key) if whole or key.kind not in PERSONAL else masked(key)
