from django.urls import URLPattern, URLResolver, path

from .views import exports, imports, plans, review, subplans

urlpatterns: list[URLPattern | URLResolver] = [
    path("ke-hoach/", plans.plan_list, name="plan_list"),
    path("ke-hoach/tai-len/", imports.directive_receive, name="directive_receive"),
    path("ke-hoach/van-ban/<int:directive_id>/", imports.directive_progress, name="directive_progress"),
    path("ke-hoach/van-ban/<int:directive_id>/doc-lai/", imports.directive_reread, name="directive_reread"),
    path("ke-hoach/van-ban/<int:directive_id>/tep", imports.directive_file, name="directive_file"),
    path("ke-hoach/<int:plan_id>/", plans.plan_detail, name="plan_detail"),
    path("ke-hoach/<int:plan_id>/ban-hanh/", plans.plan_issue, name="plan_issue"),
    path("ke-hoach/<int:plan_id>/ket-thuc/", plans.plan_close, name="plan_close"),
    path("ke-hoach/<int:plan_id>/bo/", imports.plan_drop, name="plan_drop"),
    path("ke-hoach/<int:plan_id>/ban-moi/", imports.version_receive, name="version_receive"),
    path("ke-hoach/<int:plan_id>/doi-chieu/", review.plan_review, name="plan_review"),
    path("ke-hoach/<int:plan_id>/doi-chieu/doan/<int:part>/", review.plan_lines, name="plan_lines"),
    path("ke-hoach/<int:plan_id>/doi-chieu/thay-doi/", review.plan_changes, name="plan_changes"),
    path("ke-hoach/<int:plan_id>/doi-chieu/tim-co-quan/", review.agency_search, name="agency_search"),
    path("ke-hoach/<int:plan_id>/doi-chieu/xem-han/", review.due_preview, name="due_preview"),
    path("ke-hoach/<int:plan_id>/doi-chieu/them/", review.piece_add, name="piece_add"),
    path("ke-hoach/<int:plan_id>/doi-chieu/hoan-tac/<int:step_id>/", review.step_undo, name="step_undo"),
    path("ke-hoach/<int:plan_id>/doi-chieu/co-quan/", review.body_assign, name="body_assign"),
    path("ke-hoach/<int:plan_id>/doi-chieu/phan-dau/", review.header_correct, name="header_correct"),
    path("ke-hoach/<int:plan_id>/doi-chieu/goi-y/", review.suggestions_handle, name="suggestions_handle"),
    path("ke-hoach/<int:plan_id>/doi-chieu/can-xem/<int:finding_id>/", review.finding_handle, name="finding_handle"),
    path("ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/nhan/", review.pieces_accept, name="pieces_accept"),
    path("ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/<int:piece_id>/", review.piece_edit, name="piece_edit"),
    path("ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/<int:piece_id>/nhan/", review.piece_accept, name="piece_accept"),
    path("ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/<int:piece_id>/bo/", review.piece_reject, name="piece_reject"),
    path(
        "ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/<int:piece_id>/lay-lai/", review.piece_restore, name="piece_restore"
    ),
    path("ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/<int:piece_id>/tach/", review.piece_split, name="piece_split"),
    path("ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/<int:piece_id>/gop/", review.task_merge, name="task_merge"),
    path(
        "ke-hoach/<int:plan_id>/doi-chieu/<str:tab>/<int:piece_id>/doi-loai/", review.piece_retype, name="piece_retype"
    ),
    path("ke-hoach/<int:plan_id>/xuat.xlsx", exports.plan_export_xlsx, name="plan_export_xlsx"),
    path("ke-hoach/<int:plan_id>/xuat.docx", exports.plan_export_docx, name="plan_export_docx"),
    path("ke-hoach/<int:plan_id>/ke-hoach-don-vi/", subplans.sub_plan_list, name="sub_plan_list"),
    path("ke-hoach/<int:plan_id>/ke-hoach-don-vi.xlsx", subplans.sub_plan_list_xlsx, name="sub_plan_list_xlsx"),
    path("ke-hoach/<int:plan_id>/ke-hoach-don-vi/nhac/", subplans.sub_plans_nudge, name="sub_plans_nudge"),
    path("ke-hoach/<int:plan_id>/so-voi-cap-tren/", subplans.sub_plan_answers, name="sub_plan_answers"),
    path("ke-hoach/nhan-dinh/<int:match_id>/", subplans.sub_plan_judge, name="sub_plan_judge"),
]
