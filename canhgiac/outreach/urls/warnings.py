"""Addresses of draft warnings."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.views import warnings

urlpatterns: list[URLPattern | URLResolver] = [
    path("phat-canh-bao/", warnings.warning_list, name="warning_list"),
    re_path(r"^phat-canh-bao/xuat\.(?P<kind>xlsx|csv)$", warnings.warning_export, name="warning_export"),
    path("phat-canh-bao/moi/", warnings.warning_create, name="warning_create"),
    path("phat-canh-bao/<int:warning_id>/", warnings.warning_detail, name="warning_detail"),
    path("phat-canh-bao/<int:warning_id>/sua/", warnings.warning_edit, name="warning_edit"),
    path("phat-canh-bao/<int:warning_id>/bo/", warnings.warning_drop, name="warning_drop"),
    path("phat-canh-bao/<int:warning_id>/khoi-phuc/", warnings.warning_restore, name="warning_restore"),
]
