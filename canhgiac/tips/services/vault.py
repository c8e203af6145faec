"""The vault: its making, members' keys, who is let in, who is put out, and the way back when passphrases are lost.

No act here can be done by the server alone: making and recovering show secrets once, letting in and putting out need
somebody who has the vault open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role, require_role
from canhgiac.agencies.services import Limit, audit_record, quota_take
from canhgiac.kit import clock
from canhgiac.kit.sealing import (
    BrokenSealError,
    Cost,
    KeyPair,
    Wrapped,
    open_sealed,
    seal,
    sealed_for,
    unwrap_by_passphrase,
    wrap_by_passphrase,
)
from canhgiac.kit.shares import MOST_SHARES, BadShareError, join_secret, share_digest, split_secret
from canhgiac.tips.models import MemberKey, RecoveryShare, Tip, VaultGrant, VaultKey
from canhgiac.tips.selectors.unlocked import Unlocked
from canhgiac.tips.selectors.vault import CONSENT, consented, grants_of, key_of, packs_sealed, vault_current

MIN_PASSPHRASE = 14
TRIES = Limit("vault-unlock", 8, 900)
"""Wrong or right, a member tries eight times a quarter of an hour."""


class VaultRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The vault cannot be made, opened or changed so; the message says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new generation, with the recovery shares that are shown this once: (holder, share)."""

    vault: VaultKey
    shares: list[tuple[str, str]] = field(repr=False)
    unlocked: Unlocked = field(repr=False)


def passphrase_check(*, by: Member, passphrase: str) -> None:
    """Raises VaultRefused for a passphrase that is short, common, made of the member's name, or the login password.

    On a demonstration site the published demo password serves for both.
    """
    if len(passphrase.strip()) < MIN_PASSPHRASE:
        raise VaultRefused(_("Cụm mật khẩu cần ít nhất %d ký tự. Bốn, năm từ ghép lại dễ nhớ.") % MIN_PASSPHRASE)
    try:
        CommonPasswordValidator().validate(passphrase, by)
        UserAttributeSimilarityValidator(user_attributes=["email", "full_name"]).validate(passphrase, by)
    except ValidationError as error:
        raise VaultRefused(" ".join(error.messages)) from None
    if len(set(passphrase)) < 6:
        raise VaultRefused(_("Cụm mật khẩu lặp lại quá ít ký tự. Chọn cụm khác."))
    if not settings.DEMO and by.check_password(passphrase):
        raise VaultRefused(_("Cụm mật khẩu phải khác mật khẩu đăng nhập."))


@transaction.atomic
def vault_consent(*, by: Member, member: Member) -> None:
    """A coordinator agrees that this tip officer makes the vault; holds for seven days. Raises NotAllowed."""
    require_role(by, Role.Kind.COORDINATOR)
    if by == member:
        raise NotAllowed(_("Người lập khóa và người đồng ý phải là hai người."))
    if not has_role(member, Role.Kind.TIP_OFFICER):
        raise NotAllowed(_("Chỉ cán bộ tiếp nhận tin báo lập khóa."))
    audit_record(by=by, act=CONSENT, subject=member)


@transaction.atomic
def vault_make(*, by: Member, passphrase: str, holders: Sequence[str], threshold: int) -> Made:
    """The ceremony: the first tip officer, with a coordinator's consent, makes the vault and their own key.

    ``holders`` are the names of who keeps a recovery share on paper; ``threshold`` of them together open the vault.
    Raises NotAllowed, VaultRefused.
    """
    require_role(by, Role.Kind.TIP_OFFICER)
    if vault_current() is not None:
        raise VaultRefused(_("Khóa niêm phong đã có. Thêm khóa của bạn rồi nhờ người đang mở được cấp quyền."))
    if not consented(by):
        raise NotAllowed(_("Cần điều phối viên đồng ý cho bạn lập khóa (trong 7 ngày gần đây)."))
    key = _key_make(by, passphrase)
    made = _generation_make(by, [key], holders, threshold)
    audit_record(by=by, act="tips.vault_make", subject=made.vault, facts={"shares": len(holders), "need": threshold})
    return made


@transaction.atomic
def member_key_make(*, by: Member, passphrase: str) -> MemberKey:
    """The member's own key under their passphrase; it opens nothing until somebody lets it in.

    An older key of theirs ends with what it opened. Raises NotAllowed, VaultRefused.
    """
    require_role(by, Role.Kind.TIP_OFFICER)
    _keys_end(by)
    key = _key_make(by, passphrase)
    audit_record(by=by, act="tips.member_key_make", subject=key)
    return key


def member_key_change(*, by: Member, old: str, new: str) -> MemberKey:
    """Another passphrase for the same key: what it opens stays. Raises VaultRefused for a wrong old one."""
    key = key_of(by)
    if key is None:
        raise VaultRefused(_("Bạn chưa có khóa."))
    _try_take(by)
    private = _private_of(key, old)
    passphrase_check(by=by, passphrase=new)
    with transaction.atomic():
        _wrap_into(key, new, private)
        key.save(update_fields=["private_wrapped", "salt", "ops", "memory"])
        audit_record(by=by, act="tips.member_key_change", subject=key)
    return key


@transaction.atomic
def vault_grant(*, by: Member, unlocked: Unlocked, key: MemberKey) -> None:
    """Lets a tip officer's key in to every generation that ``by`` holds open. Raises NotAllowed, VaultRefused."""
    _require_open(by, unlocked)
    if key.retired_at is not None or not has_role(key.member, Role.Kind.TIP_OFFICER):
        raise VaultRefused(_("Khóa này không còn dùng, hoặc người giữ không phải cán bộ tiếp nhận tin báo."))
    for vault in VaultKey.objects.all():
        pair = unlocked.pair_of(bytes(vault.public_key))
        if pair is not None:
            VaultGrant.objects.get_or_create(
                vault=vault, key=key, defaults={"sealed": seal(bytes(key.public_key), pair.private), "granted_by": by}
            )
    audit_record(by=by, act="tips.vault_grant", subject=key, facts={"member": key.member_id})


@transaction.atomic
def vault_revoke(*, by: Member, unlocked: Unlocked, member: Member, holders: Sequence[str], threshold: int) -> Made:
    """Puts a member out: their keys end, and a new generation is made for those who stay, with new recovery shares.

    Tips' content keys are sealed again for it by ``vault_rewrap``. What the member copied before stays readable to
    them: the threat model says so. Raises NotAllowed, VaultRefused.
    """
    _require_open(by, unlocked)
    if member == by:
        raise VaultRefused(_("Bạn không tự thu hồi quyền của mình. Nhờ cán bộ khác đang mở khóa."))
    _keys_end(member)
    staying = [grant.key for grant in _current_grants()]
    made = _generation_make(by, staying, holders, threshold, before=unlocked)
    audit_record(
        by=by,
        act="tips.vault_revoke",
        subject=made.vault,
        facts={"member": member.pk, "generation": made.vault.generation},
    )
    return made


def vault_rewrap(*, by: Member, unlocked: Unlocked, most: int = 500) -> int:
    """Seals up to ``most`` content keys of older generations again for the present one; answers how many are left.

    Only somebody with the vault open can: the worker has no key. Each call is one transaction and can be repeated.
    """
    _require_open(by, unlocked)
    with transaction.atomic():
        vault = vault_current()
        if vault is None:
            return 0
        public = bytes(vault.public_key)
        tips = list(
            Tip.objects.select_for_update(skip_locked=True)
            .exclude(vault=vault)
            .filter(erased_at__isnull=True)
            .order_by("pk")[:most]
        )
        for tip in tips:
            tip.key_sealed, tip.vault = seal(public, unlocked.open(bytes(tip.key_sealed))), vault
        Tip.objects.bulk_update(tips, ["key_sealed", "vault"], batch_size=500)
        packs = [pack for pack in packs_sealed() if not sealed_for(public, bytes(pack.key_sealed or b""))][:most]
        for pack in packs:
            pack.key_sealed = seal(public, unlocked.open(bytes(pack.key_sealed or b"")))
            pack.save(update_fields=["key_sealed"])
        left = Tip.objects.exclude(vault=vault).filter(erased_at__isnull=True).count()
        if tips or packs:
            audit_record(by=by, act="tips.vault_rewrap", subject=vault, facts={"tips": len(tips), "packs": len(packs)})
    return left


def vault_recover(*, by: Member, shares: Sequence[str], passphrase: str) -> Unlocked:
    """When nobody's passphrase opens it any more: enough shares give a tip officer a new key that does.

    Raises NotAllowed; VaultRefused when the shares are not those of the present vault, naming the one at fault.
    """
    require_role(by, Role.Kind.TIP_OFFICER)
    vault = vault_current()
    if vault is None:
        raise VaultRefused(_("Chưa có khóa niêm phong."))
    given = [share for share in shares if share.strip()]
    _try_take(by)
    try:
        pair = KeyPair.of(join_secret(given))
    except BadShareError as error:
        raise VaultRefused(str(error)) from None
    except BrokenSealError:
        raise VaultRefused(_("Các mảnh không khớp nhau. Kiểm tra lại từng mảnh.")) from None
    if pair.public != bytes(vault.public_key):
        raise VaultRefused(_("Các mảnh này thuộc khóa cũ, không phải khóa đang dùng."))
    _recovered(by, vault, pair, given, passphrase)
    return Unlocked(by.pk, (pair,))


@transaction.atomic
def _recovered(by: Member, vault: VaultKey, pair: KeyPair, given: Sequence[str], passphrase: str) -> None:
    known = dict(vault.shares.values_list("digest", "number"))
    used = sorted({known[digest] for digest in map(share_digest, given) if digest in known})
    _keys_end(by)
    key = _key_make(by, passphrase)
    VaultGrant.objects.create(vault=vault, key=key, sealed=seal(bytes(key.public_key), pair.private), granted_by=by)
    audit_record(by=by, act="tips.vault_recover", subject=vault, facts={"shares": used})


def vault_unlock(*, by: Member, passphrase: str) -> Unlocked:
    """Opens the vault for a member who was let in. Each try counts and is in the log, also one that fails.

    Raises NotAllowed, VaultRefused.
    """
    require_role(by, Role.Kind.TIP_OFFICER)
    key = key_of(by)
    if key is None:
        raise VaultRefused(_("Bạn chưa có khóa. Tạo khóa của bạn trước."))
    _try_take(by)
    grants = list(grants_of(key))
    try:
        private = _private_of(key, passphrase)
    except VaultRefused:
        with transaction.atomic():
            audit_record(by=by, act="tips.vault_unlock_failed", subject=key)
        raise
    if not grants:
        raise VaultRefused(_("Khóa của bạn chưa được cấp quyền mở. Nhờ cán bộ đang mở được khóa cấp quyền."))
    pairs = tuple(KeyPair.of(open_sealed(private, bytes(grant.sealed))) for grant in grants)
    with transaction.atomic():
        audit_record(by=by, act="tips.vault_unlock", subject=key)
    return Unlocked(by.pk, pairs)


@transaction.atomic
def vault_lock(*, by: Member) -> None:
    """That the member closed the vault by hand; the session forgets the keys in the same request."""
    key = key_of(by)
    if key is not None:
        audit_record(by=by, act="tips.vault_lock", subject=key)


def _require_open(by: Member, unlocked: Unlocked) -> None:
    require_role(by, Role.Kind.TIP_OFFICER)
    vault = vault_current()
    if unlocked.member_id != by.pk or vault is None or unlocked.pair_of(bytes(vault.public_key)) is None:
        raise NotAllowed(_("Cần mở khóa niêm phong trước."))


def _try_take(by: Member) -> None:
    if not quota_take(limit=TRIES, address=f"member:{by.pk}"):
        raise VaultRefused(_("Thử quá nhiều lần. Đợi 15 phút rồi thử lại."))


def _cost() -> Cost:
    return Cost(*settings.TIP_PASSPHRASE_COST)


def _wrap_into(key: MemberKey, passphrase: str, private: bytes) -> None:
    wrapped = wrap_by_passphrase(passphrase, private, cost=_cost())
    key.private_wrapped, key.salt = wrapped.sealed, wrapped.salt
    key.ops, key.memory = wrapped.cost.ops, wrapped.cost.memory


def _key_make(by: Member, passphrase: str) -> MemberKey:
    passphrase_check(by=by, passphrase=passphrase)
    pair = KeyPair.new()
    key = MemberKey(member=by, holder=MemberKey.Holder.PASSPHRASE, public_key=pair.public)
    _wrap_into(key, passphrase, pair.private)
    key.save(force_insert=True)
    return key


def _private_of(key: MemberKey, passphrase: str) -> bytes:
    wrapped = Wrapped(bytes(key.private_wrapped), bytes(key.salt), Cost(key.ops, key.memory))
    try:
        return unwrap_by_passphrase(passphrase, wrapped)
    except BrokenSealError:
        raise VaultRefused(_("Cụm mật khẩu chưa đúng.")) from None


def _keys_end(member: Member) -> None:
    """Ends a member's keys; what they opened is deleted, so that not even an old passphrase helps."""
    keys = MemberKey.objects.filter(member=member, retired_at__isnull=True)
    VaultGrant.objects.filter(key__in=keys).delete()
    keys.update(retired_at=clock.now())


def _current_grants() -> list[VaultGrant]:
    return list(VaultGrant.objects.filter(vault__retired_at__isnull=True).select_related("key"))


def _generation_make(
    by: Member, keys: Sequence[MemberKey], holders: Sequence[str], threshold: int, before: Unlocked | None = None
) -> Made:
    """A new generation, granted to these keys, with its shares."""
    names = [" ".join(name.split())[:120] for name in holders if name.strip()]
    if not 2 <= threshold <= len(names) <= MOST_SHARES or len(set(names)) != len(names):
        raise VaultRefused(_("Cần từ 2 đến 16 người giữ mảnh khác nhau, và số mảnh cần để khôi phục từ 2 trở lên."))
    last = VaultKey.objects.select_for_update().order_by("-generation").first()
    VaultKey.objects.filter(retired_at__isnull=True).update(retired_at=clock.now())
    pair = KeyPair.new()
    vault = VaultKey.objects.create(
        generation=last.generation + 1 if last else 1, public_key=pair.public, threshold=threshold, made_by=by
    )
    VaultGrant.objects.bulk_create(
        VaultGrant(vault=vault, key=key, sealed=seal(bytes(key.public_key), pair.private), granted_by=by)
        for key in keys
    )
    shares = split_secret(pair.private, shares=len(names), threshold=threshold)
    RecoveryShare.objects.bulk_create(
        RecoveryShare(vault=vault, number=number, holder=name, digest=share_digest(share))
        for number, (name, share) in enumerate(zip(names, shares, strict=True), start=1)
    )
    pairs = (pair, *(before.pairs if before else ()))
    return Made(vault, list(zip(names, shares, strict=True)), Unlocked(by.pk, pairs))
