"""Addresses of signing up and of subscribers, imports, audiences and what people sent."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.models import Way
from canhgiac.outreach.views import audiences, inbound, requests, signup, subscribers

_OWN = r"^nhan-canh-bao/(?P<token>[A-Za-z0-9_-]{24})/"
_PEOPLE = "phat-canh-bao/nguoi-dang-ky"

urlpatterns: list[URLPattern | URLResolver] = [
    path("nhan-canh-bao/", signup.subscriber_new, name="subscriber_new"),
    path("nhan-canh-bao/da-gui/", signup.subscriber_sent, name="subscriber_sent"),
    path("nhan-canh-bao/thu-thach.json", signup.subscriber_challenge, name="subscriber_challenge"),
    path("nhan-canh-bao/trinh-duyet/", signup.subscriber_browser, name="subscriber_browser"),
    path("nhan-canh-bao/trinh-duyet/moi/", signup.browser_renew, name="browser_renew"),
    re_path(
        rf"^nhan-canh-bao/loi-dong-y/(?P<way>{'|'.join(Way.values)})/(?P<number>\d{{1,6}})/$",
        signup.consent_text,
        name="consent_text",
    ),
    path("nhan-canh-bao/to-dan/", signup.subscriber_poster, name="subscriber_poster"),
    re_path(_OWN + "$", signup.subscriber_settings, name="subscriber_settings"),
    re_path(_OWN + "xac-nhan/$", signup.subscriber_confirm, name="subscriber_confirm"),
    re_path(_OWN + "ngung/$", signup.subscriber_stop, name="subscriber_stop"),
    re_path(_OWN + "nhan-lai/$", signup.subscriber_resume, name="subscriber_resume"),
    re_path(_OWN + "nghi/$", signup.subscriber_rest, name="subscriber_rest"),
    re_path(_OWN + "xoa/$", signup.subscriber_forget, name="subscriber_forget"),
    re_path(_OWN + r"du-lieu\.json$", signup.subscriber_data, name="subscriber_data"),
    path(f"{_PEOPLE}/", subscribers.subscriber_list, name="subscriber_list"),
    re_path(rf"^{_PEOPLE}/xuat\.(?P<kind>xlsx|csv)$", subscribers.subscriber_export, name="subscriber_export"),
    path(f"{_PEOPLE}/goi-den/", subscribers.subscriber_call, name="subscriber_call"),
    path(f"{_PEOPLE}/<int:subscriber_id>/", subscribers.subscriber_detail, name="subscriber_detail"),
    re_path(
        rf"^{_PEOPLE}/(?P<subscriber_id>\d{{1,18}})/yeu-cau/(?P<act>sua|nghi|nhan-lai|kenh|ngung|xoa)/$",
        requests.subscriber_request,
        name="subscriber_request",
    ),
    path(f"{_PEOPLE}/<int:subscriber_id>/hoan-tac/", requests.subscriber_undo, name="subscriber_undo"),
    path(f"{_PEOPLE}/nhap/", subscribers.subscriber_import_list, name="subscriber_import_list"),
    path(f"{_PEOPLE}/nhap/mau.xlsx", subscribers.subscriber_import_template, name="subscriber_import_template"),
    path(f"{_PEOPLE}/nhap/<int:import_id>/", subscribers.subscriber_import, name="subscriber_import"),
    re_path(
        rf"^{_PEOPLE}/nhap/(?P<import_id>\d{{1,18}})/(?P<act>nhan|bo|hoan-tac)/$",
        subscribers.subscriber_import_act,
        name="subscriber_import_act",
    ),
    path("phat-canh-bao/khong-gui/", subscribers.suppression_list, name="suppression_list"),
    path("phat-canh-bao/tin-den/", inbound.inbound_list, name="inbound_list"),
    path("phat-canh-bao/tin-den/<int:message_id>/da-doc/", inbound.inbound_answer, name="inbound_answer"),
    path("phat-canh-bao/nhom-nhan/", audiences.audience_list, name="audience_list"),
    path("phat-canh-bao/nhom-nhan/moi/", audiences.audience_create, name="audience_create"),
    path("phat-canh-bao/nhom-nhan/dem/", audiences.audience_count, name="audience_count"),
    path("phat-canh-bao/nhom-nhan/<int:audience_id>/", audiences.audience_edit, name="audience_edit"),
    path("phat-canh-bao/nhom-nhan/<int:audience_id>/bo/", audiences.audience_drop, name="audience_drop"),
    path("phat-canh-bao/nhom-nhan/<int:audience_id>/khoi-phuc/", audiences.audience_restore, name="audience_restore"),
]
