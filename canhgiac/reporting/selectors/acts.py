"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    "reporting.consolidate": _("Tổng hợp báo cáo"),
    "reporting.consolidation_start": _("Lập báo cáo tổng hợp"),
    "reporting.draft_begin": _("Bắt đầu làm báo cáo"),
    "reporting.due_request": _("Xin gia hạn báo cáo"),
    "reporting.due_request_answer": _("Trả lời đề nghị gia hạn"),
    "reporting.duties_add": _("Thêm đơn vị phải báo cáo"),
    "reporting.duties_refresh": _("Cập nhật đơn vị theo sổ cơ quan"),
    "reporting.duties_suggest": _("Lấy đơn vị theo kế hoạch"),
    "reporting.duties_urge": _("Đôn đốc gửi báo cáo"),
    "reporting.duty_excuse": _("Miễn báo cáo"),
    "reporting.duty_extend": _("Gia hạn báo cáo"),
    "reporting.duty_remove": _("Bỏ đơn vị khỏi kỳ báo cáo"),
    "reporting.duty_route": _("Đổi nơi nhận báo cáo"),
    "reporting.duty_unexcuse": _("Thôi miễn báo cáo"),
    "reporting.field_add": _("Thêm mục vào mẫu"),
    "reporting.field_edit": _("Sửa mục của mẫu"),
    "reporting.field_move": _("Xếp lại mẫu"),
    "reporting.field_remove": _("Bỏ mục khỏi mẫu"),
    "reporting.fields_import": _("Nhập mục của mẫu từ bảng tính"),
    "reporting.file_attach": _("Đính tệp vào báo cáo"),
    "reporting.file_detach": _("Gỡ tệp khỏi báo cáo"),
    "reporting.form_create": _("Tạo mẫu báo cáo"),
    "reporting.form_rename": _("Đổi tên mẫu báo cáo"),
    "reporting.form_retire": _("Ngừng dùng mẫu báo cáo"),
    "reporting.header_edit": _("Sửa phần đầu báo cáo tổng hợp"),
    "reporting.names_show": _("In hoặc che họ tên người được đề xuất khen thưởng"),
    "reporting.obligation_round_make": _("Tạo kỳ từ chế độ báo cáo"),
    "reporting.paragraph_add": _("Thêm đoạn vào báo cáo"),
    "reporting.paragraph_edit": _("Sửa đoạn của báo cáo"),
    "reporting.paragraph_leave_out": _("Bỏ hoặc đưa đoạn vào báo cáo"),
    "reporting.paragraph_move": _("Xếp lại đoạn của báo cáo"),
    "reporting.paragraph_restore": _("Trả đoạn về bản ghép"),
    "reporting.reminders_send": _("Nhắc hạn báo cáo"),
    "reporting.round_close": _("Chốt kỳ báo cáo"),
    "reporting.round_create": _("Tạo kỳ báo cáo"),
    "reporting.round_discard": _("Bỏ kỳ chưa mở"),
    "reporting.round_edit": _("Sửa kỳ báo cáo"),
    "reporting.round_form_change": _("Đổi phiên bản mẫu của kỳ"),
    "reporting.round_open": _("Mở kỳ báo cáo"),
    "reporting.round_reopen": _("Mở lại kỳ đã chốt"),
    "reporting.rounds_schedule": _("Tạo kỳ theo lịch"),
    "reporting.sign_off": _("Ký báo cáo tổng hợp"),
    "reporting.sign_withdraw": _("Rút chữ ký"),
    "reporting.submission_accept": _("Nhận báo cáo"),
    "reporting.submission_file": _("Gửi báo cáo"),
    "reporting.submission_return": _("Trả lại báo cáo"),
    "reporting.submission_take_back": _("Rút báo cáo về sửa"),
    "reporting.submissions_accept": _("Nhận nhiều báo cáo"),
    "reporting.version_copy": _("Tạo phiên bản mẫu mới"),
    "reporting.version_discard": _("Bỏ phiên bản đang soạn"),
    "reporting.version_publish": _("Ban hành mẫu báo cáo"),
    "reporting.sample_reports_load": _("Nạp báo cáo mẫu"),
}
