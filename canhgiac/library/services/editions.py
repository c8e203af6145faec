"""The way of every reviewed text: written, submitted, published by a second person, ended in the open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar, cast, overload

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.library.models import (
    Checklist,
    Edition,
    FormEdition,
    FormLaw,
    Material,
    MaterialEdition,
    MaterialFile,
    PublicationEntry,
    ScamForm,
)
from canhgiac.library.selectors.editions import (
    AnyEdition,
    Work,
    content_of,
    content_sha256,
    editions_of,
    kind_of,
    may_approve,
    may_write,
    title_of,
    work_of,
    wrote,
)

from . import editionnotices as notices

State = Edition.State
Entry = PublicationEntry.Act
OneEdition = TypeVar("OneEdition", bound=FormEdition | MaterialEdition)
NOTE_LENGTH, REASON_LENGTH, CHECK_NOTE_LENGTH = 1000, 500, 300


class EditionRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class EditionStale(EditionRefused):
    """Somebody saved the edition since it was shown; ``current`` is the newer one."""

    def __init__(self, current: AnyEdition) -> None:
        super().__init__(_("Người khác vừa lưu bản này. Xem hai bản cạnh nhau rồi lưu lại."))
        self.current = current


# Writing ------------------------------------------------------------------------------------------------------------


@overload
def edition_new(*, by: Member, of: ScamForm) -> FormEdition: ...
@overload
def edition_new(*, by: Member, of: Material) -> MaterialEdition: ...
@transaction.atomic
def edition_new(*, by: Member, of: Work) -> AnyEdition:
    """The edition being worked on: the open one, else a draft copied from the published or the latest one.

    Raises NotAllowed, EditionRefused when there is nothing to copy.
    """
    _require_writer(by, of)
    _lock(of)
    rows = editions_of(of)
    if (already := rows.filter(state__in=Edition.OPEN).first()) is not None:
        return _narrowed(already)
    base = rows.filter(state=State.PUBLISHED).first() or rows.first()
    if base is None:
        raise EditionRefused(_("Chưa có bản nào để soạn tiếp."))
    row = _copy(base, by)
    audit_record(by=by, act="library.edition_new", subject=row, facts={"number": row.number, "from": base.number})
    return _narrowed(row)


def edition_for_writing(*, by: Member, edition: OneEdition, version: int) -> OneEdition:
    """The open edition locked for a change, one version on, its writer noted; the caller sets fields and saves.

    Raises NotAllowed, EditionRefused for a text under review or ended, EditionStale when it was saved since.
    """
    _require_writer(by, work_of(edition))
    row = _locked(edition)
    if row.state == State.IN_REVIEW:
        raise EditionRefused(_("Bản này đang chờ duyệt. Rút về rồi sửa."))
    if row.state not in Edition.OPEN:
        raise EditionRefused(_("Bản đã đăng không sửa được. Soạn bản mới."))
    if row.version != version:
        raise EditionStale(row)
    written(row, by)
    return row


def written(row: Edition, by: Member) -> None:
    """Notes on the unsaved row that ``by`` wrote in it now."""
    row.version += 1
    row.updated_at = clock.now()
    if row.author_id is None:
        row.author = by
    if by.pk not in row.writers:
        row.writers = [*row.writers, by.pk]


@transaction.atomic
def edition_submit(*, by: Member, edition: OneEdition, version: int) -> OneEdition:
    """Sends a draft to the second person and tells those who can be it. Raises as ``edition_for_writing``."""
    row = edition_for_writing(by=by, edition=edition, version=version)
    if faults := _missing(row):
        raise EditionRefused(_("Chưa gửi duyệt được: %s.") % ", ".join(faults))
    row.state, row.submitted_at = State.IN_REVIEW, clock.now()
    row.checklist, row.reviewer, row.reviewed_at = {}, None, None
    row.save()
    notices.submitted(row, by)
    audit_record(by=by, act="library.edition_submit", subject=row, facts={"number": row.number})
    return row


@transaction.atomic
def edition_take_back(*, by: Member, edition: OneEdition) -> OneEdition:
    """Takes a text back from review to go on writing. Raises NotAllowed, EditionRefused."""
    _require_writer(by, work_of(edition))
    row = _locked(edition)
    if row.state != State.IN_REVIEW:
        raise EditionRefused(_("Bản này không còn chờ duyệt."))
    row.state, row.submitted_at = State.DRAFT, None
    row.version += 1
    row.save()
    audit_record(by=by, act="library.edition_take_back", subject=row)
    return row


@transaction.atomic
def edition_discard(*, by: Member, edition: AnyEdition) -> None:
    """Throws a draft away; the published text stays. Raises NotAllowed, EditionRefused."""
    _require_writer(by, work_of(edition))
    row = _locked(edition)
    if row.state not in {State.DRAFT, State.RETURNED}:
        raise EditionRefused(_("Chỉ bỏ được bản nháp hoặc bản bị trả lại."))
    holder = work_of(row)
    audit_record(by=by, act="library.edition_discard", subject=row, facts={"number": row.number, "of": holder.code})
    row.delete()
    if not editions_of(holder).exists():
        holder.delete()


# The second person --------------------------------------------------------------------------------------------------


@transaction.atomic
def edition_return(
    *, by: Member, edition: OneEdition, note: str, checklist: Mapping[str, Any], version: int | None = None
) -> OneEdition:
    """Sends a text back with the reason; its writers are told. Raises NotAllowed, EditionRefused."""
    row = _under_review(by, edition, version)
    reason = _sentence(note, "note", NOTE_LENGTH, _("Ghi lý do trả lại để người soạn sửa."))
    row.state, row.reviewer, row.reviewed_at = State.RETURNED, by, clock.now()
    row.review_note, row.checklist = reason, _answers(checklist)
    row.version += 1
    row.save()
    notices.returned(row, by)
    audit_record(by=by, act="library.edition_return", subject=row, facts={"number": row.number})
    return row


@transaction.atomic
def edition_publish(
    *,
    by: Member,
    edition: OneEdition,
    checklist: Mapping[str, Any],
    review_by: dt.date,
    expires_on: dt.date | None = None,
    note: str = "",
    version: int | None = None,
) -> OneEdition:
    """Makes a text public in place of the former one. A second person, with every point of the checklist answered yes.

    ``version`` is the one that was read (the given edition's when None). Raises NotAllowed, EditionRefused,
    EditionStale.
    """
    row = _under_review(by, edition, version)
    answers = _answers(checklist)
    if open_points := [point for point in Checklist.values if not answers.get(point, {}).get("ok")]:
        raise EditionRefused(
            _("Còn %d điều trong danh mục kiểm tra chưa đạt; chưa đăng được.") % len(open_points), "checklist"
        )
    _check_days(review_by, expires_on)
    now = clock.now()
    former = editions_of(work_of(row)).filter(state=State.PUBLISHED).first()
    if former is not None:
        _end(former, State.SUPERSEDED, by=by, reason="", now=now)
    row.state, row.reviewer, row.reviewed_at, row.published_at = State.PUBLISHED, by, now, now
    row.is_starter = False
    row.review_note, row.checklist = note.strip()[:NOTE_LENGTH], answers
    row.review_by, row.expires_on, row.reminded_at = review_by, expires_on, None
    row.responsible = province().responsible or by
    row.sha256 = content_sha256(content_of(row))
    row.version += 1
    row.save()
    _point(work_of(row), row)
    _log(row, Entry.PUBLISHED, by=by, note=row.review_note, now=now)
    notices.published(row, by)
    audit_record(
        by=by,
        act="library.edition_publish",
        subject=row,
        facts={"number": row.number, "sha256": row.sha256, "review_by": review_by, "expires_on": expires_on},
    )
    if isinstance(row, FormEdition):
        work.enqueue("library.recognition_build")
    return row


@transaction.atomic
def edition_withdraw(*, by: Member, edition: OneEdition, reason: str) -> OneEdition:
    """Takes a published text back from the public; who took it over is told. Raises NotAllowed, EditionRefused."""
    _require_approver(by, work_of(edition))
    row = _locked(edition)
    if row.state != State.PUBLISHED:
        raise EditionRefused(_("Bản này không còn đăng."))
    told = _sentence(reason, "reason", REASON_LENGTH, _("Ghi lý do thu hồi; người đã lấy tài liệu sẽ đọc."))
    _end(row, State.WITHDRAWN, by=by, reason=told, now=clock.now())
    notices.withdrawn(row, by)
    audit_record(by=by, act="library.edition_withdraw", subject=row, facts={"number": row.number, "reason": told})
    if isinstance(row, FormEdition):
        work.enqueue("library.recognition_build")
    return row


# By the day ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def editions_expire() -> int:
    """Ends published texts whose last day is over; returns how many. A second run finds none."""
    today, now, ended = clock.today(), clock.now(), 0
    forms = 0
    for kind in (FormEdition, MaterialEdition):
        due = kind._default_manager.select_for_update(skip_locked=True, of=("self",)).filter(
            state=State.PUBLISHED, expires_on__lt=today
        )
        for row in due:
            _end(row, State.EXPIRED, by=None, reason="", now=now)
            notices.expired(row)
            audit_record(by=None, act="library.edition_expire", subject=row, facts={"expires_on": row.expires_on})
            ended += 1
            forms += kind is FormEdition
    if forms:
        work.enqueue("library.recognition_build")
    return ended


@transaction.atomic
def editions_remind() -> int:
    """Tells writers and reviewers of texts to be looked at again within two weeks, once each; returns how many."""
    reminded = 0
    for kind in (FormEdition, MaterialEdition):
        due = kind._default_manager.select_for_update(skip_locked=True, of=("self",)).filter(
            state=State.PUBLISHED, reminded_at=None, review_by__lte=clock.today() + notices.AHEAD
        )
        for row in due:
            notices.review_due(row)
            row.reminded_at = clock.now()
            row.save(update_fields=["reminded_at"])
            reminded += 1
    return reminded


# What they share ----------------------------------------------------------------------------------------------------


def _require_writer(by: Member, of: Work | None) -> None:
    if not may_write(by, of):
        raise NotAllowed(_("Soạn nội dung thư viện là việc của biên tập viên hoặc điều phối viên."))


def _require_approver(by: Member, of: Work) -> None:
    if not may_approve(by, of):
        raise NotAllowed(_("Duyệt và thu hồi là việc của người duyệt hoặc điều phối viên cấp tỉnh."))


def _lock(of: Work) -> None:
    """Acts on one form or material follow one another. Raises EditionRefused when it is gone."""
    if type(of)._default_manager.select_for_update().filter(pk=of.pk).first() is None:
        raise EditionRefused(_("Bản này đã bị bỏ."))


def _locked(edition: OneEdition) -> OneEdition:
    """The row as it is now, held until the end of the transaction. Raises EditionRefused when it is gone."""
    _lock(work_of(edition))
    row = type(edition)._default_manager.select_for_update(of=("self",)).filter(pk=edition.pk).first()
    if row is None:
        raise EditionRefused(_("Bản này đã bị bỏ."))
    return cast(OneEdition, row)


def _under_review(by: Member, edition: OneEdition, version: int | None) -> OneEdition:
    _require_approver(by, work_of(edition))
    row = _locked(edition)
    if row.state != State.IN_REVIEW:
        raise EditionRefused(_("Bản này không còn chờ duyệt: %s.") % row.get_state_display().lower())
    if row.version != (edition.version if version is None else version):
        raise EditionStale(row)
    if wrote(by, row):
        raise EditionRefused(_("Bạn đã viết trong bản này. Người duyệt phải là người thứ hai."))
    return row


def _narrowed(edition: Any) -> AnyEdition:
    assert isinstance(edition, FormEdition | MaterialEdition)
    return edition


def _copy(base: AnyEdition, by: Member) -> AnyEdition:
    """A new draft with the base's words, citations and files."""
    number = max(editions_of(work_of(base)).values_list("number", flat=True)) + 1
    facts: dict[str, Any] = {name: getattr(base, name) for name in base.CONTENT}
    facts |= {"number": number, "author": by, "writers": [by.pk], "to_review": base.to_review, "folded": base.folded}
    if isinstance(base, FormEdition):
        row = FormEdition.objects.create(form=base.form, **facts)
        links = base.law_links.order_by("pk")
        FormLaw.objects.bulk_create(FormLaw(edition=row, law_id=link.law_id, article=link.article) for link in links)
        return row
    copy = MaterialEdition.objects.create(material=base.material, **facts)
    files = list(base.files.order_by("pk"))
    for file in files:
        file.pk, file.edition = None, copy
        file._state.adding = True
    MaterialFile.objects.bulk_create(files)
    return copy


def _missing(row: AnyEdition) -> list[str]:
    """What a text cannot be reviewed without."""
    if isinstance(row, MaterialEdition):
        return [] if row.title.strip() else [_("thiếu tên")]
    needed = {
        _("thiếu tên"): row.name.strip(),
        _("thiếu tóm tắt"): row.summary.strip(),
        _("thiếu dấu hiệu"): row.signs or row.sign_titles,
        _("thiếu việc cần làm khi đang gặp"): row.during,
        _("thiếu việc cần làm khi lỡ rồi"): row.after,
    }
    return [word for word, there in needed.items() if not there]


def _answers(checklist: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Code to {"ok", "note"} of the points that exist, whatever else was sent."""
    return {
        point: {
            "ok": bool(checklist[point].get("ok")),
            "note": str(checklist[point].get("note") or "").strip()[:CHECK_NOTE_LENGTH],
        }
        for point in Checklist.values
        if isinstance(checklist.get(point), Mapping)
    }


def _check_days(review_by: dt.date, expires_on: dt.date | None) -> None:
    today = clock.today()
    if review_by <= today:
        raise EditionRefused(_("Ngày xem lại phải ở sau hôm nay."), "review_by")
    if expires_on is not None and expires_on < today:
        raise EditionRefused(_("Ngày hết hạn đã qua."), "expires_on")


def _sentence(text: str, field: str, most: int, empty: str) -> str:
    clean = text.replace("\0", "").strip()
    if not clean:
        raise EditionRefused(empty, field)
    if len(clean) > most:
        raise EditionRefused(_("Dài nhất %d ký tự.") % most, field)
    return clean


def _end(row: AnyEdition, state: Edition.State, *, by: Member | None, reason: str, now: dt.datetime) -> None:
    """Ends a published text: its row, the pointer to it, the publication log, the job that tells who took it."""
    row.state, row.ended_at, row.ended_by, row.end_reason = state, now, by, reason
    row.version += 1
    row.save()
    _point(work_of(row), None)
    _log(row, Entry(state.value), by=by, note=reason, now=now)
    work.enqueue("library.edition_ended", kind=kind_of(row), edition_id=row.pk)


def _point(of: Work, row: Any) -> None:
    of.published = row
    of.save(update_fields=["published"])


def _log(row: AnyEdition, act: PublicationEntry.Act, *, by: Member | None, note: str, now: dt.datetime) -> None:
    answers = row.responsible or province().responsible or by
    PublicationEntry.objects.create(
        act=act,
        form_edition=row if isinstance(row, FormEdition) else None,
        material_edition=row if isinstance(row, MaterialEdition) else None,
        title=title_of(row),
        at=now,
        by=by,
        responsible=answers,
        responsible_name=", ".join(filter(None, [answers.full_name, answers.title]))[:120] if answers else "",
        note=note[:500],
    )
