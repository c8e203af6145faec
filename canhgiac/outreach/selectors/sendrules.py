"""Who decided what about sending, and how the providers stand: for the pages of staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Lane, Provider, Way

from .progress import failure_words
from .providers import Senders, provider_list, senders_alive
from .scope import READING

SEES = (*READING, Role.Kind.ADMIN)
KEEPS = (Role.Kind.ADMIN, Role.Kind.COORDINATOR)
SHOWN = 10
ENDS_SOON = dt.timedelta(days=60)
"""A brandname is asked for anew weeks before it ends."""
LATELY = dt.timedelta(hours=24)


def may_rule(member: Member) -> bool:
    """Whether the member writes the rules. One query."""
    return has_role(member, Role.Kind.COORDINATOR)


def may_keep(member: Member) -> bool:
    """Whether the member sets providers up. One query."""
    return has_role(member, *KEEPS)


def require_seeing(member: Member) -> None:
    """Raises NotAllowed for who does not see providers."""
    require_role(member, *SEES)


def require_keeping(member: Member) -> None:
    """Raises NotAllowed for who does not set providers up."""
    require_role(member, *KEEPS)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the rules."""

    at: dt.datetime
    by: str
    fields: str
    """What it touched, in words."""


_FIELDS = {
    "is_advertising": gettext_lazy("nhãn quảng cáo"),
    "opinion": gettext_lazy("ý kiến pháp chế"),
    "opinion_on": gettext_lazy("ngày có ý kiến"),
    "opinion_by": gettext_lazy("người có ý kiến"),
    "sms_from": gettext_lazy("giờ SMS"),
    "sms_until": gettext_lazy("giờ SMS"),
    "zalo_from": gettext_lazy("giờ Zalo"),
    "zalo_until": gettext_lazy("giờ Zalo"),
    "most_in_day": gettext_lazy("số tin trong 24 giờ"),
    "daily_cap": gettext_lazy("số tin một ngày"),
    "domains": gettext_lazy("tên miền"),
    "speak_at": gettext_lazy("giờ loa phát"),
}


def rules_history() -> list[Change]:
    """The latest changes of the rules. One query."""
    rows = AuditEntry.objects.filter(act="outreach.sending_rules_save").select_related("actor").order_by("-seq")
    made = []
    for row in rows[:SHOWN]:
        words = dict.fromkeys(str(_FIELDS[name]) for name in row.facts.get("changed", []) if name in _FIELDS)
        made.append(Change(row.at, row.actor.full_name if row.actor else "", ", ".join(words)))
    return made


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider as the list shows it."""

    provider: Provider
    name_ends: str
    """"", "soon" or "over": how the right to its sender's name stands."""

    @property
    def away_words(self) -> str:
        """Why the senders cannot reach it now; empty where they can, or where nobody is to send by it."""
        one = self.provider
        is_used = one.is_active and one.paused_at is None
        return failure_words(one.away_code, Attempt.Outcome.LATER) if one.away_code and is_used else ""


@dataclass(frozen=True, slots=True)
class ProvidersPage:
    """All providers, and the processes that send."""

    rows: list[ProviderRow]
    senders: Senders
    may_keep: bool
    may_read: bool
    """Whether the pages beside it open to the member: an administrator who is nothing else has this one alone."""


def providers_page(member: Member) -> ProvidersPage:
    """The list. Raises NotAllowed. Five queries."""
    require_seeing(member)
    rows = [provider_row(one) for one in provider_list()]
    return ProvidersPage(rows, senders_alive(), may_keep(member), has_role(member, *READING))


def provider_row(provider: Provider) -> ProviderRow:
    """With how long its sender's name may still be used. No query."""
    until = provider.sender_until
    if provider.way != Way.SMS or until is None or until > clock.today() + ENDS_SOON:
        return ProviderRow(provider, "")
    return ProviderRow(provider, "over" if until < clock.today() else "soon")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of failure of a provider in the last day."""

    words: str
    code: str
    count: int


def provider_troubles(provider: Provider) -> list[Trouble]:
    """What it refused or left unanswered in the last 24 hours, the most frequent first. Two queries."""
    since = clock.now() - LATELY
    open_lately = Q(finished_at__isnull=True) | Q(finished_at__gt=since)
    lanes = list(Lane.objects.filter(open_lately, provider=provider).values_list("pk", flat=True))
    failed = Attempt.objects.filter(lane__in=lanes, at__gt=since).exclude(
        outcome__in=[Attempt.Outcome.TAKEN, Attempt.Outcome.SKIPPED]
    )
    found = failed.order_by().values("code", "outcome").annotate(n=Count("delivery_id")).order_by("-n")
    return [Trouble(failure_words(one["code"], one["outcome"]), one["code"], one["n"]) for one in found[:SHOWN]]
