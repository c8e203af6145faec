"""What the assistant may say: the published library, laws, warnings that hold, real lines, held in this process.

Only what a second person published, or what came with the software, is here; a draft never is. Each process looks every
``FRESH`` seconds whether the tables moved on, by one query, and reads all anew when they did.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, F, Max, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province
from canhgiac.agencies.selectors import province
from canhgiac.engines.retrieval import Document, Hit, Index, Word, sentences
from canhgiac.kit import clock, markdown
from canhgiac.kit.text import fold
from canhgiac.library.models import (
    Contact,
    Edition,
    ExampleMessage,
    FormEdition,
    FormLaw,
    Language,
    Law,
    LawArticle,
    MaterialEdition,
)
from canhgiac.library.selectors.contacts import banks, contacts_public, phones_told
from canhgiac.library.selectors.forms import FormCard, forms_published
from canhgiac.library.selectors.laws import IN_FORCE, state_on
from canhgiac.library.selectors.publiclaws import law_url
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.public import current, rows_of, with_words
from canhgiac.training.models import Course

from .lines import Line, called, line_of_bank, own_line, spaced
from .replies import Source

Stamp = Mapping[str, tuple[int, str]]
"""Part to how many there are and what moves when one of them changes."""
FRESH = 20.0
"""Seconds for which a process trusts what it holds."""
WEIGHTS = {
    "name": 5.0,
    "called": 8.0,
    "asked": 6.0,
    "short": 3.0,
    "signs": 2.0,
    "happens": 2.0,
    "advice": 0.7,
    "talk": 1.0,
    "examples": 0.3,
    "points": 2.0,
    "body": 1.0,
}
"""What a word weighs by the field it stands in."""
EXAMPLES_MOST = 60
"""Example messages of a form that are searched: more of them say the same again."""


@dataclass(frozen=True, slots=True)
class FormTold:
    """A published form, as far as answers need it."""

    card: FormCard
    truth: str
    summary: str
    signs: tuple[tuple[str, str], ...]
    before: tuple[str, ...]
    during: tuple[str, ...]
    after: tuple[str, ...]
    dont: tuple[str, ...]
    laws: tuple[tuple[str, str], ...]
    """Code of an act and the article, empty where none is named."""
    day: dt.date | None
    note: str

    @property
    def code(self) -> str:
        """The form's code."""
        return self.card.code

    @property
    def name(self) -> str:
        """What it is called."""
        return self.card.name

    @property
    def short(self) -> str:
        """It in one line."""
        return self.card.short

    @property
    def source(self) -> Source:
        """The form as the source of an answer."""
        return Source(self.code, "form", self.name, self.card.url, self.day, self.note)


@dataclass(frozen=True, slots=True)
class LawTold:
    """An act with its articles."""

    code: str
    number: str
    name: str
    from_day: dt.date
    until_day: dt.date | None
    successor: str
    """Code of the act that took its place."""
    articles: Mapping[str, str]
    is_confirmed: bool
    law: Law

    def is_in_force(self, on: dt.date) -> bool:
        """Whether it may be cited as law of that day."""
        return state_on(self.law, on) == IN_FORCE

    @property
    def source(self) -> Source:
        """The act as the source of an answer."""
        note = "" if self.is_confirmed else _("tóm tắt bằng lời của thư viện, chờ cán bộ pháp chế đối chiếu")
        return Source(self.number, "law", f"{self.name} ({self.number})", law_url(self.number), self.from_day, note)


@dataclass(frozen=True, slots=True)
class MaterialTold:
    """A published material in Vietnamese."""

    id: str
    title: str
    lead: str
    points: tuple[str, ...]
    url: str
    kind: str
    audiences: frozenset[str]
    forms: frozenset[str]
    day: dt.date | None

    @property
    def source(self) -> Source:
        """The material as the source of an answer."""
        return Source(self.id, "material", self.title, self.url, self.day)


@dataclass(frozen=True, slots=True)
class WarningTold:
    """A warning that was issued. Whether it still holds is asked of the moment (``holds``)."""

    id: str
    title: str
    lead: str
    advice: str
    url: str
    places: str
    paths: tuple[str, ...]
    """Of its areas; none for the whole province."""
    form: str
    issued_at: dt.datetime
    expires_at: dt.datetime | None

    def holds(self, now: dt.datetime) -> bool:
        """Whether it holds at this moment."""
        return self.expires_at is None or self.expires_at > now

    def reaches(self, path: str) -> bool:
        """Whether it concerns who lives in the area of this path."""
        return not self.paths or any(path.startswith(one) or one.startswith(path) for one in self.paths)

    @property
    def source(self) -> Source:
        """The warning as the source of an answer."""
        day = self.issued_at.astimezone(clock.VIETNAM).date()
        return Source(self.id, "warning", self.title, self.url, day)


@dataclass(frozen=True, slots=True)
class CourseTold:
    """A course that everybody may take."""

    title: str
    url: str
    audiences: frozenset[str]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything held. Never changed after it was read, so many may use it at once."""

    stamp: Stamp
    profile: Province
    forms: Mapping[str, FormTold]
    laws: Mapping[str, LawTold]
    materials: Mapping[str, MaterialTold]
    warnings: Sequence[WarningTold]
    courses: Sequence[CourseTold]
    contacts: Mapping[str, Line]
    """Lines of the country and the province that people may be given, by their code."""
    numbers: Mapping[str, str]
    """Number of an act to its code."""
    banks: Mapping[str, Line]
    """Banks' lines by each of their names, folded, and by each BIN."""
    indexes: Mapping[str, Index]
    """By kind: form, law (their names), article, material. Apart, so that a word's rarity is that among its like."""

    def find(
        self, kind: str, query: str | Sequence[Word], *, likely: Mapping[str, float] | None = None, most: int = 5
    ) -> list[Hit]:
        """What answers the question best among one kind, as ``Index.find``."""
        return self.indexes[kind].find(query, likely=likely, most=most)

    def by_number(self, number: str) -> LawTold:
        """The act of this number. Raises KeyError."""
        return self.laws[self.numbers[number]]

    def line(self, code: str) -> Line | None:
        """A line by its code: "113", "156"."""
        return self.contacts.get(code)

    @property
    def hotline(self) -> Line | None:
        """The province's own line; None where it has none."""
        return own_line(self.profile)

    def cards(self) -> Sequence[FormCard]:
        """The forms as lists show them."""
        return [told.card for told in self.forms.values()]

    def during(self, code: str) -> Sequence[str]:
        """What the form says to who is in the middle of it; nothing for an unknown one."""
        return self.forms[code].during if code in self.forms else ()

    def lines(self, names: Sequence[str]) -> tuple[Line, ...]:
        """The lines of the banks of these names, then the province's."""
        told = [self.banks.get(fold(name)) or line_of_bank(name, None) for name in names]
        return (*told, self.hotline) if self.hotline else tuple(told)


_held: Knowledge | None = None
_looked_at = 0.0
_turn = threading.Lock()


def knowledge_now() -> Knowledge:
    """What this process holds, at most ``FRESH`` seconds behind the tables.

    No query mostly, one when it is time to look, some fifteen when something moved.
    """
    global _held, _looked_at  # noqa: PLW0603  # one a process, as the judge is
    held = _held
    if held is not None and time.monotonic() - _looked_at < FRESH:
        return held
    with _turn:
        if _held is None or time.monotonic() - _looked_at >= FRESH:
            stamp = _stamp()
            if _held is None or _held.stamp != stamp:
                _held = _read(stamp, _held)
            _looked_at = time.monotonic()
        return _held


def knowledge_forget() -> None:
    """Drops what this process holds: the next asker reads the tables. For tests and for the act that changed them."""
    global _held  # noqa: PLW0603  # see knowledge_now
    _held = None


def _stamp() -> Stamp:
    """Of each part what changes whenever something of it does. One query of a few small counts."""
    published = {"state": Edition.State.PUBLISHED}
    parts = [
        _counted("forms", FormEdition.objects.filter(**published), Max("published_at")),
        _counted("materials", MaterialEdition.objects.filter(**published), Max("published_at")),
        _counted("laws", Law.objects.all(), Sum("version")),
        _counted("contacts", Contact.objects.all(), Sum("version")),
        _counted("province", Province.objects.all(), Sum("version")),
        _counted("warnings", Alert.objects.filter(state=Alert.State.ISSUED), Sum(F("version") + F("pk"))),
        _counted("courses", Course.objects.filter(state=Course.State.PUBLISHED), Sum("version")),
    ]
    return {name: (count, moved) for name, count, moved in parts[0].union(*parts[1:], all=True)}


def _counted(name: str, rows: QuerySet[Any], moved: Aggregate) -> Any:
    """How many rows there are, and what moves when one of them changes; nothing where there are none."""
    named = rows.order_by().values(part=Value(name))
    return named.annotate(count=Count("pk"), moved=Cast(moved, TextField())).values_list("part", "count", "moved")


# Reading ------------------------------------------------------------------------------------------------------------


def _read(stamp: Stamp, held: Knowledge | None) -> Knowledge:
    """Everything anew but what did not move: the forms take a second to index, a new warning must not wait for it."""
    parts = _forms_read, _laws_read, _materials_read
    read: dict[str, Any] = {"indexes": {}}
    for name, kinds, reader in zip(("forms", "laws", "materials"), _KINDS, parts, strict=True):
        if held is not None and held.stamp.get(name) == stamp.get(name):
            read[name] = getattr(held, name)
            read["indexes"] |= {kind: held.indexes[kind] for kind in kinds}
            continue
        documents: list[Document] = []
        read[name] = reader(documents)
        for kind in kinds:
            mine = [one for one in documents if one.kind == kind]
            read["indexes"][kind] = Index.build(mine, weights=WEIGHTS)
    return Knowledge(
        stamp=stamp,
        profile=province(),
        warnings=_warnings(),
        courses=_courses(),
        contacts={row.code: _line(row) for row in contacts_public(None)},
        numbers={told.number: told.code for told in read["laws"].values()},
        banks=_banks(banks()),
        **read,
    )


_KINDS = (("form",), ("law", "article"), ("material",))
"""What is indexed of forms, laws and materials."""


def _forms_read(documents: list[Document]) -> Mapping[str, FormTold]:
    return {told.code: told for told in _forms(documents)}


def _laws_read(documents: list[Document]) -> Mapping[str, LawTold]:
    return {told.code: told for told in _laws(documents)}


def _materials_read(documents: list[Document]) -> Mapping[str, MaterialTold]:
    return {told.id: told for told in _materials(documents)}


def _forms(documents: list[Document]) -> Iterable[FormTold]:
    rows = FormEdition.objects.filter(state=Edition.State.PUBLISHED).select_related("form").order_by("form__code")
    links: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for edition, code, article in FormLaw.objects.order_by("pk").values_list("edition", "law__code", "article"):
        links[edition].append((code, article))
    examples, described = _examples(), sentences("forms")  # the province's own are found by their text alone
    cards = {card.code: card for card in forms_published()}
    for row in rows:
        documents.append(
            Document(
                row.form.code,
                "form",
                {
                    "name": [row.name],
                    "called": described.get(row.form.code, ()),
                    "short": [row.short, row.summary],
                    "signs": [*row.sign_titles, *row.signs],
                    "happens": row.happens,
                    "advice": [row.truth, *row.before, *row.during, *row.after, *row.dont],
                    "talk": [turn["text"] for turn in row.talk],
                    "examples": examples.get(row.form.code, ()),
                },
            )
        )
        yield FormTold(
            card=cards[row.form.code],
            truth=row.truth,
            summary=row.summary,
            signs=tuple(row.signs_shown),
            before=tuple(row.before),
            during=tuple(row.during),
            after=tuple(row.after),
            dont=tuple(row.dont),
            laws=tuple(links[row.pk]),
            day=_day(row.published_at),
            note=_("bản soạn sẵn, chưa có người của tỉnh duyệt") if row.is_starter and row.reviewer_id is None else "",
        )


def _examples() -> Mapping[str, Sequence[str]]:
    """The messages that a form's senders write, of each form a few. One query."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = ExampleMessage.objects.filter(state=ExampleMessage.State.IN_USE, form__isnull=False).order_by("pk")
    for code, text in rows.values_list("form__code", "text").iterator(chunk_size=2000):
        if len(found[code]) < EXAMPLES_MOST:
            found[code].append(text)
    return found


def _laws(documents: list[Document]) -> Iterable[LawTold]:
    articles: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in LawArticle.objects.order_by("pk"):
        articles[row.law_id][row.article] = row.says
    described = sentences("laws")
    for law in Law.objects.select_related("successor").order_by("pk"):
        says = articles[law.pk]
        documents.append(Document(law.number, "law", {"name": [law.name, law.number], "called": [law.code]}))
        documents += [
            Document(
                f"{law.code}#{number}",
                "article",
                {
                    "name": [text],
                    "called": [f"Điều {number}"],
                    "asked": described.get(f"{law.code}#{number}", ()),
                    "body": [law.name],
                },
            )
            for number, text in says.items()
        ]
        if whole := described.get(f"{law.code}#"):
            documents.append(Document(f"{law.code}#", "article", {"name": [law.name], "asked": whole}))
        yield LawTold(
            code=law.code,
            number=law.number,
            name=law.name,
            from_day=law.from_day,
            until_day=law.until_day,
            successor=law.successor.code if law.successor else "",
            articles=says,
            is_confirmed=law.confirmed_at is not None and not law.to_review,
            law=law,
        )


def _materials(documents: list[Document]) -> Iterable[MaterialTold]:
    rows = MaterialEdition.objects.filter(state=Edition.State.PUBLISHED, material__language=Language.VI)
    rows = rows.select_related("material").prefetch_related("material__forms").order_by("material__code")
    for row in rows:
        id_ = f"M{row.material_id}"
        fields = {
            "name": [row.title],
            "short": [row.lead, row.call],
            "points": row.points,
            "body": markdown.plain(row.body).splitlines(),
        }
        documents.append(Document(id_, "material", fields))
        yield MaterialTold(
            id=id_,
            title=row.title,
            lead=row.lead,
            points=tuple(row.points),
            url=reverse("material_page", args=[row.material.slug]),
            kind=row.material.kind,
            audiences=frozenset(row.material.audiences),
            forms=frozenset(form.code for form in row.material.forms.all()),
            day=_day(row.published_at),
        )


def _warnings() -> Sequence[WarningTold]:
    """The gravest first, then the newest."""
    found = []
    for row in rows_of(list(with_words(current().select_related("form")))):
        warning = row.warning
        advice = (warning.advice.strip().splitlines() or [""])[0]
        assert warning.issued_at is not None
        found.append(
            WarningTold(
                id=f"W{warning.pk}",
                title=row.title,
                lead=row.lead,
                advice=advice.removeprefix("- ").strip(),
                url=row.url,
                places=row.places,
                paths=tuple(area.path for area in warning.areas.all()),
                form=warning.form.code if warning.form else "",
                issued_at=warning.issued_at,
                expires_at=warning.expires_at,
            )
        )
    return found


def _courses() -> Sequence[CourseTold]:
    rows = Course.objects.filter(state=Course.State.PUBLISHED, is_public=True).order_by("code")
    return [CourseTold(row.title, reverse("course_public", args=[row.slug]), frozenset(row.audiences)) for row in rows]


def _banks(rows: Iterable[Contact]) -> Mapping[str, Line]:
    found: dict[str, Line] = {}
    for row in rows:
        line = _line(row, is_bank=True)
        for name in (row.name, *row.short_names, *row.bins):
            found.setdefault(fold(name), line)
    return found


def _line(row: Contact, *, is_bank: bool = False) -> Line:
    phones = phones_told(row)
    note = row.note if phones or not is_bank else _("gọi số in sau thẻ hoặc trong ứng dụng của ngân hàng")
    return Line(
        name=called(row) if is_bank else row.name,
        phones=tuple(map(spaced, phones)),
        hours=row.hours,
        note=note,
        source=row.source,
        checked_on=row.checked_on,
        is_confirmed=row.confirmed_at is not None,
        is_bank=is_bank,
    )


def _day(at: dt.datetime | None) -> dt.date | None:
    return at.astimezone(clock.VIETNAM).date() if at else None
