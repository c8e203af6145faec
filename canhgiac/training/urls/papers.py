"""Addresses of papers, of the player and of the public quiz."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.training.views import papers, quiz, sittings

_PAPERS = "tap-huan/de/"
SITTING = "hoc/bai-lam/<uuid:uid>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(_PAPERS, papers.paper_list, name="paper_list"),
    re_path(rf"^{_PAPERS}xuat\.(?P<kind>xlsx|csv)$", papers.paper_export, name="paper_export"),
    path(f"{_PAPERS}moi/", papers.paper_create, name="paper_create"),
    path(f"{_PAPERS}<int:paper_id>/", papers.paper_detail, name="paper_detail"),
    path(f"{_PAPERS}<int:paper_id>/sua/", papers.paper_edit, name="paper_edit"),
    path(f"{_PAPERS}<int:paper_id>/xem-truoc/", papers.paper_preview, name="paper_preview"),
    path(f"{_PAPERS}<int:paper_id>/lap-lai/", papers.paper_copy, name="paper_copy"),
    path(f"{_PAPERS}<int:paper_id>/<slug:act>/", papers.paper_act, name="paper_act"),
    path(SITTING, sittings.sitting_show, name="sitting_show"),
    path(f"{SITTING}tat-ca/", sittings.sitting_questions, name="sitting_questions"),
    path(f"{SITTING}cau/<int:number>/", sittings.sitting_answer, name="sitting_answer"),
    path(f"{SITTING}cau/<int:number>/hinh/", sittings.sitting_picture, name="sitting_picture"),
    path(f"{SITTING}nop/", sittings.sitting_end, name="sitting_end"),
    path(f"{SITTING}ket-qua/", sittings.sitting_result, name="sitting_result"),
    path("hoc/do-vui/", quiz.quiz_home, name="quiz_home"),
    path("hoc/do-vui/ket-qua/<uuid:uid>/", quiz.quiz_shared, name="quiz_shared"),
    path("hoc/do-vui/ket-qua/<uuid:uid>/anh.png", quiz.quiz_picture, name="quiz_picture"),
    path("hoc/cau-hoi-hom-nay/", quiz.quiz_daily, name="quiz_daily"),
    path("nhung/cau-hoi-hom-nay/", quiz.quiz_daily_frame, name="quiz_daily_frame"),
]
