"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    "training.starter_load": _("Nạp câu hỏi, khóa học, mồi diễn tập có sẵn"),
    "training.learner_erase": _("Xóa tên người học"),
    "training.learners_forget": _("Xóa tên người học đã quá hạn giữ"),
    "training.completion_check": _("Ghi nhận hoàn thành khóa học"),
    "training.course_new": _("Soạn khóa học"),
    "training.course_edit": _("Sửa khóa học"),
    "training.course_submit": _("Gửi duyệt khóa học"),
    "training.course_return": _("Trả lại khóa học"),
    "training.course_publish": _("Mở khóa học"),
    "training.course_close": _("Đóng khóa học"),
    "training.course_renew": _("Soạn bản mới của khóa học"),
    "training.course_drop": _("Bỏ bản nháp khóa học"),
    "training.lesson_save": _("Sửa bài học"),
    "training.class_open": _("Mở lớp"),
    "training.class_edit": _("Sửa lớp"),
    "training.class_end": _("Kết thúc lớp"),
    "training.class_call_off": _("Hủy lớp"),
    "training.class_join": _("Vào lớp"),
    "training.class_walk_in": _("Ghi thêm người đến lớp"),
    "training.enrolment_leave": _("Rút khỏi lớp"),
    "training.learner_link_again": _("Cấp lại đường dẫn của người học"),
    "training.roster_read": _("Nhận tệp danh sách lớp"),
    "training.roster_take": _("Nhập danh sách lớp"),
    "training.roster_drop": _("Bỏ tệp danh sách lớp"),
    "training.attendance_list": _("Điểm danh theo danh sách"),
    "training.question_new": _("Thêm câu hỏi"),
    "training.question_edition_new": _("Soạn bản mới của câu hỏi"),
    "training.question_edit": _("Sửa câu hỏi"),
    "training.question_submit": _("Gửi duyệt câu hỏi"),
    "training.question_take_back": _("Rút câu hỏi về sửa"),
    "training.question_discard": _("Bỏ bản nháp câu hỏi"),
    "training.question_return": _("Trả lại câu hỏi"),
    "training.question_publish": _("Duyệt câu hỏi"),
    "training.question_withdraw": _("Thu hồi câu hỏi"),
    "training.bank_import_receive": _("Nhận tệp câu hỏi"),
    "training.bank_import_take": _("Nhập câu hỏi từ tệp"),
    "training.bank_import_drop": _("Bỏ tệp câu hỏi"),
    "training.bank_export": _("Xuất câu hỏi"),
    "training.figures_ask": _("Đếm lại số liệu câu hỏi"),
    "training.live_make": _("Lập buổi thi tại chỗ"),
    "training.live_start": _("Bắt đầu thi tại chỗ"),
    "training.live_end": _("Kết thúc thi tại chỗ"),
    "training.live_player_remove": _("Bỏ tên khỏi màn hình thi"),
}
