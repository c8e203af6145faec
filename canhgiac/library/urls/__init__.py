"""Addresses of the library: each part of it keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import editorial, handbooks, materials, public, recognition, registers, renderings

urlpatterns: list[URLPattern | URLResolver] = [
    *editorial.urlpatterns,
    *handbooks.urlpatterns,
    *materials.urlpatterns,
    *public.urlpatterns,
    *registers.urlpatterns,
    *renderings.urlpatterns,
    *recognition.urlpatterns,
]
