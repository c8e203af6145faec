"""Addresses of the register, its decisions and its appeals."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.indicators.views import appeals, register

_ONE = "dau-vet/<int:indicator_id>/"
_DECISION = "dau-vet/quyet-dinh/<int:decision_id>/"
_APPEAL = "dau-vet/khieu-nai/<int:appeal_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("dau-vet/", register.indicator_list, name="indicator_list"),
    re_path(r"^dau-vet/xuat\.(?P<kind>xlsx|csv)$", register.indicator_export, name="indicator_export"),
    path("dau-vet/ghi/", register.indicator_report, name="indicator_report"),
    path("dau-vet/nhieu/", register.indicators_propose, name="indicators_propose"),
    path(_ONE, register.indicator_detail, name="indicator_detail"),
    path(f"{_ONE}xem-so/", register.value_show, name="value_show"),
    path(f"{_ONE}de-nghi/", register.indicator_propose, name="indicator_propose"),
    path("dau-vet/cho-quyet-dinh/", register.decision_list, name="decision_list"),
    path(_DECISION, register.indicator_decide, name="indicator_decide"),
    path(f"{_DECISION}rut/", register.decision_take_back, name="decision_take_back"),
    path(f"{_DECISION}hoan-tac/", register.decision_undo, name="decision_undo"),
    path("dau-vet/chinh-thuc/", register.known_good_list, name="known_good_list"),
    path("dau-vet/chinh-thuc/<int:known_id>/bo/", register.known_good_retire, name="known_good_retire"),
    path("dau-vet/khieu-nai/", appeals.appeal_list, name="appeal_list"),
    path(_APPEAL, appeals.appeal_detail, name="appeal_detail"),
    path(f"{_APPEAL}nhan/", appeals.appeal_take, name="appeal_take"),
    path("khieu-nai-danh-sach/", appeals.appeal_make, name="appeal_make"),
    path("khieu-nai-danh-sach/theo-doi/", appeals.appeal_follow, name="appeal_follow"),
]
