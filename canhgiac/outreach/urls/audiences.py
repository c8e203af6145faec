"""Addresses of signing up and of subscribers, imports, audiences and what people sent."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
