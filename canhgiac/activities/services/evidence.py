"""Evidence of an activity: taken in by content, kept by hash, flagged where it was seen before, taken out again."""

from __future__ import annotations

import hashlib
import uuid as uuids
from collections.abc import Iterable
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.activities.models import Activity, ActivityStep, Evidence
from canhgiac.activities.selectors.evidence import same_before
from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore

from .pictures import JPEG, EvidenceRefused, file_type, is_picture, picture_read
from .record import Act, Origin, State, changeable, counting_enqueue

MAX_PIECES = 40
"""Pieces of evidence of one activity."""


def store() -> FileStore:
    """Where evidence is kept."""
    return FileStore(settings.FILES_ROOT)


@transaction.atomic
def evidence_add(
    *,
    by: Member,
    activity: Activity,
    data: bytes,
    file_name: str,
    uid: uuids.UUID | None = None,
    keep_original: bool = False,
    caption: str = "",
) -> Evidence:
    """Adds a photo or file to an activity; the same ``uid``, or the same bytes again, answer what is there already.

    What it is, the content says, not the name. A photo is re-encoded without metadata; ``keep_original`` keeps the
    untouched one beside it, with time and place of the shot. ``same_as`` of the answer tells where it was seen
    before. Whoever may edit the activity. Raises EvidenceRefused, NotAllowed.
    """
    row = changeable(by, activity)
    uid, source = uid or uuids.uuid4(), hashlib.sha256(data).hexdigest()
    known = Evidence.objects.filter(uid=uid).first()
    if known is not None and known.activity_id != row.pk:
        raise EvidenceRefused(_("Mã của tệp này đã dùng cho hoạt động khác. Chọn lại tệp."))
    if known := known or row.evidence.filter(source_sha256=source).first():
        return known
    if row.origin == Origin.SYSTEM or row.state == State.WITHDRAWN:
        raise EvidenceRefused(_("Hoạt động đã rút, hoặc do hệ thống tự ghi: không thêm minh chứng được."))
    if row.evidence.count() >= MAX_PIECES:
        raise EvidenceRefused(_("Mỗi hoạt động nhiều nhất %d ảnh, tệp.") % MAX_PIECES)
    if len(data) > settings.UPLOAD_MAX_BYTES:
        raise EvidenceRefused(_("Tệp quá %d MB. Gửi bản nhỏ hơn.") % (settings.UPLOAD_MAX_BYTES // 2**20))
    evidence = Evidence(activity=row, uid=uid, source_sha256=source, added_by=by, caption=_caption(caption))
    _keep(evidence, data, file_name, keep_original=keep_original)
    evidence.same_as = same_before(source, evidence.picture_hash, besides=row)
    evidence.save(force_insert=True)
    audit_record(
        by=by,
        act="activities.evidence_add",
        subject=evidence,
        facts={"activity": row.pk, "sha256": evidence.sha256, "same_as": evidence.same_as},
    )
    return evidence


def evidence_add_many(
    *, by: Member, activity: Activity, files: Iterable[tuple[str, bytes]], keep_original: bool = False
) -> list[str]:
    """Adds several files (name, content), each on its own: one that is refused does not stop the others.

    Answers a Vietnamese line for each refused. Raises NotAllowed.
    """
    refused = []
    for name, data in files:
        try:
            evidence_add(by=by, activity=activity, data=data, file_name=name, keep_original=keep_original)
        except EvidenceRefused as refusal:
            refused.append(f"{name}: {refusal}")
    return refused


@transaction.atomic
def evidence_remove(*, by: Member, evidence: Evidence) -> Activity:
    """Takes a piece of evidence out; an accepted activity goes to the superior again. The bytes stay in the store,
    where another activity, or the history, may point at them. Whoever may edit the activity. Raises NotAllowed.
    """
    row = changeable(by, evidence.activity)
    was = row.state
    if was == State.ACCEPTED:
        row.state, row.reviewed_by, row.reviewed_at = State.SUBMITTED, None, None
    row.version += 1
    row.save(update_fields=["state", "reviewed_by", "reviewed_at", "version"])
    facts = {"activity": row.pk, "sha256": evidence.sha256, "file_name": evidence.file_name}
    ActivityStep.objects.create(
        activity=row, act=Act.EDIT, by=by, at=clock.now(), before={"evidence": evidence.file_name}
    )
    audit = (evidence.pk, facts)
    evidence.delete()
    if was == State.ACCEPTED:
        counting_enqueue([row.pk])
    audit_record(by=by, act="activities.evidence_remove", subject=row, facts={"evidence": audit[0], **facts})
    return row


def _caption(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:200]


def _keep(evidence: Evidence, data: bytes, file_name: str, *, keep_original: bool) -> None:
    """Puts the bytes into the store and what they are into the row."""
    name = PurePath(file_name.replace("\\", "/").replace("\0", "")).name.strip() or "minh-chung"
    stem = PurePath(name).stem[:240] or "minh-chung"
    if is_picture(data):
        picture = picture_read(data)
        evidence.kind, evidence.content_type, kept = Evidence.Kind.PHOTO, JPEG, picture.data
        evidence.thumb_sha256 = store().put(picture.thumb)
        evidence.picture_hash, evidence.width, evidence.height = picture.looks, picture.width, picture.height
        evidence.original_sha256 = store().put(data) if keep_original else ""
        evidence.file_name = f"{stem}.jpg"
    else:
        type_ = file_type(data)
        evidence.kind, evidence.content_type, kept = Evidence.Kind.FILE, type_.content_type, data
        evidence.file_name = f"{stem}.{type_.ending}"
    evidence.sha256, evidence.size = store().put(kept), len(kept)
