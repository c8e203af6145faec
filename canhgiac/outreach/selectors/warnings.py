"""Draft warnings as staff look at them: the list, one in full, the hours since the first tip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Area, Member
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.outreach.models import Warning as Alert

from .scope import require_reading

State = Alert.State
CHIPS = {
    State.DRAFT: ("info", "pencil"),
    State.IN_REVIEW: ("soon", "hourglass"),
    State.RETURNED: ("late", "arrow-back-up"),
    State.APPROVED: ("info", "circle-check"),
    State.ISSUED: ("done", "send"),
    State.SUPERSEDED: ("none", "replace"),
    State.CANCELLED: ("none", "arrow-back-up"),
    State.EXPIRED: ("none", "clock-off"),
    State.DROPPED: ("none", "circle-off"),
}
CURRENT = (*Alert.OPEN, State.APPROVED, State.ISSUED)
"""What somebody has to do with today."""
SORTS = {
    "tieu-de": "folded",
    "hinh-thuc": "form__published__name",
    "tin-dau": "first_seen_at",
    "soan-luc": "made_at",
    "trang-thai": "state",
}
WIDTHS = [8, 12, 50, 30, 30, 26, 14, 20, 16, 20, 24, 50, 50, 50, 40]
DAYS_FROM = 72
"""Hours from which a span is told in days."""


@dataclass(frozen=True)
class WarningFilter:
    """What the list is narrowed to; without a state what is written or out, "all" for every state."""

    q: str = ""
    state: str = ""
    form: str = ""
    """Code of a scam form."""
    area: Area | None = None
    """Where people live: drafts for it, for a part of it, for what it lies in, for the whole province."""


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A draft with its words."""

    warning: Alert
    form: str
    places: str
    origin: str
    since_first: str
    """How long ago the first tip came; empty where none is known."""
    chip: tuple[str, str]


def warnings_for(member: Member, wanted: WarningFilter | None = None, *, sort: str = "") -> QuerySet[Alert]:
    """The one door: drafts, the latest first. Raises NotAllowed for who may not read them. No query of drafts yet."""
    require_reading(member)
    wanted = wanted or WarningFilter(state="all")
    rows = Alert.objects.select_related("form__published", "made_by", "edited_by", "dropped_by")
    rows = rows.prefetch_related("areas")
    if wanted.state != "all":
        rows = rows.filter(state=wanted.state) if wanted.state else rows.filter(state__in=CURRENT)
    for word in fold(wanted.q).split():
        rows = rows.filter(folded__contains=word)
    if wanted.form:
        rows = rows.filter(form__code=wanted.form)
    if wanted.area:
        rows = rows.filter(reaching(wanted.area))
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("-made_at", "-pk")
    first = F(key)
    return rows.order_by(first.desc(nulls_last=True) if sort.startswith("-") else first.asc(nulls_last=True), "-pk")


def warning_for(member: Member, warning_id: int) -> Alert:
    """One draft with its people and areas. Raises Http404, NotAllowed."""
    return get_object_or_404(warnings_for(member), pk=warning_id)


def warning_rows(warnings: list[Alert]) -> list[WarningRow]:
    """The drafts with their words. No query."""
    return [
        WarningRow(
            row, form_words(row), place_words(row), origin_words(row), since_first_words(row), CHIPS[State(row.state)]
        )
        for row in warnings
    ]


def form_words(warning: Alert) -> str:
    """The name of the scam form, its code where it has no public text; empty where none is set."""
    if warning.form is None:
        return ""
    return warning.form.published.name if warning.form.published else warning.form.code


def place_words(warning: Alert) -> str:
    """The areas by name; the whole province where none is set."""
    return ", ".join(area.name for area in warning.areas.all()) or _("Toàn tỉnh")


def origin_words(warning: Alert) -> str:
    """Where the draft came from, in a word. What it names lies above this capability and is not read here."""
    kind = warning.origin.partition(".")[0]
    return {"": _("Tự soạn"), "radar": _("Ra-đa"), "tips": _("Tin báo")}.get(kind, _("Nguồn khác"))


def span_words(span: dt.timedelta) -> str:
    """A span in whole hours, from three days on in whole days."""
    hours = max(int(span.total_seconds() // 3600), 0)
    if hours < 1:
        return _("dưới 1 giờ")
    if hours < DAYS_FROM:
        return ngettext("%(n)d giờ", "%(n)d giờ", hours) % {"n": hours}
    return ngettext("%(n)d ngày", "%(n)d ngày", hours // 24) % {"n": hours // 24}


def since_first_words(warning: Alert) -> str:
    """How long ago the first tip came; a dropped draft waits for nobody, so it has none. Empty where unknown."""
    if warning.first_seen_at is None or warning.state == State.DROPPED:
        return ""
    return span_words(clock.now() - warning.first_seen_at)


def to_draft_words(warning: Alert) -> str:
    """From the first tip to the draft: the head of the measure "hours from first tip to first warning"."""
    return span_words(warning.made_at - warning.first_seen_at) if warning.first_seen_at else ""


def warning_tally(member: Member) -> dict[str, int]:
    """How many stand in each state. Two queries."""
    require_reading(member)
    states = list(Alert.objects.values_list("state", flat=True))
    return {state: states.count(state) for state in State.values}


def tally_rows(member: Member) -> list[tuple[str, str, int]]:
    """State, its name and how many, of those that there are. One query."""
    told = warning_tally(member)
    return [(state.value, str(state.label), told[state]) for state in State if told.get(state)]


def reaching(area: Area) -> Q:
    """Drafts that concern who lives in the area."""
    links = Alert.areas.through.objects.filter(warning=OuterRef("pk"))
    above = [int(step) for step in area.path.split("/") if step]
    near = links.filter(Q(area__path__startswith=area.path) | Q(area__in=above))
    return Q(Exists(near)) | ~Q(Exists(links))


def headings() -> list[str]:
    """The columns of the file."""
    return [
        *(_("Mã"), _("Trạng thái"), _("Tiêu đề"), _("Hình thức"), _("Địa bàn"), _("Đối tượng"), _("Nguồn")),
        *(_("Tin đầu tiên"), _("Từ tin đầu tiên đến bản nháp, giờ"), _("Soạn lúc"), _("Người soạn")),
        *(_("Chuyện gì đang xảy ra"), _("Dấu hiệu"), _("Cần làm"), _("Lý do bỏ")),
    ]


def file_rows(warnings: QuerySet[Alert]) -> Iterator[list[Value]]:
    """The rows of the file."""
    for row in warnings.iterator(chunk_size=500):
        hours = (row.made_at - row.first_seen_at).total_seconds() / 3600 if row.first_seen_at else None
        yield [
            *(row.pk, str(row.get_state_display()), row.title, form_words(row), place_words(row)),
            *(str(row.get_audience_display()), origin_words(row), row.first_seen_at),
            *(round(hours, 1) if hours is not None else None, row.made_at, row.made_by.full_name),
            *(row.happens, row.signs, row.advice, row.dropped_reason),
        ]
