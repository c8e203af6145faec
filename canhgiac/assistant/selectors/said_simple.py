"""human, smalltalk, unknown: short answers that say who we are, what we cannot, and what to do then."""

from __future__ import annotations

from django.utils.translation import gettext as _

from canhgiac.kit import clock
from canhgiac.kit.text import fold

from .asked import Asked
from .hours import closes_at, next_opening, week
from .replies import Choice, Reply

_THANKS = ("cam on", "cảm ơn", "thanks", "thank", "tks", "cam mon")
_BYE = ("tam biet", "bye", "chao nhe", "hen gap")


def first_choices() -> tuple[Choice, ...]:
    """What most people come for."""
    return (
        Choice(_("Kiểm tra một tin"), say=_("Kiểm tra giúp tôi một tin nhắn")),
        Choice(_("Tôi vừa bị lừa"), say=_("Tôi vừa bị lừa")),
        Choice(_("Cách phòng tránh"), say=_("Làm sao để không bị lừa?")),
        Choice(_("Gặp người trực"), say=_("Cho tôi gặp người trực")),
    )


def said_human(asked: Asked) -> Reply:
    """The duty desk, when somebody is there, and whom to call meanwhile. One query."""
    knowledge = asked.knowledge
    lines = [line for line in (knowledge.hotline, knowledge.line("113")) if line is not None]
    return Reply(
        act="human",
        slots=asked.slots,
        says=(
            _("Bấm để chuyển cuộc trò chuyện này cho người trực; họ đọc được những gì bạn đã kể ở đây."),
            _when_there(asked),
            _("Đang bị đe dọa hay vừa mất tiền thì gọi 113 ngay, đừng chờ."),
        ),
        lines=tuple(lines),
        human_offered=True,
    )


def _when_there(asked: Asked) -> str:
    """When somebody is at the desk."""
    hours = week()
    closes = closes_at(asked.now, hours=hours)
    if closes is not None:
        return _("Đang có người trực, đến %(time)s.") % {"time": f"{closes.astimezone(clock.VIETNAM):%H:%M}"}
    opens = next_opening(asked.now, hours=hours)
    if opens is None:
        return _("Lời nhắn được giữ lại, có người đọc sẽ trả lời ở đây.")
    return _("Lúc này chưa có người trực; có người từ %(time)s. Lời bạn nhắn được giữ tới lúc đó.") % {
        "time": f"{opens.astimezone(clock.VIETNAM):%H:%M, %d/%m}"
    }


def said_smalltalk(asked: Asked) -> Reply:
    """Greeting, thanks, who are you. No query."""
    words = fold(asked.words)
    if any(word in words for word in _THANKS):
        says: tuple[str, ...] = (_("Không có gì. Thấy gì lạ cứ dán vào đây, giờ nào cũng được."),)
    elif any(word in words for word in _BYE):
        says = (_("Chào bạn. Thấy gì lạ thì dừng lại và hỏi trước khi làm."),)
    else:
        name = asked.knowledge.profile.name or _("tỉnh")
        says = (
            _("Chào bạn. Tôi là trợ lý tự động của chương trình Cảnh Giác, %(name)s.") % {"name": name},
            _("Tôi xem giúp tin nhắn, số lạ, và chỉ việc cần làm khi lỡ bị lừa."),
            _("Lời bạn kể chỉ được giữ một ngày cho cuộc trò chuyện này. Đừng gửi mã OTP, mật khẩu."),
        )
    return Reply(act="smalltalk", slots=asked.slots, says=says, choices=first_choices())


def said_unknown(asked: Asked) -> Reply:
    """What we do not know is said so, with what to do then. No query."""
    return Reply(
        act="unknown",
        slots=asked.slots,
        says=(
            _("Tôi không biết điều này. Tôi chỉ biết chuyện lừa đảo: tin, cuộc gọi lạ, mất tiền, luật, nơi trình báo."),
            _("Việc gấp thì gọi 113. Muốn hỏi người thật thì bấm gặp người trực."),
        ),
        choices=first_choices(),
        human_offered=True,
        is_good=False,
    )
