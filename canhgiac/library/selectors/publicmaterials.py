"""The public list of materials, one material as its page shows it, and what is new on the whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, When
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Audience
from canhgiac.kit import markdown
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import (
    Channel,
    Edition,
    FormEdition,
    Language,
    Layout,
    MaterialEdition,
    MaterialFile,
    MaterialKind,
)

from .facets import AUDIENCES, CHANNELS, KIND_SLUGS, KINDS, LANGUAGES, Facet, facet
from .forms import FormCard, forms_published
from .materials import MaterialRow, licence_of, material_rows, materials_published, public_url, translations_of
from .renderings import Offer, layouts_for
from .structured import absolute, material_structured

A_PAGE = 18
SEEN: dict[str, tuple[int, int]] = {
    Layout.LEAFLET: (660, 467),
    Layout.BANNER: (660, 220),
    Layout.INFOGRAPHIC: (344, 612),
    Layout.SLIDES: (660, 371),
    Layout.SOCIAL_CARD: (660, 347),
    Layout.SQUARE: (560, 560),
}
"""Width and height in pixels at which a material's page shows a layout; upright A paper is 432 × 612."""
POSTED = (Layout.SOCIAL_CARD, Layout.SQUARE, Layout.INFOGRAPHIC)
NEWEST = 40
"""Entries of the list of what is new."""


@dataclass(frozen=True, slots=True)
class MaterialAsked:
    """What a reader narrowed the list of materials to."""

    audience: Audience | None = None
    kind: MaterialKind | None = None
    language: Language | None = None
    channel: Channel | None = None
    query: str = ""
    page: str = "1"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> MaterialAsked:
        """From the address: danh-cho, loai, tieng, kenh, q, page."""
        return cls(
            audience=facet(AUDIENCES, query.get("danh-cho", "")),
            kind=facet(KIND_SLUGS, query.get("loai", "")),
            language=facet(LANGUAGES, query.get("tieng", "")),
            channel=facet(CHANNELS, query.get("kenh", "")),
            query=storable(query.get("q", "")).strip()[:200],
            page=query.get("page", "1"),
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self.href() != "?"

    def href(self, **changes: Any) -> str:
        """The query of this list with some of it changed; from the first page on."""
        asked = replace(self, **changes)
        words = {
            "q": asked.query,
            "danh-cho": AUDIENCES.get(asked.audience, "") if asked.audience else "",
            "loai": KIND_SLUGS.get(asked.kind, "") if asked.kind else "",
            "tieng": asked.language or "",
            "kenh": CHANNELS.get(asked.channel, "") if asked.channel else "",
        }
        return "?" + urlencode({name: word for name, word in words.items() if word})


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter: chosen ones lead back to all."""

    facet: Facet
    href: str
    chosen: bool


class MaterialList:
    """The list page. Five queries whatever the number of materials."""

    def __init__(self, asked: MaterialAsked) -> None:
        self.asked = asked

    @cached_property
    def _every(self) -> list[tuple[str, str, list[str], list[str]]]:
        fields = ("material__kind", "material__language", "material__audiences", "material__channels")
        return list(materials_published().order_by().values_list(*fields))

    @cached_property
    def total(self) -> int:
        """Published materials on the whole."""
        return len(self._every)

    @cached_property
    def page(self) -> Page[MaterialEdition]:
        """The editions of this page, those in the reader's language first."""
        asked = self.asked
        found = materials_published(
            kind=asked.kind, audience=asked.audience, language=asked.language, channel=asked.channel, query=asked.query
        )
        own = Case(When(material__language=translation.get_language(), then=0), default=1)
        return Paginator(found.order_by(own, "-published_at", "-pk"), A_PAGE).get_page(asked.page)

    @cached_property
    def rows(self) -> list[MaterialRow]:
        """The materials of this page with their pictures."""
        return material_rows(list(self.page.object_list))

    @property
    def filters(self) -> list[tuple[str, list[Choice], bool]]:
        """The filters that would leave anything, each with its links; the first and those in use stand open."""
        asked = self.asked
        parts = (
            (_("Dành cho"), "audience", AUDIENCES, Counter(who for row in self._every for who in row[2])),
            (_("Loại"), "kind", KIND_SLUGS, Counter(row[0] for row in self._every)),
            (_("Kênh"), "channel", CHANNELS, Counter(where for row in self._every for where in row[3])),
            (_("Tiếng"), "language", LANGUAGES, Counter(row[1] for row in self._every)),
        )
        shown: list[tuple[str, list[Choice], bool]] = []
        for title, name, known, count in parts:
            now = getattr(asked, name)
            links = [
                Choice(
                    Facet(value, slug, str(value.label), count=count[value]),
                    asked.href(**{name: None if value == now else value}),
                    value == now,
                )
                for value, slug in known.items()
                if count[value] or value == now
            ]
            if len(links) > 1 or any(link.chosen for link in links):
                shown.append((title, links, not shown or any(link.chosen for link in links)))
        return shown


class MaterialTold:
    """Everything the page of one material shows. At most five queries."""

    def __init__(self, edition: MaterialEdition, today: dt.date) -> None:
        self.edition, self.today = edition, today

    @cached_property
    def body(self) -> SafeString:
        """The text as HTML."""
        return markdown.html(self.edition.body)

    @cached_property
    def words(self) -> str:
        """The bare words, as an SMS or a script is copied."""
        return markdown.plain(self.edition.body)

    @property
    def is_spoken(self) -> bool:
        """A script that is read aloud."""
        return self.edition.material.kind == MaterialKind.RADIO

    @property
    def is_sms(self) -> bool:
        """A text message."""
        return self.edition.material.kind == MaterialKind.SMS

    @property
    def seconds(self) -> int:
        """Of reading it aloud, at the pace of a loudspeaker: 160 syllables a minute."""
        return round(len(self.words.split()) * 60 / 160)

    @property
    def kind_icon(self) -> str:
        """The icon of its kind."""
        return KINDS[MaterialKind(self.edition.material.kind)][1]

    @property
    def audiences(self) -> list[str]:
        """Whom it is for, in words."""
        return [str(one.label) for one in Audience if one.value in self.edition.material.audiences]

    @property
    def channels(self) -> list[str]:
        """Where it is meant to be used, in words."""
        return [str(one.label) for one in Channel if one.value in self.edition.material.channels]

    @cached_property
    def _files(self) -> list[MaterialFile]:
        return list(self.edition.files.all())

    @property
    def pictures(self) -> list[MaterialFile]:
        """Its pictures."""
        return [file for file in self._files if file.role == MaterialFile.Role.PICTURE]

    @property
    def sounds(self) -> list[MaterialFile]:
        """Its recordings."""
        return [file for file in self._files if file.role == MaterialFile.Role.AUDIO]

    @property
    def originals(self) -> list[MaterialFile]:
        """Files to be taken as they are."""
        return [file for file in self._files if file.role == MaterialFile.Role.ORIGINAL]

    @cached_property
    def offers(self) -> list[Offer]:
        """The layouts it can be had in."""
        return layouts_for(self.edition)

    @property
    def sent_on(self) -> list[Offer]:
        """The layouts that are posted and sent on as pictures."""
        return [offer for offer in self.offers if offer.layout in POSTED]

    @property
    def preview(self) -> Offer | None:
        """The layout it was written for, shown as a picture; none for what is heard or sent as text."""
        return None if self.is_spoken or self.is_sms or not self.offers else self.offers[0]

    @property
    def preview_size(self) -> tuple[int, int]:
        """Width and height of that picture, so that its place is kept before it comes."""
        return SEEN.get(self.preview.layout, (432, 612)) if self.preview else (0, 0)

    @property
    def card(self) -> str:
        """The picture when it is shared."""
        return share_picture(self.offers)

    @cached_property
    def translations(self) -> list[MaterialEdition]:
        """The same in other languages."""
        return translations_of(self.edition.material)

    @cached_property
    def forms(self) -> list[FormCard]:
        """The forms it is about."""
        codes = set(self.edition.material.forms.values_list("code", flat=True))
        return [card for card in forms_published() if card.code in codes] if codes else []

    @property
    def licence(self) -> str:
        """What others may do with it."""
        return licence_of(self.edition)

    @property
    def credit_line(self) -> str:
        """The line that others put under it."""
        who = self.edition.credit or (self.edition.material.agency.name if self.edition.material.agency else "")
        title = f"“{self.edition.title}”"
        return ", ".join(part for part in (title, who, absolute(public_url(self.edition))) if part)

    @property
    def reviewer(self) -> str:
        """The agency of the person who reviewed it."""
        person = self.edition.reviewer
        return person.agency.name if person is not None and person.agency is not None else ""

    @property
    def is_overdue(self) -> bool:
        """Whether the day for looking at it again has come."""
        return self.edition.review_by is not None and self.edition.review_by <= self.today

    @property
    def structured(self) -> SafeString:
        """The page for search engines."""
        return material_structured(self.edition, self.card)


def share_picture(offers: list[Offer]) -> str:
    """The address of the picture that others show when a page is shared; empty when there is none."""
    card = next((offer for offer in offers if offer.layout == Layout.SOCIAL_CARD), None)
    return absolute(card.png_url) if card else ""


@dataclass(frozen=True, slots=True)
class News:
    """One thing newly made public, or made anew."""

    title: str
    line: str
    url: str
    at: dt.datetime | None
    kind: str
    icon: str
    is_first: bool
    """The first edition; a later one is a new text of something known."""
    lang: str = "vi"


def news(limit: int = NEWEST) -> list[News]:
    """What was last made public, forms and materials together, the newest first. Two queries.

    Materials in Vietnamese and in the reader's own language: a list that opens with foreign words is closed again.
    """
    forms = FormEdition.objects.filter(state=Edition.State.PUBLISHED).select_related("form")
    told = [
        News(
            edition.name,
            edition.short or edition.summary,
            reverse("form_page", args=[edition.form.slug]),
            edition.published_at,
            _("Hình thức lừa đảo"),
            "alert-triangle",
            edition.number == 1,
        )
        for edition in forms.order_by("-published_at", "-pk")[:limit]
    ]
    told += [
        News(
            edition.title,
            edition.lead,
            public_url(edition),
            edition.published_at,
            str(edition.material.get_kind_display()),
            KINDS[MaterialKind(edition.material.kind)][1],
            edition.number == 1,
            edition.material.language,
        )
        for edition in materials_published().filter(material__language__in={"vi", translation.get_language()})[:limit]
    ]
    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(told, key=lambda one: (one.at or oldest, fold(one.title)), reverse=True)[:limit]
