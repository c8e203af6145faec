"""The question bank as staff look at it: who may, the list, one question whole, its text as an item, likeness."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Audience, Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role, province, require_role, roles_of
from canhgiac.agencies.selectors.access import in_force, lineage
from canhgiac.engines.quizzes.figures import LEAST, TOO_EASY, TOO_HARD, WEAK
from canhgiac.engines.quizzes.items import Item, item_of
from canhgiac.engines.quizzes.reading import MOST_ITEMS
from canhgiac.engines.similarity.pairs import PairIndex
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.training.models import Question, QuestionEdition, QuestionKind

State = QuestionEdition.State
WRITERS = (Role.Kind.TRAINER, Role.Kind.EDITOR, Role.Kind.COORDINATOR)
APPROVERS = (Role.Kind.APPROVER, Role.Kind.COORDINATOR)
READERS = (*WRITERS, Role.Kind.APPROVER, Role.Kind.AUDITOR)
SORTS = {
    "ma": "question__code",
    "cau-hoi": "folded",
    "dang": "kind",
    "do-kho": "difficulty",
    "trang-thai": "state",
    "ngay": "updated_at",
    "dat": "figures__ease",
    "phan-biet": "figures__discrimination",
}
WIDTHS = [8, 60, 18, 30, 30, 10, 18, 12, 12, 12, 12, 40]
_WORD = re.compile(r"\w+")
ALIKE = 0.3
"""Share of common word pairs from which two questions are shown as near the same: of the 184 starter questions no two
share more than 0.2, and of copies with every fifth word changed 97 in 100 share 0.3 or more."""


# Who ----------------------------------------------------------------------------------------------------------------


def keeper_of(question: Question | None) -> Agency | None:
    """Whose people write and review it: its agency, for what came with the software the standing office."""
    return question.agency if question is not None and question.agency is not None else province().office


def _within(keeper: Agency | None) -> Q:
    """Roles that reach the keeper: at it or above, always those at the top of the register."""
    top = Q(agency__parent__isnull=True)
    return top if keeper is None else top | Q(agency__in=lineage(keeper))


def may_write(member: Member, question: Question | None = None) -> bool:
    """Whether the member may write in it; None asks for a new one, which any writer may begin. Two queries."""
    if question is None:
        return has_role(member, *WRITERS)
    return roles_of(member, *WRITERS).filter(_within(keeper_of(question))).exists()


def may_approve(member: Member, question: Question) -> bool:
    """Whether the member may publish, return and withdraw it, their own texts set aside. Two queries."""
    return roles_of(member, *APPROVERS).filter(_within(keeper_of(question))).exists()


def wrote(member: Member, edition: QuestionEdition) -> bool:
    """Whether the member wrote in it, and so cannot be its second person."""
    return member.pk == edition.author_id or member.pk in edition.writers


def approvers_of(question: Question) -> QuerySet[Member]:
    """Active members who may publish it, by name. Two queries."""
    roles = Role.objects.filter(in_force(clock.today()), _within(keeper_of(question)), kind__in=APPROVERS)
    return Member.objects.filter(is_active=True, pk__in=roles.values("member")).order_by("full_name", "pk")


def agency_for_new(member: Member) -> Agency:
    """Whose a new question of this member is: the highest agency where they may write. Raises NotAllowed."""
    role = roles_of(member, *WRITERS).order_by("agency__path", "pk").first()
    if role is None:
        raise NotAllowed(_("Soạn câu hỏi là việc của người tập huấn, biên tập viên hoặc điều phối viên."))
    return role.agency


def require_reading(member: Member) -> None:
    """Raises NotAllowed for who has nothing to do with the bank."""
    require_role(member, *READERS)


def _reach(member: Member) -> Q:
    """Which questions the member sees: what is in use, and what people of their agencies work on. One query."""
    require_reading(member)
    own = Q(question__published__isnull=False)
    for role in roles_of(member, *READERS):
        if role.agency.parent_id is None or role.kind in (Role.Kind.AUDITOR, Role.Kind.COORDINATOR):
            return Q()
        own |= Q(question__agency__path__startswith=role.agency.path)
    return own


# The text -----------------------------------------------------------------------------------------------------------


def item_of_edition(edition: QuestionEdition) -> Item:
    """What the edition asks, as the engine marks it. Raises ItemRefused for a row that was damaged."""
    return item_of(edition.kind, edition.prompt, edition.content, edition.explanation)


def item_words(item: Item) -> str:
    """What people may search a question by and what makes two alike: prompt, options, message, areas; folded."""
    told = [item.prompt]
    for option in item.options:
        told += [option.text, option.partner]
    if item.shown is not None:
        told += [item.shown.sender, item.shown.subject, *(line.text for line in item.shown.lines)]
    told += [*item.extra, *(spot.label for spot in item.spots), *item.accepted]
    return fold(" ".join(filter(None, told)))


# The list -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionFilter:
    """What the list is narrowed to; without a state all that is in use or being worked on, "all" for every state."""

    q: str = ""
    kind: str = ""
    form: str = ""
    """Code of a scam form."""
    audience: str = ""
    difficulty: str = ""
    state: str = ""
    doubtful: bool = False
    """Only those whose figures ask for a look."""


DOUBTFUL = Q(figures__answers__gte=LEAST) & (
    Q(figures__discrimination__lt=WEAK) | Q(figures__ease__lte=TOO_HARD) | Q(figures__ease__gte=TOO_EASY)
)
"""What ``engines.quizzes.figures.words`` has something to say about by the whole question."""


def question_list(member: Member, wanted: QuestionFilter | None = None, *, sort: str = "") -> QuerySet[QuestionEdition]:
    """The one door: a row a question, the edition in use or else the last one, with ``open_state`` and ``doubtful``.

    Raises NotAllowed. One query for the reach, none yet for the rows.
    """
    wanted = wanted or QuestionFilter(state="all")
    rows = _current().filter(_reach(member))
    if wanted.state not in ("", "all"):
        rows = rows.filter(Q(state=wanted.state) | Q(open_state=wanted.state))
    elif not wanted.state:
        rows = rows.exclude(Q(state__in=QuestionEdition.ENDED, open_state=None))
    if words := _WORD.findall(fold(wanted.q)):
        found = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
        rows = rows.filter(Q(search=found) | Q(question__code__iexact=wanted.q.strip()))
    exact = {"kind": wanted.kind, "form__code": wanted.form, "difficulty": wanted.difficulty}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.audience:
        rows = rows.filter(audiences__contains=[wanted.audience])
    if wanted.doubtful:
        rows = rows.filter(DOUBTFUL)
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("-updated_at", "-pk")
    first = F(key)
    return rows.order_by(first.desc(nulls_last=True) if sort.startswith("-") else first.asc(nulls_last=True), "pk")


def _current() -> QuerySet[QuestionEdition]:
    """Of each question the edition in use, else the last one."""
    siblings = QuestionEdition.objects.filter(question=OuterRef("question")).order_by("-number")
    is_current = Q(pk=F("question__published")) | Q(question__published=None, pk=Subquery(siblings.values("pk")[:1]))
    rows = QuestionEdition.objects.select_related("question__agency", "form__published", "author", "figures")
    opened = siblings.filter(state__in=QuestionEdition.OPEN)
    doubtful = ExpressionWrapper(DOUBTFUL, output_field=BooleanField())
    rows = rows.filter(is_current).annotate(open_state=Subquery(opened.values("state")[:1]), doubtful=doubtful)
    return rows.defer("search")


def chosen_or_all(rows: QuerySet[QuestionEdition], codes: Sequence[str]) -> list[QuestionEdition]:
    """The rows of these codes; without any all of them, one more than a file may hold at most. One query."""
    return list((rows.filter(question__code__in=codes) if codes else rows)[: MOST_ITEMS + 1])


def headings() -> list[str]:
    """Of the list as a file."""
    return [
        *(_("Mã"), _("Câu hỏi"), _("Dạng"), _("Hình thức"), _("Đối tượng"), _("Độ khó"), _("Trạng thái"), _("Dùng từ")),
        *(_("Lượt trả lời"), _("Tỷ lệ điểm"), _("Độ phân biệt"), _("Cơ quan")),
    ]


def file_rows(rows: QuerySet[QuestionEdition]) -> Iterator[Sequence[Value]]:
    """The list's rows as a file has them, in pieces."""
    for row in rows.iterator(chunk_size=500):
        figures = getattr(row, "figures", None)
        yield [
            *(row.question.code, row.prompt, str(row.get_kind_display()), form_words(row), audience_words(row)),
            *(str(row.get_difficulty_display()), str(row.get_state_display()), row.published_at),
            *((figures.answers, figures.ease, figures.discrimination) if figures else (0, None, None)),
            row.question.agency.name if row.question.agency else _("Có sẵn"),
        ]


KIND_HINTS = {
    QuestionKind.SINGLE: ("circle-dot", gettext_lazy("Một phương án đúng trong vài phương án.")),
    QuestionKind.MULTIPLE: ("checkbox", gettext_lazy("Nhiều phương án đúng; chọn sai bị trừ.")),
    QuestionKind.TRUE_FALSE: ("toggle-left", gettext_lazy("Một câu nói: đúng hay sai.")),
    QuestionKind.ORDER: ("list-numbers", gettext_lazy("Xếp các bước, như làm gì trước khi lỡ chuyển tiền.")),
    QuestionKind.MATCH: ("arrows-left-right", gettext_lazy("Ghép dấu hiệu với thủ đoạn.")),
    QuestionKind.VERDICT: ("message-question", gettext_lazy("Xem một tin nhắn, thư, cuộc gọi rồi nhận định.")),
    QuestionKind.HOTSPOT: ("photo-search", gettext_lazy("Bấm vào chỗ đáng ngờ trên một hình.")),
    QuestionKind.SHORT: ("forms", gettext_lazy("Gõ một chữ hoặc một số, như số điện thoại cần gọi.")),
}


def kind_choices() -> list[tuple[str, str, str, str]]:
    """Each kind of question: code, name, icon, what it is good for."""
    return [(kind.value, str(kind.label), icon, str(hint)) for kind, (icon, hint) in KIND_HINTS.items()]


def form_words(edition: QuestionEdition) -> str:
    """The name of the scam form, its code where it has no public text; empty where none is set."""
    if edition.form is None:
        return ""
    return edition.form.published.name if edition.form.published else edition.form.code


def audience_words(edition: QuestionEdition) -> str:
    """Whom it is meant for; everybody where none is named."""
    return ", ".join(str(Audience(value).label) for value in edition.audiences) or _("Mọi người")


def waiting_count(member: Member) -> int:
    """How many questions wait for a second person, among those the member sees. Two queries."""
    return QuestionEdition.objects.filter(_reach(member), state=State.IN_REVIEW).count()


# One question -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionPage:
    """A question with all its editions, the newest first."""

    question: Question
    editions: list[QuestionEdition]
    may_write: bool
    may_approve: bool
    wrote_open: bool
    """Whether this member wrote in the open edition, and so cannot be its second person."""

    @property
    def published(self) -> QuestionEdition | None:
        """The edition in use."""
        return next((row for row in self.editions if row.state == State.PUBLISHED), None)

    @property
    def opened(self) -> QuestionEdition | None:
        """The edition being worked on."""
        return next((row for row in self.editions if row.is_open), None)

    @property
    def last(self) -> QuestionEdition:
        """What the page shows: in use, else being worked on, else the newest."""
        return self.published or self.opened or self.editions[0]


def question_for(member: Member, code: str) -> QuestionPage:
    """One question. Raises NotAllowed, Http404. A constant number of queries."""
    seen = QuestionEdition.objects.filter(_reach(member), question__code=code)
    rows = list(
        QuestionEdition.objects.filter(question__in=seen.values("question"))
        .select_related("question__agency", "form__published", "author", "reviewer", "ended_by", "figures")
        .defer("search")
        .order_by("-number")
    )
    if not rows:
        raise Http404
    question, opened = rows[0].question, next((row for row in rows if row.is_open), None)
    writes, approves = may_write(member, question), may_approve(member, question)
    if not (writes or approves or has_role(member, Role.Kind.AUDITOR)):
        rows = [row for row in rows if row.published_at is not None]
    return QuestionPage(question, rows, writes, approves, opened is not None and wrote(member, opened))


def edition_of(page: QuestionPage, number: int) -> QuestionEdition:
    """One edition of the page. Raises Http404."""
    row = next((row for row in page.editions if row.number == number), None)
    if row is None:
        raise Http404
    return row


def why_not_decide(page: QuestionPage) -> str:
    """Why this member cannot be the second person of the open edition; empty when they can."""
    opened = page.opened
    if opened is None or opened.state != State.IN_REVIEW:
        return _("Câu hỏi này không có bản nào chờ duyệt.")
    if not page.may_approve:
        return _("Duyệt là việc của người duyệt hoặc điều phối viên.")
    return _("Bạn đã viết trong bản này. Người duyệt phải là người thứ hai.") if page.wrote_open else ""


# Likeness -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Twin:
    """A question of the bank that says nearly the same."""

    code: str
    prompt: str
    likeness: float
    """Shared word pairs over all word pairs, 0 to 1."""
    here: bool = False
    """Not of the bank but of the same file; ``code`` is its place there."""


class Likenesses:
    """The questions of the bank by what they say, for one act: looked up many times, one query."""

    def __init__(self, *, but: Question | None = None) -> None:
        self._index, self._told = PairIndex[int](), dict[int, tuple[str, str, bool]]()
        last = QuestionEdition.objects.order_by("question", "-number").distinct("question")
        rows = QuestionEdition.objects.filter(Q(question__published=F("pk")) | Q(pk__in=last.values("pk")))
        rows = rows.exclude(question=but) if but is not None else rows
        for key, code, prompt, folded in rows.values_list("pk", "question__code", "prompt", "folded"):
            self._told[key] = (code, prompt, False)
            self._index.add(key, folded)

    def add(self, place: str, item: Item) -> None:
        """Lets later ones of the same file be compared with this one too."""
        key = -len(self._told) - 1
        self._told[key] = (place, item.prompt, True)
        self._index.add(key, item_words(item))

    def of(self, item: Item, *, least: float = ALIKE, most: int = 5) -> list[Twin]:
        """The nearest ones, at least ``least`` alike, the nearest first. No query."""
        near = self._index.alike(item_words(item), least=least, most=most)
        told = [(likeness, *self._told[key]) for key, likeness in near]
        return [Twin(code, prompt, likeness, here) for likeness, code, prompt, here in told]


def duplicates_of(item: Item, *, but: Question | None = None) -> list[Twin]:
    """Questions in use or last written that say nearly the same as the item, ``but`` left out. One query."""
    return Likenesses(but=but).of(item)
