"""Addresses of the public knowledge pages."""

from django.urls import URLPattern, URLResolver, path

from canhgiac.library.views import public, sitemaps

urlpatterns: list[URLPattern | URLResolver] = [
    path("hinh-thuc/", public.form_index, name="form_index"),
    path("ung-dung.webmanifest", public.manifest_public, name="manifest_public"),
    path("hinh-thuc/<slug:slug>/", public.form_page, name="form_page"),
    path("phap-luat/", public.law_index, name="law_index"),
    path("phap-luat/<slug:slug>/", public.law_page, name="law_page"),
    path("tai-lieu/", public.material_index, name="material_index"),
    path("tai-lieu/<slug:slug>/", public.material_page, name="material_page"),
    path("moi-dang/", public.warning_index, name="warning_index"),
    path("khong-co-mang/", public.offline_page, name="offline_page"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
]
