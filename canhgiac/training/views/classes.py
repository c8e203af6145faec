"""Classes for those who hold them: made, their people, their roster, their end."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.views.access import acting
from canhgiac.kit.sheets import XLSX
from canhgiac.training.forms.classes import ClassFilterForm, ClassForm, RosterForm, ShareFilterForm, WalkInForm
from canhgiac.training.selectors import classes as reads
from canhgiac.training.selectors.classes import ClassPage
from canhgiac.training.services import classes as services
from canhgiac.training.services import learners, rosters

from .acts import done, tried
from .courses import WRITE, table_file
from .screens import class_invitation

ROWS = 30


@login_required
@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """Every class the member may see, the newest first."""
    member, form = acting(request), ClassFilterForm(request.GET)
    page = Paginator(reads.classes_for(member, form.wanted(), sort=form.order), ROWS).get_page(request.GET.get("page"))
    export = [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")]
    context = {"form": form, "page": page, "export": export, "may_open": reads.may_open(member)}
    return render(request, "training/class_list.html", context)


@login_required
@require_safe
def class_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed as it is shown."""
    form = ClassFilterForm(request.GET)
    rows = reads.file_rows(reads.classes_for(acting(request), form.wanted(), sort=form.order))
    return table_file(kind, "lop", _("Lớp"), headings=reads.headings(), rows=rows, widths=reads.WIDTHS)


@login_required
@require_http_methods(WRITE)
def class_create(request: HttpRequest) -> HttpResponse:
    """A new class with its meetings."""
    member = acting(request)
    if not reads.may_open(member):
        raise NotAllowed(_("Mở lớp là việc của người tập huấn hoặc điều phối viên."))
    data = request.POST if request.method == "POST" else None
    form = ClassForm(data, member=member, course=request.GET.get("khoa", ""))
    act = services.class_open
    if made := done(form, lambda: act(by=member, facts=form.facts(), meetings=form.cleaned_data["meetings"])):
        messages.success(request, _("Đã mở lớp. Nhập danh sách, hoặc cho người học vào bằng mã lớp."))
        return redirect("class_detail", made.pk)
    return render(request, "training/class_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(WRITE)
def class_edit(request: HttpRequest, class_id: int) -> HttpResponse:
    """Another day, room, trainer."""
    member, room = acting(request), reads.class_for(acting(request), class_id)
    form = ClassForm(request.POST if request.method == "POST" else None, member=member, room=room)
    act, told = services.class_edit, {"by": member, "training_class": room}
    if done(
        form,
        lambda: act(**told, facts=form.facts(), meetings=form.cleaned_data["meetings"], version=form.seen),  # type: ignore[arg-type]
    ):
        messages.success(request, _("Đã lưu."))
        return redirect("class_detail", room.pk)
    return render(request, "training/class_form.html", {"form": form, "room": room}, status=422 if form.errors else 200)


@login_required
@require_safe
def class_detail(request: HttpRequest, class_id: int) -> HttpResponse:
    """One class: who is in it, what each lacks, its meetings, what comes next."""
    return _detail(request, reads.class_page(acting(request), class_id), WalkInForm())


def _detail(request: HttpRequest, page: ClassPage, walk_in: WalkInForm) -> HttpResponse:
    context = {"page": page, "room": page.room, "walk_in": walk_in, "roster": RosterForm()}
    context |= class_invitation(page.room)
    return render(request, "training/class_detail.html", context, status=422 if walk_in.errors else 200)


@login_required
@require_safe
def class_people(request: HttpRequest, class_id: int, kind: str) -> StreamingHttpResponse:
    """The people of the class as a file, names as this member may see them."""
    page = reads.class_page(acting(request), class_id)
    told = {"headings": reads.people_headings(), "rows": reads.people_rows(page), "widths": reads.PEOPLE_WIDTHS}
    return table_file(kind, f"lop-{page.room.join_code.lower()}", _("Lớp"), **told)


@login_required
@require_safe
def class_sheet(request: HttpRequest, class_id: int) -> HttpResponse:
    """The list to be printed and signed, and the notice with the code to join."""
    page = reads.class_page(acting(request), class_id)
    if not page.holds:
        raise NotAllowed(_("Chỉ người dạy lớp in được danh sách."))
    return render(request, "training/class_sheet.html", {"page": page, "room": page.room} | class_invitation(page.room))


@login_required
@require_POST
def class_act(request: HttpRequest, class_id: int, act: str) -> HttpResponse:
    """Ended, called off."""
    member, room = acting(request), reads.class_for(acting(request), class_id)
    if act == "ket-thuc":
        tried(request, lambda: services.class_end(by=member, training_class=room), _("Đã kết thúc lớp."))
    elif act == "huy":
        tried(request, lambda: services.class_call_off(by=member, training_class=room), _("Đã hủy lớp."))
    return redirect("class_detail", room.pk)


@login_required
@require_POST
def class_walk_in(request: HttpRequest, class_id: int) -> HttpResponse:
    """Somebody who came and is not on the list."""
    member, room, form = acting(request), reads.class_for(acting(request), class_id), WalkInForm(request.POST)
    act = services.class_walk_in
    if made := done(form, lambda: act(by=member, training_class=room, **form.cleaned_data)):
        messages.success(request, _("Đã ghi %s vào lớp.") % made.learner.full_name)
        return redirect("class_detail", room.pk)
    return _detail(request, reads.class_page(member, class_id), form)


@login_required
@require_POST
def enrolment_act(request: HttpRequest, enrolment_id: int, act: str) -> HttpResponse:
    """Out of the class or back in, a new link for a lost phone, a name erased."""
    member, row = acting(request), reads.enrolment_for(acting(request), enrolment_id)
    acts = {
        "rut": (lambda: services.enrolment_leave(by=member, enrolment=row), _("Đã ghi.")),
        "cap-lai": (
            lambda: services.learner_link_again(by=member, enrolment=row),
            _("Đường dẫn cũ không còn dùng. Người học vào lại bằng mã lớp, gõ đúng họ tên."),
        ),
        "xoa-ten": (lambda: learners.learner_erase(learner=row.learner, by=member), _("Đã xóa tên.")),
    }
    if act not in acts:
        raise Http404
    do, said = acts[act]
    tried(request, do, said)
    return redirect("class_detail", row.training_class_id)


# The roster ---------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def roster_template(request: HttpRequest) -> StreamingHttpResponse:
    """An empty workbook to be filled in."""
    headers = {"Content-Disposition": 'attachment; filename="danh-sach-lop-mau.xlsx"'}
    return StreamingHttpResponse(rosters.roster_template(), content_type=XLSX, headers=headers)


@login_required
@require_POST
def roster_upload(request: HttpRequest, class_id: int) -> HttpResponse:
    """A file with the people of the class; it is shown before anybody is enrolled."""
    member, room = acting(request), reads.class_for(acting(request), class_id)
    form = RosterForm(request.POST, request.FILES)
    act, file = rosters.roster_read, request.FILES.get("file")
    name = file.name or "" if file else ""
    if made := done(form, lambda: act(by=member, training_class=room, name=name, file=form.cleaned_data["file"])):
        return redirect("roster_show", made.pk)
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect(f"{reverse('class_detail', args=[room.pk])}#danh-sach")


@login_required
@require_safe
def roster_show(request: HttpRequest, roster_id: int) -> HttpResponse:
    """What was read, and what could not be and why."""
    roster = reads.roster_for(acting(request), roster_id)
    return render(request, "training/roster_show.html", {"roster": roster, "room": roster.training_class})


@login_required
@require_POST
def roster_act(request: HttpRequest, roster_id: int, act: str) -> HttpResponse:
    """Taken or dropped."""
    member, roster = acting(request), reads.roster_for(acting(request), roster_id)
    if act == "nhan":
        taken: list[int] = []
        if tried(request, lambda: taken.append(rosters.roster_take(by=member, roster=roster))):
            messages.success(request, _("Đã nhận %d người vào lớp.") % taken[0])
    else:
        tried(request, lambda: rosters.roster_drop(by=member, roster=roster), _("Đã bỏ tệp."))
    return redirect("class_detail", roster.training_class_id)


# By agency ----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def completion_by_agency(request: HttpRequest) -> HttpResponse:
    """Which part of each agency's members completed a course."""
    form = ShareFilterForm(request.GET)
    rows = reads.shares_by_agency(acting(request), course_code=form.course)
    export = [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")]
    return render(request, "training/class_shares.html", {"form": form, "rows": rows, "export": export})


@login_required
@require_safe
def completion_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The same as a file."""
    rows = reads.shares_by_agency(acting(request), course_code=ShareFilterForm(request.GET).course)
    told = {"headings": reads.share_headings(), "rows": reads.share_rows(rows), "widths": (44, 12, 12, 12)}
    return table_file(kind, "hoan-thanh", _("Hoàn thành"), **told)
