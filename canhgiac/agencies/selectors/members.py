"""Reads of members, invitations, notices and tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, ApiToken, Invitation, Member, Notice, Role
from canhgiac.kit import clock
from canhgiac.kit.text import fold

from .access import NotAllowed, agencies_of, has_role, in_force
from .phones import phone_masked

KEEPERS = (Role.Kind.ADMIN, Role.Kind.COORDINATOR, Role.Kind.AUDITOR)
"""Whose roles let them see the members of their agencies."""


@dataclass(frozen=True, kw_only=True)
class MemberFilter:
    """What a list of members is narrowed to."""

    text: str = ""
    kind: str = ""
    agency: Agency | None = None
    """Members of this agency and of all below it."""
    state: str = "active"
    """active, inactive, or all."""
    sort: str = "name"


MEMBER_SORTS = {"name": "full_name", "email": "email", "agency": "agency__folded", "joined": "joined_at"}


def member_list(by: Member, narrowed: MemberFilter) -> QuerySet[Member]:
    """The members whom ``by`` may see, with their agency and roles in force. Raises NotAllowed without such a role."""
    covered = agencies_of(by, *KEEPERS)
    if not has_role(by, *KEEPERS):
        raise NotAllowed(_("Danh sách thành viên dành cho quản trị viên, điều phối viên và người kiểm tra."))
    rows = Member.objects.filter(_within(covered))
    if narrowed.agency is not None:
        rows = rows.filter(_within(Agency.objects.filter(path__startswith=narrowed.agency.path)))
    if narrowed.state in {"active", "inactive"}:
        rows = rows.filter(is_active=narrowed.state == "active")
    if narrowed.kind:
        held = Role.objects.filter(in_force(clock.today()), kind=narrowed.kind)
        rows = rows.filter(pk__in=held.values("member"))
    if text := narrowed.text.strip():
        wanted = fold(text)
        # Names are not folded in the table; a province has at most some thousand members.
        known = rows.values_list("pk", "full_name", "email")
        rows = rows.filter(pk__in=[pk for pk, name, email in known if wanted in fold(f"{name} {email}")])
    key = MEMBER_SORTS.get(narrowed.sort.lstrip("-"), "full_name")
    order = f"-{key}" if narrowed.sort.startswith("-") else key
    roles = Role.objects.filter(in_force(clock.today())).select_related("agency").order_by("kind", "pk")
    return rows.select_related("agency").prefetch_related(Prefetch("roles", roles)).order_by(order, "pk")


def _within(agencies: QuerySet[Agency]) -> Q:
    """Members of these agencies, or with a role at one."""
    held = Role.objects.filter(agency__in=agencies.values("pk"))
    return Q(agency__in=agencies.values("pk")) | Q(pk__in=held.values("member"))


def member_rows(members: QuerySet[Member]) -> Iterator[tuple[str | dt.datetime, ...]]:
    """The members as rows for a file."""
    for member in members.iterator(chunk_size=500):
        roles = "; ".join(f"{role.get_kind_display()}: {role.agency.name}" for role in member.roles.all())
        agency = member.agency.name if member.agency else ""
        yield member.full_name, member.email, member.title, agency, roles, member.joined_at


@dataclass(frozen=True)
class MemberPage:
    """A member and everything their page shows."""

    member: Member
    roles: tuple[Role, ...]
    """Of all times, those in force first."""
    in_force: frozenset[int]
    """Ids of the roles in force today."""
    may_edit: bool
    grantable: QuerySet[Agency]
    """Agencies at which the reader may grant roles."""
    phone: str
    """Proven, masked; empty without one."""


def member_page(by: Member, member_id: int) -> MemberPage:
    """The member as ``by`` may see them. Raises Member.DoesNotExist, also for one out of sight."""
    member = member_list(by, MemberFilter(state="all")).get(pk=member_id)
    today = clock.today()
    roles = tuple(Role.objects.filter(member=member).select_related("agency", "granted_by").order_by("kind", "pk"))
    now = frozenset(role.pk for role in roles if (role.valid_from or today) <= today <= (role.valid_until or today))
    grantable = agencies_of(by, Role.Kind.ADMIN)
    keeps = grantable.filter(pk=member.agency_id).exists() if member.agency_id else has_role(by, Role.Kind.ADMIN)
    return MemberPage(
        member=member,
        roles=tuple(sorted(roles, key=lambda role: role.pk not in now)),
        in_force=now,
        may_edit=keeps,
        grantable=grantable,
        phone=phone_masked(member),
    )


def invitations_open(by: Member) -> QuerySet[Invitation]:
    """Invitations to the agencies that ``by`` keeps, neither accepted nor withdrawn, the newest first."""
    covered = agencies_of(by, Role.Kind.ADMIN)
    rows = Invitation.objects.filter(agency__in=covered.values("pk"), accepted_at=None, withdrawn_at=None)
    return rows.select_related("agency", "invited_by").order_by("-invited_at")


def invitation_for(invitation_id: int) -> Invitation:
    """One invitation with its agency; who may act on it is the service's to say. Raises Http404."""
    return get_object_or_404(Invitation.objects.select_related("agency"), pk=invitation_id)


def role_for(role_id: int) -> Role:
    """One role with its member and agency; who may act on it is the service's to say. Raises Http404."""
    return get_object_or_404(Role.objects.select_related("agency", "member"), pk=role_id)


def invitation_by_key_hash(sha256: str) -> Invitation | None:
    """The invitation that a link may still accept."""
    rows = Invitation.objects.filter(key_sha256=sha256, accepted_at=None, withdrawn_at=None)
    return rows.filter(expires_at__gte=clock.now()).select_related("agency", "invited_by").first()


def notices_of(member: Member) -> QuerySet[Notice]:
    """The member's notices, the newest first."""
    return Notice.objects.filter(member=member).order_by("-created_at", "-pk")


def notices_unread(member: Member) -> int:
    """How many notices the member has not read."""
    return Notice.objects.filter(member=member, read_at=None).count()


def tokens_of(member: Member) -> QuerySet[ApiToken]:
    """The member's own API tokens, the newest first."""
    return ApiToken.objects.filter(member=member).order_by("-created_at")
