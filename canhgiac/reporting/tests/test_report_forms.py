"""Report forms: the starter, from a plan, fields, versions, what changes between them, workbooks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.http import Http404
from openpyxl import Workbook, load_workbook

from canhgiac.activities.models import Kind, Measure
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit.sheets import Sheet, xlsx
from canhgiac.plans.models import Target
from canhgiac.reporting.models import FormField, FormVersion, ReportForm
from canhgiac.reporting.selectors import forms as found
from canhgiac.reporting.selectors.sources import source_choices, source_key, source_of, source_words
from canhgiac.reporting.selectors.starter import FieldData, code_of, starter_fields
from canhgiac.reporting.services import forms
from canhgiac.reporting.services.fieldimport import FaultyFile, columns_read, fields_import
from canhgiac.reporting.services.refusals import Refused, Stale
from tests.factories import plans, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
FIGURE, TEXT, TABLE = FormField.Kind.FIGURE.value, FormField.Kind.TEXT.value, FormField.Kind.TABLE.value


@pytest.fixture
def draft(cast: Cast) -> FormVersion:
    """A draft with two figures."""
    return reporting.form(by=cast.coordinator, codes=["mot", "hai"], published=False)


def fresh(version: FormVersion) -> FormVersion:
    return FormVersion.objects.select_related("form__agency", "form__plan").get(pk=version.pk)


def codes(version: FormVersion) -> list[str]:
    return list(version.fields.values_list("code", flat=True))


# Where forms come from ----------------------------------------------------------------------------------------------


def test_the_starter_can_be_published_as_it_is(cast: Cast) -> None:
    version = forms.form_starter(by=cast.coordinator, agency=cast.province)
    figures = version.fields.filter(kind=FIGURE)
    assert figures.count() == 26
    sections = {part.section for part in found.sections_of(version)}
    assert sections == set(FormField.Section.values)
    assert all(field.source for field in figures)
    forms.version_publish(by=cast.coordinator, version=version, seen=version.version)
    assert fresh(version).state == "published"


def test_every_figure_of_the_starter_names_a_kind_and_a_measure_of_it() -> None:
    for one in starter_fields():
        if one.source.get("from") == "activities":
            assert set(one.source["kinds"]) <= set(Kind.values)
            assert one.source["measure"] in {"count", *Measure.values}
        assert source_words(one.source, one.kind) != source_key(one.source)


def test_a_form_made_of_a_plan_has_its_task_groups_and_targets(cast: Cast) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    for heading in ("II. Tuyên truyền trực tiếp:", "II. Tuyên truyền trực tiếp:", "3. Đào tạo"):
        task = plans.task(plan)
        task.heading = heading
        task.save()
    Target.objects.create(
        plan=plan, code="CT1", position=1, text="100% hộ gia đình được phát tờ rơi", value=100, unit="%"
    )
    version = forms.form_from_plan(by=cast.coordinator, plan=plan, agency=cast.province)
    results = next(part for part in found.sections_of(version) if part.section == "results")
    groups = [name for name, _fields in results.groups]
    assert groups[:3] == ["Tiến độ nhiệm vụ", "Tuyên truyền trực tiếp", "Đào tạo"]
    target = version.fields.get(label="100% hộ gia đình được phát tờ rơi")
    assert (target.section, target.kind, target.unit) == ("targets", FIGURE, "")
    assert version.form.plan == plan
    assert len(set(codes(version))) == version.fields.count()


def test_only_coordinators_make_forms(cast: Cast) -> None:
    for who in ("officer", "auditor", "admin", "outsider"):
        with pytest.raises(NotAllowed):
            forms.form_create(by=cast.everyone[who], agency=cast.province, title="Mẫu")
    with pytest.raises(Refused):
        forms.form_create(by=cast.coordinator, agency=cast.province, title="  ")


def test_a_form_is_copied_renamed_retired(cast: Cast, draft: FormVersion) -> None:
    copy = forms.form_duplicate(by=cast.coordinator, version=draft, title="Bản sao")
    assert codes(copy) == ["mot", "hai"]
    assert copy.form_id != draft.form_id
    forms.form_rename(by=cast.coordinator, form=copy.form, title="Mẫu hai")
    forms.form_retire(by=cast.coordinator, form=copy.form)
    listed = found.forms_list(cast.coordinator, found.FormFilter())
    assert list(listed) == [draft.form]
    everything = found.forms_list(cast.coordinator, found.FormFilter(q="mau hai", retired=True))
    assert [form.title for form in everything] == ["Mẫu hai"]
    forms.form_retire(by=cast.coordinator, form=copy.form, retired=False)
    assert ReportForm.objects.get(pk=copy.form_id).retired_at is None


def test_an_officer_sees_the_form_of_a_round_that_asks_and_no_draft(cast: Cast, draft: FormVersion) -> None:
    used = reporting.form(by=cast.coordinator)
    reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=used)
    assert list(found.forms_for(cast.officer)) == [used.form]
    assert found.version_for(cast.officer, used.pk) == used
    for version in (draft, FormVersion(pk=0)):
        with pytest.raises(Http404):
            found.version_for(cast.officer, version.pk)
    assert found.version_for(cast.coordinator, draft.pk) == draft
    assert not found.forms_for(cast.commune_officer).exists()


# Fields -------------------------------------------------------------------------------------------------------------


def test_fields_are_added_at_the_end_of_their_section(cast: Cast, draft: FormVersion) -> None:
    forms.field_add(
        by=cast.coordinator, version=draft, data=FieldData(label="Ý kiến", kind=TEXT, section="proposals"), seen=1
    )
    added = forms.field_add(by=cast.coordinator, version=draft, data=FieldData(label="Số tờ rơi đã phát"), seen=2)
    assert added.code == "so_to_roi_da_phat"
    assert codes(draft) == ["mot", "hai", "so_to_roi_da_phat", "y_kien"]
    with pytest.raises(Stale):
        forms.field_add(by=cast.coordinator, version=draft, data=FieldData(label="Muộn"), seen=2)


def test_fields_move_within_their_section_and_stop_at_its_edge(cast: Cast, draft: FormVersion) -> None:
    first, second = draft.fields.all()
    forms.field_move(by=cast.coordinator, field=second, down=False, seen=1)
    assert codes(draft) == ["hai", "mot"]
    forms.field_move(by=cast.coordinator, field=first, down=True, seen=2)
    assert codes(draft) == ["hai", "mot"]


def test_a_removed_field_leaves_totals(cast: Cast, draft: FormVersion) -> None:
    first, second = draft.fields.all()
    forms.field_edit(
        by=cast.coordinator, field=second, data=FieldData(label="Tổng", total_of=["mot"]), seen=draft.version
    )
    forms.field_remove(by=cast.coordinator, field=first, seen=2)
    second.refresh_from_db()
    assert second.total_of == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"label": " "}, "label"),
        ({"label": "Số", "minimum": Decimal(5), "maximum": Decimal(4)}, "maximum"),
        ({"label": "Số", "total_of": ["khong_co"]}, "total_of"),
        ({"label": "Bảng", "kind": TABLE}, "columns"),
    ],
)
def test_fields_that_contradict_themselves_are_refused(
    cast: Cast, draft: FormVersion, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        forms.field_add(by=cast.coordinator, version=draft, data=FieldData(**facts), seen=1)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_codes_are_short_and_never_twice() -> None:
    assert code_of("Số tờ rơi (bản) đã phát!", set()) == "so_to_roi_ban_da_phat"
    assert code_of("Số", {"so", "so_2"}) == "so_3"
    assert code_of("!!!", set()) == "muc"
    assert len(code_of("rất dài " * 30, {"rat_dai"})) <= 40


# Versions -----------------------------------------------------------------------------------------------------------


def test_a_published_version_never_changes_and_the_next_keeps_its_codes(cast: Cast, draft: FormVersion) -> None:
    forms.version_publish(by=cast.coordinator, version=draft, seen=1)
    field = draft.fields.first()
    assert field is not None
    for act in (
        lambda: forms.field_edit(by=cast.coordinator, field=field, data=FieldData(label="Khác"), seen=1),
        lambda: forms.field_remove(by=cast.coordinator, field=field, seen=1),
        lambda: forms.version_publish(by=cast.coordinator, version=draft, seen=1),
        lambda: forms.version_discard(by=cast.coordinator, version=draft, seen=1),
    ):
        with pytest.raises(Refused, match="đã ban hành"):
            act()
    following = forms.version_copy(by=cast.coordinator, form=draft.form)
    assert (following.number, codes(following)) == (2, ["mot", "hai"])
    assert forms.version_copy(by=cast.coordinator, form=draft.form) == following
    edited = forms.field_edit(
        by=cast.coordinator, field=following.fields.get(code="mot"), data=FieldData(label="Tên khác"), seen=1
    )
    assert edited.code == "mot"
    turned = forms.field_edit(
        by=cast.coordinator, field=following.fields.get(code="hai"), data=FieldData(label="Lời", kind=TEXT), seen=2
    )
    assert turned.code == "loi"  # another kind is another question


def test_changes_against_the_version_in_use_are_told(cast: Cast, draft: FormVersion) -> None:
    forms.version_publish(by=cast.coordinator, version=draft, seen=1)
    open_round = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=fresh(draft))
    following = forms.version_copy(by=cast.coordinator, form=draft.form)
    field = following.fields.get(code="mot")
    forms.field_edit(
        by=cast.coordinator, field=field, seen=1,
        data=FieldData(label="Số liệu mot", unit="bản", source=reporting.LEAFLETS),
    )  # fmt: skip
    forms.field_remove(by=cast.coordinator, field=following.fields.get(code="hai"), seen=2)
    forms.field_add(by=cast.coordinator, version=following, data=FieldData(label="Ba"), seen=3)
    before = found.published_before(following)
    assert before == draft
    changes = {(change.what, change.field.code): change.words for change in found.version_changes(following, draft)}
    assert set(changes) == {("added", "ba"), ("removed", "hai"), ("changed", "mot")}
    assert changes["changed", "mot"] == [
        "đơn vị tính: cuộc → bản",
        "lấy sẵn từ: nhập tay → Tờ rơi: số bản",
    ]
    assert list(found.rounds_using(following)) == [open_round]
    assert list(found.versions_usable(cast.coordinator)) == [draft]
    forms.version_publish(by=cast.coordinator, version=following, seen=4)
    assert list(found.versions_usable(cast.coordinator)) == [following]
    assert list(found.versions_of(cast.coordinator, open_round)) == [following]


def test_a_form_with_holes_is_not_published(cast: Cast) -> None:
    empty = forms.form_create(by=cast.coordinator, agency=cast.province, title="Trống")
    with pytest.raises(Refused, match="chưa có mục"):
        forms.version_publish(by=cast.coordinator, version=empty, seen=1)
    reporting.field(empty, "tong", total_of=["mat"])
    with pytest.raises(Refused, match="mat"):
        forms.version_publish(by=cast.coordinator, version=empty, seen=1)


def test_discarding_the_only_draft_removes_the_form(cast: Cast, draft: FormVersion) -> None:
    assert forms.version_discard(by=cast.coordinator, version=draft, seen=1) is None
    assert not ReportForm.objects.exists()
    published = reporting.form(by=cast.coordinator)
    following = forms.version_copy(by=cast.coordinator, form=published.form)
    assert forms.version_discard(by=cast.coordinator, version=following, seen=1) == published.form


# Sources ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FIGURE, TEXT])
def test_every_source_has_one_key_and_one_name(kind: str) -> None:
    choices = [one for _heading, group in source_choices(kind) for one in group]
    assert len({key for key, _words in choices}) == len({words for _key, words in choices}) == len(choices)
    for key, words in choices:
        source = source_of(key, kind)
        assert source
        assert source == source_of(words, kind)
        assert source_key(source) == key


def test_a_source_that_is_none() -> None:
    assert source_of("", FIGURE) == {}
    assert source_of("không có nguồn này", FIGURE) is None
    assert source_words({}) == "nhập tay"
    assert source_words({"from": "activities", "measure": "views", "kinds": ["sms"]}) == "activities:views:sms"


# Workbooks ----------------------------------------------------------------------------------------------------------


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_is_exported_can_be_imported_again(cast: Cast) -> None:
    version = forms.form_starter(by=cast.coordinator, agency=cast.province)
    reporting.field(
        version, "tong", label="Tổng", total_of=["hoi_nghi", "tap_huan"], minimum=Decimal("0.5"), maximum=Decimal(900)
    )
    before = list(version.fields.values("code", *forms.FACTS))
    exported = b"".join(xlsx([Sheet("Mẫu", found.field_headings(), found.field_rows(version))]))
    copy = forms.form_create(by=cast.coordinator, agency=cast.province, title="Bản nhập")
    assert fields_import(by=cast.coordinator, version=copy, data=exported, seen=1) == len(before)
    after = list(copy.fields.values("code", *forms.FACTS))
    assert after == before


def test_faults_are_named_by_row_and_nothing_changes(cast: Cast, draft: FormVersion) -> None:
    heads = ["Mã", "Câu hỏi", "Loại", "Ít nhất", "Nhiều nhất", "Tổng của", "Lấy sẵn từ", "Bắt buộc"]
    data = workbook(
        [
            heads,
            ["mot", "Đúng", "Số liệu", 1, 5, None, "Tờ rơi: số bản", "có"],
            ["mot", "Trùng mã", "Số liệu"],
            ["Sai Mã", "Câu", "Hình"],
            [None, None, "Số liệu", "năm"],
            [None, "Ngược", "Số liệu", 9, 3, "khong_co", "Nguồn lạ", "chắc"],
        ]
    )
    with pytest.raises(FaultyFile) as faulty:
        fields_import(by=cast.coordinator, version=draft, data=data, seen=1)
    named = {(fault.row, fault.column) for fault in faulty.value.faults}
    assert named == {
        (3, "Mã"), (4, "Mã"), (4, "Loại"), (5, "Câu hỏi"), (5, "Ít nhất"), (6, "Nhiều nhất"), (6, "Tổng của"),
        (6, "Lấy sẵn từ"), (6, "Bắt buộc"),
    }  # fmt: skip
    assert codes(draft) == ["mot", "hai"]


@pytest.mark.parametrize("data", [b"", b"khong phai bang tinh", b"PK\x03\x04hong", workbook([["Cột lạ"], ["1"]]),
                                  workbook([["Câu hỏi", "Loại"]])])  # fmt: skip
def test_a_file_that_is_no_form_is_refused(cast: Cast, draft: FormVersion, data: bytes) -> None:
    with pytest.raises(Refused):
        fields_import(by=cast.coordinator, version=draft, data=data, seen=1)
    assert codes(draft) == ["mot", "hai"]


def test_a_code_keeps_its_kind_across_versions_in_a_file_too(cast: Cast, draft: FormVersion) -> None:
    forms.version_publish(by=cast.coordinator, version=draft, seen=1)
    following = forms.version_copy(by=cast.coordinator, form=draft.form)
    data = workbook([["Mã", "Câu hỏi", "Loại"], ["mot", "Nay là lời", "Đoạn văn"]])
    with pytest.raises(FaultyFile, match="1 lỗi"):
        fields_import(by=cast.coordinator, version=following, data=data, seen=1)


def test_columns_of_a_table_are_read_from_lines() -> None:
    assert columns_read("Tên\nSố người (số)\n\nGhi chú (chữ)\nTên (gọi)") == [
        {"code": "ten", "label": "Tên", "kind": "text"},
        {"code": "so_nguoi", "label": "Số người", "kind": "figure"},
        {"code": "ghi_chu", "label": "Ghi chú", "kind": "text"},
        {"code": "ten_goi", "label": "Tên (gọi)", "kind": "text"},
    ]


def test_the_export_opens_in_a_spreadsheet(cast: Cast) -> None:
    version = reporting.form(by=cast.coordinator)
    data = b"".join(xlsx([Sheet("Mẫu", found.field_headings(), found.field_rows(version))]))
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    rows = {row[0]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["tong_cuoc"][11] == "hoi_nghi + lop_tap_huan"
    assert rows["hoat_dong"][14] == "Tên hoạt động (chữ); Số người (số)"
    assert rows["to_roi_ban"][8] == "Tờ rơi: số bản"
