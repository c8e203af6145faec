"""One form as its public page tells it: signs with icons, the talk, the law, what goes with it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from canhgiac.agencies.models import Audience
from canhgiac.library.models import (
    FormEdition,
    Group,
    Language,
    Layout,
    MaterialEdition,
    MaterialKind,
    Rule,
)

from .facets import GROUP_SLUGS, sign_icon
from .forms import FormCard, forms_near
from .laws import ENDED, NOT_YET, Citation, laws_for_form
from .materials import materials_published, public_url
from .publiclaws import law_url
from .publicmaterials import share_picture
from .renderings import Offer, layouts_for
from .structured import form_structured

A_SYLLABLE = 60 / 190
"""Seconds that the reading voice takes for one syllable, at the calm pace of the public pages."""
MOST_MATERIALS = 6
OFFERED = (Layout.POSTER_A4, Layout.LEAFLET)
"""What a form page offers as PDF."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign by which the trick is known."""

    icon: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the talk: who speaks ("stranger", "you", "say"), the words, and what they are for."""

    who: str
    text: str
    note: str

    @property
    def speaker(self) -> str:
        """Who speaks, in words."""
        names = {"you": _("Bạn"), "say": _("Bạn nên nói")}
        return names.get(self.who, pgettext("speaker", "Người lạ"))


@dataclass(frozen=True, slots=True)
class LawLine:
    """An act that the form cites: what the article says, how it is cited, and whether it still stands."""

    says: str
    text: str
    note: str
    url: str
    """Of its page."""


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material beside a form."""

    title: str
    url: str
    label: str
    """Its kind, or its language where that is the point."""
    lang: str
    kind: str


class FormTold:
    """Everything the page of one form shows beside its text; each part is read when the page asks for it.

    At most six queries: the cited acts, materials, forms like it, who answers for the site.
    """

    def __init__(self, edition: FormEdition, today: dt.date) -> None:
        self.edition, self.today = edition, today

    @cached_property
    def signs(self) -> list[Sign]:
        """The signs with titles and icons."""
        return signs_of(self.edition)

    @property
    def signs_heading(self) -> str:
        """ "Năm dấu hiệu nhận ra"."""
        if len(self.signs) == 1:
            return _("Dấu hiệu nhận ra")
        return _("%(count)s dấu hiệu nhận ra") % {"count": count_words(len(self.signs))}

    @property
    def turns(self) -> list[Turn]:
        """The talk."""
        return [Turn(turn["who"], turn["text"], turn.get("note", "")) for turn in self.edition.talk]

    @property
    def talk_heading(self) -> str:
        """A call where the form begins with one, else a talk in messages."""
        by_call = any(code.startswith(("call_", "emergency")) for code in self.edition.situations[:1])
        return _("Cuộc gọi thường diễn ra thế này") if by_call else _("Câu chuyện thường diễn ra thế này")

    @property
    def rules(self) -> list[tuple[str, bool]]:
        """The whole slogan, each part with whether this trick wants you to break it."""
        return [(str(rule.label), rule.value in self.edition.breaks) for rule in Rule]

    @property
    def targets(self) -> list[str]:
        """Whom it aims at, in words; everybody only where nobody is singled out."""
        aimed = [audience for audience in Audience if audience.value in self.edition.targets]
        return [str(audience.label) for audience in aimed if audience != Audience.PUBLIC or len(aimed) == 1]

    @property
    def minutes(self) -> int:
        """Minutes that reading it aloud takes."""
        return reading_minutes(self.edition)

    @property
    def group_slug(self) -> str:
        """Its group's word in addresses."""
        return GROUP_SLUGS[Group(self.edition.group)]

    @property
    def reviewer(self) -> str:
        """The agency of the person who reviewed it; persons are named in the publication log, not here."""
        person = self.edition.reviewer
        return person.agency.name if person is not None and person.agency is not None else ""

    @property
    def is_overdue(self) -> bool:
        """Whether the day for looking at it again has come."""
        return self.edition.review_by is not None and self.edition.review_by <= self.today

    @cached_property
    def laws(self) -> list[LawLine]:
        """The acts it cites, each with its article in our words. Three queries at most."""
        return [law_line(cited) for cited in laws_for_form(self.edition, self.today)]

    @cached_property
    def near(self) -> list[FormCard]:
        """Forms like it."""
        return forms_near(self.edition)

    @cached_property
    def _materials(self) -> list[MaterialEdition]:
        return list(materials_published(form=self.edition.form))

    @property
    def materials(self) -> list[MaterialLine]:
        """Vietnamese materials about it, a few."""
        found = [line for line in map(material_line, self._materials) if line.lang == Language.VI]
        return found[:MOST_MATERIALS]

    @property
    def radio(self) -> list[MaterialLine]:
        """The script for loudspeakers, if there is one."""
        lines = map(material_line, self._materials)
        return [line for line in lines if line.kind == MaterialKind.RADIO and line.lang == Language.VI][:1]

    @property
    def languages(self) -> list[MaterialLine]:
        """One material in each other language, as the way to read about it there."""
        first: dict[str, MaterialLine] = {}
        for edition in self._materials:
            if edition.material.language != Language.VI:
                first.setdefault(edition.material.language, material_line(edition))
        return [
            MaterialLine(line.title, line.url, str(Language(code).label), code, line.kind)
            for code, line in first.items()
        ]

    @property
    def english(self) -> MaterialLine | None:
        """Of these the English one."""
        return next((line for line in self.languages if line.lang == Language.EN), None)

    @cached_property
    def _layouts(self) -> list[Offer]:
        return layouts_for(self.edition)

    @property
    def offers(self) -> list[Offer]:
        """The layouts to be printed that its page offers."""
        return [offer for offer in self._layouts if offer.layout in OFFERED]

    @property
    def card(self) -> str:
        """The picture when it is shared."""
        return share_picture(self._layouts)

    @property
    def social(self) -> Offer | None:
        """The picture to be sent on."""
        return next((offer for offer in self._layouts if offer.layout == Layout.SOCIAL_CARD), None)

    @property
    def message(self) -> str:
        """What a person sends on: the name, what to remember, where to read more. No short link."""
        remember = self.edition.truth or self.edition.summary
        return f"{self.edition.name}. {remember} {settings.BASE_URL.rstrip('/')}{self.url}"

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("form_page", args=[self.edition.form.slug])

    @property
    def structured(self) -> SafeString:
        """The page for search engines."""
        return form_structured(self.edition, self.card)


def signs_of(edition: FormEdition) -> list[Sign]:
    """The signs with their titles and icons; a sign without a title stands by its sentence alone."""
    titles = [*edition.sign_titles, *[""] * len(edition.signs)]
    return [
        Sign(sign_icon(title or text, text), title, text) for title, text in zip(titles, edition.signs, strict=False)
    ]


def reading_minutes(edition: FormEdition) -> int:
    """Minutes, at least one, that reading the form aloud takes."""
    texts: Iterable[str] = (
        *(edition.name, edition.summary, edition.truth, *edition.happens, *edition.sign_titles, *edition.signs),
        *(turn["text"] for turn in edition.talk),
        *(*edition.before, *edition.during, *edition.after, *edition.dont),
    )
    return max(1, math.ceil(sum(len(text.split()) for text in texts) * A_SYLLABLE / 60))


def count_words(number: int) -> str:
    """A small number as a word that begins a heading: "Năm"; larger ones in digits."""
    words = (
        *("", "", _("Hai"), pgettext("number", "Ba"), pgettext("number", "Bốn"), pgettext("number", "Năm")),
        *(_("Sáu"), _("Bảy"), _("Tám"), _("Chín"), _("Mười")),
    )
    return words[number] if 1 < number < len(words) else str(number)


def law_line(cited: Citation) -> LawLine:
    """A citation in words, with a mark when the act is not in force that day."""
    law = cited.law
    short = re.sub(r"\s*\([^()]*\)$", "", law.name)  # "(sửa đổi, bổ sung …)" is for the list of acts
    named = f"{_('Điều')} {cited.article} {short}" if cited.article else short
    note = ""
    if cited.state == NOT_YET:
        note = _("có hiệu lực từ %(day)s") % {"day": f"{law.from_day:%d/%m/%Y}"}
    elif cited.state == ENDED:
        note = _("hết hiệu lực sau %(day)s") % {"day": f"{law.until_day:%d/%m/%Y}"}
        if cited.successor is not None:
            note += _(", thay bằng %(number)s") % {"number": cited.successor.number}
    return LawLine(cited.says, named, note, law_url(law.number))


def material_line(edition: MaterialEdition) -> MaterialLine:
    """A material as one line."""
    material = edition.material
    return MaterialLine(
        edition.title, public_url(edition), str(material.get_kind_display()), material.language, material.kind
    )
