"""The way of a question: written, submitted, published by a second person, withdrawn in the open."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image

from canhgiac.agencies.models import Audience, Member
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.engines.quizzes.items import Item, ItemRefused, item_check
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.pictures import PictureRefused, picture_read
from canhgiac.library.models import Checklist, Language, ScamForm
from canhgiac.library.selectors.editions import content_sha256
from canhgiac.training.models import Difficulty, Question, QuestionEdition
from canhgiac.training.selectors.questions import (
    agency_for_new,
    approvers_of,
    item_words,
    may_approve,
    may_write,
    wrote,
)

from .refusals import TrainingRefused

State = QuestionEdition.State
CODE_LOCK = 7_210_064
"""Number of the advisory lock under which new questions get their codes."""
NOTE_LENGTH, REASON_LENGTH, CHECK_NOTE_LENGTH = 1000, 500, 300
PICTURE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class QuestionData:
    """What an edition says."""

    item: Item
    form: ScamForm | None = None
    audiences: tuple[str, ...] = ()
    difficulty: int = Difficulty.MEDIUM
    language: str = Language.VI
    picture_sha256: str = ""
    """What ``picture_store`` gave; only a "hotspot" question has one."""


# Writing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def question_new(*, by: Member, data: QuestionData) -> QuestionEdition:
    """A new question of the member's agency with the next code (T0001 …) and its first draft.

    TRAINER, EDITOR, COORDINATOR. Raises NotAllowed, TrainingRefused.
    """
    agency, checked = agency_for_new(by), checked_data(data)
    question = Question.objects.create(code=codes_next(1)[0], agency=agency)
    row = QuestionEdition(question=question, number=1, author=by, writers=[by.pk])
    _write(row, checked)
    row.save(force_insert=True)
    audit_record(by=by, act="training.question_new", subject=row, facts={"code": question.code})
    return row


@transaction.atomic
def question_edition_new(*, by: Member, question: Question) -> QuestionEdition:
    """The edition being worked on: the open one, else a draft copied from the one in use or the last one.

    Raises NotAllowed.
    """
    _require_writer(by, question)
    _lock(question)
    rows = question.editions.order_by("-number")
    if (opened := rows.filter(state__in=QuestionEdition.OPEN).first()) is not None:
        return opened
    base = rows.filter(state=State.PUBLISHED).first() or rows[0]
    facts = {name: getattr(base, name) for name in QuestionEdition.CONTENT} | {"folded": base.folded}
    row = QuestionEdition.objects.create(
        question=question, number=rows[0].number + 1, author=by, writers=[by.pk], to_review=base.to_review, **facts
    )
    audit_record(by=by, act="training.question_edition_new", subject=row, facts={"number": row.number})
    return row


@transaction.atomic
def question_edit(*, by: Member, edition: QuestionEdition, data: QuestionData, version: int) -> QuestionEdition:
    """Saves a draft. Raises NotAllowed, TrainingRefused; one with ``version`` where it was saved since."""
    checked = checked_data(data)
    row = _for_writing(by, edition, version)
    _write(row, checked)
    row.save()
    audit_record(by=by, act="training.question_edit", subject=row, facts={"number": row.number})
    return row


@transaction.atomic
def question_submit(*, by: Member, edition: QuestionEdition, version: int) -> QuestionEdition:
    """Sends a draft to the second person and tells those who can be it. Raises NotAllowed, TrainingRefused."""
    row = _for_writing(by, edition, version)
    row.state, row.submitted_at = State.IN_REVIEW, clock.now()
    row.checklist, row.reviewer, row.reviewed_at = {}, None, None
    row.save()
    people = [member for member in approvers_of(row.question) if not wrote(member, row) and member.pk != by.pk]
    _tell(row, "question_submit", people, lambda: _("Chờ duyệt câu hỏi %s") % row.question.code)
    audit_record(by=by, act="training.question_submit", subject=row, facts={"number": row.number})
    return row


@transaction.atomic
def question_take_back(*, by: Member, edition: QuestionEdition) -> QuestionEdition:
    """Takes a question back from review to go on writing. Raises NotAllowed, TrainingRefused."""
    _require_writer(by, edition.question)
    row = _locked(edition)
    if row.state != State.IN_REVIEW:
        raise TrainingRefused(_("Bản này không còn chờ duyệt."))
    row.state, row.submitted_at, row.version = State.DRAFT, None, row.version + 1
    row.save()
    audit_record(by=by, act="training.question_take_back", subject=row)
    return row


@transaction.atomic
def question_discard(*, by: Member, edition: QuestionEdition) -> None:
    """Throws a draft away; the edition in use stays. Raises NotAllowed, TrainingRefused."""
    _require_writer(by, edition.question)
    row = _locked(edition)
    if row.state not in {State.DRAFT, State.RETURNED}:
        raise TrainingRefused(_("Chỉ bỏ được bản nháp hoặc bản bị trả lại."))
    question = row.question
    audit_record(by=by, act="training.question_discard", subject=row, facts={"code": question.code, "n": row.number})
    row.delete()
    if not question.editions.exists():
        question.delete()


# The second person --------------------------------------------------------------------------------------------------


@transaction.atomic
def question_return(
    *, by: Member, edition: QuestionEdition, note: str, checklist: Mapping[str, Any], version: int
) -> QuestionEdition:
    """Sends a question back with the reason; its writers are told. Raises NotAllowed, TrainingRefused."""
    row = _under_review(by, edition, version)
    row.review_note = _sentence(note, "note", NOTE_LENGTH, _("Ghi lý do trả lại để người soạn sửa."))
    row.state, row.reviewer, row.reviewed_at = State.RETURNED, by, clock.now()
    row.checklist = checklist_answers(checklist)
    row.version += 1
    row.save()
    _tell(row, "question_return", _writers(row), lambda: _("Trả lại để sửa câu hỏi %s") % row.question.code)
    audit_record(by=by, act="training.question_return", subject=row, facts={"number": row.number})
    return row


@transaction.atomic
def question_publish(
    *,
    by: Member,
    edition: QuestionEdition,
    checklist: Mapping[str, Any],
    version: int,
    review_by: dt.date | None = None,
    note: str = "",
) -> QuestionEdition:
    """Puts a question into use in place of its former edition; papers ask it from now on.

    A second person, with every point of the checklist answered yes. Raises NotAllowed, TrainingRefused.
    """
    row = _under_review(by, edition, version)
    answers = checklist_answers(checklist)
    if left := [point for point in Checklist.values if not answers.get(point, {}).get("ok")]:
        raise TrainingRefused(_("Còn %d điều trong danh mục kiểm tra chưa đạt; chưa duyệt được.") % len(left))
    if review_by is not None and review_by <= clock.today():
        raise TrainingRefused(_("Ngày xem lại phải ở sau hôm nay."), "review_by")
    now = clock.now()
    former = row.question.editions.filter(state=State.PUBLISHED).first()
    if former is not None:
        _end(former, State.SUPERSEDED, by=by, reason="")
    row.state, row.reviewer, row.reviewed_at, row.published_at = State.PUBLISHED, by, now, now
    row.is_starter, row.review_by, row.reminded_at = False, review_by, None
    row.review_note, row.checklist = note.strip()[:NOTE_LENGTH], answers
    row.responsible = province().responsible or by
    row.sha256 = content_sha256(content_of(row))
    row.version += 1
    row.save()
    row.question.published = row
    row.question.save(update_fields=["published"])
    _tell(row, "question_publish", _writers(row), lambda: _("Đã duyệt câu hỏi %s") % row.question.code)
    audit_record(
        by=by, act="training.question_publish", subject=row, facts={"number": row.number, "sha256": row.sha256}
    )
    return row


@transaction.atomic
def question_withdraw(*, by: Member, edition: QuestionEdition, reason: str) -> QuestionEdition:
    """Takes a question out of use: new sittings no longer ask it. Raises NotAllowed, TrainingRefused."""
    _require_approver(by, edition.question)
    row = _locked(edition)
    if row.state != State.PUBLISHED:
        raise TrainingRefused(_("Bản này không còn dùng."))
    told = _sentence(reason, "reason", REASON_LENGTH, _("Ghi lý do thu hồi."))
    _end(row, State.WITHDRAWN, by=by, reason=told)
    row.question.published = None
    row.question.save(update_fields=["published"])
    _tell(row, "question_withdraw", _writers(row), lambda: _("Đã thu hồi câu hỏi %s") % row.question.code)
    audit_record(by=by, act="training.question_withdraw", subject=row, facts={"number": row.number, "reason": told})
    return row


# Pictures -----------------------------------------------------------------------------------------------------------


def picture_store(*, by: Member, data: bytes) -> str:
    """Keeps a picture re-encoded from its pixels, without what the camera wrote into it; gives its digest.

    Raises NotAllowed, TrainingRefused.
    """
    if not may_write(by):
        raise NotAllowed(_("Soạn câu hỏi là việc của người tập huấn, biên tập viên hoặc điều phối viên."))
    if len(data) > PICTURE_BYTES:
        raise TrainingRefused(_("Hình lớn nhất %d MB.") % (PICTURE_BYTES >> 20), "picture")
    try:
        picture = picture_read(data)
    except PictureRefused as refusal:
        raise TrainingRefused(str(refusal), "picture") from refusal
    return FileStore(settings.FILES_ROOT).put(picture.data)


def picture_size(sha256: str) -> tuple[int, int]:
    """Width and height in pixels of a kept picture. Raises FileNotFoundError."""
    with Image.open(io.BytesIO(FileStore(settings.FILES_ROOT).get(sha256))) as image:
        return image.size


# What they share ----------------------------------------------------------------------------------------------------


def codes_next(count: int) -> list[str]:
    """The next free codes of the province, T0001 on; in a transaction, which holds them until its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CODE_LOCK])
    taken = Question.objects.filter(code__regex=r"^T\d+$").values_list("code", flat=True)
    last = max((int(code[1:]) for code in taken), default=0)
    return [f"T{number:04}" for number in range(last + 1, last + 1 + count)]


def content_of(edition: QuestionEdition) -> dict[str, Any]:
    """The text as JSON values: what ``sha256`` covers."""
    held = {name: getattr(edition, name) for name in QuestionEdition.CONTENT if name != "form"}
    return held | {"form": edition.form.code if edition.form else ""}


def checked_data(data: QuestionData) -> QuestionData:
    """The data whole. Raises TrainingRefused at the part at fault."""
    try:
        item_check(data.item)
    except ItemRefused as refusal:
        raise TrainingRefused(refusal.reason, refusal.part) from refusal
    if data.difficulty not in Difficulty.values or data.language not in Language.values:
        raise TrainingRefused(_("Độ khó hoặc ngôn ngữ không có trong danh sách."), "difficulty")
    if not set(data.audiences) <= set(Audience.values):
        raise TrainingRefused(_("Đối tượng không có trong danh sách."), "audiences")
    if data.item.kind == "hotspot":
        _check_picture(data)
    elif data.picture_sha256:
        raise TrainingRefused(_("Chỉ câu chỉ trên hình có hình."), "picture")
    return data


def _check_picture(data: QuestionData) -> None:
    if not data.picture_sha256:
        raise TrainingRefused(_("Câu chỉ trên hình cần một hình."), "picture")
    try:
        width, height = picture_size(data.picture_sha256)
    except FileNotFoundError as error:
        raise TrainingRefused(_("Không còn hình này. Tải lên lại."), "picture") from error
    for spot in data.item.spots:
        if spot.x + spot.width > width or spot.y + spot.height > height:
            size = {"label": spot.label, "width": width, "height": height}
            raise TrainingRefused(_("Vùng “%(label)s” ra ngoài hình (%(width)d × %(height)d).") % size, "spots")


def _write(row: QuestionEdition, data: QuestionData) -> None:
    item = data.item
    row.kind, row.prompt, row.explanation, row.content = item.kind, item.prompt, item.explanation, item.to_json()
    row.form, row.audiences, row.difficulty = data.form, list(dict.fromkeys(data.audiences)), data.difficulty
    row.language, row.picture_sha256 = data.language, data.picture_sha256
    row.folded = item_words(item)


def _require_writer(by: Member, question: Question) -> None:
    if not may_write(by, question):
        raise NotAllowed(_("Soạn câu hỏi này là việc của người tập huấn, biên tập viên của cơ quan giữ câu hỏi."))


def _require_approver(by: Member, question: Question) -> None:
    if not may_approve(by, question):
        raise NotAllowed(_("Duyệt và thu hồi câu hỏi là việc của người duyệt hoặc điều phối viên."))


def _lock(question: Question) -> None:
    """Acts on one question follow one another."""
    Question.objects.select_for_update().get(pk=question.pk)


def _locked(edition: QuestionEdition) -> QuestionEdition:
    """The row as it is now, held until the end of the transaction. Raises TrainingRefused when it is gone."""
    Question.objects.select_for_update().filter(pk=edition.question_id).first()
    rows = QuestionEdition.objects.select_for_update(of=("self",)).select_related("question__agency", "form")
    row = rows.filter(pk=edition.pk).first()
    if row is None:
        raise TrainingRefused(_("Bản này đã bị bỏ."))
    return row


def _for_writing(by: Member, edition: QuestionEdition, version: int) -> QuestionEdition:
    """The open edition locked for a change, one version on, its writer noted."""
    _require_writer(by, edition.question)
    row = _locked(edition)
    if row.state == State.IN_REVIEW:
        raise TrainingRefused(_("Bản này đang chờ duyệt. Rút về rồi sửa."))
    if row.state not in QuestionEdition.OPEN:
        raise TrainingRefused(_("Bản đã dùng không sửa được. Soạn bản mới."))
    if row.version != version:
        raise TrainingRefused(_("Người khác vừa lưu câu hỏi này. Xem bản đó ở bên rồi lưu lại."), version=row.version)
    row.version, row.updated_at = row.version + 1, clock.now()
    row.author = row.author or by
    if by.pk not in row.writers:
        row.writers = [*row.writers, by.pk]
    return row


def _under_review(by: Member, edition: QuestionEdition, version: int) -> QuestionEdition:
    _require_approver(by, edition.question)
    row = _locked(edition)
    if row.state != State.IN_REVIEW:
        raise TrainingRefused(_("Bản này không còn chờ duyệt: %s.") % str(row.get_state_display()).lower())
    if row.version != version:
        raise TrainingRefused(_("Người soạn vừa lưu lại. Đọc bản mới rồi duyệt."), version=row.version)
    if wrote(by, row):
        raise TrainingRefused(_("Bạn đã viết trong bản này. Người duyệt phải là người thứ hai."))
    return row


def _end(row: QuestionEdition, state: QuestionEdition.State, *, by: Member, reason: str) -> None:
    row.state, row.ended_at, row.ended_by, row.end_reason = state, clock.now(), by, reason
    row.version += 1
    row.save()


def checklist_answers(checklist: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Code to {"ok", "note"} of the points that exist, whatever else was sent."""
    return {
        point: {
            "ok": bool(checklist[point].get("ok")),
            "note": str(checklist[point].get("note") or "").strip()[:CHECK_NOTE_LENGTH],
        }
        for point in Checklist.values
        if isinstance(checklist.get(point), Mapping)
    }


def _sentence(text: str, field: str, most: int, empty: str) -> str:
    clean = text.replace("\0", "").strip()
    if not clean:
        raise TrainingRefused(empty, field)
    if len(clean) > most:
        raise TrainingRefused(_("Dài nhất %d ký tự.") % most, field)
    return clean


def _writers(edition: QuestionEdition) -> list[Member]:
    ids = {*edition.writers, *([edition.author_id] if edition.author_id else [])}
    return list(Member.objects.filter(pk__in=ids, is_active=True).order_by("pk"))


def _tell(edition: QuestionEdition, act: str, people: list[Member], subject: Any) -> None:
    """A mail and the bell for each, in the reader's language: the question's words and the note on it."""
    note = edition.end_reason or edition.review_note
    body = "\n\n".join(filter(None, [edition.prompt, note]))
    link = reverse("question_detail", args=[edition.question.code])
    for member in people:
        with translation.override(member.language):
            notice_send(kind=f"training.{act}", member=member, subject=subject(), body=body, link=link)
