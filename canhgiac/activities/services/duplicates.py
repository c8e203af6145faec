"""Two activities that tell of the same thing are joined; two that do not are remembered as two. Both can be undone."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.activities.models import Activity, ActivityStep, DistinctPair
from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock

from .record import Act, ActivityRefused, State, changeable, counting_enqueue


@transaction.atomic
def activities_join(*, by: Member, keep: Activity, other: Activity) -> Activity:
    """Says that ``other`` tells of the same thing as ``keep``: it stays readable and is not counted.

    What had been joined to ``other`` goes to ``keep`` with it. Whoever may change both. Raises ActivityRefused.
    """
    first, second = sorted((keep, other), key=lambda activity: activity.pk)
    locked = {row.pk: row for row in (changeable(by, first), changeable(by, second))}
    kept, joined = locked[keep.pk], locked[other.pk]
    if kept.pk == joined.pk:
        raise ActivityRefused(_("Một hoạt động không trùng với chính nó."))
    if kept.duplicate_of_id or joined.duplicate_of_id:
        raise ActivityRefused(_("Một trong hai hoạt động đã gộp với hoạt động khác."))
    if State.WITHDRAWN in (kept.state, joined.state):
        raise ActivityRefused(_("Một trong hai hoạt động đã rút."))
    now = clock.now()
    moved = list(joined.duplicates.values_list("pk", flat=True))
    Activity.objects.filter(pk__in=moved).update(duplicate_of=kept)
    joined.duplicate_of, joined.version = kept, joined.version + 1
    joined.save(update_fields=["duplicate_of", "version"])
    note = _("Giữ hoạt động số %d") % kept.pk
    ActivityStep.objects.create(activity=joined, act=Act.JOIN, by=by, at=now, note=note, before={"moved": moved})
    counting_enqueue([kept.pk, joined.pk])
    audit_record(by=by, act="activities.activities_join", subject=joined, facts={"keep": kept.pk})
    return joined


@transaction.atomic
def activity_part(*, by: Member, activity: Activity) -> Activity:
    """Takes a joining back: the activity stands and counts for itself again."""
    row = changeable(by, activity)
    if row.duplicate_of_id is None:
        raise ActivityRefused(_("Hoạt động này không gộp với hoạt động nào."))
    kept, last = row.duplicate_of_id, row.steps.filter(act=Act.JOIN).first()
    row.duplicate_of, row.version = None, row.version + 1
    row.save(update_fields=["duplicate_of", "version"])
    moved = last.before.get("moved", []) if last else []
    Activity.objects.filter(pk__in=moved, duplicate_of=kept).update(duplicate_of=row)
    ActivityStep.objects.create(activity=row, act=Act.PART, by=by, at=clock.now())
    counting_enqueue([row.pk, kept])
    audit_record(by=by, act="activities.activity_part", subject=row, facts={"kept": kept})
    return row


@transaction.atomic
def pair_part(*, by: Member, first: Activity, second: Activity) -> DistinctPair:
    """Remembers that the two are two: the pair is suggested no more. Whoever may change both."""
    one, two = sorted((first, second), key=lambda activity: activity.pk)
    if one.pk == two.pk:
        raise ActivityRefused(_("Một hoạt động không trùng với chính nó."))
    changeable(by, one)
    changeable(by, two)
    pair, is_new = DistinctPair.objects.get_or_create(first=one, second=two, defaults={"by": by})
    if is_new:
        audit_record(by=by, act="activities.pair_part", subject=one, facts={"second": two.pk})
    return pair


@transaction.atomic
def pair_recall(*, by: Member, first: Activity, second: Activity) -> None:
    """Takes that decision back: the pair is suggested again."""
    one, two = sorted((first, second), key=lambda activity: activity.pk)
    changeable(by, one)
    changeable(by, two)
    deleted, _rows = DistinctPair.objects.filter(first=one, second=two).delete()
    if not deleted:
        raise ActivityRefused(_("Hai hoạt động này chưa được ghi là khác nhau."))
    audit_record(by=by, act="activities.pair_recall", subject=one, facts={"second": two.pk})
