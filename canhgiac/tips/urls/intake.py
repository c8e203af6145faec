"""Addresses of telling and following, and of the vault."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from canhgiac.tips.views import entry, follow, intake, vault

urlpatterns: list[URLPattern | URLResolver] = [
    path("bao-tin/", intake.tip_how, name="tip_how"),
    path("bao-tin/gui/", intake.tip_new, name="tip_new"),
    path("bao-tin/gui/tim/", intake.tip_find, name="tip_find"),
    path("bao-tin/gui/thu-thach.json", intake.tip_challenge, name="tip_challenge"),
    path("bao-tin/da-gui/", intake.tip_sent, name="tip_sent"),
    path("theo-doi/", follow.tip_follow, name="tip_follow"),
    path("tin-bao/ghi/", entry.tip_take_down, name="tip_take_down"),
    path("tin-bao/khoa/", vault.vault_home, name="vault_home"),
    path("tin-bao/khoa/lap/", vault.vault_make, name="vault_make"),
    path("tin-bao/khoa/mo/", vault.vault_unlock, name="vault_unlock"),
    path("tin-bao/khoa/dong/", vault.vault_lock, name="vault_lock"),
    path("tin-bao/khoa/cua-toi/", vault.vault_key, name="vault_key"),
    path("tin-bao/khoa/khoi-phuc/", vault.vault_recover, name="vault_recover"),
    path("tin-bao/khoa/niem-phong-lai/", vault.vault_rewrap, name="vault_rewrap"),
    path("tin-bao/khoa/loi-dong-y/", vault.consent_edit, name="consent_edit"),
    path("tin-bao/khoa/dong-y/<int:member_id>/", vault.vault_consent, name="vault_consent"),
    path("tin-bao/khoa/cap/<int:key_id>/", vault.vault_grant, name="vault_grant"),
    path("tin-bao/khoa/thu-hoi/<int:member_id>/", vault.vault_revoke, name="vault_revoke"),
]
