"""Lists of others, partners, TAXII, private look-up."""

from django.urls import path

from canhgiac.indicators.selectors.taxii import ROOT
from canhgiac.indicators.views import taxii

_ROOT = f"taxii2/{ROOT}/"
_ONE = f"{_ROOT}collections/<str:collection>/"

urlpatterns = [
    path("taxii2/", taxii.taxii_discovery, name="taxii_discovery"),
    path(_ROOT, taxii.taxii_root, name="taxii_root"),
    path(f"{_ROOT}collections/", taxii.taxii_collections, name="taxii_collections"),
    path(_ONE, taxii.taxii_collection, name="taxii_collection"),
    path(f"{_ONE}manifest/", taxii.taxii_manifest, name="taxii_manifest"),
    path(f"{_ONE}objects/", taxii.taxii_objects, name="taxii_objects"),
    path(f"{_ONE}objects/<str:number>/", taxii.taxii_object, name="taxii_object"),
    path(f"{_ONE}objects/<str:number>/versions/", taxii.taxii_versions, name="taxii_versions"),
]
