"""The queues of tips: masked rows narrowed, sorted and paged, golden hour first. Nothing sealed is read here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.engines.lookup.keys import keys_in
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.library.selectors.forms import forms_published
from canhgiac.tips.models import Tip, TipToken

from .blind import key_tokens
from .deadlines import OPEN_STATES, golden, is_golden, is_late, late
from .scope import TipScope, readable, scope_of

ROWS = 50
GOLDEN_ROWS = 10
MOST_EXPORT = 100_000
VIEWS = (
    ("", gettext_lazy("Cần xử lý")),
    ("cua-toi", gettext_lazy("Của tôi")),
    ("chua-nhan", gettext_lazy("Chưa ai nhận")),
    ("cho-ta", gettext_lazy("Chờ ta trả lời")),
    ("qua-han", gettext_lazy("Quá hạn")),
    ("gio-vang", gettext_lazy("Giờ vàng")),
    ("da-chuyen", gettext_lazy("Đã chuyển")),
    ("ket-thuc", gettext_lazy("Đã kết thúc")),
    ("tat-ca", gettext_lazy("Tất cả")),
)
_NUMBER = re.compile(r"[Tt]?0*(\d{1,12})")
_CASE = re.compile(r"vv-?\d{4}-?\d+", re.IGNORECASE)
ORDERS: dict[str, tuple[Any, ...]] = {
    "nhan": ("received_at", "pk"),
    "han": (F("due_on").asc(nulls_last=True), "pk"),
    "trang-thai": ("state", "-received_at", "-pk"),
    "thiet-hai": (F("loss").asc(nulls_first=True), "-received_at", "-pk"),
}
_TURNED: dict[str, tuple[Any, ...]] = {
    "nhan": ("-received_at", "-pk"),
    "han": (F("due_on").desc(nulls_last=True), "-pk"),
    "trang-thai": ("-state", "-received_at", "-pk"),
    "thiet-hai": (F("loss").desc(nulls_last=True), "-received_at", "-pk"),
}
_CHIPS = {
    Tip.State.NEW: ("soon", "inbox"),
    Tip.State.TRIAGE: ("info", "pencil"),
    Tip.State.ASKED: ("none", "message-question"),
    Tip.State.HANDED: ("info", "send"),
    Tip.State.CLOSED: ("done", "check"),
    Tip.State.WITHDRAWN: ("none", "arrow-back-up"),
    Tip.State.SPAM: ("none", "ban"),
}


@dataclass(frozen=True)
class TipFilter:
    """What the queue is narrowed to."""

    view: str = ""
    """A code of VIEWS."""
    q: str = ""
    """A tip's or case's number, or an account, number or link: found by its blind token."""
    state: str = ""
    channel: str = ""
    form: str = ""
    """A scam form's code; "khong" for none."""
    area: Area | None = None
    agency: Agency | None = None
    officer: Member | None = None
    loss: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class TipRow:
    """One tip as a list shows it."""

    tip: Tip
    form_name: str
    form_is_guess: bool
    is_golden: bool
    is_late: bool
    chip: str
    chip_icon: str
    may_work: bool

    @property
    def is_open(self) -> bool:
        """Whether we still owe an answer."""
        return self.tip.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class TipListing:
    """One page of the queue with its tallies."""

    page: Page[Any]
    rows: list[TipRow]
    golden: list[TipRow]
    tabs: list[dict[str, Any]]
    scope: TipScope


def tips_narrowed(scope: TipScope, wanted: TipFilter, *, now: dt.datetime) -> QuerySet[Tip]:
    """The tips of a filter within the member's reach. No query yet."""
    rows = Tip.objects.filter(readable(scope)).filter(_view(wanted.view, scope.member, now))
    simple = {"state": wanted.state, "channel": wanted.channel, "loss": wanted.loss, "assigned_to": wanted.officer}
    rows = rows.filter(**{name: value for name, value in simple.items() if value not in ("", None)})
    if wanted.form == "khong":
        rows = rows.filter(form=None)
    elif wanted.form:
        rows = rows.filter(Q(form__code=wanted.form) | Q(form=None, form_guess=wanted.form))
    if wanted.area:
        rows = rows.filter(area__path__startswith=wanted.area.path)
    if wanted.agency:
        rows = rows.filter(assigned_agency__path__startswith=wanted.agency.path)
    if wanted.since:
        rows = rows.filter(received_at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(received_at__lt=_midnight(wanted.until + clock.DAY))
    return rows.filter(_asked(wanted.q)) if wanted.q.strip() else rows


def _view(view: str, member: Member, now: dt.datetime) -> Q:
    opened = Q(state__in=OPEN_STATES)
    return {
        "": opened,
        "cua-toi": opened & Q(assigned_to=member),
        "chua-nhan": opened & Q(assigned_to=None),
        "cho-ta": opened & Q(waits_for_us=True),
        "qua-han": late(now.date()),
        "gio-vang": golden(now),
        "da-chuyen": Q(state=Tip.State.HANDED),
        "ket-thuc": Q(state__in=[Tip.State.CLOSED, Tip.State.WITHDRAWN, Tip.State.SPAM]),
    }.get(view, Q())


def _asked(words: str) -> Q:
    """Tips by what was typed: their number, their case's, or something they name."""
    bare = words.strip()
    if _CASE.fullmatch(bare):
        return Q(case__number__iexact=bare)
    found = Q(pk__in=[])
    if number := _NUMBER.fullmatch(bare):
        found |= Q(pk=int(number[1]))
    tokens = list(key_tokens(keys_in(bare)).values())
    return found | Q(pk__in=TipToken.objects.filter(token__in=tokens).values("tip")) if tokens else found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), clock.VIETNAM)


def tip_listing(member: Member, wanted: TipFilter, *, sort: str = "", number: int | str | None = 1) -> TipListing:
    """One page of the queue. Seven queries whatever its size; the latest first unless sorted otherwise."""
    scope, now = scope_of(member), clock.now()
    narrowed = tips_narrowed(scope, wanted, now=now)
    page = Paginator(narrowed.order_by(*_order(sort)).values_list("pk", flat=True), ROWS).get_page(number)
    urgent: list[int] = []
    if not wanted.view and page.number == 1:
        urgent = list(
            narrowed.filter(golden(now)).order_by("-sent_money_at").values_list("pk", flat=True)[:GOLDEN_ROWS]
        )
    ids = list(page.object_list)
    rows = {row.tip.pk: row for row in tip_rows(scope, [*ids, *urgent], now=now)}
    return TipListing(
        page=page,
        rows=[rows[pk] for pk in ids if pk in rows],
        golden=[rows[pk] for pk in urgent if pk in rows],
        tabs=_tabs(scope, wanted.view, now),
        scope=scope,
    )


def _order(sort: str) -> tuple[Any, ...]:
    key = sort.removeprefix("-")
    if key not in ORDERS:
        return _TURNED["nhan"]
    return _TURNED[key] if sort.startswith("-") else ORDERS[key]


def tip_rows(scope: TipScope, ids: Sequence[int], *, now: dt.datetime | None = None) -> list[TipRow]:
    """These tips as lists show them, in this order. Two queries."""
    moment = now or clock.now()
    found = Tip.objects.select_related("area", "form__published", "assigned_to", "assigned_agency", "case").in_bulk(ids)
    names = form_names() if any(not tip.form_id and tip.form_guess for tip in found.values()) else {}
    return [tip_row(scope, found[pk], names, now=moment) for pk in dict.fromkeys(ids) if pk in found]


def tip_row(scope: TipScope, tip: Tip, names: dict[str, str], *, now: dt.datetime) -> TipRow:
    """One tip as lists show it; ``names`` of forms by code. No query when what it names is loaded."""
    chip, icon = _CHIPS[Tip.State(tip.state)]
    name = tip.form.published.name if tip.form and tip.form.published else ""
    return TipRow(
        tip=tip,
        form_name=name or (tip.form.code if tip.form else names.get(tip.form_guess, "")),
        form_is_guess=tip.form is None and bool(names.get(tip.form_guess)),
        is_golden=is_golden(tip, now),
        is_late=is_late(tip, now.date()),
        chip=chip,
        chip_icon=icon,
        may_work=scope.works(tip),
    )


def form_names() -> dict[str, str]:
    """Names of the published scam forms by code. One query."""
    return {card.code: card.name for card in forms_published()}


def _tabs(scope: TipScope, view: str, now: dt.datetime) -> list[dict[str, Any]]:
    """The views with how many tips each holds; one query over what is open, one over what was handed on."""
    counted = [code for code, _label in VIEWS[:6]]
    rows = Tip.objects.filter(readable(scope), state__in=OPEN_STATES)
    counts = rows.aggregate(
        **{f"n{place}": Count("pk", filter=_view(code, scope.member, now)) for place, code in enumerate(counted)}
    )
    return [
        {
            "code": code,
            "url": f"?xem={code}" if code else "?",
            "label": label,
            "active": code == view,
            "count": counts[f"n{counted.index(code)}"] if code in counted else None,
        }
        for code, label in VIEWS
    ]


def export_headings() -> list[str]:
    """Of the exported queue."""
    return [
        *(_("Số"), _("Nhận lúc"), _("Kênh"), _("Trạng thái"), _("Hình thức"), _("Địa bàn"), _("Thiệt hại")),
        *(_("Hạn giải quyết"), _("Quá hạn"), _("Đơn vị xử lý"), _("Vụ việc"), _("Kết quả"), _("Kết thúc lúc")),
    ]


def export_rows(scope: TipScope, wanted: TipFilter, *, sort: str = "") -> Iterator[list[Value]]:
    """The queue as a table, without anything of a person, and without who handles it. Streamed."""
    now = clock.now()
    names = form_names()
    rows = tips_narrowed(scope, wanted, now=now).order_by(*_order(sort))
    rows = rows.select_related("area", "form__published", "assigned_agency", "case")[:MOST_EXPORT]
    for tip in rows.iterator(chunk_size=2000):
        row = tip_row(scope, tip, names, now=now)
        yield [
            *(str(tip), tip.received_at, tip.get_channel_display(), tip.get_state_display(), row.form_name),
            *(str(tip.area or ""), tip.get_loss_display() if tip.loss is not None else "", tip.due_on),
            *(_("có") if row.is_late else "", str(tip.assigned_agency or ""), str(tip.case or "")),
            *(outcome_words(tip.outcome), tip.closed_at),
        ]


OUTCOMES = (
    ("handled", gettext_lazy("Đã xử lý")),
    ("no_crime", gettext_lazy("Không có dấu hiệu tội phạm")),
    ("not_enough", gettext_lazy("Chưa đủ căn cứ")),
    ("other_body", gettext_lazy("Chuyển cơ quan khác")),
    ("duplicate", gettext_lazy("Trùng tin đã có")),
    ("spam", gettext_lazy("Tin rác")),
)


def outcome_words(code: str) -> str:
    """An outcome as people read it."""
    return str(dict(OUTCOMES).get(code, ""))
