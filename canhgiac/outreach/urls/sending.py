"""Addresses of sendings, providers and the rules of sending."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.views import broadcasts, dkimkeys, providers, rules, trials

_ONE = "phat-canh-bao/dot-gui/<int:broadcast_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("phat-canh-bao/dot-gui/", broadcasts.broadcast_list, name="broadcast_list"),
    re_path(
        r"^phat-canh-bao/dot-gui/xuat\.(?P<kind>xlsx|csv)$",
        broadcasts.broadcast_list_export,
        name="broadcast_list_export",
    ),
    path("phat-canh-bao/<int:warning_id>/dot-gui/moi/", broadcasts.broadcast_create, name="broadcast_create"),
    path("phat-canh-bao/<int:warning_id>/dot-gui/thu/", broadcasts.broadcast_try, name="broadcast_try"),
    path("phat-canh-bao/<int:warning_id>/gui-thu/", trials.trial_create, name="trial_create"),
    path("phat-canh-bao/<int:warning_id>/gui-thu/ket-qua/", trials.trial_list, name="trial_list"),
    path("nhan-canh-bao/gui-thu/ngung/", trials.trial_stop, name="trial_stop"),
    path(_ONE, broadcasts.broadcast_detail, name="broadcast_detail"),
    path(_ONE + "tien-do/", broadcasts.broadcast_state, name="broadcast_state"),
    path(_ONE + "khong-den/", broadcasts.broadcast_troubles, name="broadcast_troubles"),
    path(_ONE + "xa-phuong/", broadcasts.broadcast_areas, name="broadcast_areas"),
    path(_ONE + "bat-dau/", broadcasts.broadcast_start, name="broadcast_start"),
    path(_ONE + "gui-not/", broadcasts.broadcast_release, name="broadcast_release"),
    path(_ONE + "tam-dung/", broadcasts.broadcast_pause, name="broadcast_pause"),
    path(_ONE + "gui-tiep/", broadcasts.broadcast_resume, name="broadcast_resume"),
    path(_ONE + "dung-han/", broadcasts.broadcast_stop, name="broadcast_stop"),
    re_path(
        r"^phat-canh-bao/dot-gui/(?P<broadcast_id>\d{1,18})/(?P<part>xa-phuong|khong-den)\.(?P<kind>xlsx|csv)$",
        broadcasts.broadcast_export,
        name="broadcast_export",
    ),
    path("phat-canh-bao/nha-cung-cap/", providers.provider_list, name="provider_list"),
    path("phat-canh-bao/nha-cung-cap/moi/<slug:wire>/", providers.provider_create, name="provider_create"),
    path("phat-canh-bao/nha-cung-cap/<int:provider_id>/", providers.provider_detail, name="provider_detail"),
    path("phat-canh-bao/nha-cung-cap/<int:provider_id>/sua/", providers.provider_edit, name="provider_edit"),
    path("phat-canh-bao/nha-cung-cap/<int:provider_id>/tam-dung/", providers.provider_pause, name="provider_pause"),
    path("phat-canh-bao/nha-cung-cap/<int:provider_id>/gui-tiep/", providers.provider_resume, name="provider_resume"),
    path("phat-canh-bao/nha-cung-cap/<int:provider_id>/dkim/", dkimkeys.provider_dkim, name="provider_dkim"),
    path(
        "phat-canh-bao/nha-cung-cap/<int:provider_id>/dkim/ky/", dkimkeys.provider_dkim_sign, name="provider_dkim_sign"
    ),
    path(
        "phat-canh-bao/nha-cung-cap/<int:provider_id>/dkim/bo/",
        dkimkeys.provider_dkim_remove,
        name="provider_dkim_remove",
    ),
    path("phat-canh-bao/quy-dinh/", rules.rules_edit, name="rules_edit"),
]
