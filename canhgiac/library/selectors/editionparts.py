"""What an edition says, in the parts that layouts are made of, whether it is of a form or of a material."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from django.utils.translation import gettext as _

from canhgiac.kit import markdown
from canhgiac.library.models import FormEdition, Group, MaterialEdition, Rule

from . import blocks
from .blocks import Block

CALL_MOST = 170
"""Characters of a call that are read in passing."""
POINTS_MOST = 12
LOOKS = ("calm", "alert", "paper")
_FORM_LOOKS = {Group.MONEY.value: "alert", Group.OTHER.value: "paper"}
"""Red only where money is going."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide of the body."""

    title: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of an edition. A point is (title, explanation); ``left_out`` names what no layout shows whole."""

    look: str
    art: str
    kicker: str
    title: str
    lead: str
    points: list[tuple[str, str]]
    call: str
    rules: list[str]
    dos: list[str]
    donts: list[str]
    inside: list[Block]
    flap: list[Block]
    article: list[Block]
    slides: list[Slide]
    credit: str = ""
    licence: str = ""
    left_out: list[str] = field(default_factory=list)


def told(edition: FormEdition | MaterialEdition) -> Told:
    """The parts of an edition with its form or material; a material's forms and a form's laws are read: one query."""
    return _form(edition) if isinstance(edition, FormEdition) else _material(edition)


def signs_of(edition: FormEdition) -> list[tuple[str, str]]:
    """The signs, each as (title, sentence); one without a title is its own title."""
    pairs = zip_longest(edition.sign_titles, edition.signs, fillvalue="")
    return [(title or text, text if title else "") for title, text in pairs if title or text]


def talk_of(edition: FormEdition) -> list[Block]:
    """The call as it goes, with who speaks."""
    names = {"stranger": _("Người lạ"), "you": _("Bạn"), "say": _("Bạn nên nói")}
    return [
        {
            "k": "says",
            "who": line["who"],
            "name": names[line["who"]],
            "text": line["text"],
            "note": line.get("note", ""),
        }
        for line in edition.talk
        if line.get("who") in names and line.get("text")
    ]


def _form(edition: FormEdition) -> Told:
    signs = signs_of(edition)
    sign_blocks: list[Block] = [{"k": "sign", "title": title, "text": text} for title, text in signs]
    said = edition.truth or next(iter(edition.during), "")
    call = _shortened(said)
    parts: list[tuple[str, list[Block]]] = [
        (_("Dấu hiệu nhận ra"), sign_blocks),
        (_("Đang gặp thì làm"), blocks.marked("do", edition.during)),
        (_("Đừng làm"), blocks.marked("dont", edition.dont)),
        (_("Lỡ rồi thì làm"), blocks.items(edition.after, numbered=True)),
    ]
    happens = (_("Diễn ra thế nào"), blocks.items(edition.happens, numbered=True))
    before = (_("Để không mắc"), blocks.marked("do", edition.before))
    talk = (_("Cuộc gọi thường diễn ra thế này"), talk_of(edition))
    laws = (_("Luật nói gì"), blocks.items(_laws(edition)))
    order = [happens, parts[0], talk, before, *parts[1:], laws]
    truth = [{"k": "quote", "runs": blocks.run(edition.truth)}] if edition.truth else []
    return Told(
        look=_FORM_LOOKS.get(edition.group, "calm"),
        art=edition.group,
        kicker=_("Hình thức lừa đảo") if edition.group == Group.OTHER else str(Group(edition.group).label),
        title=edition.name,
        lead=edition.short or _shortened(edition.summary),
        points=signs[:POINTS_MOST],
        call=call,
        rules=[str(Rule(code).label) for code in edition.breaks],
        dos=edition.during[:4],
        donts=edition.dont[:4],
        inside=_headed(parts, panels=True),
        flap=_headed([before]),
        article=[*blocks.paragraphs(edition.summary), *truth, *_headed(order)],
        slides=[Slide(name, list(some)) for name, some in (parts[0], happens, *parts[1:], before) if some],
        left_out=["call"] if call != said else [],
    )  # fmt: skip


def _laws(edition: FormEdition) -> list[str]:
    held = "law_links" in getattr(edition, "_prefetched_objects_cache", {})
    links = edition.law_links.all() if held else edition.law_links.select_related("law").order_by("pk")
    return [
        (_("Điều %s, ") % link.article if link.article else "") + f"{link.law.name} ({link.law.number})"
        for link in links
    ]


def _headed(parts: list[tuple[str, list[Block]]], *, panels: bool = False) -> list[Block]:
    found: list[Block] = []
    for name, some in parts:
        if some:
            found += [blocks.heading(name, panel=panels), *some]
    return found


def _shortened(text: str) -> str:
    """The first sentences that are short enough to be read in passing; a longer first one stays whole."""
    kept = ""
    for sentence in _SENTENCE.split(text.strip()):
        if kept and len(kept) + len(sentence) + 1 > CALL_MOST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


def _material(edition: MaterialEdition) -> Told:
    material = edition.material
    body = blocks.of_markdown("" if not edition.body else markdown.SLIDE.sub("", edition.body))
    points = [(point, "") for point in edition.points]
    if not points:  # what is looked at from afar has points; a text without them lends its list
        points = [(blocks.plain(one), "") for one in body if one["k"] == "item"]
    listed = blocks.items((title for title, _text in points), numbered=True) if edition.points else []
    group = material.forms.values_list("published__group", flat=True).order_by("code").first()
    return Told(
        look=edition.look if edition.look in LOOKS else "calm",
        art=group or Group.OTHER.value,
        kicker=str(material.get_kind_display()),
        title=edition.title,
        lead=edition.lead,
        points=points[:POINTS_MOST],
        call=edition.call,
        rules=[],
        dos=[],
        donts=[],
        inside=body or listed,
        flap=_headed([(_("Ý chính"), listed)]) if body else [],
        article=[*body, *(_headed([(_("Ý chính"), listed)]) if body else listed)],
        slides=_slides(edition, listed),
        credit=edition.credit,
        licence=edition.licence,
        left_out=["points"] if len(points) > POINTS_MOST else [],
    )


def _slides(edition: MaterialEdition, listed: list[Block]) -> list[Slide]:
    """A slide a part between lines of three hyphens; else one a heading; else the points."""
    parts = [blocks.of_markdown(part) for part in markdown.slides(edition.body)]
    if len(parts) == 1:
        parts = _at_headings(parts[0])
    found = [_titled(part, edition.title) for part in parts if part]
    return found or ([Slide(_("Ý chính"), listed)] if listed else [])


def _at_headings(body: list[Block]) -> list[list[Block]]:
    parts: list[list[Block]] = [[]]
    for one in body:
        if one["k"] == "h" and parts[-1]:
            parts.append([])
        parts[-1].append(one)
    return parts


def _titled(part: list[Block], title: str) -> Slide:
    if part[0]["k"] == "h":
        return Slide(blocks.plain(part[0]), part[1:])
    return Slide(title, part)
