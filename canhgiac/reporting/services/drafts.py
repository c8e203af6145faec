"""The draft of a report: saved often, by several people, from devices that were offline; nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.exact import plain
from canhgiac.kit.text import storable
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.models import FormField, ReportDuty, ReportRound, Submission, SubmissionFile
from canhgiac.reporting.selectors.prefill import Prefilled, is_number, prefill
from canhgiac.reporting.selectors.submissions import COUNTED, fields_of
from canhgiac.reporting.selectors.validation import REASON_LIMIT, Fault, wrong_kind

State = Submission.State


class ReportRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese."""


class AnswersRefused(ReportRefused):
    """Answers that the form cannot take: ``faults`` name the fields. Nothing was saved."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(" ".join(f"{fault.code}: {fault.message}" for fault in faults))
        self.faults = faults


class AlreadyFiled(ReportRefused):
    """Someone filed the report meanwhile: ``submission`` is it, ``codes`` the answers that differ from it."""

    def __init__(self, submission: Submission, codes: Collection[str] = ()) -> None:
        super().__init__(
            _("%(name)s đã gửi báo cáo này lúc %(at)s.")
            % {
                "name": submission.filed_by or _("Người khác"),
                "at": submission.filed_at.astimezone(clock.VIETNAM).strftime("%H:%M %d/%m/%Y")
                if submission.filed_at
                else "",
            }
        )
        self.submission, self.codes = submission, list(codes)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two writers filled in differently."""

    code: str
    mine: Any
    theirs: Any
    who: str
    """Whose answer stands in the draft."""


class DraftConflict(ReportRefused):
    """Another person changed the same fields since; nothing was saved. ``conflicts`` show both answers."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        names = ", ".join(sorted({conflict.who for conflict in conflicts}))
        super().__init__(_("%(names)s vừa sửa cùng mục. Xem hai câu trả lời rồi chọn một.") % {"names": names})
        self.conflicts = conflicts


@dataclass(frozen=True)
class Saved:
    """What became of a save."""

    submission: Submission
    conflicts: list[Conflict] = field(default_factory=list)
    """Left as they stand in the draft, for a person to choose."""
    joined: list[str] = field(default_factory=list)
    """Codes that others changed since the version given: the writer has not seen them yet."""


@dataclass(frozen=True)
class Changes:
    """What one writer changed, each by code."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    """A number, null for "chưa có số liệu", a text, a table; "" or [] takes the answer away."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a figure differs from its source."""
    jumps: Mapping[str, str] = field(default_factory=dict)
    """Why a figure is far from the period before."""
    settled: Collection[str] = ()
    """Fields in conflict at which the writer chose the own answer."""


@transaction.atomic
def draft_save(
    *, by: Member, duty: ReportDuty, answers: Mapping[str, Any], version: int, uid: uuid.UUID | None = None
) -> Submission:
    """Saves these answers into the duty's draft, which begins with the first save; others are left as they are.

    ``version`` is the draft's when the writer read it (0 before the first); ``uid`` names the writer's device, so
    that the same save sent twice is one. Raises NotAllowed, AnswersRefused, AlreadyFiled, DraftConflict (where
    another writer changed the same field since), ReportRefused for a round that is not open.
    """
    saved = draft_merge(by=by, duty=duty, changes=Changes(answers), version=version, uid=uid)
    if saved.conflicts:
        raise DraftConflict(saved.conflicts)
    return saved.submission


@transaction.atomic
def draft_merge(*, by: Member, duty: ReportDuty, changes: Changes, version: int, uid: uuid.UUID | None = None) -> Saved:
    """As :func:`draft_save`, but keeps what nobody else touched and returns the rest as conflicts."""
    duty = duty_lock(by=by, duty=duty)
    fields = {one.code: one for one in fields_of(duty.round.form_version_id or 0)}
    answers = _sound(fields, changes.answers)
    draft = _current(duty)
    if draft is not None and draft.state in COUNTED:
        differing = [code for code, value in answers.items() if draft.answers.get(code, "") != value]
        if differing or draft.filed_by_id != by.pk:
            raise AlreadyFiled(draft, differing)
        return Saved(draft)
    draft = draft or draft_begin(by=by, duty=duty, uid=uid)
    merged = _Merge(by, uid, draft, version)
    changed = merged.apply(answers, changes.settled)
    changed |= _explained(draft, changes)
    if changed:
        _origins(draft, duty, [fields[code] for code in changed if code in fields], answers)
        draft.version += 1
        draft.edited_by, draft.edited_at = by, clock.now()
        draft.save(update_fields=["answers", "origins", "touched", "version", "edited_by", "edited_at"])
    return Saved(draft, merged.conflicts, merged.joined)


def duty_lock(*, by: Member, duty: ReportDuty) -> ReportDuty:
    """The duty, locked until the transaction ends, for its officers while the round is open.

    Every act on a report takes it first, so two of them come one after the other. Raises NotAllowed, ReportRefused.
    """
    row = duty_locked(duty.pk)
    scope = scope_of(by)
    if not row.agency.path.startswith((*scope.own, *scope.steered)):
        raise NotAllowed(_("Báo cáo này không phải của cơ quan bạn."))
    check_open(row)
    if row.state == ReportDuty.State.EXCUSED:
        raise ReportRefused(_("Đơn vị được miễn báo cáo kỳ này."))
    return row


def duty_locked(duty_id: int) -> ReportDuty:
    """The duty with its round and agencies, locked until the transaction ends."""
    rows = ReportDuty.objects.select_for_update(of=("self",)).select_related("agency", "reports_to", "round")
    return rows.get(pk=duty_id)


def check_open(duty: ReportDuty) -> None:
    """Raises ReportRefused unless the round is being collected."""
    if duty.round.state == ReportRound.State.CLOSED:
        raise ReportRefused(_("Kỳ báo cáo đã chốt, không sửa được nữa."))
    if duty.round.state != ReportRound.State.OPEN:
        raise ReportRefused(_("Kỳ báo cáo chưa mở."))


def _current(duty: ReportDuty) -> Submission | None:
    current = Submission.objects.filter(duty=duty).exclude(state=State.RETURNED).order_by("pk").first()
    if current is not None:
        current.duty = duty  # known and locked: whoever goes on from here need not ask for it
    return current


def draft_begin(*, by: Member, duty: ReportDuty, uid: uuid.UUID | None = None) -> Submission:
    """A new draft of a locked duty: empty at first, a copy of the returned revision with its files after that."""
    last = Submission.objects.filter(duty=duty).order_by("-number").first()
    assert duty.round.form_version_id is not None
    if uid is None or Submission.objects.filter(uid=uid).exists():  # the same device wrote the revision before
        uid = uuid.uuid4()
    draft = Submission(
        duty=duty,
        number=last.number + 1 if last else 1,
        form_version_id=duty.round.form_version_id,
        uid=uid,
        answers=dict(last.answers) if last else {},
        origins=dict(last.origins) if last else {},
        touched=dict(last.touched) if last else {},
        version=last.version + 1 if last else 1,  # grows on: a device that slept through the return is still behind
        edited_by=by,
        edited_at=clock.now(),
    )
    draft.save(force_insert=True)
    if last is not None:
        names = ("code", "sha256", "file_name", "content_type", "size", "by_id", "at")
        SubmissionFile.objects.bulk_create(
            SubmissionFile(submission=draft, **dict(zip(names, row, strict=True)))
            for row in last.files.order_by("pk").values_list(*names)
        )
    audit_record(by=by, act="reporting.draft_begin", subject=draft, facts={"duty": duty.pk, "number": draft.number})
    return draft


def _sound(fields: Mapping[str, FormField], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are kept. Raises AnswersRefused for unknown codes and values of the wrong kind."""
    faults, sound = [], {}
    for code, value in answers.items():
        asked = fields.get(code)
        if asked is None:
            faults.append(Fault(code, "kind", _("Mẫu báo cáo không có mục này.")))
        elif value not in ("", []) and (fault := wrong_kind(asked, value)):
            faults.append(fault)
        sound[code] = _kept(value)
    if faults:
        raise AnswersRefused(faults)
    return sound


def _kept(value: Any) -> Any:
    if is_number(value):
        return plain(Decimal(value))
    if isinstance(value, str):
        return storable(value).replace("\r\n", "\n").strip()
    if isinstance(value, list):
        rows = [[_kept(cell) for cell in row] for row in value]
        return [row for row in rows if any(cell not in ("", None) for cell in row)] or ""
    return value


class _Merge:
    """One writer's answers laid over the draft."""

    def __init__(self, by: Member, uid: uuid.UUID | None, draft: Submission, version: int) -> None:
        self.draft, self.version, self.by = draft, version, by
        self.mark = [draft.version + 1, by.pk, str(uid or "")]
        self.conflicts: list[Conflict] = []
        newer = {code: mark for code, mark in draft.touched.items() if mark[0] > version}
        self.foreign = {code for code, mark in newer.items() if uid is None or mark[1:] != self.mark[1:]}
        self.joined = sorted(self.foreign)
        self.names: dict[int, str] = {}

    def apply(self, answers: Mapping[str, Any], settled: Collection[str]) -> set[str]:
        """Sets what may be set and returns those codes."""
        changed = set()
        for code, value in answers.items():
            stands = self.draft.answers.get(code, "")
            if _same(stands, value):
                continue
            if code in self.foreign and code not in settled:
                self.conflicts.append(Conflict(code, value, stands, self._name(self.draft.touched[code][1])))
                continue
            if value == "" and value is not None:
                self.draft.answers.pop(code, None)
            else:
                self.draft.answers[code] = value
            self.draft.touched[code] = self.mark
            changed.add(code)
        self.joined = [code for code in self.joined if code not in answers]
        return changed

    def _name(self, member_id: int) -> str:
        if member_id not in self.names:
            self.names[member_id] = str(Member.objects.filter(pk=member_id).first() or _("Người khác"))
        return self.names[member_id]


def _same(one: Any, other: Any) -> bool:
    """Whether two kept answers are the same: 0 and False, or "" and null, are not."""
    return type(one) is type(other) and one == other


def _explained(draft: Submission, changes: Changes) -> set[str]:
    """Writes the reasons down and returns the codes that got a new one."""
    changed = set()
    for key, given in (("reason", changes.reasons), ("jump", changes.jumps)):
        for code, words in given.items():
            kept = " ".join(storable(words).split())[:REASON_LIMIT]
            origin = draft.origins.get(code, {})
            if origin.get(key, "") != kept:
                draft.origins[code] = origin | {key: kept}
                changed.add(code)
    return changed


def _origins(draft: Submission, duty: ReportDuty, fields: list[FormField], answers: Mapping[str, Any]) -> None:
    """Notes beside each changed answer what its source gave at that moment."""
    sourced = [one for one in fields if one.source and one.code in answers]
    came: Mapping[str, Prefilled] = prefill(duty, sourced) if sourced else {}
    for code, given in came.items():
        value: Any = given.text or None
        if given.value is not None:
            value = plain(given.value)
        seen = {"from": given.source, "value": value, "at": clock.now().isoformat(), "line": given.line}
        draft.origins[code] = draft.origins.get(code, {}) | seen
