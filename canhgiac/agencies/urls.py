"""Addresses of this capability, in Vietnamese without diacritics."""

from allauth.account.views import LoginView
from django.urls import URLPattern, URLResolver, path, re_path

from .views import access, areas, log, members, register

ENDING = r"xuat\.(?P<ending>xlsx|csv)$"

urlpatterns: list[URLPattern | URLResolver] = [
    path("co-quan/", register.agency_list, name="agency_list"),
    re_path(rf"^co-quan/{ENDING}", register.agency_export, name="agency_export"),
    path("co-quan/goi-y/", register.agency_suggest, name="agency_suggest"),
    path("co-quan/them/", register.agency_create, name="agency_create"),
    path("co-quan/nhap-vao/", register.agency_merge, name="agency_merge"),
    path("co-quan/nhap-tep/", register.agency_import, name="agency_import"),
    path("co-quan/nhap-tep/dong-y/", register.agency_import_confirm, name="agency_import_confirm"),
    path("co-quan/<int:agency_id>/", register.agency_detail, name="agency_detail"),
    path("co-quan/<int:agency_id>/sua/", register.agency_edit, name="agency_edit"),
    path("co-quan/<int:agency_id>/ket-thuc/", register.agency_close, name="agency_close"),
    path("dia-ban/", areas.area_list, name="area_list"),
    path("dia-ban/goi-y/", areas.area_suggest, name="area_suggest"),
    path("dia-ban/<int:area_id>/", areas.area_detail, name="area_detail"),
    path("thanh-vien/", members.member_list, name="member_list"),
    re_path(rf"^thanh-vien/{ENDING}", members.member_export, name="member_export"),
    path("thanh-vien/moi/", members.member_invite, name="member_invite"),
    path("thanh-vien/<int:member_id>/", members.member_detail, name="member_detail"),
    path("thanh-vien/<int:member_id>/sua/", members.member_edit, name="member_edit"),
    path("thanh-vien/<int:member_id>/vai-tro/", members.role_grant, name="role_grant"),
    path("thanh-vien/<int:member_id>/ngung/", members.member_deactivate, name="member_deactivate"),
    path("thanh-vien/<int:member_id>/mo-lai/", members.member_reactivate, name="member_reactivate"),
    path("vai-tro/<int:role_id>/thu-hoi/", members.role_revoke, name="role_revoke"),
    path("loi-moi/<int:invitation_id>/gui-lai/", members.invitation_resend, name="invitation_resend"),
    path("loi-moi/<int:invitation_id>/rut/", members.invitation_withdraw, name="invitation_withdraw"),
    path("loi-moi/<str:key>/", members.invitation_accept, name="invitation_accept"),
    path("nhat-ky/", log.audit_list, name="audit_list"),
    re_path(rf"^nhat-ky/{ENDING}", log.audit_export, name="audit_export"),
    path("thong-bao/", log.notice_list, name="notice_list"),
    path("thong-bao/<int:notice_id>/doc/", log.notice_read, name="notice_read"),
    path("thong-bao/doc-het/", log.notices_read_all, name="notices_read_all"),
    path("ma-truy-cap/", log.token_list, name="token_list"),
    path("ma-truy-cap/<int:token_id>/thu-hoi/", log.token_revoke, name="token_revoke"),
    # Before allauth's own: the login page lists the demo members, and addresses are not changed by their owners.
    path(
        "tai-khoan/login/",
        LoginView.as_view(extra_context={"demo_logins": access.demo_logins}),
        name="account_login",
    ),
    path("tai-khoan/email/", access.email_closed),
    path("i18n/setlang/", access.language_set, name="set_language"),  # before Django's own, which keeps a cookie only
]
