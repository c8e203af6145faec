"""What waits in the warning loop for this member: tips, the radar's cards, decisions, appeals, signatures."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import roles_of
from canhgiac.indicators.models import Appeal, Decision, Request
from canhgiac.kit import clock
from canhgiac.radar.models import Card
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.deadlines import golden, late
from canhgiac.tips.selectors.queues import TipFilter, tips_narrowed
from canhgiac.tips.selectors.scope import scope_of
from canhgiac.tips.selectors.vault import vault_ready

WATCHING = {Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR, Role.Kind.APPROVER}


@dataclass(frozen=True, slots=True)
class Waits:
    """One kind of thing that waits; ``alarm`` where hours count."""

    count: int
    label: str
    url: str
    icon: str
    alarm: bool = False


def watch(member: Member) -> list[Waits] | None:
    """What waits, the most pressing first; a kind of which nothing waits is left out. None, and one query, for a member
    who neither receives tips nor decides; else eight queries at most."""
    kinds = set(roles_of(member, *WATCHING).values_list("kind", flat=True))
    if not kinds:
        return None
    found: list[Waits] = []
    if Role.Kind.TIP_OFFICER in kinds and not vault_ready():
        found.append(
            Waits(0, _("Chưa có khóa niêm phong: chưa nhận được tin báo"), reverse("vault_home"), "key", alarm=True)
        )
    if kinds & {Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR}:
        found += _of_tips(member)
    cards = Card.objects.filter(state=Card.State.NEW).count()
    found.append(Waits(cards, _("thẻ ra-đa mới"), reverse("card_list"), "radar", alarm=True))
    signing = Request.objects.filter(state=Request.State.WAITING).exclude(made_by=member)
    asked = signing.aggregate(all=Count("pk"), urgent=Count("pk", filter=Q(urgent=True)))
    url = reverse("request_list") + "?stand=waiting"
    found.append(Waits(asked["all"], _("yêu cầu chờ ký"), url, "signature", alarm=bool(asked["urgent"])))
    decisions = Decision.objects.filter(outcome=Decision.Outcome.OPEN).exclude(proposed_by=member).count()
    found.append(Waits(decisions, _("dấu vết chờ người thứ hai"), reverse("decision_list"), "users"))
    appeals = Appeal.objects.filter(state=Appeal.State.OPEN)
    due = appeals.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=clock.now())))
    url = reverse("appeal_list")
    found.append(Waits(due["all"], _("khiếu nại chờ trả lời"), url, "message-report", alarm=bool(due["late"])))
    return [one for one in found if one.count or one.icon == "key"]


def _of_tips(member: Member) -> list[Waits]:
    """Two queries."""
    now = clock.now()
    rows = tips_narrowed(scope_of(member), TipFilter(), now=now)
    counts = rows.aggregate(
        golden=Count("pk", filter=golden(now)),
        late=Count("pk", filter=late(now.date())),
        ours=Count("pk", filter=Q(waits_for_us=True)),
        new=Count("pk", filter=Q(state=Tip.State.NEW, assigned_to=None)),
    )
    url = reverse("tip_list")
    return [
        Waits(counts["golden"], _("tin báo trong giờ vàng"), f"{url}?xem=gio-vang", "flame", alarm=True),
        Waits(counts["late"], _("tin báo quá hạn luật định"), f"{url}?xem=qua-han", "clock-exclamation", alarm=True),
        Waits(counts["new"], _("tin báo chưa ai nhận"), f"{url}?xem=chua-nhan", "inbox"),
        Waits(counts["ours"], _("tin báo chờ ta trả lời"), f"{url}?xem=cho-ta", "message"),
    ]
