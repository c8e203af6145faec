"""The call log as lists and figures show it; never who called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role, roles_of
from canhgiac.assistant.models import CallEntry
from canhgiac.kit import clock
from canhgiac.kit.charts import Chart, Series
from canhgiac.kit.sheets import Value
from canhgiac.library.models import VERDICTS, ScamForm

from .duty import OFFICERS, READERS

ABOUT_LENGTH = 500
DAYS = 28
"""Of the chart of calls by day."""
MOST_FORMS = 8
ORDERS: dict[str, tuple[str, ...]] = {
    "luc": ("at", "pk"),
    "hinh-thuc": ("form__code", "-at", "-pk"),
    "nhan-dinh": ("verdict", "-at", "-pk"),
    "ket-qua": ("outcome", "-at", "-pk"),
    "phut": ("minutes", "-at", "-pk"),
    "nguoi": ("by__full_name", "-at", "-pk"),
}


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What the log is narrowed to."""

    since: dt.date | None = None
    until: dt.date | None = None
    form: str = ""
    """A form's code; "khong" for calls without one."""
    verdict: str = ""
    outcome: str = ""
    officer: Member | None = None


@dataclass(frozen=True, slots=True)
class CallFigures:
    """What the log adds up to within a filter."""

    calls: int
    minutes: int
    tips: int
    by_day: Chart
    by_form: Chart
    by_verdict: Chart


def call_list(member: Member, wanted: CallFilter, *, sort: str = "") -> QuerySet[CallEntry]:
    """The calls, the latest first unless sorted otherwise; no query yet. Raises NotAllowed."""
    require_role(member, *READERS)
    rows = CallEntry.objects.defer("caller_sealed").select_related("by", "form__published", "area", "tip")
    rows = _narrowed(rows, wanted)
    key = sort.removeprefix("-")
    if key not in ORDERS:
        return rows.order_by("-at", "-pk")
    ordered = rows.order_by(*ORDERS[key])
    return ordered.reverse() if sort.startswith("-") else ordered


def _narrowed(rows: QuerySet[CallEntry], wanted: CallFilter) -> QuerySet[CallEntry]:
    simple = {"verdict": wanted.verdict, "outcome": wanted.outcome, "by": wanted.officer}
    rows = rows.filter(**{name: value for name, value in simple.items() if value not in ("", None)})
    if wanted.form == "khong":
        rows = rows.filter(form=None)
    elif wanted.form:
        rows = rows.filter(form__code=wanted.form)
    if wanted.since is not None:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(at__lt=_midnight(wanted.until + clock.DAY))
    return rows


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), clock.VIETNAM)


def reads_words(member: Member) -> bool:
    """Whether the member may read what calls were about: an auditor sees the list without it. One query."""
    return roles_of(member, *OFFICERS).exists()


def call_for(member: Member, call_id: int) -> CallEntry:
    """One call, for an officer of the desk. Raises NotAllowed, Http404."""
    require_role(member, *OFFICERS)
    rows = CallEntry.objects.select_related("by", "form__published", "area", "tip")
    return get_object_or_404(rows, pk=call_id)


def may_edit(member: Member, call: CallEntry) -> bool:
    """Whether the member may correct the entry. One query at most."""
    return call.by_id == member.pk or roles_of(member, Role.Kind.COORDINATOR).exists()


def form_name(form: ScamForm | None) -> str:
    """A form as lists name it; empty for none. No query when ``published`` is loaded."""
    if form is None:
        return ""
    return form.published.name if form.published else form.code


def call_headings() -> list[str]:
    """Of the exported log."""
    return [
        *(_("Lúc"), _("Số phút"), _("Hỏi về"), _("Hình thức"), _("Nhận định"), _("Địa bàn"), _("Kết quả")),
        *(_("Tin báo"), _("Người trực")),
    ]


def call_rows(rows: QuerySet[CallEntry], *, words: bool) -> Iterator[list[Value]]:
    """The log as a table, without callers, and without what calls were about unless ``words``. Streamed."""
    for call in rows.iterator(chunk_size=2000):
        yield [
            *(call.at, call.minutes, call.about if words else "", form_name(call.form)),
            *(str(call.get_verdict_display()), str(call.area or ""), call.get_outcome_display()),
            *(str(call.tip or ""), call.by.full_name),
        ]


def call_figures(member: Member, wanted: CallFilter, *, today: dt.date | None = None) -> CallFigures:
    """Counts by day, form and verdict within the filter. Five queries. Raises NotAllowed."""
    require_role(member, *READERS)
    rows = _narrowed(CallEntry.objects.order_by(), wanted)
    told = rows.aggregate(calls=Count("pk"), minutes=Sum("minutes"), tips=Count("pk", filter=Q(outcome="tip")))
    return CallFigures(
        calls=told["calls"],
        minutes=told["minutes"] or 0,
        tips=told["tips"],
        by_day=_by_day(rows, wanted.until or today or clock.today(), wanted.since),
        by_form=_by_form(rows),
        by_verdict=_by_verdict(rows),
    )


def _by_day(rows: QuerySet[CallEntry], until: dt.date, since: dt.date | None) -> Chart:
    """The filter's days, at most four weeks back from its last."""
    first = max(since or dt.date.min, until - (DAYS - 1) * clock.DAY)
    within = rows.filter(at__gte=_midnight(first), at__lt=_midnight(until + clock.DAY))
    counts = dict(within.annotate(day=TruncDate("at", tzinfo=clock.VIETNAM)).values_list("day").annotate(n=Count("pk")))
    days = [first + number * clock.DAY for number in range((until - first).days + 1)] if first <= until else []
    return Chart(
        name="cuoc-goi-ngay",
        kind="bars",
        title=_("Cuộc gọi theo ngày"),
        unit=_("cuộc gọi"),
        heading=_("Ngày"),
        labels=tuple(f"{day:%d/%m}" for day in days),
        series=(Series(_("Cuộc gọi"), tuple(counts.get(day, 0) for day in days)),),
    )


def _by_form(rows: QuerySet[CallEntry]) -> Chart:
    counts: list[tuple[Any, ...]] = list(
        rows.values_list("form__code", "form__published__name").annotate(n=Count("pk")).order_by("-n", "form__code")
    )
    shown = [(name or code or _("Chưa rõ"), number) for code, name, number in counts[:MOST_FORMS]]
    if rest := sum(number for _code, _name, number in counts[MOST_FORMS:]):
        shown.append((_("Hình thức khác"), rest))
    return _rows("cuoc-goi-hinh-thuc", _("Theo hình thức"), _("Hình thức"), shown)


def _by_verdict(rows: QuerySet[CallEntry]) -> Chart:
    counts: dict[str, int] = dict(rows.values_list("verdict").annotate(n=Count("pk")))
    shown = [(str(label), counts[code]) for code, label in VERDICTS.items() if code in counts]
    if "" in counts:
        shown.append((_("Không hỏi nhận định"), counts[""]))
    return _rows("cuoc-goi-nhan-dinh", _("Theo nhận định đã nói"), _("Nhận định"), shown)


def _rows(name: str, title: str, heading: str, shown: list[tuple[str, int]]) -> Chart:
    return Chart(
        name=name,
        kind="rows",
        title=title,
        unit=_("cuộc gọi"),
        heading=heading,
        labels=tuple(label for label, _number in shown),
        series=(Series(_("Cuộc gọi"), tuple(number for _label, number in shown)),),
    )
