"""The worksheet that says how hard a lure is to see through. Pure: no query, nothing of Django's models.

The idea is the NIST Phish Scale (Dawkins, Jacobs: NIST TN 2276, 2023; Steves, Greene, Theofanos, Journal of
Cybersecurity 2020): count the cues that give the message away, judge how near its premise is to the receiver's work,
and read the difficulty off a table of both. The labels are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class CueType(StrEnum):
    """The five types of cues."""

    ERROR = "error"
    TECHNICAL = "technical"
    VISUAL = "visual"
    LANGUAGE = "language"
    TACTIC = "tactic"


TYPE_NAMES = {
    CueType.ERROR: _("Lỗi"),
    CueType.TECHNICAL: _("Dấu hiệu kỹ thuật"),
    CueType.VISUAL: _("Hình thức trình bày"),
    CueType.LANGUAGE: _("Lời lẽ, nội dung"),
    CueType.TACTIC: _("Thủ thuật hay dùng"),
}
CUES = {
    "spelling": (CueType.ERROR, _("Sai chính tả, ngữ pháp")),
    "inconsistent": (CueType.ERROR, _("Chi tiết không khớp nhau")),
    "attachment": (CueType.TECHNICAL, _("Tệp đính kèm hoặc ứng dụng lạ")),
    "sender": (CueType.TECHNICAL, _("Tên người gửi và địa chỉ không khớp")),
    "link": (CueType.TECHNICAL, _("Liên kết dẫn đi nơi khác với lời nói")),
    "lookalike": (CueType.TECHNICAL, _("Địa chỉ nhái tên quen")),
    "no_brand": (CueType.VISUAL, _("Thiếu dấu hiệu nhận diện của cơ quan")),
    "logo": (CueType.VISUAL, _("Biểu trưng nhái hoặc cũ")),
    "layout": (CueType.VISUAL, _("Trình bày cẩu thả")),
    "seal": (CueType.VISUAL, _("Dấu, biểu tượng bảo mật để lấy lòng tin")),
    "legal": (CueType.LANGUAGE, _("Viện dẫn luật để dọa")),
    "detail": (CueType.LANGUAGE, _("Chi tiết thừa gây rối")),
    "secrets": (CueType.LANGUAGE, _("Xin mật khẩu, mã OTP, giấy tờ, tiền")),
    "urgency": (CueType.LANGUAGE, _("Thúc giục, đặt hạn gấp")),
    "threat": (CueType.LANGUAGE, _("Đe dọa hậu quả")),
    "greeting": (CueType.LANGUAGE, _("Chào chung chung, không gọi đúng tên")),
    "signer": (CueType.LANGUAGE, _("Không rõ ai ký, không cách hỏi lại")),
    "humanity": (CueType.TACTIC, _("Kêu gọi lòng thương")),
    "too_good": (CueType.TACTIC, _("Lợi lộc quá tốt")),
    "chosen": (CueType.TACTIC, _("Nói bạn được chọn riêng")),
    "limited": (CueType.TACTIC, _("Chỉ trong thời gian ngắn")),
    "business": (CueType.TACTIC, _("Giả việc cơ quan thường làm")),
    "authority": (CueType.TACTIC, _("Mạo danh người quen, cấp trên, cơ quan")),
}
"""Code of a cue: its type and its name. ``Lure.cues`` holds the codes."""
PREMISE = {
    "process": _("Giống một việc nơi làm việc vẫn làm"),
    "relevance": _("Liên quan đến việc của người nhận"),
    "events": _("Khớp với chuyện đang diễn ra, cả ngoài cơ quan"),
    "concern": _("Khiến người nhận lo nếu không làm theo"),
    "training": _("Đã tập huấn, đã cảnh báo về trò này (trừ điểm)"),
}
"""The five elements of premise alignment; ``Lure.premise`` holds 0, 2, 4, 6 or 8 for each. The fifth subtracts."""
STEPS = (0, 2, 4, 6, 8)
STEP_NAMES = (_("không"), _("ít"), _("vừa"), _("nhiều"), _("rất nhiều"))
SOME_CUES, MANY_CUES = 9, 15
"""Few cues are up to 8, some 9 to 14, many 15 and more."""
MEDIUM_FIT, STRONG_FIT = 11, 18
"""A weak fit is up to 10, a medium one 11 to 17, a strong one 18 and more."""


class Difficulty(StrEnum):
    """How hard it is for people to see through the lure."""

    LEAST = "least"
    LEAST_MODERATE = "least_moderate"
    MODERATE = "moderate"
    VERY = "very"


DIFFICULTY_NAMES = {
    Difficulty.LEAST: _("Dễ nhận ra"),
    Difficulty.LEAST_MODERATE: _("Dễ đến vừa"),
    Difficulty.MODERATE: _("Khó vừa"),
    Difficulty.VERY: _("Rất khó"),
}
WEIGHTS = {
    Difficulty.LEAST: 1.0,
    Difficulty.LEAST_MODERATE: 1.25,
    Difficulty.MODERATE: 1.5,
    Difficulty.VERY: 2.0,
}
"""What a right answer to the lure counts in the score: seeing through a very hard one counts twice."""
_TABLE = (
    (Difficulty.MODERATE, Difficulty.VERY, Difficulty.VERY),
    (Difficulty.LEAST_MODERATE, Difficulty.MODERATE, Difficulty.VERY),
    (Difficulty.LEAST, Difficulty.MODERATE, Difficulty.MODERATE),
)
"""Rows few, some, many cues; columns weak, medium, strong fit."""
CUE_LEVELS = (_("ít"), _("vừa"), _("nhiều"))
FIT_LEVELS = (_("yếu"), _("vừa"), _("mạnh"))


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What the table says of one lure."""

    counts: dict[str, int]
    """Cues of each type."""
    cues: int
    cue_level: int
    """0 few, 1 some, 2 many."""
    fit: int
    """Premise alignment, -8 to 32."""
    fit_level: int
    """0 weak, 1 medium, 2 strong."""
    difficulty: Difficulty
    weight: float

    @property
    def name(self) -> Any:
        """The category in words."""
        return DIFFICULTY_NAMES[self.difficulty]

    @property
    def rows(self) -> list[tuple[Any, int]]:
        """Type of cue and how many of it, for the table."""
        return [(TYPE_NAMES[one], self.counts[one]) for one in CueType]

    @property
    def cue_words(self) -> Any:
        """Few, some or many."""
        return CUE_LEVELS[self.cue_level]

    @property
    def fit_words(self) -> Any:
        """Weak, medium or strong."""
        return FIT_LEVELS[self.fit_level]


def premise_fit(premise: Mapping[str, Any]) -> int:
    """The four elements that bring the message near, less the fifth: what people were told of it. -8 to 32."""
    steps = {name: int(premise.get(name, 0) or 0) for name in PREMISE}
    return sum(steps.values()) - 2 * steps["training"]


def worksheet(cues: Sequence[Mapping[str, Any]], premise: Mapping[str, Any]) -> Worksheet:
    """The table filled in. A cue of a kind that is not known counts for nothing.

    >>> worksheet([{"kind": "link"}] * 3, {"process": 8, "relevance": 8, "events": 2, "concern": 6}).difficulty
    <Difficulty.VERY: 'very'>
    """
    counts = dict.fromkeys(map(str, CueType), 0)
    for cue in cues:
        known = CUES.get(str(cue.get("kind")))
        if known is not None:
            counts[known[0]] += 1
    total, fit = sum(counts.values()), premise_fit(premise)
    cue_level = (total >= SOME_CUES) + (total >= MANY_CUES)
    fit_level = (fit >= MEDIUM_FIT) + (fit >= STRONG_FIT)
    difficulty = _TABLE[cue_level][fit_level]
    return Worksheet(counts, total, cue_level, fit, fit_level, difficulty, WEIGHTS[difficulty])
