"""The fixed words of the library: kinds, groups, languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    """Nhóm: by what the trick takes hold of."""

    IMPERSONATION = "impersonation", _("Giả mạo cơ quan, thương hiệu")
    TAKEOVER = "takeover", _("Chiếm đoạt tài khoản, dữ liệu")
    MONEY = "money", _("Đầu tư, việc làm, vay tiền")
    TRADE = "trade", _("Mua bán, giao nhận")
    FEELINGS = "feelings", _("Tình cảm, người thân")
    OTHER = "other", _("Khác")


class Situation(models.TextChoices):
    """What happened to me: by this a person without the trick's name finds it."""

    CALL_AUTHORITY = "call_authority", _("Có người gọi xưng công an, tòa án, cơ quan nhà nước")
    CALL_COMPANY = "call_company", _("Có người gọi xưng ngân hàng, nhà mạng, điện lực, giao hàng")
    MESSAGE_LINK = "message_link", _("Tin nhắn có đường link")
    ASKED_INSTALL = "asked_install", _("Bảo cài ứng dụng, chia sẻ màn hình")
    ASKED_CODE = "asked_code", _("Hỏi mã OTP, mật khẩu, ảnh căn cước")
    JOB = "job", _("Rủ làm việc tại nhà, nhiệm vụ kiếm tiền")
    INVEST = "invest", _("Rủ đầu tư, chơi tiền ảo")
    LOAN = "loan", _("Mời vay tiền, đòi nợ")
    FRIEND = "friend", _("Người quen nhắn mượn tiền, nhờ việc")
    STRANGER_LOVE = "stranger_love", _("Làm quen qua mạng")
    SHOPPING = "shopping", _("Mua bán, đặt cọc, giao hàng")
    PRIZE = "prize", _("Trúng thưởng, quà tặng, hoàn tiền")
    EMERGENCY = "emergency", _("Báo người thân gặp nạn, bị bắt")
    QR_CODE = "qr_code", _("Mã QR lạ")
    TRANSFERRED = "transferred", _("Tiền lạ chuyển vào tài khoản")
    LOST_BEFORE = "lost_before", _("Hứa lấy lại tiền đã mất")
    GAMBLING = "gambling", _("Cờ bạc, số đề")
    RUMOR = "rumor", _("Tin đồn, tin giả")


class Language(models.TextChoices):
    """Languages that materials are kept in; the codes are ISO 639."""

    VI = "vi", _("Tiếng Việt")
    EN = "en", _("Tiếng Anh")
    TYZ = "tyz", _("Tiếng Tày")
    NUT = "nut", _("Tiếng Nùng")
    HMN = "hmn", _("Tiếng Mông")
    TAI = "blt", _("Tiếng Thái")
    MUONG = "mtq", _("Tiếng Mường")
    KHMER = "km", _("Tiếng Khmer")
    CHAM = "cjm", _("Tiếng Chăm")
    RADE = "rad", _("Tiếng Ê Đê")
    JARAI = "jra", _("Tiếng Gia Rai")
    BAHNAR = "bdq", _("Tiếng Ba Na")
    DAO = "ium", _("Tiếng Dao")
    HOA = "zh", _("Tiếng Hoa")


class MaterialKind(models.TextChoices):
    """Loại tài liệu."""

    ARTICLE = "article", _("Bài viết")
    POSTER = "poster", _("Áp phích")
    LEAFLET = "leaflet", _("Tờ rơi")
    BANNER = "banner", _("Pa-nô, băng rôn")
    SLIDE = "slide", _("Trang trình chiếu")
    SMS = "sms", _("Nội dung tin nhắn")
    RADIO = "radio", _("Bài phát thanh")
    INFOGRAPHIC = "infographic", _("Đồ họa thông tin")
    VIDEO = "video", _("Video")


class Channel(models.TextChoices):
    """Kênh: where a material is meant to be used."""

    PORTAL = "portal", _("Cổng, trang của đơn vị")
    SOCIAL = "social", _("Mạng xã hội")
    SMS = "sms", _("Tin nhắn")
    LOUDSPEAKER = "loudspeaker", _("Loa, đài cơ sở")
    BROADCAST = "broadcast", _("Phát thanh, truyền hình")
    PRINT = "print", _("In, treo, phát")
    MEETING = "meeting", _("Họp tổ dân phố, hội nghị")
    SCHOOL = "school", _("Trường học")
    COUNTER = "counter", _("Quầy giao dịch")
    WORKPLACE = "workplace", _("Nơi làm việc, nhà máy")


class Layout(models.TextChoices):
    """Khổ: what a material or a form is set as."""

    POSTER_A3 = "poster_a3", _("Áp phích A3")
    POSTER_A4 = "poster_a4", _("Áp phích A4")
    LEAFLET = "leaflet", _("Tờ rơi A4 gấp ba")
    BANNER = "banner", _("Băng rôn ngang 3 × 1 m")
    INFOGRAPHIC = "infographic", _("Đồ họa dọc 1080 × 1920")
    SOCIAL_CARD = "social_card", _("Ảnh chia sẻ 1200 × 630")
    SQUARE = "square", _("Ảnh vuông 1080 × 1080")
    SLIDES = "slides", _("Trang trình chiếu 16:9")
    ARTICLE = "article", _("Bài viết A4")


REGISTERS = {
    "bare": _("không dấu"),
    "spoken": _("lời nói"),
    "formal": _("trang trọng"),
    "teen": _("viết tắt"),
    "veiled": _("che chữ"),
    "call": _("cuộc gọi"),
    "telecom": _("nhà mạng"),
    "state": _("cơ quan nhà nước"),
    "bank": _("ngân hàng"),
    "shop": _("cửa hàng"),
    "family": _("người nhà"),
    "friend": _("bạn bè"),
    "work": _("công việc"),
    "service": _("dịch vụ"),
    "school": _("nhà trường"),
    "app": _("ứng dụng"),
    "newsletter": _("tin định kỳ"),
    "wallet": _("ví điện tử"),
    "health": _("y tế"),
    "insurance": _("bảo hiểm"),
    "delivery": _("giao hàng"),
    "utility": _("điện, nước"),
    "travel": _("đi lại"),
    "finance": _("tài chính"),
    "feedback": _("phản hồi"),
}
"""How a message is written, or who wrote it: the starter library's words as people read them. Others stand as typed."""

VERDICTS = {
    "danger": _("Nguy hiểm"),
    "suspicious": _("Đáng ngờ"),
    "unclear": _("Chưa đủ căn cứ"),
    "official": _("Thông báo chính thức"),
}
"""The engine's states of a message as people read them."""
