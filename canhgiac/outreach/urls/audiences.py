"""Addresses of signing up and of subscribers, imports, audiences and what people sent."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.views import signup

_OWN = r"^nhan-canh-bao/(?P<token>[A-Za-z0-9_-]{24})/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("nhan-canh-bao/", signup.subscriber_new, name="subscriber_new"),
    path("nhan-canh-bao/da-gui/", signup.subscriber_sent, name="subscriber_sent"),
    path("nhan-canh-bao/thu-thach.json", signup.subscriber_challenge, name="subscriber_challenge"),
    path("nhan-canh-bao/to-dan/", signup.subscriber_poster, name="subscriber_poster"),
    re_path(_OWN + "$", signup.subscriber_settings, name="subscriber_settings"),
    re_path(_OWN + "xac-nhan/$", signup.subscriber_confirm, name="subscriber_confirm"),
    re_path(_OWN + "ngung/$", signup.subscriber_stop, name="subscriber_stop"),
    re_path(_OWN + "nhan-lai/$", signup.subscriber_resume, name="subscriber_resume"),
    re_path(_OWN + "xoa/$", signup.subscriber_forget, name="subscriber_forget"),
    re_path(_OWN + r"du-lieu\.json$", signup.subscriber_data, name="subscriber_data"),
]
