"""Addresses of texts in their layouts and of handbooks."""

from django.urls import URLPattern, URLResolver, path, register_converter

from canhgiac.library.views import renderings

register_converter(renderings.LayoutConverter, "layout")
register_converter(renderings.KindConverter, "ext")

_FILE = "<layout:layout>.<ext:ext>"
_PAGE = "<layout:layout>-<int:page>.<ext:ext>"
_STAFF = "thu-vien/trinh-bay/<slug:kind>/<int:edition_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"hinh-thuc/<slug:slug>/{_FILE}", renderings.form_render, name="form_render"),
    path(f"hinh-thuc/<slug:slug>/{_PAGE}", renderings.form_render, name="form_render"),
    path(f"tai-lieu/<slug:slug>/{_FILE}", renderings.material_render, name="material_render"),
    path(f"tai-lieu/<slug:slug>/{_PAGE}", renderings.material_render, name="material_render"),
    path(_STAFF, renderings.edition_preview, name="edition_preview"),
    path(f"{_STAFF}{_FILE}", renderings.edition_render, name="edition_render"),
    path(f"{_STAFF}{_PAGE}", renderings.edition_render, name="edition_render"),
]
