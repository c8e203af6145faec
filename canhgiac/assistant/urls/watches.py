"""Addresses of the wish to hear later."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.assistant.views import watches

_OWN = r"(?P<token>[\w-]{24})"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hoi/hen/", watches.watch_make, name="watch_make"),
    path("hoi/hen/da-gui/", watches.watch_sent, name="watch_sent"),
    re_path(rf"^hoi/hen/{_OWN}/$", watches.watch_page, name="watch_page"),
    re_path(rf"^hoi/hen/{_OWN}/dong-y/$", watches.watch_confirm, name="watch_confirm"),
    re_path(rf"^hoi/hen/{_OWN}/dung/$", watches.watch_stop, name="watch_stop"),
]
