"""Addresses of materials, packs, takings and feeds."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.library.views import feeds, materials, packs, takings

_LAYOUT = r"(?P<layout>[a-z0-9_]{1,20})\.(?P<kind>pdf|png)"

urlpatterns: list[URLPattern | URLResolver] = [
    path("thu-vien/tai-lieu/", materials.material_list, name="material_list"),
    path("thu-vien/tai-lieu/moi/", materials.material_create, name="material_create"),
    path("thu-vien/tai-lieu/xem-truoc/", materials.material_preview, name="material_preview"),
    re_path(r"^thu-vien/tai-lieu/xuat\.(?P<kind>xlsx|csv)$", materials.material_export, name="material_export"),
    path("thu-vien/tai-lieu/<slug:code>/", materials.material_detail, name="material_detail"),
    path("thu-vien/tai-lieu/<slug:code>/soan/", materials.material_draft, name="material_draft"),
    path("thu-vien/tai-lieu/<slug:code>/sua/", materials.material_edit, name="material_edit"),
    path("thu-vien/tai-lieu/<slug:code>/ban-<int:number>/", materials.material_edition, name="material_edition"),
    re_path(rf"^thu-vien/tai-lieu/(?P<code>[-\w]+)/lay/{_LAYOUT}$", materials.material_take, name="material_take"),
    path("tai-lieu/anh/<int:file_id>.jpg", materials.material_picture, name="material_picture"),
    path("tai-lieu/tep/<int:file_id>", materials.material_file, name="material_file"),
    path("thu-vien/bo-tai-lieu/", packs.pack_list, name="pack_list"),
    path("thu-vien/bo-tai-lieu/moi/", packs.pack_create, name="pack_create"),
    path("thu-vien/bo-tai-lieu/<int:pack_id>/", packs.pack_detail, name="pack_detail"),
    path("thu-vien/bo-tai-lieu/<int:pack_id>/sua/", packs.pack_edit, name="pack_edit"),
    path("thu-vien/bo-tai-lieu/<int:pack_id>/xoa/", packs.pack_delete, name="pack_delete"),
    path("tai-lieu/bo/<int:pack_id>.zip", packs.pack_download, name="pack_download"),
    path("thu-vien/da-lay/", takings.taking_list, name="taking_list"),
    re_path(r"^thu-vien/da-lay/xuat\.(?P<kind>xlsx|csv)$", takings.taking_export, name="taking_export"),
    path("thu-vien/don-vi-toi/", takings.taking_mine, name="taking_mine"),
    path("thu-vien/da-lay/<str:kind>/<int:edition_id>/dung/", takings.taking_use, name="taking_use"),
    path("thu-vien/da-lay/<str:kind>/<int:edition_id>/da-go/", takings.taking_remove, name="taking_remove"),
    path("thu-vien/da-lay/<str:kind>/<int:edition_id>/chua-go/", takings.taking_restore, name="taking_restore"),
    path("thu-vien/da-lay/<str:kind>/<int:edition_id>/don-doc/", takings.takings_urge, name="takings_urge"),
    path("thu-vien/da-lay/<int:taking_id>/bo/", takings.taking_forget, name="taking_forget"),
    path("nguon-tin/", feeds.feed_index, name="feed_index"),
    path("nguon-tin/tai-lieu.atom", feeds.feed_atom, name="feed_atom"),
    path("nguon-tin/tai-lieu.json", feeds.feed_json, name="feed_json"),
]
