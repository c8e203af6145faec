"""Which questions a paper asks, and which of the bank fit a drawn part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role, require_role, roles_of
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.library.models import Language
from canhgiac.training.models import Paper, PaperDraw, PaperItem, Question, QuestionEdition, Sitting


def editions_in_use() -> QuerySet[QuestionEdition]:
    """The one published edition of each question."""
    return QuestionEdition.objects.filter(state=QuestionEdition.State.PUBLISHED)


def editions_fitting(
    *, form_id: int | None = None, audience: str = "", difficulty: int | None = None
) -> QuerySet[QuestionEdition]:
    """Published questions in Vietnamese that fit a drawn part; one that names no audience is for everybody."""
    found = editions_in_use().filter(language=Language.VI)
    if form_id is not None:
        found = found.filter(form=form_id)
    if audience:
        found = found.filter(Q(audiences__contains=[audience]) | Q(audiences=[]))
    if difficulty is not None:
        found = found.filter(difficulty=difficulty)
    return found


def editions_of_draw(draw: PaperDraw) -> QuerySet[QuestionEdition]:
    """Those that ``draw`` may take."""
    return editions_fitting(form_id=draw.form_id, audience=draw.audience, difficulty=draw.difficulty)


def editions_fixed(paper: Paper) -> list[tuple[QuestionEdition, int]]:
    """The fixed questions that are in use, in their order, each with its points."""
    rows = paper.items.filter(question__published__isnull=False).select_related("question__published")
    return [(row.question.published, row.points) for row in rows.order_by("position", "pk") if row.question.published]


def draw_words(draw: PaperDraw) -> str:
    """What a drawn part asks for, in a few words."""
    form = draw.form.published.name if draw.form and draw.form.published else draw.form.code if draw.form else ""
    words = [form, str(draw.get_audience_display()) if draw.audience else "", str(draw.get_difficulty_display() or "")]
    return ", ".join(filter(None, words)) or _("cả ngân hàng")


def shortfalls(paper: Paper) -> list[str]:
    """Why the paper cannot be sat as it is written, in sentences; none when it can.

    A question that is fixed or may be wanted by an earlier part is not counted twice: each part is filled in turn with
    those that fit it, as a sitting does, and must find enough however the parts before it drew.
    """
    items = list(paper.items.select_related("question").order_by("position"))
    faults = [
        _("Câu %s không còn dùng. Bỏ câu ấy khỏi đề.") % row.question.code
        for row in items
        if row.question.published_id is None
    ]
    draws = list(paper.draws.select_related("form__published").order_by("pk"))
    if not items and not draws:
        faults.append(_("Đề chưa có câu hỏi nào. Chọn câu hoặc thêm phần bốc."))
    used = {row.question_id for row in items}
    before: list[tuple[set[int], int]] = []
    for number, draw in enumerate(draws, 1):
        fitting = set(editions_of_draw(draw).values_list("question", flat=True)) - used
        taken = sum(min(count, len(fitting & other)) for other, count in before)
        left = len(fitting) - taken
        if left < draw.count:
            told = {"number": number, "words": draw_words(draw), "left": max(left, 0), "count": draw.count}
            faults.append(
                _("Phần bốc %(number)d (%(words)s) cần %(count)d câu, ngân hàng chỉ còn %(left)d câu.") % told
            )
        before.append((fitting, draw.count))
    return faults


# For staff ----------------------------------------------------------------------------------------------------------

MAKERS = (Role.Kind.TRAINER, Role.Kind.EDITOR, Role.Kind.COORDINATOR)
"""Who makes papers, of their agency and below."""
READERS = (*MAKERS, Role.Kind.APPROVER, Role.Kind.AUDITOR)
SORTS = {"ten": "title", "dung": "purpose", "trang-thai": "state", "ngay": "made_at", "luot": "sat"}
WIDTHS = [50, 22, 14, 40, 12, 12, 12, 16]
_WORD = re.compile(r"\w+")
FOUND_MOST = 20
"""Questions that a search in the editor shows."""


@dataclass(frozen=True)
class PaperFilter:
    """What the list is narrowed to."""

    q: str = ""
    purpose: str = ""
    state: str = ""


def _reach(member: Member) -> Q:
    """Papers that the member sees: those of no agency, and of agencies that their roles cover. One query."""
    require_role(member, *READERS)
    own = Q(agency__isnull=True)
    for role in roles_of(member, *READERS):
        if role.agency.parent_id is None or role.kind == Role.Kind.AUDITOR:
            return Q()
        own |= Q(agency__path__startswith=role.agency.path)
    return own


def papers_for(member: Member, wanted: PaperFilter | None = None, *, sort: str = "") -> QuerySet[Paper]:
    """The one door to papers, each with how many questions it asks (``asks``) and how often it was sat (``sat``).

    Raises NotAllowed.
    """
    wanted = wanted or PaperFilter()
    rows = Paper.objects.filter(_reach(member)).select_related("agency", "made_by")
    exact = {"purpose": wanted.purpose, "state": wanted.state}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    for word in wanted.q.split()[:10]:
        rows = rows.filter(title__icontains=word)
    fixed = PaperItem.objects.filter(paper=OuterRef("pk")).values("paper").annotate(n=Count("pk")).values("n")
    drawn = PaperDraw.objects.filter(paper=OuterRef("pk")).values("paper").annotate(n=Sum("count")).values("n")
    sat = Sitting.objects.filter(paper=OuterRef("pk")).values("paper").annotate(n=Count("pk")).values("n")
    rows = rows.annotate(
        asks=Coalesce(Subquery(fixed), 0) + Coalesce(Subquery(drawn), 0), sat=Coalesce(Subquery(sat), 0)
    )
    key = SORTS.get(sort.removeprefix("-"), "")
    return rows.order_by(f"{'-' if sort.startswith('-') else ''}{key}" if key else "-made_at", "-pk")


def paper_seen(member: Member, paper_id: int) -> Paper:
    """One that the member sees. Raises Http404, NotAllowed."""
    return get_object_or_404(papers_for(member), pk=paper_id)


def may_make(member: Member, paper: Paper | None = None) -> bool:
    """Whether the member may change it; None asks for a new one."""
    if paper is not None and paper.agency is None:
        return has_role(member, Role.Kind.EDITOR, Role.Kind.COORDINATOR)
    return has_role(member, *MAKERS, agency=paper.agency if paper else None)


def agencies_to_make_for(member: Member) -> list[tuple[int, str]]:
    """Id and name of the agencies at which the member holds a role that makes papers, the highest first."""
    rows = roles_of(member, *MAKERS).order_by("agency__path").values_list("agency", "agency__name")
    return list(dict(rows).items())


def headings() -> list[str]:
    """Of the list as a file."""
    return [
        *(_("Đề"), _("Dùng để"), _("Trạng thái"), _("Cơ quan"), _("Số câu"), _("Thời gian (giây)"), _("Lượt làm")),
        _("Lập lúc"),
    ]


def file_rows(rows: QuerySet[Paper]) -> Iterator[Sequence[Value]]:
    """The list's rows as a file has them."""
    for row in rows.iterator(chunk_size=500):
        told = {name: getattr(row, name) for name in ("asks", "sat")}
        yield [
            *(row.title, str(row.get_purpose_display()), str(row.get_state_display())),
            *(row.agency.name if row.agency else _("Toàn tỉnh"), told["asks"], row.seconds, told["sat"], row.made_at),
        ]


def editions_by_words(text: str) -> list[QuestionEdition]:
    """Questions in use that hold all the words, with or without diacritics, or have this code; a screenful."""
    rows = editions_in_use().select_related("question", "form__published").defer("search", "content")
    if words := _WORD.findall(fold(text)):
        found = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
        rows = rows.filter(Q(search=found) | Q(question__code__iexact=text.strip()))
    return list(rows.order_by("question__code")[:FOUND_MOST])


def editions_named(questions: Sequence[int]) -> dict[int, QuestionEdition | None]:
    """Question to the edition in use, None where it is not in use any more. Unknown ids are left out."""
    rows = Question.objects.filter(pk__in=questions).select_related("published__form__published")
    return {row.pk: row.published for row in rows}


@dataclass(frozen=True, slots=True)
class Asked:
    """A fixed question of a paper as staff see it."""

    item: PaperItem
    edition: QuestionEdition | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn part with how many questions fit it."""

    draw: PaperDraw
    words: str
    fitting: int


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A paper in full."""

    asked: list[Asked]
    drawn: list[Drawn]
    faults: list[str]

    @property
    def count(self) -> int:
        """How many questions a sitting has."""
        return len(self.asked) + sum(one.draw.count for one in self.drawn)


def paper_page(paper: Paper) -> PaperPage:
    """What it asks, and why it could not be put in use."""
    rows = paper.items.select_related("question__published__form__published").order_by("position", "pk")
    draws = paper.draws.select_related("form__published").order_by("pk")
    return PaperPage(
        asked=[Asked(row, row.question.published) for row in rows],
        drawn=[Drawn(draw, draw_words(draw), editions_of_draw(draw).count()) for draw in draws],
        faults=shortfalls(paper),
    )
