"""The live figures of a consolidated report, what each is printed as, and the rows that it opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.engines.officialdoc.writing import number_words
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.reporting.models import (
    ConsolidatedFigure,
    ConsolidatedReport,
    Consolidation,
    FigureSource,
    FormField,
)

from .proofs import Proof, proofs_of
from .records import Tally, money_codes, record_title, tally_of

COUNTS = {
    "_phai_gui": ("owed", ()),
    "_da_gui": ("received", ("filed", "empty")),
    "_co_so_lieu": ("filed", ("filed",)),
    "_trong": ("filed_empty", ("empty",)),
    "_tra_lai": ("returned", ("returned",)),
    "_chua_gui": ("missing", ("missing", "returned")),
    "_gui_muon": ("filed_late", ("filed", "empty")),
}
"""Codes of the counts of reports: the name in ``summary["counts"]``, the states of the rows behind it."""
PLACES = Decimal("0.1")


@dataclass(frozen=True)
class Live:
    """One live figure: how it is named in a text ("so:to_roi_ban"), how printed, what it says, where its rows are."""

    key: str
    text: str
    title: str
    note: str = ""
    url: str = ""
    value: Decimal | None = None


@dataclass
class Book:
    """Every live figure of an edition, by key."""

    consolidation: Consolidation
    figures: dict[str, ConsolidatedFigure] = field(default_factory=dict)
    records: Tally = field(default_factory=lambda: Tally({}, ()))
    shut: frozenset[int] = frozenset()
    """Ids of measured targets whose lists the reader may not open."""

    @cached_property
    def live(self) -> dict[str, Live]:
        """Key to figure."""
        return {one.key: one for one in (*self._counts(), *self._sums(), *self._targets(), *self._records())}

    def _counts(self) -> Iterator[Live]:
        counts = self.consolidation.summary.get("counts", {})
        for code, (name, _states) in COUNTS.items():
            value = counts.get(name)
            text = "?" if value is None else number_words(value)
            yield Live(f"so:{code}", text, count_title(code), url=self._url(code), value=Decimal(value or 0))

    def _sums(self) -> Iterator[Live]:
        for code, row in self.figures.items():
            title, url = row.field.label, self._url(code)
            yield Live(f"so:{code}", amount(row.value), title, known_words(row), url, row.value)
            silent = row.unknown + row.empty + row.missing
            yield Live(f"chuaro:{code}", number_words(silent), title, known_words(row), f"{url}?trang_thai=chua", None)
            yield Live(f"sosanh:{code}", compared(row), title, known_words(row), url)

    def _targets(self) -> Iterator[Live]:
        states = [row.get("met") for row in self.consolidation.targets]
        for code, value in (("_ct", len(states)), ("_ct_dat", states.count(True)), ("_ct_chua_ro", states.count(None))):
            yield Live(f"so:{code}", number_words(value), _("Chỉ tiêu đo được"), url=self._url(code))
        for row in self.consolidation.targets:
            of = f"/{number_words(row['total'])}" if row.get("total") is not None else ""
            text, url = f"{number_words(row['reached'])}{of}", "" if row["id"] in self.shut else row["url"]
            yield Live(f"ct:{row['id']}", text, row["text"], row["source"], url)

    def _records(self) -> Iterator[Live]:
        """Counts and sums of difficulties, proposals, commendations and money."""
        for code, count in self.records.counts.items():
            url = self._record_url(code)
            yield Live(f"so:{code}", number_words(count), record_title(code), url=url, value=Decimal(count))
        for code, value, lines in money_codes(self.records):
            note = ngettext("%s khoản", "%s khoản", lines) % number_words(lines)
            yield Live(f"so:{code}", amount(value), record_title(code), note, self._record_url(code), value)

    def _record_url(self, code: str) -> str:
        return reverse("consolidated_records", args=[self.consolidation.pk, code])

    def _url(self, code: str) -> str:
        return reverse("consolidated_figure", args=[self.consolidation.pk, code])


def book_of(consolidation: Consolidation) -> Book:
    """The live figures of an edition. Three queries."""
    rows = ConsolidatedFigure.objects.filter(consolidation=consolidation).select_related("field")
    figures = {row.code: row for row in rows.order_by("field__position", "pk")}
    return Book(consolidation, figures, tally_of(consolidation))


def amount(value: Decimal | None) -> str:
    """The figure as printed; unknown is said, not zero."""
    if value is None:
        return "chưa có số liệu"
    return number_words(int(value) if value == value.to_integral_value() else value.normalize())


def compared(row: ConsolidatedFigure) -> str:
    """How the figure stands against the period before, in words; "" where that is not known."""
    if row.value is None or row.before is None:
        return "kỳ trước chưa có số liệu" if row.value is not None else ""
    if row.value == row.before:
        return "bằng kỳ trước"
    if not row.before:
        return "kỳ trước: 0"
    change = (abs(row.value - row.before) * 100 / abs(row.before)).quantize(PLACES)
    shown = number_words(change.quantize(Decimal(1)) if change == change.to_integral_value() else change)
    return f"{'tăng' if row.value > row.before else 'giảm'} {shown} % so với kỳ trước"


def known_words(row: ConsolidatedFigure) -> str:
    """How many reports stand behind the figure."""
    said = {
        _("có số liệu"): row.known,
        _("chưa rõ"): row.unknown,
        _("gửi trống"): row.empty,
        _("chưa gửi"): row.missing,
    }
    return ", ".join(f"{number_words(count)} {words}" for words, count in said.items() if count)


def count_title(code: str) -> str:
    """What a count of reports or targets counts."""
    words = {
        "_phai_gui": _("Đơn vị phải gửi báo cáo"),
        "_da_gui": _("Đơn vị đã gửi báo cáo"),
        "_co_so_lieu": _("Đơn vị gửi có số liệu"),
        "_trong": _("Đơn vị gửi nhưng trống"),
        "_tra_lai": _("Đơn vị bị trả lại chưa gửi lại"),
        "_chua_gui": _("Đơn vị chưa gửi báo cáo"),
        "_gui_muon": _("Đơn vị gửi sau hạn"),
    }
    return words.get(code, _("Chỉ tiêu đo được"))


# The rows -----------------------------------------------------------------------------------------------------------


SORTS = {"agency": "agency__folded", "value": "value", "sources": "sources", "filed": "filed_at", "state": "state"}


def trace_rows(
    consolidation: Consolidation, code: str, *, only: str = "", words: str = "", sort: str = ""
) -> QuerySet[Any]:
    """The rows behind a figure or a count, one an agency, as they were at ``data_at``; the largest value first, or by
    ``sort``: a key of SORTS, falling with "-" before it. What is unknown stands last.

    Each carries ``value`` (null: unknown, not zero) and ``sources``, the evidence rows kept when it was filed.
    ``only`` is "co" (with a value) or "chua" (without).
    """
    rows = ConsolidatedReport.objects.filter(consolidation=consolidation).select_related("agency", "submission")
    rows = rows.defer("submission__answers", "submission__origins")
    if code in COUNTS:
        name, states = COUNTS[code]
        if states:
            rows = rows.filter(state__in=states)
        if name == "filed_late":
            rows = rows.filter(is_late=True)
    kept = FigureSource.objects.filter(submission=OuterRef("submission"), code=code).order_by()
    number: DecimalField[Any, Any] = DecimalField(max_digits=20, decimal_places=2)
    found: QuerySet[Any] = rows.annotate(
        value=Cast(KeyTextTransform(code, "values"), number),
        sources=Coalesce(Subquery(kept.values("submission").annotate(n=Count("pk")).values("n")), 0),
    )
    if only in ("co", "chua"):
        found = found.filter(value__isnull=only == "chua")
    for word in fold(words).split():
        found = found.filter(Q(agency__folded__contains=word))
    key = sort.lstrip("-")
    by = F(SORTS.get(key, "value"))
    falling = sort.startswith("-") if key in SORTS else True
    return found.order_by(by.desc(nulls_last=True) if falling else by.asc(nulls_last=True), "agency__folded", "pk")


def printed(rows: Iterable[Any], code: str) -> list[Any]:
    """The rows of a page, each with ``shown``, its value as printed, ``proof``, what proves it, and ``field``, the id
    of the field its report asked under this code. Two queries whatever the number of rows."""
    found = list(rows)
    proofs = proofs_of(code, [row.submission_id for row in found if row.submission_id])
    versions = {row.submission.form_version_id for row in found if row.submission}
    fields = FormField.objects.filter(code=code, form_version__in=versions).values_list("form_version", "pk")
    field_of = dict(fields)
    for row in found:
        row.shown = amount(row.value)
        row.proof = proofs.get(row.submission_id)
        row.field = field_of.get(row.submission.form_version_id) if row.submission else None
    return found


def trace_headings(title: str) -> list[str]:
    """The head of the table of rows."""
    heads = [_("Đơn vị"), title, _("Báo cáo"), _("Gửi lúc"), _("Số dòng căn cứ")]
    return [*heads, _("Hoạt động"), _("Ảnh"), _("Tệp")]


def trace_lines(rows: QuerySet[Any], code: str) -> Iterator[list[Value]]:
    """The rows as a table; an unknown value is an empty cell. Two queries."""
    proofs = proofs_of(code, list(rows.exclude(submission=None).order_by().values_list("submission", flat=True)))
    for row in rows.iterator(chunk_size=2000):
        proof = proofs.get(row.submission_id, Proof())
        facts = [row.agency.name, row.value, row.get_state_display(), row.filed_at, row.sources or None]
        yield [*facts, proof.activities or None, proof.photos or None, proof.files or None]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what it was in the edition before."""

    key: str
    title: str
    before: str
    after: str
    url: str


def changes_since(book: Book, earlier: Book | None) -> list[Change]:
    """The sums and counts that moved since an earlier edition."""
    if earlier is None:
        return []
    old: Mapping[str, Live] = earlier.live
    return [
        Change(key, now.title, old[key].text, now.text, now.url)
        for key, now in book.live.items()
        if key.startswith(("so:", "ct:")) and key in old and old[key].text != now.text
    ]
