"""Addresses of the public knowledge pages."""

from django.urls import URLPattern, URLResolver, path

from canhgiac.library.views import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("hinh-thuc/", public.form_index, name="form_index"),
    path("ung-dung.webmanifest", public.manifest_public, name="manifest_public"),
    path("hinh-thuc/<slug:slug>/", public.form_page, name="form_page"),
]
