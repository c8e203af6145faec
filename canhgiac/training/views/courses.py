"""Courses for the staff: list, made from forms, lessons written, published by a second person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock, markdown
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.training.forms.courses import CourseFilterForm, CourseForm, CourseNewForm, DecisionForm, LessonForm
from canhgiac.training.models import Course
from canhgiac.training.selectors import courses as reads
from canhgiac.training.selectors.courses import CoursePage
from canhgiac.training.services import courses as services

from .acts import done, tried

ROWS = 30
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """Every course the member may see."""
    member, form = acting(request), CourseFilterForm(request.GET)
    page = Paginator(reads.courses_for(member, form.wanted(), sort=form.order), ROWS).get_page(request.GET.get("page"))
    export = [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")]
    context = {"form": form, "page": page, "export": export, "may_write": reads.may_write(member)}
    return render(request, "training/course_list.html", context)


@login_required
@require_safe
def course_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed as it is shown."""
    form = CourseFilterForm(request.GET)
    rows = reads.file_rows(reads.courses_for(acting(request), form.wanted(), sort=form.order))
    told = {"headings": reads.headings(), "rows": rows, "widths": reads.WIDTHS}
    return table_file(kind, "khoa-hoc", _("Khóa học"), **told)


def table_file(kind: str, name: str, title: str, *, headings: Any, rows: Any, widths: Any) -> StreamingHttpResponse:
    """A list as a download of today."""
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(headings, rows), content_type=CSV, headers=headers)
    return StreamingHttpResponse(xlsx([Sheet(title, headings, rows, widths)]), content_type=XLSX, headers=headers)


@login_required
@require_http_methods(WRITE)
def course_create(request: HttpRequest) -> HttpResponse:
    """A new course out of library forms; each becomes a lesson."""
    member = acting(request)
    reads.agency_for_new(member)
    form = CourseNewForm(request.POST if request.method == "POST" else None)
    act = services.course_new
    if made := done(form, lambda: act(by=member, facts=form.facts(), forms=_chosen(form))):
        messages.success(request, _("Đã soạn nháp khóa học. Xem từng bài rồi gửi duyệt."))
        return redirect("course_detail", made.pk)
    context = {"form": form, "chosen": form.data.getlist("codes") if form.is_bound else []}  # type: ignore[attr-defined]
    return render(request, "training/course_new.html", context, status=422 if form.errors else 200)


def _chosen(form: CourseNewForm) -> list[Any]:
    return reads.forms_chosen(form.cleaned_data["codes"])


@login_required
@require_safe
def course_detail(request: HttpRequest, course_id: int) -> HttpResponse:
    """One course: its lessons, where it stands, what can be done next."""
    return _detail(request, reads.course_page(acting(request), course_id), DecisionForm())


def _detail(request: HttpRequest, page: CoursePage, form: DecisionForm) -> HttpResponse:
    context = {"page": page, "course": page.course, "form": form, "audiences": reads.audience_words(page.course)}
    context["may_close"] = page.course.state == Course.State.PUBLISHED and reads.may_approve(
        acting(request), page.course
    )
    return render(request, "training/course_detail.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(WRITE)
def course_edit(request: HttpRequest, course_id: int) -> HttpResponse:
    """Name, audience, final paper."""
    course = reads.course_for(acting(request), course_id)
    form = CourseForm(request.POST if request.method == "POST" else None, course=course)
    act = services.course_edit
    if done(form, lambda: act(by=acting(request), course=course, facts=form.facts(), version=_seen(form))):
        messages.success(request, _("Đã lưu."))
        return redirect("course_detail", course.pk)
    return render(
        request, "training/course_form.html", {"form": form, "course": course}, status=422 if form.errors else 200
    )


@login_required
@require_POST
def course_act(request: HttpRequest, course_id: int, act: str) -> HttpResponse:
    """Sent to the second person, a new number, closed, thrown away."""
    member, course = acting(request), reads.course_for(acting(request), course_id)
    if act == "gui-duyet":
        version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else 0
        tried(request, lambda: services.course_submit(by=member, course=course, version=version), _("Đã gửi duyệt."))
    elif act == "dong":
        tried(request, lambda: services.course_close(by=member, course=course), _("Đã đóng khóa học."))
    elif act == "bo" and tried(request, lambda: services.course_drop(by=member, course=course), _("Đã bỏ bản nháp.")):
        return redirect("course_list")
    elif act == "ban-moi":
        return redirect("course_detail", services.course_renew(by=member, course=course).pk)
    return redirect("course_detail", course.pk)


@login_required
@require_POST
def course_decide(request: HttpRequest, course_id: int) -> HttpResponse:
    """The second person publishes it or gives it back."""
    member, page = acting(request), reads.course_page(acting(request), course_id)
    form = DecisionForm(request.POST)
    if request.POST.get("act") == "return":
        back = services.course_return
        if done(form, lambda: back(by=member, course=page.course, note=form.cleaned_data["note"])):
            messages.success(request, _("Đã trả lại; người soạn được báo."))
            return redirect("course_detail", course_id)
        return _detail(request, page, form)
    told = services.course_publish
    answers = form.checklist if form.is_valid() else dict
    if done(form, lambda: told(by=member, course=page.course, checklist=answers(), note=form.cleaned_data["note"])):
        messages.success(request, _("Đã mở khóa học. Từ nay mở lớp được."))
        return redirect("course_detail", course_id)
    return _detail(request, page, form)


# Lessons ------------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def lesson_edit(request: HttpRequest, course_id: int, lesson_id: int = 0) -> HttpResponse:
    """The words of a lesson beside how they will look; without a lesson, a new one at the end."""
    member, course = acting(request), reads.course_for(acting(request), course_id)
    lesson = reads.lesson_for(course, lesson_id) if lesson_id else None
    form = LessonForm(request.POST if request.method == "POST" else None, course=course, lesson=lesson)
    act = services.lesson_save
    told = {"by": member, "course": course, "lesson": lesson}
    if made := done(form, lambda: act(**told, facts=form.facts(), version=_seen(form))):  # type: ignore[arg-type]
        messages.success(request, _("Đã lưu bài."))
        return redirect("lesson_edit", course.pk, made.pk)
    body = str(form["body"].value() or "")
    context = {"form": form, "course": course, "lesson": lesson, "preview": markdown.html(body)}
    return render(request, "training/lesson_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def lesson_preview(request: HttpRequest) -> HttpResponse:
    """What the words typed so far will look like."""
    body = request.POST.get("body", "")[: services.BODY_MOST]
    return render(request, "training/lesson_preview.html", {"preview": markdown.html(body)})


@login_required
@require_POST
def lesson_act(request: HttpRequest, lesson_id: int, act: str) -> HttpResponse:
    """Up, down, out, drafted anew from the form's newer edition."""
    member = acting(request)
    lesson = reads.lesson_seen(member, lesson_id)
    acts = {
        "len": lambda: services.lesson_move(by=member, lesson=lesson, step=-1),
        "xuong": lambda: services.lesson_move(by=member, lesson=lesson, step=1),
        "bo": lambda: services.lesson_drop(by=member, lesson=lesson),
        "soan-lai": lambda: services.lesson_refresh(by=member, lesson=lesson, version=lesson.course.version),
    }
    if act not in acts:
        raise Http404
    tried(request, acts[act], _("Đã soạn lại theo bản đang dùng.") if act == "soan-lai" else "")
    return redirect("course_detail", lesson.course_id)


def _seen(form: Any) -> int:
    return form.cleaned_data.get("version") or 0
