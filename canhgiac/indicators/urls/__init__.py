"""Addresses of the register: each part of it keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import exchange, register, requests

urlpatterns: list[URLPattern | URLResolver] = [
    *exchange.urlpatterns,
    *register.urlpatterns,
    *requests.urlpatterns,
]
