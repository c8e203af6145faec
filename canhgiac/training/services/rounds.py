"""Rounds: begun on one device, timed by the server, counted once."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.training.models import Anomaly, Contest, Contestant, Paper, Round, RoundEntry, Sitting
from canhgiac.training.selectors.rankings import goes_on, round_rank_sql
from canhgiac.training.selectors.sittings import GRACE

from .contests import HOLDING, MAKING, contest_held, rounds_next
from .refusals import SittingRefused, TrainingRefused
from .sittings import sitting_begin, sittings_close

UID_VERSION = 5
"""Of a contest's sittings: their pages ask for the device, those of others (version 4) do not."""


def device_new() -> str:
    """A new key for a device's cookie."""
    return secrets.token_urlsafe(16)


def device_digest(key: str) -> bytes:
    """What is kept of a device's key."""
    return salted_hmac("canhgiac.training.round_device", key, algorithm="sha256").digest()[:16]


@transaction.atomic
def round_save(
    *,
    by: Member,
    contest: Contest,
    title: str,
    paper: Paper,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    top: int | None = None,
    number: int | None = None,
) -> Round:
    """A new round, or another window, paper or number of those who go on for one of a draft (``number``).

    Raises NotAllowed, TrainingRefused.
    """
    row = contest_held(by, contest, *MAKING)
    if row.state != Contest.State.DRAFT:
        raise TrainingRefused(_("Cuộc thi đã mở: các vòng không đổi được nữa."))
    if closes_at <= opens_at:
        raise TrainingRefused(_("Giờ đóng phải sau giờ mở."), "closes_at")
    if paper.state != Paper.State.READY or not paper.seconds:
        raise TrainingRefused(_("Đề của vòng thi phải dùng được và có thời gian làm bài."), "paper")
    at = number or rounds_next(row)
    before = row.rounds.filter(number__lt=at).order_by("-number").first()
    if before is not None and opens_at < before.closes_at:
        raise TrainingRefused(_("Vòng sau mở sau khi vòng trước đóng."), "opens_at")
    facts = {"title": title[:120], "paper": paper, "opens_at": opens_at, "closes_at": closes_at, "top": top}
    made, _new = Round.objects.update_or_create(contest=row, number=at, defaults=facts)
    audit_record(by=by, act="training.round_save", subject=made, facts={"number": at})
    return made


def round_uid(round_: Round, contestant: Contestant) -> UUID:
    """The uid of this person's one sitting of the round: nobody guesses it, beginning twice is beginning once."""
    told = f"{round_.pk}:{contestant.pk}"
    digest = salted_hmac("canhgiac.training.round", told, algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=UID_VERSION)


@transaction.atomic
def round_begin(*, round_: Round, contestant: Contestant, device: str, now: dt.datetime | None = None) -> RoundEntry:
    """The person's sitting of the round, begun now or before. ``device`` is the key in its cookie.

    Raises TrainingRefused: outside the window, not among those who go on, begun on another device.
    """
    moment = now or clock.now()
    row = Round.objects.select_related("contest", "paper").get(pk=round_.pk)
    Contestant.objects.select_for_update(no_key=True).get(pk=contestant.pk)
    known = RoundEntry.objects.select_related("sitting").filter(round=row, contestant=contestant).first()
    if known is not None:
        if other_device(uid=known.sitting.uid, key=device):
            raise TrainingRefused(_("Bài này đã mở trên máy khác. Làm tiếp trên máy đó, hoặc hỏi ban tổ chức."))
        return known
    if row.contest.state != Contest.State.OPEN or contestant.withdrawn_at is not None or row.counted_at is not None:
        raise TrainingRefused(_("Vòng này không nhận bài."))
    if not row.opens_at <= moment < row.closes_at:
        raise TrainingRefused(_("Vòng này mở từ giờ ghi ở trên và đóng đúng giờ."))
    if contestant.contest_id != row.contest_id or not goes_on(row, contestant.pk):
        raise TrainingRefused(_("Vòng này dành cho những người được chọn từ vòng trước."))
    try:
        sitting = sitting_begin(
            paper=row.paper,
            learner=contestant.learner,
            uid=round_uid(row, contestant),
            now=moment,
            until=row.closes_at,
        )
    except SittingRefused as refusal:
        raise TrainingRefused(str(refusal)) from refusal
    return RoundEntry.objects.create(round=row, contestant=contestant, sitting=sitting, device=device_digest(device))


def other_device(*, uid: UUID, key: str) -> bool:
    """Whether an open sitting of a contest was begun on another device; noted once for a person to look at.

    A sitting that is not of a contest has no device: no query for it.
    """
    if uid.version != UID_VERSION:
        return False
    entry = RoundEntry.objects.filter(sitting__uid=uid, sitting__state=Sitting.State.OPEN).first()
    if entry is None or (key and bytes(entry.device) == device_digest(key)):
        return False
    facts = {"tries": 1}
    noted = Anomaly(entry=entry, kind=Anomaly.Kind.OTHER_DEVICE, facts=facts)
    Anomaly.objects.bulk_create([noted], ignore_conflicts=True)
    return True


@transaction.atomic
def round_count(*, round_: Round, by: Member | None = None, now: dt.datetime | None = None) -> Round:
    """Ranks the round once its window is over; counted before, it stays as it was. A handful of statements.

    ``by`` is None for the job. Raises NotAllowed, TrainingRefused where it is not over.
    """
    moment = now or clock.now()
    row = Round.objects.select_for_update(of=("self",)).select_related("contest__agency").get(pk=round_.pk)
    if by is not None:
        contest_held(by, row.contest, *HOLDING)
    if row.counted_at is not None:
        return row
    if moment <= row.closes_at + GRACE:
        raise TrainingRefused(_("Vòng này chưa đóng."))
    sittings_close(now=moment)
    round_rank(row)
    row.counted_at = moment
    row.save(update_fields=["counted_at"])
    audit_record(by=by, act="training.round_count", subject=row, facts={"entries": row.entries.count()})
    work.enqueue("training.anomalies_find", round_id=row.pk)
    return row


def round_rank(row: Round) -> None:
    """Ranks of all entries anew, in one statement; those that do not count have none."""
    with connection.cursor() as cursor:
        cursor.execute(round_rank_sql(row.contest), {"round": row.pk})


def rounds_count() -> int:
    """Counts every round whose window is over; how many."""
    over = Round.objects.filter(counted_at=None, closes_at__lt=clock.now() - GRACE)
    due = list(over.exclude(contest__state__in=[Contest.State.DRAFT, Contest.State.CALLED_OFF]))
    for row in due:
        round_count(round_=row)
    return len(due)
