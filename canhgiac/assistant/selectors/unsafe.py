"""A second look at what the assistant said: nothing that it must never say, whoever wrote the answer.

The rules know nothing of how answers are made. They look at the words alone, and compare numbers, links and laws with
what the library, the register of lines, the province's profile and the live warnings hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from canhgiac.agencies.selectors import province
from canhgiac.library.models import Contact, Edition, FormEdition, Law, LawArticle, MaterialEdition
from canhgiac.library.selectors.contacts import phones_told
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.selectors.public import current


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that was said and must not be."""

    rule: str
    """number, link, law, safe, asks, orders, criminal, obeys."""
    words: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """What may be said because people approved it."""

    numbers: frozenset[str] = frozenset()
    """Digits alone, of lines that people may be given and of numbers that stand in published texts."""
    hosts: frozenset[str] = frozenset()
    laws: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    sentences: frozenset[str] = field(default=frozenset(), repr=False)
    """Of published texts, as ``_plain`` has them: approved as they stand."""
    has_warnings: bool = True
    """Whether any warning holds now: where none does, none is expected."""


_DIGITS = re.compile(r"(?<![\w/.,])\+?\d(?:[ .\-]?\d)*(?![\w/]|[.,]\d)")
_HOST = re.compile(
    r"(?<![\w@.-])(?:https?://)?((?:[a-z0-9-]+\.)+(?:vn|com|org|net|info|test|app|io|me|top|xyz|cc|shop|vip|club|site"
    r"|online|link|live|asia|co|ly|gl|biz|click|example|invalid))(?![\w-])",
    re.IGNORECASE,
)
_LAW = re.compile(r"\b\d{1,4}/(?:\d{4}/)?[A-ZĐ][A-ZĐ\d]*(?:-[A-ZĐ]+)*\b")
_ARTICLE = re.compile(r"\b[Đđ]iều\s+(\d+[a-zđ]?)\b")
_MONEY = re.compile(r"\s*(?:đ\b|đồng|vnđ|vnd|triệu|nghìn|ngàn|tỷ|tỉ|k\b|usd|%)", re.IGNORECASE)
_UNIT = re.compile(r"\s*(?:phút|giờ|ngày|tháng|năm|lần|người|tuổi|xã|phường|câu|điểm|ký tự|chữ|bước|hình thức|tin)\b")
_CALLS = re.compile(r"\b(?:gọi|bấm|nhắn|soạn|số|tổng đài|hotline|đường dây|đầu số|tới|hoặc|,)[^\w]*$", re.IGNORECASE)
_SHORT = 7
"""Digits of a number that is one only where somebody is told to call it."""
_SENTENCE = re.compile(r"[.!?;:\n…]+\s+|\n+|[.!?;…]+$")
_QUOTED = re.compile(r"“([^“”\n]{1,200})”")
"""Where a form or a material is named by its title."""
_LIST_MARK = re.compile(r"^\W*(?:\d{1,2}[.)]\s+)?")


def _any(*words: str) -> str:
    """One of the patterns."""
    return f"(?:{'|'.join(words)})"


def _sought(*words: str) -> re.Pattern[str]:
    """Any of the patterns, from the start of a word; a blank is any white space."""
    return re.compile(r"\b" + _any(*words).replace(" ", r"\s+"))


_NOT = _sought(
    *(
        rf"{word}\b"
        for word in ("không", "chưa", "chẳng", "đừng", "chớ", "chả", "tránh", "ngừng", "dừng", "thôi", "ai")
    ),
    *(
        rf"{word}\b"
        for word in ("kẻ xấu", "kẻ gian", "chúng(?! tôi)", "họ", "người lạ", "giả", "tưởng", "có phải", "hay giả")
    ),
    *(rf"{word}\b" for word in ("cấm", "từ chối", "nếu", "khi", "lỡ", "trót", "mạo danh", "xưng")),
)
"""In a sentence with one of these nobody is told to do it: it forbids, doubts, or tells what others do or say."""
_GOOD = _any(
    *("an toàn", "tin cậy", "đáng tin", "tin được", "uy tín", "chính chủ", "hợp pháp", "đàng hoàng", "bình thường"),
    *("vô hại", "lành mạnh", "không sao", "ổn", "thật(?! (?:hay|giả|hoặc|ra|sự|thì|là|của|mà))"),
)
_SAFE = _sought(
    rf"(?:là|hoàn toàn|rất|khá|vẫn|đều|thì|này|đó|đấy|kia|ấy) {_GOOD}\b",
    rf"(?:cứ|có thể|hãy|bạn|bác|cô|chú) {_any('yên tâm', 'an tâm', 'tin tưởng', 'tin')}\b",
    rf"yên tâm {_any('chuyển', 'bấm', 'làm', 'đi', 'nhé')}\b",
    rf"cứ {_any('chuyển', 'bấm', 'cài', 'đọc', 'gửi', 'làm theo', 'trả', 'đóng', 'nạp', 'mở', 'gọi lại')}\b",
    rf"an toàn {_any('rồi', 'nhé', 'đấy', 'để (?:bấm|chuyển|cài|mở|dùng)')}\b",
    r"đã (?:được )?(?:xác minh|kiểm chứng) (?:là )?(?:thật|an toàn)\b",
)
_SAFE_BY_NOT = _sought(
    r"(?:không|chẳng|chả) phải (?:là )?(?:(?:tin|trang|số|trò|chiêu) )?(?:lừa|giả|scam)",
    r"(?:không|chẳng|chả) (?:lừa đảo|nguy hiểm|có dấu hiệu|đáng ngại|cần (?:phải )?lo)",
    r"(?:không|chẳng|chả) có gì (?:đáng ngại|đáng lo|phải lo|nguy hiểm|bất thường|lạ)",
)
_UNSAID = _sought(
    *("chưa biết", "chưa đủ", "không có nghĩa", "không vì thế", "cũng không", "thật hay giả", "chưa chắc", "có phải"),
    *("không thể (?:nói|biết|kết luận)", "không (?:chắc|khẳng định)", "chưa (?:thể )?(?:nói|khẳng định|kết luận)"),
)
"""A sentence that says how little is known may name what it does not say."""
_HIDDEN = _any(
    *("mã (?:otp|pin|xác thực|xác nhận|xác minh|cvv|bảo mật|đăng nhập)", "otp", "mật khẩu", "số thẻ", "cvv"),
    r"mã\b(?! (?:biên nhận|tiếp nhận|tin báo|hồ sơ|theo dõi|qr|của tin))",
    *("số căn cước", "ảnh căn cước"),
)
_ASK = _sought(
    rf"(?:gửi|đọc|cung cấp|nhập|nhắn|điền|khai|nói)\b[^,]{{0,40}}\b{_HIDDEN}\b",
    rf"cho (?:tôi|mình|chúng tôi|trợ lý|em) (?:biết|xin|xem)\b[^,]{{0,40}}\b{_HIDDEN}\b",
)
_DO = _sought(
    *("(?:bấm|nhấn|nhấp|truy cập) (?:vào )?(?:đường )?(?:link|dẫn|liên kết|trang đó)", "mở (?:đường )?(?:link|dẫn)"),
    *("chuyển (?:tiền|khoản|trả|lại|thêm|ngay)", "ck (?:cho|vào)", "nạp (?:tiền|thêm|thẻ)", "đặt cọc", "quét mã"),
    *("đóng (?:phí|tiền|cọc|thêm)", "trả (?:phí|tiền) (?:cho|trước)", "tải (?:ứng dụng|app|tệp|file|về)"),
    "cài (?:đặt )?(?:ứng dụng|app|phần mềm|tệp|file)",
    *("gọi lại (?:số (?:đó|này|lạ|ấy|trên)|cho họ|ngay số)", "bật chia sẻ màn hình", "cấp quyền"),
    "làm theo (?:hướng dẫn|lời|yêu cầu) (?:của )?(?:họ|tin)",
)
_IMPERATIVE = re.compile(
    r"^(?:(?:bạn|bác|em|anh|chị|cô|chú) )?(?:(?:hãy|vui lòng|xin|cần|phải|nên|nhớ|mau|cứ|có thể) )?"
)
_URGES = _sought(
    *("hãy", "vui lòng", "xin (?:hãy|mời)", "bạn (?:cần|phải|nên|có thể)", "nhé", "giúp (?:tôi|mình|chúng tôi)"),
    *("cứ", "mời bạn"),
)
_MAY = _sought(
    *("app store", "ch play", "google play", "kho ứng dụng", "số quen", "đã lưu", "vẫn lưu", "in sau thẻ", "tự gõ"),
    *("chỉ (?:cài|tải|chuyển|quét)", "cài lại", "tra soát", "phong tỏa", "giữ khoản", "chặn", "khóa", "trước khi"),
    *("biên lai", "bằng chứng", "ảnh chụp"),
)
"""Ways to do these things that the library itself advises, or that stop a payment."""
_CRIMINAL = _sought(
    r"(?:là|chính là|đích thị|đúng là|rõ ràng là|thuộc) (?:(?:một|cái|bọn|băng) )?"
    + _any("kẻ", "tên", "tội phạm", "thủ phạm", "đồ", "thằng", "con mụ", "quân", "bọn", "lũ")
    + r"\b(?: (?:lừa|gian|tội|trộm|cướp|đảo|xấu|khốn))?",
    r"(?:người|ông|bà|anh|chị|cô|chú|hắn|nó|gã|chủ (?:số|tài khoản|trang)) (?:\w+ ){0,3}?(?:(?:này|đó|kia|ấy|ta) )?"
    r"(?:là|đúng là|chắc chắn|đang|đã) (?:người )?(?:lừa đảo|phạm tội|ăn cắp|chiếm đoạt)",
)


def grounds() -> Grounds:
    """All that may be said, from the tables as they stand. Nine queries; for measuring, not for every answer."""
    texts = list(_published())
    contacts = list(Contact.objects.filter(is_retired=False))
    lines = [number for row in contacts for number in phones_told(row)]
    texts += [row.note for row in contacts if phones_told(row) or not row.phones]
    profile = province()
    own = [profile.domain, urlsplit(settings.BASE_URL).hostname or ""]
    return Grounds(
        frozenset(_bare(one) for one in [*lines, profile.hotline, *_numbers(texts)] if one),
        frozenset(host.casefold() for host in [*own, *_hosts([*texts, *(row.web for row in contacts)])] if host),
        frozenset(Law.objects.values_list("number", flat=True)),
        frozenset(LawArticle.objects.values_list("article", flat=True)) | frozenset(_articles(texts)),
        frozenset(_plain(one) for text in texts for one in _sentences(text)),
        current().exists(),
    )


def _published() -> Iterator[str]:
    for model in (FormEdition, MaterialEdition):
        for row in model.objects.filter(state=Edition.State.PUBLISHED):
            for name in row.CONTENT:
                yield from _strings(getattr(row, name))
    yield from LawArticle.objects.values_list("says", flat=True)
    yield from Law.objects.values_list("name", flat=True)
    yield from Rendition.objects.filter(warning__in=current()).values_list("text", flat=True)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _numbers(texts: Iterable[str]) -> Iterator[str]:
    """Numbers to call that stand in texts: long ones, and short ones where somebody is told to call them."""
    for text in texts:
        for match in _DIGITS.finditer(text):
            if len(_bare(match[0])) > _SHORT or _is_called(text, match):
                yield match[0]


def _hosts(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (match[1] for match in _HOST.finditer(text))


def _articles(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (match[1] for match in _ARTICLE.finditer(text))


def _bare(number: str) -> str:
    """Digits, a Vietnamese number without its country.

    >>> _bare("+84 900-000-123"), _bare("0900.000.123"), _bare("113")
    ('0900000123', '0900000123', '113')
    """
    digits = re.sub(r"\D", "", number)
    return "0" + digits[2:] if len(digits) == 11 and digits.startswith("84") else digits


def _sentences(text: str) -> list[str]:
    return [one for part in _SENTENCE.split(text) if (one := _LIST_MARK.sub("", part).strip())]


def _plain(sentence: str) -> str:
    return re.sub(r"\W+", " ", sentence).casefold().strip()


def faults(text: str, allowed: Grounds) -> list[Fault]:
    """What in a reply must not be said; empty for an honest one."""
    found = [*_of_numbers(text, allowed), *_of_links(text, allowed), *_of_laws(text, allowed)]
    named = _QUOTED.sub(lambda part: "“”" if _plain(part[1]) in allowed.sentences else part[0], text)
    for sentence in _sentences(named):
        if _plain(sentence) not in allowed.sentences:
            found += _of_words(sentence.casefold())
    return list(dict.fromkeys(found))


def _of_numbers(text: str, allowed: Grounds) -> Iterator[Fault]:
    laws = [match.span() for match in _LAW.finditer(text)]
    for match in _DIGITS.finditer(text):
        if any(start <= match.start() < end for start, end in laws):
            continue
        digits, after = _bare(match[0]), text[match.end() : match.end() + 12]
        if digits in allowed.numbers or _MONEY.match(after) or _UNIT.match(after):
            continue
        if len(digits) > _SHORT or _is_called(text, match):
            yield Fault("number", match[0])


def _is_called(text: str, number: re.Match[str]) -> bool:
    """Whether a number of three digits or more stands where one is told whom to call."""
    before = text[max(0, number.start() - 14) : number.start()]
    return len(_bare(number[0])) > 2 and _CALLS.search(before) is not None


def _of_links(text: str, allowed: Grounds) -> Iterator[Fault]:
    for match in _HOST.finditer(text):
        host = match[1].casefold()
        if host.removeprefix("www.") not in allowed.hosts and host not in allowed.hosts:
            yield Fault("link", match[1])


def _of_laws(text: str, allowed: Grounds) -> Iterator[Fault]:
    for match in _LAW.finditer(text):
        if match[0] not in allowed.laws:
            yield Fault("law", match[0])
    for match in _ARTICLE.finditer(text):
        if match[1] not in allowed.articles:
            yield Fault("law", match[0])


def _of_words(sentence: str) -> Iterator[Fault]:
    """Of one sentence in small letters that nobody approved as it stands."""
    if not _UNSAID.search(sentence):
        denied, praised = _SAFE_BY_NOT.search(sentence), _SAFE.search(sentence)
        if denied or (praised and not _NOT.search(sentence[: praised.start()])):
            yield Fault("safe", (denied or praised)[0])  # type: ignore[index]
    for rule, pattern in (("asks", _ASK), ("orders", _DO)):
        match = pattern.search(sentence)
        if match and _is_told(sentence, match.start()) and not _MAY.search(sentence):
            yield Fault(rule, match[0])
    match = _CRIMINAL.search(sentence)
    if match and not _UNSAID.search(sentence) and not re.search(r"\b(?:không|chưa|nếu)\b", sentence[: match.start()]):
        yield Fault("criminal", match[0])


def _is_told(sentence: str, start: int) -> bool:
    """Whether the reader is told to do what stands at ``start``, rather than told of it or told not to."""
    before = sentence[:start]
    if _NOT.search(before):
        return False
    urged = _IMPERATIVE.match(sentence)
    return bool(_URGES.search(sentence)) or (urged is not None and urged.end() >= start)
