"""Addresses of the library: each part of it keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import public, recognition, renderings

urlpatterns: list[URLPattern | URLResolver] = [*public.urlpatterns, *renderings.urlpatterns, *recognition.urlpatterns]
