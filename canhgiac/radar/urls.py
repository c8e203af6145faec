from django.urls import URLPattern, URLResolver, path, re_path

from .views import cards, clusters, collaborators, signals

urlpatterns: list[URLPattern | URLResolver] = [
    path("ra-da/", cards.card_list, name="card_list"),
    re_path(r"^ra-da/xuat\.(?P<kind>xlsx|csv)$", cards.card_export, name="card_export"),
    path("ra-da/the/<int:card_id>/", cards.card_detail, name="card_detail"),
    path("ra-da/the/<int:card_id>/soan-canh-bao/", cards.card_draft, name="card_draft"),
    path("ra-da/the/<int:card_id>/theo-doi/", cards.card_watch, name="card_watch"),
    path("ra-da/the/<int:card_id>/bo-qua/", cards.card_dismiss, name="card_dismiss"),
    path("ra-da/the/<int:card_id>/mo-lai/", cards.card_reopen, name="card_reopen"),
    path("ra-da/cum/", clusters.cluster_list, name="cluster_list"),
    re_path(r"^ra-da/cum/xuat\.(?P<kind>xlsx|csv)$", clusters.cluster_export, name="cluster_export"),
    path("ra-da/cum/<int:cluster_id>/", clusters.cluster_detail, name="cluster_detail"),
    path("ra-da/cum/<int:cluster_id>/nhap/", clusters.clusters_merge, name="clusters_merge"),
    path("ra-da/cum/<int:cluster_id>/tach/", clusters.cluster_split, name="cluster_split"),
    path("ra-da/cum/<int:cluster_id>/doi-ten/", clusters.cluster_rename, name="cluster_rename"),
    path("ra-da/xep-lai/<int:move_id>/hoan-tac/", clusters.move_undo, name="move_undo"),
    path("ra-da/cong-tac-vien/", collaborators.collaborator_list, name="collaborator_list"),
    path("ra-da/cong-tac-vien/them/", collaborators.collaborator_add, name="collaborator_add"),
    path("ra-da/cong-tac-vien/<int:collaborator_id>/sua/", collaborators.collaborator_edit, name="collaborator_edit"),
    path("ra-da/cong-tac-vien/<int:collaborator_id>/thoi/", collaborators.collaborator_end, name="collaborator_end"),
    path("ra-da/tin-hieu/", collaborators.signal_list, name="signal_list"),
    re_path(r"^ra-da/tin-hieu/xuat\.(?P<kind>xlsx|csv)$", collaborators.signal_export, name="signal_export"),
    path("ra-da/tin-hieu/<int:signal_id>/", collaborators.signal_decide, name="signal_decide"),
    re_path(r"^tin-hieu/(?P<signal_id>\d{1,18})/anh\.jpg$", collaborators.signal_photo, name="signal_photo"),
    path("tin-hieu/", signals.signal_send, name="signal_send"),
    path("tin-hieu/gui/", signals.signal_send_queued, name="signal_send_queued"),
    path("tin-hieu/gui/<uuid:uid>/minh-chung/", signals.signal_photo_queued, name="signal_photo_queued"),
    path("tin-hieu/<int:signal_id>/rut/", signals.signal_withdraw, name="signal_withdraw"),
]
