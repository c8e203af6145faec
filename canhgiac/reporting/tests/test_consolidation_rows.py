"""From a figure to what proves it; tables that agencies filled in; a page of few queries; two starts at once."""

from __future__ import annotations

import datetime as dt
import io
import threading
from decimal import Decimal
from http.client import HTTPConnection

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.live_server_helper import LiveServer

from canhgiac.activities.models import Activity, Evidence
from canhgiac.agencies.models import Agency
from canhgiac.engines.officialdoc.writing import Paragraph as Words
from canhgiac.engines.officialdoc.writing import Table
from canhgiac.kit import clock
from canhgiac.reporting.models import Consolidation, FigureSource, FormField, Submission
from canhgiac.reporting.selectors.annexes import annexes_of
from canhgiac.reporting.selectors.proofs import Proof, activity_proofs, proofs_of
from canhgiac.reporting.selectors.recordtables import LONGEST
from canhgiac.reporting.selectors.tables import filled_count, filled_rows, sheet_titles, tables_of
from canhgiac.reporting.selectors.traces import book_of, printed, trace_rows
from canhgiac.reporting.services.consolidations import consolidate, consolidation_start
from tests.factories import activities, agencies, reporting
from tests.factories.agencies import Cast

from .test_consolidations import made

pytestmark = pytest.mark.django_db


def proved(cast: Cast, unit: Agency, report: Submission, *quantities: int) -> list[Activity]:
    """Activities behind the report's leaflets, the first with two photos and a file."""
    found = []
    for number, quantity in enumerate(quantities):
        activity = activities.activity(by=cast.coordinator, agency=unit, area=cast.commune_area, kind="leaflet")
        FigureSource.objects.create(
            submission=report, code="to_roi_ban", origin="activities.activity", origin_id=activity.pk,
            label=f"Phát tờ rơi đợt {number}", on=clock.today(), quantity=quantity,
        )  # fmt: skip
        found.append(activity)
    for number, kind in enumerate(("photo", "photo", "file")):
        Evidence.objects.create(
            activity=found[0], kind=kind, sha256=f"{number:064}", source_sha256=f"{number:064}", file_name="a", size=1,
            content_type="image/jpeg",
        )  # fmt: skip
    return found


def filed(cast: Cast, values: tuple[int | None, ...], name: str = "Thử") -> Consolidation:
    """An edition of as many reports; the leaflets of the first come from two activities."""
    units = [agencies.agency(name=f"UBND xã {name} {n}", parent=cast.province) for n in range(len(values))]
    of = reporting.report_round(by=cast.coordinator, agencies=units)
    for number, (unit, value) in enumerate(zip(units, values, strict=True)):
        rows = [[f"Hội thi {number}", 40 + number], ["", None]]
        answers = {"to_roi_ban": value, "hoat_dong": rows}
        report = reporting.submission(reporting.duty_of(of, unit), by=cast.officer, answers=answers)
        if number == 0:
            proved(cast, unit, report, 700, 300)
    return made(cast.coordinator, of)


def test_an_agencys_figure_says_how_many_activities_photos_and_files_prove_it(client: Client, cast: Cast) -> None:
    row = filed(cast, (1000, 20))
    lines = {line.agency.name: line for line in printed(trace_rows(row, "to_roi_ban"), "to_roi_ban")}
    assert lines["UBND xã Thử 0"].proof == Proof(activities=2, photos=2, files=1)
    assert lines["UBND xã Thử 0"].proof.words == "2 hoạt động, 2 ảnh, 1 tệp"
    assert lines["UBND xã Thử 1"].proof is None
    client.force_login(cast.coordinator)
    for query in ("", "?khung=1"):
        page = client.get(reverse("consolidated_figure", args=[row.pk, "to_roi_ban"]) + query).content.decode()
        assert "2 hoạt động, 2 ảnh, 1 tệp</a>" in page
    line = lines["UBND xã Thử 0"]
    address = reverse("figure_sources", args=[line.submission.duty_id, line.field]) + "?lan=1"
    assert f'href="{address}"' in page
    listed = client.get(address + "&sort=quantity").content.decode()
    first = FigureSource.objects.order_by("quantity")[0]
    assert listed.index("Phát tờ rơi đợt 1") < listed.index("Phát tờ rơi đợt 0")
    assert reverse("activity_detail", args=[first.origin_id]) in listed
    assert "hoạt động, 2 ảnh, 1 tệp" in listed
    data = client.get(reverse("consolidated_figure_export", args=[row.pk, "to_roi_ban"])).getvalue()
    rows = list(load_workbook(io.BytesIO(data))["to_roi_ban"].iter_rows(min_row=2, values_only=True))
    assert [one[5:] for one in rows] == [(2, 2, 1), (None, None, None)]


def test_rows_are_sorted_by_each_column_with_the_unknown_last(cast: Cast) -> None:
    row = filed(cast, (5, 70, None, 6))
    orders = {
        sort: [one.agency.name[-1] for one in trace_rows(row, "to_roi_ban", sort=sort)]
        for sort in ("", "value", "-value", "agency", "-agency", "-sources", "nothing")
    }
    assert orders[""] == orders["-value"] == orders["nothing"] == ["1", "3", "0", "2"]
    assert orders["value"] == ["0", "3", "1", "2"]
    assert orders["agency"] == ["0", "1", "2", "3"]
    assert orders["-agency"] == ["3", "2", "1", "0"]
    assert orders["-sources"][0] == "0"


def test_rows_with_their_proof_take_as_many_queries_for_many_as_for_few(cast: Cast) -> None:
    few, many = filed(cast, (1, 2)), filed(cast, tuple(range(30)), "Đông")
    counts = []
    for row in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert printed(trace_rows(row, "to_roi_ban"), "to_roi_ban")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
    assert proofs_of("to_roi_ban", []) == {}
    assert activity_proofs([]) == {}


def test_the_page_takes_as_many_queries_for_many_reports_as_for_few(client: Client, cast: Cast) -> None:
    few, many = filed(cast, (1, 2)), filed(cast, tuple(range(1, 41)), "Đông")
    client.force_login(cast.coordinator)
    client.get(reverse("consolidation_detail", args=[few.pk]))
    counts = []
    for row in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("consolidation_detail", args=[row.pk])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40


def test_filled_in_tables_stand_in_the_workbook_whole_with_the_agency(client: Client, cast: Cast) -> None:
    row = filed(cast, (1, 2, 3))
    (table,) = tables_of(row)
    assert filled_count(row, table) == 3  # a row without a word is none
    assert list(filled_rows(row, table, most=1)) == [["UBND xã Thử 0", "Hội thi 0", 40]]
    client.force_login(cast.coordinator)
    data = client.get(reverse("consolidation_file", args=[row.pk, "xlsx"])).getvalue()
    sheet = load_workbook(io.BytesIO(data))["Hoạt động nổi bật"]
    assert list(sheet.iter_rows(values_only=True)) == [
        ("Đơn vị", "Tên hoạt động", "Số người"),
        *((f"UBND xã Thử {number}", f"Hội thi {number}", 40 + number) for number in range(3)),
    ]
    annex = next(one for one in annexes_of(row, book_of(row)) if one.title == "Hoạt động nổi bật")
    assert not any(isinstance(block, Words) for block in annex.body)


def test_a_long_table_is_cut_on_paper_and_says_so(cast: Cast) -> None:
    units = [agencies.agency(name="UBND xã Dài", parent=cast.province)]
    of = reporting.report_round(by=cast.coordinator, agencies=units)
    rows = [[f"Buổi {n}", n] for n in range(LONGEST * 3)]
    reporting.submission(reporting.duty_of(of, units[0]), by=cast.officer, answers={"hoat_dong": rows})
    row = made(cast.coordinator, of)
    annex = next(one for one in annexes_of(row, book_of(row)) if one.title == "Hoạt động nổi bật")
    table = next(block for block in annex.body if isinstance(block, Table))
    assert len(table.rows) == LONGEST
    said = next(block for block in annex.body if isinstance(block, Words))
    assert said.text == (
        "Phụ lục này in 150/450 dòng; bảng đủ nằm trong tờ “Hoạt động nổi bật” của phụ lục XLSX kèm theo."
    )


def test_two_tables_of_one_name_have_two_sheets() -> None:
    tables = [FormField(label="Danh sách: [A/B]", code="a"), FormField(label="danh sách  A B", code="b")]
    assert sheet_titles(tables) == ["Danh sách A B", "danh sách A B 2"]


def test_the_moment_of_the_figures_is_that_of_the_snapshot(cast: Cast) -> None:
    before = clock.now()
    row = filed(cast, (1000,))
    assert row.data_at is not None
    assert before - dt.timedelta(seconds=30) <= row.data_at <= clock.now()
    late = reporting.report_round(by=cast.coordinator, agencies=[])
    nobody = made(cast.coordinator, late)
    assert nobody.data_at is not None
    assert nobody.summary["counts"]["owed"] == 0
    assert book_of(row).figures["to_roi_ban"].value == Decimal(1000)


@pytest.mark.django_db(transaction=True)
def test_two_starts_over_the_network_at_once_make_one_edition(live_server: LiveServer, cast: Cast) -> None:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    client = Client()
    client.force_login(cast.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    gate = threading.Barrier(4)
    places: list[str] = []

    def press() -> None:
        gate.wait()
        places.append(posted(live_server.url, reverse("consolidation_start", args=[of.pk]), cookie))

    presses = [threading.Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join(60)
    row = Consolidation.objects.get(round=of)
    assert places == [reverse("consolidation_detail", args=[row.pk])] * 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args = %s", [f'{{"consolidation_id": {row.pk}}}'])
        assert cursor.fetchone() == (1,)
    assert consolidate(consolidation_id=row.pk).state == Consolidation.State.DRAFT
    assert consolidation_start(by=cast.coordinator, round_id=of.pk, after=0) == row


def posted(base: str, path: str, cookie: str) -> str:
    """Posts a form as a browser does, in a connection of its own; returns where the answer leads."""
    token = "a" * 32
    link = HTTPConnection(base.removeprefix("http://"), timeout=30)
    heads = {
        "Cookie": f"{cookie}; csrftoken={token}", "Referer": base, "Origin": base,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    link.request("POST", path, f"csrfmiddlewaretoken={token}&sau=0", heads)
    answer = link.getresponse()
    place = answer.headers.get("Location", f"{answer.status}")
    link.close()
    return place
