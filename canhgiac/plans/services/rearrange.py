"""Merging, splitting, retyping and adding pieces of a plan under review."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.kit.text import fold
from canhgiac.plans.models import (
    Body,
    Deadline,
    Obligation,
    Piece,
    Plan,
    ReviewState,
    ReviewStep,
    Target,
    Task,
)

from .extraction import STEP
from .steps import KINDS, PREFIXES, kind_of, piece_lock, plan_lock, shares_set, snapshot, step_write, touch

DUE = ("due_rule", "due_text", "strictly_before", "due_start", "due_end")
_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?\s*(%|[^\W\d_]+)?")
_COMPARATORS = (("ít nhất", ">="), ("tối thiểu", ">="), ("trên", ">"), ("không quá", "<="), ("dưới", "<"))


class Refused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act makes no sense for this piece; the message says why in Vietnamese."""


@transaction.atomic
def task_merge(*, by: Member, task: Task, version: int, others: Mapping[int, int]) -> tuple[Task, ReviewStep]:
    """Joins other tasks (id to version) into this one: words in the document's order, agencies of all of them.

    The joined tasks leave the plan but stay on record (``merged_into``). Raises Stale, Refused, NotAllowed.
    """
    plan = plan_lock(by=by, plan_id=task.plan_id)
    task = piece_lock(plan, Task, task.pk, version)
    merged = [piece_lock(plan, Task, pk, seen) for pk, seen in others.items() if pk != task.pk]
    if not merged:
        raise Refused(_("Chọn ít nhất một nhiệm vụ để gộp."))
    if any(other.review == ReviewState.REJECTED for other in merged):
        raise Refused(_("Nhiệm vụ đã bỏ thì không gộp được."))
    before = [snapshot(piece) for piece in (task, *merged)]
    ordered = sorted((task, *merged), key=lambda piece: piece.position)
    task.text = join([piece.text for piece in ordered])
    task.folded = fold(task.text)
    starts = [piece.span_start for piece in ordered if piece.span_start is not None]
    ends = [piece.span_end for piece in ordered if piece.span_end is not None]
    task.span_start, task.span_end = min(starts, default=None), max(ends, default=None)
    dated = next((piece for piece in (task, *ordered) if piece.due_rule), None)
    if dated is not None:
        for name in DUE:
            setattr(task, name, getattr(dated, name))
    task.position = ordered[0].position
    wanted = {(share.agency_id, share.part): share.body_id for share in task.assignments.all()}
    leading = {agency for agency, part in wanted if part == Body.Part.LEAD}
    for other in merged:
        copies = {body.pk: body for body in other.bodies.all()}
        for body in copies.values():
            body.pk, body.task = None, task
            body._state.adding = True
        Body.objects.bulk_create(copies.values())
        for share in other.assignments.order_by("-part"):
            if share.agency_id not in leading:
                copy = copies.get(share.body_id or 0)
                wanted.setdefault((share.agency_id, share.part), copy.pk if copy else None)
            leading |= {share.agency_id} if share.part == Body.Part.LEAD else set()
        other.review, other.merged_into = ReviewState.REJECTED, task
        touch(other, ["review", "merged_into"])
    shares_set(task, {key: body for key, body in wanted.items() if key[1] == "lead" or key[0] not in leading})
    touch(
        task,
        ["text", "folded", "span_start", "span_end", "position", *DUE],
    )
    step = step_write(
        by=by, plan=plan, act=ReviewStep.Act.MERGE, service="task_merge", before=before, pieces=[task, *merged]
    )
    return task, step


def join(texts: Sequence[str]) -> str:
    """Clauses as one: each but the last ends with its own mark, or with a semicolon where it has none."""
    marked = [text.rstrip() if text.rstrip()[-1:] in ".;:!?…" else f"{text.rstrip()};" for text in texts[:-1]]
    return " ".join([*marked, texts[-1]])


@transaction.atomic
def task_split(*, by: Member, task: Task, version: int, parts: Sequence[str]) -> tuple[list[Task], ReviewStep]:
    """Cuts a task into several with the same agencies, force and due rule; the first keeps the code.

    ``parts`` are its own words, cut: splitting does not reword. Raises Refused where they are not, Stale.
    """
    plan = plan_lock(by=by, plan_id=task.plan_id)
    task = piece_lock(plan, Task, task.pk, version)
    parts = [" ".join(part.split()) for part in parts if part.strip()]
    if len(parts) < 2:
        raise Refused(_("Xuống dòng ở chỗ muốn tách: cần ít nhất hai phần."))
    if "".join("".join(parts).split()) != "".join(task.text.split()):
        raise Refused(_("Tách chỉ chia câu, không sửa chữ. Sửa lời trước, rồi tách."))
    before = [snapshot(task)]
    spans = _spans(plan.directive.text, task, parts)
    places = _room(plan, Task, task.position, len(parts) - 1)
    number = _last_number(plan, Task)
    bodies, shares = list(task.bodies.all()), list(task.assignments.all())
    fresh = []
    for offset, (part, span, place) in enumerate(zip(parts[1:], spans[1:], places, strict=True), start=1):
        piece = Task.objects.create(
            plan=plan,
            code=f"NV{number + offset}",
            position=place,
            span_start=span[0],
            span_end=span[1],
            text=part,
            folded=fold(part),
            **{name: getattr(task, name) for name in ("label", "heading", "modality")},
            **_due_within(task, span),
        )
        copies = {body.pk: Body(task=piece, **_body_facts(body)) for body in bodies}
        Body.objects.bulk_create(copies.values())
        shares_set(
            piece,
            {
                (share.agency_id, share.part): copies[share.body_id].pk if share.body_id in copies else None
                for share in shares
            },
        )
        fresh.append(piece)
    for name, value in _due_within(task, spans[0]).items():
        setattr(task, name, value)
    task.text, task.folded = parts[0], fold(parts[0])
    task.span_start, task.span_end = spans[0]
    touch(
        task,
        ["text", "folded", "span_start", "span_end", *DUE],
    )
    step = step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.SPLIT,
        service="task_split",
        before=before,
        pieces=[task],
        created=fresh,
    )
    return [task, *fresh], step


@transaction.atomic
def target_split(
    *, by: Member, target: Target, version: int, populations: Sequence[str]
) -> tuple[list[Target], ReviewStep]:
    """One rate over several populations becomes one target each, since each needs its own denominator."""
    plan = plan_lock(by=by, plan_id=target.plan_id)
    target = piece_lock(plan, Target, target.pk, version)
    named = list(dict.fromkeys(" ".join(name.split()) for name in populations if name.strip()))
    if len(named) < 2:
        raise Refused(_("Ghi mỗi tổng thể một dòng: cần ít nhất hai."))
    before = [snapshot(target)]
    places = _room(plan, Target, target.position, len(named) - 1)
    number = _last_number(plan, Target)
    facts = ("span_start", "span_end", "text", "value", "unit", "comparator", "due_text", "due_date", "owner_id")
    fresh = [
        Target.objects.create(
            plan=plan,
            code=f"CT{number + offset}",
            position=place,
            population=population,
            **{name: getattr(target, name) for name in facts},
        )
        for offset, (population, place) in enumerate(zip(named[1:], places, strict=True), start=1)
    ]
    target.population = named[0]
    touch(target, ["population"])
    step = step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.SPLIT,
        service="target_split",
        before=before,
        pieces=[target],
        created=fresh,
    )
    return [target, *fresh], step


@transaction.atomic
def piece_retype(*, by: Member, piece: Piece, version: int, kind: str) -> tuple[Piece, ReviewStep]:
    """Makes a task a target, a deadline or a reporting duty, or any of them another. The old piece leaves the plan.

    Raises Refused for a target without a number in its words, Stale, NotAllowed.
    """
    plan = plan_lock(by=by, plan_id=piece.plan_id)
    piece = piece_lock(plan, type(piece), piece.pk, version)
    if kind_of(piece) == kind:
        raise Refused(_("Phần này đã là loại ấy."))
    before = [snapshot(piece)]
    facts = {"strictly_before": piece.strictly_before} if isinstance(piece, (Task, Deadline)) else {}
    fresh = _new_piece(
        plan,
        kind,
        text=getattr(piece, "text", ""),
        span=(piece.span_start, piece.span_end),
        rule=piece.rule if isinstance(piece, Deadline) else getattr(piece, "due_rule", None),
        **facts,
    )
    piece.review = ReviewState.REJECTED
    touch(piece, ["review"])
    step = step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.RETYPE,
        service="piece_retype",
        before=before,
        pieces=[piece],
        created=[fresh],
    )
    return fresh, step


@transaction.atomic
def piece_add(
    *, by: Member, plan: Plan, kind: str, text: str = "", span: tuple[int, int] | None = None
) -> tuple[Piece, ReviewStep]:
    """Adds a piece from a range of the document's text, or by hand from ``text``.

    With a range the words are the document's own. Raises Refused for no words, NotAllowed.
    """
    plan = plan_lock(by=by, plan_id=plan.pk)
    if span is not None:
        start, end = max(0, span[0]), min(len(plan.directive.text), span[1])
        text = clean(plan.directive.text[start:end])
        span = (start, end)
    text = " ".join(text.split())
    if len(text) < 3:
        raise Refused(_("Chọn hoặc ghi ít nhất vài chữ."))
    fresh = _new_piece(plan, kind, text=text, span=span or (None, None), rule=None)
    step = step_write(
        by=by, plan=plan, act=ReviewStep.Act.ADD, service="piece_add", created=[fresh], facts={"span": span}
    )
    return fresh, step


def clean(text: str) -> str:
    """Source words as a clause: line breaks, table bars and the leading bullet gone."""
    joined = " ".join(text.replace("<br>", " ").replace("|", " ").split())
    return re.sub(r"^[-+*•–]\s*", "", joined)


def amount_in(text: str) -> tuple[Decimal, str, str] | None:
    """The first number of a clause with its unit and comparator: "trên 90% người" is (90, "%", ">")."""
    found = _AMOUNT.search(text)
    if found is None:
        return None
    value = Decimal(found[1].replace(".", "") + (f".{found[2]}" if found[2] else ""))
    lead = text[: found.start()].casefold()[-20:]
    comparator = next((sign for word, sign in _COMPARATORS if word in lead), "=")
    return value, (found[3] or "")[:60], comparator


def _new_piece(
    plan: Plan,
    kind: str,
    *,
    text: str,
    span: tuple[int | None, int | None],
    rule: str | None,
    strictly_before: bool = False,
) -> Piece:
    table = KINDS[kind]
    place = {
        "plan": plan,
        "code": f"{PREFIXES[table]}{_last_number(plan, table) + 1}",
        "position": _position(plan, table, span[0]),
        "span_start": span[0],
        "span_end": span[1],
        "text": text,
    }
    if table is Task:
        return Task.objects.create(**place, folded=fold(text), due_rule=rule, strictly_before=strictly_before)
    if table is Deadline:
        return Deadline.objects.create(**place, rule=rule, strictly_before=strictly_before, kind=Deadline.Kind.TASK)
    if table is Obligation:
        return Obligation.objects.create(**place, due_rule=rule)
    amount = amount_in(text)
    if amount is None:
        raise Refused(_("Chỉ tiêu cần một con số trong lời văn."))
    return Target.objects.create(**place, value=amount[0], unit=amount[1], comparator=amount[2])


def _last_number(plan: Plan, table: type[Piece]) -> int:
    """The highest number given to a piece of the kind: numbers are never given twice."""
    codes = table._default_manager.filter(plan=plan).values_list("code", flat=True)
    return max((int(code[2:]) for code in codes if code[2:].isdigit()), default=0)


def _position(plan: Plan, table: type[Piece], start: int | None) -> int:
    """A position among the plan's pieces of the kind: by the place in the text, at the end where it has none."""
    pieces = table._default_manager.filter(plan=plan)
    if start is not None:
        before = pieces.filter(span_start__lte=start).order_by("-position").first()
        if pieces.filter(span_start__gt=start).exists():
            return _room(plan, table, before.position if before else 0, 1)[0]
    last: int | None = pieces.aggregate(last=Max("position"))["last"]
    return (last or 0) + STEP


def _room(plan: Plan, table: type[Piece], after: int, count: int) -> list[int]:
    """``count`` free positions right after ``after``; where the gap is too small, all that follow move up."""
    following = table._default_manager.filter(plan=plan, position__gt=after)
    first = following.order_by("position").values_list("position", flat=True).first()
    if first is None:
        return [after + STEP * (index + 1) for index in range(count)]
    if first - after <= count:
        moved = list(following)
        for piece in moved:
            piece.position += STEP * (count + 1)
        table._default_manager.bulk_update(moved, ["position"], batch_size=1000)
        first += STEP * (count + 1)
    return [after + (first - after) * (index + 1) // (count + 1) for index in range(count)]


def _spans(source: str, task: Task, parts: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Where each part stands in the source; the whole clause's span for a part whose first words are not found."""
    start, end = task.span_start, task.span_end
    if start is None or end is None:
        return [(None, None)] * len(parts)
    cuts: list[int] = [start]
    for part in parts[1:]:
        opening = r"[\s|]+".join(re.escape(word) for word in part.split()[:4])
        found = re.compile(opening).search(source, cuts[-1] + 1, end)
        if found is None:
            return [(start, end)] * len(parts)
        cuts.append(found.start())
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _due_within(task: Task, span: tuple[int | None, int | None]) -> dict[str, object]:
    """The task's due rule for the part at ``span``: only the part that holds the words of the deadline has it."""
    start, end = span
    if task.due_start is None or start is None or end is None or start <= task.due_start < end:
        return {name: getattr(task, name) for name in DUE}
    return dict.fromkeys(DUE) | {"strictly_before": False}


def _body_facts(body: Body) -> dict[str, object]:
    names = ("position", "as_printed", "part", "is_group", "note", "span_start", "span_end")
    return {name: getattr(body, name) for name in names}
