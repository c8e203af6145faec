"""One include per capability."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

from canhgiac.api import api
from canhgiac.kit.charts import examples

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("canhgiac.front.urls")),
    path("", include("canhgiac.agencies.urls")),
    path("", include("canhgiac.indicators.urls")),
    path("", include("canhgiac.library.urls")),
    path("", include("canhgiac.plans.urls")),
    path("", include("canhgiac.training.urls")),
    path("", include("canhgiac.tips.urls")),
    path("", include("canhgiac.activities.urls")),
    path("", include("canhgiac.radar.urls")),
    path("", include("canhgiac.outreach.urls")),
    path("", include("canhgiac.reporting.urls")),
    path("", include("canhgiac.assistant.urls")),
    path("api/v1/", api.urls),
    path("tai-khoan/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]

if settings.DEBUG:
    urlpatterns += [
        path("catalogue/", TemplateView.as_view(template_name="catalogue.html", extra_context={"charts": examples()})),
        path("catalogue/public/", TemplateView.as_view(template_name="catalogue_public.html")),
    ]
