"""Addresses of live events, contests, entries and their judging."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.training.views import live

_LIVE = "tap-huan/thi-tai-cho"
_ROOM = r"^cuoc-thi/phong/(?P<pin>\d{6})/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_LIVE}/", live.live_list, name="live_list"),
    path(f"{_LIVE}/moi/", live.live_create, name="live_create"),
    path(f"{_LIVE}/<int:event_id>/", live.live_detail, name="live_detail"),
    path(f"{_LIVE}/<int:event_id>/ket-qua.xlsx", live.live_export, name="live_export"),
    path(f"{_LIVE}/<int:event_id>/man-hinh/", live.live_screen, name="live_screen"),
    path(f"{_LIVE}/<int:event_id>/tiep/", live.live_step, name="live_step"),
    path(f"{_LIVE}/<int:event_id>/ket-thuc/", live.live_stop, name="live_stop"),
    path(f"{_LIVE}/<int:event_id>/bo/<int:player_id>/", live.live_remove, name="live_remove"),
    path("cuoc-thi/phong/", live.live_door, name="live_door"),
    re_path(_ROOM + "$", live.live_room, name="live_room"),
    re_path(_ROOM + r"trang-thai\.json$", live.live_state, name="live_state"),
    re_path(_ROOM + r"tra-loi\.json$", live.live_answer, name="live_answer"),
]
