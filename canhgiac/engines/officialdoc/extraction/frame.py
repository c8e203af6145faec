"""What stands around the body: letterhead, type and title, recipients, signature, and the site the text came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .bodies import UPPER
from .labels import read_label
from .layout import MOTTO, RECIPIENTS, flatten_layout, split_columns
from .lines import Line

TYPES = (
    "KẾ HOẠCH PHỐI HỢP",
    "KẾ HOẠCH HÀNH ĐỘNG",
    "KẾ HOẠCH LIÊN TỊCH",
    "KẾ HOẠCH LIÊN NGÀNH",
    "KẾ HOẠCH",
    "QUYẾT ĐỊNH",
    "CHỈ THỊ",
    "ĐỀ ÁN",
    "CHƯƠNG TRÌNH HÀNH ĐỘNG",
    "CHƯƠNG TRÌNH PHỐI HỢP",
    "CHƯƠNG TRÌNH",
    "HƯỚNG DẪN",
    "THÔNG BÁO",
    "NGHỊ QUYẾT",
    "CÔNG ĐIỆN",
    "PHƯƠNG ÁN",
    "QUY CHẾ",
    "QUY ĐỊNH",
    "TỜ TRÌNH",
    "BÁO CÁO",
    "KẾT LUẬN",
    "DỰ ÁN",
    "CHIẾN LƯỢC",
    "THỂ LỆ",
)
_TYPE = re.compile(rf"(?P<type>{'|'.join(TYPES)})(?P<rest>$|\s*:$|\s*[-–:]?\s+(?=[{UPPER}“\"(]).*)")
_TYPE_ANY = re.compile(rf"(?P<type>{'|'.join(TYPES)})(?P<rest>$|\s*:$|\s*[-–:]?\s+.*)", re.I)
_ATTACHED = re.compile(r"\(?\s*(?:Ban hành k|K)èm theo\b", re.I)
_OPENER = re.compile(
    r"(?:Căn cứ|Thực hiện|Nhằm|Để|Hiện nay|Thời gian (?:qua|vừa)|Trong (?:thời|những|năm)|Năm \d{4}|Ngày|Xét|Theo đề "
    r"nghị|Kính gửi|"
    r"Tiếp tục|Trên cơ sở|Quán triệt|Triển khai|UBND|Ủy ban|Sở|Ban|Qua |Với|Tại|Công tác|Tình hình|Phát huy|Những "
    r"năm)\b"
)
_BASIS = re.compile(
    r"(?:Căn cứ|Thực hiện|Triển khai(?: thực hiện)?|Nhằm|Để|Theo|Xét) (?:Luật|Bộ luật|Nghị|Quyết|Chỉ thị|Kế hoạch|"
    r"Công|Chương|Kết luận|Thông|Văn bản|"
    r"Đề án|ý kiến|chỉ đạo|đề nghị|tiếp tục|tăng cường|nâng cao)\b"
)
_UNFINISHED = re.compile(r"(?:,|\b(?:và|của|về|theo|thực hiện|triển khai|số|ngày))$", re.I)
_SIGN_WORD = (
    r"(?:TM|KT|TL|TUQ|T/M|K/T|T/L|Q)\s?\.|CHỦ TỊCH|PHÓ|GIÁM ĐỐC|TRƯỞNG|CỤC TRƯỞNG|CHI CỤC TRƯỞNG|BÍ THƯ|CHÁNH|THỦ "
    r"TRƯỞNG|"
    r"HIỆU TRƯỞNG|TỔNG GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|VIỆN TRƯỞNG|TỔNG BIÊN TẬP|CHỈ HUY|QUYỀN|UỶ VIÊN|ỦY "
    r"VIÊN|THƯỜNG TRỰC"
)
SIGN_TITLE = re.compile(rf"(?:{_SIGN_WORD})")
_FUSED = re.compile(rf"(?P<left>.{{0,160}}?[;.:)])\s+(?P<right>(?:{_SIGN_WORD})[{UPPER} ,.]{{2,80}})$")
_RANKS = (
    r"(?:Đại tướng|Thượng tướng|Trung tướng|Thiếu tướng|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy|Đại uý|Thượng úy)"
)
SIGNER_NAME = re.compile(
    rf"(?P<rank>{_RANKS}\s+)?(?:(?:PGS|GS|TS|ThS|BS|CN|KS|CKII|CKI|"
    rf"LS)\.?,?\s?)*(?P<name>[{UPPER}][\w’'-]{{0,8}}(?:\s+[{UPPER}][\w’'-]{{0,8}}){{1,5}})\.?$"
)
_SIGNED = re.compile(
    r"\(?\s*(?:đã ký|ký bởi|chữ ký|ký tên|\[?đã ký\]?).{0,40}$|\(.{0,30}\)$|/\.?$|Ký bởi.{0,200}$", re.I
)
_CHROME = re.compile(
    r"(?:Tin (?:liên quan|khác|mới|bài|tức|cùng|đã|nổi)|Các tin|Các bài|Bài viết|Văn bản (?:liên quan|khác|mới)|Chia "
    r"sẻ|Bình luận|Ý kiến|"
    r"Gửi (?:bình|ý|phản)|In (?:bài|trang|ấn|văn bản|nội dung)|Tải (?:về|xuống|file|tệp|văn bản)|Xem (?:thêm|tiếp|"
    r"nhiều|văn bản|toàn)|Quay lại|Trở (?:về|lại)|"
    r"Về (?:đầu|trang)|Lên đầu|Lượt (?:xem|truy|đọc)|Số lượt|Đang (?:online|truy)|Bản quyền|Copyright|©|\(c\)|Cookie|"
    r"Trang web (?:này )?|"
    r"Website (?:này )?|Chúng tôi (?:sử dụng|dùng) cookie|Đăng nhập|Đăng ký nhận|Tìm kiếm|Liên hệ|Giấy phép|Facebook|"
    r"Zalo|Twitter|Youtube|YouTube|Trang chủ|"
    r"Theo dõi chúng|Đánh giá (?:bài|trang|của)|Cỡ chữ|Chế độ (?:xem|tương|sáng|tối)|Từ khóa|Tags?\b|Tệp đính kèm|"
    r"File đính kèm|Đính kèm|Đọc bài|Nghe bài|Nguồn\s?:|Tác giả|"
    r"Chịu trách nhiệm|Trưởng Ban biên tập|Ghi rõ nguồn|Điện thoại\s?:|Email\s?:|Địa chỉ\s?:|Hotline|Fax|Thống kê "
    r"truy|Mặc định|Phóng to|Thu nhỏ|"
    r"Sơ đồ (?:trang|cổng|site)|Menu|Skip to|English|Tiếng Việt|RSS|Gửi email|Sao chép|Chấp nhận|Đồng ý|Từ chối|Cổng "
    r"(?:thông tin|Thông tin|TTĐT)|CỔNG THÔNG TIN)",
)


@dataclass(slots=True)
class Frame:
    """The document in its parts. ``title`` is empty where the type stands alone."""

    head: list[Line] = field(default_factory=list)
    type: Line | None = None
    type_name: str | None = None
    title: list[Line] = field(default_factory=list)
    body: list[list[Line]] = field(default_factory=list)
    """Runs of body lines; a run ends where the frame or an attached document's title interrupts."""
    recipients: list[Line] = field(default_factory=list)
    signature: list[Line] = field(default_factory=list)
    attached: list[Line] = field(default_factory=list)
    """Type and title of the plan that a decision issues, as printed."""


def _type_of(line: Line) -> re.Match[str] | None:
    text = line.text.text
    if len(text) > 600:
        return None
    found = _TYPE.match(text)
    if found:
        return found
    if line.level or line.bold:
        return _TYPE_ANY.match(text)
    return None


def _is_chrome(text: str) -> bool:
    return len(text) <= 160 and _CHROME.match(text) is not None


def find_frame(read: Sequence[Line]) -> Frame:
    """The parts of the document; a text without any frame is all body."""
    lines = flatten_layout(read)
    start = _start(lines)
    frame = Frame()
    if start is None:
        cut = _first_clause(lines)
        frame.head = split_columns(lines[:cut])
        _body(frame, lines[cut:])
        return frame
    frame.head = split_columns(lines[:start])
    frame.type = lines[start]
    found = _type_of(lines[start])
    after = start + 1
    if found:
        frame.type_name = found["type"]
        after = _title(frame, lines, start, found)
    _body(frame, lines[after:])
    return frame


def _start(lines: Sequence[Line]) -> int | None:
    """The line that names the document's type."""
    titled: int | None = None
    for n, line in enumerate(lines[:400]):
        found = _type_of(line)
        if found and found["type"].isupper() and _under_letterhead(lines, n):
            return n
        if found and (titled is None or (found["type"].isupper() and not _type_capital(lines[titled]))):
            titled = n  # the page's own title; the document may still print its type below
        elif found and found["type"].isupper() and not line.text.text.rstrip().endswith(":"):
            titled = n
        label = read_label(line.text.text)
        if label and label.kind in {"roman", "part", "article"} and n > 6:
            break
    return titled


def _under_letterhead(lines: Sequence[Line], n: int) -> bool:
    """Whether a number, a place and date or the motto stand shortly above: a menu's "THÔNG BÁO" has none."""
    return any(
        MOTTO.search(line.text.text)
        or re.match(r"Số\b.{0,40}[-/]", line.text.text)
        or re.search(r",\s*ngày .{0,20}tháng", line.text.text)
        for line in lines[max(0, n - 16) : n]
    )


def _type_capital(line: Line) -> bool:
    found = _type_of(line)
    return found is not None and found["type"].isupper()


def _first_clause(lines: Sequence[Line]) -> int:
    """Where the letterhead of a document without a type name (an official letter) ends."""
    last = 0
    for n, line in enumerate(lines[:60]):
        text = line.text.text
        if MOTTO.search(text) or re.match(r"Số\s?:|V/v\b|Kính gửi", text) or re.search(r",\s*ngày .{0,20}tháng", text):
            last = n + 1
        elif len(text) > 200 or read_label(text):
            break
    return last


def _title(frame: Frame, lines: Sequence[Line], start: int, found: re.Match[str]) -> int:
    """Collects the title after the type line; returns the index of the first body line."""
    line = lines[start]
    rest = found["rest"].strip(" :-–")
    if rest:
        offset = len(line.text.text) - len(found["rest"].lstrip(" :-–"))
        frame.title.append(Line(line.text.cut(offset)))
    n = start + 1
    while n < len(lines) and len(frame.title) < 9:
        line = lines[n]
        text = line.text.text
        if line.row or len(text) > 500 or _ATTACHED.match(text) or read_label(text) or _type_of(line):
            break
        if frame.title:
            last = frame.title[-1].text.text
            if (last.isupper() and len(last) > 12 and not text.isupper()) or (
                _BASIS.match(text) and not _UNFINISHED.search(last)
            ):
                break
            goes_on = text[0].islower() or text[0] in '“"(,;' or not last[-1].isalnum()
            starts = _OPENER.match(text) is not None and (
                len(text) > 60 or text.startswith(("Căn cứ", "Kính gửi")) or line.gap > 0
            )
            if (
                last[-1] in ".;:"
                or (starts and not goes_on)
                or (line.gap and not goes_on)
                or re.search(r"[:;.]$", text)
            ):
                break
            if len(text) > 140 and not goes_on:
                break
            if text.isupper() and n + 1 < len(lines) and lines[n + 1].text.text.startswith(("Căn cứ", "Xét ")):
                break  # the authority's line above the legal basis
        elif text.startswith(("Căn cứ ", "Kính gửi")) or re.search(r"[;:]$", text):
            break
        frame.title.append(line)
        n += 1
    while n < len(lines) and _ATTACHED.match(lines[n].text.text) and n < start + 14:
        n = _past_bracket(lines, n)
    return n


def _past_bracket(lines: Sequence[Line], n: int) -> int:
    """The line after a bracketed note such as "(Kèm theo Quyết định số …)" that may run over several lines."""
    opened = lines[n].text.text.startswith("(")
    for stop in range(n, min(n + 6, len(lines))):
        if not opened or lines[stop].text.text.rstrip(" .").endswith(")"):
            return stop + 1
    return n + 1


def _body(frame: Frame, lines: Sequence[Line]) -> None:
    """Takes recipients, signature, attached titles and chrome out of the lines after the title."""
    run: list[Line] = []
    n = 0
    closed = False
    while n < len(lines):
        line = lines[n]
        text = line.text.text
        label = read_label(text) if len(text) < 200 else None
        if RECIPIENTS.match(text) and not line.row:
            n = _closing(frame, lines, n)
            closed = True
        elif (stop := _signature_end(lines, n)) is not None:
            frame.signature = frame.signature or list(lines[n:stop])
            n = stop
            closed = True
        elif _new_document(lines, n, closed=closed):
            n = _attached(frame, lines, n)
            closed = False
        elif (
            closed
            and not (label or line.row or line.level or (text.isupper() and len(text) > 12))
            and not _more(lines, n)
        ):
            n += 1  # site chrome after the signature
            continue
        elif (
            _is_chrome(text)
            and not (label or line.row)
            and (len(text) <= 40 or closed)
            and not text.endswith((".", ";", ":"))
        ):
            n += 1
            continue
        else:
            if closed and label is None and _is_chrome(text):
                n += 1
                continue
            run.append(line)
            n += 1
            if not closed or label:
                closed = closed and not (label and label.kind in {"annex", "part", "roman", "article"})
            continue
        if run:
            frame.body.append(run)
            run = []
    if run:
        frame.body.append(_without_tail(run))


def _more(lines: Sequence[Line], n: int) -> bool:
    """Whether an annex or an attached document still comes within reach after line ``n``."""
    return any(
        ((label := read_label(line.text.text)) is not None and label.kind in {"annex", "part"})
        or _type_of(line) is not None
        for line in lines[n : n + 3]
    )


def _new_document(lines: Sequence[Line], n: int, *, closed: bool) -> bool:
    """A second type line: the plan a decision issues. "QUYẾT ĐỊNH:" before Điều 1 is none."""
    found = _type_of(lines[n])
    if (
        not found
        or lines[n].text.text.rstrip().endswith(":")
        or not (lines[n].text.text.isupper() or not found["rest"].strip())
    ):
        return False
    following = [line.text.text for line in lines[n + 1 : n + 9]]
    return closed or any(_ATTACHED.match(text) for text in following)


def _attached(frame: Frame, lines: Sequence[Line], n: int) -> int:
    other = Frame()
    found = _type_of(lines[n])
    after = _title(other, lines, n, found) if found else n + 1
    frame.attached += [lines[n], *other.title]
    return after


def _closing(frame: Frame, lines: Sequence[Line], n: int) -> int:
    """The region from "Nơi nhận:" to the signer's name, in one column or two."""
    stop = n + 1
    while stop < len(lines) and stop < n + 70:
        line = lines[stop]
        text = line.text.text
        label = read_label(text)
        if line.row or (_type_of(line) and text.isupper()) or len(text) > 260:
            break
        if label and label.kind not in {"dash", "bullet", "plus"} and len(text) < 200:
            break
        stop += 1
    region = _unfused(split_columns(lines[n:stop]))
    end = 1
    for place, line in enumerate(region):
        text = line.text.text
        if place == 0 or re.match(r"[-–+•*(]", text) or RECIPIENTS.match(text) or (text[0].islower() and place == end):
            end = place + 1
        elif SIGN_TITLE.match(text) and text.isupper():
            continue
        elif re.match(r"Lưu\b", text) or (place == end and text.endswith(";")):
            end = place + 1
    first_sign = next(
        (k for k, line in enumerate(region) if k and SIGN_TITLE.match(line.text.text) and line.text.text.isupper()),
        None,
    )
    cut = min(end, first_sign) if first_sign is not None and first_sign > 0 else end
    if not frame.recipients:
        frame.recipients = region[:cut]
    sign_end = None
    if first_sign is not None:
        sign_end = _signature_end(region, first_sign)
        if sign_end is not None and not frame.signature:
            frame.signature = region[first_sign:sign_end]
    used = max(cut, sign_end or 0)
    return stop if region != list(lines[n:stop]) else n + max(used, 1)


def _unfused(region: Sequence[Line]) -> list[Line]:
    """A recipient and the signer's title that were read as one line are two."""
    left: list[Line] = []
    right: list[Line] = []
    for line in region:
        found = _FUSED.match(line.text.text)
        if found:
            left.append(replace(line, text=line.text.cut(0, found.end("left"))))
            right.append(replace(line, text=line.text.cut(found.start("right")), gap=0))
        elif right and not re.match(r"[-–+•*(]", line.text.text):
            right.append(line)
        else:
            left.append(line)
    return left + right


def _signature_end(lines: Sequence[Line], n: int) -> int | None:
    """The index after a signature block that starts at ``n``: titles in capitals, then a name."""
    if not SIGN_TITLE.match(lines[n].text.text) or not lines[n].text.text.isupper() or len(lines[n].text.text) > 90:
        return None
    for stop in range(n + 1, min(n + 11, len(lines))):
        text = lines[stop].text.text
        if _SIGNED.match(text):
            continue
        if (
            SIGNER_NAME.match(text)
            and (not text.isupper() or not (SIGN_TITLE.match(text) or MOTTO.search(text)))
            and not _type_of(lines[stop])
        ):
            return stop + 1
        side_by_side = re.split(r"\s{3,}", text, maxsplit=3)
        if len(side_by_side) > 1 and all(SIGNER_NAME.match(name) for name in side_by_side) and not text.isupper():
            return stop + 1  # bodies that act together sign beside each other
        if not text.isupper() or len(text) > 90:
            return None
    return None


def _without_tail(run: list[Line]) -> list[Line]:
    """Drops the site's footer: everything from the first chrome line of the last few after which no clause comes."""
    for n in range(max(0, len(run) - 40), len(run)):
        text = run[n].text.text
        ended = n > 0 and run[n - 1].text.text.rstrip().endswith(("./.", "./", ".", ";"))
        if _is_chrome(text) and ended and not any(read_label(line.text.text) for line in run[n:]):
            return run[:n]
    return run
