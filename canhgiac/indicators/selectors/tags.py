"""Why a thing is in the register, in words; the codes and their bits are the engine's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from canhgiac.engines.lookup.entries import TAGS, mask_of, tags_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TAG_WORDS: dict[str, StrOrPromise] = {
    "authority": _("Giả công an, tòa án, cơ quan nhà nước"),
    "bank": _("Giả ngân hàng, ví điện tử"),
    "utility": _("Giả điện, nước, viễn thông"),
    "delivery": _("Giả giao hàng"),
    "shopping": _("Bán hàng lừa đảo"),
    "investment": _("Đầu tư, chứng khoán"),
    "crypto": _("Tiền ảo"),
    "job": _("Việc nhẹ lương cao, nhiệm vụ"),
    "loan": _("Cho vay, vay qua ứng dụng"),
    "prize": _("Trúng thưởng, quà tặng"),
    "romance": _("Làm quen, tình cảm"),
    "extortion": _("Tống tiền, ảnh nhạy cảm"),
    "threat": _("Đe dọa, khủng bố điện thoại"),
    "hacked_account": _("Chiếm tài khoản, mượn tiền"),
    "deep_fake": _("Ghép mặt, giả giọng"),
    "malware": _("Ứng dụng, tệp độc hại"),
    "phishing": _("Trang lấy mật khẩu, mã OTP"),
    "gambling": _("Cờ bạc trực tuyến"),
    "ticket": _("Vé, du lịch, đặt phòng"),
    "charity": _("Kêu gọi từ thiện"),
    "recovery": _("Hứa lấy lại tiền"),
    "school": _("Con cấp cứu, giả trường học"),
    "health": _("Thuốc, y tế"),
    "spam_call": _("Gọi quấy rối, quảng cáo"),
    "mule": _("Tài khoản nhận tiền hộ"),
    "account_sale": _("Mua bán tài khoản"),
    "sim": _("SIM rác, đầu số thuê"),
    "list": _("Từ danh sách ngoài"),
    "look_alike": _("Giống tên chính thức"),
}
"""Every code of ``engines.lookup`` in the words of people."""


def tag_words(mask: int) -> list[str]:
    """The words of a mask, in the engine's order."""
    return [str(TAG_WORDS.get(tag, tag)) for tag in tags_of(mask)]


def tag_choices() -> list[tuple[str, StrOrPromise]]:
    """Codes and words for a form."""
    return [(tag, TAG_WORDS.get(tag, tag)) for tag in TAGS]


def mask_from(codes: Iterable[str]) -> int:
    """The mask of codes that a form or a program gave. Raises ValueError for an unknown one."""
    return mask_of(codes)
