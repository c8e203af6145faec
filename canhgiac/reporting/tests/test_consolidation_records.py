"""Difficulties and proposals, commendations and money in the consolidated report: told once, masked, open to rows."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from canhgiac.activities.models import BudgetLine, Commendation, Remark
from canhgiac.agencies.models import Agency, AuditEntry, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.officialdoc.checking import check
from canhgiac.engines.officialdoc.reading import read
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.kit import clock
from canhgiac.plans.models import Plan
from canhgiac.reporting.models import ConsolidatedRecord, Consolidation, FigureSource, ReportRound, SignOff
from canhgiac.reporting.selectors.consolidations import page_of
from canhgiac.reporting.selectors.paragraphs import Said, not_filed
from canhgiac.reporting.selectors.prefill import REMARK
from canhgiac.reporting.selectors.records import MONEY, is_record, record_rows, tally_of
from canhgiac.reporting.selectors.traces import book_of
from canhgiac.reporting.selectors.writing import document_of
from canhgiac.reporting.services.paragraphs import names_show
from canhgiac.reporting.services.records import records_keep, remarks_said, without_name
from canhgiac.reporting.services.refusals import Refused, Stale
from canhgiac.reporting.services.signing import sign_off
from tests.factories import agencies, plans, reporting
from tests.factories.agencies import Cast

from .test_consolidations import made

pytestmark = pytest.mark.django_db
NAME = "Ông Trần Mẫu Thử"


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return plans.plan(by=cast.coordinator, agency=cast.province)


@pytest.fixture
def of(cast: Cast, plan: Plan) -> ReportRound:
    return reporting.report_round(by=cast.coordinator, agencies=[cast.commune, cast.department], plan=plan)


def remark(cast: Cast, agency: Agency, text: str, **facts: Any) -> Remark:
    given: dict[str, Any] = {"kind": "difficulty", "on": clock.today(), "by": cast.coordinator} | facts
    return Remark.objects.create(agency=agency, text=text, **given)


def praise(cast: Cast, agency: Agency, nominee: str, **facts: Any) -> Commendation:
    given: dict[str, Any] = {
        "nominee_kind": "person", "achievement": f"{nominee} ngăn được ba vụ chuyển tiền", "form": "Giấy khen",
        "on": clock.today(), "by": cast.coordinator,
    }  # fmt: skip
    return Commendation.objects.create(agency=agency, nominee=nominee, **given | facts)


def line(cast: Cast, plan: Plan, planned: int, spent: int | None = None, **facts: Any) -> BudgetLine:
    given: dict[str, Any] = {"agency": cast.commune, "source": "state", "content": "In tờ rơi", "by": cast.coordinator}
    given |= {"year": clock.today().year, "planned": planned, "allocated": planned, "spent": spent} | facts
    return BudgetLine.objects.create(plan=plan, **given)


def texts(member: Member, row: Consolidation) -> dict[str, list[str]]:
    """Each section's paragraphs as they are printed."""
    sections = page_of(member, row).sections
    return {one.section: ["".join(part.text for part in block.parts) for block in one.paragraphs] for one in sections}


# Told once ----------------------------------------------------------------------------------------------------------


def test_what_was_said_beside_the_answers_stands_beside_them_by_group_and_never_twice(
    cast: Cast, plan: Plan, of: ReportRound
) -> None:
    task = plans.task(plan)
    task.heading = "II. Tuyên truyền cơ sở:"
    task.save()
    filed = "Địa bàn rộng, sóng yếu và thiếu người. Thiếu loa ở ba thôn."
    reporting.submission(reporting.duty_of(of, cast.commune), by=cast.officer, answers={"kho_khan": filed})
    remark(cast, cast.commune, "Thiếu loa ở ba thôn")
    remark(cast, cast.commune, "Địa bàn rộng, sóng yếu")
    remark(cast, cast.department, "Thiếu loa ở ba thôn.")
    remark(cast, cast.department, "Chưa có tài liệu tiếng dân tộc", task=task, plan=plan, kind="obstacle")
    remark(cast, cast.department, "Cấp thêm tờ rơi", kind="proposal", state="answered")
    row = made(cast.coordinator, of)
    said = texts(cast.coordinator, row)
    assert said["difficulties"] == [
        "Trong kỳ, các đơn vị đã ghi 4 khó khăn, vướng mắc; 4 chưa được trả lời.",
        "Thiếu loa ở ba thôn (2 đơn vị nêu).",
        f"Địa bàn rộng, sóng yếu và thiếu người ({cast.commune.name}).",
        f"Chưa có tài liệu tiếng dân tộc ({cast.department.name}).",
    ]
    assert said["proposals"] == [
        "Trong kỳ, các đơn vị đã ghi 1 kiến nghị, đề xuất.",
        f"Cấp thêm tờ rơi ({cast.department.name}).",
    ]
    grouped = row.paragraphs.get(text__startswith="Chưa có tài liệu")
    assert grouped.heading == "Tuyên truyền cơ sở"
    joined = row.paragraphs.get(text__startswith="Thiếu loa")
    assert [(one["name"], bool(one.get("remark"))) for one in joined.sources] == [
        (cast.commune.name, False), (cast.department.name, True),
    ]  # fmt: skip


def test_a_remark_that_an_answer_was_prefilled_from_is_left_to_the_answer(cast: Cast, of: ReportRound) -> None:
    one = remark(cast, cast.commune, "Nguyên văn ban đầu rất khác câu đã sửa")
    other = remark(cast, cast.commune, "Chưa có trong báo cáo")
    report = reporting.submission(
        reporting.duty_of(of, cast.commune), by=cast.officer, answers={"kho_khan": "Câu đơn vị đã viết lại"}
    )
    FigureSource.objects.create(
        submission=report, code="kho_khan", origin=REMARK, origin_id=one.pk, label="x", on=clock.today(), quantity=1
    )
    row = made(cast.coordinator, of)
    words = " ".join(texts(cast.coordinator, row)["difficulties"])
    assert "Nguyên văn ban đầu" not in words
    assert "Câu đơn vị đã viết lại" in words
    assert "Chưa có trong báo cáo" in words
    told = remarks_said(row=row, answered={(report.pk, "kho_khan")})["difficulties"]
    assert [said.remark for said in told] == [other.pk]
    assert len(remarks_said(row=row, answered=set())["difficulties"]) == 2  # the answer was empty


def test_only_a_sentence_that_an_own_answer_begins_with_is_taken_for_said() -> None:
    filed = [Said(1, "Xã A", 1, "kho_khan", "Không thiếu cán bộ. Thiếu loa phát thanh ở thôn")]
    beside = [
        Said(1, "Xã A", None, "", "Thiếu cán bộ", remark=1),
        Said(1, "Xã A", None, "", "Thiếu loa", remark=2),
        Said(1, "Xã A", None, "", "Thiếu lo", remark=3),
        Said(2, "Xã B", None, "", "Thiếu loa", remark=4),
    ]
    assert [one.remark for one in not_filed(beside, filed)] == [1, 3, 4]


def test_the_window_the_plan_and_the_reach_of_the_rounds_agency_bound_what_is_drawn_on(
    cast: Cast, plan: Plan, of: ReportRound
) -> None:
    other = plans.plan(by=cast.coordinator, agency=cast.province)
    remark(cast, cast.commune, "Trong kỳ")
    remark(cast, cast.commune, "Trước kỳ", on=of.data_from - dt.timedelta(days=1))
    remark(cast, cast.commune, "Kế hoạch khác", plan=other)
    line(cast, other, 5)
    praise(cast, cast.commune, "Tổ 3", nominee_kind="collective", state="declined")
    row = made(cast.coordinator, of)
    assert [one.text for one in row.records.all()] == ["Trong kỳ"]
    lower = reporting.report_round(by=cast.coordinator, agency=cast.department, agencies=[cast.commune])
    assert not made(cast.coordinator, lower).records.exists()


def test_an_edition_keeps_its_records_as_they_were(cast: Cast, plan: Plan, of: ReportRound) -> None:
    money = line(cast, plan, 30, 10)
    row = made(cast.coordinator, of)
    remark(cast, cast.commune, "Ghi sau khi tổng hợp")
    BudgetLine.objects.filter(pk=money.pk).update(spent=99)
    live = book_of(row).live
    assert (live["so:_da_chi"].text, live["so:_kho_khan"].text) == ("10", "0")
    second = made(cast.coordinator, of, after=1)
    live = book_of(second).live
    assert (live["so:_da_chi"].text, live["so:_kho_khan"].text) == ("99", "1")
    assert ("10", "99") in {(change.before, change.after) for change in page_of(cast.coordinator, second).changes}


def test_nothing_recorded_is_nothing_told(cast: Cast, of: ReportRound) -> None:
    row = made(cast.coordinator, of)
    assert records_keep(row=row) == 0
    said = texts(cast.coordinator, row)
    assert said["difficulties"] == said["proposals"] == []
    assert [one.title for one in document_of(row).annexes if "Kinh phí" in one.title or "khen" in one.title] == []


# Money --------------------------------------------------------------------------------------------------------------


def test_money_is_told_by_source_and_task_and_each_sum_opens_its_lines(
    client: Client, cast: Cast, plan: Plan, of: ReportRound
) -> None:
    task = plans.task(plan)
    line(cast, plan, 25_000_000, 20_000_000)
    line(cast, plan, 5_000_000, task=task)
    line(cast, plan, 1_000_000, 400_000, source="social", allocated=None)
    row = made(cast.coordinator, of)
    (told,) = [one for one in texts(cast.coordinator, row)["results"] if "kinh phí" in one]
    assert told == (
        "Tổng kinh phí: dự toán 31.000.000 đồng, được giao 30.000.000 đồng, đã chi 20.400.000 đồng. Trong đó, ngân "
        "sách nhà nước: dự toán 30.000.000 đồng, được giao 30.000.000 đồng, đã chi 20.000.000 đồng; xã hội hóa, "
        "tài trợ: dự toán 1.000.000 đồng, đã chi 400.000 đồng. Còn 1/3 khoản chưa có số đã chi, không tính là 0."
    )
    for key, live in book_of(row).live.items():
        code = key.removeprefix("so:")
        if code.split(".")[0] not in MONEY:
            continue
        values = [getattr(one, MONEY[code.split(".")[0]]) for one in record_rows(row, code)]
        known = [value for value in values if value is not None]
        assert live.value == (sum(known) if known else None)
    client.force_login(cast.coordinator)
    page = client.get(reverse("consolidation_detail", args=[row.pk])).content.decode()
    for code in ("_da_chi", f"_da_chi.state.{task.pk}", "_du_toan.state.0", "_duoc_giao.social"):
        address = reverse("consolidated_records", args=[row.pk, code])
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    one = client.get(reverse("consolidated_records", args=[row.pk, "_da_chi.social.0"])).content.decode()
    assert "400.000" in one
    assert "25.000.000" not in one
    data = client.get(reverse("consolidated_records_export", args=[row.pk, "_du_toan"]) + "?sort=-planned").getvalue()
    rows = list(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [one[5] for one in rows] == [25_000_000, 5_000_000, 1_000_000]
    assert rows[1][7] is None


def test_a_code_that_names_nothing_opens_nothing(client: Client, cast: Cast, plan: Plan, of: ReportRound) -> None:
    line(cast, plan, 5)
    row = made(cast.coordinator, of)
    client.force_login(cast.coordinator)
    for code in (
        "_la",
        "_da_chi.la",
        "_da_chi.state.x",
        "_da_chi.own",
        "_kho_khan.state",
        "_da_chi.state.0.0",
        "to_roi_ban",
    ):
        assert client.get(reverse("consolidated_records", args=[row.pk, code])).status_code == 404, code
    assert is_record("_da_chi.state.12")
    assert not is_record("_da_chi.state.²")


# Names --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def praised(cast: Cast, of: ReportRound) -> Consolidation:
    praise(cast, cast.commune, NAME)
    praise(cast, cast.commune, "Tổ dân phố Mây", nominee_kind="collective", achievement="Ký cam kết 100 %")
    return made(cast.coordinator, of)


def paper(row: Consolidation, *, names: bool = True) -> str:
    return read(to_docx(document_of(row, names=names)), "bao-cao.docx").text


def test_a_persons_name_is_not_copied_and_not_printed_unless_decided(cast: Cast, praised: Consolidation) -> None:
    kept = ConsolidatedRecord.objects.filter(consolidation=praised)
    assert "Trần Mẫu Thử" not in str(list(kept.values_list("text", "facts")))
    words = paper(praised)
    assert "Trần Mẫu Thử" not in words
    assert "Một cá nhân" in words
    assert "Cá nhân này ngăn được ba vụ chuyển tiền" in words
    assert "Không in họ tên cá nhân" in words
    assert "Tổ dân phố Mây" in words
    names_show(by=cast.coordinator, consolidation_id=praised.pk, version=praised.version, shown=True)
    praised.refresh_from_db()
    words = paper(praised)
    assert f"{NAME} ngăn được ba vụ chuyển tiền" in words
    assert "Một cá nhân" not in words
    assert NAME not in paper(praised, names=False)
    entry = AuditEntry.objects.get(act="reporting.names_show")
    assert (entry.facts["shown"], entry.facts["people"]) == (True, 1)
    assert "Mẫu Thử" not in str(entry.facts)


def test_without_name_masks_every_writing_of_it() -> None:
    assert without_name("Trần Mẫu Thử và ông Trần mẫu thử", NAME) == "••• và •••"
    assert without_name("Cả xóm", " ") == "Cả xóm"


def test_who_writes_or_signs_reads_the_name_and_the_auditor_never_does(
    client: Client, cast: Cast, praised: Consolidation
) -> None:
    chief = agencies.member(agency=cast.province)
    agencies.role(chief, Role.Kind.APPROVER, cast.province)
    rows = reverse("consolidated_records", args=[praised.pk, "_khen"])
    pages = {
        "page": reverse("consolidation_detail", args=[praised.pk]),
        "rows": rows,
        "pop": f"{rows}?khung=1",
        "docx": reverse("consolidation_file", args=[praised.pk, "docx"]),
        "xlsx": reverse("consolidation_file", args=[praised.pk, "xlsx"]),
        "rows.xlsx": reverse("consolidated_records_export", args=[praised.pk, "_khen"]),
    }

    def seen(member: Member) -> set[str]:
        client.force_login(member)
        found = set()
        for name, address in pages.items():
            data = client.get(address).getvalue()
            text = data.decode() if not data.startswith(b"PK") else unpacked(name, data)
            assert "Tổ dân phố Mây" in text, (member, name)
            if "Trần Mẫu Thử" in text:
                found.add(name)
        return found

    own = {"rows", "pop", "rows.xlsx"}
    assert (seen(cast.auditor), seen(chief), seen(cast.coordinator)) == (set(), set(), own)
    names_show(by=cast.coordinator, consolidation_id=praised.pk, version=praised.version, shown=True)
    assert (seen(cast.auditor), seen(chief), seen(cast.coordinator)) == (set(), set(pages), set(pages))


def unpacked(name: str, data: bytes) -> str:
    if name == "docx":
        return read(data, "a.docx").text
    book = load_workbook(io.BytesIO(data))
    return " ".join(str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)


def test_the_switch_is_the_coordinators_withdraws_sign_offs_and_refuses_what_is_stale(
    client: Client, cast: Cast, praised: Consolidation
) -> None:
    officer = agencies.member(agency=cast.province)
    agencies.role(officer, Role.Kind.OFFICER, cast.province)
    for member in (officer, cast.auditor, cast.commune_officer):
        with pytest.raises(NotAllowed):
            names_show(by=member, consolidation_id=praised.pk, version=praised.version, shown=True)
    sign_off(by=cast.coordinator, consolidation_id=praised.pk, part="drafter", version=praised.version)
    client.force_login(cast.coordinator)
    assert "In họ tên" in client.get(reverse("consolidation_detail", args=[praised.pk])).content.decode()
    address = reverse("names_show", args=[praised.pk])
    client.post(address, {"version": praised.version, "in": "1"})
    assert not SignOff.objects.filter(consolidation=praised, withdrawn_at=None).exists()
    with pytest.raises(Stale):
        names_show(by=cast.coordinator, consolidation_id=praised.pk, version=praised.version, shown=False)
    kept = Consolidation.objects.filter(pk=praised.pk)
    assert kept.get().with_names
    client.post(address, {"version": kept.get().version, "in": "0"})
    assert not kept.get().with_names
    nobody = made(cast.coordinator, reporting.report_round(by=cast.coordinator, agency=cast.department, agencies=[]))
    with pytest.raises(Refused):
        names_show(by=cast.coordinator, consolidation_id=nobody.pk, version=nobody.version, shown=True)


def test_the_signed_file_prints_what_was_decided(client: Client, cast: Cast, praised: Consolidation) -> None:
    chief = agencies.member(agency=cast.province)
    agencies.role(chief, Role.Kind.APPROVER, cast.province)
    names_show(by=cast.coordinator, consolidation_id=praised.pk, version=praised.version, shown=True)
    praised.refresh_from_db()
    for part, member in (("drafter", cast.coordinator), ("coordinator", cast.coordinator), ("signer", chief)):
        sign_off(by=member, consolidation_id=praised.pk, part=part, version=praised.version)
    client.force_login(chief)
    data = client.get(reverse("consolidation_file", args=[praised.pk, "docx"])).getvalue()
    assert NAME in read(data, "a.docx").text
    praised.refresh_from_db()
    with pytest.raises(Refused):
        names_show(by=cast.coordinator, consolidation_id=praised.pk, version=praised.version, shown=False)


# The document and its cost ------------------------------------------------------------------------------------------


def test_the_file_with_all_three_keeps_the_rules_of_layout(cast: Cast, plan: Plan, of: ReportRound) -> None:
    for number in range(4):
        remark(cast, cast.commune, f"Vướng mắc số {number} chưa gỡ", kind="obstacle")
        praise(cast, cast.commune, f"Người {number}")
        line(cast, plan, 10_000_000 + number, task=plans.task(plan))
    row = made(cast.coordinator, of)
    data = to_docx(document_of(row))
    assert [(one.rule.title, one.findings) for one in check(data).broken] == []
    words = read(data, "a.docx").text
    for piece in ("DANH SÁCH ĐỀ XUẤT KHEN THƯỞNG", "KINH PHÍ THEO NGUỒN VÀ NHIỆM VỤ", "40.000.006", "sổ kinh phí"):
        assert piece in words


def test_pages_with_records_take_as_many_queries_for_many_as_for_few(client: Client, cast: Cast, plan: Plan) -> None:
    def filled(count: int) -> Consolidation:
        for number in range(count):
            unit = agencies.agency(name=f"UBND xã Thử {count} {number}", parent=cast.province)
            remark(cast, unit, f"Khó khăn riêng của nơi này là {number * 7} việc")
            praise(cast, unit, f"Người {number}")
            line(cast, plan, number + 1, agency=unit, task=plans.task(plan))
        return made(cast.coordinator, reporting.report_round(by=cast.coordinator, agencies=[], plan=plan))

    few, many = filled(2), filled(20)
    client.force_login(cast.coordinator)
    rows = [("consolidated_records", (code,)) for code in ("_khen", "_kho_khan", "_da_chi")]
    pages: list[tuple[str, tuple[str, ...]]] = [("consolidation_detail", ()), *rows]
    for name, more in pages:
        client.get(reverse(name, args=[few.pk, *more]))
        counts = []
        for row in (few, many):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(name, args=[row.pk, *more])).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 45, (name, more, counts)
    assert tally_of(many).counts["_khen"] == 22
    assert tally_of(many).sums().planned == Decimal(3 + 210)


def test_the_sources_of_a_paragraph_lead_to_the_remark_only_for_who_may_open_it(
    client: Client, cast: Cast, of: ReportRound
) -> None:
    one = remark(cast, cast.commune, "Thiếu loa ở ba thôn")
    row = made(cast.coordinator, of)
    told = row.paragraphs.get(text__startswith="Thiếu loa")
    chief = agencies.member(agency=cast.province)
    agencies.role(chief, Role.Kind.APPROVER, cast.province)
    address = f'href="{reverse("remark_detail", args=[one.pk])}"'
    for member, opens in ((cast.coordinator, True), (cast.auditor, True), (chief, False)):
        client.force_login(member)
        for page in (
            reverse("paragraph_sources", args=[row.pk, told.pk]),
            reverse("consolidated_records", args=[row.pk, "_kho_khan"]),
        ):
            html = client.get(page).content.decode()
            assert (address in html) is opens, (member, page)
            assert "Thiếu loa ở ba thôn" in html
    client.force_login(cast.outsider)
    assert client.get(reverse("consolidated_records", args=[row.pk, "_kho_khan"])).status_code == 404
