"""How the sample plan's targets are measured: invented populations and counts, through the ledger's own services."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from canhgiac.activities.models import Kind
from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.agencies.selectors import areas_on
from canhgiac.agencies.selectors.register import agencies_on
from canhgiac.kit import clock
from canhgiac.plans.models import Plan, Population, Target, TargetMeasure, Unit
from canhgiac.plans.selectors.populations import Part
from canhgiac.plans.selectors.setups import Choice
from canhgiac.plans.services.ledger import CountedRow, counts_enter, points_keep, survey_add
from canhgiac.plans.services.measures import Rule, measure_set_up
from canhgiac.plans.services.populations import Made

from .counting import measure_count

SEED = 1326
SOURCE = "Dữ liệu mẫu, không có thật"
POINTS = 12
"""Weeks of which the trend is kept."""
_Basis, _Method = Population.Basis, TargetMeasure.Method
_Counting = TargetMeasure.Counting


def sample_measures_load(*, by: Member, plan: Plan) -> int:
    """Sets up the plan's targets that a sample can stand for, counts them and keeps their weeks; returns how many.

    One target stays without a measure, so that what then is shown can be seen.
    """
    chance = random.Random(SEED)  # noqa: S311  # invented figures, the same on every run
    set_ups: tuple[tuple[str, Callable[[Member, Target, random.Random], TargetMeasure]], ...] = (
        ("Tổ phản ứng nhanh", _teams),
        ("hộ gia đình nhận", _households),
        ("từ đủ 15 tuổi", _people),
        ("ngoại khóa", _schools),
        ("chương trình truyền hình", _programmes),
        ("bản tin phát thanh", _bulletins),
        ("giao dịch viên", _tellers),
    )
    targets = list(Target.objects.filter(plan=plan, measures__isnull=True).order_by("position"))
    made = 0
    for words, set_up in set_ups:
        found = [target for target in targets if words in target.text]
        if found:
            target = found[-1] if words == "bản tin phát thanh" else found[0]
            targets.remove(target)
            measure = set_up(by, target, chance)
            if measure.counting == _Counting.ACTIVITIES:
                measure_count(measure=measure)
            made += 1
    for weeks in reversed(range(POINTS)):
        points_keep(on=clock.today() - dt.timedelta(weeks=weeks))
    return made


def _communes(target: Target) -> list[Area]:
    assert target.plan.agency is not None
    assert target.plan.agency.area is not None
    inside = areas_on(clock.today()).filter(path__startswith=target.plan.agency.area.path)
    return list(inside.filter(level=Area.Level.COMMUNE).order_by("code"))


def _past(chance: random.Random) -> dt.date:
    """A day of the last eleven weeks."""
    return clock.today() - dt.timedelta(days=chance.randint(1, 77))


def _teams(by: Member, target: Target, chance: random.Random) -> TargetMeasure:
    """Communes that set their team up: most, a few known not to, a few silent, the rest unknown."""
    assert target.plan.agency is not None
    made = Made(
        name="UBND xã, phường, đặc khu",
        unit=Unit.AGENCY,
        basis=_Basis.AGENCIES,
        as_of=clock.today(),
        choice=Choice(kinds=(Agency.Kind.PEOPLES_COMMITTEE_COMMUNE,), within=target.plan.agency_id),
    )
    rule = Rule(phrase="đã lập Tổ phản ứng nhanh")
    measure = measure_set_up(by=by, target=target, method=_Method.COUNT, rule=rule, made=made)
    rows = []
    assert measure.population is not None
    for number, part in enumerate(measure.population.parts.order_by("pk")):
        if number % 13 == 12:
            continue
        silent = number % 21 == 20
        value = None if silent else int(number % 9 != 8)
        rows.append(CountedRow(part=part.pk, value=value, empty=silent, on=_past(chance), source=SOURCE))
    counts_enter(by=by, measure=measure, rows=rows)
    return measure


def _households(by: Member, target: Target, chance: random.Random) -> TargetMeasure:
    """Households by commune: part of them reached, some communes unknown."""
    parts = tuple(Part(label=area.name, size=chance.randint(1800, 7200), area=area.pk) for area in _communes(target))
    made = _counted("Hộ gia đình", Unit.HOUSEHOLD, parts)
    rule = Rule(phrase="đã nhận cẩm nang, tờ rơi")
    measure = measure_set_up(by=by, target=target, method=_Method.COUNT, rule=rule, made=made)
    _fill(by, measure, chance, low=0.62, skipped=9)
    return measure


def _people(by: Member, target: Target, chance: random.Random) -> TargetMeasure:
    """People by a survey: k of n with its interval."""
    made = _counted("Người từ đủ 15 tuổi", Unit.PERSON, (Part(label="Toàn tỉnh", size=1_042_600),))
    rule = Rule(phrase="đã nghe, xem hoặc học")
    measure = measure_set_up(by=by, target=target, method=_Method.SURVEY, rule=rule, made=made)
    survey_add(by=by, measure=measure, on=_past(chance), sample_size=1200, positive=1017, source=SOURCE)
    return measure


def _schools(by: Member, target: Target, _chance: random.Random) -> TargetMeasure:
    """Schools from the register, counted from the activities they recorded."""
    made = Made(
        name="Cơ sở giáo dục",
        unit=Unit.SCHOOL,
        basis=_Basis.AGENCIES,
        as_of=clock.today(),
        choice=Choice(kinds=(Agency.Kind.SCHOOL,), within=target.plan.agency_id),
    )
    rule = Rule(counting=_Counting.ACTIVITIES, kinds=(Kind.SCHOOL_LESSON,), by="agency", phrase="đã tổ chức ngoại khóa")
    return measure_set_up(by=by, target=target, method=_Method.COUNT, rule=rule, made=made)


def _programmes(by: Member, target: Target, _chance: random.Random) -> TargetMeasure:
    rule = Rule(counting=_Counting.ACTIVITIES, kinds=(Kind.BROADCAST,))
    return measure_set_up(by=by, target=target, method=_Method.TALLY, rule=rule)


def _bulletins(by: Member, target: Target, _chance: random.Random) -> TargetMeasure:
    rule = Rule(counting=_Counting.ACTIVITIES, kinds=(Kind.LOUDSPEAKER,))
    return measure_set_up(by=by, target=target, method=_Method.TALLY, rule=rule)


def _tellers(by: Member, target: Target, chance: random.Random) -> TargetMeasure:
    """Tellers by bank."""
    assert target.plan.agency is not None
    assert target.plan.agency.area is not None
    banks = agencies_on(clock.today()).filter(
        kind=Agency.Kind.BANK, area__path__startswith=target.plan.agency.area.path
    )
    parts = tuple(Part(label=bank.name, size=chance.randint(18, 90), agency=bank.pk) for bank in banks.order_by("pk"))
    made = _counted("Giao dịch viên", Unit.PERSON, parts)
    measure = measure_set_up(
        by=by, target=target, method=_Method.COUNT, rule=Rule(phrase="đã được tập huấn"), made=made
    )
    _fill(by, measure, chance, low=0.8, skipped=5)
    return measure


def _counted(name: str, unit: Unit, parts: tuple[Part, ...]) -> Made:
    """A population that an office counted."""
    as_of = clock.today() - dt.timedelta(days=90)
    return Made(name=name, unit=unit, basis=_Basis.COUNT, as_of=as_of, source=SOURCE, parts=parts)


def _fill(by: Member, measure: TargetMeasure, chance: random.Random, *, low: float, skipped: int) -> None:
    """Counts for all parts but every ``skipped``-th, which stays unknown."""
    assert measure.population is not None
    rows = [
        CountedRow(
            part=part.pk, value=int((part.size or 0) * chance.uniform(low, 1.0)), on=_past(chance), source=SOURCE
        )
        for number, part in enumerate(measure.population.parts.order_by("pk"), start=1)
        if number % skipped
    ]
    counts_enter(by=by, measure=measure, rows=rows)
