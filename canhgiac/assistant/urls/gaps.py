"""Addresses of what the library does not answer yet."""

from django.urls import URLPattern, URLResolver, path

from canhgiac.assistant.views import gaps

urlpatterns: list[URLPattern | URLResolver] = [
    path("tro-ly/thieu/", gaps.gap_list, name="gap_list"),
    path("tro-ly/thieu/xuat.xlsx", gaps.gap_export, name="gap_export"),
    path("tro-ly/thieu/<int:gap_id>/", gaps.gap_detail, name="gap_detail"),
    path("tro-ly/thieu/<int:gap_id>/nhan/", gaps.gap_take, name="gap_take"),
    path("tro-ly/thieu/<int:gap_id>/da-bo-sung/", gaps.gap_fill, name="gap_fill"),
    path("tro-ly/thieu/<int:gap_id>/khong-can/", gaps.gap_drop, name="gap_drop"),
    path("tro-ly/thieu/<int:gap_id>/hoan-tac/", gaps.gap_undo, name="gap_undo"),
]
