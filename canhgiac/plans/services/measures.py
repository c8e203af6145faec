"""How targets are measured: set up, changed, removed; counts that follow from agencies' own plans; urging the gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import acting_for, require_role
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.plans.models import Plan, Population, Target, TargetMeasure
from canhgiac.plans.selectors.subplans import filings
from canhgiac.plans.selectors.trend import gap_agencies

from .ledger import CountedRow, LedgerRefused, Put, Source, counted_put
from .populations import COUNT_LOCK, Made, population_make

Method = TargetMeasure.Method
Counting = TargetMeasure.Counting


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which accepted activities count, and how a measure is read."""

    counting: str = Counting.MANUAL
    kinds: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    figure: str = ""
    """Code of the figure, where it is counted from reports."""
    evidence: bool = False
    """Only activities with evidence."""
    by: str = ""
    """ "area": by the area reached; "agency": by who acted. By the population where empty."""
    below: bool = False
    """An activity on a whole commune counts all its residential groups; else only those it names."""
    phrase: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def as_json(self, population: Population | None) -> dict[str, object]:
        """As ``TargetMeasure.rule`` keeps it; empty for other ways of counting."""
        areas = population is not None and population.basis == Population.Basis.AREAS
        if self.counting == Counting.REPORTS:
            strata = population is not None and population.basis == Population.Basis.COUNT
            return {"code": self.figure, "by": self.by or ("area" if areas or strata else "agency")}
        if self.counting != Counting.ACTIVITIES:
            return {}
        return {
            "kinds": list(self.kinds),
            "audiences": list(self.audiences),
            "tasks": list(self.tasks),
            "evidence": self.evidence,
            "by": self.by or ("area" if areas else "agency"),
            "below": self.below,
        }


@transaction.atomic
def measure_set_up(
    *,
    by: Member,
    target: Target,
    method: str,
    rule: Rule,
    made: Made | None = None,
    population: Population | None = None,
) -> TargetMeasure:
    """Says how the target is measured: over a population made now (``made``) or one that stands; a tally over none.

    Raises NotAllowed, LedgerRefused.
    """
    require_role(by, Role.Kind.COORDINATOR, agency=target.plan.agency)
    if target.plan.agency is None:
        raise LedgerRefused(_("Kế hoạch chưa có cơ quan chủ trì."))
    if method == Method.TALLY:
        population = None
    elif made is not None:
        population = population_make(by=by, agency=target.plan.agency, made=made)
    _check(method, rule, population)
    measure = TargetMeasure.objects.create(
        target=target,
        method=method,
        population=population,
        counting=rule.counting,
        rule=rule.as_json(population),
        phrase=rule.phrase.strip()[:120],
        since=rule.since,
        until=rule.until,
        by=by,
    )
    _count_now(measure)
    facts = {"target": target.pk, "method": method, "counting": rule.counting, "population": measure.population_id}
    audit_record(by=by, act="plans.measure_set_up", subject=measure, facts=facts)
    return measure


@transaction.atomic
def measure_change(*, by: Member, measure: TargetMeasure, rule: Rule) -> TargetMeasure:
    """Another rule or window; counts of activities are made anew by it. Raises NotAllowed, LedgerRefused."""
    require_role(by, Role.Kind.COORDINATOR, agency=measure.target.plan.agency)
    row = TargetMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    _check(row.method, rule, row.population)
    before = {"counting": row.counting, "rule": row.rule, "since": row.since, "until": row.until}
    row.counting, row.rule, row.phrase = rule.counting, rule.as_json(row.population), rule.phrase.strip()[:120]
    row.since, row.until = rule.since, rule.until
    row.save(update_fields=["counting", "rule", "phrase", "since", "until"])
    _count_now(row)
    audit_record(by=by, act="plans.measure_change", subject=row, facts={"before": before, "rule": row.rule})
    return row


@transaction.atomic
def measure_remove(*, by: Member, measure: TargetMeasure) -> None:
    """Takes the measure away with its counts; its population stays. Raises NotAllowed."""
    require_role(by, Role.Kind.COORDINATOR, agency=measure.target.plan.agency)
    counts = measure.counted.count()
    facts = {"measure": measure.pk, "population": measure.population_id, "rule": measure.rule, "counts": counts}
    target = measure.target
    measure.delete()
    audit_record(by=by, act="plans.measure_remove", subject=target, facts=facts)


def _check(method: str, rule: Rule, population: Population | None) -> None:
    if method not in Method.values or rule.counting not in Counting.values:
        raise LedgerRefused(_("Không có cách đo này."))
    if (population is None) != (method == Method.TALLY):
        raise LedgerRefused(_("Cách đo này cần một tổng thể."))
    if rule.since and rule.until and rule.until < rule.since:
        raise LedgerRefused(_("“Đến ngày” phải sau “từ ngày”."))
    if method == Method.SURVEY and rule.counting != Counting.MANUAL:
        raise LedgerRefused(_("Khảo sát chỉ nhập được bằng tay, có nguồn."))
    if rule.counting in (Counting.ACTIVITIES, Counting.SUB_PLANS) and population is not None:
        if population.basis == Population.Basis.COUNT:
            raise LedgerRefused(
                _("Số liệu theo địa bàn không đếm được từ hoạt động: một hộ có thể được đến nhiều lần.")
            )
        if rule.counting == Counting.SUB_PLANS and population.basis == Population.Basis.AREAS:
            raise LedgerRefused(_("Kế hoạch đơn vị chỉ đếm được trên các cơ quan."))
    if rule.counting == Counting.REPORTS and method == Method.TALLY:
        raise LedgerRefused(_("Số liệu báo cáo chỉ đếm được trên một tổng thể."))
    if rule.counting == Counting.REPORTS and not rule.figure:
        raise LedgerRefused(_("Chọn số liệu của báo cáo định kỳ."))
    if rule.counting == Counting.SUB_PLANS and method == Method.TALLY:
        raise LedgerRefused(_("Kế hoạch đơn vị chỉ đếm được trên các cơ quan."))


def _count_now(measure: TargetMeasure) -> None:
    if measure.counting == Counting.ACTIVITIES:
        work.enqueue("activities.targets_count", lock=COUNT_LOCK, activity_ids=[], measure_id=measure.pk)
    elif measure.counting == Counting.REPORTS:
        work.enqueue("reporting.measure_count", measure_id=measure.pk)
    elif measure.counting == Counting.SUB_PLANS:
        sub_plans_count(measure=measure)


def sub_plans_count(*, measure: TargetMeasure) -> Put:
    """Counts the agencies whose own plan under the target's plan is issued, within the measure's window."""
    rows = []
    for filing in filings(measure.target.plan):
        plan = filing.sub_plan
        if plan is None or not filing.filed or plan.issued_at is None:
            continue
        on = plan.issued_at.astimezone(clock.VIETNAM).date()
        if (measure.since and on < measure.since) or (measure.until and on > measure.until):
            continue
        rows.append(
            CountedRow(agency=filing.agency.pk, value=1, on=on, sources=(Source(plan.pk, plan.title[:250], on),))
        )
    return counted_put(measure=measure, rows=rows, origin="plans.plan", whole=True)


def sub_plans_count_all() -> int:
    """Counts every measure that counts own plans, of plans in force; returns how many."""
    measures = TargetMeasure.objects.filter(counting=Counting.SUB_PLANS, target__plan__state=Plan.State.ISSUED)
    found = list(measures.select_related("target__plan").order_by("pk"))
    for measure in found:
        sub_plans_count(measure=measure)
    return len(found)


@transaction.atomic
def gap_urge(*, by: Member, measure: TargetMeasure, agencies: Collection[int], message: str = "") -> int:
    """Urges the agencies that stand between us and the target, those named of them, with what is missing.

    Each member gets one notice however many agencies they stand for; an agency without members gets it at its mail
    box. Returns how many agencies were told. Raises NotAllowed.
    """
    require_role(by, Role.Kind.COORDINATOR, agency=measure.target.plan.agency)
    gaps = {gap.agency.pk: gap for gap in gap_agencies(measure) if gap.agency.pk in agencies}
    members = acting_for([gap.agency for gap in gaps.values()])
    told: set[int] = set()
    reached: list[int] = []
    for pk, gap in gaps.items():
        standing = members.get(pk, [])
        for member in standing:
            if member.pk not in told:
                told.add(member.pk)
                _urge(by, measure, gap.agency, gap.missing, message, member=member)
        if not standing and gap.agency.email:
            _urge(by, measure, gap.agency, gap.missing, message, address=gap.agency.email)
        if standing or gap.agency.email:
            reached.append(pk)
    audit_record(by=by, act="plans.gap_urge", subject=measure, facts={"agencies": reached, "message": message.strip()})
    return len(reached)


def _urge(
    by: Member, measure: TargetMeasure, agency: Agency, missing: int, message: str, *,
    member: Member | None = None, address: str = "",
) -> None:  # fmt: skip
    with translation.override(member.language if member else "vi"):
        who = f"{by} ({by.agency})" if by.agency else str(by)
        words = [_("%(who)s đôn đốc:") % {"who": who} + (f"\n{message.strip()}" if message.strip() else "")]
        words.append(
            _("%(agency)s còn %(missing)s chưa đạt trong chỉ tiêu “%(target)s”.")
            % {"agency": agency.name, "missing": missing, "target": measure.target.text[:300]}
        )
        notice_send(
            kind="plans.gap_urge",
            subject=_("Đôn đốc chỉ tiêu %(code)s") % {"code": measure.target.code},
            body="\n\n".join(words),
            member=member,
            address=address,
            link=reverse("measure_detail", args=[measure.pk]) + "?nhom=chua-ro",
        )
