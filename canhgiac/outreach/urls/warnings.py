"""Addresses of draft warnings."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.views import warnings

urlpatterns: list[URLPattern | URLResolver] = [
    path("canh-bao-nhap/", warnings.warning_draft_list, name="warning_draft_list"),
    re_path(r"^canh-bao-nhap/xuat\.(?P<kind>xlsx|csv)$", warnings.warning_draft_export, name="warning_draft_export"),
    path("canh-bao-nhap/moi/", warnings.warning_draft_create, name="warning_draft_create"),
    path("canh-bao-nhap/<int:warning_id>/", warnings.warning_draft_detail, name="warning_draft_detail"),
    path("canh-bao-nhap/<int:warning_id>/sua/", warnings.warning_draft_edit, name="warning_draft_edit"),
    path("canh-bao-nhap/<int:warning_id>/bo/", warnings.warning_draft_drop, name="warning_draft_drop"),
    path("canh-bao-nhap/<int:warning_id>/khoi-phuc/", warnings.warning_draft_restore, name="warning_draft_restore"),
]
