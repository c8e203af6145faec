"""The register of collaborators and their signals, for those who keep it and for themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.selectors.access import in_force
from canhgiac.engines.similarity.burst import reliability
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.library.models import ScamForm
from canhgiac.radar.models import Collaborator, Signal

from .scope import ACTING, KEEPING, READING

State = Signal.State
CHIPS = {
    State.NEW: ("info", "hourglass"),
    State.CONFIRMED: ("done", "check"),
    State.REFUTED: ("none", "x"),
    State.UNCLEAR: ("soon", "question-mark"),
    State.WITHDRAWN: ("none", "arrow-back-up"),
}
SORTS = {"ten": "member__full_name", "tu": "since", "tin-cay": "trust"}
SIGNAL_SORTS = {"luc": "received_at", "noi": "area__folded", "trang-thai": "state"}
OWN = 30
"""Own signals shown on the collaborator's page."""
QUICK_FORMS = 6
"""Forms offered first: those seen most in the last 30 days."""


@dataclass(frozen=True)
class CollaboratorFilter:
    """What the register is narrowed to."""

    q: str = ""
    area: Area | None = None
    ended: bool = False


def collaborators_for(member: Member, wanted: CollaboratorFilter, *, sort: str = "") -> QuerySet[Collaborator]:
    """The register, by name. In no order of how much anybody sent: there is no such list."""
    require_role(member, *KEEPING, *READING)
    areas = Prefetch("areas", Area.objects.order_by("folded", "pk"))
    rows = Collaborator.objects.select_related("member__agency").prefetch_related(areas)
    rows = rows.filter(ended_on__isnull=not wanted.ended)
    if wanted.q:
        rows = rows.filter(Q(member__full_name__icontains=wanted.q) | Q(standing__icontains=wanted.q))
    if wanted.area:
        rows = rows.filter(areas__path__startswith=wanted.area.path).distinct()
    rows = rows.annotate(last=Max("signals__received_at"), trust=_trust())
    key = SORTS.get(sort.removeprefix("-"), "member__full_name")
    return rows.order_by(F(key).desc() if sort.startswith("-") else F(key).asc(), "pk")


def _trust() -> F | object:
    return (F("confirmed") + 3.0) / (F("confirmed") + F("refuted") + 4.0)


def collaborator_for(member: Member, collaborator_id: int) -> Collaborator:
    """One of the register. Raises Http404, NotAllowed."""
    require_role(member, *KEEPING, *READING)
    return get_object_or_404(Collaborator.objects.select_related("member"), pk=collaborator_id)


def collaborator_of(member: Member) -> Collaborator | None:
    """The member's own place in the register while it lasts; None for who may not send."""
    if not has_role(member, Role.Kind.COLLABORATOR):
        return None
    return Collaborator.objects.filter(member=member, ended_on__isnull=True).first()


def may_keep(member: Member) -> bool:
    """Whether the member keeps the register. One query."""
    return has_role(member, *KEEPING)


def trust_percent(collaborator: Collaborator) -> int:
    """Reliability in percent."""
    return round(100 * reliability(collaborator.confirmed, collaborator.refuted))


def addable_members() -> QuerySet[Member]:
    """Members with the role COLLABORATOR today who are not in the register."""
    return (
        Member.objects.filter(in_force(clock.today(), "roles__"), roles__kind=Role.Kind.COLLABORATOR, is_active=True)
        .exclude(collaborator__ended_on__isnull=True, collaborator__isnull=False)
        .order_by("full_name", "pk")
        .distinct()
    )


@dataclass(frozen=True)
class SignalFilter:
    """What the list of signals is narrowed to; without a state those not answered."""

    q: str = ""
    state: str = ""
    area: Area | None = None
    since: dt.date | None = None
    until: dt.date | None = None


def signals_for(member: Member, wanted: SignalFilter, *, sort: str = "") -> QuerySet[Signal]:
    """Signals for who answers or reads them, the latest first. Raises NotAllowed."""
    require_role(member, *READING)
    rows = Signal.objects.select_related("collaborator__member", "form__published", "area", "decided_by")
    if wanted.state != "all":
        rows = rows.filter(state=wanted.state or State.NEW)
    if wanted.q:
        rows = rows.filter(Q(words__icontains=wanted.q) | Q(collaborator__member__full_name__icontains=wanted.q))
    if wanted.area:
        rows = rows.filter(area__path__startswith=wanted.area.path)
    if wanted.since:
        rows = rows.filter(received_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(received_at__date__lte=wanted.until)
    key = SIGNAL_SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("-received_at", "-pk")
    return rows.order_by(F(key).desc() if sort.startswith("-") else F(key).asc(), "-pk")


def signal_for(member: Member, signal_id: int) -> Signal:
    """One signal for who answers it, or one's own. Raises Http404."""
    rows = Signal.objects.select_related("collaborator__member", "form__published", "area")
    if not has_role(member, *ACTING, *READING):
        rows = rows.filter(collaborator__member=member)
    return get_object_or_404(rows, pk=signal_id)


def signal_by_key(member: Member, client_key: object) -> Signal:
    """One's own signal by the key its phone made. Raises Http404."""
    return get_object_or_404(Signal, client_key=client_key, collaborator__member=member)


def own_signals(collaborator: Collaborator) -> list[Signal]:
    """What became of one's own signals, the latest first."""
    rows = collaborator.signals.select_related("form__published", "area").exclude(state=State.WITHDRAWN)
    return list(rows.order_by("-received_at", "-pk")[:OWN])


def signal_title(signal: Signal) -> str:
    """What it was: the form's name, else the words."""
    if signal.form is not None:
        return signal.form.published.name if signal.form.published else signal.form.code
    return signal.words[:80] or _("Việc khác")


def quick_forms() -> list[tuple[ScamForm, str, bool]]:
    """Published forms with their names; those that signals of the last month named most are marked to come first."""
    since = clock.now() - dt.timedelta(days=30)
    counts = dict(
        Signal.objects.filter(received_at__gte=since, form__isnull=False).values_list("form").annotate(n=Count("pk"))
    )
    rows = list(ScamForm.objects.filter(published__isnull=False).select_related("published"))
    rows.sort(key=lambda row: (-counts.get(row.pk, 0), row.code))
    return [
        (row, row.published.name if row.published else row.code, place < QUICK_FORMS) for place, row in enumerate(rows)
    ]


def headings() -> list[str]:
    """The columns of the file of signals."""
    return [
        *(_("Mã"), _("Nhận lúc"), _("Thấy lúc"), _("Cộng tác viên"), _("Hình thức"), _("Địa bàn"), _("Mấy người gặp")),
        *(_("Lời kể (đã che)"), _("Trạng thái"), _("Phản hồi")),
    ]


def file_rows(signals: QuerySet[Signal]) -> Iterator[list[Value]]:
    """The rows of the file."""
    for one in signals.iterator(chunk_size=1000):
        yield [
            one.pk, one.received_at, one.seen_at, str(one.collaborator), signal_title(one) if one.form else "",
            one.area.name, one.how_many, one.words, str(one.get_state_display()), one.feedback,
        ]  # fmt: skip
