"""Addresses of formal requests."""

from django.urls import path

from canhgiac.indicators.views import requests as views

urlpatterns = [
    path("dau-vet/yeu-cau/", views.request_list, name="request_list"),
    path("dau-vet/yeu-cau/xuat.<str:kind>", views.request_export, name="request_export"),
    path("dau-vet/<int:indicator_id>/yeu-cau/", views.request_prepare, name="request_prepare"),
    path("dau-vet/yeu-cau/<int:request_id>/", views.request_detail, name="request_detail"),
    path("dau-vet/yeu-cau/<int:request_id>/sua/", views.request_edit, name="request_edit"),
    path("dau-vet/yeu-cau/<int:request_id>/trinh-ky/", views.request_submit, name="request_submit"),
    path("dau-vet/yeu-cau/<int:request_id>/tra-lai/", views.request_return, name="request_return"),
    path("dau-vet/yeu-cau/<int:request_id>/ky/", views.request_sign, name="request_sign"),
    path("dau-vet/yeu-cau/<int:request_id>/da-gui/", views.request_mark_sent, name="request_mark_sent"),
    path("dau-vet/yeu-cau/<int:request_id>/gui-lai/", views.request_resend, name="request_resend"),
    path("dau-vet/yeu-cau/<int:request_id>/tra-loi/", views.request_answer, name="request_answer"),
    path("dau-vet/yeu-cau/<int:request_id>/don-doc/", views.request_urge, name="request_urge"),
    path("dau-vet/yeu-cau/<int:request_id>/rut/", views.request_withdraw, name="request_withdraw"),
    path("dau-vet/yeu-cau/<int:request_id>/cong-van.<str:kind>", views.request_letter, name="request_letter"),
]
