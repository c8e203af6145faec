"""What is kept how long, and what the rule would erase today.

The law gives the principle, no table: personal data are kept as long as their purpose needs and no longer (Law
91/2025/QH15, Article 3), a person may have them erased (Article 4), and an answer to such a request is due in two
working days (Decree 356/2025/NĐ-CP). The days below are this software's choice for a province to confirm by its own
decision; the table of the retention page shows them. What was handed over is kept by the receiver under its own rules.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy

from canhgiac.kit import clock
from canhgiac.tips.models import Erasure, Tip, TipFile, TipMessage, TipPart

KEPT_DAYS = {
    "handled": 730,
    "other_body": 365,
    "not_enough": 365,
    "no_crime": 180,
    "duplicate": 180,
    "spam": 30,
}
"""Days after the closing, by outcome. A handled tip outlasts the usual time of a complaint about how it was handled."""
WITHDRAWN_WORKING_DAYS = 2
"""Decree 356/2025/NĐ-CP: a person's request is answered within two working days."""
WHY = (
    ("rule", gettext_lazy("Hết thời hạn lưu")),
    ("spam", gettext_lazy("Tin rác")),
    ("withdrawn", gettext_lazy("Người báo rút")),
    ("request", gettext_lazy("Người báo yêu cầu xóa")),
)
SHOWN = 500


def erase_day(tip: Tip) -> dt.date | None:
    """The day on which a tip that ended is erased; None while it is being handled."""
    if tip.state == Tip.State.WITHDRAWN:
        return clock.add_working_days(_day(tip.closed_at), WITHDRAWN_WORKING_DAYS)
    if tip.state == Tip.State.SPAM:
        return _day(tip.closed_at or tip.received_at) + dt.timedelta(days=KEPT_DAYS["spam"])
    if tip.state == Tip.State.CLOSED:
        return _day(tip.closed_at) + dt.timedelta(days=KEPT_DAYS.get(tip.outcome, KEPT_DAYS["handled"]))
    return None


def _day(moment: dt.datetime | None) -> dt.date:
    return (moment or clock.now()).astimezone(clock.VIETNAM).date()


def due_for_erasure(today: dt.date) -> QuerySet[Tip]:
    """Tips whose day has come. No query yet."""
    ended = (Tip.State.CLOSED, Tip.State.SPAM, Tip.State.WITHDRAWN)
    return Tip.objects.filter(erased_at=None, erase_on__lte=today, state__in=ended).order_by("erase_on", "pk")


def why_of(tip: Tip) -> str:
    """The reason of an erasure by rule, a code of WHY."""
    return {Tip.State.SPAM: "spam", Tip.State.WITHDRAWN: "withdrawn"}.get(Tip.State(tip.state), "rule")


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rule would erase up to a day: nothing is touched."""

    day: dt.date
    tips: list[Tip]
    total: int
    by_why: list[tuple[str, int]]
    parts: int
    files: int
    messages: int


def erasure_preview(day: dt.date) -> Preview:
    """What would be erased by the end of ``day``. Six queries."""
    due = due_for_erasure(day)
    states = {row["state"]: row["n"] for row in due.order_by().values("state").annotate(n=Count("pk"))}
    labels = dict(WHY)
    spam, gone = states.pop(Tip.State.SPAM, 0), states.pop(Tip.State.WITHDRAWN, 0)
    numbers = {"rule": sum(states.values()), "spam": spam, "withdrawn": gone}
    ids = due.order_by().values("pk")
    return Preview(
        day=day,
        tips=list(due[:SHOWN]),
        total=sum(numbers.values()),
        by_why=[(str(labels[code]), number) for code, number in numbers.items() if number],
        parts=TipPart.objects.filter(tip__in=ids).count(),
        files=TipFile.objects.filter(tip__in=ids).count(),
        messages=TipMessage.objects.filter(tip__in=ids).count(),
    )


def erasures() -> QuerySet[Erasure]:
    """What was erased, the latest first."""
    return Erasure.objects.select_related("by").order_by("-at", "-pk")
