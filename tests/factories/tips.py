"""The vault, tip officers and sealed tips."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid as uuids
from dataclasses import dataclass
from typing import Any

from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.engines.lookup.keys import key_of
from canhgiac.tips.models import Tip, VaultKey
from canhgiac.tips.selectors.unlocked import Unlocked
from canhgiac.tips.services import consent, intake, parts, vault
from canhgiac.tips.services.files import Sent
from canhgiac.tips.services.intake import Receipt, TipData

from . import agencies

PASSPHRASE = "bốn con trâu đi chợ"
HOLDERS = ("Giám đốc", "Phó Giám đốc", "Trưởng phòng")
STORY = (
    "Có người gọi số 0900 000 111 xưng công an phường, bảo tôi liên quan vụ rửa tiền, bắt chuyển 15 triệu vào số "
    "tài khoản 1234567890123 Vietcombank và cài ứng dụng từ trang dichvucong-vn.test/tai. Họ cấm tôi kể với người nhà."
)
_number = itertools.count(1)


@dataclass(frozen=True)
class Vault:
    """A made vault, its first officer with the vault open, and the shares."""

    key: VaultKey
    officer: Member
    unlocked: Unlocked
    shares: list[tuple[str, str]]


def officer(at: Agency, *, name: str = "", password: str = "") -> Member:
    """A tip officer."""
    number = next(_number)
    member = agencies.member(full_name=name or f"Cán Bộ Tin {number}", agency=at, password=password)
    agencies.role(member, Role.Kind.TIP_OFFICER, at)
    return member


def vault_made(cast: agencies.Cast, *, by: Member | None = None, passphrase: str = PASSPHRASE) -> Vault:
    """The ceremony by a tip officer of the provincial police."""
    who = by or officer(cast.police)
    vault.vault_consent(by=cast.coordinator, member=who)
    made = vault.vault_make(by=who, passphrase=passphrase, holders=HOLDERS, threshold=2)
    consent.consent_first()
    return Vault(made.vault, who, made.unlocked, made.shares)


def another(held: Vault, at: Agency, *, passphrase: str = PASSPHRASE) -> tuple[Member, Unlocked]:
    """A second tip officer, let in, with the vault open."""
    who = officer(at)
    key = vault.member_key_make(by=who, passphrase=passphrase)
    vault.vault_grant(by=held.officer, unlocked=held.unlocked, key=key)
    return who, vault.vault_unlock(by=who, passphrase=passphrase)


def received(
    *,
    story: str = STORY,
    keys: tuple[tuple[str, str], ...] = (),
    files: tuple[Sent, ...] = (),
    area: Area | None = None,
    channel: Tip.Channel = Tip.Channel.WEB,
    by: Member | None = None,
    partner: Agency | None = None,
    client_key: uuids.UUID | None = None,
    identity: parts.Identity | None = None,
    amount: int | None = None,
    received_at: dt.datetime | None = None,
    **data: Any,
) -> Receipt:
    """A tip taken in as every other; ``keys`` are (kind, text). The vault must be made."""
    found = tuple(key_of(kind, text) for kind, text in keys)
    facts = parts.Facts(amount=amount, keys=found, confirmed=bool(found))
    receipt = intake.tip_receive(
        data=TipData(story=story, facts=facts, identity=identity or parts.Identity(), area=area, **data),
        files=files,
        channel=channel,
        by=by,
        partner=partner,
        client_key=client_key,
    )
    if received_at is not None:
        Tip.objects.filter(pk=receipt.tip.pk).update(received_at=received_at)
        receipt.tip.refresh_from_db()
    return receipt


def tip(**given: Any) -> Tip:
    """The tip of ``received``."""
    return received(**given).tip
