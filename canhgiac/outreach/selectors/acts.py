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
    "outreach.rendition_record": _("Nộp bản ghi đọc loa"),
    "outreach.loudspeaker_add": _("Thêm cụm loa"),
    "outreach.loudspeaker_retire": _("Thôi dùng cụm loa"),
    "outreach.loudspeaker_restore": _("Dùng lại cụm loa"),
    "outreach.loudspeakers_post": _("Đưa cảnh báo lên loa"),
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
    "outreach.subscriber_add": _("Ghi người đăng ký gọi đến"),
    "outreach.subscriber_stop": _("Ngừng gửi theo lời người gọi đến"),
    "outreach.subscriber_change": _("Sửa lựa chọn của người đăng ký"),
    "outreach.subscriber_pause": _("Cho người đăng ký tạm nghỉ"),
    "outreach.subscriber_unpause": _("Cho người đăng ký nhận lại"),
    "outreach.subscriber_undo": _("Hoàn tác việc vừa ghi cho người đăng ký"),
    "outreach.subscriber_erase": _("Xóa dữ liệu người đăng ký"),
    "outreach.consent_text_add": _("Thêm bản lời xin đồng ý"),
    "outreach.import_receive": _("Gửi danh sách người đăng ký"),
    "outreach.import_take": _("Nhận danh sách người đăng ký"),
    "outreach.import_drop": _("Bỏ danh sách người đăng ký"),
    "outreach.import_undo": _("Hoàn tác danh sách người đăng ký"),
    "outreach.do_not_call_import": _("Nhập danh sách không quảng cáo"),
    "outreach.inbound_answer": _("Đánh dấu đã đọc tin đến"),
    "outreach.audience_save": _("Lưu nhóm nhận"),
    "outreach.audience_drop": _("Bỏ nhóm nhận"),
    "outreach.audience_restore": _("Khôi phục nhóm nhận"),
    "outreach.trial_send": _("Gửi thử một tin"),
    "outreach.broadcast_make": _("Lập đợt gửi"),
    "outreach.broadcast_start": _("Bắt đầu gửi"),
    "outreach.broadcast_release": _("Cho gửi tiếp sau khi gửi thử"),
    "outreach.broadcast_pause": _("Tạm dừng đợt gửi"),
    "outreach.broadcast_resume": _("Gửi tiếp"),
    "outreach.broadcast_stop": _("Dừng hẳn đợt gửi"),
    "outreach.sending_rules_save": _("Sửa quy định gửi"),
    "outreach.provider_save": _("Sửa nhà cung cấp"),
    "outreach.provider_pause": _("Tạm dừng nhà cung cấp"),
    "outreach.provider_resume": _("Cho nhà cung cấp gửi tiếp"),
    "outreach.postings_make": _("Đăng cảnh báo"),
    "outreach.posting_retry": _("Đăng lại cảnh báo ở một nơi"),
    "outreach.posting_take_down": _("Gỡ bài cảnh báo"),
    "outreach.posting_settle": _("Ghi là bài không còn ở nơi đăng"),
    "outreach.posting_up": _("Bài cảnh báo đã lên"),
    "outreach.posting_down": _("Bài cảnh báo đã gỡ"),
}
