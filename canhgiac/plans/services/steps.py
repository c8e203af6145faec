"""What every act of a review shares: the lock, the check for a newer version, the step that can be undone.

All acts of one plan take the plan's row first, so they come one after another and never wait crosswise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.plans.models import Assignment, Body, Deadline, Obligation, Piece, Plan, ReviewStep, Target, Task
from canhgiac.plans.selectors.directives import editors_of

KINDS: Mapping[str, type[Piece]] = {"task": Task, "target": Target, "deadline": Deadline, "obligation": Obligation}
PREFIXES: Mapping[type[Piece], str] = {Task: "NV", Target: "CT", Deadline: "TH", Obligation: "BC"}
_NOT_KEPT = {"id", "plan_id", "version", "code", "search"}

P = TypeVar("P", bound=Piece)


class Stale(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """Somebody else changed it since the page was made; nothing was written. ``piece`` is how it stands now."""

    def __init__(self, piece: models.Model | None, by: str = "") -> None:
        super().__init__(_("%(name)s vừa sửa chỗ này.") % {"name": by} if by else _("Chỗ này vừa có người khác sửa."))
        self.piece = piece


def plan_lock(*, by: Member, plan_id: int, states: Collection[Plan.State] = (Plan.State.DRAFT,)) -> Plan:
    """The plan, locked until the transaction ends. Raises NotAllowed for others than its editors, or once issued."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("directive", "agency").get(pk=plan_id)
    require_role(by, *editors_of(plan), agency=plan.agency)
    if plan.state not in states:
        raise NotAllowed(
            _("Kế hoạch này %(state)s, không sửa theo cách này được.") % {"state": plan.get_state_display()}
        )
    return plan


def piece_lock(plan: Plan, kind: type[P], pk: int, version: int) -> P:
    """The piece as it stands. Raises Stale when it is no longer of the version the person saw."""
    piece = kind._default_manager.select_for_update().get(pk=pk, plan=plan)
    if piece.version != version:
        raise Stale(piece, by=_last_editor(plan, piece.code))
    return piece


def snapshot(piece: Piece) -> dict[str, Any]:
    """What an undo needs to put the piece back."""
    kept = {
        field.attname: field.value_from_object(piece)
        for field in piece._meta.concrete_fields
        if field.attname not in _NOT_KEPT
    }
    entry: dict[str, Any] = {"kind": kind_of(piece), "id": piece.pk, "fields": kept}
    if isinstance(piece, Task):
        entry["bodies"] = list(Body.objects.filter(task=piece).values_list("pk", flat=True))
        entry["shares"] = [list(row) for row in piece.assignments.values_list("agency_id", "part", "body_id")]
    return entry


def kind_of(piece: Piece) -> str:
    """The key of the piece's table in ``KINDS``."""
    return next(name for name, kind in KINDS.items() if isinstance(piece, kind))


def touch(piece: Piece, fields: Iterable[str]) -> None:
    """Saves these fields with the next version of the piece."""
    piece.version += 1
    piece.save(update_fields=[*fields, "version"])


def step_write(
    *,
    by: Member,
    plan: Plan,
    act: ReviewStep.Act,
    service: str,
    before: Sequence[dict[str, Any]] = (),
    pieces: Sequence[Piece] = (),
    created: Sequence[Piece] = (),
    facts: Mapping[str, object] | None = None,
) -> ReviewStep:
    """Journals one act: the plan's next version, the step with what it can be undone by, the audit row (last)."""
    plan.version += 1
    plan.save(update_fields=["version"])
    after = {(kind_of(piece), piece.pk): piece.version for piece in pieces}
    entries = [{**entry, "version": after[entry["kind"], entry["id"]]} for entry in before]
    entries += [
        {"kind": kind_of(piece), "id": piece.pk, "version": piece.version, "created": True} for piece in created
    ]
    codes = ", ".join(piece.code for piece in [*pieces, *created])
    step = ReviewStep.objects.create(plan=plan, version=plan.version, act=act, by=by, codes=codes[:200], before=entries)
    touched = [f"{kind_of(piece)}:{piece.pk}" for piece in [*pieces, *created][:50]]
    audit_record(
        by=by,
        act=f"plans.{service}",
        subject=plan,
        facts={"version": plan.version, "pieces": touched, "count": len(pieces) + len(created), **(facts or {})},
    )
    return step


def shares_set(task: Task, wanted: Mapping[tuple[int, str], int | None], *, keep: bool = False) -> None:
    """Makes the task's shares exactly ``wanted``: (agency, part) with the printed body it stands for.

    ``keep`` is for a plan in force: a share taken away is not deleted but ended, since it has a history.
    """
    present = {(share.agency_id, share.part): share for share in task.assignments.all()}
    gone = [share.pk for key, share in present.items() if key not in wanted]
    if keep:
        Assignment.objects.filter(pk__in=gone).update(status=Assignment.Status.DROPPED, version=models.F("version") + 1)
        back = [share.pk for key, share in present.items() if key in wanted and share.status == "dropped"]
        Assignment.objects.filter(pk__in=back).update(
            status=Assignment.Status.NOT_STARTED, version=models.F("version") + 1
        )
    else:
        Assignment.objects.filter(pk__in=gone).delete()
    Assignment.objects.bulk_create(
        Assignment(task=task, agency_id=agency, part=part, body_id=body)
        for (agency, part), body in wanted.items()
        if (agency, part) not in present
    )


@transaction.atomic
def step_undo(*, by: Member, step_id: int) -> ReviewStep:
    """Puts everything the step touched back as it was. Raises Stale when somebody has changed it since."""
    step = ReviewStep.objects.select_related("plan").get(pk=step_id)
    plan = plan_lock(by=by, plan_id=step.plan_id)
    step.refresh_from_db()
    if step.undone or not step.before:
        raise Stale(None)
    put_back: list[Piece] = []
    for entry in step.before:
        piece = KINDS[entry["kind"]]._default_manager.select_for_update().filter(pk=entry["id"], plan=plan).first()
        if piece is None or piece.version != entry["version"]:
            raise Stale(piece, by=_last_editor(plan, piece.code) if piece else "")
        put_back.append(piece)
    for entry, piece in zip(step.before, put_back, strict=True):
        if not entry.get("created"):
            _put_back(piece, entry)
    for entry, piece in zip(step.before, put_back, strict=True):
        if entry.get("created"):
            piece.delete()
    step.undone = True
    step.save(update_fields=["undone"])
    left = [piece for entry, piece in zip(step.before, put_back, strict=True) if not entry.get("created")]
    return step_write(
        by=by, plan=plan, act=ReviewStep.Act.UNDO, service="step_undo", pieces=left, facts={"step": step.pk}
    )


def _put_back(piece: Piece, entry: Mapping[str, Any]) -> None:
    names = []
    for field in piece._meta.concrete_fields:
        if field.attname in entry["fields"]:
            value = entry["fields"][field.attname]
            setattr(piece, field.attname, value if field.is_relation else field.to_python(value))
            names.append(field.name)
    touch(piece, names)
    if isinstance(piece, Task) and "shares" in entry:
        shares_set(piece, {(agency, part): body for agency, part, body in entry["shares"]})
        Body.objects.filter(task=piece).exclude(pk__in=entry["bodies"]).delete()


def _last_editor(plan: Plan, code: str) -> str:
    for step in (
        ReviewStep.objects.filter(plan=plan, codes__contains=code).select_related("by").order_by("-version")[:9]
    ):
        if code in step.codes.split(", "):
            return step.by.full_name
    return ""
