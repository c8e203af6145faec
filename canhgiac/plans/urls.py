from django.urls import URLPattern, URLResolver, path

from .views import exports, subplans

urlpatterns: list[URLPattern | URLResolver] = [
    path("ke-hoach/<int:plan_id>/xuat.xlsx", exports.plan_export_xlsx, name="plan_export_xlsx"),
    path("ke-hoach/<int:plan_id>/xuat.docx", exports.plan_export_docx, name="plan_export_docx"),
    path("ke-hoach/<int:plan_id>/ke-hoach-don-vi/", subplans.sub_plan_list, name="sub_plan_list"),
    path("ke-hoach/<int:plan_id>/ke-hoach-don-vi.xlsx", subplans.sub_plan_list_xlsx, name="sub_plan_list_xlsx"),
    path("ke-hoach/<int:plan_id>/ke-hoach-don-vi/nhac/", subplans.sub_plans_nudge, name="sub_plans_nudge"),
    path("ke-hoach/<int:plan_id>/so-voi-cap-tren/", subplans.sub_plan_answers, name="sub_plan_answers"),
    path("ke-hoach/nhan-dinh/<int:match_id>/", subplans.sub_plan_judge, name="sub_plan_judge"),
]
