"""Who reads draft warnings, who writes them."""

from __future__ import annotations

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role, require_role

WRITING = (Role.Kind.COORDINATOR, Role.Kind.EDITOR)
"""Write by hand, edit, drop, restore."""
DRAFTING = (*WRITING, Role.Kind.TIP_OFFICER)
"""Begin a draft out of something that the programme saw, such as a card of the radar."""
READING = (*DRAFTING, Role.Kind.APPROVER, Role.Kind.AUDITOR)


def require_reading(member: Member) -> None:
    """Raises NotAllowed for who may not read drafts."""
    require_role(member, *READING)


def require_writing(member: Member) -> None:
    """Raises NotAllowed for who may not write drafts by hand."""
    require_role(member, *WRITING)


def may_write(member: Member) -> bool:
    """Whether the member writes, drops and restores drafts. One query."""
    return has_role(member, *WRITING)
