"""Lists of others, partners, TAXII, private look-up."""

from django.urls import path, re_path

from canhgiac.indicators.selectors.taxii import ROOT
from canhgiac.indicators.views import lists, partners, private, taxii

_ROOT = f"taxii2/{ROOT}/"
_ONE = f"{_ROOT}collections/<str:collection>/"
_LISTS, _PARTNERS = "dau-vet/danh-sach/", "dau-vet/doi-tac/"

urlpatterns = [
    path(_LISTS, lists.list_source_list, name="list_source_list"),
    re_path(rf"^{_LISTS}xuat\.(?P<ending>xlsx|csv)$", lists.list_source_export, name="list_source_export"),
    path(f"{_LISTS}them/", lists.list_source_create, name="list_source_create"),
    path(f"{_LISTS}<int:source_id>/", lists.list_source_detail, name="list_source_detail"),
    path(f"{_LISTS}<int:source_id>/sua/", lists.list_source_edit, name="list_source_edit"),
    path(f"{_LISTS}<int:source_id>/thoi-dung/", lists.list_source_retire, name="list_source_retire"),
    path(f"{_LISTS}lan/<int:import_id>/", lists.list_import_detail, name="list_import_detail"),
    path(f"{_LISTS}lan/<int:import_id>/<slug:act>/", lists.list_import_act, name="list_import_act"),
    path(_PARTNERS, partners.partner_list, name="partner_list"),
    re_path(rf"^{_PARTNERS}xuat\.(?P<ending>xlsx|csv)$", partners.partner_list_export, name="partner_list_export"),
    path(f"{_PARTNERS}them/", partners.partner_create, name="partner_create"),
    path(f"{_PARTNERS}<int:partner_id>/", partners.partner_detail, name="partner_detail"),
    path(f"{_PARTNERS}<int:partner_id>/sua/", partners.partner_edit, name="partner_edit"),
    path(f"{_PARTNERS}<int:partner_id>/tam-ngung/", partners.partner_suspend, name="partner_suspend"),
    path(f"{_PARTNERS}<int:partner_id>/khoa-ky/", partners.partner_secret_set, name="partner_secret_set"),
    path(
        f"{_PARTNERS}<int:partner_id>/ma/<int:token_id>/thu-hoi/",
        partners.partner_token_revoke,
        name="partner_token_revoke",
    ),
    path("tra-cuu-rieng-tu/", private.lookup_modes, name="lookup_modes"),
    path("v1/bucket/<str:kind>/<str:prefix>", private.lookup_bucket, name="lookup_bucket"),
    path("taxii2/", taxii.taxii_discovery, name="taxii_discovery"),
    path(_ROOT, taxii.taxii_root, name="taxii_root"),
    path(f"{_ROOT}collections/", taxii.taxii_collections, name="taxii_collections"),
    path(_ONE, taxii.taxii_collection, name="taxii_collection"),
    path(f"{_ONE}manifest/", taxii.taxii_manifest, name="taxii_manifest"),
    path(f"{_ONE}objects/", taxii.taxii_objects, name="taxii_objects"),
    path(f"{_ONE}objects/<str:number>/", taxii.taxii_object, name="taxii_object"),
    path(f"{_ONE}objects/<str:number>/versions/", taxii.taxii_versions, name="taxii_versions"),
]
