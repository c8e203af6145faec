"""Addresses of warnings, subscribers and sending: each part keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import account, audiences, loudspeakers, places, public, sending, warnings

urlpatterns: list[URLPattern | URLResolver] = [
    *public.urlpatterns,
    *places.urlpatterns,
    *warnings.urlpatterns,
    *audiences.urlpatterns,
    *loudspeakers.urlpatterns,
    *sending.urlpatterns,
    *account.urlpatterns,
]
