"""How much a collaborator weighs: counted anew from what their signals turned out to be."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField, Count, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate

from canhgiac.engines.similarity.burst import reliability
from canhgiac.radar.models import Collaborator, Signal

_ONCE = Concat(
    Cast(TruncDate("seen_at"), CharField()),
    Value(" "),
    Cast("area_id", CharField()),
    Value(" "),
    Coalesce(Cast("form_id", CharField()), Value("")),
)
"""One day, one place, one form: what is counted once."""


def reliability_recount(collaborators: Iterable[int]) -> None:
    """Counts confirmed and refuted signals of these collaborators. Many signals of one day about one thing count once.

    Set anew and not added to, so that whatever is undone leaves no trace.
    """
    rows = Collaborator.objects.select_for_update().filter(pk__in=sorted(set(collaborators))).order_by("pk")
    for row in rows:
        told = Signal.objects.filter(collaborator=row).aggregate(
            confirmed=Count(_ONCE, filter=Q(state=Signal.State.CONFIRMED), distinct=True),
            refuted=Count(_ONCE, filter=Q(state=Signal.State.REFUTED), distinct=True),
        )
        row.confirmed, row.refuted = told["confirmed"], told["refuted"]
        row.save(update_fields=["confirmed", "refuted"])


def weight_of(collaborator: Collaborator) -> float:
    """The weight of the collaborator's next signal, 0 to 1 (Beta mean, ``engines.similarity.burst.reliability``)."""
    return round(reliability(collaborator.confirmed, collaborator.refuted), 4)
