"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    "assistant.gap_take": _("Nhận viết chỗ thiếu"),
    "assistant.gap_fill": _("Bổ sung chỗ thiếu"),
    "assistant.gap_drop": _("Bỏ chỗ thiếu"),
    "assistant.gap_undo": _("Hoàn tác chỗ thiếu"),
    "assistant.gap_reopen": _("Chỗ thiếu mở lại vì còn người hỏi"),
    "assistant.gap_questions_forget": _("Xóa câu hỏi đã quá hạn giữ"),
    "assistant.watches_forget": _("Xóa lời hẹn báo đã quá hạn"),
    "assistant.talks_forget": _("Xóa cuộc trò chuyện đã quá hạn giữ"),
    # The duty desk and its calls
    "assistant.duty_ask": _("Có người xin gặp người trực"),
    "assistant.duty_leave": _("Người hỏi thôi chờ người trực"),
    "assistant.duty_open": _("Mở lời trò chuyện ở bàn trực"),
    "assistant.duty_take": _("Nhận cuộc trò chuyện"),
    "assistant.duty_say": _("Người trực trả lời"),
    "assistant.duty_offer_tip": _("Mời người hỏi gửi tin báo"),
    "assistant.duty_pass": _("Chuyển cuộc trò chuyện cho người trực khác"),
    "assistant.duty_return": _("Trả cuộc trò chuyện lại cho trợ lý"),
    "assistant.duty_end": _("Kết thúc cuộc trò chuyện"),
    "assistant.duty_reopen": _("Mở lại cuộc trò chuyện"),
    "assistant.duty_unanswered": _("Không ai nhận, trả lại cho trợ lý"),
    "assistant.duty_requeue": _("Người trực im lặng, đưa lại vào hàng chờ"),
    "assistant.duty_gone": _("Người hỏi không trả lời, kết thúc"),
    "assistant.duty_hours_save": _("Đặt giờ trực"),
    "assistant.call_log": _("Ghi cuộc gọi trực"),
    "assistant.call_edit": _("Sửa cuộc gọi trực"),
    "assistant.call_caller_open": _("Xem người gọi"),
    "assistant.calls_forget": _("Xóa tên, số người gọi đã quá hạn giữ"),
    "assistant.call_export": _("Xuất sổ cuộc gọi"),
    "assistant.samples_load": _("Nạp cuộc trò chuyện, cuộc gọi mẫu"),
}
