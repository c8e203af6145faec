"""Acts that texts cite: whether they are in force on a day, what took their place, what waits for a legal officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import FormEdition, FormLaw, Law, LawArticle

IN_FORCE, NOT_YET, ENDED = "in_force", "not_yet", "ended"
STATES = (
    (IN_FORCE, gettext_lazy("Còn hiệu lực")),
    (NOT_YET, gettext_lazy("Chưa có hiệu lực")),
    (ENDED, gettext_lazy("Hết hiệu lực")),
)
MARKS = (
    ("waiting", gettext_lazy("Chưa xác nhận")),
    ("confirmed", gettext_lazy("Đã xác nhận")),
    ("statements", gettext_lazy("Còn điều cần đối chiếu")),
)
ORDERS: dict[str, tuple[str, ...]] = {
    "so": ("number",),
    "ten": ("name", "number"),
    "tu": ("from_day", "number"),
    "den": ("until_day", "number"),
    "duoc-dan": ("cited", "number"),
}
WIDTHS = [16, 22, 60, 14, 14, 14, 22, 22, 16, 60]


@dataclass(frozen=True, slots=True)
class Citation:
    """An act, or an article of it, as a text of a certain day may cite it."""

    law: Law
    article: str
    says: str
    """What the article says in a few words of ours; "" where that is not written down."""
    on: dt.date
    state: str
    """IN_FORCE, NOT_YET or ENDED on that day."""
    successor: Law | None
    """Of an act that has ended: the one in force on that day in its place; None where none is known."""

    @property
    def in_force(self) -> bool:
        """Whether it may be cited as law of that day."""
        return self.state == IN_FORCE

    @property
    def label(self) -> str:
        """Điều and number, as texts write it."""
        if not self.article:
            return self.law.number
        return _("Điều %(article)s, %(law)s") % {"article": self.article, "law": self.law.number}


def state_on(law: Law, on: dt.date) -> str:
    """Whether the act is in force on a day; its first and its last day count."""
    if on < law.from_day:
        return NOT_YET
    return ENDED if law.until_day is not None and on > law.until_day else IN_FORCE


def citation(code: str, article: str = "", on: dt.date | None = None) -> Citation:
    """The act of this code as it may be cited on a day, today when none is given. Raises Law.DoesNotExist.

    Three queries at most. An act names what replaced it (Law 64/2025/QH15 on legal documents: an act ends by another).
    """
    law = Law.objects.get(code=code)
    row = LawArticle.objects.filter(law=law, article=article).first() if article else None
    return _citation(law, article, row.says if row else "", on or clock.today(), _by_id(law))


def laws_for_form(edition: FormEdition, on: dt.date | None = None) -> list[Citation]:
    """What a form's text cites, in order of number and article. Four queries, whatever it cites."""
    prefetch_related_objects([edition], "law_links__law")
    links = list(edition.law_links.all())
    says = {
        (row.law_id, row.article): row.says
        for row in LawArticle.objects.filter(law__in={link.law_id for link in links})
    }
    day, known = on or clock.today(), _by_id(*(link.law for link in links))
    links.sort(key=lambda link: (link.law.number, len(link.article), link.article))
    return [_citation(link.law, link.article, says.get((link.law_id, link.article), ""), day, known) for link in links]


def _by_id(*laws: Law) -> Mapping[int, Law]:
    """Every act that may stand in for these; no query where none of them has ended. The table is a few dozen rows."""
    if all(law.until_day is None for law in laws):
        return {}
    return {law.pk: law for law in Law.objects.all()}


def _citation(law: Law, article: str, says: str, on: dt.date, known: Mapping[int, Law]) -> Citation:
    state = state_on(law, on)
    return Citation(law, article, says, on, state, _successor(law, on, known) if state == ENDED else None)


def _successor(law: Law, on: dt.date, known: Mapping[int, Law]) -> Law | None:
    """The act at the end of the chain that is in force on the day."""
    seen = {law.pk}
    while law.successor_id and law.successor_id not in seen:
        law = known[law.successor_id]
        seen.add(law.pk)
        if state_on(law, on) == IN_FORCE:
            return law
    return None


# Staff --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LawFilter:
    """What the list is narrowed to."""

    q: str = ""
    state: str = ""
    mark: str = ""
    """A code of MARKS."""


def laws_list(wanted: LawFilter, *, sort: str = "", on: dt.date | None = None) -> QuerySet[Law]:
    """Acts with ``cited``, the number of published forms that cite each. No query yet; newest first by default."""
    day = on or clock.today()
    rows = Law.objects.select_related("successor", "confirmed_by", "edited_by").annotate(
        cited=Count("form_links__edition", filter=Q(form_links__edition__state="published"), distinct=True)
    )
    for word in fold(wanted.q).split():
        rows = rows.filter(folded__contains=word)
    narrowed = {
        IN_FORCE: Q(from_day__lte=day) & (Q(until_day=None) | Q(until_day__gte=day)),
        NOT_YET: Q(from_day__gt=day),
        ENDED: Q(until_day__lt=day),
    }
    marked = {
        "waiting": Q(confirmed_at=None),
        "confirmed": Q(confirmed_at__isnull=False),
        "statements": ~Q(to_review=[]),
    }
    rows = rows.filter(narrowed.get(wanted.state, Q()), marked.get(wanted.mark, Q()))
    order = ORDERS.get(sort.removeprefix("-"), ("-from_day", "number"))
    return rows.order_by(*(_turned(name) for name in order) if sort.startswith("-") else order)


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


@dataclass(frozen=True, slots=True)
class LawRow:
    """An act in the list, with its state today."""

    law: Law
    state: str


def law_rows(laws: list[Law]) -> list[LawRow]:
    """The rows of a page."""
    today = clock.today()
    return [LawRow(law, state_on(law, today)) for law in laws]


def law_for(code: str) -> Law:
    """One act with its articles, successor and people; any text may stand in the address. Raises Http404."""
    rows = Law.objects.select_related("successor", "confirmed_by", "edited_by").prefetch_related("articles")
    return get_object_or_404(rows, code=storable(code))


def articles_of(law: Law) -> list[LawArticle]:
    """Its articles in the order of their numbers, not of their letters."""
    return sorted(law.articles.all(), key=lambda row: (len(row.article), row.article))


def cited_by(law: Law) -> QuerySet[FormLaw]:
    """The published forms that cite it, by name. One query."""
    rows = FormLaw.objects.filter(law=law, edition__state="published").select_related("edition__form")
    return rows.order_by("edition__name", "article")


def headings() -> list[str]:
    """Of the exported list."""
    return [
        *(_("Mã"), _("Số, ký hiệu"), _("Tên"), _("Ban hành"), _("Có hiệu lực từ"), _("Hết hiệu lực sau ngày")),
        *(_("Thay bằng"), _("Tình trạng hôm nay"), _("Xác nhận"), _("Cần đối chiếu")),
    ]


def export_rows(rows: QuerySet[Law]) -> Iterator[list[Value]]:
    """The list as a table."""
    names, today = dict(STATES), clock.today()
    for law in rows.iterator(chunk_size=500):
        yield [
            *(law.code, law.number, law.name, law.issued, law.from_day, law.until_day),
            law.successor.number if law.successor else "",
            str(names[state_on(law, today)]),
            law.confirmed_by.full_name if law.confirmed_by else "",
            " ".join(law.to_review),
        ]
