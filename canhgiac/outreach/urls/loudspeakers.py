"""Addresses of loudspeakers: devices, public sound, staff."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.outreach.views import loudspeakers

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(
        r"^loa/lich/(?P<digest>[0-9a-f]{64})\.json$", loudspeakers.loudspeaker_programme, name="loudspeaker_programme"
    ),
    re_path(r"^loa/bao-cao/(?P<digest>[0-9a-f]{64})/$", loudspeakers.loudspeaker_report, name="loudspeaker_report"),
    re_path(r"^loa/am/(?P<sha256>[0-9a-f]{64})\.mp3$", loudspeakers.loudspeaker_sound, name="loudspeaker_sound"),
    path("loa/<slug:code>/podcast.xml", loudspeakers.loudspeaker_podcast, name="loudspeaker_podcast"),
    path("loa/<slug:code>/danh-sach.m3u", loudspeakers.loudspeaker_playlist, name="loudspeaker_playlist"),
    path("phat-canh-bao/loa/", loudspeakers.loudspeaker_list, name="loudspeaker_list"),
    path("phat-canh-bao/loa/<int:loudspeaker_id>/thoi/", loudspeakers.loudspeaker_retire, name="loudspeaker_retire"),
    path(
        "phat-canh-bao/loa/<int:loudspeaker_id>/dung-lai/", loudspeakers.loudspeaker_restore, name="loudspeaker_restore"
    ),
    path("phat-canh-bao/<int:warning_id>/loa/", loudspeakers.loudspeakers_post, name="loudspeakers_post"),
]
