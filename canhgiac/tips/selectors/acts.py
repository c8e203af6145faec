"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    # Telling and following
    "tips.tip_receive": _("Nhận tin báo"),
    "tips.tip_say_by_code": _("Người báo nhắn thêm"),
    "tips.tip_add_files_by_code": _("Người báo gửi thêm tệp"),
    "tips.tip_withdraw_by_code": _("Người báo rút tin"),
    # What is sealed
    "tips.tip_open": _("Mở niêm phong tin báo"),
    "tips.tip_file_open": _("Mở tệp niêm phong"),
    "tips.tip_say": _("Nhắn người báo"),
    "tips.tip_note": _("Ghi chú vào tin báo"),
    "tips.vault_consent": _("Đồng ý cho lập khóa niêm phong"),
    "tips.vault_make": _("Lập khóa niêm phong"),
    "tips.vault_unlock": _("Mở khóa niêm phong"),
    "tips.vault_unlock_failed": _("Mở khóa niêm phong không được"),
    "tips.vault_lock": _("Đóng khóa niêm phong"),
    "tips.vault_grant": _("Cấp quyền mở niêm phong"),
    "tips.vault_revoke": _("Thu hồi quyền mở niêm phong"),
    "tips.vault_rewrap": _("Niêm phong lại cho khóa mới"),
    "tips.vault_recover": _("Khôi phục khóa niêm phong"),
    "tips.member_key_make": _("Tạo khóa của cán bộ"),
    "tips.member_key_change": _("Đổi cụm mật khẩu"),
    "tips.consent_write": _("Viết lời đồng ý mới"),
    # Triage
    "tips.tip_take": _("Nhận xử lý tin báo"),
    "tips.tip_assign": _("Giao tin báo"),
    "tips.tip_classify": _("Phân loại tin báo"),
    "tips.tip_ask": _("Hỏi người báo"),
    "tips.tip_extend": _("Gia hạn tin báo"),
    "tips.tip_answer": _("Trả lời, kết thúc tin báo"),
    "tips.tip_spam": _("Đánh dấu tin rác"),
    "tips.tip_reopen": _("Mở lại tin báo"),
    "tips.freeze_prepare": _("Lập yêu cầu tạm dừng giao dịch từ tin báo"),
    # Cases
    "tips.tip_link": _("Ghép tin vào vụ"),
    "tips.tip_unlink": _("Bỏ tin khỏi vụ"),
    "tips.case_merge": _("Gộp vụ việc"),
    "tips.case_unmerge": _("Bỏ gộp vụ việc"),
    "tips.case_split": _("Tách vụ việc"),
    "tips.case_close": _("Kết thúc vụ việc"),
    "tips.case_reopen": _("Mở lại vụ việc"),
    # Packs, keeping
    "tips.handover_make": _("Lập hồ sơ chuyển giao"),
    "tips.handover_open": _("Tải hồ sơ chuyển giao"),
    "tips.handover_state_set": _("Ghi bước của hồ sơ chuyển giao"),
    "tips.tips_erase": _("Xóa nội dung tin báo"),
    "tips.person_export": _("Lập bản sao dữ liệu của người báo"),
    "tips.samples_load": _("Nạp tin báo mẫu"),
}
