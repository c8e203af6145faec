"""Addresses of a member's own phone."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from canhgiac.outreach.views import phones

urlpatterns: list[URLPattern | URLResolver] = [
    path("thanh-vien/so-cua-toi/", phones.phone_own, name="phone_own"),
    path("thanh-vien/so-cua-toi/ma/", phones.phone_own_prove, name="phone_own_prove"),
    path("thanh-vien/so-cua-toi/xoa/", phones.phone_own_drop, name="phone_own_drop"),
]
