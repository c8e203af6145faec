"""Sittings: begun once, answered until the time is up, ended once; whatever is sent twice does no harm.

Only the server's clock counts. Each act locks the row of the sitting, so an answer and the end cannot cross.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, QuerySet
from django.utils.translation import gettext as _

from canhgiac.engines.quizzes.items import OPTIONS_MOST, Item
from canhgiac.engines.quizzes.marking import AnswerRefused, mark
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.training.models import Answer, Learner, Paper, QuestionEdition, Sitting
from canhgiac.training.selectors.papers import editions_fixed, editions_in_use, editions_of_draw
from canhgiac.training.selectors.sittings import GRACE, edition_item, is_late
from canhgiac.training.selectors.statements import STORE_ON

from .progress import sitting_counted
from .refusals import SittingOver, SittingRefused
from .telling import sittings_told

TEXT_LENGTH = 300
"""Characters of a short answer."""
SPOTS_MOST = 50
"""Places on a picture that one answer may name."""
DAY_SECONDS = 86_400
_chance = random.SystemRandom()


@transaction.atomic
def sitting_begin(
    *,
    paper: Paper,
    learner: Learner | None,
    uid: UUID,
    now: dt.datetime | None = None,
    until: dt.datetime | None = None,
    questions: Sequence[int] = (),
) -> Sitting:
    """The sitting with this uid: begun now, or the one that was begun with it before.

    Draws and shuffles; from here on editions and order of options stay. ``until`` ends it earlier than the paper's own
    time (the end of a round). ``questions`` (ids) are asked instead of what the paper asks (a review of those missed).
    Raises SittingRefused where the paper is not in use, asks nothing, was sat as often as allowed, or the uid is
    another's.
    """
    moment = now or clock.now()
    known = Sitting.objects.filter(uid=uid).first()
    if known is not None:
        return _same(known, paper, learner)
    if learner is not None and paper.sittings_allowed is not None:
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    current = Paper.objects.get(pk=paper.pk)
    if current.state != Paper.State.READY:
        raise SittingRefused(_("Đề này hiện không mở để làm bài."))
    if learner is not None and current.sittings_allowed is not None:
        taken = Sitting.objects.filter(paper=current, learner=learner).exclude(uid=uid).count()
        if taken >= current.sittings_allowed:
            raise SittingRefused(_("Bạn đã làm đủ số lần được làm của đề này."))
    asked = _asked(current, questions)
    if not asked:
        raise SittingRefused(_("Đề này chưa có câu hỏi nào dùng được."))
    ends = [moment + dt.timedelta(seconds=current.seconds)] if current.seconds else []
    row = Sitting(
        uid=uid,
        paper=current,
        learner=learner,
        items=_entries(current, asked),
        begun_at=moment,
        due_at=min([*ends, *([until] if until else [])], default=None),
        points_most=sum(points for _edition, points in asked),
    )
    Sitting.objects.bulk_create([row], ignore_conflicts=True)
    return _same(Sitting.objects.get(uid=uid), current, learner)


def sitting_sketch(*, paper: Paper, uid: UUID) -> Sitting:
    """A sitting as it might be drawn, for a preview; not saved, so nobody can answer it."""
    asked = _asked(paper, ())
    return Sitting(uid=uid, paper=paper, items=_entries(paper, asked), points_most=sum(one for _edition, one in asked))


def _same(row: Sitting, paper: Paper, learner: Learner | None) -> Sitting:
    """The row that was begun with this uid, if it is this paper's and this person's."""
    if row.paper_id != paper.pk or row.learner_id != (learner.pk if learner else None):
        raise SittingRefused(_("Mã lượt làm bài này đã dùng cho bài khác. Tải lại trang để làm bài mới."))
    return row


def _asked(paper: Paper, questions: Sequence[int]) -> list[tuple[QuestionEdition, int]]:
    """What this sitting asks, in its order: the fixed ones, then each part's draw of those not asked yet."""
    if questions:
        found = {one.question_id: one for one in editions_in_use().filter(question__in=questions)}
        return [(found[one], 1) for one in dict.fromkeys(questions) if one in found]
    asked = editions_fixed(paper)
    for draw in paper.draws.order_by("pk"):
        used = [edition.question_id for edition, _points in asked]
        drawn = editions_of_draw(draw).exclude(question__in=used).order_by("?")[: draw.count]
        asked += [(edition, draw.points) for edition in drawn]
    if paper.shuffle_questions:
        _chance.shuffle(asked)
    return asked


def _entries(paper: Paper, asked: Sequence[tuple[QuestionEdition, int]]) -> list[dict[str, Any]]:
    return [_entry(edition, points, shuffled=paper.shuffle_options) for edition, points in asked]


def _entry(edition: QuestionEdition, points: int, *, shuffled: bool) -> dict[str, Any]:
    """One question as a sitting keeps it. Things to put in order are never shown in the right one."""
    keys = [str(one["key"]) for one in edition.content.get("options", ())]
    order = list(keys)
    if edition.kind == "order":
        while order == keys and len(keys) > 1:
            _chance.shuffle(order)
    elif shuffled:
        _chance.shuffle(order)
    return {"edition": edition.pk, "points": points, "order": order}


@transaction.atomic
def answer_give(
    *, sitting: Sitting, position: int, given: Any, seconds: float | None = None, now: dt.datetime | None = None
) -> Answer:
    """Keeps and marks the answer to the question at ``position`` (from 0); a later one takes its place.

    Where the paper tells what was right after each question, the first answer stays. The same answer again gives the
    kept row, also after the end, so that a device may repeat what it is not sure of. ``seconds`` is what the device
    says of its time for this question and decides nothing. Three statements.
    Raises SittingOver after the end and SittingRefused for what is no answer to the question.
    """
    moment = now or clock.now()
    row = _held(sitting)
    if not 0 <= position < len(row.items):
        raise SittingRefused(_("Bài này không có câu số %d.") % (position + 1))
    edition = QuestionEdition.objects.get(pk=row.items[position]["edition"])
    item = edition_item(edition)
    told = _tidied(item, given)
    share = _marked(item, told)
    over = row.state != Sitting.State.OPEN or is_late(row, moment)
    if over or row.paper.feedback == Paper.Feedback.EACH:
        kept = Answer.objects.filter(sitting=row, position=position).first()
        if kept is not None and kept.given == told:
            return kept
        if over:
            raise SittingOver(_("Bài đã hết giờ hoặc đã nộp. Những câu trả lời trước đó vẫn được tính."))
        if kept is not None:
            raise SittingRefused(_("Câu này đã trả lời và đã có đáp án nên không đổi được nữa."))
    answer = Answer(
        sitting=row,
        position=position,
        edition=edition,
        given=told,
        share=share,
        seconds=_seconds(seconds),
        at=moment,
    )
    changed = ["edition", "given", "share", "seconds", "at"]
    Answer.objects.bulk_create(
        [answer], update_conflicts=True, unique_fields=["sitting", "position"], update_fields=changed
    )
    return answer


@transaction.atomic
def sitting_end(*, sitting: Sitting, now: dt.datetime | None = None) -> Sitting:
    """Hands it in: points added up, passed or not. Ended before, it stays as it was.

    Four statements at most, and what ``sitting_counted`` and a record store that is on need.
    """
    moment = now or clock.now()
    row = _locked().annotate(store_on=Exists(STORE_ON)).get(pk=sitting.pk)
    if row.state != Sitting.State.OPEN:
        return row
    late = is_late(row, moment)
    row.state = Sitting.State.OUT_OF_TIME if late else Sitting.State.HANDED_IN
    row.ended_at = row.due_at if late or (row.due_at and row.due_at < moment) else moment
    shares = dict(Answer.objects.filter(sitting=row).values_list("position", "share"))
    earned = sum(shares.get(at, 0.0) * entry["points"] for at, entry in enumerate(row.items))
    row.points = Decimal(str(round(earned, 2)))
    row.passed = row.points * 100 >= row.paper.pass_percent * row.points_most
    row.save(update_fields=["state", "ended_at", "points", "passed"])
    sitting_counted(sitting=row)
    if row.store_on:
        sittings_told([row.pk])
    return row


def sittings_close(*, now: dt.datetime | None = None) -> int:
    """Ends every sitting whose time is over; how many. Two statements, whatever their number, while no store is on.

    The rows are locked first and counted by the second statement, which sees the answers that were on their way.
    """
    moment = now or clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, EXISTS (SELECT 1 FROM training_recordstore WHERE is_on) FROM training_sitting
            WHERE state = %s AND due_at < %s ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            [Sitting.State.OPEN, moment - GRACE],
        )
        found = cursor.fetchall()
        held = [pk for pk, _store_on in found]
        if not held:
            return 0
        cursor.execute(
            """
            UPDATE training_sitting AS s
            SET state = %s, ended_at = s.due_at, points = e.points,
                passed = e.points * 100 >= p.pass_percent * s.points_most
            FROM training_paper AS p, (
                SELECT t.id, coalesce(round(
                    sum(a.share * (t.items -> a.position::int ->> 'points')::numeric)::numeric, 2), 0) AS points
                FROM training_sitting AS t LEFT JOIN training_answer AS a ON a.sitting_id = t.id
                WHERE t.id = ANY(%s) GROUP BY t.id
            ) AS e
            WHERE p.id = s.paper_id AND e.id = s.id
            """,
            [Sitting.State.OUT_OF_TIME, held],
        )
        if found[0][1]:
            sittings_told(held)
        return len(held)


def sittings_forget(*, before: dt.datetime) -> int:
    """Erases what is left of public sittings begun before: their address, their times; how many.

    The marked answers stay for the questions' figures, under a new address that nobody knows and without day or hour.
    What had a limit of time is ended first, with its points; what had none and was left counts as begun only.
    """
    sittings_close()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH gone AS (
                UPDATE training_sitting
                SET uid = gen_random_uuid(), due_at = NULL, ended_at = NULL,
                    begun_at = date_trunc('month', begun_at)
                WHERE learner_id IS NULL AND begun_at < %s AND begun_at <> date_trunc('month', begun_at)
                RETURNING id, begun_at
            ), aged AS (
                UPDATE training_answer AS a SET at = gone.begun_at FROM gone WHERE a.sitting_id = gone.id
            )
            SELECT count(*) FROM gone
            """,
            [before],
        )
        return int(cursor.fetchone()[0])


def _held(sitting: Sitting) -> Sitting:
    """The row as it stands, locked, with its paper."""
    return _locked().get(pk=sitting.pk)


def _locked() -> QuerySet[Sitting]:
    return Sitting.objects.select_for_update(of=("self",), no_key=True).select_related("paper")


def _tidied(item: Item, given: Any) -> Any:
    """What was given in the one shape its kind has, nothing as "". Raises SittingRefused for any other shape."""
    if given is None or given in ("", [], {}):
        return ""
    if item.kind == "short" and isinstance(given, str | int | float):
        return storable(str(given)).strip()[:TEXT_LENGTH]
    shaped = False
    if item.kind in ("single", "true_false", "verdict"):
        shaped = isinstance(given, str)
    elif item.kind in ("multiple", "order"):
        shaped = isinstance(given, list) and all(isinstance(key, str) for key in given)
    elif item.kind == "match":
        partners = {option.partner for option in item.options} | set(item.extra)
        shaped = isinstance(given, dict) and set(map(str, given.values())) <= partners
    elif item.kind == "hotspot" and isinstance(given, list) and len(given) <= SPOTS_MOST:
        return [key if isinstance(key, str) else _point(key) for key in given]
    if not shaped or (not isinstance(given, str) and len(given) > OPTIONS_MOST):
        raise _unfit()
    return given


def _point(told: Any) -> list[int]:
    """A place on the picture in whole pixels."""
    try:
        x, y = told
        return [int(x), int(y)]
    except (TypeError, ValueError, OverflowError):
        raise _unfit() from None


def _unfit() -> SittingRefused:
    return SittingRefused(_("Câu trả lời này không hợp với câu hỏi. Tải lại trang rồi chọn lại."), "given")


def _marked(item: Item, told: Any) -> float:
    try:
        return mark(item, told)
    except AnswerRefused:
        raise _unfit() from None


def _seconds(seconds: float | None) -> float | None:
    """A device's own measure as far as it can be true."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return None
    return min(seconds, float(DAY_SECONDS))
