"""Addresses of the assistant's home for staff, of the duty desk and of the call log."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from canhgiac.assistant.views import calls, duty

_DESK, _CALLS = "tro-ly/truc", "tro-ly/goi"

urlpatterns: list[URLPattern | URLResolver] = [
    path("tro-ly/", duty.assistant_home, name="assistant_home"),
    path(f"{_DESK}/", duty.duty_list, name="duty_list"),
    path(f"{_DESK}/dang-cho/", duty.duty_inbox, name="duty_inbox"),
    path(f"{_DESK}/xuat.xlsx", duty.duty_list_export, name="duty_list_export"),
    path(f"{_DESK}/gio/", duty.duty_hours, name="duty_hours"),
    path(f"{_DESK}/<int:duty_id>/", duty.duty_detail, name="duty_detail"),
    path(f"{_DESK}/<int:duty_id>/loi/", duty.duty_turns, name="duty_turns"),
    path(f"{_DESK}/<int:duty_id>/mau/", duty.duty_canned, name="duty_canned"),
    path(f"{_DESK}/<int:duty_id>/nhan/", duty.duty_take, name="duty_take"),
    path(f"{_DESK}/<int:duty_id>/noi/", duty.duty_say, name="duty_say"),
    path(f"{_DESK}/<int:duty_id>/tra-lai/", duty.duty_return, name="duty_return"),
    path(f"{_DESK}/<int:duty_id>/ket-thuc/", duty.duty_end, name="duty_end"),
    path(f"{_DESK}/<int:duty_id>/chuyen/", duty.duty_pass, name="duty_pass"),
    path(f"{_DESK}/<int:duty_id>/moi-bao-tin/", duty.duty_offer_tip, name="duty_offer_tip"),
    path(f"{_DESK}/<int:duty_id>/mo-lai/", duty.duty_reopen, name="duty_reopen"),
    path(f"{_CALLS}/", calls.call_list, name="call_list"),
    path(f"{_CALLS}/xuat.xlsx", calls.call_export, name="call_export"),
    path(f"{_CALLS}/ghi/", calls.call_log, name="call_log"),
    path(f"{_CALLS}/ghi/hoi/", calls.call_ask, name="call_ask"),
    path(f"{_CALLS}/<int:call_id>/", calls.call_edit, name="call_edit"),
    path(f"{_CALLS}/<int:call_id>/nguoi-goi/", calls.call_caller_open, name="call_caller_open"),
]
