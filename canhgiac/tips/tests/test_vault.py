"""The vault: ceremony, members' keys, letting in and putting out, recovery, the session that holds it open."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.tips.models import MemberKey, Tip, VaultGrant, VaultKey
from canhgiac.tips.selectors.unlocked import COOKIE, SLOT
from canhgiac.tips.selectors.vault import rewrap_left, vault_page
from canhgiac.tips.services import vault as services
from canhgiac.tips.services.consent import consent_write
from canhgiac.tips.services.opening import tip_open
from canhgiac.tips.services.vault import VaultRefused
from tests.factories import agencies, tips
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
HOLDERS = list(tips.HOLDERS)


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))


def test_the_ceremony_needs_a_tip_officer_and_a_coordinators_consent(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    make = {"passphrase": tips.PASSPHRASE, "holders": HOLDERS, "threshold": 2}
    with pytest.raises(NotAllowed, match="điều phối viên"):
        services.vault_make(by=officer, **make)  # type: ignore[arg-type]
    for who in (cast.admin, cast.coordinator, cast.auditor, cast.outsider):
        with pytest.raises(NotAllowed):
            services.vault_make(by=who, **make)  # type: ignore[arg-type]
    for who in (officer, cast.admin):
        with pytest.raises(NotAllowed):
            services.vault_consent(by=who, member=officer)
    with pytest.raises(NotAllowed):
        services.vault_consent(by=cast.coordinator, member=cast.officer)
    services.vault_consent(by=cast.coordinator, member=officer)
    services.vault_make(by=officer, **make)  # type: ignore[arg-type]
    with pytest.raises(VaultRefused, match="đã có"):
        services.vault_make(by=officer, **make)  # type: ignore[arg-type]
    assert {"tips.vault_consent", "tips.vault_make"} <= set(acts())


@pytest.mark.parametrize("passphrase", ["ngắn quá", "a" * 20, "Cán bộ cần nhớ kỹ"])
def test_weak_passphrases_are_refused(cast: Cast, passphrase: str) -> None:
    officer = tips.officer(cast.police, name="Cán bộ cần nhớ kỹ")
    with pytest.raises(VaultRefused):
        services.member_key_make(by=officer, passphrase=passphrase)
    assert not MemberKey.objects.exists()


def test_the_login_password_is_no_passphrase(cast: Cast) -> None:
    officer = tips.officer(cast.police, password=agencies.PASSWORD)
    with pytest.raises(VaultRefused, match="khác mật khẩu đăng nhập"):
        services.member_key_make(by=officer, passphrase=agencies.PASSWORD)


@pytest.mark.parametrize(("holders", "threshold"), [(["Một"], 2), (HOLDERS, 4), (HOLDERS, 1), (["Một", "Một"], 2)])
def test_shares_need_enough_different_holders(cast: Cast, holders: list[str], threshold: int) -> None:
    officer = tips.officer(cast.police)
    services.vault_consent(by=cast.coordinator, member=officer)
    with pytest.raises(VaultRefused, match="người giữ"):
        services.vault_make(by=officer, passphrase=tips.PASSPHRASE, holders=holders, threshold=threshold)
    assert not VaultKey.objects.exists()


def test_a_second_officer_opens_only_after_being_let_in(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    tip = tips.tip()
    second = tips.officer(cast.police)
    key = services.member_key_make(by=second, passphrase="một cụm khác hẳn nhé")
    with pytest.raises(VaultRefused, match="chưa được cấp"):
        services.vault_unlock(by=second, passphrase="một cụm khác hẳn nhé")
    services.vault_grant(by=vault.officer, unlocked=vault.unlocked, key=key)
    held = services.vault_unlock(by=second, passphrase="một cụm khác hẳn nhé")
    assert tip_open(by=second, tip=tip, unlocked=held).story == tips.STORY
    with pytest.raises(VaultRefused, match="chưa đúng"):
        services.vault_unlock(by=second, passphrase="sai cụm mật khẩu rồi")
    assert acts()[-1] == "tips.vault_unlock_failed"
    services.vault_lock(by=second)
    assert acts()[-1] == "tips.vault_lock"


def test_nobody_lets_in_without_the_vault_open_nor_somebody_without_the_role(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    second = tips.officer(cast.police)
    key = services.member_key_make(by=second, passphrase=tips.PASSPHRASE)
    with pytest.raises(NotAllowed):
        services.vault_grant(by=second, unlocked=vault.unlocked, key=key)
    second.roles.all().delete()
    with pytest.raises(VaultRefused):
        services.vault_grant(by=vault.officer, unlocked=vault.unlocked, key=key)


def test_a_changed_passphrase_keeps_what_it_opens(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    with pytest.raises(VaultRefused):
        services.member_key_change(by=vault.officer, old="không phải cụm này", new="một cụm khác hẳn nhé")
    services.member_key_change(by=vault.officer, old=tips.PASSPHRASE, new="một cụm khác hẳn nhé")
    assert services.vault_unlock(by=vault.officer, passphrase="một cụm khác hẳn nhé").pairs == vault.unlocked.pairs


def test_guessing_a_passphrase_ends_after_eight_tries(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    for _ in range(services.TRIES.most):
        with pytest.raises(VaultRefused, match="chưa đúng"):
            services.vault_unlock(by=vault.officer, passphrase="đoán bừa một cụm")
    with pytest.raises(VaultRefused, match="quá nhiều lần"):
        services.vault_unlock(by=vault.officer, passphrase=tips.PASSPHRASE)


def test_putting_a_member_out_makes_a_generation_and_seals_every_tip_again(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    second, seconds = tips.another(vault, cast.police)
    old = [tips.tip(story=f"{tips.STORY} Lần {number}.") for number in range(5)]
    made = services.vault_revoke(by=vault.officer, unlocked=vault.unlocked, member=second, holders=HOLDERS, threshold=2)
    assert made.vault.generation == 2
    with pytest.raises(VaultRefused):
        services.vault_unlock(by=second, passphrase=tips.PASSPHRASE)
    with pytest.raises(NotAllowed):
        services.vault_rewrap(by=second, unlocked=seconds)
    held = services.vault_unlock(by=vault.officer, passphrase=tips.PASSPHRASE)
    assert len(held.pairs) == 2
    assert services.vault_rewrap(by=vault.officer, unlocked=held, most=3) == 2
    assert services.vault_rewrap(by=vault.officer, unlocked=held, most=3) == 0
    assert rewrap_left(made.vault) == 0
    new = tips.tip(story="Chuyện mới sau khi thay khóa, gọi từ 0900 000 444 lúc tối.")
    for tip in [*old, new]:
        row = Tip.objects.get(pk=tip.pk)
        assert row.vault == made.vault
        assert tip_open(by=vault.officer, tip=row, unlocked=held).story.strip()
        with pytest.raises(Exception, match="niêm phong"):
            seconds.open(bytes(row.key_sealed))
    assert VaultGrant.objects.filter(key__member=second).count() == 0
    with pytest.raises(VaultRefused):
        services.vault_revoke(by=vault.officer, unlocked=held, member=vault.officer, holders=HOLDERS, threshold=2)


def test_enough_shares_bring_the_vault_back(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    tip = tips.tip()
    newcomer = tips.officer(cast.police)
    shares = [share for _holder, share in vault.shares]
    with pytest.raises(VaultRefused, match="Cần 2 mảnh"):
        services.vault_recover(by=newcomer, shares=shares[:1], passphrase=tips.PASSPHRASE)
    with pytest.raises(VaultRefused, match="Mảnh thứ 1"):
        services.vault_recover(by=newcomer, shares=["ABCD", shares[1]], passphrase=tips.PASSPHRASE)
    with pytest.raises(NotAllowed):
        services.vault_recover(by=cast.admin, shares=shares, passphrase=tips.PASSPHRASE)
    held = services.vault_recover(by=newcomer, shares=shares[1:], passphrase="cụm mới sau khôi phục")
    assert tip_open(by=newcomer, tip=tip, unlocked=held).story == tips.STORY
    assert AuditEntry.objects.get(act="tips.vault_recover").facts == {"shares": [2, 3]}


def test_the_consent_has_versions(cast: Cast) -> None:
    tips.vault_made(cast)
    first = tips.tip()
    row = consent_write(by=cast.coordinator, body="Lời đồng ý mới.")
    assert (row.version, tips.tip(story="Chuyện khác hẳn, số 0900 000 555.").consent) == (2, row)
    assert first.consent is not None
    assert first.consent.version == 1
    with pytest.raises(NotAllowed):
        consent_write(by=cast.officer, body="x")


def opened(cast: Cast) -> tuple[Client, tips.Vault]:
    vault, client = tips.vault_made(cast), Client()
    client.force_login(vault.officer)
    answer = client.post("/tin-bao/khoa/mo/", {"cum": tips.PASSPHRASE, "tiep": "/tin-bao/khoa/"})
    assert answer.status_code == 302
    return client, vault


def test_the_page_opens_and_locks(cast: Cast) -> None:
    client, _vault = opened(cast)
    assert client.cookies[COOKIE]["httponly"]
    assert client.cookies[COOKIE]["samesite"] == "Strict"
    assert "Khóa ngay" in client.get("/tin-bao/khoa/").content.decode()
    client.post("/tin-bao/khoa/dong/")
    assert "Mở khóa" in client.get("/tin-bao/khoa/").content.decode()


def test_after_fifteen_idle_minutes_it_is_locked(cast: Cast) -> None:
    client, _vault = opened(cast)
    session = client.session
    session[SLOT] = session[SLOT] | {"seen": int((clock.now() - dt.timedelta(minutes=15, seconds=5)).timestamp())}
    session.save()
    assert "Khóa ngay" not in client.get("/tin-bao/khoa/").content.decode()
    assert SLOT not in client.session


def test_the_session_table_alone_opens_nothing(cast: Cast) -> None:
    """A stolen row without the cookie, and the cookie with another's session."""
    client, vault = opened(cast)
    private = vault.unlocked.pairs[0].private
    for row in Session.objects.all():
        told = str(row.get_decoded())
        assert private.hex() not in told
        assert tips.PASSPHRASE not in told
    cookie = client.cookies.pop(COOKIE)
    assert "Khóa ngay" not in client.get("/tin-bao/khoa/").content.decode()
    other, _held = tips.another(vault, cast.police)
    thief = Client()
    thief.force_login(other)
    thief.cookies[COOKIE] = cookie.value
    session = thief.session
    session[SLOT] = client.session[SLOT]
    session.save()
    assert "Khóa ngay" not in thief.get("/tin-bao/khoa/").content.decode()


def test_the_pages_refuse_who_has_no_part(cast: Cast) -> None:
    tips.vault_made(cast)
    for who, status in ((cast.outsider, 403), (cast.admin, 403), (cast.officer, 403), (cast.coordinator, 200)):
        client = Client()
        client.force_login(who)
        assert client.get("/tin-bao/khoa/").status_code == status, who


def test_ceremony_and_letting_in_by_the_pages(cast: Cast) -> None:
    officer, second = tips.officer(cast.police), tips.officer(cast.police)
    steerer, first, other = Client(), Client(), Client()
    for client, who in ((steerer, cast.coordinator), (first, officer), (other, second)):
        client.force_login(who)
    assert "tin báo chưa nhận được" in first.get("/tin-bao/khoa/").content.decode()
    steerer.post(f"/tin-bao/khoa/dong-y/{officer.pk}/")
    form = {"cum": tips.PASSPHRASE, "cum_lai": "khác", "nguoi_giu": "\n".join(HOLDERS), "can": 2}
    assert "Hai lần gõ khác nhau" in first.post("/tin-bao/khoa/lap/", form).content.decode()
    page = first.post("/tin-bao/khoa/lap/", form | {"cum_lai": tips.PASSPHRASE}).content.decode()
    assert page.count("cg-share-code") == 3
    other.post("/tin-bao/khoa/cua-toi/", {"cum": tips.PASSPHRASE, "cum_lai": tips.PASSPHRASE})
    key = vault_page(second).mine
    assert key is not None
    first.post(f"/tin-bao/khoa/cap/{key.pk}/")
    assert vault_page(second).may_open
    answer = first.post(f"/tin-bao/khoa/thu-hoi/{second.pk}/", {"nguoi_giu": "\n".join(HOLDERS), "can": 2})
    assert answer.content.decode().count("cg-share-code") == 3
    tips.tip()
    Tip.objects.update(vault=VaultKey.objects.get(generation=1))
    assert "Niêm phong lại" in first.get("/tin-bao/khoa/").content.decode()
