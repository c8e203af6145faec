"""The public list of forms: by situation, reader, group and letter, and by the words of a search."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Audience
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import Group, Situation

from .facets import AUDIENCES, GROUP_SLUGS, SITUATION_SLUGS, SITUATIONS, Facet, facet
from .forms import FormCard, forms_published
from .search import Found, library_search


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader narrowed the list to; None where nothing, or nothing we know, was asked."""

    situation: Situation | None = None
    audience: Audience | None = None
    group: Group | None = None
    query: str = ""
    is_new: bool = False
    by_letter: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """From the address: tinh-huong, danh-cho, nhom, q, moi, xep."""
        return cls(
            situation=facet(SITUATION_SLUGS, query.get("tinh-huong", "")),
            audience=facet(AUDIENCES, query.get("danh-cho", "")),
            group=facet(GROUP_SLUGS, query.get("nhom", "")),
            query=storable(query.get("q", "")).strip()[:200],
            is_new="moi" in query,
            by_letter=query.get("xep") == "a-z",
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.situation or self.audience or self.group or self.query or self.is_new)

    def fits(self, form: FormCard) -> bool:
        """Whether a form is in the list, words of the search box apart."""
        return (
            (self.situation is None or self.situation in form.situations)
            and (self.audience is None or bool({self.audience, Audience.PUBLIC} & set(form.targets)))
            and (self.group is None or form.group == self.group)
            and (not self.is_new or form.is_new)
        )


@dataclass
class FormList:
    """The list page: every published form, and the ways to narrow it. One query, four with a search."""

    asked: Asked
    every: list[FormCard] = field(default_factory=list)
    ranked: list[Found] | None = None
    """What the search box found, best first; None when nothing was searched."""

    @cached_property
    def found(self) -> list[FormCard]:
        """The forms that fit; aimed-at readers first when a reader was asked for, best match first after a search."""
        fitting = [form for form in self.every if self.asked.fits(form)]
        if self.ranked is not None:
            place = {found.url: number for number, found in enumerate(self.ranked)}
            return sorted((form for form in fitting if form.url in place), key=lambda form: place[form.url])
        if self.asked.audience:
            return sorted(fitting, key=lambda form: self.asked.audience not in form.targets)
        return fitting

    @property
    def others(self) -> list[Found]:
        """Materials and acts in which the words stand too."""
        return [one for one in self.ranked or [] if one.kind != "form"][:8]

    @cached_property
    def newest(self) -> list[FormCard]:
        """Forms that came up lately."""
        return [form for form in self.every if form.is_new]

    @cached_property
    def situations(self) -> list[Facet]:
        """What may be happening, with the number of forms behind each; those without any are left out."""
        count = Counter(situation for form in self.every for situation in form.situations)
        return [
            Facet(value, slug, str(value.label), icon, count[value])
            for value, (slug, icon) in SITUATIONS.items()
            if count[value]
        ]

    @cached_property
    def audiences(self) -> list[Facet]:
        """Who the forms aim at."""
        count = Counter(target for form in self.every for target in form.targets)
        return [
            Facet(value, slug, str(value.label), "", count[value]) for value, slug in AUDIENCES.items() if count[value]
        ]

    @cached_property
    def groups(self) -> list[tuple[Facet, list[FormCard]]]:
        """The forms of each group, by name."""
        parts = [
            (Facet(value, slug, str(value.label)), [form for form in self.every if form.group == value])
            for value, slug in GROUP_SLUGS.items()
        ]
        return [(group, forms) for group, forms in parts if forms]

    @cached_property
    def letters(self) -> list[tuple[str, list[FormCard]]]:
        """The forms by the first letter of their names."""
        letters: dict[str, list[FormCard]] = {}
        for form in self.every:
            letters.setdefault(first_letter(form.name), []).append(form)
        return sorted(letters.items(), key=lambda pair: _order(pair[0]))

    @property
    def heading(self) -> str:
        """What the list shows, in words."""
        asked = self.asked
        if asked.query:
            return _("Tìm “%(words)s”") % {"words": asked.query}
        chosen = asked.situation or asked.audience or asked.group
        if chosen:
            return str(chosen.label)
        return _("Hình thức mới nổi") if asked.is_new else _("Mọi hình thức")


def form_list(asked: Asked) -> FormList:
    """The published forms and what was asked of them. One query, four with a search."""
    every = forms_published()
    every.sort(key=lambda form: fold(form.name))
    return FormList(asked, every, library_search(asked.query, limit=EVERY) if asked.query else None)


EVERY = 200
"""Things found, of all kinds: the count that a reader is told is of all forms that hold the words."""
ALPHABET = "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY"


def first_letter(name: str) -> str:
    """The letter a name stands under in a Vietnamese list: without tone, with its own mark (Đ, Ơ, Ư …).

    >>> first_letter("Ứng dụng giả"), first_letter("đòi nợ"), first_letter("“Việc nhẹ”")
    ('Ư', 'Đ', 'V')
    """
    for sign in name.upper():
        if not sign.isalnum():
            continue
        kept = "".join(c for c in unicodedata.normalize("NFD", sign) if c not in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", kept)
    return "#"


def _order(letter: str) -> tuple[int, str]:
    place = ALPHABET.find(letter)
    return (place if place >= 0 else len(ALPHABET), letter)
