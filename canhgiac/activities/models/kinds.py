"""The channels and forms of outreach, and by what each is measured."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Hình thức: the channels and forms that the programmes name."""

    CONFERENCE = "conference", _("Hội nghị, cuộc họp")
    TRAINING = "training", _("Lớp tập huấn")
    PORTAL = "portal", _("Bài trên trang, cổng của đơn vị")
    PORTAL_COLUMN = "portal_column", _("Chuyên mục trên cổng của tỉnh")
    SOCIAL = "social", _("Bài đăng mạng xã hội của đơn vị")
    NATIONAL_SHARE = "national_share", _("Chia sẻ trang chính thức của trung ương")
    SMS = "sms", _("Tin nhắn SMS")
    APP_MESSAGE = "app_message", _("Thông báo trong ứng dụng")
    CHATBOT = "chatbot", _("Trả lời tự động (chatbot)")
    PRESS = "press", _("Báo chí, trang tin")
    BROADCAST = "broadcast", _("Phát thanh, truyền hình")
    LOUDSPEAKER = "loudspeaker", _("Loa, đài cơ sở")
    BANNER = "banner", _("Pa-nô, băng rôn, áp phích")
    LEAFLET = "leaflet", _("Tờ rơi")
    INFOGRAPHIC = "infographic", _("Infographic, ấn phẩm nhận diện")
    HANDBOOK = "handbook", _("Cẩm nang")
    VIDEO = "video", _("Video, phim ngắn")
    CULTURE_EVENT = "culture_event", _("Văn hóa, văn nghệ, thể thao")
    MOBILE_OUTREACH = "mobile_outreach", _("Tuyên truyền lưu động")
    BANK_COUNTER = "bank_counter", _("Tại quầy giao dịch ngân hàng")
    DOOR_TO_DOOR = "door_to_door", _("Trực tiếp tại tổ dân phố, thôn")
    SCHOOL_LESSON = "school_lesson", _("Tiết học, ngoại khóa")
    CONTEST = "contest", _("Cuộc thi")
    MOBILE_TRIAL = "mobile_trial", _("Xét xử lưu động")
    INTRANET = "intranet", _("Mạng nội bộ")
    STAFF_PAGES = "staff_pages", _("Trang cá nhân của cán bộ")
    MATERIAL_EXCHANGE = "material_exchange", _("Cung cấp tài liệu cho đơn vị khác")
    DRILL = "drill", _("Diễn tập")
    COMMENDATION = "commendation", _("Biểu dương, khen thưởng")
    OTHER = "other", _("Khác")


FIRST_KINDS = (
    *(Kind.CONFERENCE, Kind.TRAINING, Kind.SOCIAL, Kind.LOUDSPEAKER, Kind.LEAFLET),
    *(Kind.BANNER, Kind.DOOR_TO_DOOR, Kind.SMS, Kind.VIDEO, Kind.OTHER),
)
"""Those the form offers first; the others are one tap away."""


class Measure(models.TextChoices):
    """By what reach is counted; each is a column of ``Activity``, null where nobody counted."""

    PEOPLE = "people", _("lượt người")
    COPIES = "copies", _("bản")
    MINUTES = "minutes", _("phút phát")
    TIMES = "times", _("lần phát, đăng")
    VIEWS = "views", _("lượt xem, tiếp cận")
    MESSAGES = "messages", _("tin đã gửi")
    HOUSEHOLDS = "households", _("hộ gia đình")


KIND_MEASURES: dict[Kind, tuple[Measure, ...]] = {
    Kind.CONFERENCE: (Measure.PEOPLE,),
    Kind.TRAINING: (Measure.PEOPLE,),
    Kind.PORTAL: (Measure.TIMES, Measure.VIEWS),
    Kind.PORTAL_COLUMN: (Measure.TIMES, Measure.VIEWS),
    Kind.SOCIAL: (Measure.TIMES, Measure.VIEWS),
    Kind.NATIONAL_SHARE: (Measure.TIMES, Measure.VIEWS),
    Kind.SMS: (Measure.MESSAGES,),
    Kind.APP_MESSAGE: (Measure.MESSAGES, Measure.VIEWS),
    Kind.CHATBOT: (Measure.TIMES, Measure.PEOPLE),
    Kind.PRESS: (Measure.TIMES, Measure.VIEWS),
    Kind.BROADCAST: (Measure.MINUTES, Measure.TIMES),
    Kind.LOUDSPEAKER: (Measure.MINUTES, Measure.TIMES),
    Kind.BANNER: (Measure.COPIES,),
    Kind.LEAFLET: (Measure.COPIES, Measure.HOUSEHOLDS),
    Kind.INFOGRAPHIC: (Measure.COPIES, Measure.VIEWS),
    Kind.HANDBOOK: (Measure.COPIES,),
    Kind.VIDEO: (Measure.TIMES, Measure.VIEWS),
    Kind.CULTURE_EVENT: (Measure.PEOPLE,),
    Kind.MOBILE_OUTREACH: (Measure.PEOPLE, Measure.TIMES),
    Kind.BANK_COUNTER: (Measure.PEOPLE,),
    Kind.DOOR_TO_DOOR: (Measure.HOUSEHOLDS, Measure.PEOPLE),
    Kind.SCHOOL_LESSON: (Measure.PEOPLE, Measure.TIMES),
    Kind.CONTEST: (Measure.PEOPLE,),
    Kind.MOBILE_TRIAL: (Measure.PEOPLE,),
    Kind.INTRANET: (Measure.TIMES, Measure.PEOPLE),
    Kind.STAFF_PAGES: (Measure.TIMES, Measure.VIEWS),
    Kind.MATERIAL_EXCHANGE: (Measure.COPIES,),
    Kind.DRILL: (Measure.PEOPLE,),
    Kind.COMMENDATION: (Measure.PEOPLE,),
    Kind.OTHER: (Measure.PEOPLE, Measure.COPIES, Measure.TIMES),
}
"""What the form asks for each kind, the first one foremost."""
