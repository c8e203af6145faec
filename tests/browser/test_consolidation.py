"""The official report in a real browser: made, a figure opened to its rows, a paragraph edited, taken out as files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from canhgiac.agencies.models import Agency, Area
from canhgiac.plans.models import Plan
from canhgiac.reporting.models import Consolidation, FormField, Paragraph, ReportRound
from canhgiac.reporting.selectors.starter import starter_fields
from canhgiac.reporting.services.consolidations import consolidate
from tests.browser.checks import SCREENSHOTS, Visit
from tests.factories import agencies, reporting
from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = (
    "Địa bàn rộng, sóng yếu, tin nhắn đến chậm. Một số người cao tuổi không dùng điện thoại thông minh.",
    "Địa bàn rộng và sóng yếu, tin nhắn đến chậm.",
    "Cán bộ đầu mối kiêm nhiệm nhiều việc, chưa được tập huấn.",
    "Không có.",
    "Người dân ngại tố giác vì sợ lộ thông tin.",
)


def province(cast: Cast, plan: Plan | None = None) -> ReportRound:
    """Two half-years of eight communes: one late, one empty, two silent in the second."""
    form = reporting.form(by=cast.coordinator, codes=())
    form.fields.all().delete()
    for number, data in enumerate(starter_fields(), start=1):
        facts = {name: getattr(data, name) for name in ("label", "unit", "section", "group", "source")}
        reporting.field(form, data.code, kind=FormField.Kind(data.kind), position=number, **facts)
    codes = [one.code for one in form.fields.filter(kind="figure")]
    units = []
    for name in ("Đông Lâm", "Hòa Khê", "Kim Giang", "Sơn Thủy", "Bình An", "Phú Lộc", "An Sơn", "Tân Hà"):
        area = agencies.area(name=f"Xã {name}", level=Area.Level.COMMUNE, parent=cast.province_area)
        units.append(
            agencies.agency(
                name=f"UBND xã {name}", kind=Agency.Kind.PEOPLES_COMMITTEE_COMMUNE, parent=cast.province, area=area
            )
        )
    texts = [one.code for one in form.fields.filter(kind="text")]
    previous = None
    for part, title in enumerate(("Báo cáo 6 tháng cuối năm 2025", "Báo cáo 6 tháng đầu năm 2026")):
        of = reporting.report_round(
            by=cast.coordinator, agencies=units, form_version=form, previous=previous, plan=plan, title=title
        )
        for n, unit in enumerate(units[: 8 - part * 2]):
            if part and n == 4:
                reporting.submission(reporting.duty_of(of, unit), by=cast.officer, is_empty=True)
                continue
            answers: dict[str, object] = {code: (n + 1) * (k + 2) * (10 + part) for k, code in enumerate(codes)}
            answers |= dict.fromkeys(codes[3:5], None)
            answers |= {code: WORDS[(n + k) % 5] for k, code in enumerate(texts)}
            reporting.submission(reporting.duty_of(of, unit), by=cast.officer, answers=answers, on_time=n != 3)
        previous = of
    assert previous is not None
    return previous


def test_the_report_is_made_read_edited_and_exported(visit: Visit, cast: Cast, tmp_path: Path) -> None:
    of = province(cast)
    visit.log_in_as(cast.coordinator)
    page = visit.page
    page.goto(f"/bao-cao/ky/{of.pk}/tong-hop/")
    page.get_by_role("button", name="Lập báo cáo tổng hợp").click()
    page.get_by_text("Đang chờ tổng hợp").wait_for()
    row = Consolidation.objects.get(round=of)
    visit.shot("report-progress", width=1280)
    consolidate(consolidation_id=row.pk)
    page.locator(".cg-sheet").wait_for()  # the page looks for itself each second

    page.wait_for_load_state()
    figure = page.locator("a[data-fig][href$='/so/to_roi/']").first
    figure.focus()
    page.keyboard.press("Enter")
    pop = page.locator(".cg-pop")
    pop.locator("tbody tr").first.wait_for()
    assert pop.locator("tbody tr").count() == 5
    page.locator(".cg-checks >> text=Số").first.wait_for()
    visit.shot("report-open", width=1280)
    visit.axe()
    page.keyboard.press("Escape")
    assert pop.count() == 0

    told = Paragraph.objects.filter(consolidation=row, section="difficulties", left_out=False).earliest("position")
    page.goto(f"/bao-cao/tong-hop/{row.pk}/?sua={told.pk}")
    page.fill("textarea[name=text]", "Còn 12 thôn chưa có điện; đã phát {so:to_roi} tờ rơi.")
    page.get_by_role("button", name="Lưu đoạn").click()
    page.locator("mark.cg-hand", has_text="12").wait_for()
    page.wait_for_load_state()
    assert page.get_by_text("1 số gõ tay").count() == 1

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Xuất DOCX").click()
    docx = tmp_path / "bao-cao.docx"
    waiting.value.save_as(docx)
    assert waiting.value.suggested_filename.startswith("Báo cáo 6 tháng đầu năm 2026")
    pictures(docx, tmp_path)
    visit.is_sound(f"/bao-cao/tong-hop/{row.pk}/", "report")


def test_the_report_is_read_without_scripts(browser: object, live_server: object, cast: Cast) -> None:
    of = province(cast)
    row = Consolidation.objects.create(round=of, area_as_of=of.area_as_of, made_by=cast.coordinator)
    consolidate(consolidation_id=row.pk)
    plain = Visit(browser, live_server.url, script=False)  # type: ignore[arg-type,attr-defined]
    plain.log_in_as(cast.coordinator)
    plain.page.goto(f"/bao-cao/tong-hop/{row.pk}/")
    with plain.page.expect_navigation():
        plain.page.locator("a[data-fig][href$='/so/to_roi/']").first.click()
    assert plain.page.locator("main tbody tr").count() >= 5
    plain.close()


def pictures(docx: Path, folder: Path) -> None:
    """The DOCX as LibreOffice lays it out, kept beside the screenshots; nothing where LibreOffice is not installed."""
    office, painter = shutil.which("soffice"), shutil.which("pdftoppm")
    if office is None or painter is None:
        return
    profile = f"-env:UserInstallation=file://{folder}/office"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(docx)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    pdf = docx.with_suffix(".pdf")
    assert pdf.stat().st_size > 10_000
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    subprocess.run([painter, "-r", "60", "-png", str(pdf), str(SCREENSHOTS / "report-docx")], check=True, timeout=60)
