"""check: what is this? The verdict first, then what to do, then the trick by its name."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from canhgiac.engines.dialogue import Memory

from .asked import Asked
from .check import Answer, check
from .kinds import EMPTY, MESSAGE
from .replies import Choice, Reply, Source


def said_check(asked: Asked) -> Reply:
    """What is said of something received, a number, a link, an account, a picture. At most ten queries."""
    text = asked.understood.pasted or asked.words
    answer = check(text, codes=asked.codes)
    if answer.kind == EMPTY:
        return _asks_for_it(asked)
    form = answer.form.code if answer.form else asked.slots.form
    asked = replace(asked, slots=replace(asked.slots, form=form))
    told = asked.form
    says = [f"{answer.word}. {answer.say}"]
    says += [f"{why.title}. {why.text}" for why in answer.reasons[:3]]
    if answer.lookup:
        says.append(answer.lookup)
    if told is not None:
        says.append(_("Giống hình thức “%(name)s”: %(short)s.") % {"name": told.name, "short": told.short.rstrip(".")})
    says.append(answer.base)
    return Reply(
        act="check",
        slots=asked.slots,
        says=tuple(says),
        steps=answer.steps,
        lines=answer.lines,
        checked=answer,
        sources=_sources(asked, answer),
        choices=_choices(answer),
        tip_offered=answer.is_alarm,
    )


def _sources(asked: Asked, answer: Answer) -> tuple[Source, ...]:
    told = asked.form
    if told is not None:
        return (told.source,)
    forms = asked.knowledge.forms
    return tuple(forms[card.code].source for card in answer.near if card.code in forms) if answer.is_alarm else ()


def _choices(answer: Answer) -> tuple[Choice, ...]:
    choices = [Choice(_("Tôi lỡ làm theo rồi"), say=_("Tôi lỡ làm theo rồi"))]
    if answer.kind == MESSAGE and answer.is_alarm:
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
