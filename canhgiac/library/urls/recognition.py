"""Addresses of the recognition workshop."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.library.views import recognition

urlpatterns: list[URLPattern | URLResolver] = [
    path("thu-vien/nhan-dang/", recognition.recognition_home, name="recognition_home"),
    path("thu-vien/nhan-dang/dung-lai/", recognition.build_request, name="build_request"),
    path("thu-vien/tin-mau/", recognition.example_list, name="example_list"),
    path("thu-vien/tin-mau/them/", recognition.examples_add, name="examples_add"),
    path("thu-vien/tin-mau/xu-ly/", recognition.examples_decide, name="examples_decide"),
    re_path(r"^thu-vien/tin-mau/xuat\.(?P<kind>xlsx|csv)$", recognition.example_export, name="example_export"),
    path("thu-vien/ban-tin/", recognition.official_list, name="official_list"),
    path("thu-vien/ban-tin/them/", recognition.official_add, name="official_add"),
    path("thu-vien/ban-tin/<int:message_id>/rut/", recognition.official_withdraw, name="official_withdraw"),
    path("thu-vien/ban-tin/<int:message_id>/lay-lai/", recognition.official_restore, name="official_restore"),
    path("thu-vien/phan-hoi/", recognition.doubt_list, name="doubt_list"),
    path("thu-vien/phan-hoi/<int:doubt_id>/", recognition.doubt_detail, name="doubt_detail"),
]
