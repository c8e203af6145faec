"""Addresses of drills: lures, plans and scores, the lesson behind a link, a member's own page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.training.views import drilllanding, drills, lures, mydrills

_HOME = "tap-huan/dien-tap"
_LURES = f"{_HOME}/moi"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_HOME}/", drills.drill_list, name="drill_list"),
    path(f"{_HOME}/danh-sach.xlsx", drills.drill_list_export, name="drill_list_export"),
    path(f"{_HOME}/lap/", drills.drill_create, name="drill_create"),
    path(f"{_HOME}/<int:drill_id>/", drills.drill_detail, name="drill_detail"),
    path(f"{_HOME}/<int:drill_id>/sua/", drills.drill_edit, name="drill_edit"),
    path(f"{_HOME}/<int:drill_id>/ket-qua.xlsx", drills.drill_export, name="drill_export"),
    path(f"{_HOME}/<int:drill_id>/viec/<slug:act>/", drills.drill_act, name="drill_act"),
    path(f"{_HOME}/<int:drill_id>/cuoc-goi/", drills.drill_calls, name="drill_calls"),
    path(f"{_HOME}/<int:drill_id>/cuoc-goi/<int:target_id>/", drills.drill_call_note, name="drill_call_note"),
    path(f"{_HOME}/cua-toi/", mydrills.drill_own, name="drill_own"),
    path(f"{_HOME}/cua-toi/dong-y/", mydrills.drill_own_consent, name="drill_own_consent"),
    path(f"{_HOME}/cua-toi/dia-chi/<slug:way>/", mydrills.drill_own_contact, name="drill_own_contact"),
    path(f"{_HOME}/bao/", mydrills.drill_report, name="drill_report"),
    path(f"{_LURES}/", lures.lure_list, name="lure_list"),
    path(f"{_LURES}/danh-sach.xlsx", lures.lure_list_export, name="lure_list_export"),
    path(f"{_LURES}/soan/", lures.lure_create, name="lure_create"),
    path(f"{_LURES}/<int:lure_id>/", lures.lure_detail, name="lure_detail"),
    path(f"{_LURES}/<int:lure_id>/sua/", lures.lure_edit, name="lure_edit"),
    path(f"{_LURES}/<int:lure_id>/ban-moi/", lures.lure_copy, name="lure_copy"),
    path(f"{_LURES}/<int:lure_id>/viec/<slug:act>/", lures.lure_act, name="lure_act"),
    re_path(r"^dien-tap/(?P<token>[\w-]{1,60})/(?P<rest>.*)$", drilllanding.drill_landing, name="drill_landing"),
]
