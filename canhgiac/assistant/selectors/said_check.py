"""check: what is this? The verdict first, then what to do, then the trick by its name."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from canhgiac.engines.dialogue import Memory

from .advice import steps_of_form
from .asked import Asked
from .check import Answer, check
from .kinds import EMPTY, MESSAGE
from .knowledge import FormTold
from .mask import harmless
from .replies import Choice, Reply

REASONS_MOST = 3


def said_check(asked: Asked) -> Reply:
    """What is said of something received, a number, a link, an account, a picture. At most ten queries."""
    answer = check(asked.understood.pasted or asked.words, codes=asked.codes, known=asked.knowledge)
    if answer.kind == EMPTY:
        return _asks_for_it(asked)
    if answer.kind == MESSAGE and not asked.understood.pasted and not answer.found:
        return _of_what_is_told(asked, answer)
    if asked.form is None and answer.form is not None:
        asked = replace(asked, slots=replace(asked.slots, form=answer.form.code))
    told = asked.form if answer.kind == MESSAGE else None
    says = [f"{answer.word}. {answer.say}"]
    says += [f"{why.title}. {why.text}" for why in answer.reasons[:REASONS_MOST]]
    says += [thing.told for thing in answer.found[:1] if answer.kind != MESSAGE]
    if answer.lookup:
        says.append(answer.lookup)
    if told is not None:
        says.append(_("Giống hình thức “%(name)s”: %(short)s.") % {"name": told.name, "short": told.short.rstrip(".")})
    says.append(answer.base)
    return Reply(
        act="check",
        slots=asked.slots,
        says=tuple(harmless(said) for said in says if said),
        steps=(steps_of_form(told.during) if told else ()) or answer.steps,
        lines=answer.lines,
        checked=answer,
        sources=asked.sources if answer.kind == MESSAGE or (asked.form and answer.is_alarm) else (),
        choices=_choices(is_alarm=answer.is_alarm),
        tip_offered=answer.is_alarm,
    )


def _of_what_is_told(asked: Asked, answer: Answer) -> Reply:
    """For who tells in their own words what somebody wants of them: their words are no message to be judged."""
    told = asked.form
    if told is None and not answer.is_alarm and not asked.near:
        return _asks_for_it(asked)
    says = [_like(told), told.truth] if told else [_perhaps(asked) or f"{answer.word}. {answer.say}"]
    says.append(_("Máy chỉ nghe bạn kể, chưa thấy tin gốc: có tin nhắn, số, link thì dán vào để xem kỹ hơn."))
    return Reply(
        act="check",
        slots=asked.slots,
        says=tuple(said for said in says if said),
        steps=(steps_of_form(told.during) if told else ()) or answer.steps,
        lines=answer.lines,
        checked=answer if answer.is_alarm else None,
        sources=asked.sources,
        choices=_choices(is_alarm=True),
        tip_offered=True,
    )


def _like(told: FormTold) -> str:
    return _("Điều bạn kể giống hình thức lừa đảo “%(name)s”: %(short)s. Dừng lại, đừng làm theo họ.") % {
        "name": told.name,
        "short": told.short.rstrip("."),
    }


def _perhaps(asked: Asked) -> str:
    """Where no form is sure enough: those that it may be."""
    names = [f"“{one.title}”" for one in asked.sources]
    if not names:
        return ""
    return _("Chưa rõ là chiêu nào. Gần nhất: %(names)s. Trong lúc chưa rõ, đừng chuyển tiền, đừng đọc mã.") % {
        "names": ", ".join(names)
    }


def _choices(*, is_alarm: bool) -> tuple[Choice, ...]:
    choices = [Choice(_("Tôi lỡ làm theo rồi"), say=_("Tôi lỡ làm theo rồi"))]
    if is_alarm:
        choices.append(Choice(_("Cách nhận ra"), say=_("Làm sao nhận ra kiểu lừa này?")))
    return (*choices, Choice(_("Gặp người trực"), say=_("Cho tôi gặp người trực")))


def _asks_for_it(asked: Asked) -> Reply:
    return Reply(
        act="check",
        slots=asked.slots,
        says=(_("Bạn dán tin nhắn, số điện thoại, số tài khoản, đường link, hoặc gửi ảnh chụp vào đây."),),
        ask=_("Tin hay cuộc gọi đó nói gì?"),
        memory=Memory(asked="words"),
    )
