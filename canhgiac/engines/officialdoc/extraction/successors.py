"""Bodies and provinces that ended, with what stands in their place.

Sources: Nghị quyết 202/2025/QH15 (34 provinces, from 1 July 2025), Luật Tổ chức chính quyền địa phương 72/2025/QH15
(two tiers, no districts), the reform of ministries and departments of 1 March 2025 (Nghị quyết 176/2025/QH15,
Nghị định 45/2025/NĐ-CP), the end of district police on 1 March 2025. Dates are the nationwide ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Ended:
    """A kind of body that ended on a day."""

    pattern: re.Pattern[str]
    ended: date
    successor: str


_MARCH = date(2025, 3, 1)
_JULY = date(2025, 7, 1)


def _ended(pattern: str, day: date, successor: str) -> Ended:
    return Ended(re.compile(pattern, re.IGNORECASE), day, successor)


BODIES = (
    _ended(
        r"Sở (?:Thông tin và Truyền thông|TT&TT|TTTT|TT-TT)",
        _MARCH,
        "Sở Khoa học và Công nghệ (báo chí, xuất bản, thông tin cơ sở: Sở Văn hóa, Thể thao và Du lịch; an toàn "
        "thông tin mạng, chống tin nhắn rác: Công an tỉnh)",
    ),
    _ended(
        r"Sở (?:Lao động\s?[-–,]\s?Thương binh và Xã hội|LĐTB&XH|LĐ-?TBXH)",
        _MARCH,
        "Sở Nội vụ (cai nghiện ma túy: Công an tỉnh; trẻ em, bảo trợ xã hội: Sở Y tế)",
    ),
    _ended(r"Sở (?:Kế hoạch và Đầu tư|KH&ĐT|KHĐT)", _MARCH, "Sở Tài chính"),
    _ended(r"Sở (?:Tài nguyên và Môi trường|TN&MT|TNMT)", _MARCH, "Sở Nông nghiệp và Môi trường"),
    _ended(r"Sở (?:Nông nghiệp và (?:Phát triển nông thôn|PTNT)|NN&PTNT)", _MARCH, "Sở Nông nghiệp và Môi trường"),
    _ended(
        r"Sở (?:Giao thông vận tải|Giao thông - Vận tải|GTVT)",
        _MARCH,
        "Sở Xây dựng (sát hạch, cấp giấy phép lái xe: Công an tỉnh)",
    ),
    _ended(
        r"Bộ (?:Thông tin và Truyền thông|TT&TT|TTTT)",
        _MARCH,
        "Bộ Khoa học và Công nghệ (an toàn thông tin mạng: Bộ Công an)",
    ),
    _ended(r"Bộ (?:Lao động\s?[-–,]\s?Thương binh và Xã hội|LĐTB&XH)", _MARCH, "Bộ Nội vụ"),
    _ended(r"Bộ (?:Kế hoạch và Đầu tư|KH&ĐT)", _MARCH, "Bộ Tài chính"),
    _ended(r"Bộ (?:Giao thông vận tải|GTVT)", _MARCH, "Bộ Xây dựng"),
    _ended(
        r"Bộ (?:Tài nguyên và Môi trường|Nông nghiệp và Phát triển nông thôn)", _MARCH, "Bộ Nông nghiệp và Môi trường"
    ),
    _ended(
        r"Cục An toàn thông tin\b",
        _MARCH,
        "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao (A05), Bộ Công an",
    ),
    _ended(
        r"Ban Tuyên giáo (?!và Dân vận)(?:Tỉnh|Thành|Huyện|Quận|Thị)|Ban Dân vận (?:Tỉnh|Thành|Huyện|Quận|Thị)",
        date(2025, 2, 3),
        "Ban Tuyên giáo và Dân vận Tỉnh ủy",
    ),
    _ended(r"Ban Dân tộc\b", _MARCH, "Sở Dân tộc và Tôn giáo"),
    _ended(
        r"Công an (?:các )?(?:huyện|quận|thị xã|cấp huyện)|Công an các[^.;]{0,20}(?:huyện|thị xã)",
        _MARCH,
        "Công an tỉnh và Công an cấp xã",
    ),
    _ended(
        r"(?:UBND|(?:Ủy|Uỷ) ban nhân dân) (?:các )?(?:huyện|quận|thị xã|cấp huyện)",
        _JULY,
        "UBND cấp xã (xã, phường, đặc khu)",
    ),
    _ended(r"(?:Huyện|Quận|Thị) (?:ủy|uỷ)\b", _JULY, "Đảng ủy cấp xã"),
    _ended(
        r"Phòng (?:Giáo dục và Đào tạo|Văn hóa và Thông tin|Văn hoá và Thông tin|Tài chính\s?[-–]\s?Kế hoạch|Lao "
        r"động\b|Tư pháp|Nội vụ|Tài nguyên và Môi trường|Quản lý đô thị|Y tế)",
        _JULY,
        "phòng chuyên môn thuộc UBND cấp xã (Văn hóa - Xã hội; Kinh tế), sở cùng ngành",
    ),
    _ended(r"(?:Tòa|Toà) án nhân dân (?:các )?(?:huyện|quận|thị xã|cấp huyện)", _JULY, "Tòa án nhân dân khu vực"),
    _ended(r"Viện kiểm sát nhân dân (?:các )?(?:huyện|quận|thị xã|cấp huyện)", _JULY, "Viện kiểm sát nhân dân khu vực"),
    _ended(
        r"(?:Ngân hàng Nhà nước|NHNN)(?: Việt Nam)?,? [Cc]hi nhánh (?:tỉnh|thành phố|TP)?(?!\s?Khu vực)",
        _MARCH,
        "Ngân hàng Nhà nước Khu vực",
    ),
    _ended(r"Cục Thuế (?:tỉnh|thành)", _MARCH, "Thuế tỉnh, thành phố"),
    _ended(
        r"Bộ Chỉ huy (?:Bộ đội Biên phòng|BĐBP)", _JULY, "Ban Chỉ huy Bộ đội Biên phòng thuộc Bộ Chỉ huy Quân sự tỉnh"
    ),
    _ended(r"Đài (?:Phát thanh (?:và|-|–) Truyền hình|PT-?TH|PTTH)", _JULY, "Báo và phát thanh, truyền hình tỉnh"),
)

_MERGED = {
    "Tuyên Quang": ("Hà Giang",),
    "Lào Cai": ("Yên Bái",),
    "Thái Nguyên": ("Bắc Kạn",),
    "Phú Thọ": ("Vĩnh Phúc", "Hòa Bình", "Hoà Bình"),
    "Bắc Ninh": ("Bắc Giang",),
    "Hưng Yên": ("Thái Bình",),
    "thành phố Hải Phòng": ("Hải Dương",),
    "Ninh Bình": ("Hà Nam", "Nam Định"),
    "Quảng Trị": ("Quảng Bình",),
    "thành phố Đà Nẵng": ("Quảng Nam",),
    "Quảng Ngãi": ("Kon Tum",),
    "Gia Lai": ("Bình Định",),
    "Khánh Hòa": ("Ninh Thuận",),
    "Lâm Đồng": ("Đắk Nông", "Bình Thuận"),
    "Đắk Lắk": ("Phú Yên",),
    "Thành phố Hồ Chí Minh": ("Bà Rịa - Vũng Tàu", "Bình Dương"),
    "Đồng Nai": ("Bình Phước",),
    "Tây Ninh": ("Long An",),
    "thành phố Cần Thơ": ("Sóc Trăng", "Hậu Giang"),
    "Vĩnh Long": ("Bến Tre", "Trà Vinh"),
    "Đồng Tháp": ("Tiền Giang",),
    "Cà Mau": ("Bạc Liêu",),
    "An Giang": ("Kiên Giang",),
}
PROVINCES = {old: new for new, olds in _MERGED.items() for old in olds}
"""Former province to the one that took it in on 1 July 2025."""
PROVINCES_ENDED = _JULY
_LASTING = (
    "Hà Nội",
    "Huế",
    "Lai Châu",
    "Điện Biên",
    "Sơn La",
    "Lạng Sơn",
    "Quảng Ninh",
    "Thanh Hóa",
    "Nghệ An",
    "Hà Tĩnh",
    "Cao Bằng",
)
NAMES = tuple(
    sorted(
        {*PROVINCES, *(n.removeprefix("thành phố ").removeprefix("Thành phố ") for n in _MERGED), *_LASTING},
        key=len,
        reverse=True,
    )
)
"""Every province name, old and new, the longest first."""


def ended_body(name: str) -> Ended | None:
    """The entry for a body that no longer exists, matched at the start of its printed name."""
    words = re.sub(
        r"^(?:Chủ tịch|Giám đốc|Thủ trưởng|Trưởng|Chánh Văn phòng|[Cc]ác)\s+(?=Sở|UBND|Ủy|Công an|Ban|Phòng|Tòa|Viện)",
        "",
        name,
    )
    for entry in BODIES:
        if entry.pattern.match(words):
            return entry
    return None


def ended_province(name: str) -> tuple[str, str] | None:
    """(former province, its successor) where a body's name holds a province that was merged."""
    for old, new in PROVINCES.items():
        if re.search(rf"(?:tỉnh\s|Báo\s|TP\s?\.?\s?)?{re.escape(old)}(?!\w)", name) and name.endswith(old):
            return old, new
    return None
