"""Addresses of training: each part keeps its own list here."""

from django.urls import URLPattern, URLResolver

from . import bank, certificates, contests, courses, drills, papers

urlpatterns: list[URLPattern | URLResolver] = [
    *bank.urlpatterns,
    *papers.urlpatterns,
    *courses.urlpatterns,
    *certificates.urlpatterns,
    *contests.urlpatterns,
    *drills.urlpatterns,
]
