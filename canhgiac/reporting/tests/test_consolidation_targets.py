"""Measured targets in the report: reached, whole, unknown, empty, share, aim, source; and the charts behind it."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from canhgiac.agencies.models import Role
from canhgiac.engines.officialdoc.checking import check
from canhgiac.engines.officialdoc.reading import read
from canhgiac.engines.officialdoc.writing import Chart, Table, to_docx
from canhgiac.plans.models import Plan, PopulationPart, TallyItem, Target, TargetMeasure
from canhgiac.plans.services.ledger import CountedRow, counted_put
from canhgiac.reporting.models import Consolidation
from canhgiac.reporting.selectors.consolidations import page_of
from canhgiac.reporting.selectors.plots import period_names, result_charts, trend
from canhgiac.reporting.selectors.traces import book_of
from canhgiac.reporting.selectors.writing import document_of
from tests.factories import agencies, reporting
from tests.factories import ledger as ledgers
from tests.factories.agencies import Cast
from tests.factories.plans import plan as plan_made

from .test_consolidations import made

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 8, 1)


def measured(cast: Cast, plan: Plan) -> dict[str, TargetMeasure]:
    """Three targets: of ten groups six are reached, one is not, one answered nothing, two are unknown; of two areas
    the size of one is unknown; and one campaign is done."""
    areas = [agencies.area(name=f"Tổ {n:02}", parent=cast.commune_area) for n in range(10)]
    by = cast.coordinator
    groups = ledgers.measure(
        ledgers.target(plan), ledgers.population(by, areas=areas), by=by, phrase="đã được phát tờ rơi"
    )
    parts = list(PopulationPart.objects.filter(population=groups.population_id).order_by("label"))
    rows = [CountedRow(part=part.pk, value=1, on=DAY, source="Báo cáo 12") for part in parts[:6]]
    rows += [CountedRow(part=parts[6].pk, value=0, on=DAY, source="Báo cáo 12")]
    rows += [CountedRow(part=parts[7].pk, empty=True, on=DAY, source="Báo cáo 12")]
    counted_put(measure=groups, rows=rows, origin="", by=by)
    unsized = ledgers.measure(
        ledgers.target(plan, text="80% hộ gia đình nhận cẩm nang", value="80"),
        ledgers.population(by, areas=areas[:2], sizes=[500, None]),
        by=by,
    )
    first = PopulationPart.objects.get(population=unsized.population_id, size=500)
    counted_put(measure=unsized, rows=[CountedRow(part=first.pk, value=420, on=DAY, source="Sở")], origin="", by=by)
    tally = ledgers.measure(
        ledgers.target(plan, text="01 chiến dịch", value="1", unit="chiến dịch", comparator=Target.Comparator.AT_LEAST),
        None,
        by=by,
        method=TargetMeasure.Method.TALLY,
    )
    TallyItem.objects.create(measure=tally, label="Chiến dịch tháng 8", on=DAY, source="Kế hoạch 5", by=by)
    return {"groups": groups, "unsized": unsized, "tally": tally}


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """The plan whose targets are measured."""
    return plan_made(by=cast.coordinator, agency=cast.province)


@pytest.fixture
def measures(cast: Cast, plan: Plan) -> dict[str, TargetMeasure]:
    """Its targets."""
    return measured(cast, plan)


@pytest.fixture
def row(cast: Cast, plan: Plan, measures: dict[str, TargetMeasure]) -> Consolidation:
    """An edition over communes that filed."""
    communes = [agencies.area(name=f"Xã {n:02}", parent=cast.province_area) for n in range(12)]
    units = [agencies.agency(name=f"UBND {one.name}", parent=cast.province, area=one) for one in communes]
    of = reporting.report_round(by=cast.coordinator, agencies=units, plan=plan)
    for number, unit in enumerate(units):
        duty = reporting.duty_of(of, unit)
        reporting.submission(duty, by=cast.officer, answers={"to_roi_ban": 100 + number})
    return made(cast.coordinator, of)


def test_each_target_stands_with_what_is_unknown_and_never_above_the_whole(
    cast: Cast, row: Consolidation, measures: dict[str, TargetMeasure]
) -> None:
    lines = {line.url: line for line in page_of(cast.coordinator, row).targets}
    groups = lines[reverse("measure_detail", args=[measures["groups"].pk])]
    assert (groups.reached.text, groups.total, groups.unknown, groups.empty) == ("6", "10", "2", "1")
    assert (groups.share, groups.aim, groups.verdict) == (
        "60,0\N{NO-BREAK SPACE}%",
        "100\N{NO-BREAK SPACE}%",
        "Chưa đạt",
    )
    assert "Sở Nội vụ" in groups.source
    unsized = lines[reverse("measure_detail", args=[measures["unsized"].pk])]
    assert (unsized.reached.text, unsized.total, unsized.share, unsized.verdict) == (
        "420",
        "chưa rõ",
        "chưa rõ",
        "Chưa rõ",
    )
    tally = lines[reverse("measure_detail", args=[measures["tally"].pk])]
    assert (tally.reached.text, tally.total, tally.unknown, tally.share, tally.verdict) == ("1", "–", "–", "–", "Đạt")
    rates = [Decimal(held["rate"]) for held in row.targets if held["rate"] is not None]
    assert rates == [Decimal("0.600")]
    assert all(0 <= rate <= 1 for rate in rates)


def test_the_sentence_counts_the_targets_met_and_those_unknown(cast: Cast, row: Consolidation) -> None:
    sections = {one.section: one for one in page_of(cast.coordinator, row).sections}
    said = " ".join("".join(part.text for part in one.parts) for one in sections["targets"].paragraphs)
    assert said == "Trong 3 chỉ tiêu đo được, 1 chỉ tiêu đã đạt. Còn 1 chỉ tiêu chưa đủ căn cứ để kết luận."


def test_each_figure_of_a_target_opens_its_list(
    client: Client, cast: Cast, row: Consolidation, measures: dict[str, TargetMeasure]
) -> None:
    client.force_login(cast.coordinator)
    page = client.get(reverse("consolidation_detail", args=[row.pk])).content.decode()
    address = reverse("measure_detail", args=[measures["groups"].pk])
    for group, label in (("da-dat", "Tổ 00"), ("chua-ro", "Tổ 08"), ("trong", "Tổ 07")):
        assert f'href="{address}?nhom={group}"' in page
        assert label in client.get(address, {"nhom": group}).content.decode()
    assert client.get(reverse("consolidated_figure", args=[row.pk, "_ct_dat"])).status_code == 200


def test_the_document_has_the_table_the_chart_and_the_source_and_keeps_the_layout(row: Consolidation) -> None:
    document = document_of(row)
    table = next(one for one in document.body if isinstance(one, Table))
    assert table.headings[:6] == ("TT", "Chỉ tiêu", "Kết quả", "Mẫu số", "Chưa rõ", "Gửi trống")
    assert sum(table.widths) <= 165
    chart = next(one for one in document.body if isinstance(one, Chart) and one.kind == "grouped")
    assert chart.series[0].values == (Decimal("60.0"),)
    data = to_docx(document)
    assert [one.rule.title for one in check(data).broken] == []
    text = read(data, "bao-cao.docx").text
    for words in ("100% tổ dân phố, thôn được phát tờ rơi", "chưa rõ", "Sở Nội vụ, 01/07/2026"):
        assert words in text


def test_the_workbook_holds_the_targets_with_aim_and_verdict(client: Client, cast: Cast, row: Consolidation) -> None:
    client.force_login(cast.auditor)
    data = client.get(reverse("consolidation_file", args=[row.pk, "xlsx"])).getvalue()
    lines = list(load_workbook(io.BytesIO(data))["Chỉ tiêu"].iter_rows(min_row=2, values_only=True))
    assert lines[0][1:6] == (6, 10, 2, 1, 60)
    assert lines[1][2] is None
    assert lines[1][5] is None
    assert [line[7] for line in lines] == ["Chưa đạt", "Chưa rõ", "Đạt"]


def test_the_page_draws_what_the_table_behind_says(client: Client, cast: Cast, row: Consolidation) -> None:
    charts = {chart.name: chart for chart in page_of(cast.coordinator, row).charts}
    assert charts["chi-tieu"].labels == ("CT 1",)
    places = charts["dia-ban"]
    assert places.title == "Số tờ rơi đã phát: 10 địa bàn có số lớn nhất trong 12"
    assert places.labels[0] == "Xã 11"
    assert places.series[0].values == tuple(Decimal(number) for number in range(111, 101, -1))
    client.force_login(cast.coordinator)
    page = client.get(reverse("consolidation_detail", args=[row.pk])).content.decode()
    assert 'id="bieu-do-chi-tieu"' in page
    assert 'id="bieu-do-dia-ban"' in page


def test_two_periods_that_end_in_one_month_have_two_names(cast: Cast) -> None:
    ends = (dt.date(2026, 6, 1), dt.date(2026, 6, 30))
    assert period_names(ends) == ["01/06/2026", "30/06/2026"]
    assert period_names([dt.date(2025, 12, 10), ends[0]]) == ["12/2025", "06/2026"]
    assert period_names([ends[0], ends[0], ends[1]]) == ["01/06/2026 (1)", "01/06/2026 (2)", "30/06/2026"]
    version = reporting.form(by=cast.coordinator)
    previous = None
    for number, end in enumerate((*ends, ends[1]), start=1):
        previous = reporting.report_round(
            by=cast.coordinator, agencies=[cast.department], form_version=version, previous=previous,
            data_from=dt.date(2026, 1, 1), data_until=end,
        )  # fmt: skip
        duty = reporting.duty_of(previous, cast.department)
        reporting.submission(duty, by=cast.officer, answers={"to_roi_ban": number * 10})
        if number != 2:
            row = made(cast.coordinator, previous)
    book = book_of(row)
    assert trend(row, book.figures["to_roi_ban"]) == [
        ("01/06/2026", Decimal(10)), ("30/06/2026 (1)", Decimal(20)), ("30/06/2026 (2)", Decimal(30)),
    ]  # fmt: skip
    assert [chart.kind for chart in result_charts(book)] == ["line"]


def test_who_only_signs_is_led_to_no_page_that_does_not_open(
    client: Client, cast: Cast, row: Consolidation, measures: dict[str, TargetMeasure]
) -> None:
    chief = agencies.member(agency=cast.province)
    agencies.role(chief, Role.Kind.APPROVER, cast.province)
    for member, opens in ((cast.coordinator, True), (chief, False)):
        client.force_login(member)
        html = client.get(reverse("consolidation_detail", args=[row.pk])).content.decode()
        assert (f'href="{reverse("round_detail", args=[row.round_id])}"' in html) is opens
        assert (row.targets[0]["url"] in html) is opens
        for address in sorted(set(re.findall(r'href="(/[^"#]*)"', html))):
            if not address.startswith("/static/"):
                assert client.get(unescape(address)).status_code in (200, 302), (member, address)
    listed = client.get(reverse("consolidation_list", args=[row.round_id]))
    assert listed.status_code == 200
    assert f'href="{reverse("round_detail", args=[row.round_id])}"' not in listed.content.decode()
    client.force_login(cast.outsider)
    assert client.get(reverse("consolidation_list", args=[row.round_id])).status_code == 404
