"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    "radar.card_raise": _("Ra-đa nêu thẻ"),
    "radar.card_draft": _("Soạn cảnh báo từ thẻ ra-đa"),
    "radar.card_watch": _("Theo dõi thẻ ra-đa"),
    "radar.card_dismiss": _("Bỏ qua thẻ ra-đa"),
    "radar.card_reopen": _("Mở lại thẻ ra-đa"),
    "radar.clusters_merge": _("Nhập hai cụm"),
    "radar.cluster_split": _("Tách cụm"),
    "radar.cluster_rename": _("Đổi tên cụm"),
    "radar.move_undo": _("Hoàn tác xếp lại cụm"),
    "radar.collaborator_add": _("Thêm cộng tác viên"),
    "radar.collaborator_edit": _("Sửa cộng tác viên"),
    "radar.collaborator_end": _("Kết thúc cộng tác"),
    "radar.signal_send": _("Gửi tín hiệu"),
    "radar.signal_decide": _("Trả lời tín hiệu"),
    "radar.signal_withdraw": _("Rút tín hiệu"),
    "radar.signal_photo_add": _("Thêm ảnh vào tín hiệu"),
    "radar.sample_radar_load": _("Nạp ra-đa mẫu"),
}
