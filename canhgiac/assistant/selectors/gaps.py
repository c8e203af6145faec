"""What the library does not answer yet, as editors look at it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.assistant.models import GapQuestion, KnowledgeGap
from canhgiac.kit.sheets import Value
from canhgiac.library.models import Law, Material, ScamForm
from canhgiac.outreach.models import Warning as Alert

from .knowledge import Knowledge, knowledge_now

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

State, Why = KnowledgeGap.State, GapQuestion.Why
WORKING: Final = (Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.COORDINATOR)
READING: Final = (*WORKING, Role.Kind.AUDITOR)
CHIPS = {
    State.OPEN: ("soon", "help"),
    State.DOING: ("info", "pencil"),
    State.FILLED: ("done", "circle-check"),
    State.DROPPED: ("none", "circle-x"),
}
SORTS = {"hoi": "asked", "cuoi": "last_at", "dau": "first_at", "trang-thai": "state"}
SHOWN = 100
"""Questions of a gap that its page shows, the latest."""
NEAREST = 5
_SEARCHED = ("form", "material", "law")
TOP = 10
"""Lines under one heading of the week's mail."""
_ACTS: dict[str, StrOrPromise] = {
    "check": gettext_lazy("Hỏi là gì"),
    "happened": gettext_lazy("Đã bị lừa"),
    "protect": gettext_lazy("Cách phòng tránh"),
    "law": gettext_lazy("Luật nói gì"),
    "report": gettext_lazy("Báo ở đâu"),
    "warnings": gettext_lazy("Cảnh báo gần đây"),
    "subscribe": gettext_lazy("Nhận cảnh báo"),
    "unsubscribe": gettext_lazy("Ngừng nhận"),
    "quiz": gettext_lazy("Câu đố"),
    "human": gettext_lazy("Gặp người trực"),
    "staff": gettext_lazy("Việc của cán bộ"),
    "smalltalk": gettext_lazy("Chào hỏi"),
    "unknown": gettext_lazy("Không hiểu"),
}


def act_choices() -> list[tuple[str, StrOrPromise]]:
    """What a question was taken for, with its name."""
    return list(_ACTS.items())


def act_name(act: str) -> str:
    """The name of what a question was taken for; the code where it is unknown."""
    return str(_ACTS.get(act, act))


def may_work_on_gaps(member: Member) -> bool:
    """Whether the member writes what is missing. One query."""
    return has_role(member, *WORKING)


def require_gap_work(member: Member) -> None:
    """Raises NotAllowed for who does not write."""
    require_role(member, *WORKING)


@dataclass(frozen=True)
class GapFilter:
    """What the list is narrowed to; without a state what waits or is written on."""

    q: str = ""
    state: str = ""
    why: str = ""
    act: str = ""


def gaps_for(member: Member, wanted: GapFilter | None = None, *, sort: str = "") -> QuerySet[KnowledgeGap]:
    """The one door: gaps, the most asked first. Raises NotAllowed. Who only audits searches no words."""
    require_role(member, *READING)
    rows = KnowledgeGap.objects.select_related("taken_by")
    wanted = wanted or GapFilter(state="all")
    if wanted.state != "all":
        rows = rows.filter(state=wanted.state) if wanted.state else rows.filter(state__in=(State.OPEN, State.DOING))
    asked = GapQuestion.objects.filter(gap=OuterRef("pk"))
    if wanted.why or wanted.act:
        narrowed = asked.filter(**{name: given for name in ("why", "act") if (given := getattr(wanted, name))})
        rows = rows.filter(Exists(narrowed))
    if wanted.q and may_work_on_gaps(member):
        rows = rows.filter(title__icontains=wanted.q) | rows.filter(Exists(asked.filter(words__icontains=wanted.q)))
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("-asked", "-last_at", "-pk")
    return rows.order_by(F(key).desc() if sort.startswith("-") else F(key).asc(), "-pk")


def gap_for(member: Member, gap_id: int) -> KnowledgeGap:
    """One gap. Raises Http404, NotAllowed."""
    return get_object_or_404(gaps_for(member), pk=gap_id)


@dataclass(frozen=True, slots=True)
class GapRow:
    """A line of the list."""

    gap: KnowledgeGap
    title: str
    """Its number for who only audits: they see that it is there, not what was asked."""
    chip: tuple[str, str]
    whys: str
    acts: str


def gap_rows(gaps: list[KnowledgeGap], *, shows_words: bool) -> list[GapRow]:
    """The gaps with why and as what their questions came. One query."""
    told = GapQuestion.objects.filter(gap__in=[gap.pk for gap in gaps]).order_by("gap", "why", "act")
    whys: dict[int, dict[str, None]] = {}
    acts: dict[int, dict[str, None]] = {}
    for gap_id, why, act in told.values_list("gap", "why", "act").distinct():
        whys.setdefault(gap_id or 0, {})[str(Why(why).label)] = None
        if act:
            acts.setdefault(gap_id or 0, {})[act_name(act)] = None
    return [
        GapRow(
            gap,
            gap.title if shows_words else _("Chỗ thiếu số %d") % gap.pk,
            CHIPS[State(gap.state)],
            ", ".join(whys.get(gap.pk, ())),
            ", ".join(acts.get(gap.pk, ())),
        )
        for gap in gaps
    ]


def gap_headings() -> list[str]:
    """The heads of the list as a file."""
    return [
        *(_("Số"), _("Câu hỏi tiêu biểu"), _("Trạng thái"), _("Số lần hỏi"), _("Lần đầu"), _("Lần cuối"), _("Vì sao")),
        *(_("Hỏi về"), _("Người làm"), _("Bổ sung bằng"), _("Ghi chú")),
    ]


def gap_file_rows(rows: QuerySet[KnowledgeGap], *, shows_words: bool) -> Iterator[list[Value]]:
    """The list as lines of a file, in the order of ``gap_headings``; without words for who only audits."""
    gaps = list(rows)
    for row in gap_rows(gaps, shows_words=shows_words):
        gap = row.gap
        yield [
            gap.pk, row.title if shows_words else "", str(gap.get_state_display()), gap.asked, gap.first_at,
            gap.last_at, row.whys, row.acts, gap.taken_by.full_name if gap.taken_by else "", gap.filled_by,
            gap.note if shows_words else "",
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """Something published, by its id."""

    id: str
    title: str
    url: str
    """Where staff read it."""
    edit_url: str = ""
    """Where a draft of it is written, by POST for a form and a material; empty for what has no editions."""


_NUMBERED = re.compile(r"([MW])(\d{1,9})", re.IGNORECASE)


def source_named(source: str) -> Named | None:
    """What is published under an id as it was typed; None where nothing is. One query or two."""
    told = " ".join(source.split()).upper()
    if found := _NUMBERED.fullmatch(told):
        number = int(found[2])
        return _material(number) if found[1] == "M" else _warning(number)
    form = ScamForm.objects.filter(code=told, published__isnull=False).select_related("published").first()
    if form is not None and form.published is not None:
        return _form(form.code, form.published.name)
    law = Law.objects.filter(number__iexact=told).first() if told else None
    return Named(law.number, law.name, reverse("law_detail", args=[law.code])) if law else None


def _form(code: str, name: str) -> Named:
    return Named(code, name, reverse("form_detail", args=[code]), reverse("form_edition_new", args=[code]))


def _material(pk: int) -> Named | None:
    row = Material.objects.filter(pk=pk, published__isnull=False).select_related("published").first()
    if row is None or row.published is None:
        return None
    url, draft = reverse("material_detail", args=[row.code]), reverse("material_draft", args=[row.code])
    return Named(f"M{row.pk}", row.published.title, url, draft)


def _warning(pk: int) -> Named | None:
    row = Alert.objects.filter(pk=pk, state=Alert.State.ISSUED).first()
    return Named(f"W{row.pk}", row.title, reverse("warning_public", args=[row.pk])) if row else None


def nearest_texts(title: str) -> list[Named]:
    """What the library says that is nearest to a question, by the retrieval that answers use. A few queries."""
    held = knowledge_now()
    hits = [hit for kind in _SEARCHED for hit in held.find(kind, title, most=NEAREST)]
    nearest = sorted(hits, key=lambda hit: -hit.held)[:NEAREST]
    return [named for hit in nearest if (named := _held(held, hit.id)) is not None]


def _held(held: Knowledge, id_: str) -> Named | None:
    """What retrieval found, with its address for staff. Of a material and a law one query."""
    form = held.forms.get(id_)
    return _form(form.code, form.name) if form is not None else source_named(id_)


@dataclass(frozen=True, slots=True)
class Answered:
    """A source that was answered from, and how often that was not enough."""

    id: str
    title: str
    url: str
    times: int


_ANSWERED = """
SELECT s.id, count(*) FROM assistant_gapquestion q, jsonb_array_elements_text(q.sources) AS s(id)
WHERE (%(gap)s::bigint IS NULL OR q.gap_id = %(gap)s)
  AND (%(since)s::timestamptz IS NULL OR (q.at >= %(since)s AND q.why = 'unhelpful'))
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""


def answered_from(gap: KnowledgeGap) -> list[Answered]:
    """What these questions were answered from, the most frequent first."""
    return _answered(gap=gap.pk)


def _answered(*, gap: int | None = None, since: dt.datetime | None = None) -> list[Answered]:
    """Sources of a gap's questions, or of the unhelpful answers since a moment, counted by the database."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {"gap": gap, "since": since, "most": TOP})
        found = cursor.fetchall()
    rows = []
    for id_, times in found:
        named = source_named(id_)
        rows.append(Answered(id_, named.title if named else "", named.url if named else "", times))
    return rows


@dataclass(frozen=True, slots=True)
class GapPage:
    """Everything of a gap's page."""

    gap: KnowledgeGap
    row: GapRow
    questions: list[GapQuestion]
    answered: list[Answered]
    nearest: list[Named]
    filled: Named | None
    may_work: bool


def gap_page(member: Member, gap: KnowledgeGap) -> GapPage:
    """One gap with its questions, what was answered, and the library's nearest texts.

    Who only audits sees neither question nor title.
    """
    works = may_work_on_gaps(member)
    [row] = gap_rows([gap], shows_words=works)
    questions = list(gap.questions.order_by("-at", "-pk")[:SHOWN]) if works else []
    return GapPage(
        gap=gap,
        row=row,
        questions=questions,
        answered=answered_from(gap),
        nearest=nearest_texts(gap.title) if works else [],
        filled=source_named(gap.filled_by) if gap.filled_by else None,
        may_work=works,
    )


@dataclass(frozen=True, slots=True)
class GapWeek:
    """A week of what could not be answered."""

    since: dt.datetime
    new: list[KnowledgeGap]
    most: list[tuple[KnowledgeGap, int]]
    """Asked most in the week, with how often."""
    unhelpful: list[Answered]
    filled: list[KnowledgeGap]

    def __bool__(self) -> bool:
        return bool(self.new or self.most or self.unhelpful or self.filled)


_MOST = """
SELECT q.gap_id, count(*) FROM assistant_gapquestion q JOIN assistant_knowledgegap g ON g.id = q.gap_id
WHERE q.at >= %s AND g.state IN ('open', 'doing') GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""


def gap_week(since: dt.datetime) -> GapWeek:
    """What came and what was done since a moment, for the editors' mail. Under ten queries, and one or two for each
    source that was not helpful."""
    rows = KnowledgeGap.objects.all()
    with connection.cursor() as cursor:
        cursor.execute(_MOST, [since, TOP])
        counts: dict[int, int] = dict(cursor.fetchall())
    by_key = rows.in_bulk(counts)
    done = AuditEntry.objects.filter(act="assistant.gap_fill", at__gte=since).values_list("subject_id", flat=True)
    waiting = rows.filter(first_at__gte=since, state__in=(State.OPEN, State.DOING))
    return GapWeek(
        since=since,
        new=list(waiting.order_by("-asked", "-last_at")),
        most=[(by_key[key], times) for key, times in counts.items()],
        unhelpful=_answered(since=since),
        filled=list(rows.filter(pk__in=set(map(int, done)), state=State.FILLED).order_by("-asked", "pk")),
    )
