"""Handing a tip or case on: the pack is made with the vault open, kept encrypted, taken out by an officer, answered."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import NotAllowed, province, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.sealing import box, new_key, seal, unbox
from canhgiac.tips.models import Case, CaseEvent, Handover, Tip
from canhgiac.tips.selectors.deadlines import OPEN_STATES
from canhgiac.tips.selectors.scope import scope_of
from canhgiac.tips.selectors.unlocked import Unlocked
from canhgiac.tips.selectors.vault import vault_current

from .errors import TipRefused
from .files import file_bytes, file_facts, store
from .opening import OpenTip, content_key, tip_open
from .packs import TEXT, Enclosed, PackPlan, pack_make
from .parts import event_add

MOST_TIPS = 50
"""Tips of one pack."""
MOST_BYTES = 200 * 2**20
PAD = 4096
State = Handover.State
NEXT: dict[str, tuple[State, ...]] = {
    State.MADE: (State.HANDED,),
    State.HANDED: (State.RECEIVED, State.ANSWERED, State.MADE),
    State.RECEIVED: (State.ANSWERED, State.HANDED),
    State.ANSWERED: (State.RECEIVED,),
}
"""What may follow each state; the last of each but the first takes a slip back."""


@dataclass(frozen=True, kw_only=True)
class HandoverData:
    """What the officer chose."""

    to: str
    addressee: str
    agency: Agency | None = None
    bins: tuple[str, ...] = ()
    with_files: bool = True
    with_identity: bool = False
    identity_reason: str = ""


@transaction.atomic
def handover_make(
    *, by: Member, unlocked: Unlocked | None, data: HandoverData, tip: Tip | None = None, case: Case | None = None
) -> Handover:
    """Makes the pack of a tip or of a case's tips and keeps it encrypted under a key sealed to the vault.

    Every tip in it is opened and so stands in the log. Raises TipRefused, NotAllowed, BrokenSealError.
    """
    vault = vault_current()
    if unlocked is None or vault is None:
        raise TipRefused(_("Mở niêm phong trước khi lập hồ sơ."))
    _check(data)
    tips = _tips(tip, case)
    opened = [tip_open(by=by, tip=one, unlocked=unlocked) for one in tips]
    enclosed = _enclosed(by, unlocked, opened) if data.with_files else []
    pack = pack_make(_plan(by, data, str(case or tip)), opened, enclosed)
    key = new_key()
    row = Handover.objects.create(
        case=case,
        tip=tip,
        to=data.to,
        agency=data.agency,
        addressee=data.addressee.strip()[:200],
        sealed_sha256=store().put(box(key, pack.data, what="pack", pad=PAD)),
        key_sealed=seal(bytes(vault.public_key), key),
        pack_sha256=pack.sha256,
        files=pack.files,
        made_by=by,
    )
    for one in tips:
        event_add(tip=one, what="handover", by=by, facts={"pack": row.pk, "number": row.get_to_display()})
    facts = {"to": data.to, "tips": tips, "identity": data.with_identity, "reason": data.identity_reason.strip()[:300]}
    audit_record(by=by, act="tips.handover_make", subject=row, facts=facts)
    return row


def _check(data: HandoverData) -> None:
    if data.to not in Handover.To.values:
        raise TipRefused(_("Chọn nơi nhận."), "to")
    if data.to != Handover.To.VNEID and not data.addressee.strip():
        raise TipRefused(_("Ghi tên nơi nhận, như in trên công văn."), "addressee")
    if data.with_identity and not data.identity_reason.strip():
        raise TipRefused(_("Ghi lý do cần danh tính người báo."), "identity_reason")
    if data.to == Handover.To.BANK and not data.bins:
        raise TipRefused(_("Chọn ngân hàng để chỉ chuyển tài khoản của ngân hàng đó."), "bank")


def _tips(tip: Tip | None, case: Case | None) -> list[Tip]:
    rows = Tip.objects.select_related("form", "area", "assigned_agency")
    rows = rows.filter(pk=tip.pk) if tip is not None else rows.filter(case=case)
    found = list(rows.filter(erased_at=None).order_by("received_at", "pk")[: MOST_TIPS + 1])
    if not found:
        raise TipRefused(_("Không còn nội dung nào để chuyển."))
    if len(found) > MOST_TIPS:
        raise TipRefused(_("Vụ này có quá %d tin. Tách bớt rồi lập hồ sơ.") % MOST_TIPS)
    return found


def _plan(by: Member, data: HandoverData, subject: str) -> PackPlan:
    agency = by.agency
    root = province()
    return PackPlan(
        to=data.to,
        addressee=data.addressee.strip(),
        issuer=agency.name if agency else "",
        superior=agency.parent.name if agency and agency.parent else "",
        place=root.name.removeprefix("Tỉnh ").removeprefix("Thành phố ") if root else "",
        subject=subject,
        bins=data.bins,
        with_identity=data.with_identity,
    )


def _enclosed(by: Member, unlocked: Unlocked, opened: Sequence[OpenTip]) -> list[Enclosed]:
    """Redrawn pictures as they are; what is contained in a folder whose name says so."""
    found, total = [], 0
    for one in opened:
        key = content_key(by=by, tip=one.tip, unlocked=unlocked)
        for file in one.tip.files.order_by("pk"):
            facts, data = file_facts(file, key), file_bytes(file, key)
            total += len(data)
            if total > MOST_BYTES:
                raise TipRefused(_("Ảnh, tệp cộng lại quá %d MB. Bỏ chọn kèm ảnh.") % (MOST_BYTES // 2**20))
            name = f"anh/{one.tip}-{file.pk}.jpg" if facts.is_picture else f"tep-cach-ly/{one.tip}-{file.pk}.khong-mo"
            found.append(Enclosed(name, data, str(one.tip)))
    return found


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack as it is handed out."""

    name: str
    data: bytes = field(repr=False)


@transaction.atomic
def handover_open(*, by: Member, handover: Handover, unlocked: Unlocked | None) -> PackFile:
    """The clear ZIP, checked against its digest; each taking out is in the log. Raises TipRefused, NotAllowed."""
    data = _opened(by, handover, unlocked)
    audit_record(by=by, act="tips.handover_open", subject=handover)
    return PackFile(f"ho-so-{handover.pk}-{handover.pack_sha256[:8]}.zip", data)


def vneid_words(*, by: Member, handover: Handover, unlocked: Unlocked | None) -> str:
    """The words to paste into VNeID, out of the pack; logged like its taking out."""
    with zipfile.ZipFile(io.BytesIO(handover_open(by=by, handover=handover, unlocked=unlocked).data)) as archive:
        return archive.read(TEXT).decode()


def _opened(by: Member, handover: Handover, unlocked: Unlocked | None) -> bytes:
    require_role(by, Role.Kind.TIP_OFFICER)
    if unlocked is None or unlocked.member_id != by.pk:
        raise TipRefused(_("Mở niêm phong trước khi tải hồ sơ."))
    _require_reach(by, handover)
    if handover.erased_at is not None or not handover.key_sealed:
        raise TipRefused(_("Hồ sơ này đã xóa theo thời hạn."))
    key = unlocked.open(bytes(handover.key_sealed))
    data = unbox(key, store().get(handover.sealed_sha256), what="pack", pad=PAD)
    if hashlib.sha256(data).hexdigest() != handover.pack_sha256:
        raise TipRefused(_("Hồ sơ lưu không khớp mã SHA-256 đã ghi. Báo quản trị hệ thống."))
    return data


@transaction.atomic
def handover_state_set(*, by: Member, handover: Handover, state: str, outcome: str = "") -> Handover:
    """That it was handed, received, answered with an outcome, or one step back. Raises TipRefused, NotAllowed."""
    row = Handover.objects.select_for_update().get(pk=handover.pk)
    require_role(by, Role.Kind.TIP_OFFICER)
    _require_reach(by, row)
    if state not in NEXT[row.state]:
        raise TipRefused(_("Hồ sơ đang ở bước khác. Tải lại trang."))
    if state == State.ANSWERED and not outcome.strip():
        raise TipRefused(_("Ghi kết quả nơi nhận trả lời."), "outcome")
    was, row.state, now = row.state, state, clock.now()
    row.handed_at = None if state == State.MADE else row.handed_at or now
    if state == State.RECEIVED:
        row.received_at = row.received_at or now
    row.outcome = outcome.strip()[:1000] if state == State.ANSWERED else row.outcome
    row.save()
    if state == State.HANDED and was == State.MADE:
        _tips_handed(by, row)
    audit_record(by=by, act="tips.handover_state_set", subject=row, facts={"was": was, "state": state})
    return row


def _tips_handed(by: Member, row: Handover) -> None:
    """The tips and the case stand as handed on; the sender reads it. A bank or carrier asked for help is not a receiver
    of the matter: the tips stay with us."""
    if row.to in (Handover.To.BANK, Handover.To.TELECOM):
        return
    chosen: dict[str, Any] = {"pk": row.tip_id} if row.tip_id else {"case": row.case_id}
    for tip in Tip.objects.select_for_update().filter(state__in=OPEN_STATES, **chosen).order_by("pk"):
        tip.state, tip.version = Tip.State.HANDED, tip.version + 1
        tip.save(update_fields=["state", "version"])
        event_add(tip=tip, what="handed", by=by, public=True, facts={"pack": row.pk})
    if row.case_id:
        Case.objects.filter(pk=row.case_id, state=Case.State.OPEN).update(state=Case.State.HANDED)
        CaseEvent.objects.create(case_id=row.case_id, what="handed", by=by, facts={"pack": row.pk})


def _require_reach(by: Member, row: Handover) -> None:
    scope = scope_of(by)
    if scope.works_all:
        return
    chosen: dict[str, Any] = {"pk": row.tip_id} if row.tip_id else {"case": row.case_id}
    if not any(scope.works(tip) for tip in Tip.objects.filter(**chosen).select_related("area", "assigned_agency")):
        raise NotAllowed(_("Hồ sơ này ngoài phạm vi của bạn."))
