"""Questions without a good answer: kept masked and tied to nobody, gathered into gaps, worked on by editors."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.assistant.models import GapQuestion, KnowledgeGap
from canhgiac.assistant.selectors.gaps import require_gap_work, source_named
from canhgiac.assistant.selectors.questions import Questions, question_masked, question_words
from canhgiac.engines.similarity.leader import Item, Leaders
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.library.selectors.sketches import text_sketch

from .refusals import AssistantRefused

State = KnowledgeGap.State
LOCK = 0x6761_7073
"""The advisory lock of whoever gathers questions."""
BATCH = 2_000
"""Questions a run takes at most; the next run goes on."""
MOST_SOURCES = 10
NOTE_LENGTH = 500
QUESTIONS_KEPT = dt.timedelta(days=90)
GAPS_KEPT = dt.timedelta(days=365)
"""After the last asking; what somebody is writing on stays."""


@transaction.atomic
def gap_note(
    *, words: str, why: GapQuestion.Why | str, act: str = "", sources: Sequence[str] = ()
) -> GapQuestion | None:
    """Keeps a question that had no good answer, in the caller's transaction; None where nothing is left to read.

    ``why`` is one of ``GapQuestion.Why``; ``act`` one of ``engines.dialogue.ACTS``; ``sources`` ids of what was
    answered from. Nobody's talk, address or number is written: the words are masked and cut before they reach the row.
    The grouping looks at it within a quarter of an hour. Raises ValueError for another ``why``.
    """
    told = question_masked(words)
    if not any(char.isalpha() for char in told):
        return None
    return GapQuestion.objects.create(
        why=GapQuestion.Why(why),
        words=told,
        sketch=text_sketch(told),
        act=act[:12],
        sources=[str(one)[:80] for one in sources][:MOST_SOURCES],
    )


@transaction.atomic
def gaps_group() -> int:
    """Puts questions without a gap into theirs; returns how many. By the clock, so there is no member.

    Alike are those that share six in ten of their words, or whose sketches are alike as the radar's clusters are; the
    rest found gaps of their own. A gap that was filled opens again: the question came and still has no answer. Harmless
    when it runs twice: one worker holds the lock, each question has at most one gap.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    return _group()


def _group() -> int:
    waiting = list(GapQuestion.objects.filter(gap__isnull=True).order_by("at", "pk")[:BATCH])
    if not waiting:
        return 0
    joined: dict[int, list[GapQuestion]] = defaultdict(list)
    leaders, questions = _known()
    for row in waiting:
        key = questions.key_of(question_words(row.words))
        placed = leaders.place(Item(bytes(row.sketch), frozenset({key} if key else ())))
        joined[placed.cluster].append(row)
    grown = list(KnowledgeGap.objects.select_for_update().filter(pk__in=joined).order_by("pk"))
    founded = [number for number in joined if number < 0]
    made = KnowledgeGap.objects.bulk_create(KnowledgeGap(title=joined[number][0].words) for number in founded)
    gaps = {gap.pk: (gap, joined[gap.pk]) for gap in grown}
    gaps |= {gap.pk: (gap, joined[number]) for number, gap in zip(founded, made, strict=True)}
    opened = [gap for gap, rows in gaps.values() if _grow(gap, rows)]
    fields = ["asked", "first_at", "last_at", "state", "taken_by", "version"]
    KnowledgeGap.objects.bulk_update([gap for gap, _rows in gaps.values()], fields, 500)
    for gap, rows in gaps.values():
        for row in rows:
            row.gap = gap
    GapQuestion.objects.bulk_update(waiting, ["gap"], 500)
    for gap in opened:
        audit_record(by=None, act="assistant.gap_reopen", subject=gap, facts={"filled_by": gap.filled_by})
    return len(waiting)


def _known() -> tuple[Leaders, Questions]:
    """The gaps there are, those asked last remembered last: found by the words of their first question."""
    fresh = itertools.count(1)
    leaders, questions = Leaders(number=lambda: -next(fresh)), Questions()
    for pk, title in KnowledgeGap.objects.order_by("last_at", "pk").values_list("pk", "title"):
        leaders.remember(pk, sketch=text_sketch(title))
        if key := questions.add(question_words(title)):
            leaders.recall(key, pk)
    return leaders, questions


def _grow(gap: KnowledgeGap, rows: Sequence[GapQuestion]) -> bool:
    """Adds newcomers to a gap's sums; whether that opened it again."""
    first, last = min(row.at for row in rows), max(row.at for row in rows)
    gap.first_at = min(gap.first_at, first) if gap.asked else first
    gap.last_at = max(gap.last_at, last) if gap.asked else last
    gap.asked += len(rows)
    if gap.state != State.FILLED:
        return False
    gap.state, gap.taken_by, gap.version = State.OPEN, None, gap.version + 1
    return True


@transaction.atomic
def gap_take(*, by: Member, gap: KnowledgeGap, version: int) -> KnowledgeGap:
    """Takes a gap to write on. EDITOR, APPROVER, COORDINATOR. Raises NotAllowed, AssistantRefused."""
    row = _held(by, gap, version, State.OPEN)
    row.state, row.taken_by = State.DOING, by
    return _kept(by, row, "assistant.gap_take", {})


@transaction.atomic
def gap_fill(*, by: Member, gap: KnowledgeGap, source: str, note: str = "", version: int) -> KnowledgeGap:
    """Marks a gap as answered by what the library or a warning now says, by its id ("F07", "100/2015/QH13", "M12",
    "W7"). What was asked until now is counted first, so that only a later question opens it again.

    EDITOR, APPROVER, COORDINATOR. Raises NotAllowed, AssistantRefused (an id that is not published, at ``source``).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    row = _held(by, gap, version, State.OPEN, State.DOING)
    named = source_named(source)
    if named is None:
        raise AssistantRefused(
            _("Không thấy nội dung đã đăng có mã này. Ghi mã như F07, 100/2015/QH13, M12 hoặc W7."), "source"
        )
    _group()
    row.refresh_from_db()
    row.state, row.filled_by, row.note = State.FILLED, named.id, _noted(note) or row.note
    return _kept(by, row, "assistant.gap_fill", {"source": named.id})


@transaction.atomic
def gap_drop(*, by: Member, gap: KnowledgeGap, note: str, version: int) -> KnowledgeGap:
    """Marks a gap as nothing for the library, with why. EDITOR, APPROVER, COORDINATOR.

    Raises NotAllowed, AssistantRefused (no reason, at ``note``).
    """
    row = _held(by, gap, version, State.OPEN, State.DOING)
    told = _noted(note)
    if len(told) < 3:
        raise AssistantRefused(_("Ghi lý do không cần trả lời."), "note")
    row.state, row.note = State.DROPPED, told
    return _kept(by, row, "assistant.gap_drop", {})


@transaction.atomic
def gap_undo(*, by: Member, gap: KnowledgeGap, version: int) -> KnowledgeGap:
    """One step back: filled or dropped to where it was, taken to open. EDITOR, APPROVER, COORDINATOR.

    Raises NotAllowed, AssistantRefused.
    """
    row = _held(by, gap, version, State.DOING, State.FILLED, State.DROPPED)
    was = row.state
    if was == State.DOING:
        row.state, row.taken_by = State.OPEN, None
    else:
        row.state = State.DOING if row.taken_by_id else State.OPEN
        row.filled_by, row.note = "", ""
    return _kept(by, row, "assistant.gap_undo", {"from": was})


def _held(by: Member, gap: KnowledgeGap, version: int, *states: State) -> KnowledgeGap:
    require_gap_work(by)
    row = KnowledgeGap.objects.select_for_update().get(pk=gap.pk)
    if row.version != version or row.state not in states:
        raise AssistantRefused(_("Chỗ thiếu này vừa có thay đổi. Xem lại rồi làm tiếp."))
    return row


def _noted(note: str) -> str:
    return question_masked(" ".join(storable(note).split()))[:NOTE_LENGTH]


def _kept(by: Member, row: KnowledgeGap, act: str, facts: dict[str, object]) -> KnowledgeGap:
    row.version += 1
    row.save()
    audit_record(by=by, act=act, subject=row, facts={"state": row.state, **facts})
    return row


@transaction.atomic
def gap_questions_forget(*, now: dt.datetime | None = None) -> int:
    """Drops questions older than 90 days, and gaps nobody asked about for a year; how many questions went.

    By the clock. What somebody is writing on stays.
    """
    moment = now or clock.now()
    due = GapQuestion.objects.filter(at__lt=moment - QUESTIONS_KEPT)
    first = due.order_by("pk").first()
    gone = due.delete()[0]
    KnowledgeGap.objects.filter(last_at__lt=moment - GAPS_KEPT).exclude(state=State.DOING).delete()
    if first is not None:
        audit_record(by=None, act="assistant.gap_questions_forget", subject=first, facts={"count": gone})
    return gone
