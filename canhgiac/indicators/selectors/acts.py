"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    # The register
    "indicators.indicator_report": _("Ghi dấu vết nghi vấn"),
    "indicators.value_shown": _("Xem cả số, cả tài khoản"),
    "indicators.values_exported": _("Xuất sổ dấu vết"),
    "indicators.indicator_reopen": _("Mở lại dấu vết đã gỡ"),
    "indicators.indicators_expire": _("Hết hạn dấu vết"),
    "indicators.indicator_propose": _("Đề nghị về dấu vết"),
    "indicators.indicator_set": _("Đổi trạng thái dấu vết"),
    "indicators.indicator_decide": _("Quyết định về dấu vết"),
    "indicators.decision_take_back": _("Rút đề nghị về dấu vết"),
    "indicators.decision_undo": _("Hoàn tác quyết định về dấu vết"),
    # Genuine addresses
    "indicators.known_good_add": _("Thêm địa chỉ chính thức"),
    "indicators.known_good_retire": _("Bỏ địa chỉ chính thức"),
    "indicators.known_good_load": _("Nạp danh sách địa chỉ chính thức"),
    # Appeals
    "indicators.appeal_take": _("Nhận khiếu nại"),
    "indicators.appeal_decide": _("Trả lời khiếu nại"),
    # The index
    "indicators.index_build": _("Dựng chỉ mục tra cứu"),
    "indicators.sample_indicators_load": _("Nạp dữ liệu mẫu của sổ dấu vết"),
    # Lists of others
    "indicators.list_source_create": _("Thêm nguồn danh sách"),
    "indicators.list_source_edit": _("Sửa nguồn danh sách"),
    "indicators.list_source_retire": _("Thôi dùng hoặc dùng lại nguồn danh sách"),
    "indicators.list_upload": _("Tải tệp danh sách lên"),
    "indicators.list_accept": _("Nhận tệp danh sách vào sổ"),
    "indicators.list_drop": _("Bỏ tệp danh sách"),
    "indicators.list_undo": _("Hoàn tác lần nhập danh sách"),
    # Partners
    "indicators.partner_create": _("Thêm đối tác"),
    "indicators.partner_edit": _("Sửa đối tác"),
    "indicators.partner_suspend": _("Tạm ngừng hoặc mở lại đối tác"),
    "indicators.partner_token_create": _("Cấp mã cho đối tác"),
    "indicators.partner_token_revoke": _("Thu hồi mã của đối tác"),
    "indicators.partner_secret_set": _("Đặt khóa ký yêu cầu cho đối tác"),
    "indicators.partner_export": _("Đối tác lấy sổ dấu vết"),
    "indicators.partner_report": _("Đối tác báo dấu vết"),
    # Formal requests
    "indicators.sample_requests_load": _("Nạp yêu cầu mẫu"),
    "indicators.request_prepare": _("Lập yêu cầu"),
    "indicators.request_edit": _("Sửa yêu cầu"),
    "indicators.request_letter_open": _("Mở công văn yêu cầu"),
    "indicators.request_submit": _("Trình ký yêu cầu"),
    "indicators.request_return": _("Trả lại yêu cầu"),
    "indicators.request_sign": _("Ký yêu cầu"),
    "indicators.request_mark_sent": _("Ghi yêu cầu đã gửi"),
    "indicators.request_resend": _("Gửi lại yêu cầu"),
    "indicators.request_answer": _("Ghi trả lời của bên nhận"),
    "indicators.request_urge": _("Đôn đốc yêu cầu"),
    "indicators.request_withdraw": _("Rút yêu cầu"),
}
