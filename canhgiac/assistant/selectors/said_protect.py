"""protect: how a trick works and how not to fall for it; what to teach others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .advice import steps_of_form
from .asked import Asked
from .knowledge import FormTold, MaterialTold
from .replies import Choice, Reply

LEAST_MATERIAL = 6.0
"""Score of retrieval from which a material answers a question that names no trick."""


def said_protect(asked: Asked) -> Reply:
    """Of the form that is meant; else of the material that says most of it, else the slogan. No query."""
    if asked.form is not None:
        return _of_form(asked, asked.form)
    return _general(asked)


def _of_form(asked: Asked, told: FormTold) -> Reply:
    says = [told.truth or told.summary]
    if told.signs:
        signs = "; ".join(title or text for title, text in told.signs[:5])
        says.append(_("Dấu hiệu của “%(name)s”: %(signs)s.") % {"name": told.name, "signs": signs.rstrip(".")})
    return Reply(
        act="protect",
        slots=asked.slots,
        says=tuple(says),
        steps=steps_of_form(told.before),
        sources=(told.source, *(one.source for one in _materials_of(asked, told))),
        choices=(
            Choice(_("Đọc cả bài"), url=told.url),
            Choice(_("Gặp đúng chuyện này rồi"), say=_("Tôi lỡ làm theo rồi")),
            Choice(_("Luật xử thế nào"), say=_("Luật xử phạt chuyện này thế nào?")),
        ),
    )


def _materials_of(asked: Asked, told: FormTold) -> list[MaterialTold]:
    return [one for one in asked.knowledge.materials.values() if told.code in one.forms][:1]


def _general(asked: Asked) -> Reply:
    knowledge = asked.knowledge
    hits = knowledge.index.find(asked.understood.query or asked.words, kinds=("material",), most=2)
    found = [knowledge.materials[hit.id] for hit in hits if hit.score >= LEAST_MATERIAL]
    if not found:
        found = [one for one in knowledge.materials.values() if one.title.startswith("4 không, 2 phải")][:1]
    if not found:
        return Reply(
            act="protect",
            slots=asked.slots,
            says=(_("Thư viện chưa có bài về điều bạn hỏi. Bạn kể rõ hơn kiểu lừa đó, hoặc hỏi người trực."),),
            human_offered=True,
            is_good=False,
        )
    first = found[0]
    return Reply(
        act="protect",
        slots=asked.slots,
        says=tuple(text for text in (first.lead, *first.points[:6]) if text),
        sources=tuple(one.source for one in found),
        choices=(Choice(_("Đọc cả bài"), url=first.url), Choice(_("Thử một câu hỏi"), say=_("Đố tôi một câu"))),
    )
