"""When a course is completed: by rule, the same for everybody."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.training.models import Enrolment, Recall
from canhgiac.training.selectors.progress import questions_of, standing_of

from .certificates import certificate_at_completion
from .statements import statement_queue

DAYS = (2, 7, 30)
"""After completion: forgetting is steepest at first, and each repetition after a longer pause holds longer
(Ebbinghaus 1885; Cepeda et al., Psychological Bulletin 2006)."""


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
    recalls_plan(enrolment=row)
    certificate_at_completion(enrolment=row)
    statement_queue(
        learner=row.learner, verb="completed", about=f"course:{row.course_id}", title=row.course.title, enrolment=row
    )
    audit_record(by=None, act="training.completion_check", subject=row, facts={"course": row.course_id})
    return True


@transaction.atomic
def recalls_plan(*, enrolment: Enrolment) -> int:
    """Writes down the three reminders of a completed enrolment whose course asks anything; how many are new."""
    if enrolment.completed_at is None or not questions_of(enrolment):
        return 0
    done = enrolment.completed_at.astimezone(clock.VIETNAM).date()
    before = enrolment.recalls.count()
    Recall.objects.bulk_create(
        [
            Recall(enrolment=enrolment, step=step, due_on=done + dt.timedelta(days=days))
            for step, days in enumerate(DAYS)
        ],
        ignore_conflicts=True,
    )
    return enrolment.recalls.count() - before
