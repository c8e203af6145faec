"""Queues, tips, cases, packs, figures, retention."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.tips.views import cases, handovers, queues, retention, statistics, tips

urlpatterns: list[URLPattern | URLResolver] = [
    path("tin-bao/", queues.tip_list, name="tip_list"),
    re_path(r"^tin-bao/xuat\.(?P<kind>xlsx|csv)$", queues.tip_export, name="tip_export"),
    path("tin-bao/giao-nhieu/", queues.tips_assign, name="tips_assign"),
    path("tin-bao/<int:tip_id>/", tips.tip_detail, name="tip_detail"),
    path("tin-bao/<int:tip_id>/nhan/", tips.tip_take, name="tip_take"),
    path("tin-bao/<int:tip_id>/giao/", tips.tip_assign, name="tip_assign"),
    path("tin-bao/<int:tip_id>/phan-loai/", tips.tip_classify, name="tip_classify"),
    path("tin-bao/<int:tip_id>/hoi/", tips.tip_ask, name="tip_ask"),
    path("tin-bao/<int:tip_id>/gia-han/", tips.tip_extend, name="tip_extend"),
    path("tin-bao/<int:tip_id>/tra-loi/", tips.tip_answer, name="tip_answer"),
    path("tin-bao/<int:tip_id>/tin-rac/", tips.tip_spam, name="tip_spam"),
    path("tin-bao/<int:tip_id>/mo-lai/", tips.tip_reopen, name="tip_reopen"),
    path("tin-bao/<int:tip_id>/ghi-chu/", tips.tip_note, name="tip_note"),
    path("tin-bao/<int:tip_id>/tep/<int:file_id>/", tips.tip_file, name="tip_file"),
    path("tin-bao/<int:tip_id>/ghep/", cases.tip_link, name="tip_link"),
    path("tin-bao/<int:tip_id>/bo-ghep/", cases.tip_unlink, name="tip_unlink"),
    path("tin-bao/<int:tip_id>/phong-toa/", tips.tip_freeze, name="tip_freeze"),
    path("tin-bao/<int:tip_id>/du-lieu/", retention.tip_person_export, name="tip_person_export"),
    path("tin-bao/<int:tip_id>/xoa/", retention.tip_erase, name="tip_erase"),
    path("tin-bao/<int:tip_id>/chuyen/", handovers.tip_handover, name="tip_handover"),
    path("tin-bao/vu-viec/", cases.case_list, name="case_list"),
    path("tin-bao/vu-viec/<int:case_id>/", cases.case_detail, name="case_detail"),
    path("tin-bao/vu-viec/<int:case_id>/gop/", cases.case_merge, name="case_merge"),
    path("tin-bao/vu-viec/<int:case_id>/bo-gop/", cases.case_unmerge, name="case_unmerge"),
    path("tin-bao/vu-viec/<int:case_id>/tach/", cases.case_split, name="case_split"),
    path("tin-bao/vu-viec/<int:case_id>/ket-qua/", cases.case_close, name="case_close"),
    path("tin-bao/vu-viec/<int:case_id>/mo-lai/", cases.case_reopen, name="case_reopen"),
    path("tin-bao/vu-viec/<int:case_id>/chuyen/", handovers.case_handover, name="case_handover"),
    path("tin-bao/ho-so/", handovers.handover_list, name="handover_list"),
    path("tin-bao/ho-so/<int:handover_id>/", handovers.handover_detail, name="handover_detail"),
    path("tin-bao/ho-so/<int:handover_id>/tai-ve", handovers.handover_download, name="handover_download"),
    path("tin-bao/ho-so/<int:handover_id>/trang-thai/", handovers.handover_state_set, name="handover_state_set"),
    path("tin-bao/so-lieu/", statistics.tip_statistics, name="tip_statistics"),
    path("tin-bao/so-lieu/xuat.xlsx", statistics.tip_statistics_export, name="tip_statistics_export"),
    path("tin-bao/luu-tru/", retention.retention_home, name="retention_home"),
]
