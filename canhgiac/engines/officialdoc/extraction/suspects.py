"""Likely faults of OCR or typing, each with a proposal; the verbatim text is never changed.

Three general tests: a syllable that Vietnamese spelling does not allow; a word that differs only in its marks
from a common word of administrative texts and is no word itself; a syllable printed twice where the document
elsewhere has a word that ends the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from canhgiac.engines.officialdoc.model import Header, Suggestion

from .mapped import Mapped
from .syllables import is_syllable, respelt, skeleton, syllables

# Compounds met in nearly every plan. A neighbour that differs in marks alone, and is not in _WORDS_TOO, is suspect.
_COMMON = (
    "đẩy mạnh|tìm hiểu|tín dụng|cẩm nang|cổng thông tin|cổng/trang thông tin|trang/cổng thông tin|tuyên truyền|phổ "
    "biến|triển khai|thực hiện|"
    "tổ chức|phối hợp|chủ trì|hướng dẫn|kiểm tra|đôn đốc|giám sát|báo cáo|tổng hợp|kế hoạch|nhiệm vụ|giải pháp|trách "
    "nhiệm|cơ quan|đơn vị|"
    "địa phương|doanh nghiệp|lừa đảo|chiếm đoạt|tài sản|không gian mạng|an ninh mạng|an toàn|công nghệ|thông tin|"
    "truyền thông|nâng cao|"
    "nhận thức|kỹ năng|cảnh giác|thủ đoạn|phương thức|phòng ngừa|ngăn chặn|xử lý|vi phạm|pháp luật|tội phạm|học sinh|"
    "sinh viên|giáo dục|"
    "đào tạo|văn hóa|thể thao|du lịch|khoa học|chuyển đổi số|cán bộ|công chức|viên chức|nhân dân|ủy ban|mặt trận|"
    "thường xuyên|kịp thời|"
    "hiệu quả|chất lượng|tăng cường|xây dựng|bảo đảm|đảm bảo|quản lý|nghiên cứu|đề xuất|tham mưu|rà soát|kinh phí|"
    "ngân sách|nguồn vốn|"
    "định kỳ|đột xuất|sơ kết|tổng kết|khen thưởng|điện thoại|tin nhắn|tài khoản|ngân hàng|giao dịch|mạng xã hội|băng "
    "rôn|tờ rơi|áp phích|"
    "khẩu hiệu|phóng sự|chuyên mục|chuyên trang|hội nghị|tập huấn|bồi dưỡng|diễn tập|giao thông|ma túy|thiên tai|dân "
    "số|trẻ em|phụ nữ"
)
_WORDS_TOO = frozenset(
    [
        "truyền thống",
        "thông tín",
        "cảnh giác",
        "giao dich",
        "quản ly",
        "bao cáo",
        "tổ chức",
        "tài sản",
        "chủ trị",
        "chủ trì",
        "thực hiên",
        "cán bộ",
        "ủy bản",
        "tập huấn",
        "kỹ năng",
        "hội nghị",
        "tìm hiểu",
        "giáo dục",
        "an toán",
        "công nghệ",
    ]
)
# Words that are right by themselves but wrong beside these neighbours.
_BY_CONTEXT = (
    (
        re.compile(r"hình thức (?P<w>cô đọng|cố động|cô động)\b", re.I),
        "cổ động",
        "đứng sau “hình thức”: hình thức cổ động",
    ),
    (re.compile(r"(?P<w>chủ thẻ) tên miền\b", re.I), "chủ thể", "chủ thể tên miền"),
    (re.compile(r"(?P<w>có liên) và\b"), "có liên quan", "thiếu chữ “quan”"),
    (re.compile(r"(?P<w>trình thức)\b(?= (?:chưa|còn|thấp))"), "trình độ nhận thức", "thiếu chữ"),
    (re.compile(r"(?P<w>có kèm nang|kèm nang)\b"), "có cẩm nang", "cẩm nang"),
    (re.compile(r"(?P<w>tuyên) cộng tác viên\b"), "tuyển", "tuyển cộng tác viên"),
    (re.compile(r"^(?P<w>Tăng) quan trọng\b"), "Tầm", "tầm quan trọng"),
    (
        re.compile(r"\((?P<w>đề) (?:b/c|t/h|th/h|báo cáo|thực hiện|phối hợp|ph/h|biết|chỉ đạo)"),
        "để",
        "lời ghi nơi nhận",
    ),
    (re.compile(r"giữa hình thức (?P<w>truyền thông) với\b"), "truyền thống", "đối lại với “trực tuyến”"),
)


_WORDS = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?(?: [^\W\d_]+)*")
_SYLLABLE = re.compile(r"[^\W\d_]+")
_DOUBLED = re.compile(r"\b([^\W\d_]{2,7})\s(?=(?P<b>\1)\b)", re.I)
_REDUPLICATED = syllables(
    "luôn ngày dần từ đời mãi ai người nhà ngành mỗi thường xa gần càng nhiều tuần tháng năm cao vân song "
    "lâu đều rất xưa "
)
_TWO_WORDS = frozenset({"hành vi", "vi phạm"})
"""Words that end or begin with one syllable and so meet without a fault: "hành vi vi phạm"."""
_KNOWN = frozenset(_COMMON.split("|"))
_BY_SKELETON = {skeleton(word): word for word in _COMMON.split("|")}
_FIRST = frozenset(key.split()[0] for key in _BY_SKELETON)


def read_suggestions(texts: Sequence[Mapped], header: Header) -> tuple[Suggestion, ...]:
    """Suspects in the given pieces, in the order of the text."""
    pairs: Counter[str] = Counter()
    for piece in texts:
        words = [w.lower() for w in _SYLLABLE.findall(piece.text)]
        pairs.update(f"{a} {b}" for a, b in pairwise(words))
    out: list[Suggestion] = []
    for piece in texts:
        out += _spelling(piece)
        out += _look_alikes(piece, pairs)
        out += _doubled(piece, pairs)
        out += _in_context(piece)
    unique = {s.span: s for s in reversed(out)}
    return tuple(sorted(unique.values(), key=lambda s: s.span))


def _spelling(piece: Mapped) -> list[Suggestion]:
    out = []
    for found in _SYLLABLE.finditer(piece.text):
        word = found[0]
        if word.isascii() or not word.islower() or len(word) > 7 or is_syllable(word):
            continue
        fixed = respelt(word)
        if fixed:
            out.append(Suggestion(word, fixed, "không phải âm tiết tiếng Việt", piece.span(*found.span())))
    return out


def _look_alikes(piece: Mapped, pairs: Counter[str]) -> list[Suggestion]:
    words = list(re.finditer(r"[^\W\d_]+(?:/[^\W\d_]+)?", piece.text))
    out = []
    keys = [skeleton(w[0]) for w in words]
    for n, key in enumerate(keys):
        if key not in _FIRST:
            continue
        for size in (3, 2):
            if n + size > len(words):
                continue
            right = _BY_SKELETON.get(" ".join(keys[n : n + size]))
            start, end = words[n].start(), words[n + size - 1].end()
            printed = piece.text[start:end]
            if right is None or printed.lower() == right or printed.isupper() or not _WORDS.fullmatch(printed):
                continue
            if _parted(words, n, size):
                continue
            if (
                _marks_only(printed.lower(), right)
                and printed.lower() not in _WORDS_TOO
                and pairs[printed.lower()] <= 2
            ):
                out.append(Suggestion(printed, _cased(right, printed), f"gần giống “{right}”", piece.span(start, end)))
            break
    return out


def _parted(words: Sequence[re.Match[str]], n: int, size: int) -> bool:
    """Whether the syllables belong to the words beside them: "địa phương thực hiện" holds no "phương thực"."""
    before = f"{words[n - 1][0]} {words[n][0]}".lower() if n else ""
    after = f"{words[n + size - 1][0]} {words[n + size][0]}".lower() if n + size < len(words) else ""
    return before in _KNOWN or after in _KNOWN


def _marks_only(printed: str, right: str) -> bool:
    """Old and new places of the tone mark ("hoá", "hóa") and y for i are no faults."""
    return _order(printed) != _order(right)


def _order(text: str) -> list[str]:
    return [
        skeleton(w).replace("y", "i")
        + "".join(
            sorted(unicodedata.normalize("NFD", w)[1:].translate({ord(c): None for c in "abcdefghijklmnopqrstuvwxyz"}))
        )
        for w in text.split()
    ]


def _cased(right: str, printed: str) -> str:
    parts = [
        r[:1].upper() + r[1:] if p[:1].isupper() else r for r, p in zip(right.split(), printed.split(), strict=False)
    ]
    return " ".join(parts)


def _doubled(piece: Mapped, pairs: Counter[str]) -> list[Suggestion]:
    out = []
    for found in _DOUBLED.finditer(piece.text):
        out += _double_at(piece, found.start(), found.end("b"), pairs)
    return out


def _double_at(piece: Mapped, start: int, end: int, pairs: Counter[str]) -> list[Suggestion]:
    first, second = piece.text[start:end].split()
    around = _neighbours(piece.text, start, end)
    if (
        all(pairs[pair] > 1 or pair in _TWO_WORDS for pair in around)
        or first.lower() in _REDUPLICATED
        or (first[0].islower() and second[0].isupper())
    ):
        return []
    votes = [
        (count, pair)
        for pair, count in pairs.items()
        if pair.endswith(f" {second.lower()}")
        and pair != f"{first.lower()} {second.lower()}"
        and count >= 3
        and _near(pair.split()[0], first.lower())
    ]
    best = max(votes)[1] if votes else second.lower()
    return [
        Suggestion(
            piece.text[start:end],
            best[:1].upper() + best[1:] if first[0].isupper() else best,
            "lặp chữ",
            piece.span(start, end),
        )
    ]


def _neighbours(text: str, start: int, end: int) -> list[str]:
    """The pairs a doubled syllable makes with the words beside it: "hành vi", "vi phạm" in "hành vi vi phạm"."""
    before = _SYLLABLE.findall(text[max(0, start - 12) : start])
    after = _SYLLABLE.findall(text[end : end + 12])
    word = text[start:end].split(maxsplit=1)[0].lower()
    return [f"{before[-1].lower()} {word}" if before else "", f"{word} {after[0].lower()}" if after else ""]


def _near(one: str, other: str) -> bool:
    a, b = set(skeleton(one)), set(skeleton(other))
    return len(a & b) >= 3


def _in_context(piece: Mapped) -> list[Suggestion]:
    out = []
    for pattern, right, reason in _BY_CONTEXT:
        for found in pattern.finditer(piece.text):
            out.append(Suggestion(found["w"], right, reason, piece.span(*found.span("w"))))
    return out
