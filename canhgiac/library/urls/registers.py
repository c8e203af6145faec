"""Addresses of the registers: acts, lines to call, the province's profile."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.library.views import contacts, laws, province

urlpatterns: list[URLPattern | URLResolver] = [
    path("thu-vien/van-ban/", laws.law_list, name="law_list"),
    re_path(r"^thu-vien/van-ban/xuat\.(?P<kind>xlsx|csv)$", laws.law_export, name="law_export"),
    path("thu-vien/van-ban/moi/", laws.law_create, name="law_create"),
    path("thu-vien/van-ban/<str:code>/", laws.law_detail, name="law_detail"),
    path("thu-vien/van-ban/<str:code>/sua/", laws.law_edit, name="law_edit"),
    path("thu-vien/van-ban/<str:code>/xac-nhan/", laws.law_confirm, name="law_confirm"),
    path("thu-vien/danh-ba/", contacts.contact_list, name="contact_list"),
    re_path(r"^thu-vien/danh-ba/xuat\.(?P<kind>xlsx|csv)$", contacts.contact_export, name="contact_export"),
    path("thu-vien/danh-ba/them/", contacts.contact_create, name="contact_create"),
    path("thu-vien/danh-ba/<slug:code>/xem/", contacts.contact_detail, name="contact_detail"),
    path("thu-vien/danh-ba/<slug:code>/sua/", contacts.contact_edit, name="contact_edit"),
    path("thu-vien/danh-ba/<slug:code>/xac-nhan/", contacts.contact_confirm, name="contact_confirm"),
    path("thu-vien/danh-ba/<slug:code>/thoi-dung/", contacts.contact_retire, name="contact_retire"),
    path("thu-vien/danh-ba/<slug:code>/lay-lai/", contacts.contact_restore, name="contact_restore"),
    path("thu-vien/trang-tinh/", province.province_profile, name="province_profile"),
    path("bieu-trung/<str:sha256>.png", province.province_emblem, name="province_emblem"),
]
