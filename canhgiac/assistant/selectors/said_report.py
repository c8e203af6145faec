"""report: where to report, whom to call, what to bring, what became of a report."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.kit.text import fold

from .advice import Step
from .asked import Asked
from .replies import Choice, Reply

_STATE = re.compile(
    r"\b(?:ma (?:tiep nhan|tra cuu|theo doi|tin bao|bien nhan)|theo doi|tinh trang|den dau roi|xu ly (?:den|toi))\b"
)
_MESSAGES = re.compile(r"\b(?:tin (?:nhan )?rac|cuoc goi rac|goi rac|sms rac|spam|quang cao|156|5656)\b")


def said_report(asked: Asked) -> Reply:
    """Where, by what line, with what evidence; the page where a receipt code is entered. No query."""
    words = fold(asked.words)
    if _STATE.search(words):
        return _state(asked)
    knowledge = asked.knowledge
    spam = [line for code in ("156",) if _MESSAGES.search(words) and (line := knowledge.line(code))]
    police = [line for code in ("cong-an-xa", "113", "vneid") if (line := knowledge.line(code))]
    lines = [*spam, *police, *([knowledge.hotline] if knowledge.hotline else [])]
    says = [
        _("Gần nhất là công an xã, phường nơi bạn đang ở. Đang bị đe dọa hoặc vừa mất tiền thì gọi 113 trước."),
        _("Ở đây bạn cũng gửi được tin báo, có mã để theo dõi; không cần nói tên."),
    ]
    if spam:
        says.insert(0, _("%(name)s: %(note)s") % {"name": spam[0].name, "note": spam[0].note})
    steps = (
        Step(_("Mang theo căn cước,"), _("và ghi sẵn sự việc theo thứ tự ngày giờ.")),
        Step(_("Mang bằng chứng:"), _("ảnh tin nhắn có tên và số, nhật ký cuộc gọi, biên lai, số tài khoản nhận.")),
        Step(_("Xin giấy tiếp nhận."), _("Không nơi nào được từ chối nhận tin báo của bạn.")),
    )
    return Reply(
        act="report",
        slots=asked.slots,
        says=tuple(says),
        steps=steps,
        lines=tuple(line for line in lines if line is not None),
        choices=(
            Choice(_("Gửi tin báo"), url=reverse("tip_new")),
            Choice(_("Xem tin đã gửi"), url=reverse("tip_follow")),
        ),
        tip_offered=True,
    )


def _state(asked: Asked) -> Reply:
    return Reply(
        act="report",
        slots=asked.slots,
        says=(
            _("Tin đến đâu xem ở trang theo dõi, theo mã tiếp nhận; ở đó cũng nói được với người giải quyết."),
            _("Ai có mã là đọc được tin, nên đừng đưa mã cho người khác, cũng đừng gửi vào đây."),
        ),
        choices=(Choice(_("Mở trang theo dõi"), url=reverse("tip_follow")),),
    )
