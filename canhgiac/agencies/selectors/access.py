"""Who may do what, where: roles by agency subtree, between their dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.kit import clock


class NotAllowed(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The member may not do this; the message says so in Vietnamese."""


def in_force(on: dt.date, prefix: str = "") -> Q:
    """Rows whose ``valid_from`` and ``valid_until`` (both inclusive, null is open) hold on the date."""
    return (Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": on})) & (
        Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": on})
    )


def roles_of(member: Member, *kinds: Role.Kind) -> QuerySet[Role]:
    """The member's roles in force today, of these kinds (of any when none is named), with their agencies."""
    if not member.is_active:
        return Role.objects.none()
    roles = Role.objects.filter(in_force(clock.today()), member=member).select_related("agency")
    return roles.filter(kind__in=kinds) if kinds else roles


def lineage(agency: Agency) -> list[int]:
    """Ids of the agency and of all above it, from the root down."""
    return [int(step) for step in agency.path.split("/") if step]


def has_role(member: Member, *kinds: Role.Kind, agency: Agency | None = None) -> bool:
    """Whether the member holds one of these roles today: at ``agency`` or above it, anywhere when None."""
    roles = roles_of(member, *kinds)
    if agency is not None:
        roles = roles.filter(agency__in=lineage(agency))
    return roles.exists()


def require_role(member: Member, *kinds: Role.Kind, agency: Agency | None = None) -> None:
    """Raises NotAllowed unless ``has_role``."""
    if not has_role(member, *kinds, agency=agency):
        needed = ", ".join(str(Role.Kind(kind).label) for kind in kinds) or _("thành viên")
        if agency is None:
            raise NotAllowed(_("Việc này cần vai trò: %(roles)s.") % {"roles": needed})
        raise NotAllowed(
            _("Việc này cần vai trò %(roles)s tại %(agency)s hoặc cấp trên.") % {"roles": needed, "agency": agency.name}
        )


def agencies_of(member: Member, *kinds: Role.Kind) -> QuerySet[Agency]:
    """The agencies that the member's roles cover today, each role with all below its agency. One query more."""
    paths = set(roles_of(member, *kinds).values_list("agency__path", flat=True))
    covered = Q()
    for path in sorted(paths):
        covered |= Q(path__startswith=path)
    return Agency.objects.filter(covered) if paths else Agency.objects.none()


def members_to_notify(agency: Agency) -> QuerySet[Member]:
    """Active officers and coordinators with a role in force at this very agency, not above or below."""
    roles = Role.objects.filter(
        in_force(clock.today()), agency=agency, kind__in=[Role.Kind.OFFICER, Role.Kind.COORDINATOR]
    )
    return Member.objects.filter(is_active=True, pk__in=roles.values("member")).order_by("full_name", "pk")


def acting_for(agencies: Collection[Agency]) -> dict[int, list[Member]]:
    """``members_to_notify`` of many agencies in one query: agency id to members; an agency without any is absent."""
    roles = (
        Role.objects.filter(
            in_force(clock.today()),
            agency__in=agencies,
            kind__in=[Role.Kind.OFFICER, Role.Kind.COORDINATOR],
            member__is_active=True,
        )
        .select_related("member")
        .order_by("member__full_name", "member_id")
    )
    acting: dict[int, list[Member]] = {}
    for role in roles:
        members = acting.setdefault(role.agency_id, [])
        if role.member not in members:
            members.append(role.member)
    return acting
