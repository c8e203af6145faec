"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    "activities.activity_record": _("Ghi hoạt động"),
    "activities.activity_edit": _("Sửa hoạt động"),
    "activities.activity_withdraw": _("Rút hoạt động"),
    "activities.activity_restore": _("Lấy lại hoạt động đã rút"),
    "activities.activity_log": _("Hệ thống tự ghi hoạt động"),
    "activities.activities_accept": _("Công nhận hoạt động"),
    "activities.activity_return": _("Trả lại hoạt động"),
    "activities.evidence_add": _("Thêm minh chứng"),
    "activities.evidence_remove": _("Bỏ minh chứng"),
    "activities.sample_activities_load": _("Nạp hoạt động mẫu"),
}
