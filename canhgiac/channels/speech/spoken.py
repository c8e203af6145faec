"""Written Vietnamese made into the words an announcer says: numbers, dates, hours, money, phones, web addresses."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

from .lexicon import letters_said, words_said
from .numerals import DIGITS, decimal_said, digits_said, groups_said, number_said, ordinal_said, roman_value

SHORT_NUMBERS = frozenset({"111", "112", "113", "114", "115", "156", "5656"})
"""Child protection, rescue, police, fire, ambulance; where scam messages and calls are told."""
_TOP = "vn|com|net|org|gov|edu|info|biz|io|app|me|top|xyz|site|online|shop|club|test|example|mobi|asia"
_NUM = r"[0-9]{1,3}(?:[.\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}][0-9]{3})+(?:,[0-9]+)?|[0-9]+,[0-9]+|[0-9]+"
_UNIT = r"đồng|đ|₫|vnđ|vnd|usd|\$|k|triệu|tr|tỷ|tỉ|nghìn|ngàn|%"
_UNITS = {"đ": "đồng", "₫": "đồng", "vnđ": "đồng", "vnd": "đồng", "usd": "đô la Mỹ", "$": "đô la Mỹ", "k": "nghìn"}
_UNITS |= {"tr": "triệu", "tỉ": "tỷ", "ngàn": "nghìn", "%": "phần trăm"}
_COUNTED = re.compile(
    r"\s*(?:người|tin|vụ|lượt|đồng|triệu|nghìn|ngàn|tỷ|bản|hộ|cuộc|tài khoản|trường hợp|năm|ngày|tháng|giờ|phút|giây|"
    r"học sinh|xã|phường|tổ|đơn vị|lần|suất|bài|số|mã|chiếc|km|kg|ha)(?!\w)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:gọi|bấm|nhắn|soạn|tổng đài|đầu số|đường dây nóng|hotline|số máy|máy lẻ|nhánh|mã|điện thoại|cảnh sát|công an)"
    r"[\s:]+(?:(?:tin|ngay|tới|đến|vào|cho|qua|theo|số|là)[\s:]+){0,3}$",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(
    r"(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|mùng|từ|đến|trước|sau|hết|lễ|dịp|nay)[\s(,]*$", re.IGNORECASE
)
_TOKENS = re.compile(
    rf"""
    (?P<web>(?:https?://|www\.)[^\s<>"'“”‘’()\[\]]+)
  | (?P<mail>(?<![\w.+-])[\w.+-]{{1,64}}@[a-z0-9.-]{{1,200}}[a-z0-9])
  | (?P<host>(?<![\w.@-])(?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:{_TOP})(?!\w|\.\w)(?:/[^\s<>"'“”‘’()\[\]]*)?)
  | (?P<iso>(?<![\w/-])[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?![\w/-]))
  | (?P<days>(?<![\w/.,-])[0-9]{{1,2}}(?:/[0-9]{{1,2}})?\s?[-–]\s?[0-9]{{1,2}}/[0-9]{{1,2}}(?:/[0-9]{{4}})?(?![\w/-]))
  | (?P<date>(?<![\w/.,-])[0-9]{{1,2}}(?P<sep>[/.-])[0-9]{{1,2}}(?P=sep)[0-9]{{4}}(?![\w/-]))
  | (?P<month>(?<![\w/.,-])(?:tháng\s+)?[0-9]{{1,2}}/[0-9]{{4}}(?![\w/-]))
  | (?P<phone>(?<![\w.,/])(?:\+84|\(0[0-9]{{1,3}}\)|0[0-9])(?:[ .\-\N{{NO-BREAK SPACE}}]?[0-9]){{6,10}}(?![0-9]))
  | (?P<toll>(?<![\w.,/])1[89]00(?:[ .]?[0-9]){{2,6}}(?![0-9]))
  | (?P<clock>(?<![\w:.,/])[0-9]{{1,2}}
      (?::[0-9]{{2}}(?::[0-9]{{2}})?
      |\s?(?:h|(?-i:g)|giờ)(?:\s?[0-9]{{1,2}}(?![0-9%]|[.,/:][0-9])(?:\s?(?:phút|p|'))?)?)(?![\w:]))
  | (?P<sum>(?<![\w.,])(?:{_NUM})\s?(?:{_UNIT})(?!\w))
  | (?P<dollars>\$\s?(?:{_NUM})(?!\w))
  | (?P<nth>(?<!\w)thứ\s+[0-9]{{1,2}}(?!\w|[.,/][0-9]))
  | (?P<roman>(?<!\w)(?:quý|khóa|kỳ|thứ|phần|chương|mục|loại|cấp|hạng|thế\s+kỷ)\s+(?-i:[IVXL]{{1,6}})(?!\w))
  | (?P<ratio>(?<![\w/.,])[0-9]{{1,4}}/[0-9]{{1,4}}(?![\w/]))
  | (?P<dotted>(?<![\w.,])[0-9]{{1,3}}(?:\.[0-9]{{1,2}})+(?![\w.,]*[0-9]))
  | (?P<number>(?<![\w.,])(?:{_NUM})(?!\w))
  | (?P<mixed>(?<!\w)(?=[a-zđ]*[0-9])(?=[0-9]*[a-zđ])[a-zđ0-9]{{2,24}}(?!\w))
  | (?P<until>(?<=[0-9%hđkgờ])\s?[-–]\s?(?=[0-9]))
  | (?P<each>(?<=\w)/\s?(?:tháng|ngày|tuần|năm|giờ|phút|người|lần|hộ|vụ)(?!\w))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-•*+–▪●]\s+|([0-9]{1,2})[.)]\s+)")
_WORD_OR = re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])")
_OPEN, _CLOSE = re.compile(r"[(\[{]"), re.compile(r"[)\]}]")
_DIGIT = re.compile(r"[^\D0-9]")
"""Digits of other scripts."""
_ENDS = ".?:;,"


def spoken(text: str) -> str:
    """The text as it is to be said, one line a line of the text, each ended by a sign of rest.

    Only what Vietnamese letters, rests and question marks can write remains; pictures and other signs fall away. What
    is already words is left as it is, so that a text may pass twice.
    """
    text = unicodedata.normalize("NFKC", text.replace("m²", " mét vuông"))
    lines = (_line(_DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0])), line)) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _line(line: str) -> str:
    head = ""
    if item := _ITEM.match(line):
        line = line[item.end() :]
        head = f"{number_said(int(item[1])).capitalize()} là, " if item[1] else ""
    said: list[str] = []
    end = 0
    for match in _TOKENS.finditer(line):
        said.append(_plain(line[end : match.start()]))
        said.append(_HANDLERS[str(match.lastgroup)](match))
        end = match.end()
    said.append(_plain(line[end:]))
    words = _rests("".join(said))
    if not words:
        return ""
    return head + words + ("" if words[-1] in _ENDS else ".")


def _plain(text: str) -> str:
    """What is no token: words; digits inside odd words are said one by one."""
    said = words_said(_WORD_OR.sub(" hoặc ", text))
    return re.sub(r"[0-9]", lambda digit: f" {DIGITS[int(digit[0])]} ", said)


def _rests(text: str) -> str:
    """Signs as rests: brackets and dashes are commas, an exclamation is a full stop, other signs go."""
    text = _CLOSE.sub(", ", _OPEN.sub(", ", text))
    text = re.sub(r"\s[-–—]+\s|…|\.{2,}|—", ", ", text).replace("!", ".")
    text = "".join(sign if sign.isalnum() or unicodedata.combining(sign) or sign in _ENDS else " " for sign in text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([.?:;,])", r"\1", text)
    text = re.sub(r"[,;:]+(?=[.?])|(?<=[.?])[.,;:?]+|(?<=[,;:])[,;:]+", "", text)
    return re.sub(r"(?<=[.?:;,])(?=[^\s.?:;,])", " ", text).strip(" ,;:")


# One function a kind of token -----------------------------------------------------------------------------------------


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 60) : match.start()]


def _web(match: re.Match[str]) -> str:
    whole = match[0].rstrip(".,;:!?…")
    rest = match[0][len(whole) :]
    parts = urlsplit(whole if "//" in whole else f"//{whole}")
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    path = parts.path.strip("/")
    return " chấm ".join(map(_label, host.split("."))) + (f" gạch chéo {_path(path)}" if path else "") + rest


def _mail(match: re.Match[str]) -> str:
    name, _at, host = match[0].partition("@")
    return f"{_path(name)} a còng {_path(host)}"


def _path(text: str) -> str:
    return _label(text.replace("/", " gạch chéo ").replace(".", " chấm ").replace("_", " gạch dưới "))


def _label(text: str) -> str:
    text = re.sub(r"[0-9]", lambda digit: f" {DIGITS[int(digit[0])]} ", text)
    return " ".join(text.replace("-", " gạch ngang ").replace(":", " hai chấm ").replace("+", " cộng ").split())


def _iso(match: re.Match[str]) -> str:
    year, month, day = match[0].split("-")
    return _day(match, day, month, year) or groups_said(match[0])


def _date(match: re.Match[str]) -> str:
    day, month, year = re.split(r"[/.-]", match[0])
    return _day(match, day, month, year) or _numbers(match[0])


def _day(match: re.Match[str], day: str, month: str, year: str = "") -> str:
    """ "ngày mười tám tháng mười hai năm …"; empty where no calendar has this day."""
    try:
        dt.date(int(year or 2024), int(month), int(day))
    except ValueError:
        return ""
    before = _before(match).lower().rstrip(" (,")
    lead = "" if before.endswith(("ngày", "mùng", "mồng")) else "ngày "
    first = "mùng " if int(day) <= 10 and not before.endswith(("mùng", "mồng")) else ""
    said = f"{lead}{first}{number_said(int(day))} tháng {_month_said(int(month))}"
    return f"{said} năm {number_said(int(year))}" if year else said


def _month_said(month: int) -> str:
    return "tư" if month == 4 else number_said(month)


def _days(match: re.Match[str]) -> str:
    start, end = re.split(r"\s?[-–]\s?", match[0], maxsplit=1)
    last = end.split("/")
    until = _day(match, *last)
    first = start.split("/")
    begin = _day(match, first[0], first[1] if len(first) > 1 else last[1])
    if not until or not begin or (len(first) == 1 and int(first[0]) >= int(last[0])):
        return _numbers(match[0])
    if len(first) == 1:
        begin = begin.partition(" tháng ")[0]
    return f"{begin} đến {until if until.startswith('ngày') else f'ngày {until}'}"


def _month(match: re.Match[str]) -> str:
    month, year = match[0].lower().removeprefix("tháng").strip().split("/")
    if not 1 <= int(month) <= 12:
        return _numbers(match[0])
    return f"tháng {_month_said(int(month))} năm {number_said(int(year))}"


def _phone(match: re.Match[str]) -> str:
    return groups_said(re.sub(r"^\+84[ .\-]?", "0", match[0]))


def _toll(match: re.Match[str]) -> str:
    return groups_said(re.sub(r"^(1[89]00)", r"\1 ", match[0]))


def _clock(match: re.Match[str]) -> str:
    parts = [int(part) for part in re.findall(r"[0-9]+", match[0])]
    if parts[0] > 24 or any(part > 59 for part in parts[1:]):
        return _numbers(match[0])
    names = ("giờ", "phút", "giây")
    kept = parts if any(parts[1:]) else parts[:1]
    return " ".join(f"{number_said(part)} {name}" for part, name in zip(kept, names, strict=False))


def _sum(match: re.Match[str]) -> str:
    unit = re.sub(r"^[0-9.,\s]+", "", match[0]).lower()
    return f"{_figure(match[0][: len(match[0]) - len(unit)].strip())} {_UNITS.get(unit, unit)}"


def _figure(text: str) -> str:
    """A number as written in Viet Nam: a dot parts thousands, a comma the fraction."""
    if text.isdigit() and (len(text) > 8 or (text.startswith("0") and len(text) > 1)):
        return groups_said(text)
    whole, _comma, part = re.sub(r"[.\s]", "", text).partition(",")
    return decimal_said(whole, part) if part else number_said(int(whole))


def _dollars(match: re.Match[str]) -> str:
    return f"{_figure(match[0].lstrip('$ '))} đô la Mỹ"


def _nth(match: re.Match[str]) -> str:
    word, number = match[0].split()
    return f"{word} {ordinal_said(int(number))}"


def _roman(match: re.Match[str]) -> str:
    word, number = match[0].rsplit(None, 1)
    value = roman_value(number.upper())
    return f"{word} {ordinal_said(value) if word.lower() in {'thứ', 'quý'} and value != 1 else number_said(value)}"


def _ratio(match: re.Match[str]) -> str:
    first, second = match[0].split("/")
    if _DAY_BEFORE.search(_before(match)) and (said := _day(match, first, second)):
        return said
    return f"{_figure(first)} trên {_figure(second)}"


def _dotted(match: re.Match[str]) -> str:
    return " chấm ".join(number_said(int(part)) for part in match[0].split("."))


def _number(match: re.Match[str]) -> str:
    digits, after = match[0], match.string[match.end() :]
    plain = digits.isascii() and digits.isdigit()
    if plain and not _COUNTED.match(after):
        if digits in SHORT_NUMBERS:
            return digits_said(digits)
        if len(digits) > 2 and _CALLED.search(_before(match)):
            return groups_said(digits)
    return _figure(digits)


def _numbers(text: str) -> str:
    """What looked like a date or an hour and is none: its numbers in their order."""
    return ", ".join(_figure(number) for number in re.findall(r"[0-9]+", text))


def _mixed(match: re.Match[str]) -> str:
    """Letters and digits in one: "A05", "5G", "BCA2026"; what reads as a word stays one."""
    parts = re.findall(r"[0-9]+|[^0-9]+", match[0])
    return " ".join(
        digits_said(part) if part.isdigit() else letters_said(part) if part.isupper() or len(part) == 1 else part
        for part in parts
    )


def _each(match: re.Match[str]) -> str:
    return " mỗi " + match[0].lstrip("/ ")


_HANDLERS: dict[str, Callable[[re.Match[str]], str]] = {
    "web": _web,
    "host": _web,
    "mail": _mail,
    "iso": _iso,
    "date": _date,
    "days": _days,
    "month": _month,
    "phone": _phone,
    "toll": _toll,
    "clock": _clock,
    "sum": _sum,
    "dollars": _dollars,
    "nth": _nth,
    "roman": _roman,
    "ratio": _ratio,
    "dotted": _dotted,
    "number": _number,
    "mixed": _mixed,
    "until": lambda _match: " đến ",
    "each": _each,
}
