"""Live events: made from a paper, joined by phones, run one question at a time, answered by many at once."""

from __future__ import annotations

import datetime as dt
import json
import random
import secrets
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import province, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.quizzes.marking import AnswerRefused, mark
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.training.models import Contest, LiveEvent, LivePlayer, Paper, QuestionEdition
from canhgiac.training.selectors.live import GRACE, KINDS, LEAD, ROOMS, RUNNING, key_digest, name_folded, phone_player
from canhgiac.training.selectors.papers import editions_fixed, editions_of_draw

from .refusals import TrainingRefused

NAME_MOST = 40
SECONDS = (5, 120)
"""Least and most for one question."""
PLAYERS_MOST = 2000
ENDS_AFTER = dt.timedelta(hours=12)
"""An event that nobody ended is ended then, and its PIN is free."""
NAMES_KEPT = dt.timedelta(days=30)
"""After its event a player's name is forgotten; points stay."""
_chance = random.SystemRandom()
State = LiveEvent.State


# The host -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def live_make(
    *, by: Member, agency: Agency, title: str, paper: Paper, seconds: int = 20, contest: Contest | None = None
) -> LiveEvent:
    """A new event in its waiting room, with its questions drawn and its PIN. TRAINER or COORDINATOR of the agency.

    ``seconds`` is the time for each question. Raises NotAllowed, TrainingRefused.
    """
    require_role(by, *RUNNING, agency=agency)
    words = " ".join(storable(title).split())
    if not words or len(words) > 160:
        raise TrainingRefused(_("Đặt tên buổi thi, không quá 160 ký tự."), "title")
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise TrainingRefused(_("Mỗi câu từ %d đến %d giây.") % SECONDS, "seconds")
    if paper.state != Paper.State.READY:
        raise TrainingRefused(_("Đề này chưa dùng được."), "paper")
    area = agency.area or province().area
    if area is None:
        raise TrainingRefused(_("Đơn vị chưa có địa bàn."), "agency")
    facts = {"title": words, "agency": agency, "area": area, "paper": paper, "contest": contest, "seconds": seconds}
    row = _with_pin(LiveEvent(host=by, items=_drawn(paper), **facts))
    told = {"paper": paper.pk, "questions": len(row.items)}
    audit_record(by=by, act="training.live_make", subject=row, facts=told)
    return row


def _drawn(paper: Paper) -> list[dict[str, Any]]:
    """What is asked, the same for all: the paper's questions, in the order of the paper unless it shuffles."""
    asked = editions_fixed(paper)
    for draw in paper.draws.order_by("pk"):
        used = [edition.question_id for edition, _points in asked]
        fitting = editions_of_draw(draw).filter(kind__in=KINDS).exclude(question__in=used)
        asked += [(edition, draw.points) for edition in fitting.order_by("?")[: draw.count]]
    unfit = [edition for edition, _points in asked if edition.kind not in KINDS]
    if unfit:
        numbers = ", ".join(sorted(edition.question.code for edition in unfit))
        raise TrainingRefused(
            _("Thi tại chỗ chỉ dùng câu chọn, đúng sai, nhận định. Bỏ khỏi đề: %s.") % numbers, "paper"
        )
    if not asked:
        raise TrainingRefused(_("Đề này chưa có câu hỏi nào dùng được."), "paper")
    if paper.shuffle_questions:
        _chance.shuffle(asked)
    return [_entry(edition, points, shuffled=paper.shuffle_options) for edition, points in asked]


def _entry(edition: QuestionEdition, points: int, *, shuffled: bool) -> dict[str, Any]:
    order = [str(option["key"]) for option in edition.content.get("options", ())]
    if shuffled:
        _chance.shuffle(order)
    return {"edition": edition.pk, "points": points, "order": order}


def _with_pin(row: LiveEvent) -> LiveEvent:
    """Saves it under a PIN that no other event under way has."""
    for _try in range(20):
        row.pin = f"{secrets.randbelow(900_000) + 100_000}"
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                return row
        except IntegrityError:
            continue
    raise TrainingRefused(_("Đang có quá nhiều buổi thi. Thử lại sau ít phút."))


@transaction.atomic
def live_next(*, by: Member, event: LiveEvent, version: int) -> LiveEvent:
    """One step on: waiting room → question → its answers → next question … → ended. Host, TRAINER or COORDINATOR.

    ``version`` is what the person saw: a key pressed twice is one step. Raises NotAllowed.
    """
    row = _held(by, event)
    if row.version != version or row.state == State.ENDED:
        return row
    if row.state == State.ASKING:
        row.state = State.SHOWN
    elif row.state == State.LOBBY or row.position + 1 < len(row.items):
        row.position += row.state == State.SHOWN
        row.state = State.ASKING
    else:
        return _ended(by, row)
    row.version += 1
    row.save(update_fields=["state", "position", "version"])
    if row.state == State.ASKING:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE training_liveevent SET asked_at = clock_timestamp() + %s * interval '1 second' WHERE id = %s",
                [LEAD, row.pk],
            )
    if row.version == 2:  # the first step of all
        audit_record(by=by, act="training.live_start", subject=row)
    return row


@transaction.atomic
def live_end(*, by: Member, event: LiveEvent) -> LiveEvent:
    """Ends it wherever it is. Host, TRAINER or COORDINATOR. Ended before, it stays as it was. Raises NotAllowed."""
    row = _held(by, event)
    return row if row.state == State.ENDED else _ended(by, row)


@transaction.atomic
def live_player_remove(*, by: Member, event: LiveEvent, player_id: int) -> LiveEvent:
    """Takes a name off the screen; its phone is out, its answers count for nobody. Raises NotAllowed."""
    row = _held(by, event)
    gone = LivePlayer.objects.filter(event=row, pk=player_id, removed_at=None).update(removed_at=clock.now())
    if gone:
        row.version += 1
        row.save(update_fields=["version"])
        audit_record(by=by, act="training.live_player_remove", subject=row, facts={"player": player_id})
    return row


def _held(by: Member, event: LiveEvent) -> LiveEvent:
    row = LiveEvent.objects.select_for_update(of=("self",)).select_related("agency").get(pk=event.pk)
    if row.host_id != by.pk or not by.is_active:
        require_role(by, *RUNNING, agency=row.agency)
    return row


def _ended(by: Member | None, row: LiveEvent) -> LiveEvent:
    row.state, row.ended_at, row.version = State.ENDED, clock.now(), row.version + 1
    row.save(update_fields=["state", "ended_at", "version"])
    players = row.players.filter(removed_at=None).count()
    audit_record(by=by, act="training.live_end", subject=row, facts={"players": players})
    return row


@transaction.atomic
def live_events_forget() -> int:
    """Ends events that nobody ended, and forgets the names of players after NAMES_KEPT; how many names."""
    left = LiveEvent.objects.select_for_update().exclude(state=State.ENDED)
    for row in left.filter(made_at__lt=clock.now() - ENDS_AFTER):
        _ended(None, row)
    old = LivePlayer.objects.filter(event__ended_at__lt=clock.now() - NAMES_KEPT).exclude(name="")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE training_liveplayer SET name = '', team = '', folded = id::text WHERE id = ANY(%s)",
            [list(old.values_list("pk", flat=True))],
        )
        return int(cursor.rowcount)


# The phones ---------------------------------------------------------------------------------------------------------


def phone_key() -> str:
    """A new key for a phone's cookie: 128 random bits."""
    return secrets.token_urlsafe(16)


@transaction.atomic
def player_join(*, event: LiveEvent, key: str, name: str, team: str = "") -> LivePlayer:
    """The phone with this key in the event, under a name that nobody else has there. Joining again changes nothing.

    Raises TrainingRefused: ended, full, removed by the host, no name, a name that is taken.
    """
    known = LivePlayer.objects.filter(event=event, key=key_digest(key)).first()
    if known is not None:
        if known.removed_at is not None:
            raise TrainingRefused(_("Người dẫn đã bỏ tên này khỏi phòng. Hỏi người dẫn nếu có nhầm."), "name")
        return known
    words = " ".join(storable(name).split())
    folded = name_folded(words)
    if not folded or len(words) > NAME_MOST:
        raise TrainingRefused(_("Ghi tên để hiện trên màn hình, không quá %d ký tự.") % NAME_MOST, "name")
    if LiveEvent.objects.filter(pk=event.pk, state=State.ENDED).exists():
        raise TrainingRefused(_("Buổi thi này đã kết thúc."), "name")
    if LivePlayer.objects.filter(event=event).count() >= PLAYERS_MOST:
        raise TrainingRefused(_("Phòng đã đủ %d máy.") % PLAYERS_MOST, "name")
    row = LivePlayer(event=event, key=key_digest(key), name=words, folded=folded)
    row.team = " ".join(storable(team).split())[:NAME_MOST]
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        again = LivePlayer.objects.filter(event=event, key=row.key).first()
        if again is not None:
            return again
        raise TrainingRefused(_("Tên này đã có người dùng. Thêm họ hoặc lớp, ví dụ %s 8A.") % words, "name") from None
    return row


_PUT = """
    WITH e AS (
        SELECT id, seconds, extract(epoch FROM clock_timestamp() - asked_at)::float AS used
        FROM training_liveevent WHERE id = %(event)s AND state = 'asking' AND position = %(position)s FOR SHARE
    ), put AS (
        INSERT INTO training_liveanswer (player_id, position, given, share, milliseconds, points, at)
        SELECT p.id, %(position)s, %(given)s::jsonb, %(share)s, greatest(least(used, seconds), 0) * 1000,
            round(%(share)s * (1000 - 500 * greatest(least(used, seconds), 0) / seconds)), clock_timestamp()
        FROM e JOIN training_liveplayer p ON p.id = %(player)s AND p.event_id = e.id AND p.removed_at IS NULL
        WHERE used BETWEEN -%(early)s AND seconds + %(grace)s
        ON CONFLICT (player_id, position) DO NOTHING RETURNING 1
    )
    SELECT (SELECT count(*) FROM put), (SELECT used FROM e)"""
_KEPT = "SELECT count(*) FROM training_liveanswer WHERE player_id = %s AND position = %s"
EARLY = 0.3
"""Seconds before the opening that a phone may be ahead by how long the way to it took; counted as none."""


def live_answer(*, pin: str, key: str, position: int, given: Any) -> str:
    """Takes one phone's answer: "taken", "late", "early", or "gone" for a phone that is not in the room.

    "taken" is said only after the row is committed, and again for an answer sent again: the first one counts. Held by
    one statement and the database's clock: the event's row is shared by answers and locked by the host's next step, so
    none is taken after the answers were shown. Raises AnswerRefused for what is no answer to this question.
    """
    found = phone_player(pin, key)
    if found is None:
        return "gone"
    room, player = found
    if not 0 <= position < len(room.items):
        raise AnswerRefused(str(position))
    if given in (None, "", [], {}):
        raise AnswerRefused("empty")
    share = mark(room.items[position], given)
    facts = {"event": room.event_id, "player": player, "position": position, "share": share}
    with connection.cursor() as cursor:
        cursor.execute(_PUT, facts | {"given": json.dumps(given), "early": EARLY, "grace": GRACE})
        put, used = cursor.fetchone()
        if put:
            return "taken"
        cursor.execute(_KEPT, [player, position])
        if cursor.fetchone()[0]:
            return "taken"
    if used is not None and used < 0:
        return "early"
    if LivePlayer.objects.filter(pk=player, removed_at=None).exists():
        return "late"
    ROOMS.get(pin, fresh=True)
    return "gone"
