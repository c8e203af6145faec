"""When a course is completed: by rule, the same for everybody."""

from __future__ import annotations

from django.db import transaction

from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.training.models import Enrolment
from canhgiac.training.selectors.progress import standing_of


@transaction.atomic
def completion_check(*, enrolment: Enrolment) -> bool:
    """Completes the enrolment when its rule is met; returns whether it is completed now. Called after every progress.

    The rule: every lesson done, present at the class's part of meetings, the final paper passed. Completed stays
    completed. It locks the enrolment, so that two doors at once complete it once.
    """
    row = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("course", "learner", "training_class")
        .get(pk=enrolment.pk)
    )
    if row.state == Enrolment.State.COMPLETED:
        return True
    if row.state == Enrolment.State.LEFT or not standing_of(row).is_met:
        return False
    row.state, row.completed_at = Enrolment.State.COMPLETED, clock.now()
    row.save(update_fields=["state", "completed_at"])
    audit_record(by=None, act="training.completion_check", subject=row, facts={"course": row.course_id})
    return True
