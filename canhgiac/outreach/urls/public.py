"""Addresses of what everybody reads of warnings: pages, feeds, CAP."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.views import feeds, public

urlpatterns: list[URLPattern | URLResolver] = [
    path("canh-bao/", public.warning_public_list, name="warning_public_list"),
    path("canh-bao/da-qua/", public.warning_public_archive, name="warning_public_archive"),
    path("canh-bao/<int:warning_id>/", public.warning_public, name="warning_public"),
    path("canh-bao/<int:warning_id>/anh.png", public.warning_public_card, name="warning_public_card"),
    path("canh-bao/rss.xml", feeds.warning_rss, name="warning_rss"),
    path("canh-bao/atom.xml", feeds.warning_atom, name="warning_atom"),
    path("canh-bao/feed.json", feeds.warning_json, name="warning_json"),
    path("canh-bao/cap/", feeds.warning_cap_index, name="warning_cap_index"),
    re_path(r"^canh-bao/cap/(?P<number>CB-[0-9-]{6,30})\.xml$", feeds.warning_cap, name="warning_cap"),
]
