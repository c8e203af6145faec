"""Addresses of the question bank."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.training.views import questionimports as imports
from canhgiac.training.views import questions

_BANK = "tap-huan/cau-hoi/"
_ONE = f"{_BANK}<slug:code>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_BANK, questions.question_list, name="question_list"),
    re_path(rf"^{_BANK}xuat\.(?P<kind>xlsx|csv)$", questions.question_export, name="question_export"),
    re_path(rf"^{_BANK}tai\.(?P<kind>gift|qti|xlsx)$", imports.bank_export, name="bank_export"),
    path(f"{_BANK}moi/", questions.question_new, name="question_new"),
    path(f"{_BANK}xem-truoc/", questions.question_preview, name="question_preview"),
    path(f"{_BANK}hinh/<str:token>/", questions.question_picture, name="question_picture"),
    path(f"{_BANK}dem-lai/", imports.figures_ask, name="question_figures_ask"),
    path(f"{_BANK}nhap/", imports.bank_import_list, name="bank_import_list"),
    path(f"{_BANK}nhap/mau.xlsx", imports.bank_import_template, name="bank_import_template"),
    path(f"{_BANK}nhap/<int:import_id>/", imports.bank_import, name="bank_import"),
    path(f"{_BANK}nhap/<int:import_id>/nhan/", imports.bank_import_take, name="bank_import_take"),
    path(f"{_BANK}nhap/<int:import_id>/bo/", imports.bank_import_drop, name="bank_import_drop"),
    path(_ONE, questions.question_detail, name="question_detail"),
    path(f"{_ONE}soan/", questions.question_edit, name="question_edit"),
    path(f"{_ONE}ban-moi/", questions.question_edition_new, name="question_edition_new"),
    path(f"{_ONE}ban-<int:number>/", questions.question_edition, name="question_edition"),
    path(f"{_ONE}duyet/", questions.question_review, name="question_review"),
    path(f"{_ONE}gui-duyet/", questions.question_submit, name="question_submit"),
    path(f"{_ONE}rut-ve/", questions.question_take_back, name="question_take_back"),
    path(f"{_ONE}bo/", questions.question_discard, name="question_discard"),
    path(f"{_ONE}thu-hoi/", questions.question_withdraw, name="question_withdraw"),
]
