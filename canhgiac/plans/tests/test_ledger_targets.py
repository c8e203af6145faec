"""Every numeric target of a document can be set up from its own words and measured."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from canhgiac.agencies.models import Agency, Area
from canhgiac.plans.models import Plan, Population, PopulationPart, Target, TargetMeasure, Unit
from canhgiac.plans.selectors.ledger import target_rates
from canhgiac.plans.selectors.populations import Part, default_choice
from canhgiac.plans.selectors.setups import Setup, setups_suggested
from canhgiac.plans.services.ledger import CountedRow, counts_enter, survey_add, tally_add
from canhgiac.plans.services.measures import Rule, measure_set_up
from canhgiac.plans.services.populations import Made
from tests.factories import agencies, ledger, plans
from tests.factories.agencies import Cast

ROOT = Path(__file__).parents[3]
GOLD = ROOT.parent / "shared" / "plans" / "gold"
DAY = dt.date(2026, 9, 1)
Method = TargetMeasure.Method
K = Agency.Kind


@pytest.fixture
def register(cast: Cast) -> None:
    """A small province with at least two bodies of each kind the documents speak of."""
    for number in range(3):
        agencies.area(level=Area.Level.GROUP, parent=cast.commune_area, name=f"Thôn {number}")
    agencies.area(parent=cast.province_area, name="Phường Cầu Mây")
    named = {
        K.SCHOOL: ("Trường THCS Suối Trúc", "Trường THPT Kim Giang", "Trường Tiểu học Đồi Mây"),
        K.BANK: ("Ngân hàng Hoa Sen", "Quỹ tín dụng Đồi Mây"),
        K.ENTERPRISE: ("Công ty Cấp nước Thử Nghiệm", "Công ty Môi trường Thử Nghiệm"),
        K.TELECOM: ("Viễn thông Sao Mai", "Mạng di động Mây"),
        K.PRESS: ("Báo Thử Nghiệm", "Đài Thử Nghiệm"),
        K.OTHER: ("Bảo hiểm xã hội tỉnh Thử Nghiệm",),
        K.HEALTH: ("Bệnh viện Thử Nghiệm",),
        K.FRONT: ("Hội Phụ nữ Thử Nghiệm",),
    }
    for kind, names in named.items():
        for name in names:
            agencies.agency(name=name, kind=kind, parent=cast.province)


def set_up(cast: Cast, target: Target, setup: Setup) -> TargetMeasure:
    """The suggestion as a coordinator confirms it, with sizes where it asks for them; counted from a source."""
    made = None
    if setup.method != Method.TALLY:
        strata = (Part("Xã Đồi Mây", 120, area=cast.commune_area.pk), Part("Phường Cầu Mây", 80))
        things = (Part("Điểm một"), Part("Điểm hai"))
        made = Made(
            name=setup.name,
            unit=setup.unit,
            basis=setup.basis,
            as_of=DAY,
            source="Số liệu thử",
            choice=default_choice(target.plan, setup.basis, setup.choice),
            parts=strata if setup.basis == Population.Basis.COUNT else things,
        )
    rule = Rule(counting=TargetMeasure.Counting.MANUAL, phrase=setup.phrase)
    return measure_set_up(by=cast.coordinator, target=target, method=setup.method, rule=rule, made=made)


def count_all(cast: Cast, measure: TargetMeasure, *, but: int) -> None:
    """Everything is reached but so many parts; a survey finds 95 of 100; a tally gets what the target names."""
    if measure.method == Method.TALLY:
        for number in range(min(int(measure.target.value), 30)):
            tally_add(by=cast.coordinator, measure=measure, label=f"Việc {number}", on=DAY, source="Báo cáo")
    elif measure.method == Method.SURVEY:
        survey_add(by=cast.coordinator, measure=measure, on=DAY, sample_size=100, positive=95, source="Khảo sát")
    else:
        parts = list(PopulationPart.objects.filter(population=measure.population_id).order_by("pk"))
        rows = [
            CountedRow(part=part.pk, value=part.size, on=DAY, source="Báo cáo")
            for part in parts[: len(parts) - but]
            if part.size is not None
        ]
        if rows:
            counts_enter(by=cast.coordinator, measure=measure, rows=rows)


def target_of(plan: Plan, given: dict[str, Any]) -> Target:
    return ledger.target(
        plan,
        text=given["text"],
        value=str(given["value"]),
        unit=given["unit"],
        comparator=given["comparator"],
        population=given.get("population"),
    )


def check(cast: Cast, targets: list[Target]) -> None:
    """Each is set up, each rate lies within bounds and explains itself; all but one counted is never all."""
    for target in targets:
        setups = setups_suggested(target)
        assert setups, target.text
        assert len({setup.unit for setup in setups}) == len(setups)
        for setup in setups:
            count_all(cast, set_up(cast, target, setup), but=1)
    for found in target_rates(targets):
        assert found.measures
        for rate in found.measures:
            assert rate.rate is None or Decimal(0) <= rate.rate <= 1
            assert str(rate.line).count("mục tiêu") == 1
            if rate.measure.method == Method.COUNT:
                assert rate.total
                assert rate.unknown > 0
                assert rate.rate is not None
                assert rate.rate < 1
                population = rate.measure.population
                assert population is not None
                assert population.source in rate.line
    for measure in TargetMeasure.objects.filter(target__in=targets, method=Method.COUNT):
        count_all(cast, measure, but=0)
    for found in target_rates(targets):
        for rate in found.measures:
            if rate.measure.method == Method.COUNT and found.target.comparator in ("=", ">=", ">"):
                assert rate.rate == 1
                assert rate.met is (not (found.target.comparator == ">" and rate.aim >= 1))


@pytest.mark.usefixtures("register")
def test_the_sample_plans_targets_can_all_be_measured(cast: Cast) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    targets = [
        target_of(plan, given)
        for name in ("01-lua-dao-truc-tuyen-vinh-an", "09-ke-hoach-xa", "13-bao-ve-tre-em-tren-mang")
        for given in json.loads((ROOT / "samples/plans" / f"{name}.expected.json").read_text())["targets"]
    ]
    measured = [target for target in targets if setups_suggested(target)]
    assert len(measured) >= 12
    check(cast, measured)
    for target in set(targets) - set(measured):  # a change against last year is no rate of anything
        assert "giảm" in target.text.lower()


@pytest.mark.usefixtures("register")
def test_the_fourteen_targets_of_the_programme_can_all_be_measured(cast: Cast) -> None:
    if not GOLD.is_dir():
        pytest.skip("the programme's reference extractions are not beside this checkout")
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    targets = [
        target_of(plan, given)
        for path in sorted(GOLD.glob("*.json"))
        for given in json.loads(path.read_text()).get("targets", [])
    ]
    assert len(targets) == 14
    check(cast, targets)


def suggested(cast: Cast, words: str, text: str = "", unit: str = "%") -> list[Setup]:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    return setups_suggested(ledger.target(plan, text=text or f"100% {words}", population=words, unit=unit))


def test_mixed_words_become_one_measure_a_unit(cast: Cast) -> None:
    found = suggested(cast, "khu dân cư, tổ dân phố, hộ gia đình, các cơ quan, doanh nghiệp, cơ sở giáo dục")
    assert [(setup.unit, setup.basis) for setup in found] == [
        (Unit.GROUP, Population.Basis.AREAS),
        (Unit.HOUSEHOLD, Population.Basis.COUNT),
        (Unit.AGENCY, Population.Basis.AGENCIES),
        (Unit.FIRM, Population.Basis.AGENCIES),
        (Unit.SCHOOL, Population.Basis.AGENCIES),
    ]


@pytest.mark.parametrize(
    ("words", "unit", "method"),
    [
        ("tổ dân phố, thôn", Unit.GROUP, Method.COUNT),
        ("Ủy ban nhân dân xã, phường", Unit.AGENCY, Method.COUNT),
        ("xã, phường, đặc khu", Unit.COMMUNE, Method.COUNT),
        ("người đứng đầu các cơ quan, tổ chức", Unit.PERSON, Method.COUNT),
        ("người dân từ 15 tuổi", Unit.PERSON, Method.SURVEY),
        ("điểm giao dịch ngân hàng", Unit.BRANCH, Method.COUNT),
        ("hồ sơ thủ tục hành chính", Unit.THING, Method.COUNT),
        ("học sinh, sinh viên", Unit.PERSON, Method.COUNT),
    ],
)
def test_words_name_their_unit(cast: Cast, words: str, unit: Unit, method: Method) -> None:
    (setup,) = suggested(cast, words)
    assert (setup.unit, setup.method) == (unit, method)


def test_plans_to_be_written_are_counted_from_own_plans(cast: Cast) -> None:
    (setup,) = suggested(cast, "các sở, ngành, địa phương", "100% các sở, ngành, địa phương xây dựng kế hoạch")
    assert setup.counting == TargetMeasure.Counting.SUB_PLANS
    assert K.PEOPLES_COMMITTEE_COMMUNE in setup.choice.kinds


def test_a_change_against_last_year_gets_no_rate(cast: Cast) -> None:
    assert suggested(cast, "số vụ lừa đảo", "Giảm ít nhất 30% số vụ lừa đảo so với năm 2025") == []
    (tally,) = suggested(cast, "cán bộ", "Tổ chức 01 chiến dịch", unit="chiến dịch")
    assert tally.method == Method.TALLY
