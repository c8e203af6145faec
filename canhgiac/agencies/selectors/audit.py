"""The hash of an audit row, and reads of the log."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.kit import clock

from .access import NotAllowed, roles_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GENESIS = "0" * 64
"""What the first row names as its predecessor's hash."""


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256, in hexadecimal, over the previous hash and the row's canonical JSON (sorted keys, UTF-8, UTC)."""
    row = {
        "seq": entry.seq,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "act": entry.act,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "facts": entry.facts,
    }
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{entry.previous_hash}\n{canonical}".encode()).hexdigest()


@dataclass(frozen=True)
class Broken:
    """Where the chain first fails: ``seq`` of the row, and what is wrong, in Vietnamese."""

    seq: int
    what: str


@dataclass(frozen=True)
class Head:
    """The last row of the log at some moment. Kept outside the database, it shows whether the tail was cut off."""

    seq: int
    hash: str


def audit_head() -> Head:
    """The last row; seq 0 for an empty log."""
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    return Head(*last) if last else Head(0, GENESIS)


def audit_broken(heads: Iterable[Head] = ()) -> Broken | None:
    """The first row at which the chain, or one of the kept heads, does not hold; None when all of it does.

    Reads the whole log once, some thousand rows in memory at a time.
    """
    kept = {head.seq: head.hash for head in heads}
    expected, previous = 1, GENESIS
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        if what := _fault(entry, expected, previous, kept.get(entry.seq)):
            return Broken(min(entry.seq, expected), what)
        expected, previous = entry.seq + 1, entry.hash
    missing = [seq for seq in kept if seq >= expected]
    if missing:
        return Broken(
            expected,
            _("Nhật ký hết ở dòng %(last)d, nhưng mốc đã giữ là dòng %(kept)d: bị cắt đuôi hoặc khôi phục bản cũ.")
            % {"last": expected - 1, "kept": max(missing)},
        )
    return None


def _fault(entry: AuditEntry, expected: int, previous: str, kept: str | None) -> str:
    """What is wrong with the row at this place of the chain; empty when nothing is."""
    row = {"seq": entry.seq}
    if entry.seq > expected:
        return _("Thiếu dòng %(seq)d: đã bị xóa.") % {"seq": expected}
    if entry.seq < expected:
        return _("Số thứ tự %(seq)d không đúng: dòng bị chèn.") % row
    if entry.previous_hash != previous:
        return _("Dòng %(seq)d không nối với dòng trước: bị chèn hoặc sửa.") % row
    if entry_hash(entry) != entry.hash:
        return _("Dòng %(seq)d đã bị sửa.") % row
    if kept not in (None, entry.hash):
        return _("Dòng %(seq)d khác mốc đã giữ: chuỗi bị viết lại.") % row
    return ""


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What the log is narrowed to."""

    actor: Member | None = None
    act: str = ""
    """Beginning of the act's name: "agencies." or "plans.task_assign"."""
    subject_type: str = ""
    subject_id: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    """Both days included, Vietnamese time."""


def audit_list(by: Member, narrowed: AuditFilter) -> QuerySet[AuditEntry]:
    """The log, the newest first, for AUDITOR and ADMIN at a root. Raises NotAllowed for others.

    The log spans all agencies, so a role further down does not open it.
    """
    if not roles_of(by, Role.Kind.AUDITOR, Role.Kind.ADMIN).filter(agency__parent=None).exists():
        raise NotAllowed(_("Nhật ký dành cho người kiểm tra và quản trị viên của toàn tỉnh."))
    rows = AuditEntry.objects.select_related("actor")
    if narrowed.actor is not None:
        rows = rows.filter(actor=narrowed.actor)
    if narrowed.act:
        rows = rows.filter(act__startswith=narrowed.act)
    if narrowed.subject_type:
        rows = rows.filter(subject_type=narrowed.subject_type)
    if narrowed.subject_id:
        rows = rows.filter(subject_id=narrowed.subject_id)
    if narrowed.since is not None:
        rows = rows.filter(at__gte=dt.datetime.combine(narrowed.since, dt.time.min, clock.VIETNAM))
    if narrowed.until is not None:
        next_day = narrowed.until + dt.timedelta(days=1)
        rows = rows.filter(at__lt=dt.datetime.combine(next_day, dt.time.min, clock.VIETNAM))
    return rows.order_by("-seq")


def audit_rows(entries: QuerySet[AuditEntry]) -> Iterator[tuple[str | int | dt.datetime, ...]]:
    """The log as rows for a file."""
    for entry in entries.iterator(chunk_size=2000):
        actor = entry.actor.email if entry.actor else ""
        facts = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
        yield (
            entry.seq,
            entry.at.astimezone(clock.VIETNAM),
            actor,
            entry.act,
            entry.subject_type,
            entry.subject_id,
            facts,
            entry.hash,
        )


def audit_acts() -> list[str]:
    """The names of the acts in the log, for a choice."""
    return list(AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct())


ACT_NAMES: dict[str, StrOrPromise] = {
    "agencies.admin_create": gettext_lazy("Lập quản trị viên đầu tiên"),
    "agencies.agencies_import": gettext_lazy("Nhập sổ cơ quan từ tệp"),
    "agencies.agency_close": gettext_lazy("Kết thúc cơ quan"),
    "agencies.agency_create": gettext_lazy("Thêm cơ quan"),
    "agencies.agency_edit": gettext_lazy("Sửa cơ quan"),
    "agencies.agency_merge": gettext_lazy("Nhập cơ quan"),
    "agencies.areas_load": gettext_lazy("Nạp danh mục địa bàn"),
    "agencies.boundaries_import": gettext_lazy("Nhập ranh giới địa bàn"),
    "agencies.invitation_accept": gettext_lazy("Nhận lời mời"),
    "agencies.invitation_resend": gettext_lazy("Gửi lại lời mời"),
    "agencies.invitation_withdraw": gettext_lazy("Rút lời mời"),
    "agencies.login": gettext_lazy("Đăng nhập"),
    "agencies.member_deactivate": gettext_lazy("Ngừng tài khoản"),
    "agencies.member_edit": gettext_lazy("Sửa thành viên"),
    "agencies.member_invite": gettext_lazy("Mời thành viên"),
    "agencies.member_language_set": gettext_lazy("Đổi ngôn ngữ"),
    "agencies.member_reactivate": gettext_lazy("Mở lại tài khoản"),
    "agencies.phone_drop": gettext_lazy("Bỏ số điện thoại của mình"),
    "agencies.phone_handed_on": gettext_lazy("Số điện thoại nay do thành viên khác xác nhận"),
    "agencies.phone_prove": gettext_lazy("Xác nhận số điện thoại của mình"),
    "agencies.province_edit": gettext_lazy("Sửa trang tỉnh"),
    "agencies.province_register": gettext_lazy("Lập sổ cơ quan của tỉnh"),
    "agencies.role_grant": gettext_lazy("Cấp vai trò"),
    "agencies.role_revoke": gettext_lazy("Thu hồi vai trò"),
    "agencies.samples_load": gettext_lazy("Nạp dữ liệu mẫu"),
    "agencies.token_create": gettext_lazy("Tạo mã truy cập"),
    "agencies.token_revoke": gettext_lazy("Thu hồi mã truy cập"),
}
"""Acts as a person reads them. A capability above adds its own with ``acts_named`` when its app is ready."""


def acts_named(names: Mapping[str, StrOrPromise]) -> None:
    """Adds names of acts, "plans.plan_issue": "Ban hành kế hoạch"."""
    ACT_NAMES.update(names)


def act_name(act: str) -> str:
    """The act in Vietnamese; its code where no name was given."""
    return str(ACT_NAMES.get(act, act))


def subject_name(entry: AuditEntry) -> str:
    """What the act was done to: the kind of row in Vietnamese, and its number."""
    try:
        kind = str(apps.get_model(entry.subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        kind = entry.subject_type
    return f"{kind} {entry.subject_id}"
