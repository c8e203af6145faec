"""Addresses of tips: each part keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import intake, triage

urlpatterns: list[URLPattern | URLResolver] = [
    *intake.urlpatterns,
    *triage.urlpatterns,
]
