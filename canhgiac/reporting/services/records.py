"""Keeping the records that a consolidated report draws on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db import transaction
from django.db.models import F

from canhgiac.activities.models import Commendation
from canhgiac.activities.selectors.records import MASKED, budget_between, commendations_between, remarks_between
from canhgiac.reporting.models import ConsolidatedRecord, ConsolidatedReport, Consolidation, FigureSource, FormField
from canhgiac.reporting.selectors.paragraphs import Said
from canhgiac.reporting.selectors.prefill import REMARK
from canhgiac.reporting.selectors.records import HARD
from canhgiac.reporting.selectors.starter import bare_heading

Kind = ConsolidatedRecord.Kind


@transaction.atomic
def records_keep(*, row: Consolidation) -> int:
    """Copies into an edition what was said, proposed and budgeted in the round's window within the reach of the
    round's agency, of the round's plan or of none; returns how many. Runs within the adding up."""
    of = row.round
    window = {"within": of.agency, "since": of.data_from, "until": of.data_until, "plan": of.plan}
    kept = [*_remarks(row, window), *_commendations(row, window), *_money(row, window)]
    ConsolidatedRecord.objects.bulk_create(kept, batch_size=1000)
    return len(kept)


def _remarks(row: Consolidation, window: dict) -> Iterator[ConsolidatedRecord]:  # type: ignore[type-arg]
    for one in remarks_between(**window).iterator(chunk_size=2000):
        yield ConsolidatedRecord(
            consolidation=row, kind=Kind.REMARK, origin_id=one.pk, agency_id=one.agency_id, task_id=one.task_id,
            sort=one.kind, state=one.state, on=one.on, text=" ".join(one.text.split()),
        )  # fmt: skip


def _commendations(row: Consolidation, window: dict) -> Iterator[ConsolidatedRecord]:  # type: ignore[type-arg]
    for one in commendations_between(**window).iterator(chunk_size=2000):
        is_person = one.nominee_kind == Commendation.Nominee.PERSON
        facts = {"form": one.form, "decision": one.decision}
        text = without_name(one.achievement, one.nominee) if is_person else one.achievement
        yield ConsolidatedRecord(
            consolidation=row, kind=Kind.COMMENDATION, origin_id=one.pk, agency_id=one.agency_id, sort=one.nominee_kind,
            state=one.state, on=one.on, text=text,
            facts=facts if is_person else facts | {"nominee": one.nominee},
        )  # fmt: skip


def _money(row: Consolidation, window: dict) -> Iterator[ConsolidatedRecord]:  # type: ignore[type-arg]
    for one in budget_between(**window).iterator(chunk_size=2000):
        yield ConsolidatedRecord(
            consolidation=row, kind=Kind.BUDGET, origin_id=one.pk, agency_id=one.agency_id, task_id=one.task_id,
            sort=one.source, text=one.content, facts={"year": one.year}, planned=one.planned, allocated=one.allocated,
            spent=one.spent,
        )  # fmt: skip


def without_name(words: str, name: str) -> str:
    """The words with a person's name masked wherever it stands, as it is written or without "Ông", "Bà" …"""
    bare = re.sub(r"^(?:ông|bà|anh|chị|đồng chí|đ/c|em|cụ)\.?\s+", "", name.strip(), flags=re.IGNORECASE)
    for form in (name.strip(), bare):
        if form:
            words = re.sub(re.escape(form), MASKED, words, flags=re.IGNORECASE)
    return words


def remarks_said(*, row: Consolidation, answered: Collection[tuple[int | None, str]]) -> dict[str, list[Said]]:
    """The edition's remarks by the section that tells them, in the order of the plan's tasks.

    A remark from which an answer in words was prefilled is in that answer, as the agency edited it, and is left out;
    ``answered`` are the submissions and codes of the answers in words. Two queries.
    """
    reports = ConsolidatedReport.objects.filter(consolidation=row).values("submission")
    drawn = FigureSource.objects.filter(origin=REMARK, submission__in=reports)
    told = {one[2] for one in drawn.values_list("submission", "code", "origin_id") if (one[0], one[1]) in answered}
    kept = ConsolidatedRecord.objects.filter(consolidation=row, kind=Kind.REMARK).exclude(origin_id__in=told)
    found: dict[str, list[Said]] = defaultdict(list)
    order = F("task__position").asc(nulls_first=True)
    for one in kept.select_related("agency", "task").order_by(order, "agency__folded", "on", "pk"):
        section = FormField.Section.DIFFICULTIES if one.sort in HARD else FormField.Section.PROPOSALS
        group = bare_heading(one.task.heading or "") if one.task else ""
        said = Said(one.agency_id, one.agency.name, None, "", one.text, remark=one.origin_id, group=group)
        found[section].append(said)
    return found
