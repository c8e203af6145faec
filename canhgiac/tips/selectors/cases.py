"""Cases: the list, one case with its tips, why they belong together, what else may belong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area, Member
from canhgiac.tips.models import Case, CaseEvent, Handover, Tip, TipToken

from .duplicates import NEAR_BANDS, why_words
from .queues import TipRow, tip_rows
from .scope import TipScope, case_for, cases_for, scope_of

MOST_TIPS = 500
EVENT_WORDS = {
    "joined": gettext_lazy("Máy ghép"),
    "linked": gettext_lazy("Cán bộ ghép"),
    "parted": gettext_lazy("Bỏ ghép, tách"),
    "split": gettext_lazy("Tách từ vụ khác"),
    "merged": gettext_lazy("Gộp vụ"),
    "unmerged": gettext_lazy("Bỏ gộp"),
    "closed": gettext_lazy("Kết thúc"),
    "reopened": gettext_lazy("Mở lại"),
    "handed": gettext_lazy("Chuyển hồ sơ"),
}


@dataclass(frozen=True)
class CaseFilter:
    """What the list of cases is narrowed to."""

    q: str = ""
    state: str = ""
    form: str = ""
    area: Area | None = None
    since: dt.date | None = None
    until: dt.date | None = None


def cases_narrowed(scope: TipScope, wanted: CaseFilter, *, sort: str = "") -> QuerySet[Case]:
    """Cases with their number of tips and the latest one's day, the latest opened first. No query yet."""
    rows = cases_for(scope.member, scope=scope).annotate(count=Count("tips"), latest=Max("tips__received_at"))
    if wanted.q.strip():
        rows = rows.filter(number__icontains=wanted.q.strip())
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=Case.State.MERGED)
    if wanted.form:
        rows = rows.filter(form__code=wanted.form)
    if wanted.area:
        rows = rows.filter(area__path__startswith=wanted.area.path)
    if wanted.since:
        rows = rows.filter(opened_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(opened_at__date__lte=wanted.until)
    orders = {"so": ("opened_at", "pk"), "tin": ("count", "pk"), "moi": ("latest", "pk"), "trang-thai": ("state", "pk")}
    keys = orders.get(sort.removeprefix("-"), ("-opened_at", "-pk"))
    return rows.order_by(*(f"-{key}" for key in keys) if sort.startswith("-") else keys)


@dataclass(frozen=True, slots=True)
class Kin:
    """Another case that shares tokens with this one."""

    case: Case
    why: str
    shared: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case and everything its page shows."""

    case: Case
    name: str
    rows: list[TipRow]
    more: int
    shared: list[tuple[str, int]]
    """Kinds of tokens that two or more of its tips share, with how many."""
    kin: list[Kin]
    events: list[dict[str, Any]]
    handovers: list[Handover]
    may_work: bool


def case_page(member: Member, case_id: int) -> CasePage:
    """The case within the member's reach. Raises Http404. Ten queries whatever its size."""
    scope = scope_of(member)
    case = case_for(member, case_id)
    ids = list(
        Tip.objects.filter(case=case).order_by("-received_at", "-pk").values_list("pk", flat=True)[: MOST_TIPS + 1]
    )
    rows = tip_rows(scope, ids[:MOST_TIPS])
    merged = case.state == Case.State.MERGED
    return CasePage(
        case=case,
        name=case_name(case),
        rows=rows,
        more=max(0, len(ids) - MOST_TIPS),
        shared=_shared(case),
        kin=[] if merged else _kin(case),
        events=case_events(case),
        handovers=list(case.handovers.select_related("made_by", "agency").order_by("-made_at")),
        may_work=scope.works_all or any(row.may_work for row in rows),
    )


def case_name(case: Case) -> str:
    """Made of form and place, of nothing sealed: "Giả danh công an · Xã Đồi Mây"."""
    form = case.form.published.name if case.form and case.form.published else _("Chưa rõ hình thức")
    return f"{form} · {case.area}" if case.area else form


def _shared(case: Case) -> list[tuple[str, int]]:
    rows = TipToken.objects.filter(tip__case=case).values("kind", "token").annotate(n=Count("tip")).filter(n__gt=1)
    counts = Counter(kind for (kind,) in rows.values_list("kind"))
    return [(why_words([kind]), number) for kind, number in counts.most_common() if kind != TipToken.Kind.TEXT] + (
        [(why_words(["text"]), 0)] if counts["text"] >= NEAR_BANDS else []
    )


def _kin(case: Case) -> list[Kin]:
    """Other cases that share firm tokens: a person may merge them. One query and one for the cases."""
    mine = TipToken.objects.filter(tip__case=case).exclude(kind=TipToken.Kind.TEXT).values("token")
    rows = (
        TipToken.objects.filter(token__in=mine, tip__case__isnull=False)
        .exclude(tip__case=case)
        .values_list("tip__case", "kind", "token")
        .distinct()[:2000]
    )
    kinds: dict[int, set[str]] = {}
    tokens: Counter[int] = Counter()
    for case_id, kind, _token in rows:
        kinds.setdefault(case_id, set()).add(kind)
        tokens[case_id] += 1
    best = [case_id for case_id, _number in tokens.most_common(10)]
    cases = Case.objects.select_related("form__published", "area").in_bulk(best)
    return [Kin(cases[pk], why_words(kinds[pk]), tokens[pk]) for pk in best if pk in cases]


def case_events(case: Case) -> list[dict[str, Any]]:
    """What was done to the case, the latest first."""
    return [
        {
            "at": event.at,
            "by": event.by,
            "words": str(EVENT_WORDS.get(event.what, event.what)),
            "tips": event.facts.get("tips", [])[:12],
            "why": why_words(event.facts["why"]) if isinstance(event.facts.get("why"), list) else "",
            "reason": event.facts.get("reason", ""),
        }
        for event in CaseEvent.objects.filter(case=case).select_related("by").order_by("-at", "-pk")[:100]
    ]


def case_numbered(member: Member, text: str) -> Case:
    """The case of a number as typed, within reach. Raises Http404."""
    return get_object_or_404(cases_for(member), number__iexact=text.strip())
