"""The product's addresses and the catalogue of components, which the product serves only in DEBUG."""

from django.urls import path
from django.views.generic import TemplateView

from canhgiac.kit.charts import examples
from canhgiac.urls import urlpatterns as product

urlpatterns = [
    *product,
    path("catalogue/", TemplateView.as_view(template_name="catalogue.html", extra_context={"charts": examples()})),
    path("catalogue/public/", TemplateView.as_view(template_name="catalogue_public.html")),
]
