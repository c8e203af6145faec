"""Questions in use, one of each kind, and papers that ask them."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.training.models import Learner, Paper, PaperDraw, PaperItem, Question, QuestionEdition, Sitting
from canhgiac.training.services.sittings import sitting_begin

_number = itertools.count(1)
CONTENTS: dict[str, dict[str, Any]] = {
    "single": {
        "options": [
            {"key": "a", "text": "Tắt máy"},
            {"key": "b", "text": "Chuyển tiền"},
            {"key": "c", "text": "Đọc mã"},
        ],
        "right": ["a"],
    },
    "multiple": {
        "options": [{"key": "a", "text": "Giục gấp"}, {"key": "b", "text": "Xin mã"}, {"key": "c", "text": "Chào hỏi"}],
        "right": ["a", "b"],
    },
    "true_false": {"right": ["false"]},
    "order": {
        "options": [
            {"key": "a", "text": "Dừng lại"},
            {"key": "b", "text": "Hỏi người thân"},
            {"key": "c", "text": "Báo công an"},
        ]
    },
    "match": {
        "options": [
            {"key": "a", "text": "Khóa thẻ", "partner": "Ngân hàng"},
            {"key": "b", "text": "Tố giác", "partner": "Công an"},
        ],
        "extra": ["Nhà mạng"],
    },
    "verdict": {
        "shown": {
            "look": "sms",
            "sender": "NGANHANGTHU",
            "lines": [{"who": "them", "text": "Tài khoản bị khóa, vào http://ngan-hang.test nhập mã OTP ngay"}],
        },
        "right": ["scam"],
        "marks": ["nhập mã OTP"],
    },
    "hotspot": {
        "spots": [
            {"key": "a", "label": "Địa chỉ trang", "x": 0, "y": 0, "width": 200, "height": 60},
            {"key": "b", "label": "Hình biểu trưng", "x": 0, "y": 100, "width": 200, "height": 60},
        ],
        "right": ["a"],
    },
    "short": {"accepted": ["113"]},
}
"""A right content of each kind."""
RIGHT: dict[str, Any] = {
    "single": "a",
    "multiple": ["a", "b"],
    "true_false": "false",
    "order": ["a", "b", "c"],
    "match": {"a": "Ngân hàng", "b": "Công an"},
    "verdict": "scam",
    "hotspot": ["a"],
    "short": "113",
}
"""The right answer to each of ``CONTENTS``."""


def question(kind: str = "single", **given: Any) -> QuestionEdition:
    """A published question of the software with one edition."""
    number = next(_number)
    row = Question.objects.create(code=f"X{number:04}")
    facts: dict[str, Any] = {
        "prompt": f"Câu hỏi thử {number}: nên làm gì?",
        "content": CONTENTS[kind],
        "explanation": "Người lạ giục gấp và xin mã là dấu hiệu lừa đảo.",
        "published_at": clock.now(),
    } | given
    edition = QuestionEdition.objects.create(
        question=row,
        number=1,
        kind=kind,
        state="published",
        is_starter=True,
        folded=fold(facts["prompt"]),
        **facts,
    )
    row.published = edition
    row.save(update_fields=["published"])
    return edition


def paper(*asked: QuestionEdition, draws: Sequence[dict[str, Any]] = (), **facts: Any) -> Paper:
    """A paper in use that asks these, one point each, and draws of the bank."""
    told: dict[str, Any] = {"title": "Đề thử", "purpose": Paper.Purpose.LESSON, "state": Paper.State.READY} | facts
    row = Paper.objects.create(**told)
    PaperItem.objects.bulk_create(
        PaperItem(paper=row, question=one.question, position=at) for at, one in enumerate(asked, 1)
    )
    PaperDraw.objects.bulk_create(PaperDraw(paper=row, **draw) for draw in draws)
    return row


def sitting(of: Paper, learner: Learner | None = None, **given: Any) -> Sitting:
    """A sitting begun now."""
    return sitting_begin(paper=of, learner=learner, uid=uuid.uuid4(), **given)


def learner(**facts: Any) -> Learner:
    """A person of a roster."""
    number = next(_number)
    return Learner.objects.create(**({"full_name": f"Người Học {number}", "token": uuid.uuid4().hex[:24]} | facts))
