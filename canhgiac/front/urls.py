from django.urls import path

from .views import handbook, public, staff, widgets

urlpatterns = [
    path("", public.public_home, name="public_home"),
    path("kiem-tra/", public.check, name="check"),
    path("gio-vang/", public.golden_hour, name="golden_hour"),
    path("du-lieu-cua-ban/", public.privacy, name="privacy"),
    path("kha-nang-tiep-can/", public.accessibility, name="accessibility"),
    path("khieu-nai-nhan-dinh/", public.doubt_make, name="doubt_make"),
    path("khieu-nai-nhan-dinh/da-nhan/", public.doubt_thanks, name="doubt_thanks"),
    path("nhung/", widgets.widget_index, name="widget_index"),
    path("nhung/nhung.js", widgets.widget_loader, name="widget_loader"),
    path("nhung/nut.js", widgets.widget_button, name="widget_button"),
    path("nhung/kiem-tra/", widgets.widget_check, name="widget_check"),
    path("nhung/canh-bao/", widgets.widget_news, name="widget_news"),
    path("ban-lam-viec/", staff.home, name="home"),
    path("ban-lam-viec/xuat.xlsx", staff.desk_xlsx, name="desk_xlsx"),
    path("ban-lam-viec/in.pdf", staff.desk_pdf, name="desk_pdf"),
    path("ban-lam-viec/<slug:part>/", staff.desk_part, name="desk_part"),
    path("so-tay/", handbook.front, name="staff_handbook"),
    path("so-tay/hinh/<str:name>", handbook.picture, name="staff_handbook_picture"),
    path("so-tay/<slug:name>/", handbook.page, name="staff_handbook_page"),
]
