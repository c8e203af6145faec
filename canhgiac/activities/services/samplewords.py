"""What the invented activities of the sample province are called, whom they reach and how far."""

from __future__ import annotations

from dataclasses import dataclass

from canhgiac.activities.models import Audience, Kind, Remark
from canhgiac.agencies.models import Agency

_A, _K = Audience, Kind


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of activity: what it is called, whom it reaches, between which figures."""

    kind: Kind
    titles: tuple[str, ...]
    audiences: tuple[Audience, ...]
    reach: dict[str, tuple[int, int]]


_PEOPLE = {"people": (35, 240)}
SORTS = {
    "commune": (
        Sort(
            _K.LEAFLET,
            ("Phát tờ rơi “4 không, 2 phải” đến từng hộ", "Phát tờ rơi nhận biết cuộc gọi giả công an"),
            (_A.HOUSEHOLDS,),
            {"copies": (180, 1400), "households": (150, 900)},
        ),
        Sort(
            _K.LOUDSPEAKER,
            ("Phát thanh cảnh báo trên loa cơ sở",),
            (_A.PUBLIC,),
            {"minutes": (5, 20), "times": (2, 14)},
        ),
        Sort(
            _K.DOOR_TO_DOOR,
            ("Đến từng nhà hướng dẫn cài đặt VNeID an toàn", "Tổ công nghệ số đến từng ngõ nói về lừa đảo"),
            (_A.HOUSEHOLDS, _A.ELDERLY),
            {"households": (25, 260), "people": (40, 420)},
        ),
        Sort(
            _K.CONFERENCE,
            ("Hội nghị thôn, tổ dân phố về phòng, chống lừa đảo", "Sinh hoạt chuyên đề của Hội Người cao tuổi"),
            (_A.PUBLIC, _A.ELDERLY),
            _PEOPLE,
        ),
        Sort(
            _K.SOCIAL,
            ("Đăng cảnh báo trên trang của xã, phường",),
            (_A.INTERNET_USERS,),
            {"times": (1, 6), "views": (150, 5200)},
        ),
        Sort(_K.BANNER, ("Treo băng rôn tại nhà văn hóa, chợ",), (_A.PUBLIC,), {"copies": (2, 12)}),
        Sort(
            _K.MOBILE_OUTREACH,
            ("Xe loa tuyên truyền lưu động ngày chợ phiên",),
            (_A.PUBLIC,),
            {"people": (120, 700), "times": (1, 4)},
        ),
    ),
    "school": (
        Sort(
            _K.SCHOOL_LESSON,
            ("Tiết chào cờ về lừa đảo trực tuyến", "Ngoại khóa nhận biết chiêu “việc nhẹ, lương cao”"),
            (_A.PUPILS,),
            {"people": (180, 1100), "times": (1, 3)},
        ),
        Sort(_K.CONTEST, ("Cuộc thi vẽ tranh “Chậm một phút”",), (_A.PUPILS,), {"people": (60, 400)}),
    ),
    "bank": (
        Sort(
            _K.BANK_COUNTER,
            ("Nhắc khách trước khi chuyển tiền lớn tại quầy",),
            (_A.BANK_CUSTOMERS,),
            {"people": (60, 700)},
        ),
        Sort(
            _K.TRAINING,
            ("Tập huấn giao dịch viên nhận dấu hiệu khách bị thao túng",),
            (_A.BANK_STAFF,),
            {"people": (15, 70)},
        ),
    ),
    "telecom": (
        Sort(
            _K.SMS,
            ("Tin nhắn cảnh báo gửi thuê bao trên địa bàn",),
            (_A.TELECOM, _A.PUBLIC),
            {"messages": (18000, 96000)},
        ),
    ),
    "press": (
        Sort(
            _K.PRESS,
            ("Bài viết phân tích thủ đoạn giả danh điện lực",),
            (_A.PUBLIC,),
            {"times": (1, 3), "views": (900, 15000)},
        ),
        Sort(
            _K.BROADCAST,
            ("Chuyên mục An ninh trật tự: đừng vội chuyển tiền",),
            (_A.PUBLIC,),
            {"minutes": (10, 25), "times": (1, 3)},
        ),
    ),
    "office": (
        Sort(
            _K.PORTAL,
            ("Bài cảnh báo trên cổng của đơn vị",),
            (_A.INTERNET_USERS,),
            {"times": (1, 4), "views": (300, 6400)},
        ),
        Sort(_K.TRAINING, ("Tập huấn kỹ năng số an toàn cho cán bộ",), (_A.OFFICIALS,), {"people": (30, 130)}),
        Sort(
            _K.VIDEO, ("Phim ngắn “Chậm một phút, giữ cả nhà”",), (_A.PUBLIC,), {"times": (1, 2), "views": (800, 24000)}
        ),
        Sort(_K.CONFERENCE, ("Hội nghị phổ biến phương thức, thủ đoạn mới",), (_A.OFFICIALS, _A.LEADERS), _PEOPLE),
        Sort(_K.HANDBOOK, ("Cấp cẩm nang “Chậm một phút, giữ cả nhà”",), (_A.HOUSEHOLDS,), {"copies": (300, 2600)}),
    ),
}
OF_KIND = {
    Agency.Kind.PEOPLES_COMMITTEE_COMMUNE: ("commune", 6),
    Agency.Kind.POLICE_COMMUNE: ("commune", 1),
    Agency.Kind.SCHOOL: ("school", 5),
    Agency.Kind.BANK: ("bank", 5),
    Agency.Kind.TELECOM: ("telecom", 4),
    Agency.Kind.PRESS: ("press", 8),
    Agency.Kind.DEPARTMENT: ("office", 3),
    Agency.Kind.FRONT: ("office", 4),
    Agency.Kind.POLICE_PROVINCE: ("office", 6),
}
"""Which sorts an agency of a kind does, and about how many activities."""

REMARKS = (
    (Remark.Kind.DIFFICULTY, "Người cao tuổi ở thôn xa ít dùng điện thoại thông minh, tờ rơi chữ nhỏ khó đọc."),
    (Remark.Kind.DIFFICULTY, "Loa cơ sở của ba thôn hỏng từ mùa mưa, chưa có kinh phí sửa."),
    (Remark.Kind.OBSTACLE, "Ngân hàng và công an chưa thống nhất cách tạm dừng giao dịch ngoài giờ."),
    (Remark.Kind.PROPOSAL, "Đề nghị cấp tài liệu bằng chữ to và bản đọc tiếng dân tộc."),
    (Remark.Kind.PROPOSAL, "Đề nghị tập huấn lại cho tổ công nghệ số cộng đồng vào buổi tối."),
    (Remark.Kind.DIFFICULTY, "Công nhân khu công nghiệp đi làm ca nên khó họp mặt đông."),
)
