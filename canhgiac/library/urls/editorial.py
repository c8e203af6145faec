"""Addresses of the shelf: forms, editions, review, the publication log."""

from django.urls import URLPattern, URLResolver, path, register_converter

from canhgiac.library.views import editions, forms, home, publications


class EditionKind:
    """ "form" or "material"."""

    regex = "form|material"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    to_url = to_python


register_converter(EditionKind, "edition_kind")
_OF = "thu-vien/ban/<edition_kind:kind>/<int:edition_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("thu-vien/", home.library_home, name="library_home"),
    path("thu-vien/hinh-thuc/", forms.form_list, name="form_list"),
    path("thu-vien/hinh-thuc/xuat.<str:kind>", forms.form_export, name="form_export"),
    path("thu-vien/hinh-thuc/moi/", forms.form_create, name="form_create"),
    path("thu-vien/hinh-thuc/xem-truoc/", forms.form_preview, name="form_preview"),
    path("thu-vien/hinh-thuc/<slug:code>/", forms.form_detail, name="form_detail"),
    path("thu-vien/hinh-thuc/<slug:code>/ban-moi/", forms.form_edition_new, name="form_edition_new"),
    path("thu-vien/hinh-thuc/<slug:code>/soan/", forms.form_edit, name="form_edit"),
    path("thu-vien/hinh-thuc/<slug:code>/ban-<int:number>/", forms.form_edition, name="form_edition"),
    path("thu-vien/hinh-thuc/<slug:code>/ban-<int:number>/nhu-cong-khai/", forms.form_as_public, name="form_as_public"),
    path("thu-vien/cho-duyet/", editions.review_list, name="review_list"),
    path("thu-vien/cho-duyet/<edition_kind:kind>/<int:edition_id>/", editions.review_detail, name="review_detail"),
    path(f"{_OF}gui-duyet/", editions.edition_submit, name="edition_submit"),
    path(f"{_OF}rut-ve/", editions.edition_take_back, name="edition_take_back"),
    path(f"{_OF}bo/", editions.edition_discard, name="edition_discard"),
    path(f"{_OF}thu-hoi/", editions.edition_withdraw, name="edition_withdraw"),
    path(f"{_OF}xac-nhan/", editions.statement_confirm, name="statement_confirm"),
    path(f"{_OF}can-xac-nhan/", editions.statement_reopen, name="statement_reopen"),
    path("thu-vien/nhat-ky-dang/", publications.publication_list, name="publication_list"),
    path("thu-vien/nhat-ky-dang/xuat.<str:kind>", publications.publication_export, name="publication_export"),
]
