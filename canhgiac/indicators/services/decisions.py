"""What people decide about a thing: proposed with a reason and an end, confirmed only by a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.keys import Key, Kind
from canhgiac.indicators.models import Decision, Indicator
from canhgiac.indicators.selectors.knowngood import KnownGoods
from canhgiac.indicators.selectors.scope import require_decide, require_propose
from canhgiac.kit import clock
from canhgiac.kit.text import storable

from .refusals import IndicatorRefused
from .sightings import KEEP_DAYS

State, Outcome = Indicator.State, Decision.Outcome
STEPS: Final[dict[int, frozenset[int]]] = {
    State.REPORTED: frozenset({State.REPORTED, State.REVIEW, State.CONFIRMED, State.CLEARED}),
    State.REVIEW: frozenset({State.REPORTED, State.REVIEW, State.CONFIRMED, State.CLEARED}),
    State.CONFIRMED: frozenset({State.REVIEW, State.CONFIRMED, State.CLEARED}),
    State.CLEARED: frozenset({State.REPORTED, State.REVIEW, State.CONFIRMED}),
}
"""From which state to which; the same state again changes reasons and end alone."""
MOST_DAYS = 730
"""A decision holds two years at most: numbers and names pass to other people. Then somebody looks again."""
REASON_LENGTH, ANSWER_LENGTH, MOST_AT_ONCE = 1000, 500, 200
UNDO = dt.timedelta(days=1)
"""How long what took effect can be undone by who did it, as long as nothing followed."""


def needs_two(from_state: int, to_state: int) -> bool:
    """Whether a second person decides: into "confirmed" and out of it, for every kind of thing.

    A wrong entry costs its holder money and name, so no one person puts it there or takes it away.
    """
    return State.CONFIRMED in {from_state, to_state}


@transaction.atomic
def indicator_propose(
    *,
    by: Member,
    indicator: Indicator,
    to_state: int,
    reason: str,
    tags: int,
    expires_on: dt.date | None,
    version: int,
) -> Decision:
    """Changes the state, or asks a second person to, where ``needs_two``.

    ``tags``: the mask from then on. ``expires_on``: until when the register says so; required except for clearing.
    Raises NotAllowed, IndicatorRefused (stale version, another proposal open, no such step, a reason or an end at
    fault, known to be genuine).
    """
    require_propose(by)
    row = Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    if row.version != version:
        raise IndicatorRefused(_("Dấu vết này vừa có thay đổi. Xem lại rồi quyết định."))
    _check(row, to_state, expires_on, KnownGoods())
    if row.decisions.filter(outcome=Outcome.OPEN).exists():
        raise IndicatorRefused(_("Đã có một đề nghị chờ người thứ hai. Xử lý đề nghị đó trước."))
    decision = _decision(by, row, to_state, _reason(reason), tags=tags, expires_on=expires_on)
    decision.save()
    if decision.outcome == Outcome.DONE:
        _apply([row], [decision])
    act = "indicators.indicator_set" if decision.outcome == Outcome.DONE else "indicators.indicator_propose"
    audit_record(by=by, act=act, subject=row, facts={"from": decision.from_state, "to": to_state, "tags": tags})
    return decision


@transaction.atomic
def indicators_propose(
    *, by: Member, indicators: Sequence[int], to_state: int, reason: str, expires_on: dt.date | None
) -> tuple[int, int]:
    """The same step for many, their tags kept: how many changed or were proposed, and how many could not be.

    What has an open proposal, stands in the state already or allows no such step is passed over and counted.
    Raises NotAllowed, IndicatorRefused for more than ``MOST_AT_ONCE``.
    """
    require_propose(by)
    if not 0 < len(set(indicators)) <= MOST_AT_ONCE:
        raise IndicatorRefused(_("Chọn từ 1 đến %d dòng.") % MOST_AT_ONCE)
    why, good = _reason(reason), KnownGoods()
    wanted = Indicator.objects.filter(pk__in=set(indicators)).order_by("kind", "value")
    rows = list(wanted.select_for_update(no_key=True))
    busy = set(Decision.objects.filter(indicator__in=rows, outcome=Outcome.OPEN).values_list("indicator", flat=True))
    made: list[tuple[Indicator, Decision]] = []
    for row in rows:
        if row.pk in busy or row.state == to_state:
            continue
        try:
            _check(row, to_state, expires_on, good)
        except IndicatorRefused as refusal:
            if refusal.field:
                raise
            continue
        made.append((row, _decision(by, row, to_state, why, tags=row.tags, expires_on=expires_on)))
    Decision.objects.bulk_create(decision for _row, decision in made)
    done = [(row, decision) for row, decision in made if decision.outcome == Outcome.DONE]
    _apply([row for row, _decision in done], [decision for _row, decision in done])
    for row, decision in made:
        act = "indicators.indicator_set" if decision.outcome == Outcome.DONE else "indicators.indicator_propose"
        audit_record(by=by, act=act, subject=row, facts={"from": decision.from_state, "to": to_state, "bulk": True})
    return len(made), len(set(indicators)) - len(made)


@transaction.atomic
def indicator_decide(*, by: Member, decision: Decision, agree: bool, answer: str) -> Decision:
    """The second person agrees, and it takes effect; or refuses, with words.

    Raises NotAllowed for who may not or who proposed it, IndicatorRefused when it is decided already.
    """
    require_decide(by)
    row = Indicator.objects.select_for_update(no_key=True).get(pk=decision.indicator_id)
    held = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if held.outcome != Outcome.OPEN:
        raise IndicatorRefused(_("Đề nghị này đã được xử lý."))
    if held.proposed_by_id == by.pk:
        raise NotAllowed(_("Người đề nghị không tự quyết định được: cần người thứ hai."))
    words = " ".join(storable(answer).split())[:ANSWER_LENGTH]
    if not agree and not words:
        raise IndicatorRefused(_("Ghi lý do không đồng ý, để người đề nghị biết phải bổ sung gì."), "answer")
    if agree:
        _check(row, held.to_state, held.expires_on, KnownGoods())
    held.outcome = Outcome.DONE if agree else Outcome.REFUSED
    held.decided_by, held.decided_at, held.answer = by, clock.now(), words
    held.from_state, held.was_tags, held.was_expires_on = row.state, row.tags, row.expires_on
    held.save()
    if agree:
        _apply([row], [held])
    facts = {"decision": held.pk, "agree": agree, "from": held.from_state, "to": held.to_state}
    audit_record(by=by, act="indicators.indicator_decide", subject=row, facts=facts)
    return held


@transaction.atomic
def decision_take_back(*, by: Member, decision: Decision) -> Decision:
    """Who proposed it takes it back before anybody decided. Raises NotAllowed, IndicatorRefused."""
    held = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if held.proposed_by_id != by.pk:
        raise NotAllowed(_("Chỉ người đề nghị rút được đề nghị."))
    if held.outcome != Outcome.OPEN:
        raise IndicatorRefused(_("Đề nghị này đã được xử lý."))
    held.outcome, held.decided_at = Outcome.TAKEN_BACK, clock.now()
    held.save(update_fields=["outcome", "decided_at"])
    audit_record(by=by, act="indicators.decision_take_back", subject=held.indicator, facts={"decision": held.pk})
    return held


@transaction.atomic
def decision_undo(*, by: Member, decision: Decision) -> Decision:
    """Puts back what stood before, within a day, by who proposed or decided it, while no other decision followed.

    Raises NotAllowed, IndicatorRefused.
    """
    row = Indicator.objects.select_for_update(no_key=True).get(pk=decision.indicator_id)
    held = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if by.pk not in {held.proposed_by_id, held.decided_by_id}:
        raise NotAllowed(_("Chỉ người đã quyết định hoàn tác được."))
    moment = held.decided_at or held.proposed_at
    if held.outcome != Outcome.DONE or clock.now() - moment > UNDO:
        raise IndicatorRefused(_("Chỉ hoàn tác được trong một ngày. Hãy đề nghị trạng thái mới."))
    later = row.decisions.filter(outcome__in=[Outcome.DONE, Outcome.OPEN], pk__gt=held.pk)
    if row.state != held.to_state or later.exists():
        raise IndicatorRefused(_("Sau đó đã có quyết định khác. Hãy đề nghị trạng thái mới."))
    row.state, row.tags, row.expires_on = held.from_state, held.was_tags, held.was_expires_on
    _touch([row])
    held.outcome = Outcome.UNDONE
    held.save(update_fields=["outcome"])
    facts = {"decision": held.pk, "from": held.to_state, "to": held.from_state}
    audit_record(by=by, act="indicators.decision_undo", subject=row, facts=facts)
    return held


@transaction.atomic
def indicators_expire(*, today: dt.date | None = None) -> int:
    """What ran out is no longer told: marked as changed for the index; a confirmed one is reported again only.

    Returns how many. A second run on the same day finds nothing.
    """
    day = today or clock.today()
    begun = dt.datetime.combine(day, dt.time(), clock.VIETNAM)
    ended = Indicator.objects.filter(expires_on__lt=day).exclude(state=State.CLEARED)
    now = clock.now()
    confirmed = list(ended.filter(state=State.CONFIRMED).order_by("kind", "value").select_for_update(no_key=True))
    Decision.objects.filter(indicator__in=confirmed, outcome=Outcome.OPEN).update(
        outcome=Outcome.TAKEN_BACK, decided_at=now
    )
    Decision.objects.bulk_create(
        Decision(
            indicator=row,
            from_state=row.state,
            to_state=State.REPORTED,
            reason=_("Hết hạn ngày %s.") % f"{row.expires_on:%d/%m/%Y}",
            tags=row.tags,
            was_tags=row.tags,
            was_expires_on=row.expires_on,
            expires_on=row.expires_on,
            outcome=Outcome.DONE,
            decided_at=now,
        )
        for row in confirmed
    )
    for row in confirmed:
        row.state = State.REPORTED
    _touch(confirmed)
    others = ended.filter(state__in=[State.REPORTED, State.REVIEW], changed_at__lt=begun)
    count = len(confirmed) + others.update(changed_at=now)
    if confirmed:
        facts = {"count": count, "confirmed": [row.pk for row in confirmed][:1000]}
        audit_record(by=None, act="indicators.indicators_expire", subject=confirmed[0], facts=facts)
    return count


def _decision(
    by: Member, row: Indicator, to_state: int, reason: str, *, tags: int, expires_on: dt.date | None
) -> Decision:
    two = needs_two(row.state, to_state)
    return Decision(
        indicator=row,
        from_state=row.state,
        to_state=to_state,
        reason=reason,
        tags=tags,
        was_tags=row.tags,
        was_expires_on=row.expires_on,
        expires_on=expires_on if to_state != State.CLEARED else None,
        outcome=Outcome.OPEN if two else Outcome.DONE,
        proposed_by=by,
        decided_at=None if two else clock.now(),
    )


def _apply(rows: Iterable[Indicator], decisions: Iterable[Decision]) -> None:
    changed = []
    for row, decision in zip(rows, decisions, strict=True):
        row.state, row.tags, row.expires_on = decision.to_state, decision.tags, decision.expires_on
        changed.append(row)
    _touch(changed)


def _touch(rows: Sequence[Indicator]) -> None:
    """Keeps the new state; whoever asks hears it within a minute."""
    if not rows:
        return
    now = clock.now()
    for row in rows:
        row.changed_at, row.version = now, row.version + 1
    Indicator.objects.bulk_update(rows, ["state", "tags", "expires_on", "changed_at", "version"])
    index_wanted()


def index_wanted() -> None:
    """Has the changes written for the look-up server at once; a job each minute would find them too."""
    work.enqueue("indicators.index_change", lock="indicators.index")


def _reason(text: str) -> str:
    reason = " ".join(storable(text).split())
    if len(reason) < 5:
        raise IndicatorRefused(_("Ghi lý do: điều gì cho thấy như vậy, không nêu tên người."), "reason")
    if len(reason) > REASON_LENGTH:
        raise IndicatorRefused(_("Lý do dài nhất %d ký tự.") % REASON_LENGTH, "reason")
    return reason


def _check(row: Indicator, to_state: int, expires_on: dt.date | None, good: KnownGoods) -> None:
    if to_state not in STEPS[row.state]:
        raise IndicatorRefused(_("Không chuyển được từ trạng thái này."), "to_state")
    if to_state == State.CLEARED:
        return
    owner = good.owner(Key(Kind(row.kind), row.value))
    if owner is not None:
        raise IndicatorRefused(_("Đây là địa chỉ chính thức của %s. Chỉ có thể gỡ khỏi sổ.") % owner)
    today = clock.today()
    if expires_on is None:
        raise IndicatorRefused(_("Ghi ngày hết hạn: số và trang đổi chủ, sổ không giữ mãi."), "expires_on")
    if not today < expires_on <= today + dt.timedelta(days=MOST_DAYS):
        raise IndicatorRefused(_("Ngày hết hạn từ ngày mai đến hai năm tới."), "expires_on")


def usual_end(kind: str) -> dt.date:
    """The end that a form proposes: as long as an unseen report of this kind is kept."""
    return clock.today() + dt.timedelta(days=KEEP_DAYS[kind])
