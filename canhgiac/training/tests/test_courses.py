"""Courses: made from forms, published by a second person, changed by a new number; their pages."""

from __future__ import annotations

import pytest
from django.test import Client

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.library.models import Checklist, Edition
from canhgiac.training.models import Course, Lesson
from canhgiac.training.selectors.courses import course_page, lesson_at
from canhgiac.training.services import courses as services
from canhgiac.training.services.courses import CourseFacts, LessonFacts
from canhgiac.training.services.questions import checklist_answers
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, courses, library, papers
from tests.factories.agencies import Cast
from tests.factories.courses import queries

FACTS = CourseFacts(title="Nhận ra cuộc gọi giả công an", summary="Nghe xong biết phải làm gì.", is_public=True)
CHECKED = {point: {"ok": True, "note": ""} for point in Checklist.values}


def test_each_form_becomes_a_lesson_with_its_own_questions(cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    first, second = library.form(), library.form()
    for _at in range(4):
        papers.question("single", form=first.form)
    facts = CourseFacts(title="Đủ bài", summary="Giới thiệu.", final_questions=3)
    made = services.course_new(by=teacher, facts=facts, forms=[first.form, second.form])
    lessons = list(made.lessons.order_by("position"))
    assert [one.title for one in lessons] == [first.name, second.name]
    assert (lessons[0].form_edition, made.state, made.code) == (first.pk, Course.State.DRAFT, "K001")
    told = lesson_at(made, 1)
    for words in (first.summary, first.during[0], first.after[0], "Dấu hiệu nhận ra"):
        assert words in told.html
    assert told.asks
    assert lessons[0].paper is not None
    assert [(one.count, one.form) for one in lessons[0].paper.draws.all()] == [(3, first.form)]
    assert lessons[1].paper is None  # the bank has nothing on the second form
    assert made.final is not None
    assert sum(one.count for one in made.final.draws.all()) == 3


def test_a_second_person_publishes_and_a_new_number_takes_its_place(cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    checker = agencies.member(full_name="Người Duyệt", agency=cast.department)
    agencies.role(checker, Role.Kind.APPROVER, cast.department)
    agencies.role(teacher, Role.Kind.APPROVER, cast.department)
    made = services.course_new(by=teacher, facts=FACTS, forms=[library.form().form])
    services.course_submit(by=teacher, course=made, version=made.version)
    with pytest.raises(TrainingRefused, match="người thứ hai"):
        services.course_publish(by=teacher, course=made, checklist=CHECKED)
    with pytest.raises(TrainingRefused, match="Còn 1 điều"):
        services.course_publish(by=checker, course=made, checklist=CHECKED | {Checklist.FACTS.value: {"ok": False}})
    services.course_return(by=checker, course=made, note="Thêm ví dụ.")
    made.refresh_from_db()
    services.course_submit(by=teacher, course=made, version=made.version)
    first = services.course_publish(by=checker, course=made, checklist=CHECKED)
    assert (first.state, first.checklist) == (Course.State.PUBLISHED, checklist_answers(CHECKED))
    assert all(answer["ok"] for answer in first.checklist.values())
    with pytest.raises(TrainingRefused, match="Soạn bản mới"):
        services.course_edit(by=teacher, course=first, facts=FACTS, version=first.version)
    second = services.course_renew(by=teacher, course=first)
    assert services.course_renew(by=teacher, course=first) == second  # two people begin one draft
    assert (second.number, second.lessons.count(), second.checklist) == (2, 1, {})
    services.course_submit(by=teacher, course=second, version=second.version)
    second = services.course_publish(by=checker, course=second, checklist=CHECKED)
    first.refresh_from_db()
    assert (first.state, second.slug) == (Course.State.CLOSED, first.slug)
    services.course_close(by=checker, course=second)
    with pytest.raises(NotAllowed):
        services.course_renew(by=cast.outsider, course=second)


def test_lessons_are_written_moved_and_told_of_a_newer_edition(cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    edition = library.form()
    made = services.course_new(by=teacher, facts=FACTS, forms=[edition.form])
    facts = LessonFacts(title="Bài thêm", body="Lời **đậm**")
    added = services.lesson_save(by=teacher, course=made, facts=facts, version=made.version)
    with pytest.raises(TrainingRefused, match="Người khác vừa sửa"):
        services.lesson_save(by=teacher, course=made, facts=facts, version=made.version, lesson=added)
    services.lesson_move(by=teacher, lesson=added, step=-1)
    services.lesson_move(by=teacher, lesson=added, step=-1)  # at the edge nothing happens
    assert [one.title for one in made.lessons.all()] == ["Bài thêm", edition.name]
    with pytest.raises(TrainingRefused, match="Ngân hàng có 0 câu"):
        services.lesson_save(
            by=teacher,
            course=made,
            lesson=Lesson.objects.get(title=edition.name),
            facts=LessonFacts(title="Bài", body="Lời", questions=2),
            version=Course.objects.get(pk=made.pk).version,
        )
    type(edition).objects.filter(pk=edition.pk).update(state=Edition.State.SUPERSEDED)
    newer = library.form(of=edition.form, summary="Lời mới hẳn.")
    rows = course_page(teacher, made.pk).rows
    assert [row.newer for row in rows] == [None, newer]
    services.lesson_refresh(by=teacher, lesson=rows[1].lesson, version=Course.objects.get(pk=made.pk).version)
    assert "Lời mới hẳn." in Lesson.objects.get(pk=rows[1].lesson.pk).body
    services.lesson_drop(by=teacher, lesson=added)
    assert list(made.lessons.values_list("position", flat=True)) == [1]
    services.course_drop(by=teacher, course=made)
    assert not Course.objects.exists()


def test_the_lists_and_a_course_cost_the_same_however_long(client: Client, cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    client.force_login(teacher)
    paper = papers.paper(papers.question("single"))
    first = courses.course(lessons=1, paper=paper, agency=cast.department)
    addresses = ("/tap-huan/khoa-hoc/", f"/tap-huan/khoa-hoc/{first.pk}/", "/hoc/")
    before = [queries(client, address) for address in addresses]
    for _at in range(3):
        courses.course(lessons=2, paper=paper, agency=cast.department)
    for position in range(2, 6):
        Lesson.objects.create(course=first, position=position, title="Bài", body="Lời", form=library.form().form)
    assert [queries(client, address) for address in addresses] == before


def test_pages_of_the_staff(client: Client, cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    client.force_login(teacher)
    edition = library.form()
    assert "Chưa có khóa học nào" in client.get("/tap-huan/khoa-hoc/").content.decode()
    assert edition.name in client.get("/tap-huan/khoa-hoc/moi/").content.decode()
    told = {"title": "", "summary": "Giới thiệu còn đây", "minutes": 30, "final_questions": 0, "pass_percent": 70}
    refused = client.post("/tap-huan/khoa-hoc/moi/", told | {"codes": edition.form.code})
    assert (refused.status_code, "Giới thiệu còn đây" in refused.content.decode()) == (422, True)
    answer = client.post("/tap-huan/khoa-hoc/moi/", told | {"title": "Khóa mới", "codes": edition.form.code})
    made = Course.objects.get()
    assert answer["Location"] == f"/tap-huan/khoa-hoc/{made.pk}/"
    lesson = made.lessons.get()
    assert edition.name in client.get(answer["Location"]).content.decode()
    page = client.get(f"/tap-huan/khoa-hoc/{made.pk}/bai/{lesson.pk}/").content.decode()
    assert "<h3>Dấu hiệu nhận ra</h3>" in page
    shown = client.post("/tap-huan/khoa-hoc/xem-truoc/", {"body": "**đậm** <script>"}).content.decode()
    assert "<strong>đậm</strong> &lt;script&gt;" in shown
    assert client.get(f"/tap-huan/khoa-hoc/{made.pk}/sua/").status_code == 200
    assert client.get("/tap-huan/khoa-hoc/xuat.csv").status_code == 200
    client.post(f"/tap-huan/khoa-hoc/{made.pk}/gui-duyet/", {"version": made.version})
    made.refresh_from_db()
    assert made.state == Course.State.IN_REVIEW
    client.force_login(cast.coordinator)
    assert "Danh mục kiểm tra" in client.get(f"/tap-huan/khoa-hoc/{made.pk}/").content.decode()
    ticks = {f"ok_{point}": "on" for point in Checklist.values}
    client.post(f"/tap-huan/khoa-hoc/{made.pk}/duyet/", ticks | {"act": "publish"})
    made.refresh_from_db()
    assert (made.state, made.reviewer) == (Course.State.PUBLISHED, cast.coordinator)


def test_everybody_learns_without_an_account_and_leaves_nothing(client: Client, cast: Cast) -> None:
    made = courses.course(paper=papers.paper(papers.question("single")))
    assert made.title in client.get("/hoc/").content.decode()
    assert "Bài thử 2" in client.get(f"/hoc/khoa/{made.slug}/").content.decode()
    page = client.get(f"/hoc/khoa/{made.slug}/1/")
    assert page["X-Canhgiac-Keep"] == "public"
    assert "<strong>gấp</strong>" in page.content.decode()
    begun = client.post(f"/hoc/khoa/{made.slug}/1/cau-hoi/")
    assert begun["Location"].startswith("/hoc/bai-lam/")
    assert not client.cookies
    assert client.get(f"/hoc/khoa/{made.slug}/9/").status_code == 404
    assert "Bài thử 1" in client.get(f"/hoc/khoa/{made.slug}/1/?che-do=chu").content.decode()
    Course.objects.update(is_public=False)
    assert client.get(f"/hoc/khoa/{made.slug}/1/").status_code == 404
