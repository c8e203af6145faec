"""One search over forms, materials and laws, as people type: with or without diacritics, app for "ứng dụng"."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from canhgiac.engines.retrieval import EMPTY, SAME
from canhgiac.kit import clock, markdown
from canhgiac.kit.text import fold
from canhgiac.library.models import Edition, FormEdition, Law

from .laws import IN_FORCE, STATES
from .materials import materials_published
from .publiclaws import LawLink, link_to

_WORD = re.compile(r"[^\W_]+")
MOST_WORDS, MOST_CANDIDATES = 16, 120
"""Words of a query that count; rows of each kind that are weighed."""
TITLE, POINTS, BODY = 8.0, 3.0, 1.0
"""What a word weighs by where it stands."""
MARKED, NEIGHBOURS = 0.6, 1.5
"""Added where the diacritics agree too; where two words of the query stand together in the same order."""
LEAST = 0.5
"""Share of the query's weight that a row must hold to be found."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found."""

    kind: str
    """ "form", "material" or "law"."""
    title: str
    line: str
    """The sentence that holds most of the words."""
    url: str
    rank: float
    words: frozenset[str] = frozenset()
    """The folded words by which it was found."""

    @property
    def title_marked(self) -> SafeString:
        """The title with the words found marked."""
        return marked(self.title, self.words)

    @property
    def line_marked(self) -> SafeString:
        """The line with the words found marked."""
        return marked(self.line, self.words)


@dataclass(frozen=True, slots=True)
class _Row:
    """A candidate: what is weighed."""

    kind: str
    title: str
    points: Sequence[str]
    body: Sequence[str]
    url: str


@dataclass(frozen=True, slots=True)
class _Term:
    """One word of the query, or what people mean by it."""

    typed: str
    """As typed, in lower case."""
    forms: tuple[tuple[str, ...], ...]
    """Folded spellings, each a run of words; the first is the one typed."""


def library_search(query: str, *, limit: int = 30) -> list[Found]:
    """What is published and speaks of the words, the best first. Three queries.

    A word counts from its beginning ("thuo" finds "thưởng" no less than "thuốc"). A word typed with its diacritics
    ranks texts that have them too first. Rare words weigh more (inverse document frequency, Spärck Jones 1972).
    """
    terms = _terms(query)
    if not terms:
        return []
    wanted = _wanted(terms)
    rows = [*_forms(wanted), *_materials(wanted), *_laws(wanted)]
    weighed = [_weigh(row, terms) for row in rows]
    spread = [sum(term in hits.found for hits in weighed) for term in range(len(terms))]
    idf = [math.log(1 + (len(rows) + 1) / (count + 1)) for count in spread]
    found = []
    for row, hits in zip(rows, weighed, strict=True):
        held = sum(idf[term] for term in hits.found)
        if held < LEAST * sum(idf):
            continue
        rank = sum(idf[term] * weight for term, weight in hits.found.items()) + NEIGHBOURS * hits.pairs
        rank *= held / sum(idf)
        found.append(Found(row.kind, row.title, hits.line, row.url, round(rank, 4), frozenset(hits.words)))
    return sorted(found, key=lambda one: (-one.rank, one.kind, one.title))[:limit]


def marked(text: str, words: Iterable[str]) -> SafeString:
    """The text with each word that begins as one of the folded words in <mark>; all else escaped."""
    stems = tuple(words)
    pieces, last = [], 0
    for match in _WORD.finditer(text):
        if stems and fold(match.group()).startswith(stems):
            pieces.append(format_html("{}<mark>{}</mark>", text[last : match.start()], match.group()))
            last = match.end()
    return format_html("{}{}", format_html_join("", "{}", ((piece,) for piece in pieces)), text[last:])


# The query ----------------------------------------------------------------------------------------------------------


def _terms(query: str) -> list[_Term]:
    typed = _WORD.findall(unicodedata.normalize("NFC", query.casefold()))[:MOST_WORDS]
    telling = [word for word in typed if fold(word) not in EMPTY] or typed
    terms, at = [], 0
    folded = [fold(word) for word in telling]
    while at < len(telling):
        group, length = _same(folded[at:])
        forms = tuple(tuple(form.split()) for form in group) if group else ((folded[at],),)
        terms.append(_Term(" ".join(telling[at : at + length]), forms))
        at += length
    return terms


def _same(folded: list[str]) -> tuple[tuple[str, ...], int]:
    """The spellings of what begins here, the typed one first, and how many words it takes; none and 1 else."""
    for group in SAME:
        for form in group:
            words = form.split()
            if folded[: len(words)] == words:
                return (form, *(other for other in group if other != form)), len(words)
    return (), 1


def _wanted(terms: list[_Term]) -> SearchQuery:
    """Any of the words: weighing decides."""
    words = {word for term in terms for form in term.forms for word in form}
    return SearchQuery(" | ".join(f"{word}:*" for word in sorted(words)), search_type="raw", config="simple")


# The candidates -----------------------------------------------------------------------------------------------------


def _forms(wanted: SearchQuery) -> list[_Row]:
    rows = FormEdition.objects.filter(state=Edition.State.PUBLISHED, search=wanted).select_related("form")
    return [
        _Row(
            "form",
            row.name,
            [row.short, row.summary, *row.sign_titles, *row.signs],
            [row.truth, *row.happens, *row.before, *row.during, *row.after, *row.dont],
            reverse("form_page", args=[row.form.slug]),
        )
        for row in rows.order_by(SearchRank(F("search"), wanted).desc(), "pk")[:MOST_CANDIDATES]
    ]


def _materials(wanted: SearchQuery) -> list[_Row]:
    rows = materials_published().filter(search=wanted).order_by(SearchRank(F("search"), wanted).desc(), "pk")
    return [
        _Row(
            "material",
            row.title,
            [row.lead, *row.points, row.call],
            markdown.plain(row.body).splitlines(),
            reverse("material_page", args=[row.material.slug]),
        )
        for row in rows[:MOST_CANDIDATES]
    ]


def _laws(wanted: SearchQuery) -> list[_Row]:
    rows = Law.objects.annotate(vector=SearchVector("folded", config="simple")).filter(vector=wanted)
    found = rows.prefetch_related("articles").order_by("pk")[:MOST_CANDIDATES]
    return [_law(law, link_to(law, clock.today())) for law in found]


def _law(law: Law, link: LawLink) -> _Row:
    articles = [f"{_article(article.article)}: {article.says}" for article in law.articles.all()]
    state = "" if link.state == IN_FORCE else f", {str(dict(STATES)[link.state]).lower()}"
    return _Row("law", f"{link.name} ({link.number}{state})", [link.days], [*articles, law.code], link.url)


def _article(number: str) -> str:
    return _("Điều %s") % number if number[:1].isdigit() else number


# Weighing -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hits:
    """Where the words stand in one row."""

    found: dict[int, float] = field(default_factory=dict)
    """Number of a term to the best weight with which it stands anywhere."""
    pairs: int = 0
    """Neighbours in the query that are neighbours here."""
    words: set[str] = field(default_factory=set)
    line: str = ""


def _weigh(row: _Row, terms: list[_Term]) -> _Hits:
    hits, best = _Hits(line=next((point for point in row.points if point), "")), 0.0
    pairs: set[int] = set()
    for weight, texts in ((TITLE, [row.title]), (POINTS, row.points), (BODY, row.body)):
        for text in texts:
            here, held = _weigh_text(text, terms, weight, hits), 0.0
            for term in here:
                held += 1
                if term + 1 in here and any(end in here[term + 1] for end in here[term].values()):
                    pairs.add(term)
                    held += 1
            if weight < TITLE and held > best:
                best, hits.line = held, text
    hits.pairs = len(pairs)
    return hits


def _weigh_text(text: str, terms: list[_Term], weight: float, hits: _Hits) -> dict[int, dict[int, int]]:
    """Notes the terms that stand in the text; answers term to the places where it begins and ends."""
    raw = _WORD.findall(unicodedata.normalize("NFC", text.casefold()))
    words, here = [fold(word) for word in raw], dict[int, dict[int, int]]()
    for number, term in enumerate(terms):
        for form in term.forms:
            for at in _places(words, form):
                end = at + len(form)
                here.setdefault(number, {})[at] = end
                exact = " ".join(raw[at:end]).startswith(term.typed)
                value = weight * (1 + MARKED * (exact and term.typed != fold(term.typed)))
                hits.found[number] = max(hits.found.get(number, 0), value)
                hits.words |= set(form)
    return here


def _places(words: list[str], form: tuple[str, ...]) -> list[int]:
    """Where the run of words begins; the last word may go on."""
    *firsts, last = form
    length = len(form)
    return [
        at
        for at in range(len(words) - length + 1)
        if words[at + length - 1].startswith(last) and words[at : at + length - 1] == firsts
    ]
