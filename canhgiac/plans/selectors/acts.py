"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACT_NAMES = {
    "plans.body_assign": _("Chọn cơ quan đứng tên"),
    "plans.directive_receive": _("Tải văn bản lên"),
    "plans.directive_retry": _("Đọc lại văn bản"),
    "plans.extraction_store": _("Đọc văn bản"),
    "plans.feed_close": _("Thu hồi liên kết lịch"),
    "plans.feed_open": _("Tạo liên kết lịch"),
    "plans.finding_handle": _("Xử lý điều cần xem"),
    "plans.header_correct": _("Sửa phần đầu văn bản"),
    "plans.piece_add": _("Thêm phần bằng tay"),
    "plans.piece_edit": _("Sửa phần đã tách"),
    "plans.piece_retype": _("Đổi loại phần đã tách"),
    "plans.piece_review": _("Nhận hoặc bỏ phần đã tách"),
    "plans.pieces_accept": _("Nhận các phần chưa xem"),
    "plans.plan_close": _("Kết thúc kế hoạch"),
    "plans.plan_discard": _("Bỏ bản nháp"),
    "plans.plan_issue": _("Ban hành kế hoạch"),
    "plans.reminders_send": _("Nhắc hạn"),
    "plans.status_set": _("Đổi trạng thái"),
    "plans.status_undo": _("Hoàn tác trạng thái"),
    "plans.statuses_set": _("Đổi trạng thái nhiều việc"),
    "plans.step_undo": _("Hoàn tác bước đối chiếu"),
    "plans.sub_plan_compare": _("Đối chiếu kế hoạch của đơn vị"),
    "plans.sub_plan_match_set": _("Ghi nhận định"),
    "plans.sub_plans_chase": _("Nhắc gửi kế hoạch"),
    "plans.suggestions_handle": _("Xử lý chỗ nghi lỗi quét"),
    "plans.target_split": _("Tách chỉ tiêu"),
    "plans.task_edit": _("Sửa nhiệm vụ"),
    "plans.task_merge": _("Gộp nhiệm vụ"),
    "plans.task_split": _("Tách nhiệm vụ"),
    "plans.tasks_urge": _("Đôn đốc"),
}
