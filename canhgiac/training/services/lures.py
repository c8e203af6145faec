"""Lures: written, handed to a second person, approved as they stand, copied to be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Audience, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.library.models import ScamForm
from canhgiac.training.models import Drill, Lure
from canhgiac.training.selectors.lures import WRITERS, lure_faults
from canhgiac.training.selectors.worksheet import CUES, PREMISE, STEPS

from .refusals import TrainingRefused

CUES_MOST = 20
TITLE_LENGTH, SUBJECT_LENGTH, SENDER_LENGTH, BODY_LENGTH, WHY_LENGTH = 120, 150, 60, 4000, 300


@dataclass(frozen=True, slots=True)
class LureData:
    """What a person writes of a lure."""

    title: str
    way: str
    form: ScamForm
    body: str
    subject: str = ""
    sender_name: str = ""
    audiences: tuple[str, ...] = ()
    cues: Sequence[dict[str, str]] = ()
    """{"kind": of ``worksheet.CUES``, "words": as they stand in the text, "why": one sentence}."""
    premise: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def lure_new(*, by: Member, data: LureData) -> Lure:
    """A draft. EDITOR, TRAINER, COORDINATOR. Raises NotAllowed, TrainingRefused."""
    require_role(by, *WRITERS)
    row = Lure(author=by, code=_code_next(), version=1)
    _fill(row, data)
    audit_record(by=by, act="training.lure_new", subject=row, facts={"way": row.way})
    return row


@transaction.atomic
def lure_edit(*, by: Member, lure: Lure, data: LureData, version: int) -> Lure:
    """Other words for a draft. Raises NotAllowed, TrainingRefused (an approved one is reworked or copied)."""
    require_role(by, *WRITERS)
    row = _held(lure, version)
    if row.state != Lure.State.DRAFT:
        raise TrainingRefused(_("Mồi đã duyệt không sửa được lời. Bấm Sửa lại hoặc Soạn bản mới."))
    row.version += 1
    row.author = by
    _fill(row, data)
    audit_record(by=by, act="training.lure_edit", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def lure_approve(*, by: Member, lure: Lure, version: int) -> Lure:
    """The second person lets it be used as it stands: an APPROVER, never who wrote it.

    Raises NotAllowed, TrainingRefused.
    """
    require_role(by, Role.Kind.APPROVER)
    row = _held(lure, version)
    if row.author_id == by.pk:
        raise TrainingRefused(_("Người soạn không tự duyệt mồi của mình."))
    if row.state != Lure.State.DRAFT:
        raise TrainingRefused(_("Mồi này không chờ duyệt."))
    _check(row)
    row.state, row.reviewer, row.reviewed_at = Lure.State.APPROVED, by, clock.now()
    row.save(update_fields=["state", "reviewer", "reviewed_at"])
    audit_record(by=by, act="training.lure_approve", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def lure_rework(*, by: Member, lure: Lure, version: int) -> Lure:
    """Takes an approved lure back to a draft; drills that were to use it need both approvals anew.

    Refused once anybody got it: what was sent stays what the lesson shows. Raises NotAllowed, TrainingRefused.
    """
    require_role(by, *WRITERS)
    row = _held(lure, version)
    if row.state != Lure.State.APPROVED:
        raise TrainingRefused(_("Chỉ sửa lại được mồi đã duyệt."))
    drills = list(Drill.objects.select_for_update().filter(lures=row))
    if any(one.started_at is not None for one in drills):
        raise TrainingRefused(_("Mồi này đã gửi cho người thật. Soạn bản mới từ nó."))
    for drill in drills:
        drill.version += 1
        drill.state = Drill.State.DRAFT
        drill.save(update_fields=["version", "state"])
    row.state, row.reviewer, row.reviewed_at, row.version = Lure.State.DRAFT, None, None, row.version + 1
    row.save(update_fields=["state", "reviewer", "reviewed_at", "version"])
    audit_record(by=by, act="training.lure_rework", subject=row, facts={"drills": [one.pk for one in drills]})
    return row


@transaction.atomic
def lure_copy(*, by: Member, lure: Lure) -> Lure:
    """A draft with the same words: how a lure in use is changed. Raises NotAllowed."""
    require_role(by, *WRITERS)
    row = Lure.objects.get(pk=lure.pk)
    row.pk, row.code, row.author, row.version, row.is_starter = None, _code_next(), by, 1, False
    row.title = (_("%s (bản mới)") % row.title)[:TITLE_LENGTH]
    row.state, row.reviewer, row.reviewed_at, row.made_at = Lure.State.DRAFT, None, None, clock.now()
    row.save(force_insert=True)
    audit_record(by=by, act="training.lure_copy", subject=row, facts={"from": lure.pk})
    return row


@transaction.atomic
def lure_end(*, by: Member, lure: Lure, version: int) -> Lure:
    """No new drill takes it. Raises NotAllowed, TrainingRefused."""
    require_role(by, *WRITERS)
    row = _held(lure, version)
    busy = (Drill.State.WAITING, Drill.State.APPROVED, Drill.State.RUNNING)
    if row.drills.filter(state__in=busy).exists():
        raise TrainingRefused(_("Có đợt diễn tập đang dùng mồi này."))
    row.state, row.version = Lure.State.ENDED, row.version + 1
    row.save(update_fields=["state", "version"])
    audit_record(by=by, act="training.lure_end", subject=row, facts={})
    return row


def _held(lure: Lure, version: int) -> Lure:
    row = Lure.objects.select_for_update().get(pk=lure.pk)
    if row.version != version:
        raise TrainingRefused(_("Người khác vừa sửa mồi này. Xem bản mới rồi làm tiếp."), version=row.version)
    return row


def _code_next() -> str:
    """ "M0001" and so on; starters bring codes of their own."""
    last = Lure.objects.filter(code__regex=r"^M\d{4}$").order_by("-code").values_list("code", flat=True).first()
    return f"M{int(last[1:]) + 1 if last else 1:04}"


def _fill(row: Lure, data: LureData) -> None:
    """The words into the row, cleaned and checked; saved. Raises TrainingRefused."""
    row.title = " ".join(storable(data.title).split())[:TITLE_LENGTH]
    row.way, row.form = data.way, data.form
    row.subject = storable(data.subject).strip()[:SUBJECT_LENGTH]
    row.sender_name = " ".join(storable(data.sender_name).split())[:SENDER_LENGTH]
    row.body = storable(data.body).replace("\r\n", "\n").strip()[:BODY_LENGTH]
    row.audiences = [one for one in data.audiences if one in Audience.values]
    row.cues = [
        {
            "kind": str(cue.get("kind", "")),
            "words": storable(str(cue.get("words", ""))).replace("\r\n", "\n").strip(),
            "why": storable(str(cue.get("why", ""))).strip()[:WHY_LENGTH],
        }
        for cue in data.cues[:CUES_MOST]
    ]
    row.premise = {name: data.premise.get(name, 0) for name in PREMISE}
    _check(row)
    row.save()


def _check(row: Lure) -> None:
    """Raises TrainingRefused with the first thing that stands against the lure."""
    if not row.title:
        raise TrainingRefused(_("Đặt tên cho mồi."), "title")
    if row.way not in Lure.Way.values:
        raise TrainingRefused(_("Chọn kênh."), "way")
    if any(step not in STEPS for step in row.premise.values()):
        raise TrainingRefused(_("Mỗi mục độ sát việc là 0, 2, 4, 6 hoặc 8."), "premise")
    if any(cue["kind"] not in CUES for cue in row.cues):
        raise TrainingRefused(_("Chọn loại cho mỗi dấu hiệu."), "cues")
    found = lure_faults(way=row.way, subject=row.subject, sender_name=row.sender_name, body=row.body, cues=row.cues)
    if found:
        raise TrainingRefused(found[0].says, found[0].field)
