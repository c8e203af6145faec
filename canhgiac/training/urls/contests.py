"""Addresses of live events, contests, entries and their judging."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.training.views import contests, judging, live, publiccontests

_LIVE = "tap-huan/thi-tai-cho"
_OFFICE = "tap-huan/cuoc-thi"
_ONE = f"{_OFFICE}/<int:contest_id>"
_OWN = "cuoc-thi/<slug:slug>/toi/<str:token>"
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
    re_path(_ROOM + r"tra-loi/$", live.live_room_answer, name="live_room_answer"),
    re_path(_ROOM + r"trang-thai\.json$", live.live_state, name="live_state"),
    re_path(_ROOM + r"tra-loi\.json$", live.live_answer, name="live_answer"),
    path(f"{_OFFICE}/", contests.contest_list, name="contest_list"),
    path(f"{_OFFICE}/xuat.xlsx", contests.contest_export, name="contest_export"),
    path(f"{_OFFICE}/moi/", contests.contest_create, name="contest_create"),
    path(f"{_ONE}/", contests.contest_detail, name="contest_detail"),
    path(f"{_ONE}/sua/", contests.contest_edit, name="contest_edit"),
    path(f"{_ONE}/ket-qua.xlsx", contests.contest_result, name="contest_result"),
    path(f"{_ONE}/vong/", contests.contest_round_create, name="contest_round_create"),
    path(f"{_ONE}/vong/<int:number>/tinh/", contests.contest_round_rank, name="contest_round_rank"),
    path(f"{_ONE}/dau-hieu/<int:anomaly_id>/", contests.anomaly_note, name="anomaly_note"),
    path(f"{_ONE}/bai/<int:number>/loai/", contests.work_rule_out, name="work_rule_out"),
    path(f"{_ONE}/giam-khao/", contests.judge_create, name="judge_create"),
    path(f"{_ONE}/giai/", contests.award_create, name="award_create"),
    re_path(
        rf"^{_OFFICE}/(?P<contest_id>\d{{1,18}})/giai/(?P<award_id>\d{{1,18}})/(?P<act>bo|chung-nhan)/$",
        contests.award_act,
        name="award_act",
    ),
    path(f"{_ONE}/cham/", judging.judging_list, name="judging_list"),
    path(f"{_ONE}/cham/cam-ket/", judging.judging_promise, name="judging_promise"),
    path(f"{_ONE}/cham/<int:number>/", judging.judging_sheet, name="judging_sheet"),
    path(f"{_ONE}/cham/<int:number>/diem/", judging.judging_score, name="judging_score"),
    path(f"{_ONE}/cham/<int:number>/lien-quan/", judging.judging_conflict, name="judging_conflict"),
    path(f"{_ONE}/cham/<int:number>/tep/", judging.judging_file, name="judging_file"),
    re_path(
        rf"^{_OFFICE}/(?P<contest_id>\d{{1,18}})/(?P<act>mo|dong|cong-bo|huy)/$",
        contests.contest_act,
        name="contest_act",
    ),
    path("cuoc-thi/", publiccontests.contest_public_list, name="contest_public_list"),
    path("cuoc-thi/<slug:slug>/", publiccontests.contest_public, name="contest_public"),
    path("cuoc-thi/<slug:slug>/dang-ky/", publiccontests.contest_enter, name="contest_enter"),
    path("cuoc-thi/<slug:slug>/doi/", publiccontests.contest_team, name="contest_team"),
    path(f"{_OWN}/", publiccontests.contest_own, name="contest_own"),
    path(f"{_OWN}/vong/<int:number>/", publiccontests.contest_begin, name="contest_begin"),
    path(f"{_OWN}/rut/", publiccontests.contest_leave, name="contest_leave"),
    path(f"{_OWN}/bai/", publiccontests.work_send, name="work_send"),
    path(f"{_OWN}/bai/<int:number>/rut/", publiccontests.work_take_back, name="work_take_back"),
]
