"""Questions in a workbook, one a row, as teachers keep them: columns and kinds in Vietnamese.

    Dạng câu hỏi | Câu hỏi | Phương án A … L | Đáp án đúng | Sai số | Giải thích | Kiểu tin | Người gửi | Tiêu đề tin | Tin nhắn | Dấu hiệu

An option may carry a remark after " || ". In "Ghép đôi" an option is "left => right", in "Chỉ trên hình" it is
"name @ x, y, width, height". Lines of a cell are kept. Keys of options become a, b … on reading.
"""  # noqa: E501  # one line of headings, as it stands in the file

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from canhgiac.kit.numbers import NotANumber, number_read, number_words
from canhgiac.kit.sheets import Sheet, xlsx
from canhgiac.kit.text import fold

from .items import OPTIONS_MOST, Item, ItemRefused, Kind, Line, Option, Shown, Spot, item_of
from .plainer import GENUINE, LOOK_NAMES, SCAM, key_at
from .reading import MOST_BYTES, MOST_ITEMS, Fault, Read, cut

KIND_NAMES: dict[Kind, str] = {
    "single": "Chọn một",
    "multiple": "Chọn nhiều",
    "true_false": "Đúng hay sai",
    "order": "Xếp thứ tự",
    "match": "Ghép đôi",
    "verdict": "Có phải lừa đảo không?",
    "hotspot": "Chỉ trên hình",
    "short": "Trả lời ngắn",
}
LETTERS = "ABCDEFGHIJKL"
HEADINGS = (
    *("Dạng câu hỏi", "Câu hỏi", *(f"Phương án {letter}" for letter in LETTERS), "Đáp án đúng", "Sai số", "Giải thích"),
    *("Kiểu tin", "Người gửi", "Tiêu đề tin", "Tin nhắn", "Dấu hiệu"),
)
MOST_UNPACKED = 60 * 2**20
"""Bytes: a workbook that unpacks to more is refused before it is opened."""
MOST_LINES = 20_000
"""Rows looked at, empty ones too."""
_MOST_COLUMNS = 60
_WIDTHS = (18, 60, *(24 for _ in LETTERS), 16, 8, 50, 16, 18, 20, 50, 30)
_KINDS = {fold(name).strip(" ?"): kind for kind, name in KIND_NAMES.items()} | {
    **dict.fromkeys(("mot dap an", "trac nghiem", "mot lua chon"), "single"),
    **dict.fromkeys(("nhieu dap an", "nhieu lua chon"), "multiple"),
    **dict.fromkeys(("dung sai", "dung/sai", "dung / sai"), "true_false"),
    **dict.fromkeys(("sap xep", "thu tu", "xep theo thu tu"), "order"),
    **dict.fromkeys(("ghep cap", "noi", "ghep"), "match"),
    **dict.fromkeys(("lua dao hay that", "nhan dien lua dao", "co phai lua dao khong"), "verdict"),
    **dict.fromkeys(("dien vao", "dien tu", "tra loi"), "short"),
}
_LOOKS = {fold(name): look for look, name in LOOK_NAMES.items()} | {look: look for look in LOOK_NAMES}
_LOOKS |= {"facebook": "messenger", "thu": "email", "cuoc goi": "call", "dien thoai": "call", "giay": "paper"}
_TRUTH = {"dung": "true", "true": "true", "d": "true", "co": "true", "sai": "false", "false": "false", "s": "false"}
_VERDICTS = {"lua dao": "scam", "gia": "scam", "tin that": "genuine", "that": "genuine", "that su": "genuine"}
_SPOT = re.compile(r"(.{1,300})@\s*(\d{1,5})\s*[,;]\s*(\d{1,5})\s*[,;]\s*(\d{1,5})\s*[,;]\s*(\d{1,5})\s*", re.DOTALL)
_BETWEEN = re.compile(r"[\s,;.+&]+")
_REMARK, _PAIR, _ME = " || ", "=>", "Tôi:"
_DAMAGE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, InvalidFileException, ParseError, SyntaxError, EOFError),
    *(KeyError, ValueError, IndexError, TypeError, AttributeError, OSError, NotImplementedError, OverflowError),
    *(RuntimeError, AssertionError, RecursionError, MemoryError),
)
"""What zipfile, openpyxl and the parser below it raise for bytes that are no sound workbook."""


class _BadRowError(ValueError):
    """The row is no question; the message is Vietnamese."""


def read(data: bytes) -> Read:
    """The questions of the first sheet, each at its row, and the rows at fault. Raises nothing."""
    if len(data) > MOST_BYTES:
        return _refused(f"Tệp lớn hơn {MOST_BYTES // 2**20} MB; hãy chia nhỏ.")
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return _refused("Tệp kiểu .xls cũ hoặc có mật khẩu. Hãy lưu lại thành .xlsx không mật khẩu.")
    items: list[tuple[str, Item]] = []
    faults: list[Fault] = []
    columns: dict[str, int] = {}
    try:
        for number, cells in _rows(data):
            if not columns:
                columns = _columns(cells)
                continue
            if len(items) + len(faults) >= MOST_ITEMS:
                faults.append(Fault(f"dòng {number}", f"Tệp có hơn {MOST_ITEMS} câu; phần từ đây chưa được đọc."))
                break
            place = f"dòng {number}"
            try:
                items.append((place, _item(cells, columns)))
            except (_BadRowError, ItemRefused) as error:
                faults.append(Fault(place, str(error)))
    except _BadRowError as error:
        return _refused(str(error))
    except _DAMAGE:
        return _refused("Không đọc được tệp Excel này; có thể tệp bị hỏng.")
    if not items and not faults:
        return _refused("Tệp không có câu hỏi nào.")
    return Read(tuple(items), tuple(faults))


def _refused(why: str) -> Read:
    return Read(faults=(Fault("tệp", why),))


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows with anything in them and their numbers as a spreadsheet shows them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise _BadRowError("Tệp giải nén ra quá lớn.")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(max_col=_MOST_COLUMNS, max_row=MOST_LINES, values_only=True)
    for number, values in enumerate(rows, start=1):
        cells = [_text(value) for value in values]
        if any(cells):
            yield number, cells


def _text(value: object) -> str:
    """The cell as a person sees it, line breaks kept."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Đúng" if value else "Sai"
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace(".", ",")
    return "\n".join(line.rstrip() for line in str(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def _columns(cells: list[str]) -> dict[str, int]:
    known = {fold(heading): heading for heading in HEADINGS}
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        heading = known.get(fold(cell).rstrip(" *:"))
        if heading and heading not in found:
            found[heading] = place
    missing = [heading for heading in HEADINGS[:2] if heading not in found]
    if missing:
        raise _BadRowError(
            f"Dòng đầu thiếu cột {', '.join(f'“{one}”' for one in missing)}; hãy dùng tệp mẫu, giữ nguyên dòng đầu."
        )
    return found


def _item(cells: list[str], columns: dict[str, int]) -> Item:
    def cell(heading: str) -> str:
        return cells[columns[heading]] if heading in columns else ""

    named = fold(cell("Dạng câu hỏi")).strip(" ?")
    kind = _KINDS.get(named)
    if kind is None:
        raise _BadRowError(
            f"Không rõ dạng “{cut(cell('Dạng câu hỏi'), 40)}”; chọn một trong: {', '.join(KIND_NAMES.values())}."
            if named
            else "Ô “Dạng câu hỏi” trống."
        )
    texts = [(letter, cell(f"Phương án {letter}")) for letter in LETTERS]
    filled = [(letter, text) for letter, text in texts if text]
    answer = cell("Đáp án đúng")
    content: dict[str, Any] = _CONTENTS[kind](filled, answer)
    if kind == "verdict":
        content["shown"] = _shown(cell("Kiểu tin"), cell("Người gửi"), cell("Tiêu đề tin"), cell("Tin nhắn"))
        content["marks"] = [line.strip() for line in cell("Dấu hiệu").split("\n") if line.strip()]
    if kind == "short" and cell("Sai số"):
        content = {"number": _number(answer), "tolerance": _number(cell("Sai số"))}
    return item_of(kind, cell("Câu hỏi"), content, cell("Giải thích"))


Filled = list[tuple[str, str]]


def _choices(filled: Filled, answer: str) -> dict[str, Any]:
    keys = {letter: key_at(place) for place, (letter, _) in enumerate(filled)}
    parts = [text.partition(_REMARK) for _, text in filled]
    options = [
        {"key": key_at(place), "text": text.strip(), "feedback": remark.strip()}
        for place, (text, _, remark) in enumerate(parts)
    ]
    return {"options": options, "right": _letters(answer, keys)}


def _letters(answer: str, keys: dict[str, str]) -> list[str]:
    """Keys of "A", "A, C", "AC". Raises _BadRowError for a letter that no option has."""
    parts = [part for part in _BETWEEN.split(answer.upper()) if part and part != "VÀ"]
    letters = [letter for part in parts for letter in (part if set(part) <= set(LETTERS) else [part])]
    if not letters:
        raise _BadRowError("Ô “Đáp án đúng” trống; ghi chữ cái của phương án đúng, như B hoặc A, C.")
    unknown = [letter for letter in letters if letter not in keys]
    if unknown:
        raise _BadRowError(
            f"Đáp án “{cut(unknown[0], 40)}” không phải chữ cái của một phương án đã ghi; ghi như B hoặc A, C."
        )
    return list(dict.fromkeys(keys[letter] for letter in letters))


def _true_false(filled: Filled, answer: str) -> dict[str, Any]:
    return {"right": [_one_of(_TRUTH, answer, "Đúng hoặc Sai")]}


def _verdict(filled: Filled, answer: str) -> dict[str, Any]:
    return {"right": [_one_of(_VERDICTS, answer, f"{SCAM} hoặc {GENUINE}")]}


def _one_of(known: dict[str, str], answer: str, names: str) -> str:
    if (told := known.get(fold(answer).strip(" ."))) is None:
        raise _BadRowError(f"Ô “Đáp án đúng” phải là {names}.")
    return told


def _order(filled: Filled, answer: str) -> dict[str, Any]:
    return {"options": [{"key": key_at(place), "text": text} for place, (_, text) in enumerate(filled)]}


def _match(filled: Filled, answer: str) -> dict[str, Any]:
    options: list[dict[str, str]] = []
    extra: list[str] = []
    for letter, text in filled:
        left, arrow, right = text.partition(_PAIR)
        if not arrow:
            raise _BadRowError(f"Phương án {letter} chưa ghép: ghi “vế trái => vế phải”.")
        if left.strip():
            options.append({"key": key_at(len(options)), "text": left.strip(), "partner": right.strip()})
        else:
            extra.append(right.strip())
    return {"options": options, "extra": extra}


def _hotspot(filled: Filled, answer: str) -> dict[str, Any]:
    spots = []
    for place, (letter, text) in enumerate(filled):
        found = _SPOT.fullmatch(text)
        if found is None:
            raise _BadRowError(f"Phương án {letter} chưa phải vùng: ghi “tên vùng @ x, y, rộng, cao” (điểm ảnh).")
        x, y, width, height = (int(one) for one in found.groups()[1:])
        name = found[1].strip()
        spots.append({"key": key_at(place), "label": name, "x": x, "y": y, "width": width, "height": height})
    keys = {letter: key_at(place) for place, (letter, _) in enumerate(filled)}
    return {"spots": spots, "right": _letters(answer, keys)}


def _short(filled: Filled, answer: str) -> dict[str, Any]:
    lines = [line.strip() for line in answer.split("\n") if line.strip()]
    return {"accepted": [*lines, *(text for _, text in filled)]}


_CONTENTS: dict[str, Callable[[Filled, str], dict[str, Any]]] = {
    "single": _choices,
    "multiple": _choices,
    "true_false": _true_false,
    "order": _order,
    "match": _match,
    "verdict": _verdict,
    "hotspot": _hotspot,
    "short": _short,
}


def _shown(look: str, sender: str, subject: str, message: str) -> dict[str, Any]:
    named = _LOOKS.get(fold(look)) if look else "sms"
    if named is None:
        raise _BadRowError(f"Không rõ kiểu tin “{cut(look, 40)}”; chọn một trong: {', '.join(LOOK_NAMES.values())}.")
    lines = []
    for line in message.split("\n"):
        if line.strip():
            is_me = line.startswith(_ME)
            lines.append({"who": "me" if is_me else "them", "text": line.removeprefix(_ME).strip()})
    return {"look": named, "sender": sender, "subject": subject, "lines": lines}


def _number(text: str) -> float:
    try:
        return float(number_read(text))
    except NotANumber:
        pass
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise _BadRowError(f"“{cut(text, 40)}” không phải là số; viết như 1240 hoặc 0,5.") from None


# Writing ------------------------------------------------------------------------------------------------------------


def write(items: Iterable[Item]) -> bytes:
    """The workbook with a second sheet that explains it; of no items it is the template."""
    rows = [_row(item) for item in items]
    sheets = [
        Sheet("Câu hỏi", HEADINGS, rows, _WIDTHS),
        Sheet("Cách ghi", ("Dạng câu hỏi", "Phương án", "Đáp án đúng", "Cột khác"), _GUIDE, (24, 50, 40, 60)),
        Sheet("Ví dụ", HEADINGS, [_row(one) for one in _examples()], _WIDTHS),
    ]
    return b"".join(xlsx(sheets))


_GUIDE = (
    (KIND_NAMES["single"], "Mỗi ô một phương án. Nhận xét riêng ghi sau “ || ”.", "Một chữ cái, như B", ""),
    (KIND_NAMES["multiple"], "Như trên", "Các chữ cái, như A, C", ""),
    (KIND_NAMES["true_false"], "Để trống", "Đúng hoặc Sai", ""),
    (KIND_NAMES["order"], "Các bước theo đúng thứ tự, từ A", "Để trống", ""),
    (KIND_NAMES["match"], "Mỗi ô “vế trái => vế phải”; vế thừa ghi “=> vế phải”", "Để trống", ""),
    (
        *(KIND_NAMES["verdict"], "Để trống", "Lừa đảo hoặc Tin thật"),
        "Kiểu tin, Người gửi, Tin nhắn (mỗi dòng một tin; dòng bắt đầu bằng “Tôi:” là của người nhận), Dấu hiệu",
    ),
    (KIND_NAMES["hotspot"], "Mỗi ô một vùng “tên vùng @ x, y, rộng, cao” (điểm ảnh)", "Chữ cái của vùng đúng", ""),
    (KIND_NAMES["short"], "Để trống", "Mỗi dòng một câu trả lời được chấp nhận, hoặc một số", "Sai số: khi là số"),
)


def _examples() -> tuple[Item, ...]:
    steps = ("Gọi ngân hàng", "Lưu bằng chứng", "Báo công an")
    return (
        Item(
            "single",
            "Ai được hỏi mã OTP của bạn?",
            "Mã OTP chỉ để bạn tự nhập.",
            options=(
                Option("a", "Nhân viên ngân hàng", "Ngân hàng không bao giờ hỏi."),
                Option("b", "Không ai cả"),
                Option("c", "Công an"),
            ),
            right=("b",),
        ),
        Item("true_false", "Công an có thể bắt người qua cuộc gọi video.", right=("false",)),
        Item(
            "order",
            "Lỡ chuyển tiền cho kẻ lừa đảo, làm gì trước?",
            options=tuple(Option(key_at(place), text) for place, text in enumerate(steps)),
        ),
        Item(
            "match",
            "Ghép thủ đoạn với dấu hiệu.",
            options=(
                Option("a", "Giả shipper", partner="Xin chuyển phí giao hàng"),
                Option("b", "Việc nhẹ lương cao", partner="Nạp tiền để nhận nhiệm vụ"),
            ),
            extra=("Mời đến trụ sở",),
        ),
        Item(
            "verdict",
            "Tin này có phải lừa đảo không?",
            shown=Shown("sms", "NGANHANG", (Line("them", "Tài khoản bị khóa. Xác thực tại http://xac-thuc.test"),)),
            right=("scam",),
            marks=("http://xac-thuc.test",),
        ),
        Item(
            "hotspot",
            "Chỉ ra chỗ đáng ngờ.",
            spots=(Spot("a", "Địa chỉ người gửi", 10, 20, 200, 30), Spot("b", "Lời chào", 10, 80, 200, 30)),
            right=("a",),
        ),
        Item("short", "Số điện thoại báo công an?", accepted=("113",)),
    )


def _row(item: Item) -> list[str]:
    keys = [*(one.key for one in item.options), *(one.key for one in item.spots)]
    names = dict(zip(keys, LETTERS, strict=False))
    told = {"Dạng câu hỏi": KIND_NAMES[item.kind], "Câu hỏi": item.prompt, "Giải thích": item.explanation}
    told |= {f"Phương án {letter}": text for letter, text in zip(LETTERS, _option_cells(item), strict=False)}
    if item.kind == "true_false":
        told["Đáp án đúng"] = "Đúng" if item.right == ("true",) else "Sai"
    elif item.kind == "verdict" and item.shown:
        told["Đáp án đúng"] = SCAM if item.right == ("scam",) else GENUINE
        told |= {"Kiểu tin": LOOK_NAMES[item.shown.look], "Người gửi": item.shown.sender}
        lines = (f"{_ME} {line.text}" if line.who == "me" else line.text for line in item.shown.lines)
        told |= {"Tiêu đề tin": item.shown.subject, "Tin nhắn": "\n".join(lines), "Dấu hiệu": "\n".join(item.marks)}
    elif item.number is not None:
        told |= {"Đáp án đúng": _shown_number(item.number), "Sai số": _shown_number(item.tolerance)}
    elif item.kind == "short":
        told["Đáp án đúng"] = "\n".join(item.accepted)
    else:
        told["Đáp án đúng"] = ", ".join(names[key] for key in item.right if key in names)
    return [told.get(heading, "") for heading in HEADINGS]


def _shown_number(number: float) -> str:
    return number_words(int(number)).replace(".", "") if number.is_integer() else repr(number).replace(".", ",")


def _option_cells(item: Item) -> list[str]:
    if item.kind == "match":
        pairs = [f"{one.text} {_PAIR} {one.partner}" for one in item.options]
        return [*pairs, *(f"{_PAIR} {text}" for text in item.extra)][:OPTIONS_MOST]
    if item.kind == "hotspot":
        return [f"{one.label} @ {one.x}, {one.y}, {one.width}, {one.height}" for one in item.spots]
    return [f"{one.text}{_REMARK}{one.feedback}" if one.feedback else one.text for one in item.options]
