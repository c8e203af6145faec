"""Files attached to a field of a report: typed by content, pictures re-encoded, kept by content hash."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.activities.services.pictures import (
    JPEG,
    REPORT_FILES,
    EvidenceRefused,
    file_type,
    is_picture,
    picture_read,
)
from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit.files import FileStore
from canhgiac.reporting.models import FormField, ReportDuty, Submission, SubmissionFile

from .drafts import AlreadyFiled, ReportRefused, draft_begin, duty_lock

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 20
"""At one field."""


def store() -> FileStore:
    """Where attached files are kept."""
    return FileStore(settings.FILES_ROOT)


@transaction.atomic
def file_attach(
    *, by: Member, duty: ReportDuty, code: str, data: bytes, file_name: str, uid: uuid.UUID | None = None
) -> SubmissionFile:
    """Attaches a file to a field of the duty's draft. The same ``uid``, or the same content there, is one file.

    PDF, DOCX, XLSX, PPTX and pictures, by content; a picture is re-encoded without its metadata. Raises
    NotAllowed, AlreadyFiled, ReportRefused.
    """
    duty = duty_lock(by=by, duty=duty)
    draft = Submission.objects.select_related("filed_by").filter(duty=duty).exclude(state="returned").first()
    if draft is not None and draft.state != Submission.State.DRAFT:
        raise AlreadyFiled(draft)
    draft = draft or draft_begin(by=by, duty=duty)
    kinds = [FormField.Kind.FILE, FormField.Kind.FIGURE]
    if not FormField.objects.filter(form_version=draft.form_version_id, code=code, kind__in=kinds).exists():
        raise ReportRefused(_("Mục này không nhận tệp."))
    content, content_type = sound_content(data)
    sha256 = store().put(content)
    same = SubmissionFile.objects.filter(submission=draft, code=code, sha256=sha256).first()
    same = same or (SubmissionFile.objects.filter(uid=uid, submission=draft).first() if uid else None)
    if same is not None:
        return same
    if draft.files.filter(code=code).count() >= MAX_FILES:
        raise ReportRefused(_("Mỗi mục nhiều nhất %(n)s tệp.") % {"n": MAX_FILES})
    row = SubmissionFile.objects.create(
        submission=draft,
        code=code,
        uid=uid or uuid.uuid4(),
        sha256=sha256,
        file_name=PurePath(file_name.replace("\\", "/").replace("\0", "")).name[-255:] or "tep",
        content_type=content_type,
        size=len(content),
        by=by,
    )
    facts = {"duty": duty.pk, "code": code, "sha256": sha256}
    audit_record(by=by, act="reporting.file_attach", subject=row, facts=facts)
    return row


@transaction.atomic
def file_detach(*, by: Member, file: SubmissionFile) -> None:
    """Takes a file off the draft; one of a filed report stays. Raises NotAllowed, ReportRefused."""
    duty = duty_lock(by=by, duty=file.submission.duty)
    row = SubmissionFile.objects.select_related("submission").filter(pk=file.pk).first()
    if row is None:
        return
    if row.submission.state != Submission.State.DRAFT:
        raise ReportRefused(_("Báo cáo đã gửi, không bỏ tệp được. Rút báo cáo về trước."))
    row.delete()
    facts = {"duty": duty.pk, "code": row.code, "sha256": row.sha256}
    audit_record(by=by, act="reporting.file_detach", subject=file, facts=facts)


def sound_content(data: bytes) -> tuple[bytes, str]:
    """What is kept of the bytes, and its type by content. Raises ReportRefused for what is not taken.

    A picture is kept as evidence of an activity is: a JPEG without metadata, at most 2048 pixels a side.
    """
    if len(data) > MAX_BYTES:
        raise ReportRefused(_("Tệp lớn quá 20 MB."))
    try:
        if is_picture(data):
            return picture_read(data).data, JPEG
        return data, file_type(data, endings=REPORT_FILES).content_type
    except EvidenceRefused as why:
        raise ReportRefused(str(why)) from why
