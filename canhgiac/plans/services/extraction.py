"""Storing what the reader found: one transaction, a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.selectors import Resolution, agency_resolve_many
from canhgiac.agencies.services import audit_record
from canhgiac.engines.officialdoc import as_json, model
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import (
    Assignment,
    Body,
    Deadline,
    Directive,
    Finding,
    Obligation,
    Plan,
    Suggestion,
    Target,
    Task,
)
from canhgiac.plans.selectors.directives import cited_acts

from .versions import carry_on

STEP = 16
"""Gap between two positions: room for pieces split off or added between."""


@dataclass
class Draft:
    """A task before it has an id, with the bodies printed for it."""

    task: Task
    bodies: list[Body] = field(default_factory=list)


@transaction.atomic
def extraction_store(*, directive_id: int, source: model.Source, extraction: model.Extraction) -> Plan:
    """The plan of the directive, with everything found in it; the plan already stored where there is one."""
    directive = Directive.objects.select_for_update(of=("self",)).select_related("agency__area").get(pk=directive_id)
    if directive.state == Directive.State.READ:
        return directive.plan
    _header(directive, source, extraction)
    plan = Plan.objects.create(
        directive=directive,
        agency=directive.agency,
        title=directive.title or PurePath(directive.file_name).stem,
        parent=directive.parent,
        replaces=directive.replaces,
        created_by=directive.uploaded_by,
        due_until=_horizon(extraction.deadlines),
    )
    drafts = [draft for group in extraction.assignments for draft in _drafts(plan, group, source.text)]
    for number, draft in enumerate(drafts, start=1):
        draft.task.code, draft.task.position = f"NV{number}", number * STEP
    if plan.replaces is not None:
        carry_on(old=plan.replaces, tasks=[draft.task for draft in drafts])
    Task.objects.bulk_create([draft.task for draft in drafts], batch_size=1000)
    for draft in drafts:
        for body in draft.bodies:
            body.task = draft.task
    resolve(plan, [body for draft in drafts for body in draft.bodies])
    _others(plan, extraction)
    _findings(plan, extraction)
    audit_record(by=directive.uploaded_by, act="plans.extraction_store", subject=plan, facts={"tasks": len(drafts)})
    return plan


def resolve(plan: Plan, bodies: Sequence[Body]) -> None:
    """Stores the bodies of the plan's tasks and the shares of the registered agencies they stand for.

    Groups are expanded as of the document's date (today where it has none). An agency that leads a task does not
    cooperate in it too, so "các sở, ban, ngành" beside a lead means the others.
    """
    on = plan.directive.date or clock.today()
    area = plan.agency.area if plan.agency else None
    found = agency_resolve_many({body.as_printed for body in bodies}, on=on, area=area)
    for body in bodies:
        body.is_group = found[body.as_printed].is_group
        body.note = found[body.as_printed].note[:300]
    Body.objects.bulk_create([body for body in bodies if body.pk is None], batch_size=2000)
    Assignment.objects.bulk_create(shares(bodies, found), batch_size=2000)


def shares(bodies: Iterable[Body], found: dict[str, Resolution]) -> list[Assignment]:
    """The assignments that follow from the bodies, each agency once a task, lead before cooperation."""
    taken: dict[tuple[int, int], Assignment] = {}
    for body in sorted(bodies, key=lambda body: body.part != Body.Part.LEAD):
        for agency in found[body.as_printed].agencies:
            key = (body.task_id, agency.pk)
            if key not in taken:
                taken[key] = Assignment(task=body.task, agency=agency, body=body, part=body.part)
    return list(taken.values())


def _header(directive: Directive, source: model.Source, extraction: model.Extraction) -> None:
    header, signer = extraction.header, extraction.header.signer
    directive.text, directive.format = source.text, source.format
    directive.encoding, directive.notes = source.encoding, list(source.notes)
    directive.date = _day(header.date)
    for name in ("number", "symbol", "place", "issuer", "superior", "document_type", "title"):
        setattr(directive, name, _clip(Directive, name, getattr(header, name)))
    directive.signer_name = _clip(Directive, "signer_name", signer.name if signer else None)
    directive.signer_title = _clip(Directive, "signer_title", signer.title if signer else None)
    directive.header_spans = {name: [span.start, span.end] for name, span in header.spans.items()}
    directive.recipients = [
        {"text": quoted.text, "span": [quoted.span.start, quoted.span.end]} for quoted in extraction.recipients
    ]
    directive.extraction = as_json.to_json(extraction, source)
    directive.folded = directive_folded(directive)
    directive.state = Directive.State.READ
    directive.pages_total = directive.pages_done = max(len(source.pages), directive.pages_total)
    directive.save()


def directive_folded(directive: Directive) -> str:
    """What the search of plans compares."""
    named = (directive.number, directive.title or directive.file_name, directive.issuer)
    return fold(" ".join(part for part in named if part))


def _drafts(plan: Plan, group: model.Assignment, text: str) -> Iterable[Draft]:
    spans = dict(zip(group.agencies, group.agency_spans, strict=False))
    for found in group.tasks:
        due = next((deadline for deadline in found.deadlines if deadline.rule), None) or next(
            iter(found.deadlines), None
        )
        task = Task(
            plan=plan,
            span_start=found.span.start,
            span_end=found.span.end,
            label=_clip(Task, "label", found.label or group.label),
            text=found.text,
            heading=group.heading,
            modality=group.modality,
            due_rule=due.rule if due else None,
            due_text=_clip(Task, "due_text", " ".join(text[due.span.start : due.span.end].split()) if due else None),
            strictly_before=due.strictly_before if due else False,
            due_start=due.span.start if due else None,
            due_end=due.span.end if due else None,
            folded=fold(found.text),
        )
        leads = found.lead or group.agencies
        helpers = [*found.cooperating, *(name for name in group.agencies if name not in leads)]
        draft = Draft(task)
        for part, names in ((Body.Part.LEAD, leads), (Body.Part.COOPERATE, dict.fromkeys(helpers))):
            draft.bodies += [_body(part, position, name, spans.get(name)) for position, name in enumerate(names)]
        yield draft


def _body(part: Body.Part, position: int, name: str, span: model.Span | None) -> Body:
    return Body(
        part=part,
        position=position,
        as_printed=name[:400],
        span_start=span.start if span else None,
        span_end=span.end if span else None,
    )


def _others(plan: Plan, extraction: model.Extraction) -> None:
    Target.objects.bulk_create(
        Target(
            plan=plan,
            **_place("CT", number, target.span),
            text=target.text,
            value=Decimal(str(target.value)).quantize(Decimal("0.01")),
            unit=target.unit[:60],
            comparator=target.comparator,
            population=target.population,
            due_text=_clip(Target, "due_text", target.due),
            due_date=_day(target.due),
        )
        for number, target in enumerate(extraction.targets, start=1)
    )
    own = {deadline.span for group in extraction.assignments for task in group.tasks for deadline in task.deadlines}
    Deadline.objects.bulk_create(
        Deadline(
            plan=plan,
            **_place("TH", number, deadline.span),
            rule=deadline.rule,
            text=deadline.text,
            strictly_before=deadline.strictly_before,
            kind=deadline.kind,
            who=deadline.who,
            recipient=deadline.recipient,
        )
        for number, deadline in enumerate((d for d in extraction.deadlines if d.span not in own), start=1)
    )
    Obligation.objects.bulk_create(
        Obligation(
            plan=plan,
            **_place("BC", number, obligation.span),
            text=obligation.text,
            period=_clip(Obligation, "period", obligation.period),
            due_rule=_clip(Obligation, "due_rule", obligation.due_rule),
            reporter=obligation.reporter,
            recipient=obligation.recipient,
            via=obligation.via,
        )
        for number, obligation in enumerate(extraction.obligations, start=1)
    )


def _findings(plan: Plan, extraction: model.Extraction) -> None:
    # Each likely scanning fault is listed by itself, so the one line that counts them would say it twice.
    engine = [finding for finding in extraction.findings if finding.code != "ocr-suspects"]
    found = [*engine, *_dated_otherwise(plan.directive, extraction)]
    Finding.objects.bulk_create(
        Finding(
            plan=plan,
            code=finding.code[:40],
            severity=finding.severity,
            message=finding.message,
            spans=[[span.start, span.end] for span in finding.spans],
            successor=_clip(Finding, "successor", finding.successor),
        )
        for finding in found
    )
    Suggestion.objects.bulk_create(
        Suggestion(
            plan=plan,
            text=suggestion.text[:200],
            replacement=suggestion.replacement[:200],
            reason=suggestion.reason[:300],
            span_start=suggestion.span.start,
            span_end=suggestion.span.end,
        )
        for suggestion in extraction.suggestions
    )


def _dated_otherwise(directive: Directive, extraction: model.Extraction) -> Iterable[model.Finding]:
    """Acts that this document dates otherwise than documents received before."""
    here: dict[str, list[model.CitedAct]] = {}
    for act in extraction.cited_acts:
        if act.number and act.date:
            here.setdefault(act.number, []).append(act)
    told = set()
    for number, date, citing in cited_acts(besides=directive):
        others = [act for act in here.get(number, ()) if act.date != date]
        if others and (number, date) not in told:
            told.add((number, date))
            yield model.Finding(
                code="act-date-conflict",
                severity="fault",
                message=_("%(number)s ở đây đề ngày %(here)s, trong %(document)s đề ngày %(there)s.")
                % {
                    "number": number,
                    "here": _vn(others[0].date),
                    "document": citing or _("một văn bản khác"),
                    "there": _vn(date),
                },
                spans=tuple(act.span for act in others),
            )


def _vn(date: str | None) -> str:
    day = _day(date)
    return f"{day:%d/%m/%Y}" if day else ""


def _place(prefix: str, number: int, span: model.Span) -> dict[str, object]:
    return {
        "code": f"{prefix}{number}",
        "position": number * STEP,
        "span_start": span.start,
        "span_end": span.end,
    }


def _horizon(deadlines: Iterable[model.Deadline]) -> dt.date | None:
    """The last day the document names as the end of the whole programme."""
    days = [day for deadline in deadlines if deadline.kind == "horizon" and (day := _day(deadline.rule))]
    return max(days, default=None)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def _clip(table: type[Directive | Task | Target | Obligation | Finding], name: str, value: str | None) -> str | None:
    """The value cut to what the column holds: a wrongly recognised, endless "number" must not stop the import."""
    limit: int | None = getattr(table._meta.get_field(name), "max_length", None)
    return value[:limit] if value and limit else value
