from django.urls import path

from . import views

urlpatterns = [
    path("", views.public_home, name="public_home"),
    path("ban-lam-viec/", views.home, name="home"),
    path("ban-lam-viec/xuat.xlsx", views.desk_xlsx, name="desk_xlsx"),
    path("ban-lam-viec/in.pdf", views.desk_pdf, name="desk_pdf"),
    path("ban-lam-viec/<slug:part>/", views.desk_part, name="desk_part"),
]
