"""Addresses of certificates, of packages and of the record store."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.training.views import certificates, packages, recordstore

_STAFF, _CLASS, _COURSE = "tap-huan/chung-nhan", "tap-huan/lop/<int:class_id>/chung-nhan", "tap-huan/khoa-hoc"
_CODE = "chung-nhan/<slug:code>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_STAFF}/", certificates.certificate_list, name="certificate_list"),
    re_path(rf"^{_STAFF}/xuat\.(?P<kind>xlsx|csv)$", certificates.certificate_export, name="certificate_export"),
    path(f"{_STAFF}/<int:certificate_id>/", certificates.certificate_detail, name="certificate_detail"),
    path(f"{_STAFF}/<int:certificate_id>/thu-hoi/", certificates.certificate_revoke, name="certificate_revoke"),
    path(f"{_STAFF}/<int:certificate_id>/cap-lai/", certificates.certificate_correct, name="certificate_correct"),
    path(f"{_STAFF}/<int:certificate_id>/giay.pdf", certificates.certificate_file, name="certificate_file"),
    path(f"{_CLASS}/", certificates.class_certificates, name="class_certificates"),
    path(f"{_CLASS}/cap/", certificates.class_certificates_issue, name="class_certificates_issue"),
    re_path(
        r"^tap-huan/lop/(?P<class_id>\d{1,18})/chung-nhan/tat-ca\.(?P<kind>pdf|zip)$",
        certificates.class_certificates_file,
        name="class_certificates_file",
    ),
    path(f"{_COURSE}/<int:course_id>/goi/", packages.package_show, name="package_show"),
    path(f"{_COURSE}/<int:course_id>/goi/tai/", packages.package_make, name="package_make"),
    path("tap-huan/kho-ket-qua/", recordstore.recordstore_edit, name="recordstore_edit"),
    path("tap-huan/kho-ket-qua/thu/", recordstore.recordstore_try, name="recordstore_try"),
    path("chung-nhan/", certificates.certificate_check, name="certificate_check"),
    path("chung-nhan/nguoi-cap.json", certificates.badge_issuer, name="badge_issuer"),
    path("chung-nhan/khoa/<slug:kid>.json", certificates.badge_key, name="badge_key"),
    path(f"{_CODE}/", certificates.certificate_page, name="certificate_page"),
    path(f"{_CODE}/giay.pdf", certificates.certificate_download, name="certificate_download"),
    path(f"{_CODE}/huy-hieu.jwt", certificates.certificate_badge, name="certificate_badge"),
    path(f"{_CODE}/tinh-trang.json", certificates.certificate_status, name="certificate_status"),
]
