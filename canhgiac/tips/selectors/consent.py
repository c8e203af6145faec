"""What people agree to when they tell us, in its present wording."""

from __future__ import annotations

from django.db.models import QuerySet

from canhgiac.kit import clock
from canhgiac.tips.models import ConsentText


def consent_current() -> ConsentText | None:
    """The wording in force now; None before the first was written."""
    return ConsentText.objects.filter(in_force_from__lte=clock.now()).order_by("-version").first()


def consent_versions() -> QuerySet[ConsentText]:
    """All wordings, the newest first."""
    return ConsentText.objects.select_related("made_by").order_by("-version")
