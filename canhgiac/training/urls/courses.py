"""Addresses of courses, classes, attendance, and of those who learn."""

from django.urls import URLPattern, URLResolver, path, re_path

from canhgiac.training.views import attendance, classes, courses, learners, lessons

_COURSES, _CLASSES = "tap-huan/khoa-hoc", "tap-huan/lop"
_OWN = "hoc/toi/<slug:token>/"
_LESSON = f"{_OWN}<int:enrolment_id>/<int:position>/"
_FILE = r"xuat\.(?P<kind>xlsx|csv)$"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_COURSES}/", courses.course_list, name="course_list"),
    re_path(rf"^{_COURSES}/{_FILE}", courses.course_export, name="course_export"),
    path(f"{_COURSES}/moi/", courses.course_create, name="course_create"),
    path(f"{_COURSES}/xem-truoc/", courses.lesson_preview, name="lesson_preview"),
    path(f"{_COURSES}/<int:course_id>/", courses.course_detail, name="course_detail"),
    path(f"{_COURSES}/<int:course_id>/sua/", courses.course_edit, name="course_edit"),
    path(f"{_COURSES}/<int:course_id>/duyet/", courses.course_decide, name="course_decide"),
    re_path(
        rf"^{_COURSES}/(?P<course_id>\d{{1,18}})/(?P<act>gui-duyet|dong|bo|ban-moi)/$",
        courses.course_act,
        name="course_act",
    ),
    path(f"{_COURSES}/<int:course_id>/bai/", courses.lesson_edit, name="lesson_add"),
    path(f"{_COURSES}/<int:course_id>/bai/<int:lesson_id>/", courses.lesson_edit, name="lesson_edit"),
    path("tap-huan/bai/<int:lesson_id>/<slug:act>/", courses.lesson_act, name="lesson_act"),
    path(f"{_CLASSES}/", classes.class_list, name="class_list"),
    re_path(rf"^{_CLASSES}/{_FILE}", classes.class_export, name="class_export"),
    path(f"{_CLASSES}/moi/", classes.class_create, name="class_create"),
    path(f"{_CLASSES}/mau-danh-sach.xlsx", classes.roster_template, name="roster_template"),
    path(f"{_CLASSES}/<int:class_id>/", classes.class_detail, name="class_detail"),
    path(f"{_CLASSES}/<int:class_id>/sua/", classes.class_edit, name="class_edit"),
    path(f"{_CLASSES}/<int:class_id>/in/", classes.class_sheet, name="class_sheet"),
    path(f"{_CLASSES}/<int:class_id>/nguoi-den/", classes.class_walk_in, name="class_walk_in"),
    path(f"{_CLASSES}/<int:class_id>/danh-sach/", classes.roster_upload, name="roster_upload"),
    re_path(rf"^{_CLASSES}/(?P<class_id>\d{{1,18}})/{_FILE}", classes.class_people, name="class_people"),
    re_path(rf"^{_CLASSES}/(?P<class_id>\d{{1,18}})/(?P<act>ket-thuc|huy)/$", classes.class_act, name="class_act"),
    path("tap-huan/nguoi-hoc/<int:enrolment_id>/<slug:act>/", classes.enrolment_act, name="enrolment_act"),
    path("tap-huan/danh-sach/<int:roster_id>/", classes.roster_show, name="roster_show"),
    re_path(r"^tap-huan/danh-sach/(?P<roster_id>\d{1,18})/(?P<act>nhan|bo)/$", classes.roster_act, name="roster_act"),
    path("tap-huan/hoan-thanh/", classes.completion_by_agency, name="completion_by_agency"),
    re_path(rf"^tap-huan/hoan-thanh/{_FILE}", classes.completion_export, name="completion_export"),
    path("tap-huan/buoi/<int:meeting_id>/man-hinh/", attendance.attendance_screen, name="attendance_screen"),
    path("tap-huan/buoi/<int:meeting_id>/ma/", attendance.attendance_code, name="attendance_code"),
    path("tap-huan/buoi/<int:meeting_id>/", attendance.attendance_list, name="attendance_list"),
    path("tap-huan/buoi/<int:meeting_id>/hoan-tac/", attendance.attendance_undo, name="attendance_undo"),
    path("tap-huan/cua-toi/", learners.learner_mine, name="learner_mine"),
    path("tap-huan/cua-toi/<int:course_id>/hoc/", learners.learner_enrol, name="learner_enrol"),
    path("hoc/", lessons.learn_index, name="learn_index"),
    path("hoc/khoa/<slug:slug>/", lessons.course_public, name="course_public"),
    path("hoc/khoa/<slug:slug>/<int:position>/", lessons.lesson_public, name="lesson_public"),
    path("hoc/khoa/<slug:slug>/<int:position>/cau-hoi/", lessons.lesson_quiz, name="lesson_quiz"),
    path("hoc/lop/", learners.class_find, name="class_find"),
    path("hoc/lop/<slug:code>/", learners.class_join, name="class_join"),
    path("hoc/lop/<slug:code>/diem-danh/", attendance.class_attend, name="class_attend"),
    path("hoc/diem-danh/<int:meeting_id>/<slug:code>/", attendance.attendance_scan, name="attendance_scan"),
    path("hoc/on/<uuid:uid>/", learners.recall_open, name="recall_open"),
    path(_OWN, learners.learner_home, name="learner_home"),
    path(f"{_OWN}dong-bo/", learners.learner_sync, name="learner_sync"),
    path(f"{_OWN}nhac/", learners.learner_remind, name="learner_remind"),
    path(f"{_OWN}xoa/", learners.learner_forget, name="learner_forget"),
    path(f"{_OWN}<int:enrolment_id>/bai-cuoi/", learners.course_final, name="course_final"),
    path(_LESSON, learners.learner_lesson, name="learner_lesson"),
    path(f"{_LESSON}xong/", learners.lesson_done, name="lesson_done"),
]
