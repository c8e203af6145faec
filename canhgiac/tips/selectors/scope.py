"""Who sees which tips, and who may act on them. What is sealed needs the opened vault besides."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import roles_of
from canhgiac.agencies.selectors.access import in_force
from canhgiac.kit import clock
from canhgiac.tips.models import Case, Tip

TRIAGE = (Role.Kind.TIP_OFFICER,)
WATCH = (Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR, Role.Kind.AUDITOR)
"""Who sees the masked lists: the coordinator steers, the auditor looks over; neither opens a tip."""


@dataclass(frozen=True)
class TipScope:
    """A member's reach among tips today."""

    member: Member
    areas: tuple[str, ...]
    """Path prefixes of areas whose tips are seen."""
    agencies: tuple[str, ...]
    """Path prefixes of agencies to which a tip may be assigned."""
    worked: tuple[str, ...]
    """Agencies for which the member acts as a tip officer, with all below."""
    worked_areas: tuple[str, ...]
    sees_all: bool
    works_all: bool

    @property
    def sees_any(self) -> bool:
        """Whether the member has anything to do with tips."""
        return self.sees_all or bool(self.agencies)

    @property
    def works_any(self) -> bool:
        """Whether the member is a tip officer somewhere."""
        return self.works_all or bool(self.worked)

    def works(self, tip: Tip) -> bool:
        """Whether the member may act on this tip (its area and agency loaded)."""
        if self.works_all or (self.works_any and tip.assigned_to_id == self.member.pk):
            return True
        if tip.area is not None and self.worked_areas and tip.area.path.startswith(self.worked_areas):
            return True
        agency = tip.assigned_agency
        return agency is not None and bool(self.worked) and agency.path.startswith(self.worked)


def scope_of(member: Member) -> TipScope:
    """The member's reach today. One query.

    A role at an agency of the whole province reaches every tip, also one without a place; one at a commune's agency
    the tips of the commune, and those given to that agency or to the member.
    """
    seen: list[tuple[str, str, str, int]] = list(
        roles_of(member, *WATCH).values_list("kind", "agency__path", "agency__area__path", "agency__area__level")
    )
    works = [row for row in seen if row[0] == Role.Kind.TIP_OFFICER]
    return TipScope(
        member=member,
        areas=_areas(seen),
        agencies=tuple(sorted({row[1] for row in seen})),
        worked=tuple(sorted({row[1] for row in works})),
        worked_areas=_areas(works),
        sees_all=any(row[3] == Area.Level.PROVINCE for row in seen),
        works_all=any(row[3] == Area.Level.PROVINCE for row in works),
    )


def _areas(rows: list[tuple[str, str, str, int]]) -> tuple[str, ...]:
    return tuple(sorted({row[2] for row in rows if row[2]}))


def readable(scope: TipScope, prefix: str = "") -> Q:
    """Tips whose masked row the member sees."""
    if scope.sees_all:
        return Q()
    if not scope.sees_any:
        return Q(pk__in=[])
    found = Q(**{f"{prefix}assigned_to": scope.member})
    for path in scope.areas:
        found |= Q(**{f"{prefix}area__path__startswith": path})
    for path in scope.agencies:
        found |= Q(**{f"{prefix}assigned_agency__path__startswith": path})
    return found


def tips_for(member: Member, *, scope: TipScope | None = None) -> QuerySet[Tip]:
    """The one door to tips, as masked rows. No query of its own beyond the scope's."""
    rows = Tip.objects.select_related("area", "form__published", "assigned_to", "assigned_agency", "case")
    return rows.filter(readable(scope or scope_of(member)))


def tip_for(member: Member, tip_id: int) -> Tip:
    """One tip through the door. Raises Http404."""
    return get_object_or_404(tips_for(member), pk=tip_id)


def cases_for(member: Member, *, scope: TipScope | None = None) -> QuerySet[Case]:
    """Cases that hold a tip the member sees."""
    scope = scope or scope_of(member)
    rows = Case.objects.select_related("area", "form__published", "assigned_to", "assigned_agency", "merged_into")
    if scope.sees_all:
        return rows
    seen = Tip.objects.filter(readable(scope), case__isnull=False).values("case")
    return rows.filter(pk__in=seen)


def case_for(member: Member, case_id: int) -> Case:
    """One case through the door. Raises Http404."""
    return get_object_or_404(cases_for(member), pk=case_id)


def officers_for(scope: TipScope) -> QuerySet[Member]:
    """Tip officers to whom the member may give a tip: those of agencies the member works for, and below;
    for whom the whole province is open, all of them."""
    if not scope.works_any:
        return Member.objects.none()
    found = Q()
    for path in () if scope.works_all else scope.worked:
        found |= Q(agency__path__startswith=path)
    roles = Role.objects.filter(found, in_force(clock.today()), kind=Role.Kind.TIP_OFFICER)
    return Member.objects.filter(is_active=True, pk__in=roles.values("member")).order_by("full_name", "pk")
