"""Staff pages of scam forms: who sees what, what is asked of the database, that nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from openpyxl import load_workbook

from canhgiac.agencies.models import AuditEntry, Member, Notice, Province
from canhgiac.kit import clock
from canhgiac.library.forms.scamforms import ScamFormForm, initial_of
from canhgiac.library.models import Checklist, Edition, FormEdition, PublicationEntry, ScamForm
from canhgiac.library.selectors.acts import ACT_NAMES
from canhgiac.library.selectors.differences import differences
from canhgiac.library.selectors.precheck import precheck
from canhgiac.library.selectors.shelf import FormFilter, forms_list
from canhgiac.library.services.editions import edition_new, edition_submit, edition_withdraw
from canhgiac.library.services.forms import data_of, form_edit
from tests.factories import library as make
from tests.factories.agencies import Cast

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
State = Edition.State


def at(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def typed(edition: FormEdition, **changes: str) -> dict[str, object]:
    """What the editor's form sends for an edition, with changes."""
    form = ScamFormForm(initial=initial_of(edition))
    sent = {field.name: field.value() for field in form}
    held = {name: form.fields[name].prepare_value(value) for name, value in sent.items()}
    return {name: value for name, value in held.items() if value not in (None, False)} | changes


# Lists --------------------------------------------------------------------------------------------------------------


STATE_SERVICES = {"tinnhiemmang.vn"}
"""Sites of the State outside gov.vn, which a person has to look at all the same."""
PAGES = ("/thu-vien/", "/thu-vien/hinh-thuc/", "/thu-vien/cho-duyet/", "/thu-vien/nhat-ky-dang/")


@pytest.mark.parametrize("path", PAGES)
def test_every_member_reads_the_library_and_nobody_else(cast: Cast, path: str) -> None:
    make.form()
    for member in (cast.officer, cast.auditor, cast.commune_officer, cast.admin):
        assert at(member).get(path).status_code == 200
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("path", PAGES)
def test_more_rows_take_no_more_queries(
    cast: Cast, editor: Member, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def rows(number: int) -> None:
        for _turn in range(number):
            shown = make.form(review_by=clock.today(), to_review=["Một điều"])
            make.form(of=shown.form, state=State.IN_REVIEW, author=editor)
            make.material(expires_on=clock.today())

    client = at(cast.coordinator)
    rows(1)
    client.get(path)
    with django_assert_max_num_queries(60) as first:
        client.get(path)
    rows(4)
    with django_assert_max_num_queries(len(first)):
        client.get(path)


def test_the_list_is_searched_filtered_and_sorted(cast: Cast, editor: Member) -> None:
    make.library()
    make.form(state=State.DRAFT, name="Chưa đăng bao giờ")
    shown = FormEdition.objects.get(form__code="F14")
    make.form(of=shown.form, state=State.RETURNED)

    def codes(sort: str = "", **wanted: str) -> list[str]:
        return [row.form.code for row in forms_list(editor, FormFilter(**wanted), sort=sort)]

    assert codes()[:2] == ["F01", "F02"]
    assert codes(q="gia cong an") == codes(q="giả CÔNG AN")
    assert "F14" in codes(q="cong an toa an")
    assert codes(state="returned") == codes(state="open", q="toa an") == ["F14"]
    assert len(codes(state="unpublished")) == 1
    assert codes(state="withdrawn") == []
    assert set(codes(group="money")) == set(
        FormEdition.objects.filter(group="money", state="published").values_list("form__code", flat=True)
    )
    assert len(codes(needs="statements")) == FormEdition.objects.exclude(to_review=[]).count()
    assert codes(needs="review") == codes(needs="expiring") == []
    assert len(codes(needs="starter")) == 41
    assert codes(sort="-ma")[0] > codes(sort="ma")[0]
    names = [row.name for row in forms_list(cast.auditor, FormFilter(q="ngan hang"), sort="ten")]
    assert names == sorted(names) or len(names) > 1


def test_the_list_goes_out_as_a_workbook(cast: Cast) -> None:
    make.form(name="=Hình thức có dấu bằng")
    answer = at(cast.auditor).get("/thu-vien/hinh-thuc/xuat.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.values)  # type: ignore[union-attr]
    assert rows[0][1] == "Tên"
    assert rows[1][1] == "=Hình thức có dấu bằng"
    assert at(cast.auditor).get("/thu-vien/hinh-thuc/xuat.csv").status_code == 200
    assert at(cast.auditor).get("/thu-vien/hinh-thuc/xuat.pdf").status_code == 404


# The form page and the editor ---------------------------------------------------------------------------------------


def test_the_page_shows_the_draft_beside_the_published_text(cast: Cast, editor: Member) -> None:
    shown = make.form(during=["Tắt máy, gọi công an xã, phường.", "Kể với người nhà."])
    draft = edition_new(by=editor, of=shown.form)
    FormEdition.objects.filter(pk=draft.pk).update(during=["Tắt máy, gọi công an xã hoặc phường.", "Ghi lại số máy."])
    page = at(editor).get(f"/thu-vien/hinh-thuc/{shown.form.code}/").content.decode()
    assert "<del>xã, </del>" in page
    assert "<ins>xã hoặc </ins>" in page
    assert "<del>Kể với người nhà.</del>" in page
    assert "Soạn tiếp" in page
    assert "Soạn tiếp" not in at(cast.officer).get(f"/thu-vien/hinh-thuc/{shown.form.code}/").content.decode()
    assert at(editor).get(f"/thu-vien/hinh-thuc/{shown.form.code}/ban-1/?so=2").status_code == 200
    assert at(editor).get("/thu-vien/hinh-thuc/KHONG/").status_code == 404


def test_differences_by_sentence_and_word() -> None:
    before = make.form(before=["Một câu giữ nguyên.", "Câu này bị bỏ hẳn đi rồi."], is_new=False)
    after = make.form(of=before.form, state=State.DRAFT, before=["Một câu giữ nguyên.", "Hoàn toàn khác."], is_new=True)
    found = {field.name: [change.kind for change in field.changes] for field in differences(before, after)}
    assert found["before"] == ["same", "added", "removed"]
    assert found["is_new"] == ["added"]
    assert found["signs"] == ["same", "same"]


def test_a_draft_is_saved_and_sent(cast: Cast, editor: Member) -> None:
    shown = make.form()
    client, code = at(editor), shown.form.code
    assert client.post(f"/thu-vien/hinh-thuc/{code}/ban-moi/").status_code == 302
    draft = FormEdition.objects.get(form=shown.form, number=2)
    sent = typed(
        draft,
        name="Tên mới",
        signs="Gọi từ số lạ | Số gọi đến lạ.\nBắt giữ bí mật | Cấm kể.\n",
        talk="Người lạ | Tôi là công an. | Tạo lòng tin\nBạn nên nói | Tôi sẽ đến trụ sở.",
        act="submit",
    )
    answer = client.post(f"/thu-vien/hinh-thuc/{code}/soan/", sent)
    assert answer["Location"] == f"/thu-vien/hinh-thuc/{code}/"
    draft.refresh_from_db()
    assert (draft.state, draft.name, draft.signs) == (State.IN_REVIEW, "Tên mới", ["Số gọi đến lạ.", "Cấm kể."])
    assert draft.talk == [
        {"who": "stranger", "text": "Tôi là công an.", "note": "Tạo lòng tin"},
        {"who": "say", "text": "Tôi sẽ đến trụ sở.", "note": ""},
    ]
    assert "ten moi" in draft.folded
    assert client.get(f"/thu-vien/hinh-thuc/{code}/soan/").status_code == 302, "what is under review is not written in"


def test_a_stale_save_is_shown_beside_the_newer_and_loses_nothing(cast: Cast, editor: Member) -> None:
    draft = make.form(state=State.DRAFT, author=editor, name="Tên đầu")
    stale = typed(draft, name="Tên tôi gõ")
    form_edit(by=cast.coordinator, edition=draft, data=data_of(draft), version=draft.version)
    FormEdition.objects.filter(pk=draft.pk).update(name="Tên người kia lưu")
    path = f"/thu-vien/hinh-thuc/{draft.form.code}/soan/"
    answer = at(editor).post(path, stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Tên tôi gõ" in page
    assert "Hai bản cạnh nhau" in page
    draft.refresh_from_db()
    assert draft.name == "Tên người kia lưu"
    again = stale | {"version": str(draft.version)}
    assert at(editor).post(path, again).status_code == 302
    draft.refresh_from_db()
    assert (draft.name, set(draft.writers)) == ("Tên tôi gõ", {editor.pk, cast.coordinator.pk})


def test_bad_input_keeps_what_was_typed(editor: Member) -> None:
    draft = make.form(state=State.DRAFT, author=editor)
    path = f"/thu-vien/hinh-thuc/{draft.form.code}/soan/"
    cases = {
        "name": ("", "Trường này"),
        "happens": ("\n".join(["Một bước."] * 16), "Nhiều nhất 15 câu"),
        "laws": ("KHONGCO | 1", "chưa có văn bản: KHONGCO"),
        "talk": ("Ông kia | Nói gì đó", "bắt đầu bằng người nói"),
        "before": ("x" * 401, "Mỗi câu dài nhất 400"),
    }
    for field, (value, _words) in cases.items():
        answer = at(editor).post(path, typed(draft, truth="Điều tôi vừa gõ") | {field: value})
        assert answer.status_code == 422, field
        assert "Điều tôi vừa gõ" in answer.content.decode()
        if field != "name":
            assert cases[field][1] in answer.content.decode()


def test_a_new_form_of_the_province(cast: Cast, editor: Member) -> None:
    sent = {"name": "Giả thu phí chợ", "group": "trade", "summary": "Thu phí bằng mã QR lạ.", "version": "1"}
    answer = at(editor).post("/thu-vien/hinh-thuc/moi/", sent)
    assert answer["Location"] == "/thu-vien/hinh-thuc/T01/soan/"
    form = ScamForm.objects.get(code="T01")
    assert (form.slug, form.published) == ("gia-thu-phi-cho", None)
    at(editor).post("/thu-vien/hinh-thuc/moi/", sent)
    assert ScamForm.objects.get(code="T02").slug == "gia-thu-phi-cho-t02"
    refused = at(cast.officer).post("/thu-vien/hinh-thuc/moi/", sent)
    assert refused.status_code == 403


def test_the_preview_keeps_nothing(editor: Member) -> None:
    answer = at(editor).post("/thu-vien/hinh-thuc/xem-truoc/", {"name": "Tên xem thử", "before": "Một\nHai"})
    assert "Tên xem thử" in answer.content.decode()
    assert not FormEdition.objects.exists()


# The second person --------------------------------------------------------------------------------------------------


def decision(edition: FormEdition, **changes: str) -> dict[str, str]:
    sent = {f"ok_{point}": "on" for point in Checklist.values}
    day = clock.today() + dt.timedelta(days=90)
    return sent | {"version": str(edition.version), "review_by": day.isoformat(), "act": "publish"} | changes


def under_review(editor: Member) -> FormEdition:
    draft = edition_new(by=editor, of=make.form().form)
    return edition_submit(by=editor, edition=draft, version=draft.version)


def test_the_second_person_publishes_on_the_page(cast: Cast, editor: Member) -> None:
    row = under_review(editor)
    path = f"/thu-vien/cho-duyet/form/{row.pk}/"
    assert (
        "người thứ hai" in at(editor).get(path).content.decode()
        or "Duyệt là việc" in at(editor).get(path).content.decode()
    )
    missing = decision(row)
    del missing["ok_facts"]
    answer = at(cast.coordinator).post(path, missing | {"note": "Chữ tôi gõ"})
    assert answer.status_code == 422
    assert "Còn 1 điều" in answer.content.decode()
    assert "Chữ tôi gõ" in answer.content.decode()
    assert at(cast.coordinator).post(path, decision(row)).status_code == 302
    row.refresh_from_db()
    assert row.state == State.PUBLISHED


def test_the_second_person_returns_with_a_reason(cast: Cast, editor: Member) -> None:
    row = under_review(editor)
    path = f"/thu-vien/cho-duyet/form/{row.pk}/"
    sent = decision(row, act="return", review_by="")
    assert at(cast.coordinator).post(path, sent).status_code == 422
    assert at(cast.coordinator).post(path, sent | {"note": "Thiếu nguồn"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.review_note) == (State.RETURNED, "Thiếu nguồn")
    page = at(editor).get(f"/thu-vien/hinh-thuc/{row.form.code}/").content.decode()
    assert "Thiếu nguồn" in page
    assert "Sửa và gửi lại" in page


def test_what_cannot_be_done_is_said_in_words(cast: Cast, editor: Member) -> None:
    row = under_review(editor)
    path = f"/thu-vien/ban/form/{row.pk}/"
    answer = at(editor).post(f"{path}gui-duyet/", {"version": row.version}, follow=True)
    assert "đang chờ duyệt" in answer.content.decode()
    assert at(editor).post(f"{path}rut-ve/", follow=True).status_code == 200
    answer = at(cast.coordinator).post(f"{path}thu-hoi/", {"reason": "Sai"}, follow=True)
    assert "không còn đăng" in answer.content.decode()
    at(editor).post(f"{path}bo/")
    assert not FormEdition.objects.filter(pk=row.pk).exists()
    assert at(cast.officer).post(f"/thu-vien/ban/form/{make.form().pk}/thu-hoi/", {"reason": "x"}).status_code == 403
    assert at(editor).get("/thu-vien/cho-duyet/form/999999/").status_code == 404


def test_statements_are_confirmed_and_reopened_on_the_page(editor: Member) -> None:
    shown = make.form(to_review=["Mức phạt theo trí nhớ."])
    path = f"/thu-vien/ban/form/{shown.pk}/"
    at(editor).post(f"{path}xac-nhan/", {"statement": "Mức phạt theo trí nhớ.", "source": "Điều 15, Nghị định 282"})
    page = at(editor).get(f"/thu-vien/hinh-thuc/{shown.form.code}/").content.decode()
    assert "Điều 15, Nghị định 282" in page
    at(editor).post(f"{path}can-xac-nhan/", {"statement": "Mức phạt theo trí nhớ."})
    shown.refresh_from_db()
    assert shown.to_review == ["Mức phạt theo trí nhớ."]


def test_the_machine_points_at_what_a_person_should_look_at() -> None:
    row = make.form(
        during=["Gọi ngay lập tức 0912 345 678!", "Mở https://bit.ly/abc rồi điền 012345678901."],
        after=["Gọi 0900 000 123, xem canhgiac.test."],
        to_review=["Mức phạt."],
    )
    hints = {(hint.point, hint.words) for hint in precheck(row)}
    assert ("personal_data", "0912345678") in hints
    assert ("personal_data", "012345678901") in hints
    assert ("not_like_a_scam", "ngay lập tức") in hints
    assert ("not_like_a_scam", "!") in hints
    assert ("facts", "Mức phạt.") in hints
    assert any(point == "not_like_a_scam" and "bit.ly" in words for point, words in hints)
    assert not any("0900" in words or "canhgiac" in words for _point, words in hints)


def test_starter_forms_raise_no_hint_of_a_real_number_or_link() -> None:
    make.library()
    for row in FormEdition.objects.select_related("form"):
        odd = [
            hint
            for hint in precheck(row)
            if (hint.point == "personal_data" or "link" in hint.says) and hint.words not in STATE_SERVICES
        ]
        assert odd == [], row.form.code


# The log, the names -------------------------------------------------------------------------------------------------


def test_the_log_is_narrowed_and_goes_out_as_a_file(cast: Cast, editor: Member) -> None:
    make.library()
    Province.objects.create(pk=1, name="tỉnh Thử", responsible=cast.coordinator)
    shown = FormEdition.objects.get(form__code="F14")
    edition_withdraw(by=cast.coordinator, edition=shown, reason="Đang viết lại")
    client = at(cast.auditor)
    page = client.get("/thu-vien/nhat-ky-dang/?act=withdrawn").content.decode()
    assert "Đang viết lại" in page
    assert "224/2026/NĐ-CP" in page
    assert "Combo du lịch" not in page
    assert PublicationEntry.objects.filter(act="withdrawn").count() == 1
    answer = client.get("/thu-vien/nhat-ky-dang/xuat.xlsx?act=withdrawn")
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[attr-defined,union-attr]
    assert len(rows) == 2
    assert rows[1][1:6] == ("Thu hồi", "Hình thức", "F14", shown.name, 1)
    assert rows[1][9] == shown.sha256


def test_every_act_of_the_way_has_a_name(cast: Cast, editor: Member) -> None:
    row = under_review(editor)
    at(cast.coordinator).post(f"/thu-vien/cho-duyet/form/{row.pk}/", decision(row))
    at(cast.coordinator).post(f"/thu-vien/ban/form/{row.pk}/thu-hoi/", {"reason": "Sai số"})
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {
        "library.edition_new",
        "library.edition_submit",
        "library.edition_publish",
        "library.edition_withdraw",
    } <= acts
    assert {act for act in acts if act.startswith("library.")} <= set(ACT_NAMES)
    assert Notice.objects.filter(kind__startswith="library.").exists()
