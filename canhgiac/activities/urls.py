from django.urls import URLPattern, URLResolver, path, re_path

from .views import activities, coverage, evidence, exports, offline, review

urlpatterns: list[URLPattern | URLResolver] = [
    path("sw.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("hoat-dong/", activities.activity_list, name="activity_list"),
    path("hoat-dong/ghi/", activities.activity_record, name="activity_record"),
    path("hoat-dong/ghi/phien.json", offline.record_session, name="record_session"),
    path("hoat-dong/ghi/gui/", offline.record_send, name="record_send"),
    path("hoat-dong/ghi/gui/<uuid:uid>/minh-chung/", offline.record_send_evidence, name="record_send_evidence"),
    path("hoat-dong/ghi/dia-ban/", offline.record_areas, name="record_areas"),
    path("hoat-dong/xem-xet/", review.activity_review, name="activity_review"),
    path("hoat-dong/cong-nhan/", review.activities_accept, name="activities_accept"),
    re_path(r"^hoat-dong/xuat\.(?P<kind>xlsx|csv)$", exports.activity_export, name="activity_export"),
    path("hoat-dong/do-phu/", coverage.coverage_map_page, name="coverage"),
    path("hoat-dong/do-phu/theo-hinh-thuc/", coverage.coverage_matrix, name="coverage_matrix"),
    path("hoat-dong/do-phu/<int:area_id>/", coverage.coverage_area, name="coverage_area"),
    re_path(r"^hoat-dong/do-phu/xuat\.(?P<kind>xlsx|csv)$", coverage.coverage_export, name="coverage_export"),
    path("hoat-dong/<int:activity_id>/", activities.activity_detail, name="activity_detail"),
    path("hoat-dong/<int:activity_id>/sua/", activities.activity_edit, name="activity_edit"),
    path("hoat-dong/<int:activity_id>/rut/", activities.activity_withdraw, name="activity_withdraw"),
    path("hoat-dong/<int:activity_id>/lay-lai/", activities.activity_restore, name="activity_restore"),
    path("hoat-dong/<int:activity_id>/tra-lai/", review.activity_return, name="activity_return"),
    path("hoat-dong/<int:activity_id>/minh-chung/", evidence.evidence_add, name="evidence_add"),
    re_path(
        r"^hoat-dong/minh-chung/(?P<evidence_id>\d{1,18})/(?P<size>anh|nho)\.jpg$",
        evidence.evidence_photo,
        name="evidence_photo",
    ),
    path("hoat-dong/minh-chung/<int:evidence_id>/tai-ve", evidence.evidence_file, name="evidence_file"),
    path("hoat-dong/minh-chung/<int:evidence_id>/goc", evidence.evidence_original, name="evidence_original"),
    path("hoat-dong/minh-chung/<int:evidence_id>/bo/", evidence.evidence_remove, name="evidence_remove"),
]
