"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    # Editions of forms and materials
    "library.edition_new": _("Soạn bản mới"),
    "library.edition_submit": _("Gửi duyệt nội dung"),
    "library.edition_take_back": _("Rút nội dung về sửa"),
    "library.edition_discard": _("Bỏ bản nháp"),
    "library.edition_return": _("Trả lại nội dung để sửa"),
    "library.edition_publish": _("Duyệt và đăng"),
    "library.edition_withdraw": _("Thu hồi nội dung đã đăng"),
    "library.edition_expire": _("Hết hạn đăng"),
    "library.statement_confirm": _("Xác nhận điều cần kiểm chứng"),
    "library.statement_reopen": _("Đưa lại vào diện cần kiểm chứng"),
    # Scam forms
    "library.form_create": _("Thêm hình thức lừa đảo"),
    "library.form_edit": _("Sửa bản nháp hình thức lừa đảo"),
    # Materials
    "library.material_create": _("Soạn tài liệu mới"),
    "library.material_edit": _("Sửa bản nháp tài liệu"),
    "library.pack_create": _("Lập bộ tài liệu"),
    "library.pack_edit": _("Sửa bộ tài liệu"),
    "library.pack_delete": _("Xóa bộ tài liệu"),
    # What was taken over
    "library.taking_use": _("Báo nơi đã dùng tài liệu"),
    "library.taking_forget": _("Bỏ dòng báo đã dùng"),
    "library.taking_remove": _("Báo đã gỡ tài liệu"),
    "library.taking_restore": _("Bỏ báo đã gỡ"),
    "library.takings_urge": _("Đôn đốc gỡ tài liệu"),
    "library.edition_ended_tell": _("Báo cho nơi đã lấy tài liệu"),
    # Registers of acts and of lines to call
    "library.law_create": _("Ghi văn bản pháp luật"),
    "library.law_edit": _("Sửa văn bản pháp luật"),
    "library.law_confirm": _("Xác nhận văn bản pháp luật"),
    "library.contact_create": _("Ghi đường dây"),
    "library.contact_edit": _("Sửa đường dây"),
    "library.contact_confirm": _("Xác nhận đường dây"),
    "library.contact_retire": _("Thôi dùng đường dây"),
    "library.contact_restore": _("Lấy lại đường dây"),
    # Handbooks
    "library.handbook_make": _("Lập cẩm nang"),
    "library.handbook_edit": _("Sửa cẩm nang"),
    "library.handbook_choose": _("Chọn mục cho cẩm nang"),
    "library.handbook_order": _("Xếp thứ tự cẩm nang"),
    "library.handbook_drop": _("Bỏ mục khỏi cẩm nang"),
    "library.handbook_bind": _("Yêu cầu đóng cẩm nang"),
    "library.handbook_bound": _("Đóng xong cẩm nang"),
    "library.handbook_fail": _("Chưa đóng được cẩm nang"),
    # Recognition
    "library.build_make": _("Dựng lại mô hình nhận dạng"),
    "library.build_request": _("Yêu cầu dựng lại mô hình"),
    "library.examples_add": _("Thêm tin mẫu"),
    "library.examples_approve": _("Duyệt tin mẫu"),
    "library.examples_remove": _("Bỏ tin mẫu"),
    "library.examples_restore": _("Lấy lại tin mẫu"),
    "library.official_add": _("Ghi bản tin chính thức"),
    "library.official_withdraw": _("Rút bản tin chính thức"),
    "library.official_restore": _("Lấy lại bản tin chính thức"),
    "library.doubt_learn": _("Đưa tin bị ngờ vào tin mẫu"),
    "library.doubt_keep": _("Giữ nhận định bị ngờ"),
    # The starter library
    "library.starter_load": _("Nạp thư viện có sẵn"),
    "library.sample_library_load": _("Nạp dữ liệu mẫu của thư viện"),
}
