"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    "outreach.warning_draft": _("Soạn nháp cảnh báo"),
    "outreach.warning_edit": _("Sửa nháp cảnh báo"),
    "outreach.warning_drop": _("Bỏ nháp cảnh báo"),
    "outreach.warning_restore": _("Khôi phục nháp cảnh báo"),
    "outreach.samples_load": _("Nạp người đăng ký mẫu"),
    "outreach.warning_submit": _("Gửi duyệt cảnh báo"),
    "outreach.warning_take_back": _("Rút cảnh báo về để sửa"),
    "outreach.warning_return": _("Trả lại cảnh báo"),
    "outreach.warning_approve": _("Duyệt cảnh báo"),
    "outreach.warning_issue": _("Phát cảnh báo"),
    "outreach.warning_expire": _("Cảnh báo hết hiệu lực"),
    "outreach.warning_update_begin": _("Lập bản cập nhật cảnh báo"),
    "outreach.warning_cancel_begin": _("Lập bản thu hồi cảnh báo"),
    "outreach.rendition_edit": _("Sửa bản theo kênh"),
    "outreach.rendition_remake": _("Lấy lại lời máy soạn"),
    "outreach.rendition_add_language": _("Thêm ngôn ngữ cho cảnh báo"),
    "outreach.rendition_drop_language": _("Bỏ một ngôn ngữ của cảnh báo"),
}
