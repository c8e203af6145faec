"""Figures of the tips without personal data: counts by form, area, channel, loss, state, and how fast we answer.

Outside the tip role a cell below five is shown as "< 5", so that a figure of a small commune names nobody; a lone
hidden cell would be the difference to the total, so totals of a table with hidden cells are rounded down to tens.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.kit.sheets import Sheet, Value
from canhgiac.tips.models import Tip, TipEvent

from .deadlines import OPEN_STATES
from .queues import form_names, outcome_words
from .scope import readable, scope_of

LEAST = 5
HIDDEN = "< 5"
DAYS = 365
FIRST_ANSWERS = ("asked", "answered", "closed")
"""Events by which the sender first hears from a person."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One table of counts."""

    title: str
    rows: list[tuple[str, int | str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a window, both days included."""

    since: dt.date
    until: dt.date
    total: int | str
    cuts: list[Cut]
    first_answer_hours: float | None
    """Mean hours to the first words from us; None where nobody was answered."""
    answered: int | str
    due: int | str
    on_time: int | str
    on_time_share: float | None
    """Of the tips whose last day is over or that ended: the share that ended by it."""
    masked: bool


def statistics(member: Member, since: dt.date, until: dt.date) -> Figures:
    """The figures of the tips within the member's reach. Eight queries."""
    scope = scope_of(member)
    masked = not scope.works_any
    rows = _window(Tip.objects.filter(readable(scope)).exclude(state=Tip.State.SPAM), since, until)
    total = rows.count()
    speed = _speed(rows)
    due, on_time = _kept(rows)
    cuts = [
        _cut(_("Hình thức"), _by_form(rows), masked=masked),
        _cut(_("Địa bàn"), _by_area(rows), masked=masked),
        _cut(_("Kênh"), _by_choice(rows, "channel", Tip.Channel.choices), masked=masked),
        _cut(_("Thiệt hại"), _by_choice(rows, "loss", Tip.Loss.choices), masked=masked),
        _cut(_("Trạng thái"), _by_choice(rows, "state", Tip.State.choices), masked=masked),
        _cut(_("Kết quả"), _by_outcome(rows), masked=masked),
    ]
    return Figures(
        since=since,
        until=until,
        total=_total(total, cuts, masked=masked),
        cuts=cuts,
        first_answer_hours=speed[0] if not masked or speed[1] >= LEAST else None,
        answered=_cell(speed[1], masked=masked),
        due=_cell(due, masked=masked),
        on_time=_cell(on_time, masked=masked),
        on_time_share=on_time / due if due and (not masked or due >= LEAST) else None,
        masked=masked,
    )


def _window(rows: QuerySet[Tip], since: dt.date, until: dt.date) -> QuerySet[Tip]:
    start = dt.datetime.combine(since, dt.time(), clock.VIETNAM)
    return rows.filter(received_at__gte=start, received_at__lt=start + (until - since + clock.DAY))


def _cell(number: int, *, masked: bool) -> int | str:
    return HIDDEN if masked and 0 < number < LEAST else number


def _cut(title: str, counts: list[tuple[str, int]], *, masked: bool) -> Cut:
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return Cut(title, [(name, _cell(number, masked=masked)) for name, number in ordered])


def _total(total: int, cuts: list[Cut], *, masked: bool) -> int | str:
    hidden = any(number == HIDDEN for cut in cuts for _name, number in cut.rows)
    if not (masked and hidden):
        return total
    return HIDDEN if total < LEAST else _("khoảng %d") % (total // 10 * 10) if total >= 10 else _("dưới 10")


def _by_form(rows: QuerySet[Tip]) -> list[tuple[str, int]]:
    names = form_names()
    counts: dict[str, int] = {}
    for code, guess, number in rows.order_by().values_list("form__code", "form_guess").annotate(n=Count("pk")):
        name = names.get(code or guess) or code or guess or _("Chưa rõ")
        counts[name] = counts.get(name, 0) + number
    return list(counts.items())


def _by_area(rows: QuerySet[Tip]) -> list[tuple[str, int]]:
    found = rows.order_by().values_list("area", "area__name").annotate(n=Count("pk"))
    return [(name or _("Chưa rõ"), number) for _pk, name, number in found]


def _by_choice(rows: QuerySet[Tip], name: str, choices: Any) -> list[tuple[str, int]]:
    labels = {value: str(label) for value, label in choices}
    found = rows.order_by().values_list(name).annotate(n=Count("pk"))
    return [(labels.get(value, _("Chưa rõ")), number) for value, number in found]


def _by_outcome(rows: QuerySet[Tip]) -> list[tuple[str, int]]:
    found = rows.exclude(outcome="").order_by().values_list("outcome").annotate(n=Count("pk"))
    return [(outcome_words(code) or code, number) for code, number in found]


def _speed(rows: QuerySet[Tip]) -> tuple[float | None, int]:
    """Mean hours to our first words, and of how many tips."""
    first = TipEvent.objects.filter(tip=OuterRef("pk"), what__in=FIRST_ANSWERS).order_by().values("tip")
    timed = rows.annotate(first=Subquery(first.annotate(at=Min("at")).values("at"))).filter(first__isnull=False)
    took = ExpressionWrapper(F("first") - F("received_at"), DurationField())
    found = timed.aggregate(mean=Avg(took), n=Count("pk"))
    return (found["mean"].total_seconds() / 3600 if found["mean"] is not None else None), found["n"]


def _kept(rows: QuerySet[Tip]) -> tuple[int, int]:
    """How many tips were to be settled, and how many were by their last day."""
    today = clock.today()
    settled = Q(state=Tip.State.CLOSED)
    counted = rows.filter(settled | Q(state__in=OPEN_STATES, due_on__lt=today))
    found = counted.aggregate(
        due=Count("pk"), kept=Count("pk", filter=settled & (Q(due_on=None) | Q(closed_at__date__lte=F("due_on"))))
    )
    return found["due"], found["kept"]


def sheets(figures: Figures) -> list[Sheet]:
    """The figures as a workbook."""
    whole: list[list[Value]] = [
        [_("Từ ngày"), figures.since],
        [_("Đến ngày"), figures.until],
        [_("Tin báo"), figures.total],
        [_("Đã có lời của cán bộ"), figures.answered],
        [_("Số giờ trung bình đến lời đầu tiên"), figures.first_answer_hours and round(figures.first_answer_hours, 1)],
        [_("Đến hạn hoặc đã kết thúc"), figures.due],
        [_("Kết thúc đúng hạn"), figures.on_time],
    ]
    found = [Sheet(_("Chung"), [_("Chỉ số"), _("Giá trị")], whole, [44, 18])]
    return found + [Sheet(cut.title, [cut.title, _("Tin báo")], cut.rows, [44, 14]) for cut in figures.cuts]
