"""Reminders behind their links."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from canhgiac.training.models import Recall


def recall_by_uid(uid: UUID) -> Recall:
    """One reminder with whom and which course it is of. Raises Http404, also where the person was erased."""
    rows = Recall.objects.select_related("enrolment__learner__member", "enrolment__course", "sitting")
    row = rows.filter(uid=uid, enrolment__learner__erased_at=None).first()
    if row is None:
        raise Http404
    return row
