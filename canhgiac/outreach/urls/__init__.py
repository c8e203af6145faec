"""Addresses of warnings, subscribers and sending: each part keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import audiences, warnings

urlpatterns: list[URLPattern | URLResolver] = [
    *warnings.urlpatterns,
    *audiences.urlpatterns,
]
