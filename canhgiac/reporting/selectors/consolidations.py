"""Consolidated reports as each member may see them, and all that the page of one shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.activities.selectors.records import remarks_for
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role, roles_of
from canhgiac.engines.officialdoc.checking import Report, check
from canhgiac.engines.officialdoc.writing import date_words, to_docx
from canhgiac.kit.charts import Chart
from canhgiac.kit.text import fold
from canhgiac.plans.models import TargetMeasure
from canhgiac.plans.selectors.calendar import plans_for, targets_of
from canhgiac.reporting.models import Consolidation, ReportRound, SignOff

from .paragraphs import Part
from .plots import page_charts
from .records import needs_names, printed_names
from .recordtables import PageTable, page_tables
from .rounds import rounds_for
from .traces import Book, Change, book_of, changes_since
from .writing import SectionText, document_of, sections_of, shown_paragraphs, target_lines

READERS = (Role.Kind.COORDINATOR, Role.Kind.AUDITOR, Role.Kind.APPROVER, Role.Kind.OFFICER)
BROAD = (Role.Kind.COORDINATOR, Role.Kind.AUDITOR, Role.Kind.APPROVER)


def consolidations_for(member: Member) -> QuerySet[Consolidation]:
    """The one door: editions of rounds collected by an agency at or below one where the member coordinates, audits or
    approves, or by the very agency where the member is officer."""
    seen = Q(pk__in=[])
    for role in roles_of(member, *READERS):
        if role.kind in BROAD:
            seen |= Q(round__agency__path__startswith=role.agency.path)
        else:
            seen |= Q(round__agency=role.agency_id)
    rows = Consolidation.objects.filter(seen)
    return rows.select_related("round__agency", "round__plan", "round__previous", "made_by")


def consolidation_for(member: Member, consolidation_id: int) -> Consolidation:
    """One edition through the door, with ``opens_round``: whether the member may open the round's page too, as who
    only signs may not. Raises Http404."""
    opens = Exists(rounds_for(member).filter(pk=OuterRef("round")))
    return get_object_or_404(consolidations_for(member).annotate(opens_round=opens), pk=consolidation_id)


def round_of_editions(member: Member, round_id: int) -> ReportRound:
    """A round whose page, or one of whose editions, the member may open, with ``opens``: whether its page. Raises
    Http404."""
    opened = rounds_for(member)
    rows = ReportRound.objects.select_related("agency", "plan").annotate(
        opens=Exists(opened.filter(pk=OuterRef("pk"))),
        read=Exists(consolidations_for(member).filter(round=OuterRef("pk"))),
    )
    return get_object_or_404(rows.filter(Q(opens=True) | Q(read=True)), pk=round_id)


def editions_of(member: Member, of: ReportRound) -> QuerySet[Consolidation]:
    """The editions of a round, the latest first. Raises Http404 where the member may read none of them and may not
    make one."""
    rows = consolidations_for(member).filter(round=of).prefetch_related("sign_offs").order_by("-number")
    if not may_edit(member, of) and not rows.exists():
        raise Http404
    return rows


def latest_edition(member: Member, of: ReportRound) -> Consolidation | None:
    """The newest edition of the round's report, if the member may read it and there is one. Two queries."""
    return consolidations_for(member).filter(round=of).order_by("-number").first()


def may_edit(member: Member, of: ReportRound) -> bool:
    """Whether the member adds the round up and edits its report."""
    return has_role(member, Role.Kind.COORDINATOR, agency=of.agency)


@dataclass(frozen=True)
class SignStep:
    """One step of signing: its name, what was signed, whether it is this member's turn."""

    part: str
    title: str
    signed: SignOff | None
    withdrawn: SignOff | None
    is_next: bool
    may_sign: bool


@dataclass(frozen=True)
class TargetLine:
    """A row of the table of targets, with the page that its figures open and the line that explains it."""

    url: str
    source: str
    number: Any
    text: Any
    reached: Any
    total: Any
    unknown: Any
    empty: Any
    share: Any
    aim: Any
    verdict: Any


@dataclass(frozen=True)
class Page:
    """All that the page of an edition shows."""

    row: Consolidation
    book: Book
    sections: list[SectionText]
    targets: list[TargetLine]
    charts: list[Chart]
    changes: list[Change]
    earlier: Consolidation | None
    steps: list[SignStep]
    left_out: int
    typed: list[tuple[Any, Part]]
    """Numbers typed by hand, each with the paragraph it stands in."""
    live: int
    """Live figures in the text and the table of targets."""
    tables: list[PageTable]
    """The annexes of commendations and money."""

    @property
    def people(self) -> int:
        """Private persons proposed for commendation."""
        return self.book.records.counts.get("_khen_ca_nhan", 0)

    @property
    def waiting(self) -> SignStep | None:
        """The first step that is not signed yet."""
        return next((step for step in self.steps if step.signed is None), None)

    @property
    def figures(self) -> int:
        """All numbers of the report."""
        return self.live + len(self.typed)


def page_of(member: Member, row: Consolidation) -> Page:
    """The edition's page. A constant number of queries."""
    book = book_of(row)
    book.shut = _shut(member, row)
    sections = sections_of(row, book)
    kept = zip(row.targets, target_lines(book), strict=True)
    targets = [
        TargetLine("" if held["id"] in book.shut else held["url"], held["source"], *cells) for held, cells in kept
    ]
    parts = [(one.row, part) for section in sections for one in section.paragraphs for part in one.parts]
    earlier = Consolidation.objects.filter(round=row.round, number__lt=row.number, data_at__isnull=False)
    before = earlier.order_by("-number").first()
    return Page(
        row=row,
        book=book,
        sections=sections,
        targets=targets,
        charts=page_charts(book),
        changes=changes_since(book, book_of(before) if before else None),
        earlier=before,
        steps=sign_steps(member, row),
        left_out=shown_paragraphs(row).filter(left_out=True).count(),
        typed=[(paragraph, part) for paragraph, part in parts if part.by_hand],
        live=sum(bool(part.key) for _row, part in parts) + len(targets),
        tables=page_tables(row, book, names=names_printed_for(member, row)),
    )


def _shut(member: Member, row: Consolidation) -> frozenset[int]:
    """The measured targets of the edition whose lists the member may not open."""
    ids = {held["id"] for held in row.targets}
    if not ids:
        return frozenset()
    seen = TargetMeasure.objects.filter(pk__in=ids, target__in=targets_of(plans_for(member)).values("pk"))
    return frozenset(ids - set(seen.values_list("pk", flat=True)))


def names_printed_for(member: Member, row: Consolidation) -> dict[int, str]:
    """The names of private persons that the report prints, for a reader who needs them. At most two queries."""
    return printed_names(row) if row.with_names and needs_names(member, row) else {}


def sign_steps(member: Member, row: Consolidation) -> list[SignStep]:
    """The steps of signing in order."""
    given = list(SignOff.objects.filter(consolidation=row).select_related("by").order_by("at"))
    held = {one.part: one for one in given if one.withdrawn_at is None}
    gone = {one.part: one for one in given if one.withdrawn_at is not None}
    kinds = {
        SignOff.Part.DRAFTER: (Role.Kind.OFFICER, Role.Kind.COORDINATOR),
        SignOff.Part.COORDINATOR: (Role.Kind.COORDINATOR,),
        SignOff.Part.SIGNER: (Role.Kind.APPROVER,),
    }
    steps, waiting = [], False
    for part in SignOff.Part:
        signed = held.get(part)
        is_next = signed is None and not waiting and row.state == Consolidation.State.DRAFT
        waiting = waiting or signed is None
        may = is_next and has_role(member, *kinds[part], agency=row.round.agency)
        steps.append(SignStep(part, str(part.label), signed, gone.get(part), is_next, may))
    return steps


def left_out_of(row: Consolidation, words: str = "") -> QuerySet[Any]:
    """The paragraphs that are not in the report, to pick from."""
    rows = shown_paragraphs(row).filter(left_out=True)
    for word in words.split():
        rows = rows.filter(text__icontains=word)
    return rows


def sources_of(row: Consolidation, paragraph_id: int) -> Any:
    """A paragraph with its sources. Raises Http404."""
    rows = row.paragraphs.select_related("edited_by")
    return get_object_or_404(rows, pk=paragraph_id)


def remarks_opened(member: Member, sources: Iterable[Mapping[str, Any]]) -> set[int]:
    """Which remarks among a paragraph's sources have a page that the member may open. One query."""
    ids = [one["remark"] for one in sources if one.get("remark")]
    return set(remarks_for(member).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def layout_report(row: Consolidation) -> Report:
    """What the layout checker says of the DOCX as it would be exported now."""
    return check(to_docx(document_of(row)))


def date_line(row: Consolidation) -> str:
    """The day of the head as printed; dots where the clerk has not given it yet."""
    date = row.header.get("date")
    return date_words(dt.date.fromisoformat(date)) if date else _("ngày … tháng … năm …")


def file_name(row: Consolidation, ending: str, *, annex: bool = False) -> str:
    """The name of a download as a clerk writes it: "Bao cao 6 thang dau nam 2026 - du thao lan 2.docx"."""
    state = "" if row.state == Consolidation.State.SIGNED else _(" - dự thảo lần %s") % row.number
    kind = _("Phụ lục - ") if annex else ""
    name = f"{kind}{row.round.title}{state}"
    return "".join(letter for letter in name if letter not in '\\/:*?"<>|\r\n')[:120] + f".{ending}"


def plain_name(name: str) -> str:
    """The name without diacritics, for programs that know no others."""
    return fold(name).encode("ascii", "ignore").decode()
