"""Handbooks: the staff puts them together and has them bound; the public reads and takes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.library.forms.handbooks import HandbookFilterForm, HandbookForm, handbook_initial
from canhgiac.library.models import HandbookBuild
from canhgiac.library.selectors import handbooks as reads
from canhgiac.library.services import handbooks as services
from canhgiac.library.services.handbooks import HandbookRefused

from .reading import public_page, shown

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]
TYPES = {"pdf": "application/pdf", "epub": "application/epub+zip"}
Made = TypeVar("Made")


# The staff ----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def handbook_list(request: HttpRequest) -> HttpResponse:
    """Every handbook with its last build."""
    form = HandbookFilterForm(request.GET)
    page = Paginator(reads.handbooks_list(**form.wanted), ROWS).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    export = [(kind.upper(), f"{reverse('handbook_export', args=[kind])}?{query}") for kind in ("xlsx", "csv")]
    context = {"form": form, "page": page, "export": export, "may_edit": reads.may_bind(acting(request))}
    return render(request, "library/handbook_list.html", context | {"states": dict(HandbookBuild.State.choices)})


@login_required
@require_safe
def handbook_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    heads = [_("Cẩm nang"), _("Số mục"), _("Lần đóng"), _("Trạng thái"), _("Sửa ngày"), _("Địa chỉ")]
    labels = dict(HandbookBuild.State.choices)
    rows = (
        [
            row.title, row.chapters, row.build_number, str(labels.get(row.build_state, "")),
            row.updated_at.date(), reverse("handbook_page", args=[row.slug]),
        ]
        for row in reads.handbooks_list(**HandbookFilterForm(request.GET).wanted)
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="cam-nang-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Cẩm nang"), heads, rows, [40, 10, 10, 24, 14, 40])
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_http_methods(WRITE)
def handbook_make(request: HttpRequest) -> HttpResponse:
    """A new handbook; then its chapters are chosen."""
    form = HandbookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _tried(form, lambda: services.handbook_make(by=acting(request), data=form.data_made))
        if made is not None:
            return redirect("handbook_choose", made.pk)
    return _form(request, form, _("Cẩm nang mới"), reverse("handbook_list"))


@login_required
@require_safe
def handbook_detail(request: HttpRequest, handbook_id: int) -> HttpResponse:
    """One handbook: chapters in order, builds."""
    return render(request, "library/handbook_detail.html", {"book": reads.handbook_for(acting(request), handbook_id)})


@login_required
@require_safe
def handbook_builds(request: HttpRequest, handbook_id: int) -> HttpResponse:
    """The builds alone, asked for again while one is being made."""
    return render(request, "library/handbook_builds.html", {"book": reads.handbook_for(acting(request), handbook_id)})


@login_required
@require_http_methods(WRITE)
def handbook_edit(request: HttpRequest, handbook_id: int) -> HttpResponse:
    """Title, line and foreword."""
    book = reads.handbook_for(acting(request), handbook_id).handbook
    form = HandbookForm(request.POST or None, initial=handbook_initial(book))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        act = services.handbook_edit
        if _tried(form, lambda: act(by=acting(request), handbook=book, data=form.data_made, version=version)):
            messages.success(request, _("Đã lưu."))
            return redirect("handbook_detail", book.pk)
    return _form(request, form, book.title, reverse("handbook_detail", args=[book.pk]))


@login_required
@require_http_methods(WRITE)
def handbook_choose(request: HttpRequest, handbook_id: int) -> HttpResponse:
    """Which forms and materials are its chapters."""
    book = reads.handbook_for(acting(request), handbook_id).handbook
    if request.method == "POST":
        try:
            count = services.handbook_choose(by=acting(request), handbook=book, keys=request.POST.getlist("muc"))
        except HandbookRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("handbook_choose", book.pk)
        messages.success(request, _("Cẩm nang có %s mục.") % count)
        return redirect("handbook_detail", book.pk)
    return render(request, "library/handbook_choose.html", {"handbook": book, "choices": reads.choices_for(book)})


@login_required
@require_POST
def handbook_order(request: HttpRequest, handbook_id: int) -> HttpResponse:
    """Up, down or out for one chapter ("viec" and "muc"); with "thu-tu" all at once, as they were dragged."""
    member, book = acting(request), reads.handbook_for(acting(request), handbook_id).handbook
    item = int(request.POST.get("muc", "0")) if request.POST.get("muc", "0").isdecimal() else 0
    match request.POST.get("viec"):
        case "len":
            services.handbook_move(by=member, handbook=book, item_id=item, step=-1)
        case "xuong":
            services.handbook_move(by=member, handbook=book, item_id=item, step=1)
        case "bo":
            services.handbook_drop(by=member, handbook=book, item_id=item)
            messages.success(request, _("Đã bỏ mục. Muốn lấy lại: Chọn mục."))
        case _:
            order = [int(pk) for pk in request.POST.get("thu-tu", "").split(",") if pk.isdecimal()]
            services.handbook_order(by=member, handbook=book, items=order)
    back = reverse("handbook_detail", args=[book.pk])
    return redirect(f"{back}#muc-{item}" if item else back)


@login_required
@require_POST
def handbook_bind(request: HttpRequest, handbook_id: int) -> HttpResponse:
    """Asks for a new build."""
    book = reads.handbook_for(acting(request), handbook_id).handbook
    try:
        services.handbook_bind(by=acting(request), handbook=book)
    except HandbookRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("handbook_detail", book.pk)


@login_required
@require_safe
def handbook_build(request: HttpRequest, uid: uuid.UUID, ext: str) -> HttpResponse:
    """The file of any build, for the staff."""
    build = reads.build_for(uid)
    response = _file(request, build, ext, f"{build.handbook.slug}-{build.number}")
    response["Cache-Control"] = "private, no-cache"
    return response


# The public ---------------------------------------------------------------------------------------------------------


@public_page
def handbook_index(request: HttpRequest) -> HttpResponse:
    """Every handbook that can be taken."""
    return shown(request, "public_handbook_list", {"builds": reads.handbooks_public()})


@public_page
def handbook_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One handbook: its files and its contents."""
    return shown(request, "public_handbook", {"book": reads.handbook_public(slug)})


@require_safe
def handbook_file(request: HttpRequest, slug: str, ext: str) -> HttpResponse:
    """The newest usable build as a file."""
    return _file(request, reads.handbook_public(slug).build, ext, slug)


# Parts --------------------------------------------------------------------------------------------------------------


def _file(request: HttpRequest, build: HandbookBuild, ext: str, name: str) -> HttpResponse:
    try:
        data = services.build_file(build, ext)
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(data, content_type=TYPES[ext])
    response["ETag"] = f'"{(build.epub_sha256 if ext == "epub" else build.pdf_sha256)[:32]}"'
    response["Cache-Control"] = "public, no-cache"
    saved = "attachment" if ext == "epub" or "tai" in request.GET else "inline"
    response["Content-Disposition"] = f'{saved}; filename="{name}.{ext}"'
    held = get_conditional_response(request, etag=response["ETag"], response=response)
    return held if isinstance(held, HttpResponse) else response


def _tried(form: HandbookForm, act: Callable[[], Made]) -> Made | None:
    try:
        return act()
    except HandbookRefused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return None


def _form(request: HttpRequest, form: HandbookForm, title: str, back: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "title": title, "back": back}
    return render(request, "library/handbook_form.html", context, status=422 if form.errors else 200)
