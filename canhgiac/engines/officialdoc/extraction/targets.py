"""Numeric aims: "Trên 80% các trường …", "ít nhất 02 lớp", "Tỷ lệ … đạt 95% trở lên"."""

from __future__ import annotations

import re
from typing import Literal

from canhgiac.engines.officialdoc.model import Target

from .deadlines import sentences
from .mapped import Mapped

Comparator = Literal["=", ">=", ">", "<=", "<"]

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?!\d)|\d{1,7}(?:,\d{1,3})?"
_BEFORE = (
    r"(?P<cmp>[Tt]rên|[Hh]ơn|[Vv]ượt|[Íí]t nhất(?: là)?|[Tt]ối thiểu(?: là)?|[Kk]hông dưới|[Kk]hông thấp hơn|[Tt]ừ|"
    r"[Dd]ưới|[Kk]hông quá|[Tt]ối đa|"
    r"[Kk]hông vượt quá|[Pp]hấn đấu(?: đạt)?(?: trên| từ)?|≥|>=|>|≤|<=|<)"
)
_PERCENT = re.compile(
    rf"(?:{_BEFORE}\s*(?:đạt\s)?(?:khoảng\s)?)?(?<![\d,./])(?P<value>{_NUMBER})(?:\s?(?:-|–|"
    rf"đến)\s?\d{{1,3}})?\s?(?:%|phần trăm)(?P<up>\s(?:trở lên|trở xuống))?"
)
_UNITS = (
    "chiến dịch|trang/kênh|bộ dữ liệu|hội viên|chuyến|bậc|giây|suất|giải|gian hàng|mã|nút giao|biển báo|cột|hộ nghèo|"
    "đoàn viên|chi hội|thành viên|mô hình điểm|chuyên trang|chuyên mục|chuyên đề|kênh|trang|lớp|hội nghị|hội thảo|"
    "hội thi|cuộc thi|cuộc|buổi|đợt|mô hình|tin, bài|tin bài|"
    "tin|bài viết|bài|video clip|video|clip|phóng sự|lượt người|lượt|người|hộ gia đình|hộ dân|hộ|xã|phường|thôn|tổ "
    "dân phố|tổ công nghệ|tổ|trường học|trường|cơ sở|"
    "doanh nghiệp|nhóm|câu lạc bộ|cụm|điểm|bản tin|tờ rơi|tờ gấp|pa-nô|pano|băng rôn|khẩu hiệu|áp phích|dịch vụ công|"
    "dịch vụ|thủ tục|hệ thống|"
    "nền tảng|ứng dụng|cán bộ|học viên|học sinh|sản phẩm|tài liệu|cuốn|bộ|vụ|tuyến|thư viện|tủ sách|phòng đọc|công "
    "trình|hồ sơ|"
    "khóa|khoá|chương trình|tác phẩm|tọa đàm|toạ đàm|diễn đàn|sự kiện|ngày hội|xe|km|ha|điểm đen|đội|lần|bản|giải "
    "pháp|camera|tỷ đồng|triệu đồng"
)
_COUNT = re.compile(
    rf"(?:{_BEFORE}\s*(?:đạt\s)?(?:khoảng\s)?)?(?<![\d,./-])\b(?P<value>{_NUMBER})\s(?P<unit>{_UNITS})\b"
    r"(?!\s?/\s?(?:năm|tháng|lần))(?P<up>\s(?:\w+\s){0,4}trở lên)?"
)
_RATIO = re.compile(
    rf"(?:{_BEFORE}\s*)?(?<![\d,./-])\b(?P<value>{_NUMBER})\s"
    r"(?P<unit>[^\W\d]+(?:\s[^\W\d]+)?/(?:\d+\s)?[^\W\d]+(?:\s[^\W\d]+)?)(?P<up>\strở lên)?"
)
"""Aims such as "2,1 con/phụ nữ"; read in sections of aims only."""
_MAKES = re.compile(
    r"(?:[Tt]ổ chức|[Xx]ây dựng|[Mm]ở|[Ss]ản xuất|[Đđ]ăng(?: tải)?|[Tt]hành lập|[Bb]iên soạn|[Ll]ắp đặt|[Tt]hực hiện|"
    r"[Pp]hát sóng)\s+(?:được\s)?$"
)
_PAST = re.compile(
    r"\bđã (?:xảy|phát|tổ|đạt|có|tiếp|xử|khởi|triển|thực|ban|hoàn|cấp|xây|bị)|so với cùng kỳ(?! năm trước\s*$)|xảy "
    r"ra \d|chiếm (?:tỷ lệ )?\d|tăng \d+ vụ|giảm \d+ vụ"
)
_CHANGE = re.compile(r"(?:Phấn đấu |Hằng năm |Hàng năm |Mỗi năm )?(?:[Kk]éo giảm|[Gg]iảm|[Tt]ăng)\b")
"""An aim set against an earlier period: "Giảm 15% số vụ … so với cùng kỳ"."""
_RATE = re.compile(
    r"(?:[Tt]ỷ|[Tt]ỉ) lệ\s+(?P<pop>[^,;:.]{3,160}?)\s+(?:đạt|là|lên|được|tăng|giảm|chiếm|từ|trên|tối|ít)\b"
)
_SUBJECT_END = re.compile(
    r"\s(?:được|có|biết|xây dựng|thực hiện|triển khai|đạt|tham gia|hoàn thành|(?<!người )sử dụng|"
    r"ứng dụng|tiếp cận|ký|nắm|hiểu|"
    r"thành lập|tổ chức|đăng|trên(?=\s(?:nền|môi|mạng|không))|"
    r"phải|duy trì|đảm bảo|bảo đảm|cam kết|kết nối|cung cấp|áp dụng|cài đặt|trang bị|bố trí|về|khi|đối với|vào|bị|"
    r"không|chấp hành|phát sinh|tại(?= các cơ quan)|đến|hưởng|tốt nghiệp|"
    r"tuyên truyền|ban hành|công khai|tiếp nhận|giải quyết|cập nhật|số hóa|số hoá|đáp ứng|trở lên|thường xuyên|nộp|"
    r"liên thông|gắn|là|cho)\b|[;:.]|,\s(?=phấn đấu|trong đó|bảo đảm|đảm bảo|góp phần|nhằm|qua đó)|$"
)
_OF = re.compile(r"\b(?:cho|đến|đối với|của|tới|dành cho)\s+(?=\S)")


def read_targets(piece: Mapped, *, aim: bool, due: str | None) -> tuple[Target, ...]:
    """The aims of one clause. ``aim``: it stands in a section of aims, where a bare count is one."""
    text = piece.text
    if "%" not in text and not re.search(r"\d", text):
        return ()
    out: list[Target] = []
    for start, end in sentences(text):
        part = text[start:end]
        if _PAST.search(part) and not (aim and _CHANGE.match(part)):
            continue
        found = list(_PERCENT.finditer(part))
        ratios = list(_RATIO.finditer(part)) if aim else []
        counts = [
            m
            for m in _COUNT.finditer(part)
            if _counts(m, part, aim=aim) and not any(r.start() < m.end() and m.start() < r.end() for r in ratios)
        ]
        counts += ratios
        for n, match in enumerate([*found, *counts]):
            percent = n < len(found)
            value = _value(match["value"])
            if value is None or (percent and value > 1000):
                continue
            stop = found[n + 1].start() if percent and n + 1 < len(found) else len(part)
            population = _population(part, match, stop) if percent else _beneficiaries(part, match.end())
            quoted = (
                piece.quoted(start, end)
                if len(found) + len(counts) == 1
                else piece.quoted(start + (0 if n == 0 else match.start()), end)
            )
            out.append(
                Target(
                    text=quoted.text.rstrip(" .;"),
                    value=value,
                    unit="%" if percent else match["unit"],
                    comparator=_comparator(match["cmp"], match["up"]),
                    population=population,
                    due=due,
                    span=piece.span(start + match.start(), start + match.end()),
                )
            )
    return tuple(out)


def _counts(match: re.Match[str], part: str, *, aim: bool) -> bool:
    before = part[: match.start()]
    if re.search(
        r"(?:số|Nghị định|Điều|khoản|điểm|Đề án|Ban Chỉ đạo|cấp|lớp|khối|năm|tháng|quý|ngày|Khu vực|mức độ|Phụ lục|"
        r"mục|thứ|giai đoạn)\s$",
        before,
    ):
        return False
    if aim:
        return (match["cmp"] or "").lower() != "từ" or bool(match["up"])
    # Elsewhere only a number of things to be made counts: "tổ chức ít nhất 02 lớp tập huấn".
    floor = (match["cmp"] or "").lower().startswith(("ít nhất", "tối thiểu", "phấn đấu"))
    return floor and _MAKES.search(before) is not None


def _value(raw: str) -> float | None:
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", raw):
        return float(raw.replace(".", ""))
    try:
        return float(raw.replace(",", "."))
    except ValueError:
        return None


_WORDS: tuple[tuple[Comparator, re.Pattern[str]], ...] = (
    (">", re.compile(r"(?:trên|hơn|vượt|>)$|.* trên$")),
    (">=", re.compile(r"ít nhất|tối thiểu|không dưới|không thấp|≥|>=|.* từ$")),
    ("<", re.compile(r"(?:dưới|<)$")),
    ("<=", re.compile(r"không quá|tối đa|không vượt|≤|<=")),
)


def _comparator(before: str | None, after: str | None) -> Comparator:
    """The sense of the words around a number: "Trên 80%" is >, "80% trở lên" is >=."""
    if after:
        return ">=" if "lên" in after else "<="
    word = (before or "").lower()
    return next((sign for sign, pattern in _WORDS if pattern.match(word)), "=")


def _population(part: str, match: re.Match[str], stop: int) -> str | None:
    """Of whom the percentage is: the words after it, or before it in "Tỷ lệ … đạt 95%"."""
    rates = list(_RATE.finditer(part, 0, match.end()))
    rate = rates[-1] if rates else None
    if rate and rate.end() <= match.end() and match.start() - rate.end() < 40:
        return rate["pop"].strip()
    after = part[match.end() : stop].strip(" ,")
    after = re.sub(r"^(?:số|tổng số|trong tổng số|của)\s+", "", after)
    end = _SUBJECT_END.search(after)
    words = after[: end.start()] if end else after
    words = re.sub(r"\s+(?:và|,)$", "", words.strip(" ,"))
    if words:
        return words if len(words) < 260 else None
    before = part[: match.start()].strip(" ,")
    return re.sub(r"\s+(?:đạt|từ|là|lên)$", "", before) or None if len(before) < 160 else None


def _beneficiaries(part: str, after: int) -> str | None:
    found = None
    for found in _OF.finditer(part, after):
        rest = part[found.end() :]
        end = re.search(r"[;:.(]|\s(?:về|để|nhằm|trên|tham gia|trong)\b|$", rest)
        words = rest[: end.start()].strip(" ,") if end else rest
        if words and len(words) < 160:
            return words
    return None
