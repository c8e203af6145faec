"""An extraction as the JSON that people and the plan scorer read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .model import Assignment, CitedAct, Deadline, Extraction, Quoted, Section, Source, Span, Suggestion, Target, Task


def _span(span: Span) -> list[int]:
    return [span.start, span.end]


def to_json(extraction: Extraction, source: Source) -> dict[str, Any]:
    """The extraction as plain JSON values; every piece has its ``span`` [start, end) in ``source.text``.

    ``optional`` marks what two careful readers may disagree on: general steering clauses and clauses that name no body.
    """
    header = extraction.header
    raw = header.spans.get("number")
    return {
        "number": header.number,
        "number_raw": source.text[raw.start : raw.end] if raw else None,
        "symbol": header.symbol,
        "date": header.date,
        "place": header.place,
        "issuer": header.issuer,
        "superior": header.superior,
        "document_type": header.document_type,
        "title": header.title,
        "signer": _signer(extraction),
        "incoming_stamp": _stamp(extraction),
        "header_spans": {name: _span(span) for name, span in header.spans.items()},
        "legal_basis": [_act(act) for act in extraction.cited_acts if act.role == "basis"],
        "parent_document": next((_act(act) for act in extraction.cited_acts if act.role == "parent"), None),
        "references": [_act(act) for act in extraction.cited_acts if act.role == "reference"],
        "cited_acts": [_act(act) for act in extraction.cited_acts],
        "sections": [_section(section) for section in extraction.sections],
        "assignments": [_assignment(part) for part in extraction.assignments],
        "targets": [_target(target) for target in extraction.targets],
        "deadlines": [_deadline(deadline) for deadline in extraction.deadlines],
        "reporting": [
            {
                "period": duty.period,
                "due_rule": duty.due_rule,
                "reporter": duty.reporter,
                "recipient": duty.recipient,
                "via": duty.via,
                "text": duty.text,
                "span": _span(duty.span),
            }
            for duty in extraction.obligations
        ],
        "audiences": _quotes(extraction.audiences),
        "channels": [{"group": c.group, "items": list(c.items), "span": _span(c.span)} for c in extraction.channels],
        "topics": _quotes(extraction.topics),
        "slogan": {"text": extraction.slogan.text, "span": _span(extraction.slogan.span)}
        if extraction.slogan
        else None,
        "recipients": [quoted.text for quoted in extraction.recipients],
        "recipient_spans": [_span(quoted.span) for quoted in extraction.recipients],
        "budget": _quotes(extraction.budget),
        "suggestions": [_suggestion(s) for s in extraction.suggestions],
        "warnings": [
            {
                "code": f.code,
                "severity": f.severity,
                "message": f.message,
                "successor": f.successor,
                "spans": [_span(s) for s in f.spans],
            }
            for f in extraction.findings
        ],
        "notes": list(source.notes),
    }


def _signer(extraction: Extraction) -> dict[str, Any] | None:
    signer = extraction.header.signer
    if signer is None:
        return None
    return {
        "name": signer.name,
        "title": signer.title,
        "rank": signer.rank,
        "on_behalf_of": signer.on_behalf_of,
        "span": _span(signer.span),
    }


def _stamp(extraction: Extraction) -> dict[str, Any] | None:
    stamp = extraction.header.incoming_stamp
    if stamp is None:
        return None
    return {
        "received_by": stamp.received_by,
        "received_number": stamp.received_number,
        "received_date": stamp.received_date,
        "span": _span(stamp.span),
    }


def _act(act: CitedAct) -> dict[str, Any]:
    return {
        "text": act.text,
        "kind": act.kind,
        "number": act.number,
        "date": act.date,
        "role": act.role,
        "span": _span(act.span),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "label": section.label,
        "title": section.title,
        "text": section.text,
        "level": section.level,
        "span": _span(section.span),
        "children": [_section(child) for child in section.children],
    }


def _assignment(part: Assignment) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "agencies": list(part.agencies),
        "modality": part.modality,
        "heading": part.heading,
        "label": part.label,
        "span": _span(part.span),
        "agency_spans": [_span(span) for span in part.agency_spans],
        "tasks": [_task(task) for task in part.tasks],
    }
    if part.steering or not part.agencies:
        shown["optional"] = True
    return shown


def _task(task: Task) -> dict[str, Any]:
    return {
        "text": task.text,
        "span": _span(task.span),
        "label": task.label,
        "lead": list(task.lead),
        "cooperating": list(task.cooperating),
        "deadlines": [_deadline(deadline) for deadline in task.deadlines],
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "rule": deadline.rule,
        "text": deadline.text,
        "kind": deadline.kind,
        "who": deadline.who,
        "recipient": deadline.recipient,
        "strictly_before": deadline.strictly_before,
        "span": _span(deadline.span),
    }


def _target(target: Target) -> dict[str, Any]:
    value: float | int = int(target.value) if target.value.is_integer() else target.value
    return {
        "text": target.text,
        "value": value,
        "unit": target.unit,
        "comparator": target.comparator,
        "population": target.population,
        "due": target.due,
        "span": _span(target.span),
    }


def _quotes(many: Iterable[Quoted]) -> list[dict[str, Any]]:
    return [{"text": quoted.text, "span": _span(quoted.span)} for quoted in many]


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "text": suggestion.text,
        "replacement": suggestion.replacement,
        "reason": suggestion.reason,
        "span": _span(suggestion.span),
    }
