"""Addresses of warnings: the list, the composer, the second person."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.views import composing, prints, warnings

urlpatterns: list[URLPattern | URLResolver] = [
    path("phat-canh-bao/", warnings.warning_list, name="warning_list"),
    re_path(r"^phat-canh-bao/xuat\.(?P<kind>xlsx|csv)$", warnings.warning_export, name="warning_export"),
    path("phat-canh-bao/moi/", warnings.warning_create, name="warning_create"),
    path("phat-canh-bao/<int:warning_id>/", warnings.warning_detail, name="warning_detail"),
    path("phat-canh-bao/<int:warning_id>/sua/", warnings.warning_edit, name="warning_edit"),
    path("phat-canh-bao/<int:warning_id>/bo/", warnings.warning_drop, name="warning_drop"),
    path("phat-canh-bao/<int:warning_id>/khoi-phuc/", warnings.warning_restore, name="warning_restore"),
    re_path(
        r"^phat-canh-bao/(?P<warning_id>\d{1,18})/in/(?P<name>thong-bao|to-roi|anh-chia-se)\.(?P<ext>pdf|png)$",
        prints.warning_print,
        name="warning_print",
    ),
    path("phat-canh-bao/<int:warning_id>/gui-duyet/", composing.warning_submit, name="warning_submit"),
    path("phat-canh-bao/<int:warning_id>/rut-ve/", composing.warning_take_back, name="warning_take_back"),
    path("phat-canh-bao/<int:warning_id>/duyet/", composing.warning_review, name="warning_review"),
    path("phat-canh-bao/<int:warning_id>/cap-nhat/", composing.warning_update_begin, name="warning_update_begin"),
    path("phat-canh-bao/<int:warning_id>/thu-hoi/", composing.warning_cancel_begin, name="warning_cancel_begin"),
    path("phat-canh-bao/<int:warning_id>/ngon-ngu/", composing.rendition_add_language, name="rendition_add_language"),
    path(
        "phat-canh-bao/<int:warning_id>/ngon-ngu/<slug:language>/bo/",
        composing.rendition_drop_language,
        name="rendition_drop_language",
    ),
    path("phat-canh-bao/<int:warning_id>/ban/<int:rendition_id>/", composing.rendition_edit, name="rendition_edit"),
    path(
        "phat-canh-bao/<int:warning_id>/ban/<int:rendition_id>/thu/", composing.rendition_check, name="rendition_check"
    ),
    path(
        "phat-canh-bao/<int:warning_id>/ban/<int:rendition_id>/ban-ghi/",
        composing.rendition_record,
        name="rendition_record",
    ),
    path(
        "phat-canh-bao/<int:warning_id>/ban/<int:rendition_id>/lay-lai/",
        composing.rendition_remake,
        name="rendition_remake",
    ),
]
