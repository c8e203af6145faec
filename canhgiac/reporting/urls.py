from django.urls import URLPattern, URLResolver, path

from .views import duties, rounds

urlpatterns: list[URLPattern | URLResolver] = [
    path("bao-cao/", rounds.round_list, name="round_list"),
    path("bao-cao/xuat.xlsx", rounds.round_export, {"kind": "xlsx"}, name="round_export"),
    path("bao-cao/xuat.csv", rounds.round_export, {"kind": "csv"}),
    path("bao-cao/cua-toi/", duties.my_reports, name="my_reports"),
    path("bao-cao/ky/tao/", rounds.round_create, name="round_create"),
    path("bao-cao/ky/xem-truoc/", rounds.round_preview, name="round_preview"),
    path(
        "bao-cao/ky/tu-che-do/<int:obligation_id>/", rounds.obligation_round_make, name="obligation_round_make"
    ),
    path("bao-cao/ky/<int:round_id>/", rounds.round_detail, name="round_detail"),
    path("bao-cao/ky/<int:round_id>/xuat.xlsx", rounds.duty_export, {"kind": "xlsx"}, name="duty_export"),
    path("bao-cao/ky/<int:round_id>/xuat.csv", rounds.duty_export, {"kind": "csv"}),
    path("bao-cao/ky/<int:round_id>/sua/", rounds.round_edit, name="round_edit"),
    path("bao-cao/ky/<int:round_id>/mo/", rounds.round_open, name="round_open"),
    path("bao-cao/ky/<int:round_id>/chot/", rounds.round_close, name="round_close"),
    path("bao-cao/ky/<int:round_id>/mo-lai/", rounds.round_reopen, name="round_reopen"),
    path("bao-cao/ky/<int:round_id>/bo/", rounds.round_discard, name="round_discard"),
    path("bao-cao/ky/<int:round_id>/doi-mau/", rounds.round_form_change, name="round_form_change"),
    path("bao-cao/ky/<int:round_id>/bang-theo-doi/", rounds.round_scoreboard, name="round_scoreboard"),
    path("bao-cao/ky/<int:round_id>/don-vi/them/", duties.duties_add, name="duties_add"),
    path("bao-cao/ky/<int:round_id>/don-vi/theo-ke-hoach/", duties.duties_suggest, name="duties_suggest"),
    path("bao-cao/ky/<int:round_id>/don-vi/cap-nhat/", duties.duties_refresh, name="duties_refresh"),
    path("bao-cao/ky/<int:round_id>/don-vi/", duties.duties_many, name="duties_many"),
    path("bao-cao/phai-gui/<int:duty_id>/thoi-mien/", duties.duty_unexcuse, name="duty_unexcuse"),
    path("bao-cao/phai-gui/<int:duty_id>/xin-gia-han/", duties.due_request, name="due_request"),
    path("bao-cao/gia-han/<int:request_id>/", duties.due_request_answer, name="due_request_answer"),
]
