"""Who reads the radar, who acts on it, who sends signals."""

from __future__ import annotations

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role, require_role

ACTING = (Role.Kind.COORDINATOR, Role.Kind.TIP_OFFICER)
"""Merge and split, decide cards, answer signals."""
READING = (*ACTING, Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.AUDITOR)
KEEPING = (Role.Kind.COORDINATOR, Role.Kind.ADMIN)
"""Keep the register of collaborators."""


def require_reading(member: Member) -> None:
    """Raises NotAllowed for who may not read the radar."""
    require_role(member, *READING)


def may_act(member: Member) -> bool:
    """Whether the member decides cards and rearranges clusters. One query."""
    return has_role(member, *ACTING)


def may_open_tips(member: Member) -> bool:
    """Whether the member may follow an observation to its tip. One query."""
    return has_role(member, Role.Kind.TIP_OFFICER)
