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
    "activities.activities_join": _("Gộp hoạt động trùng"),
    "activities.activity_part": _("Bỏ gộp hoạt động"),
    "activities.pair_part": _("Ghi hai hoạt động là khác nhau"),
    "activities.pair_recall": _("Lấy lại gợi ý trùng"),
    "activities.activities_edit_many": _("Sửa nhiều hoạt động"),
    "activities.activities_edit_many_undo": _("Hoàn tác sửa nhiều hoạt động"),
    "activities.activities_import": _("Nhập hoạt động từ bảng tính"),
    "activities.activities_import_undo": _("Hoàn tác lần nhập bảng tính"),
    "activities.remark_make": _("Ghi khó khăn, kiến nghị"),
    "activities.remark_edit": _("Sửa khó khăn, kiến nghị"),
    "activities.remark_answer": _("Trả lời khó khăn, kiến nghị"),
    "activities.remark_state_set": _("Đổi trạng thái khó khăn, kiến nghị"),
    "activities.commendation_propose": _("Đề xuất khen thưởng"),
    "activities.commendation_edit": _("Sửa đề xuất khen thưởng"),
    "activities.commendation_decide": _("Xét khen thưởng"),
    "activities.awards_propose": _("Đưa giải cuộc thi vào đề xuất khen thưởng"),
    "activities.budget_line_add": _("Ghi kinh phí"),
    "activities.budget_line_edit": _("Sửa kinh phí"),
    "activities.budget_line_remove": _("Xóa dòng kinh phí"),
    "activities.sample_activities_load": _("Nạp hoạt động mẫu"),
}
