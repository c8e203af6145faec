"""Addresses of papers, of the player and of the public quiz."""

from django.urls import URLPattern, URLResolver, path

from canhgiac.training.views import quiz, sittings

SITTING = "hoc/bai-lam/<uuid:uid>/"
urlpatterns: list[URLPattern | URLResolver] = [
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
    path("hoc/cau-hoi-hom-nay/khung/", quiz.quiz_daily_frame, name="quiz_daily_frame"),
]
