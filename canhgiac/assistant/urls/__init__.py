"""Addresses of the assistant: each part keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import gaps, public

urlpatterns: list[URLPattern | URLResolver] = [
    *gaps.urlpatterns,
    *public.urlpatterns,
]
