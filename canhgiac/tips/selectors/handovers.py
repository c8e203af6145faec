"""Packs within reach."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member
from canhgiac.tips.models import Handover

from .scope import readable, scope_of, tips_for


def handovers_for(member: Member, *, to: str = "", state: str = "") -> QuerySet[Handover]:
    """Packs of tips and cases that the member sees, the latest first. No query beyond the scope's."""
    scope = scope_of(member)
    rows = Handover.objects.select_related("case", "tip", "agency", "made_by")
    if not scope.sees_all:
        seen = tips_for(member, scope=scope).filter(readable(scope)).values("pk")
        rows = rows.filter(Q(tip__in=seen) | Q(case__tips__in=seen)).distinct()
    rows = rows.filter(**({"to": to} if to else {}), **({"state": state} if state else {}))
    return rows.order_by("-made_at", "-pk")


def handover_for(member: Member, handover_id: int) -> Handover:
    """One pack through the door. Raises Http404."""
    return get_object_or_404(handovers_for(member), pk=handover_id)
