"""Addresses of the assistant: each part keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import duty, gaps, public, watches

urlpatterns: list[URLPattern | URLResolver] = [
    *duty.urlpatterns,
    *gaps.urlpatterns,
    *public.urlpatterns,
    *watches.urlpatterns,
]
