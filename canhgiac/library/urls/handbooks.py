"""Addresses of handbooks."""

from django.urls import URLPattern, URLResolver, path, re_path, register_converter

from canhgiac.library.views import handbooks


class BookKind:
    """A file of a handbook, by its ending."""

    regex = "pdf|epub"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    to_url = to_python


register_converter(BookKind, "book_kind")
_ONE = "thu-vien/cam-nang/<int:handbook_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("thu-vien/cam-nang/", handbooks.handbook_list, name="handbook_list"),
    re_path(r"^thu-vien/cam-nang/xuat\.(?P<kind>xlsx|csv)$", handbooks.handbook_export, name="handbook_export"),
    path("thu-vien/cam-nang/moi/", handbooks.handbook_make, name="handbook_make"),
    path("thu-vien/cam-nang/ban/<uuid:uid>.<book_kind:ext>", handbooks.handbook_build, name="handbook_build"),
    path(_ONE, handbooks.handbook_detail, name="handbook_detail"),
    path(f"{_ONE}ban/", handbooks.handbook_builds, name="handbook_builds"),
    path(f"{_ONE}sua/", handbooks.handbook_edit, name="handbook_edit"),
    path(f"{_ONE}chon/", handbooks.handbook_choose, name="handbook_choose"),
    path(f"{_ONE}xep/", handbooks.handbook_order, name="handbook_order"),
    path(f"{_ONE}dong/", handbooks.handbook_bind, name="handbook_bind"),
    path("cam-nang/", handbooks.handbook_index, name="handbook_index"),
    path("cam-nang/<slug:slug>/", handbooks.handbook_page, name="handbook_page"),
    path("cam-nang/<slug:slug>.<book_kind:ext>", handbooks.handbook_file, name="handbook_file"),
]
