"""Difficulties and proposals, commendations and money as a consolidated report keeps, counts, tells and opens them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.activities.models import BudgetLine, Commendation, Remark
from canhgiac.activities.selectors.records import (
    MASKED,
    commendation_row,
    commendations_for,
    remarks_for,
)
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.models import ConsolidatedRecord, Consolidation

Kind = ConsolidatedRecord.Kind
HARD = (Remark.Kind.DIFFICULTY.value, Remark.Kind.OBSTACLE.value)
PROPOSED = (Remark.Kind.PROPOSAL.value,)
OPEN = Q(state=Remark.State.OPEN)
COUNTED: dict[str, Q] = {
    "_kho_khan": Q(kind=Kind.REMARK, sort__in=HARD),
    "_kho_khan_mo": Q(kind=Kind.REMARK, sort__in=HARD) & OPEN,
    "_kien_nghi": Q(kind=Kind.REMARK, sort__in=PROPOSED),
    "_kien_nghi_mo": Q(kind=Kind.REMARK, sort__in=PROPOSED) & OPEN,
    "_khen": Q(kind=Kind.COMMENDATION),
    "_khen_tap_the": Q(kind=Kind.COMMENDATION, sort=Commendation.Nominee.COLLECTIVE),
    "_khen_ca_nhan": Q(kind=Kind.COMMENDATION, sort=Commendation.Nominee.PERSON),
    "_khoan_chi": Q(kind=Kind.BUDGET),
    "_chua_chi": Q(kind=Kind.BUDGET, spent=None),
}
"""Codes of the counts, and the rows behind each."""
MONEY = {"_du_toan": "planned", "_duoc_giao": "allocated", "_da_chi": "spent"}
"""Codes of the sums. "_da_chi.state" is what was spent of one source, "_da_chi.state.12" of it for the task of this
id, "_da_chi.state.0" for the plan as a whole."""
ONE_PERSON = "Một cá nhân"


# Counts and sums ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums in đồng of some budget lines; None where no line says. ``unspent``: lines that do not say what was spent."""

    planned: Decimal | None = None
    allocated: Decimal | None = None
    spent: Decimal | None = None
    rows: int = 0
    unspent: int = 0

    def plus(self, other: Sums) -> Sums:
        """Both together; what is unknown in one is what is known in the other."""
        return Sums(
            _plus(self.planned, other.planned),
            _plus(self.allocated, other.allocated),
            _plus(self.spent, other.spent),
            self.rows + other.rows,
            self.unspent + other.unspent,
        )


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other


@dataclass(frozen=True, slots=True)
class Money:
    """What one task of one source takes; no task is the plan as a whole."""

    source: str
    task: int | None
    task_words: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of an edition's records by code, and its money by source and task, in the plan's order."""

    counts: dict[str, int]
    money: tuple[Money, ...]

    def sums(self, source: str = "") -> Sums:
        """The sums of one source, or of all."""
        found = Sums()
        for one in self.money:
            if not source or one.source == source:
                found = found.plus(one.sums)
        return found

    @property
    def sources(self) -> list[str]:
        """The sources that give anything, in the order of the choices."""
        given = {one.source for one in self.money}
        return [source for source in BudgetLine.Source.values if source in given]


def tally_of(consolidation: Consolidation) -> Tally:
    """The counts and sums of an edition's records. Two queries."""
    rows = ConsolidatedRecord.objects.filter(consolidation=consolidation)
    counts = rows.aggregate(**{f"n{code}": Count("pk", filter=which) for code, which in COUNTED.items()})
    grouped = rows.filter(kind=Kind.BUDGET).order_by().values("sort", "task", "task__code", "task__text")
    summed = grouped.annotate(
        n=Count("pk"),
        unspent=Count("pk", filter=Q(spent=None)),
        **{f"sum_{name}": Sum(name) for name in MONEY.values()},
    )
    places = {source: place for place, source in enumerate(BudgetLine.Source.values)}
    money = [
        Money(
            row["sort"],
            row["task"],
            f"{row['task__code']}. {row['task__text']}" if row["task"] else "Chung cho kế hoạch",
            Sums(row["sum_planned"], row["sum_allocated"], row["sum_spent"], row["n"], row["unspent"]),
        )
        for row in summed.order_by(F("task__position").asc(nulls_first=True), "task")
    ]
    return Tally(
        {code: counts[f"n{code}"] for code in COUNTED}, tuple(sorted(money, key=lambda one: places[one.source]))
    )


def money_codes(tally: Tally) -> Iterator[tuple[str, Decimal | None, int]]:
    """Each sum's code with its value and how many lines stand behind it."""
    parts = [("", tally.sums()), *((f".{source}", tally.sums(source)) for source in tally.sources)]
    parts += [(f".{one.source}.{one.task or 0}", one.sums) for one in tally.money]
    for ending, sums in parts:
        for code, column in MONEY.items():
            yield f"{code}{ending}", getattr(sums, column), sums.rows


def record_title(code: str) -> str:
    """What a count or sum of records is called."""
    words = {
        "_kho_khan": _("Khó khăn, vướng mắc đã ghi"),
        "_kho_khan_mo": _("Khó khăn, vướng mắc chưa được trả lời"),
        "_kien_nghi": _("Kiến nghị, đề xuất đã ghi"),
        "_kien_nghi_mo": _("Kiến nghị, đề xuất chưa được trả lời"),
        "_khen": _("Đề xuất khen thưởng"),
        "_khen_tap_the": _("Tập thể được đề xuất khen thưởng"),
        "_khen_ca_nhan": _("Cá nhân được đề xuất khen thưởng"),
        "_khoan_chi": _("Khoản kinh phí"),
        "_chua_chi": _("Khoản chưa có số đã chi"),
        "_du_toan": _("Kinh phí dự toán (đồng)"),
        "_duoc_giao": _("Kinh phí được giao (đồng)"),
        "_da_chi": _("Kinh phí đã chi (đồng)"),
    }
    bare, _dot, rest = code.partition(".")
    source = rest.partition(".")[0]
    return f"{words[bare]}: {source_words(source)}" if source else words[bare]


def source_words(source: str) -> str:
    """Where money comes from, within a sentence."""
    label = str(BudgetLine.Source(source).label)
    return label[:1].lower() + label[1:]


# The rows -----------------------------------------------------------------------------------------------------------


def is_record(code: str) -> bool:
    """Whether a code names a count or a sum of records."""
    bare, *rest = code.split(".")
    if bare in COUNTED:
        return not rest
    sources = BudgetLine.Source.values
    task = rest[1:] or ["0"]
    known = bare in MONEY and len(rest) <= 2 and (not rest or rest[0] in sources)
    return known and task[0].isdecimal() and task[0].isascii() and len(task[0]) < 19


def kind_of(code: str) -> str:
    """Whether the rows behind a code are remarks, commendations or budget lines."""
    if code.startswith(("_kho_khan", "_kien_nghi")):
        return Kind.REMARK.value
    return Kind.COMMENDATION.value if code.startswith("_khen") else Kind.BUDGET.value


SORTS = {"agency": "agency__folded", "on": "on", "planned": "planned", "allocated": "allocated", "spent": "spent"}


def record_rows(
    consolidation: Consolidation, code: str, *, words: str = "", sort: str = ""
) -> QuerySet[ConsolidatedRecord]:
    """The records behind a count or sum of the edition, by agency, or by ``sort``: a key of SORTS, falling with "-"
    before it. ``words`` narrows to agencies by name. No query yet."""
    bare, *rest = code.split(".")
    rows = ConsolidatedRecord.objects.filter(consolidation=consolidation).select_related("agency", "task")
    rows = rows.filter(COUNTED.get(bare, Q(kind=Kind.BUDGET)))
    if rest:
        rows = rows.filter(sort=rest[0])
    if len(rest) > 1:
        rows = rows.filter(task=int(rest[1]) or None)
    for word in fold(words).split():
        rows = rows.filter(agency__folded__contains=word)
    by = F(SORTS.get(sort.lstrip("-"), "agency__folded"))
    order = by.desc(nulls_last=True) if sort.startswith("-") else by.asc(nulls_last=True)
    return rows.order_by(order, "agency__folded", "sort", "on", "pk")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the rows behind a figure."""

    label: str
    sort: str = ""
    is_sum: bool = False
    in_pop: bool = True


def record_columns(kind: str) -> list[Column]:
    """The columns of the rows of one kind; the first is the agency."""
    agency = Column(_("Đơn vị"), "agency")
    if kind == Kind.REMARK:
        return [
            agency, Column(_("Nội dung")), Column(_("Loại"), in_pop=False), Column(_("Ngày"), "on", in_pop=False),
            Column(_("Trả lời")),
        ]  # fmt: skip
    if kind == Kind.COMMENDATION:
        return [
            agency, Column(_("Tập thể, cá nhân")), Column(_("Thành tích"), in_pop=False), Column(_("Hình thức khen")),
            Column(_("Ngày"), "on", in_pop=False), Column(_("Tình trạng"), in_pop=False),
        ]  # fmt: skip
    return [
        agency, Column(_("Nội dung chi")), Column(_("Nhiệm vụ"), in_pop=False), Column(_("Nguồn"), in_pop=False),
        Column(_("Năm"), in_pop=False), Column(_("Dự toán (đồng)"), "planned", is_sum=True),
        Column(_("Được giao (đồng)"), "allocated", is_sum=True, in_pop=False),
        Column(_("Đã chi (đồng)"), "spent", is_sum=True),
    ]  # fmt: skip


def record_cells(row: ConsolidatedRecord, names: dict[int, str]) -> list[Value]:
    """The row under its columns; ``names`` are those of private persons that may be read, by the record's origin."""
    if row.kind == Kind.REMARK:
        return [
            row.agency.name, row.text, str(Remark.Kind(row.sort).label), row.on, str(Remark.State(row.state).label),
        ]  # fmt: skip
    if row.kind == Kind.COMMENDATION:
        name = names.get(row.origin_id, "")
        is_person = row.sort == Commendation.Nominee.PERSON
        return [
            row.agency.name, (name or MASKED) if is_person else row.facts.get("nominee", ""), told(row, name),
            row.facts.get("form", ""), row.on, state_words(row),
        ]  # fmt: skip
    return [
        row.agency.name, row.text, row.task.code if row.task else "", str(BudgetLine.Source(row.sort).label),
        row.facts.get("year"), row.planned, row.allocated, row.spent,
    ]  # fmt: skip


def told(row: ConsolidatedRecord, name: str) -> str:
    """The achievement, with the person's name where it may be read."""
    return row.text.replace(MASKED, name) if name else row.text


def state_words(row: ConsolidatedRecord) -> str:
    """What became of a commendation, with the decision."""
    words, decision = str(Commendation.State(row.state).label), row.facts.get("decision", "")
    return f"{words}, {decision}" if decision else words


# Who may read what --------------------------------------------------------------------------------------------------


def needs_names(member: Member, row: Consolidation) -> bool:
    """Whether the member writes, consolidates or signs the report, and so needs the names that it prints. An auditor
    does not (Law 91/2025/QH15: no more than the purpose needs)."""
    kinds = (Role.Kind.COORDINATOR, Role.Kind.OFFICER, Role.Kind.APPROVER)
    return has_role(member, *kinds, agency=row.round.agency)


def printed_names(row: Consolidation) -> dict[int, str]:
    """The names of private persons that the report prints, by the id of the commendation: none unless the coordinator
    decided so. At most one query."""
    if not row.with_names:
        return {}
    people = ConsolidatedRecord.objects.filter(COUNTED["_khen_ca_nhan"], consolidation=row)
    kept = Commendation.objects.filter(pk__in=people.values("origin_id"))
    return dict(kept.values_list("pk", "nominee"))


def names_for(member: Member, row: Consolidation, shown: Iterable[ConsolidatedRecord] | None = None) -> dict[int, str]:
    """The names of private persons among these records (all, for None) that the member may read: those proposed
    within the member's own reach, and those that the report prints for who needs them. At most four queries."""
    people = ConsolidatedRecord.objects.filter(COUNTED["_khen_ca_nhan"], consolidation=row)
    if shown is not None:
        people = people.filter(pk__in=[one.pk for one in shown])
    scope = scope_of(member)
    own = commendations_for(member).filter(pk__in=people.values("origin_id"))
    found = {one.pk: one.nominee for one in own if not commendation_row(scope, one).is_masked}
    return printed_names(row) | found if row.with_names and needs_names(member, row) else found


@dataclass(frozen=True, slots=True)
class Line:
    """A record as a row of a page: its cells, and the page of the record where the member may open it."""

    cells: list[tuple[Column, Value]]
    url: str = ""


def record_lines(
    member: Member, consolidation: Consolidation, kind: str, rows: Sequence[ConsolidatedRecord], *, pop: bool = False
) -> list[Line]:
    """The rows of one page as the member may read them. A constant number of queries."""
    names = names_for(member, consolidation, rows) if kind == Kind.COMMENDATION else {}
    columns = record_columns(kind)
    opens: set[int] = set()
    if kind == Kind.REMARK:  # the other two have no page to read
        opens = set(remarks_for(member).filter(pk__in=[row.origin_id for row in rows]).values_list("pk", flat=True))
    lines = []
    for row in rows:
        cells = list(zip(columns, record_cells(row, names), strict=True))
        url = reverse("remark_detail", args=[row.origin_id]) if row.origin_id in opens else ""
        lines.append(Line([one for one in cells if one[0].in_pop or not pop], url))
    return lines


def record_table(
    consolidation: Consolidation, kind: str, names: dict[int, str], rows: QuerySet[ConsolidatedRecord] | None = None
) -> Iterator[list[Value]]:
    """The records of one kind as rows of a sheet, streamed; an unknown sum is an empty cell."""
    if rows is None:
        kept = ConsolidatedRecord.objects.filter(consolidation=consolidation, kind=kind)
        rows = kept.select_related("agency", "task").order_by("sort", "agency__folded", "on", "pk")
    for row in rows.iterator(chunk_size=2000):
        yield record_cells(row, names)
