"""Names of bodies in running text: where a name starts, where it ends, how a list of them splits.

A clause gives work to a body in one of three ways: the body is the whole heading ("Công an tỉnh"),
it stands before a colon ("Sở Y tế: …"), or it is the subject of a verb ("Sở Y tế chủ trì …").
A name starts with one of the heads below and runs to the first word that can only be a verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
"""Vietnamese capitals, for character classes."""
_CAP = rf"(?=[{UPPER}])"

# Kinds of bodies of the state, the Party, the Front, the armed forces, the press and business,
# with what must follow where the word is also an ordinary one (Sở hữu, Ban hành, Báo cáo, Phòng ngừa, Hội nghị).
_HEADS = (
    rf"Sở(?!\s+(?:hữu|thích|dĩ|trường))(?=\s|,|$|:)|Công an(?!\s+toàn)|"
    rf"CATP?\b|CA (?=tỉnh|thành|TP|xã|phường|các|cấp)|KBNN|(?:Ủy|Uỷ) ban|UBND|UB\s?MTTQ(?:VN)?|UBMT|"
    rf"MTTQ(?:VN)?|Mặt trận|VP\s?UBND|Văn phòng|(?:Tiểu b|Liên b|B)an Chỉ đạo (?:thực hiện|triển khai|xây dựng|ứng "
    rf"dụng)|(?:Tiểu b|Liên b|B)an\s+(?!hành|bố|đầu|ngày|đêm|cho|phát)(?=\w)|BCĐ|BCH|TBCĐ|"
    rf"Bộ (?:Chỉ huy|CHQS|Tư lệnh|đội|phận|{_CAP})|BĐBP|Báo (?:và |{_CAP})|Đài(?=\s|,|$)|Cổng (?:Thông tin|TTĐT)|Tạp "
    rf"chí|"
    rf"Ngân hàng|NHNN|Kho bạc|Cục(?=\s)|Chi cục|Tổng cục|Thuế (?:tỉnh|thành|cơ|{_CAP})|Hải quan|Bảo hiểm|BHXH|Bưu điện|"
    rf"Bưu chính|Viễn thông\s+{_CAP}|VNPT|Viettel|Mobi[Ff]one|Vina[Pp]hone|Điện lực|Công ty|Tập đoàn|Tổng (?:công ty|"
    rf"Công ty)|"
    rf"Doanh nghiệp|Hội đồng [Pp]hối hợp(?: [Pp]hổ biến,? giáo dục pháp luật| PBGDPL)?|Hội (?:đồng|liên hiệp|viên|"
    rf"{_CAP})|Đoàn (?:thanh niên|đại biểu|thể|khối|viên|các|tỉnh|xã|phường|{_CAP})|"
    rf"ĐTN|LĐLĐ|(?:Tỉnh|Thành|Huyện|Quận|Thị|Xã)\s?[đĐ]oàn|(?:Tỉnh|Thành|Huyện|Quận|Thị|Đảng)\s?(?:ủy|uỷ|Ủy)|Liên đoàn|"
    rf"Liên minh|Liên hiệp|Hiệp hội|(?:Tòa|Toà) án|TAND|Viện [kK]iểm sát|VKSND|Viện\s+{_CAP}|Thanh tra (?=tỉnh|thành|"
    rf"Sở|sở|huyện|giao|[{UPPER}])|Thống kê (?:tỉnh|thành|cơ sở|{_CAP})|(?:Cục |Chi cục )?Thi hành án|"
    rf"Trường (?:Đại|Cao|Chính|Trung|Tiểu|THPT|THCS|Mầm|Phổ|Nghiệp|Dân|{_CAP})|Đại học|Học viện|Trung tâm|Bệnh viện|"
    rf"Thư viện|Bảo tàng|"
    rf"Nhà (?:văn hóa|văn hoá|thiếu nhi|Thiếu nhi|Văn h|xuất bản|mạng|trường)|Trạm\s|Đội(?!\s+(?:ngũ|hình))\s|Đồn\s|"
    rf"Hạt Kiểm|"
    rf"Tổ công tác (?:thực hiện|triển khai)|Tổ (?:công tác|công nghệ|Công|giúp việc|thư ký|liên ngành|dân phố|"
    rf"{_CAP})|Phòng (?:chuyên môn|giao dịch|{_CAP})|HĐND|ĐBQH|"
    rf"Thường trực|Chủ tịch|Phó Chủ tịch|Giám đốc|Thủ trưởng|Chánh\s|Trưởng\s|Người đứng đầu|Lãnh đạo|Hiệu trưởng|"
    rf"Thành viên|"
    rf"Bí thư|Cơ quan|Đơn vị(?!\s+tính)|Quân khu|Cảnh sát|Khối\s|Câu lạc bộ|Quỹ (?:[Tt]ín|[Bb]ảo|[Đđ]ầu|[Pp]hát|"
    rf"{_CAP})|Khoa\s+{_CAP}|Địa phương|"
    rf"Cấp (?:ủy|uỷ)|Chính quyền|Đảng (?:ủy|bộ)|Nhân dân|Công đoàn|Chi nhánh|Vườn quốc gia|Lực lượng|Cộng đồng|"
    rf"(?:UBND\s)?(?:Xã|Phường|Đặc khu|Thị trấn|Thị xã|Huyện|Quận|Thành phố)\s+{_CAP}|Trại (?:giam|tạm)|Vùng Cảnh "
    rf"sát|Xí nghiệp|Hợp tác xã|Ngành\s|"
    rf"Nhóm\s+{_CAP}|Tỉnh\s+{_CAP}|Sở,"
)
_GROUP_NOUN = (
    r"(?:(?:S|s)ở|(?:B|b)an|(?:B|b)ộ(?=[,\s])|(?:N|n)gành|(?:P|p)hòng(?!\s*,?\s*(?:chống|ngừa|tránh))|(?:Đ|đ)ơn vị|"
    r"(?:C|c)ơ quan|"
    r"(?:D|d)oanh nghiệp|(?:T|t)ổ chức|(?:Đ|đ)ịa phương|(?:H|h)uyện|(?:Q|q)uận|(?:T|t)hị xã|(?:T|t)hành phố|(?:X|x)ã|"
    r"(?:P|p)hường|"
    r"(?:T|t)rường(?!\s+hợp)|(?:C|c)ơ sở|(?:H|h)ội(?!\s+(?:nghị|thi|thảo|chợ))|(?:Đ|đ)oàn(?: thể)?|(?:N|n)gân hàng|"
    r"(?:N|n)hà (?:mạng|trường|cung cấp|xe)|(?:C|c)ấp|"
    r"(?:K|k)hoa|(?:T|t)rung tâm|(?:C|c)hi (?:cục|nhánh|hội|đoàn|bộ)|(?:Đ|đ)ồng chí|(?:T|t)hành viên|(?:C|c)hủ "
    r"(?:đầu tư|sở hữu|quản|xe|rừng)|(?:C|c)ông ty|"
    r"(?:B|b)áo(?! cáo)|(?:Đ|đ)ài|(?:H|h)ợp tác xã|(?:T|t)ổ(?= )|(?:T|t)hôn|(?:K|k)hu(?= )|(?:H|h)iệp hội|(?:B|b)ệnh "
    r"viện|"
    r"UBND|(?:Ủ|Uỷ|ủ)y? ?ban|(?:C|c)ông an|(?:C|c)ục|(?:V|v)ăn phòng|(?:V|v)iện|(?:T|t)ập đoàn|(?:T|t)ổng công ty|"
    r"(?:H|h)ãng|"
    r"(?:L|l)ực lượng|(?:Đ|đ)ảng (?:ủy|bộ)|(?:T|t)hôn|(?:L|l)ãnh đạo|(?:T|t)rạm|(?:Đ|đ)ội(?! ngũ)|(?:T|t)ỉnh|(?:K|"
    r"k)hối|(?:C|c)âu lạc bộ|"
    r"(?:T|t)rưởng|(?:L|l)iên đoàn|(?:N|n)hóm|(?:Đ|đ)ầu mối|(?:B|b)uôn|(?:Ấ|ấ)p|(?:B|b)ản(?= (?:,|và))|(?:M|m)ặt "
    r"trận|(?:T|t)hủ trưởng|(?:Đ|đ)ặc khu)"
)
_GROUP = rf"(?:Các|các|Những|những|Toàn bộ|Từng|từng|Một số|một số|Mỗi|Tất cả các|Tất cả)\s+{_GROUP_NOUN}\b"
HEAD = re.compile(rf"(?:{_HEADS}|{_GROUP})")
_HEAD_CAPS = re.compile(rf"(?:{_HEADS}|{_GROUP})", re.IGNORECASE)
# Ordinary words that only look like a head once case is ignored.
_NOT_A_HEAD = re.compile(
    r"(?:ban hành|báo (?:cáo|chí|động)|phòng\s*,?\s*(?:chống|ngừa|tránh)|hội (?:nghị|thi|thảo|nhập)|bộ (?:chỉ|tiêu|"
    r"tài|câu)|"
    r"đoàn kết|tổ chức|đội ngũ|sở hữu|công tác|thanh tra,\s*kiểm tra|viện (?:trợ|dẫn)|trường hợp|đài thọ)",
    re.IGNORECASE,
)

# Words after which no name goes on: verbs and connectives of assigning clauses, always in small letters,
# so that "Sở Xây dựng xây dựng kế hoạch" stops at the second "xây dựng".
_VERBS = (
    "chủ trì|phối hợp|có trách nhiệm|chịu trách nhiệm|có nhiệm vụ|căn cứ|thực hiện|triển khai|tham mưu|chỉ đạo|tăng "
    "cường|"
    "đẩy mạnh|xây dựng|tiếp tục|chủ động|nghiêm túc|là|để|theo|hướng dẫn|rà soát|báo cáo|phải|cần|(?<!Giáo dục "
    ")thường xuyên|"
    "kịp thời|định kỳ|quan tâm|giúp|làm (?:tốt|đầu|rõ|thường)|bố trí|cung cấp(?! dịch| nước| hạ)|đăng tải|đăng|phát "
    "sóng|lồng ghép|"
    "nghiên cứu|tuyên truyền|phát động|vận động|giám sát|phân công|đưa|tích cực|nâng cao|chuẩn bị|kiểm tra|đôn đốc|"
    "theo dõi|"
    "(?<!vụ )tổng hợp|đề xuất|lập (?:kế|dự|danh)|gửi|ban hành|quán triệt|phổ biến|bảo đảm|đảm bảo|huy động|khuyến "
    "khích|mở|"
    "đánh giá|"
    "sơ kết|tổng kết|cập nhật|công khai|công bố|hỗ trợ|tập trung|tạo (?:điều|chuyển|sự|môi)|phát huy|quản lý(?=,| "
    "chặt| tốt| việc)|"
    "xử lý|tiếp nhận|giải quyết|duy trì|khai thác|(?<!phạm )sử dụng(?! ngân| lao| đất)|ứng dụng|phân bổ|cân đối|"
    "thẩm định|rà quét|bóc gỡ|gỡ bỏ|chặn lọc|lắp đặt|nhắn tin|trực tiếp|khảo sát|tạm dừng|phong tỏa|"
    "trình (?:UBND|Ủy|cấp|Chủ)|ký|tham gia|vào cuộc|đồng hành|nắm|bám sát|phản ánh|tư vấn|(?<=tỉnh )điều tra|(?<=xã "
    ")điều tra|(?<=phường )điều tra|trước|sau|chậm nhất|khẩn trương|"
    "hoàn thành|hoàn thiện|đổi mới|mở rộng|"
    "củng cố|kiện toàn|thành lập|bổ sung|in ấn|cấp phát|biên soạn|biên tập|sản xuất (?:chương|các|tin|phóng|video)|"
    "treo|"
    "phát (?:tờ|tài|các)|giới thiệu|thông tin (?:kịp|đầy|rộng|tuyên)|thông báo|yêu cầu|đề nghị|giao (?:nhiệm|cho)|cử|"
    "dành|ưu tiên|"
    "kết hợp|chấp hành|tiến hành|chú trọng|đa dạng|khắc phục|h(?:ằ|à)ng (?:năm|quý|tháng)|được|không|sẽ|đã|khi|nếu|"
    "trong(?! tỉnh| nước| khu| toàn| ngành)|nhằm|trên cơ sở|(?<!đạo )(?<!gia )(?<!phạm )(?<!tác )về|đến|tại các kỳ|"
    "với|do|bằng|qua|"
    "nghiêm|thống nhất|lựa chọn|"
    "tổ chức(?! chính| xã| tín| thành| đoàn| đảng| Đảng| hội| cung| Hội| kinh| phi| quốc|,| có| liên| khác| sự| và "
    "các| trên)|"
    "xem xét|thu thập|ngăn chặn|phát hiện|phân tích|xác định|xác minh|tìm kiếm|vận hành|bồi dưỡng|tập huấn|cụ thể "
    "h(?:óa|oá)|"
    "khen thưởng|biểu dương|góp phần|cho|thu hút|tìm hiểu|đấu tranh|nhân rộng|lãnh đạo(?= thực| chỉ| công|,)|tuần tra|"
    "kiểm soát chặt|thanh tra(?=,| việc)|đẩy nhanh|chia sẻ|kết nối|số h(?:óa|oá)|thiết lập|thiết kế|trao đổi|niêm yết|"
    "lưu trữ|hợp tác(?! xã)|thúc đẩy|tôn vinh"
)
_STOP = re.compile(rf"\s(?:{_VERBS})\b|[:.;]\s|[:.;]?$|[“\"]|\s[-–]\s(?=cơ quan|đơn vị)")
_STOP_CAPS = re.compile(r"\s(?:CHỦ TRÌ|PHỐI HỢP|CÓ TRÁCH NHIỆM|THỰC HIỆN)\b|[:.;]\s|[:.;]?$|[“\"]")
_FORCE = re.compile(
    r"(?P<request>(?:Kính |Trân trọng )?[Đđ]ề nghị|(?:Kính )?[Mm]ời)\s*:?\s+(?=\S)|(?P<request_caps>ĐỀ NGHỊ)\s+(?=\S)"
    r"|(?P<assign>(?:UBND|Ủy ban nhân dân|Chủ tịch UBND) (?:tỉnh|thành phố|huyện|xã|phường) (?:giao|yêu cầu)|Giao(?: "
    r"nhiệm vụ cho| cho)?|Yêu cầu|Phân công|(?:Nhiệm vụ|Trách nhiệm)(?: cụ thể| chung)? của|Đối với)\s*:?\s+(?=\S)"
)
ACTION = re.compile(
    r"(?:chủ trì|phối hợp|thực hiện|triển khai|tham mưu|chỉ đạo|tăng cường|đẩy mạnh|xây dựng|tiếp tục|chủ động|hướng "
    r"dẫn|rà soát|"
    r"báo cáo|bố trí|cung cấp|đăng|lồng ghép|nghiên cứu|tuyên truyền|phát động|vận động|giám sát|phân công|đưa|tích "
    r"cực|nâng cao|"
    r"chuẩn bị|kiểm tra|đôn đốc|theo dõi|(?<!vụ )tổng hợp|đề xuất|lập|gửi|ban hành|quán triệt|phổ biến|bảo đảm|đảm "
    r"bảo|huy "
    r"động|mở|"
    r"đánh giá|cập nhật|hỗ trợ|tập trung|phát huy|quản lý|xử lý|duy trì|sử dụng|ứng dụng|thẩm định|tham gia|hoàn "
    r"thành|hoàn thiện|"
    r"đổi mới|củng cố|kiện toàn|thành lập|biên soạn|sản xuất|tổ chức|bồi dưỡng|đào tạo|tập huấn|thiết lập|phát triển|"
    r"đa dạng|"
    r"khuyến khích|thường xuyên|kịp thời|định kỳ|căn cứ|thiết kế|in ấn|rèn luyện|trang bị|ngăn chặn|đấu tranh|công "
    r"khai)\b",
    re.IGNORECASE,
)
"""A verb that opens a task."""
_LIST_BREAK = re.compile(
    r"\s*[,;]\s*(?:và\s+)?|\s+(?:và|cùng với|cùng)\s+|\s*/\s*(?=UBND|Sở )|"
    r"\s*&\s*(?=Đài)",
    re.IGNORECASE,
)
# A qualifier that ends a list of groups belongs to all of them: they stay one name.
_SHARED_TAIL = re.compile(r"\b(?:trên địa bàn|thuộc|trực thuộc|đóng chân)\b", re.IGNORECASE)
_IN_GROUP = re.compile(
    r"(?:NGÀNH|ĐƠN VỊ|PHÒNG|CƠ QUAN|THỐNG KÊ|ĐỊA PHƯƠNG|DOANH NGHIỆP|BAN|HUYỆN|THÀNH PHỐ|THỊ XÃ|XÃ|PHƯỜNG|ĐẶC KHU|"
    r"QUẬN|TỔ CHỨC|ĐOÀN THỂ|HỘI|LÃNH ĐẠO|THỂ THAO)\b"
)
_UNITED = re.compile(
    r"(?:Đoàn (?:đại biểu Quốc hội|ĐBQH)|Báo|Thường trực (?:Tỉnh|Thành|Đảng) ủy|HĐND|Hội đồng nhân dân|Thường trực "
    r"HĐND)$"
)
_PAREN = re.compile(r"\s*\([^()]{0,300}\)")


@dataclass(frozen=True, slots=True)
class Bodies:
    """A list of bodies found at one place of a text; positions are of that text."""

    items: tuple[tuple[int, int], ...]
    force: str | None
    """"request", "assign" or "coordinate" where a word of force stands before the names."""
    end: int
    """Where the names end; what follows is the verb, the colon or nothing."""


def read_bodies(text: str, start: int = 0, *, longest: int = 420) -> Bodies | None:
    """The bodies named from ``start`` on, with the word of force before them; None where there are none."""
    force = None
    place = start
    forced = _FORCE.match(text, place)
    if forced:
        force = (forced.lastgroup or "").removesuffix("_caps")
        place = forced.end()
    window = text[place : place + longest]
    caps = window[:60].isupper() or window.split(":")[0].isupper()
    head = (_HEAD_CAPS if caps else HEAD).match(window)
    if not head and forced:
        # "Đề nghị các…" may write the first word small: "Giao công an tỉnh".
        head = HEAD.match(window[:1].upper() + window[1:])
    if not head or (caps and _NOT_A_HEAD.match(window)):
        return None
    end = _end_of_names(window, head.end() - 1 if head[0].endswith(",") else head.end(), caps=caps)
    if end is None:
        return None
    items = _split(window, end)
    return Bodies(tuple((place + a, place + b) for a, b in items), force or None, place + end)


def _end_of_names(window: str, after: int, *, caps: bool) -> int | None:
    stop = _STOP_CAPS if caps else _STOP
    place = min(after, len(window))
    while True:
        found = stop.search(window, max(place - 1, 0))
        if not found:
            return None if len(window) >= 400 else len(window)
        if window[found.start() : found.start() + 1] == ";" and HEAD.match(window[found.end() :]):
            place = found.end() + 1
            continue
        bracket = window.find("(", place, found.start() + 1)
        if bracket < 0:
            return found.start()
        closed = window.find(")", bracket)
        if closed < 0:
            return bracket
        if closed < found.start() or closed + 1 > place:
            place = closed + 1


def _split(window: str, end: int) -> list[tuple[int, int]]:
    """The names in window[:end]: a comma or "và" parts two names only where a new name starts after it."""
    cuts: list[tuple[int, int]] = []
    for found in _LIST_BREAK.finditer(window, 0, end):
        if window.count("(", 0, found.start()) != window.count(")", 0, found.start()):
            continue
        if _starts_item(window, found):
            cuts.append(found.span())
    starts = [0, *(b for _, b in cuts)]
    ends = [*(a for a, _ in cuts), end]
    items = [(a, b) for a, b in zip(starts, ends, strict=True) if b > a]
    if len(items) > 1 and _shared(window, items):
        return [_bare(window, 0, end)]
    return [item for item in (_bare(window, a, b) for a, b in items) if item[1] > item[0]]


def _starts_item(window: str, found: re.Match[str]) -> bool:
    rest = window[found.end() :]
    before = window[: found.start()]
    if "và" in found[0].lower() and _UNITED.search(before):
        return False
    if window[: found.end()].isupper():
        # In capitals "ban, ngành" of a group look like names; only what no group holds starts one.
        return _HEAD_CAPS.match(rest) is not None and not _NOT_A_HEAD.match(rest) and not _IN_GROUP.match(rest)
    return HEAD.match(rest) is not None or re.match(r"công an (?:tỉnh|các|thành)\b", rest) is not None


def _shared(window: str, items: list[tuple[int, int]]) -> bool:
    """ "các phòng giao dịch, các tổ chức tín dụng trên địa bàn quận": one qualified group."""
    texts = [window[a:b] for a, b in items]
    gaps = [window[items[n][1] : items[n + 1][0]] for n in range(len(items) - 1)]
    return (
        all(re.match(r"các ", text, re.IGNORECASE) for text in texts)
        and all("và" not in gap.lower() for gap in gaps)
        and _SHARED_TAIL.search(texts[-1]) is not None
        and not any(_SHARED_TAIL.search(text) for text in texts[:-1])
    )


def _bare(window: str, start: int, end: int) -> tuple[int, int]:
    """The name without a bracket at its end and without stray signs."""
    while True:
        while end > start and window[end - 1] in " ,;:.-–":
            end -= 1
        if window[:end].endswith(")"):
            opened = window.rfind("(", start, end)
            if opened > start:
                end = opened
                continue
        if window[start:end].endswith((" và", " VÀ")):
            end -= 3
            continue
        break
    while start < end and window[start] in " ,;:.-–":
        start += 1
    return start, end
