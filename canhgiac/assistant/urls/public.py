"""Addresses where anybody asks."""

from django.urls import URLPattern, URLResolver, path

from canhgiac.assistant.views import frames, public, tiplinks

urlpatterns: list[URLPattern | URLResolver] = [
    path("hoi/", public.talk_page, name="talk_page"),
    path("hoi/ben/", public.talk_panel, name="talk_panel"),
    path("hoi/noi/", public.talk_say, name="talk_say"),
    path("hoi/danh-gia/<int:number>/", public.talk_mark, name="talk_mark"),
    path("hoi/gap-nguoi/", public.talk_human, name="talk_human"),
    path("hoi/xoa/", public.talk_erase, name="talk_erase"),
    path("hoi/bao-tin/", public.talk_tip, name="talk_tip"),
    path("hoi/bao-tin/<str:token>/", tiplinks.talk_tip_linked, name="talk_tip_linked"),
    path("hoi/khung/", frames.talk_frame, name="talk_frame"),
    path("hoi/mang-sang/", frames.talk_move, name="talk_move"),
]
