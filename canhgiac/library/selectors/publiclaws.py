"""The public pages of acts: since when they hold, what took their place, what the library says of their articles."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from canhgiac.kit.text import fold
from canhgiac.library.models import Law

from .laws import ENDED, IN_FORCE, NOT_YET, STATES, articles_of, cited_by, state_on
from .structured import absolute, crumbs, publisher, script

FORCE = {
    IN_FORCE: "https://schema.org/InForce",
    NOT_YET: "https://schema.org/NotInForce",
    ENDED: "https://schema.org/NotInForce",
}


def law_slug(number: str) -> str:
    """An act's number as it stands in addresses.

    >>> law_slug("282/2025/NĐ-CP"), law_slug("2345/QĐ-NHNN")
    ('282-2025-nd-cp', '2345-qd-nhnn')
    """
    return "-".join(re.findall(r"[a-z0-9]+", fold(number)))


def law_url(number: str) -> str:
    """The public page of the act of this number."""
    return reverse("law_page", args=[law_slug(number)])


def short_name(law: Law) -> str:
    """The act's name without when it was amended."""
    return re.sub(r"\s*\([^()]*\)$", "", law.name)


def law_by_slug(slug: str) -> Law:
    """The act of this address. Two queries of a table of a few dozen rows; raises Law.DoesNotExist."""
    rows = Law.objects.order_by("pk").values_list("pk", "number")
    found = next((pk for pk, number in rows if law_slug(number) == slug), None)
    if found is None:
        raise Law.DoesNotExist(slug)
    return Law.objects.select_related("successor").prefetch_related("articles").get(pk=found)


@dataclass(frozen=True, slots=True)
class LawLink:
    """An act to go to."""

    number: str
    name: str
    url: str
    state: str
    days: str
    """Since when it holds, or until when it held."""


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form whose text cites an article."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ArticleTold:
    """An article in our words, with the forms that break it."""

    number: str
    says: str
    forms: Sequence[FormLink]


class LawTold:
    """Everything the page of one act shows. Four queries at most."""

    def __init__(self, law: Law, today: dt.date) -> None:
        self.law, self.today = law, today
        self.state = state_on(law, today)

    @property
    def name(self) -> str:
        """What it is called."""
        return short_name(self.law)

    @property
    def state_words(self) -> str:
        """Whether it holds today."""
        return str(dict(STATES)[self.state])

    @property
    def days(self) -> str:
        """Since when it holds, or until when it held."""
        return days_of(self.law, self.state)

    @property
    def successor(self) -> LawLink | None:
        """What took its place."""
        return link_to(self.law.successor, self.today) if self.law.successor else None

    @cached_property
    def replaced(self) -> list[LawLink]:
        """What it took the place of."""
        return [link_to(law, self.today) for law in self.law.replaces.order_by("-from_day")]

    @cached_property
    def _forms(self) -> dict[str, list[FormLink]]:
        found: defaultdict[str, list[FormLink]] = defaultdict(list)
        for link in cited_by(self.law):
            form = FormLink(link.edition.name, reverse("form_page", args=[link.edition.form.slug]))
            found[link.article].append(form)
        return found

    @property
    def articles(self) -> list[ArticleTold]:
        """The articles that the library tells of, in order."""
        return [ArticleTold(row.article, row.says, self._forms.get(row.article, ())) for row in articles_of(self.law)]

    @property
    def forms(self) -> Sequence[FormLink]:
        """The forms that cite the act as a whole."""
        return self._forms.get("", ())

    @property
    def description(self) -> str:
        """The page in a line, for search engines."""
        told = "; ".join(row.says for row in articles_of(self.law))
        return f"{self.law.number}. {self.days}. {told}".strip()

    @property
    def structured(self) -> SafeString:
        """The act in the words of schema.org (Legislation). One query."""
        url = absolute(law_url(self.law.number))
        until = self.law.until_day.isoformat() if self.law.until_day else ".."
        record = {
            "@type": "Legislation",
            "@id": f"{url}#van-ban",
            "name": self.name,
            "legislationIdentifier": self.law.number,
            "legislationDate": self.law.issued.isoformat(),
            "temporalCoverage": f"{self.law.from_day.isoformat()}/{until}",
            "legislationLegalForce": FORCE[self.state],
            "legislationJurisdiction": "VN",
            "inLanguage": "vi",
            "url": url,
        }
        path = ((_("Pháp luật"), reverse("law_index")), (self.law.number, law_url(self.law.number)))
        return script([record, crumbs(path), publisher()])


def days_of(law: Law, state: str) -> str:
    """Since when an act holds, or until when it held."""
    if state == ENDED:
        return _("Hết hiệu lực sau ngày %(day)s") % {"day": f"{law.until_day:%d/%m/%Y}"}
    if state == NOT_YET:
        return _("Chưa có hiệu lực, có hiệu lực từ ngày %(day)s") % {"day": f"{law.from_day:%d/%m/%Y}"}
    return _("Có hiệu lực từ ngày %(day)s") % {"day": f"{law.from_day:%d/%m/%Y}"}


def link_to(law: Law, today: dt.date) -> LawLink:
    """An act to go to, with its state today."""
    state = state_on(law, today)
    return LawLink(law.number, short_name(law), law_url(law.number), state, days_of(law, state))


@dataclass(frozen=True, slots=True)
class LawList:
    """Every act that the library knows, those that hold first."""

    rows: Sequence[LawLink]

    @property
    def groups(self) -> list[tuple[str, list[LawLink]]]:
        """By state, in the order of ``STATES``."""
        parts = [(str(label), [row for row in self.rows if row.state == state]) for state, label in STATES]
        return [(label, rows) for label, rows in parts if rows]


def laws_public(today: dt.date) -> LawList:
    """The acts, codes and laws before decrees, then by the day they came into force. One query."""
    laws = sorted(Law.objects.all(), key=lambda law: ("QH" not in law.number, -law.from_day.toordinal(), law.number))
    return LawList([link_to(law, today) for law in laws])
