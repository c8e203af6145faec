"""protect: how a trick works and how not to fall for it; what to teach others."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.kit.text import fold

from .advice import steps_of_form
from .asked import Asked
from .knowledge import FormTold, MaterialTold
from .replies import Choice, Reply

LEAST_MATERIAL = 7.0
"""Score of retrieval from which a material answers a question that names no trick."""
SIGNS_MOST, POINTS_MOST = 5, 6
_FOR = (
    (
        "elderly",
        ("ba me", "bo me", "cha me", "ong ba", "nguoi gia", "cao tuoi", "ba ngoai", "ba noi"),
    ),
    ("pupils", ("hoc sinh", "con em", "tre em", "cac chau", "cac em", "hoc tro", "tiet hoc", "sinh hoat lop", "lop")),
    ("students", ("sinh vien", "tan sinh vien")),
    ("officials", ("can bo", "cong chuc", "vien chuc")),
    ("workers", ("cong nhan",)),
    ("firms", ("doanh nghiep", "cong ty toi", "cua hang", "ho kinh doanh", "ke toan")),
    ("minorities", ("dan toc", "vung cao", "ban lang")),
)
"""Whom a question is about, by its folded words."""
_TEACHES = (
    "day",
    "bai giang",
    "tiet",
    "lop",
    "tuyen truyen",
    "tap huan",
    "sinh hoat",
    "giao vien",
    "co giao",
    "thay giao",
)


def said_protect(asked: Asked) -> Reply:
    """Of the form that is meant; else of the material that says most of it, else the slogan. No query."""
    if asked.form is not None:
        return _of_form(asked, asked.form)
    return _general(asked)


def _of_form(asked: Asked, told: FormTold) -> Reply:
    says = [told.truth or told.summary]
    if told.signs:
        signs = "; ".join((title or text).rstrip(".") for title, text in told.signs[:SIGNS_MOST])
        says.append(_("Dấu hiệu của “%(name)s”: %(signs)s.") % {"name": told.name, "signs": signs})
    return Reply(
        act="protect",
        slots=asked.slots,
        says=tuple(says),
        steps=steps_of_form(told.before),
        sources=(told.source, *(one.source for one in _materials_of(asked, told))),
        choices=(
            Choice(_("Đọc cả bài"), url=told.card.url),
            *_lessons(asked),
            Choice(_("Gặp đúng chuyện này rồi"), say=_("Tôi lỡ làm theo rồi")),
        ),
    )


def _materials_of(asked: Asked, told: FormTold) -> list[MaterialTold]:
    """A material about the form, if there is one for whom the question is about."""
    wanted = _audiences(asked)
    about = [one for one in asked.knowledge.materials.values() if told.code in one.forms]
    return sorted(about, key=lambda one: not wanted & one.audiences)[:1]


def _general(asked: Asked) -> Reply:
    knowledge, wanted = asked.knowledge, _audiences(asked)
    hits = knowledge.find("material", asked.understood.query or asked.words, most=4)
    found = [knowledge.materials[hit.id] for hit in hits if hit.score >= LEAST_MATERIAL]
    aimed = [one for one in knowledge.materials.values() if wanted & one.audiences and "public" not in one.audiences]
    slogan = [one for one in knowledge.materials.values() if fold(one.title).startswith("4 khong, 2 phai")]
    found = (sorted(found, key=lambda one: not wanted & one.audiences) or aimed or slogan)[:2]
    if not found:
        return Reply(
            act="protect",
            slots=asked.slots,
            says=(_("Thư viện chưa có bài về điều bạn hỏi. Bạn kể rõ hơn kiểu lừa đó, hoặc hỏi người trực."),),
            human_offered=True,
            is_good=False,
        )
    first = found[0]
    near = asked.sources[:1] if hits and not wanted else ()
    return Reply(
        act="protect",
        slots=asked.slots,
        says=tuple(text for text in (first.lead, *first.points[:POINTS_MOST]) if text),
        sources=(*near, *(one.source for one in found)),
        choices=(
            Choice(_("Đọc cả bài"), url=first.url),
            *_lessons(asked),
            Choice(_("Thử một câu hỏi"), say=_("Đố tôi một câu")),
        ),
    )


def _audiences(asked: Asked) -> frozenset[str]:
    words = f" {fold(asked.words)} "
    return frozenset(code for code, names in _FOR if any(f" {name} " in words for name in names))


def _lessons(asked: Asked) -> list[Choice]:
    """For who teaches others: a course of those it is for, else the list of them."""
    words = f" {fold(asked.words)} "
    if not any(f" {name} " in words for name in _TEACHES):
        return []
    wanted = _audiences(asked)
    course = next((one for one in asked.knowledge.courses if wanted & one.audiences), None)
    return [Choice(course.title, url=course.url)] if course else [Choice(_("Xem khóa học"), url=reverse("learn_index"))]
