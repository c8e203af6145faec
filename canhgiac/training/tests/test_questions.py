"""Questions of the bank: written, reviewed by a second person, withdrawn; found, compared, listed; their pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from canhgiac.agencies.models import AuditEntry, Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.quizzes.items import Item, Option, item_of
from canhgiac.library.models import Checklist
from canhgiac.training.forms.questions import QuestionForm
from canhgiac.training.models import QuestionEdition, QuestionFigures, QuestionKind
from canhgiac.training.selectors.acts import ACT_NAMES
from canhgiac.training.selectors.banktext import picture_url, question_differences
from canhgiac.training.selectors.questions import (
    QuestionFilter,
    duplicates_of,
    item_of_edition,
    question_for,
    question_list,
)
from canhgiac.training.services.questions import (
    QuestionData,
    picture_store,
    question_discard,
    question_edit,
    question_edition_new,
    question_new,
    question_publish,
    question_return,
    question_submit,
    question_take_back,
    question_withdraw,
)
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, library, papers
from tests.factories.agencies import Cast

MaxQueries = Callable[[int], AbstractContextManager[Any]]
State = QuestionEdition.State
ALL_YES = {point: {"ok": True, "note": ""} for point in Checklist.values}
ITEM = Item(
    kind="single",
    prompt="Người lạ tự xưng công an, bảo chuyển tiền để kiểm tra. Bạn làm gì?",
    explanation="Công an không bao giờ làm việc qua điện thoại.",
    options=(Option("a", "Cúp máy"), Option("b", "Chuyển một nửa"), Option("c", "Chuyển hết")),
    right=("a",),
)


def png(width: int = 400, height: int = 300) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 40).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def trainer(cast: Cast) -> Member:
    """Writes at the department of education."""
    who = agencies.member(full_name="Giáo Viên", agency=cast.department)
    agencies.role(who, Role.Kind.TRAINER, cast.department)
    return who


@pytest.fixture
def approver(cast: Cast) -> Member:
    """The second person at the province."""
    who = agencies.member(full_name="Duyệt Bài", agency=cast.province)
    agencies.role(who, Role.Kind.APPROVER, cast.province)
    return who


def published(by: Member, approver: Member, item: Item = ITEM, **facts: Any) -> QuestionEdition:
    row = question_new(by=by, data=QuestionData(item=item, **facts))
    row = question_submit(by=by, edition=row, version=row.version)
    return question_publish(by=approver, edition=row, checklist=ALL_YES, version=row.version)


# The way of an edition ------------------------------------------------------------------------------------------------


def test_a_question_is_written_reviewed_and_used_until_a_newer_edition(trainer: Member, approver: Member) -> None:
    first = published(trainer, approver)
    assert (first.question.code, first.question.agency, first.state) == ("T0001", trainer.agency, State.PUBLISHED)
    assert (first.reviewer, len(first.sha256), item_of_edition(first)) == (approver, 64, ITEM)
    told = Notice.objects.filter(kind="training.question_submit").values_list("member", flat=True)
    assert approver.pk in told
    assert trainer.pk not in told
    second = question_edition_new(by=trainer, question=first.question)
    assert question_edition_new(by=trainer, question=first.question) == second
    data = QuestionData(item=replace(ITEM, prompt="Câu mới: bạn làm gì?"))
    second = question_edit(by=trainer, edition=second, data=data, version=1)
    first.refresh_from_db()
    assert (first.state, first.question.published_id, first.prompt) == (State.PUBLISHED, first.pk, ITEM.prompt)
    second = question_submit(by=trainer, edition=second, version=second.version)
    second = question_return(by=approver, edition=second, note="Nói rõ ai gọi", checklist={}, version=second.version)
    assert (second.state, second.review_note) == (State.RETURNED, "Nói rõ ai gọi")
    second = question_submit(by=trainer, edition=second, version=second.version)
    second = question_publish(by=approver, edition=second, checklist=ALL_YES, version=second.version)
    first.refresh_from_db()
    assert (first.state, second.question.published_id) == (State.SUPERSEDED, second.pk)
    changes = [one.name for one in question_differences(first, second) if not one.is_same]
    assert changes == ["prompt"]
    ended = question_withdraw(by=approver, edition=second, reason="Luật đổi")
    assert (ended.state, ended.end_reason, ended.question.published) == (State.WITHDRAWN, "Luật đổi", None)
    acts = set(AuditEntry.objects.filter(act__startswith="training.question").values_list("act", flat=True))
    assert acts <= ACT_NAMES.keys()
    assert "training.question_withdraw" in acts


def test_who_wrote_cannot_review_and_the_database_says_so_too(cast: Cast) -> None:
    row = question_new(by=cast.coordinator, data=QuestionData(item=ITEM))
    row = question_submit(by=cast.coordinator, edition=row, version=1)
    with pytest.raises(TrainingRefused, match="người thứ hai"):
        question_publish(by=cast.coordinator, edition=row, checklist=ALL_YES, version=row.version)
    row.reviewer, row.state = cast.coordinator, State.PUBLISHED
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        row.save()


def test_what_a_second_person_has_to_say_first(trainer: Member, approver: Member) -> None:
    row = question_new(by=trainer, data=QuestionData(item=ITEM))
    row = question_submit(by=trainer, edition=row, version=1)
    with pytest.raises(TrainingRefused, match="Còn 6 điều"):
        question_publish(by=approver, edition=row, checklist={}, version=row.version)
    with pytest.raises(TrainingRefused, match="lý do") as refused:
        question_return(by=approver, edition=row, note=" ", checklist={}, version=row.version)
    assert refused.value.field == "note"
    with pytest.raises(TrainingRefused, match="vừa lưu lại") as stale:
        question_publish(by=approver, edition=row, checklist=ALL_YES, version=1)
    assert stale.value.version == row.version
    back = question_take_back(by=trainer, edition=row)
    assert back.state == State.DRAFT
    with pytest.raises(TrainingRefused, match="không còn chờ duyệt"):
        question_publish(by=approver, edition=row, checklist=ALL_YES, version=back.version)
    question_discard(by=trainer, edition=back)
    assert not QuestionEdition.objects.filter(pk=row.pk).exists()


def test_a_published_text_never_changes(trainer: Member, approver: Member) -> None:
    row = published(trainer, approver)
    with pytest.raises(TrainingRefused, match="Bản đã dùng không sửa được"):
        question_edit(by=trainer, edition=row, data=QuestionData(item=ITEM), version=row.version)
    with pytest.raises(TrainingRefused, match="Chỉ bỏ được bản nháp"):
        question_discard(by=trainer, edition=row)


def test_who_may_write_where(cast: Cast, trainer: Member, approver: Member) -> None:
    row = published(trainer, approver)
    stranger = agencies.member(agency=cast.commune)
    agencies.role(stranger, Role.Kind.TRAINER, cast.commune)
    with pytest.raises(NotAllowed):
        question_edition_new(by=stranger, question=row.question)
    for nobody in (cast.officer, cast.outsider, cast.admin, cast.auditor):
        with pytest.raises(NotAllowed):
            question_new(by=nobody, data=QuestionData(item=ITEM))
    with pytest.raises(NotAllowed):
        question_withdraw(by=trainer, edition=row, reason="thử")
    draft = question_new(by=trainer, data=QuestionData(item=replace(ITEM, prompt="Chưa ai duyệt")))
    assert list(question_list(stranger)) == [row]
    assert set(question_list(trainer)) == {row, draft} == set(question_list(cast.coordinator))
    with pytest.raises(NotAllowed):
        question_list(cast.officer)


# Pictures -------------------------------------------------------------------------------------------------------------


def test_a_picture_is_re_encoded_and_areas_stay_in_it(trainer: Member, client: Client, cast: Cast) -> None:
    sha256 = picture_store(by=trainer, data=png())
    item = item_of("hotspot", "Chỉ chỗ đáng ngờ", papers.CONTENTS["hotspot"])
    row = question_new(by=trainer, data=QuestionData(item=item, picture_sha256=sha256))
    assert row.picture_sha256 == sha256
    wide = replace(item, spots=(replace(item.spots[0], width=401),))
    for data, words in (
        (QuestionData(item=wide, picture_sha256=sha256), "ra ngoài hình"),
        (QuestionData(item=item), "cần một hình"),
        (QuestionData(item=item, picture_sha256="0" * 64), "Không còn hình"),
        (QuestionData(item=ITEM, picture_sha256=sha256), "Chỉ câu chỉ trên hình"),
    ):
        with pytest.raises(TrainingRefused, match=words):
            question_edit(by=trainer, edition=row, data=data, version=1)
    for bad in (b"%PDF-1.4", png()[:200], b"x" * (9 << 20)):
        with pytest.raises(TrainingRefused) as refused:
            picture_store(by=trainer, data=bad)
        assert refused.value.field == "picture"
    client.force_login(trainer)
    answer = client.get(picture_url(sha256))
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    assert client.get(reverse("question_picture", args=[sha256])).status_code == 404
    client.force_login(cast.officer)
    assert client.get(picture_url(sha256)).status_code == 403


# Found and compared ---------------------------------------------------------------------------------------------------


def test_near_same_questions_are_found_and_others_are_not(trainer: Member, approver: Member) -> None:
    row = published(trainer, approver)
    again = replace(ITEM, prompt="Người lạ tự xưng là công an, bảo bạn chuyển tiền để kiểm tra. Bạn làm gì?")
    [twin] = duplicates_of(again)
    assert (twin.code, twin.prompt) == (row.question.code, ITEM.prompt)
    assert 0.6 < twin.likeness < 1
    assert duplicates_of(again, but=row.question) == []
    assert duplicates_of(replace(ITEM, prompt="Mã OTP dùng để làm gì?", options=(Option("a", "Một"),))) == []
    same = replace(ITEM, prompt="NGUOI LA TU XUNG CONG AN, BAO CHUYEN TIEN DE KIEM TRA. BAN LAM GI?")
    assert duplicates_of(same)[0].likeness == 1


def test_the_list_finds_filters_and_sorts(trainer: Member, approver: Member, cast: Cast) -> None:
    form = library.form(name="Giả danh công an").form
    first = published(trainer, approver, form=form, audiences=("elderly",), difficulty=3)
    draft = question_new(
        by=trainer, data=QuestionData(item=item_of("short", "Số của cảnh sát?", {"accepted": ["113"]}))
    )
    gone = published(trainer, approver, replace(ITEM, prompt="Câu cũ về sổ đỏ giả"))
    question_withdraw(by=approver, edition=gone, reason="cũ")
    QuestionFigures.objects.create(edition=first, answers=40, ease=0.5, discrimination=0.02)

    def found(sort: str = "", **wanted: Any) -> list[int]:
        return [row.pk for row in question_list(cast.coordinator, QuestionFilter(**wanted), sort=sort)]

    assert found() == [draft.pk, first.pk]
    assert found(state="all", sort="ma") == [first.pk, draft.pk, gone.pk]
    assert found(q="công an CHUYỂN tiền") == found(q="cong an chuyen tien") == found(q="cong an chuy") == [first.pk]
    assert found(q=first.question.code.lower()) == [first.pk]
    assert found(q="' | ! & :*") == found()
    assert found(kind="short") == [draft.pk]
    assert found(form=form.code) == found(audience="elderly") == found(difficulty="3") == [first.pk]
    assert found(doubtful=True) == [first.pk]
    assert found(state="withdrawn") == [gone.pk]
    assert found(state="draft") == [draft.pk]
    opened = question_edition_new(by=trainer, question=first.question)
    assert found(state="draft") == [draft.pk, first.pk]
    [row] = [one for one in question_list(cast.coordinator) if one.pk == first.pk]
    assert (row.open_state, row.doubtful, opened.number) == ("draft", True, 2)  # type: ignore[attr-defined]


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client: Client, trainer: Member) -> Client:
    client.force_login(trainer)
    return client


def typed(kind: str, **more: Any) -> dict[str, Any]:
    """What the editor posts for ``papers.CONTENTS`` of a kind."""
    facts: dict[str, Any] = {"kind": kind, "prompt": f"Hỏi kiểu {kind}?", "difficulty": "2", "language": "vi"}
    lists: dict[str, dict[str, list[str]]] = {
        "single": {"options": ["right:1,,", "text:Tắt máy,Chuyển tiền,", "feedback:,,"]},
        "multiple": {"options": ["right:1,1,", "text:Giục,Xin mã,Chào", "feedback:,,"]},
        "order": {"steps": ["text:Dừng,Hỏi,Báo"]},
        "match": {"pairs": ["text:Khóa thẻ,Tố giác", "partner:Ngân hàng,Công an"], "extra": ["text:Nhà mạng"]},
        "verdict": {"lines": ["who:them,me", "text:Nhập mã OTP,Sao vậy"], "marks": ["text:mã OTP"]},
        "short": {"accepted": ["text:113,một một ba"]},
    }
    for name, columns in lists.get(kind, {}).items():
        for column in columns:
            label, _colon, values = column.partition(":")
            facts[f"{name}.{label}"] = values.split(",")
    own = {"true_false": {"truth": "false"}, "verdict": {"verdict": "scam", "look": "zalo", "sender": "Lạ"}}
    return facts | own.get(kind, {}) | more


@pytest.mark.parametrize("kind", [kind for kind in QuestionKind.values if kind != "hotspot"])
def test_the_editor_saves_each_kind_and_shows_it_again(page: Client, kind: str) -> None:
    answer = page.post(reverse("question_new"), typed(kind))
    row = QuestionEdition.objects.get()
    assert answer.url == reverse("question_edit", args=[row.question.code])  # type: ignore[attr-defined]
    item = item_of_edition(row)
    assert item.kind == kind
    text = page.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert f"Hỏi kiểu {kind}?" in text
    assert QuestionForm(edition=row).item() == item
    preview = page.post(reverse("question_preview"), typed(kind)).content.decode()
    assert f"Hỏi kiểu {kind}?" in preview
    assert page.get(reverse("question_detail", args=[row.question.code])).status_code == 200


def test_a_picture_survives_a_refusal_and_a_number_typed_wrong_is_told(page: Client) -> None:
    file = SimpleUploadedFile("hinh.png", png(), "image/png")
    told = {"spots.right": ["1"], "spots.label": ["Địa chỉ"], "spots.width": ["90"], "spots.height": ["20"]}
    place = {"spots.x": ["mười"], "spots.y": ["10"]}
    answer = page.post(reverse("question_new"), typed("hotspot", picture_file=file, **told, **place))
    form = answer.context["form"]
    assert answer.status_code == 422
    assert "bốn số nguyên" in answer.content.decode()
    token = form["picture"].value()
    assert token
    page.post(reverse("question_new"), typed("hotspot", picture=token, **told, **place | {"spots.x": ["10"]}))
    row = QuestionEdition.objects.get()
    assert (row.kind, item_of_edition(row).spots[0].x, len(row.picture_sha256)) == ("hotspot", 10, 64)
    forged = page.post(
        reverse("question_new"), typed("hotspot", picture="0" * 64, **told, **place | {"spots.x": ["1"]})
    )
    assert "cần một hình" in forged.content.decode()


def test_rows_are_added_moved_and_removed_without_scripts_and_the_kind_changes(page: Client) -> None:
    url = reverse("question_new")

    def texts(row: str, **more: Any) -> list[str]:
        answer = page.post(url, typed("single", row=row, **more))
        assert answer.status_code == 200
        assert not QuestionEdition.objects.exists()
        [table] = [one for one in answer.context["form"].tables if one.rows.name == "options"]
        return [cells[1].value for cells in table.cells]

    assert texts("options:down:0") == ["Chuyển tiền", "Tắt máy", ""]
    assert texts("options:up:1") == ["Chuyển tiền", "Tắt máy", ""]
    assert texts("options:remove:0") == ["Chuyển tiền", ""]
    assert texts("options:add") == ["Tắt máy", "Chuyển tiền", "", ""]
    assert texts("options:up:99") == texts("rác:::") == ["Tắt máy", "Chuyển tiền", ""]
    changed = page.post(url, typed("single", row="kind") | {"kind": "order"})
    assert 'name="options.text" value="Tắt máy"' in changed.content.decode()
    assert [one.rows.name for one in changed.context["form"].tables] == ["steps"]


def test_what_is_typed_is_kept_when_it_is_refused_or_somebody_saved_meanwhile(
    page: Client, trainer: Member, cast: Cast
) -> None:
    answer = page.post(reverse("question_new"), typed("single", **{"options.right": ["", "", ""]}))
    assert answer.status_code == 422
    assert "Chưa chọn phương án đúng" in answer.content.decode()
    assert "Chuyển tiền" in answer.content.decode()
    page.post(reverse("question_new"), typed("single"))
    row = QuestionEdition.objects.get()
    url = reverse("question_edit", args=[row.question.code])
    theirs = QuestionData(item=replace(ITEM, prompt="Bản của người khác"))
    question_edit(by=cast.coordinator, edition=row, data=theirs, version=1)
    stale = page.post(url, typed("single", version="1", prompt="Bản của tôi"))
    text = stale.content.decode()
    assert stale.status_code == 422
    assert "Bản của người khác" in text
    assert "Bản của tôi" in text
    assert 'name="version" value="2"' in text
    assert page.post(url, typed("single", version="2", prompt="Bản của tôi")).status_code == 302
    row.refresh_from_db()
    assert (row.prompt, row.version) == ("Bản của tôi", 3)


def test_a_second_person_decides_on_the_page(page: Client, trainer: Member, approver: Member) -> None:
    page.post(reverse("question_new"), typed("verdict", act="submit"))
    row = QuestionEdition.objects.get()
    code = [row.question.code]
    assert row.state == State.IN_REVIEW
    assert "người duyệt hoặc điều phối viên" in page.get(reverse("question_review", args=code)).content.decode()
    page.post(reverse("question_take_back", args=code))
    row.refresh_from_db()
    page.post(reverse("question_submit", args=code), {"version": row.version})
    row.refresh_from_db()
    page.force_login(approver)
    url, sent = reverse("question_review", args=code), {"version": str(row.version)}
    refused = page.post(url, {**sent, "act": "publish", "ok_facts": "on"})
    assert refused.status_code == 422
    assert "Còn 5 điều" in refused.content.decode()
    page.post(url, {**sent, "act": "return", "note": "Thiếu giải thích"})
    row.refresh_from_db()
    assert (row.state, row.review_note) == (State.RETURNED, "Thiếu giải thích")
    row = question_submit(by=trainer, edition=row, version=row.version)
    yes = {f"ok_{point}": "on" for point in Checklist.values}
    assert page.post(url, {"version": str(row.version), "act": "publish", **yes}).status_code == 302
    text = page.get(reverse("question_detail", args=code)).content.decode()
    assert "Soạn bản mới" not in text
    assert reverse("question_withdraw", args=code) in text
    assert page.post(reverse("question_withdraw", args=code), {"reason": ""}).status_code == 422
    page.post(reverse("question_withdraw", args=code), {"reason": "Hết đúng"})
    page.force_login(trainer)
    page.post(reverse("question_edition_new", args=code))
    opened = question_for(trainer, code[0]).opened
    assert opened is not None
    history = page.get(reverse("question_edition", args=[code[0], 2])).content.decode()
    assert "Khác gì bản số 1" in history
    page.post(reverse("question_discard", args=code))
    assert question_for(trainer, code[0]).opened is None


def test_the_list_is_empty_helpful_and_needs_the_same_queries_for_many(
    page: Client, trainer: Member, approver: Member, django_assert_max_num_queries: MaxQueries
) -> None:
    url = reverse("question_list")
    assert "Ngân hàng chưa có câu hỏi nào" in page.get(url).content.decode()
    published(trainer, approver, form=library.form(name="Giả danh công an").form)
    page.get(url)
    with django_assert_max_num_queries(16) as first:
        page.get(url)
    for at in range(4):
        published(trainer, approver, replace(ITEM, prompt=f"Câu thứ {at}"), form=library.form(name=f"Kiểu {at}").form)
    with django_assert_max_num_queries(len(first)):
        text = page.get(url).content.decode()
    assert text.count('name="chon"') == 5
    assert "Bỏ bớt điều kiện lọc" in page.get(url, {"q": "khôngcógì"}).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(page.get(reverse("question_export", args=["xlsx"])))))
    assert [cell.value for cell in book.active[2]][:1] == ["T0005"]  # type: ignore[index]
    csv = b"".join(page.get(reverse("question_export", args=["csv"]), {"q": "thứ 3"}))
    assert csv.decode("utf-8-sig").count("\n") == 2
    code = QuestionEdition.objects.latest("pk").question.code
    with django_assert_max_num_queries(20):
        page.get(reverse("question_detail", args=[code]))


def test_who_has_no_part_in_the_bank_is_kept_out(client: Client, cast: Cast) -> None:
    row = papers.question("single")
    urls = [
        *(reverse(name) for name in ("question_list", "question_new", "bank_import_list", "bank_import_template")),
        *(reverse(name, args=[row.question.code]) for name in ("question_detail", "question_edit", "question_review")),
        reverse("question_export", args=["csv"]),
    ]
    for url in urls:
        assert client.get(url).status_code == 302
    client.force_login(cast.officer)
    for url in urls:
        assert client.get(url).status_code == 403
    client.force_login(cast.auditor)
    assert client.get(urls[0]).status_code == 200
    assert reverse("question_new") not in client.get(urls[0]).content.decode()
