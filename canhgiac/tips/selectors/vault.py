"""The vault as its page shows it: generations, who holds a key, who may open, what is still to be done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.selectors.access import in_force
from canhgiac.kit import clock
from canhgiac.tips.models import Handover, MemberKey, RecoveryShare, Tip, VaultGrant, VaultKey

CONSENT_DAYS = 7
CONSENT = "tips.vault_consent"


@dataclass(frozen=True, slots=True)
class Holder:
    """A tip officer: whether they made a key, and whether it opens the vault as it is now."""

    member: Member
    key: MemberKey | None
    granted_at: dt.datetime | None

    @property
    def waits(self) -> bool:
        """Has a key of their own that nobody let in yet."""
        return self.key is not None and self.granted_at is None


@dataclass(frozen=True, slots=True)
class VaultPage:
    """What the vault's page shows to one member."""

    vault: VaultKey | None
    mine: MemberKey | None
    is_officer: bool
    is_coordinator: bool
    consented: bool
    may_open: bool
    holders: list[Holder]
    shares: list[RecoveryShare]
    left: int
    """Tips and packs whose keys are still sealed to an older generation."""

    @property
    def openers(self) -> int:
        """Members who can open the vault."""
        return sum(holder.granted_at is not None for holder in self.holders)


def vault_current() -> VaultKey | None:
    """The vault's generation for which new tips are sealed; None before the ceremony."""
    return VaultKey.objects.filter(retired_at__isnull=True).first()


def vault_ready() -> bool:
    """Whether tips can be received: somebody made the vault."""
    return VaultKey.objects.filter(retired_at__isnull=True).exists()


def key_of(member: Member) -> MemberKey | None:
    """The member's own key in use."""
    return MemberKey.objects.filter(member=member, retired_at__isnull=True).order_by("-made_at", "-pk").first()


def grants_of(key: MemberKey) -> QuerySet[VaultGrant]:
    """What this key opens, the newest generation first."""
    return VaultGrant.objects.filter(key=key).select_related("vault").order_by("-vault__generation")


def consented(member: Member) -> bool:
    """Whether a coordinator agreed within the last seven days that this member makes the vault; the log tells."""
    since = clock.now() - dt.timedelta(days=CONSENT_DAYS)
    return AuditEntry.objects.filter(
        act=CONSENT, subject_type=Member._meta.label_lower, subject_id=str(member.pk), at__gte=since
    ).exists()


def tip_officers() -> QuerySet[Member]:
    """Active members with the role today, by name."""
    roles = Role.objects.filter(in_force(clock.today()), kind=Role.Kind.TIP_OFFICER)
    return Member.objects.filter(is_active=True, pk__in=roles.values("member")).order_by("full_name", "pk")


def holders_of(vault: VaultKey | None) -> list[Holder]:
    """Every tip officer, and whoever else still has a key, with what it opens. Three queries."""
    keys = {
        key.member_id: key
        for key in MemberKey.objects.filter(retired_at__isnull=True).select_related("member").order_by("made_at", "pk")
    }
    granted = dict(VaultGrant.objects.filter(vault=vault).values_list("key_id", "granted_at")) if vault else {}
    members = {member.pk: member for member in tip_officers()} | {pk: key.member for pk, key in keys.items()}
    return [
        Holder(member, keys.get(pk), granted.get(keys[pk].pk) if pk in keys else None)
        for pk, member in sorted(members.items(), key=lambda item: (item[1].full_name, item[0]))
    ]


def rewrap_left(vault: VaultKey | None) -> int:
    """Tips whose content key is still sealed to an older generation."""
    return Tip.objects.filter(~Q(vault=vault), erased_at__isnull=True).count() if vault else 0


def packs_sealed() -> QuerySet[Handover]:
    """Handed-over packs whose key is sealed to the vault."""
    return Handover.objects.filter(key_sealed__isnull=False, erased_at__isnull=True)


def may_see(member: Member) -> None:
    """Raises NotAllowed for whoever has nothing to do with the vault."""
    require_role(member, Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR, Role.Kind.AUDITOR)


def vault_page(member: Member) -> VaultPage:
    """The page's facts for one member."""
    vault, mine = vault_current(), key_of(member)
    holders = holders_of(vault)
    return VaultPage(
        vault=vault,
        mine=mine,
        is_officer=has_role(member, Role.Kind.TIP_OFFICER),
        is_coordinator=has_role(member, Role.Kind.COORDINATOR),
        consented=vault is None and consented(member),
        may_open=any(holder.member == member and holder.granted_at for holder in holders),
        holders=holders,
        shares=list(vault.shares.order_by("number")) if vault else [],
        left=rewrap_left(vault),
    )


def generations() -> QuerySet[VaultKey]:
    """All generations with how many tips each seals, the newest first."""
    return VaultKey.objects.annotate(sealed=Count("tips")).select_related("made_by").order_by("-generation")
