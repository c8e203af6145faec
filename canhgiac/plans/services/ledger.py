"""What is counted: put into the ledger row by row, never outside the population, never above a part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.plans.models import (
    Counted,
    CountedSource,
    MeasurePoint,
    PopulationPart,
    Survey,
    TallyItem,
    TargetMeasure,
)
from canhgiac.plans.selectors.ledger import parts_entered_by
from canhgiac.plans.selectors.rates import measure_rates

BATCH = 2000


class LedgerRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """What was given cannot be counted; ``lines`` say why in Vietnamese, row by row."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = list(lines)


@dataclass(frozen=True, slots=True)
class Source:
    """One row of another table that a count rests on."""

    origin_id: int
    label: str
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRow:
    """What is known of one part, named by itself, by its agency or by its area."""

    part: int | None = None
    agency: int | None = None
    area: int | None = None
    value: int | None = None
    """Things reached; None with ``empty``: they answered, and said nothing."""
    empty: bool = False
    on: dt.date
    source: str = ""
    """In words, where a person entered it: the paper it comes from."""
    sources: tuple[Source, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Put:
    """What became of rows put into the ledger."""

    written: int
    removed: int
    refused: list[str]
    """One Vietnamese line for each row left out: outside the population, or above its part."""


@transaction.atomic
def counted_put(
    *, measure: TargetMeasure, rows: Iterable[CountedRow], origin: str, by: Member | None = None, whole: bool = False
) -> Put:
    """Writes counts of a measure and what they rest on; the same rows twice are the same ledger.

    ``origin`` names the table of the sources ("activities.activity", "reporting.submission"), "" for a person's own
    entry. A row of a part that already has one takes its place. With ``whole`` the rows are all that the origin
    knows: counts that rested on it alone and are no more among them go, those of others stay. A row outside the
    population, or above its part, is left out and said. Writers of one measure wait for each other.
    """
    locked = TargetMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    found, refused = _resolved(locked, list(rows))
    removed = _withdrawn(locked, origin, found) if whole else 0
    written = _written(locked, found, by) if found else 0
    if origin:
        _sourced(locked, origin, found)
    if by is not None and (written or removed):
        facts = {"origin": origin, "rows": len(found), "written": written, "removed": removed}
        audit_record(by=by, act="plans.counted_put", subject=locked, facts=facts)
    return Put(written, removed, refused)


def _resolved(measure: TargetMeasure, rows: list[CountedRow]) -> tuple[dict[int, CountedRow], list[str]]:
    """Part id to its row, the last one given; and a line for each that cannot be counted."""
    parts = list(PopulationPart.objects.filter(population=measure.population_id).order_by("pk"))
    by_id = {part.pk: part for part in parts}
    by_agency = {part.agency_id: part for part in parts if part.agency_id}
    by_area = {part.area_id: part for part in parts if part.area_id and not part.agency_id}
    found: dict[int, CountedRow] = {}
    refused: list[str] = []
    for number, row in enumerate(rows, start=1):
        part = by_id.get(row.part or 0) or by_agency.get(row.agency or 0) or by_area.get(row.area or 0)
        if part is None:
            refused.append(_("Dòng %(n)s: nằm ngoài tổng thể của chỉ tiêu này.") % {"n": number})
        elif fault := part_fault(part, row):
            refused.append(fault)
        else:
            found[part.pk] = row
    return found, refused


def part_fault(part: PopulationPart, row: CountedRow) -> str:
    """Why the row cannot be counted of the part, in Vietnamese; empty when it can."""
    if row.empty:
        return "" if row.value is None else _("%(part)s: đã ghi trống thì không ghi số.") % {"part": part}
    if row.value is None:
        return _("%(part)s: thiếu số đã đạt.") % {"part": part}
    if row.value < 0:
        return _("%(part)s: số đã đạt không thể âm.") % {"part": part}
    if part.size is None:
        return _("%(part)s: chưa biết tổng số nên chưa đếm được. Hãy nhập tổng thể mới có số của nơi này.") % {
            "part": part
        }
    if row.value > part.size:
        return _("%(part)s: đã đạt %(value)s nhưng tổng số chỉ có %(size)s.") % {
            "part": part,
            "value": vn_number(row.value),
            "size": vn_number(part.size),
        }
    return ""


def _written(measure: TargetMeasure, found: dict[int, CountedRow], by: Member | None) -> int:
    """Upserts the rows that differ from what stands; returns how many."""
    standing = {row.part_id: row for row in Counted.objects.filter(measure=measure, part__in=found)}
    changed = [
        Counted(
            measure=measure, part_id=part, value=row.value, empty=row.empty, on=row.on, source=row.source, by=by,
            at=clock.now(),
        )
        for part, row in found.items()
        if _differs(standing.get(part), row)
    ]  # fmt: skip
    Counted.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["measure", "part"],
        update_fields=["value", "empty", "on", "source", "by", "at"],
        batch_size=BATCH,
    )
    return len(changed)


def _differs(standing: Counted | None, row: CountedRow) -> bool:
    if standing is None:
        return True
    return (standing.value, standing.empty, standing.on, standing.source) != (row.value, row.empty, row.on, row.source)


def _withdrawn(measure: TargetMeasure, origin: str, found: dict[int, CountedRow]) -> int:
    """Takes away what the origin no longer knows; a count that rests on nothing else goes with it."""
    sources = CountedSource.objects.filter(counted__measure=measure, origin=origin)
    gone = Counted.objects.filter(measure=measure).exclude(part__in=found)
    bare = gone.filter(Exists(CountedSource.objects.filter(counted=OuterRef("pk"), origin=origin))).exclude(
        Exists(CountedSource.objects.filter(counted=OuterRef("pk")).exclude(origin=origin))
    )
    stale = list(bare.values_list("pk", flat=True))
    sources.exclude(counted__part__in=found).delete()
    Counted.objects.filter(pk__in=stale).delete()
    return len(stale)


def _sourced(measure: TargetMeasure, origin: str, found: dict[int, CountedRow]) -> None:
    """Makes the sources of these parts' counts, from this origin, exactly those of the rows."""
    ids = dict(Counted.objects.filter(measure=measure, part__in=found).values_list("part", "pk"))
    wanted = {
        (ids[part], source.origin_id): (source.label[:250], source.on)
        for part, row in found.items()
        for source in row.sources
    }
    standing = {
        (row.counted_id, row.origin_id): row
        for row in CountedSource.objects.filter(counted__in=ids.values(), origin=origin)
    }
    CountedSource.objects.filter(pk__in=[row.pk for key, row in standing.items() if key not in wanted]).delete()
    CountedSource.objects.bulk_create(
        [
            CountedSource(counted_id=counted, origin=origin, origin_id=origin_id, label=label, on=on)
            for (counted, origin_id), (label, on) in wanted.items()
            if (row := standing.get((counted, origin_id))) is None or (row.label, row.on) != (label, on)
        ],
        update_conflicts=True,
        unique_fields=["counted", "origin", "origin_id"],
        update_fields=["label", "on"],
        batch_size=BATCH,
    )


@transaction.atomic
def counts_enter(*, by: Member, measure: TargetMeasure, rows: Sequence[CountedRow]) -> Put:
    """A person's own counts with their paper: all or none.

    An officer enters those of their own agencies and areas. Raises NotAllowed; LedgerRefused with a line for each
    row that cannot be counted, and then nothing is written.
    """
    own = set(parts_entered_by(by, measure).values_list("pk", flat=True))
    if not own:
        raise NotAllowed(_("Bạn không có phần nào để nhập trong chỉ tiêu này."))
    if measure.method != TargetMeasure.Method.COUNT:
        raise LedgerRefused(_("Cách đo này không đếm theo từng phần."))
    if any(not row.source.strip() for row in rows):
        raise LedgerRefused(_("Ghi nguồn của số liệu: văn bản hoặc người báo, ngày."))
    outside = [row for row in rows if row.part not in own]
    if outside:
        raise LedgerRefused(_("%(n)s dòng nằm ngoài phần bạn được nhập.") % {"n": len(outside)})
    put = counted_put(measure=measure, rows=rows, origin="", by=by)
    if put.refused:
        raise LedgerRefused(*put.refused)
    return put


@transaction.atomic
def counts_clear(*, by: Member, measure: TargetMeasure, parts: Sequence[int]) -> int:
    """Takes a person's own entries back: the parts are unknown again. Counts that rest on rows of other tables stay.

    Returns how many. Raises NotAllowed.
    """
    own = parts_entered_by(by, measure).filter(pk__in=parts)
    if not own.exists():
        raise NotAllowed(_("Bạn không có phần nào để nhập trong chỉ tiêu này."))
    TargetMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    rows = Counted.objects.filter(measure=measure, part__in=own.values("pk")).exclude(
        Exists(CountedSource.objects.filter(counted=OuterRef("pk")))
    )
    cleared = list(rows.values_list("part", flat=True))
    Counted.objects.filter(measure=measure, part__in=cleared).delete()
    audit_record(by=by, act="plans.counts_clear", subject=measure, facts={"parts": cleared})
    return len(cleared)


@transaction.atomic
def tally_add(
    *, by: Member, measure: TargetMeasure, label: str, on: dt.date, source: str, links: Sequence[str] = ()
) -> TallyItem:
    """Adds one thing done: one campaign, one page. Raises NotAllowed, LedgerRefused."""
    _require_set_up(by, measure)
    if measure.method != TargetMeasure.Method.TALLY:
        raise LedgerRefused(_("Chỉ tiêu này không đếm số việc."))
    if on > clock.today():
        raise LedgerRefused(_("Ngày ở tương lai."))
    item = TallyItem.objects.create(
        measure=measure, label=label.strip(), on=on, source=source.strip(), links=list(links), by=by
    )
    audit_record(by=by, act="plans.tally_add", subject=measure, facts={"item": item.pk, "on": on})
    return item


@transaction.atomic
def tally_remove(*, by: Member, measure: TargetMeasure, item_id: int) -> None:
    """Takes one thing off the tally; the log keeps its words. Raises NotAllowed, LedgerRefused."""
    _require_set_up(by, measure)
    item = TallyItem.objects.filter(measure=measure, pk=item_id).first()
    if item is None:
        raise LedgerRefused(_("Việc này đã bị bỏ."))
    facts = {"item": item.pk, "label": item.label, "on": item.on, "source": item.source}
    item.delete()
    audit_record(by=by, act="plans.tally_remove", subject=measure, facts=facts)


@transaction.atomic
def tally_put(*, measure: TargetMeasure, sources: Sequence[Source], origin: str) -> Put:
    """Makes the tally's items of this origin exactly these; items that people added stay."""
    locked = TargetMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    standing = {row.origin_id: row for row in TallyItem.objects.filter(measure=locked, origin=origin)}
    wanted = {source.origin_id: source for source in sources}
    gone = [row.pk for key, row in standing.items() if key not in wanted]
    TallyItem.objects.filter(pk__in=gone).delete()
    new = [
        TallyItem(
            measure=locked, label=source.label[:250], on=source.on, source=_("Hoạt động đã công nhận"), origin=origin,
            origin_id=source.origin_id,
        )
        for key, source in wanted.items()
        if key not in standing
    ]  # fmt: skip
    changed = []
    for key, source in wanted.items():
        row = standing.get(key)
        if row is not None and (row.label, row.on) != (source.label[:250], source.on):
            row.label, row.on = source.label[:250], source.on
            changed.append(row)
    TallyItem.objects.bulk_create(new, batch_size=BATCH)
    TallyItem.objects.bulk_update(changed, ["label", "on"], batch_size=BATCH)
    return Put(len(new) + len(changed), len(gone), [])


@transaction.atomic
def survey_add(
    *, by: Member, measure: TargetMeasure, on: dt.date, sample_size: int, positive: int, source: str
) -> Survey:
    """Adds one survey of a sample: k of n. Raises NotAllowed, LedgerRefused."""
    _require_set_up(by, measure)
    if measure.method != TargetMeasure.Method.SURVEY:
        raise LedgerRefused(_("Chỉ tiêu này không đo bằng khảo sát."))
    if not 0 <= positive <= sample_size or not sample_size:
        raise LedgerRefused(_("Số đạt phải từ 0 đến số người được hỏi."))
    if on > clock.today():
        raise LedgerRefused(_("Ngày ở tương lai."))
    sizes = list(PopulationPart.objects.filter(population=measure.population_id).values_list("size", flat=True))
    if None not in sizes and sample_size > sum(size for size in sizes if size is not None):
        raise LedgerRefused(_("Số người được hỏi nhiều hơn cả tổng thể."))
    survey = Survey.objects.create(
        measure=measure, on=on, sample_size=sample_size, positive=positive, source=source.strip(), by=by
    )
    audit_record(by=by, act="plans.survey_add", subject=measure, facts={"survey": survey.pk, "n": sample_size})
    return survey


def _require_set_up(by: Member, measure: TargetMeasure) -> None:
    require_role(by, Role.Kind.COORDINATOR, agency=measure.target.plan.agency)


@transaction.atomic
def points_keep(*, on: dt.date | None = None) -> int:
    """Keeps how every measure stands at the end of the day; the same day again takes its place. Returns how many."""
    day = on or clock.today()
    measures = list(TargetMeasure.objects.select_related("target", "population"))
    rates = measure_rates(measures, on=day)
    MeasurePoint.objects.bulk_create(
        [
            MeasurePoint(
                measure=measure, on=day, reached=rate.reached, total=rate.total, unknown=rate.unknown, empty=rate.empty
            )
            for measure in measures
            for rate in [rates[measure.pk]]
        ],
        update_conflicts=True,
        unique_fields=["measure", "on"],
        update_fields=["reached", "total", "unknown", "empty"],
        batch_size=BATCH,
    )
    return len(measures)
