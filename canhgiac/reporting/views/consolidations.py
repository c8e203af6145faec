"""The consolidated report: made, read with its figures open, edited, signed, taken out as files."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.kit.files import FileStore
from canhgiac.kit.sheets import XLSX, Sheet, xlsx
from canhgiac.reporting.forms.consolidations import HeaderForm, ParagraphAddForm, ParagraphForm
from canhgiac.reporting.models import Consolidation
from canhgiac.reporting.selectors import consolidations as found
from canhgiac.reporting.selectors import traces
from canhgiac.reporting.selectors.records import needs_names
from canhgiac.reporting.selectors.rounds import round_for
from canhgiac.reporting.selectors.workbook import workbook
from canhgiac.reporting.selectors.writing import document_of, report_pdf
from canhgiac.reporting.services import consolidations as make
from canhgiac.reporting.services import paragraphs as write
from canhgiac.reporting.services import signing
from canhgiac.reporting.services.refusals import Refused, Stale

P = ParamSpec("P")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROWS, POP = 50, 5


@login_required
@require_safe
def consolidation_list(request: HttpRequest, round_id: int) -> HttpResponse:
    """The editions of a round, and the button that makes one."""
    member = acting(request)
    of = found.round_of_editions(member, round_id)
    rows = list(found.editions_of(member, of))
    context = {"round": of, "rows": rows, "may_edit": found.may_edit(member, of), "latest": rows[0] if rows else None}
    return render(request, "reporting/consolidation_list.html", context)


@login_required
@require_POST
def consolidation_start(request: HttpRequest, round_id: int) -> HttpResponse:
    """Queues an edition and leads to its page."""
    of = round_for(acting(request), round_id)
    after = request.POST.get("sau", "")
    try:
        row = make.consolidation_start(
            by=acting(request), round_id=of.pk, after=int(after) if after.isdecimal() and len(after) < 5 else None
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("consolidation_list", of.pk)
    return redirect("consolidation_detail", row.pk)


@login_required
@require_safe
def consolidation_detail(request: HttpRequest, consolidation_id: int) -> HttpResponse:
    """The report as it is printed, each figure open to its rows; or how far the adding up is."""
    row = found.consolidation_for(acting(request), consolidation_id)
    if row.state not in (Consolidation.State.DRAFT, Consolidation.State.SIGNED):
        partial = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]  # set by its middleware
        return render(request, f"reporting/consolidation_{'state' if partial else 'progress'}.html", {"row": row})
    if request.htmx and request.GET.get("cho"):  # type: ignore[attr-defined]  # the page that waited for it
        return HttpResponse(headers={"HX-Redirect": request.path})
    return _page(request, row)


def _page(request: HttpRequest, row: Consolidation, *, status: int = 200, **more: Any) -> HttpResponse:
    member = acting(request)
    page = found.page_of(member, row)
    editing = request.GET.get("sua", "")
    context: dict[str, Any] = {
        "row": row,
        "round": row.round,
        "page": page,
        "counts": row.summary.get("counts", {}),
        "may_edit": found.may_edit(member, row.round) and row.state == Consolidation.State.DRAFT,
        "may_start": found.may_edit(member, row.round),
        "editing": int(editing) if editing.isdecimal() and len(editing) < 19 else None,
        "add": ParagraphAddForm(),
        "date_words": found.date_line(row),
    }
    return render(request, "reporting/consolidation_detail.html", context | more, status=status)


@login_required
@require_safe
def consolidated_figure(request: HttpRequest, consolidation_id: int, code: str) -> HttpResponse:
    """The rows behind one figure: a few of them for the pop-up, all of them as a page."""
    row = found.consolidation_for(acting(request), consolidation_id)
    live = traces.book_of(row).live.get(f"so:{code}")
    if live is None:
        raise Http404
    only, words = request.GET.get("trang_thai", ""), request.GET.get("q", "")
    rows = traces.trace_rows(row, code, only=only, words=words, sort=request.GET.get("sort", ""))
    pop = bool(request.GET.get("khung"))
    page = Paginator(rows, POP if pop else ROWS).get_page(request.GET.get("page"))
    context = {
        "row": row, "round": row.round, "live": live, "code": code, "page": page, "lines": traces.printed(page, code),
        "q": words, "wanted": only,
        "is_sum": code not in traces.COUNTS,
        "export": [("XLSX", f"xuat.xlsx?{request.GET.urlencode()}")],
    }  # fmt: skip
    return render(request, f"reporting/consolidation_{'pop' if pop else 'figure'}.html", context)


@login_required
@require_safe
def consolidated_figure_export(request: HttpRequest, consolidation_id: int, code: str) -> StreamingHttpResponse:
    """The rows behind one figure as a workbook."""
    row = found.consolidation_for(acting(request), consolidation_id)
    live = traces.book_of(row).live.get(f"so:{code}")
    if live is None:
        raise Http404
    wanted = {"only": request.GET.get("trang_thai", ""), "words": request.GET.get("q", "")}
    rows = traces.trace_rows(row, code, **wanted, sort=request.GET.get("sort", ""))
    lines, widths = traces.trace_lines(rows, code), (44, 20, 18, 18, 14, 12, 10, 10)
    sheet = Sheet(code.strip("_"), traces.trace_headings(live.title), lines, widths)
    return StreamingHttpResponse(
        xlsx([sheet]), content_type=XLSX, headers=attached(f"{_('Căn cứ')} - {live.title[:80]}.xlsx")
    )


@login_required
@require_safe
def consolidation_layout(request: HttpRequest, consolidation_id: int) -> HttpResponse:
    """What the layout checker says of the file as it would be exported now, rule by rule."""
    row = found.consolidation_for(acting(request), consolidation_id)
    partial = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]  # set by its middleware
    report = found.layout_report(row)
    results = report.results if not partial else [one for one in report.results if one.state != "ok"]
    context = {
        "row": row, "round": row.round, "whole": not partial, "ok": report.count("ok"),
        "total": len(report.results), "results": results or report.results[:5],
    }  # fmt: skip
    return render(request, f"reporting/consolidation_{'rules' if partial else 'layout'}.html", context)


@login_required
@require_safe
def consolidation_file(request: HttpRequest, consolidation_id: int, kind: str) -> HttpResponseBase:
    """The report as DOCX, PDF or XLSX: of a signed edition the frozen file, of a draft one made now."""
    row = found.consolidation_for(acting(request), consolidation_id)
    kinds = {"docx": DOCX, "pdf": "application/pdf", "xlsx": XLSX}
    if row.state not in (Consolidation.State.DRAFT, Consolidation.State.SIGNED) or kind not in kinds:
        raise Http404
    headers = attached(found.file_name(row, kind, annex=kind == "xlsx"))
    if row.state == Consolidation.State.SIGNED:
        data = FileStore(settings.FILES_ROOT).get(getattr(row, f"{kind}_sha256"))
    elif kind == "xlsx":
        sheets = workbook(row, names=needs_names(acting(request), row))
        return StreamingHttpResponse(xlsx(sheets), content_type=XLSX, headers=headers)
    else:
        names = needs_names(acting(request), row)
        data = to_docx(document_of(row, names=names)) if kind == "docx" else report_pdf(row, names=names)
    return HttpResponse(data, content_type=kinds[kind], headers=headers)


def attached(name: str) -> dict[str, str]:
    """The head that makes a browser keep the answer under this name."""
    return {"Content-Disposition": f"attachment; filename=\"{found.plain_name(name)}\"; filename*=UTF-8''{quote(name)}"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def header_edit(request: HttpRequest, consolidation_id: int) -> HttpResponse:
    """The head and foot of the document."""
    row = found.consolidation_for(acting(request), consolidation_id)
    first = HeaderForm.first(row.header, area_as_of=row.area_as_of, version=row.version)
    form = HeaderForm(request.POST or None, initial=first)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            make.header_edit(
                by=acting(request), consolidation_id=row.pk, version=data["version"], header=form.header,
                area_as_of=data["area_as_of"],
            )  # fmt: skip
        except Refused as why:
            refusal = str(why)
        else:
            return redirect("consolidation_detail", row.pk)
    context = {"row": row, "round": row.round, "form": form, "refusal": refusal}
    status = 422 if refusal or form.errors else 200
    return render(request, "reporting/consolidation_header.html", context, status=status)


@login_required
@require_safe
def paragraph_pick(request: HttpRequest, consolidation_id: int) -> HttpResponse:
    """Sentences of agencies that are not in the report, to pick from."""
    row = found.consolidation_for(acting(request), consolidation_id)
    words = request.GET.get("q", "")
    page = Paginator(found.left_out_of(row, words), ROWS).get_page(request.GET.get("page"))
    may = found.may_edit(acting(request), row.round) and row.state == Consolidation.State.DRAFT
    context = {"row": row, "round": row.round, "page": page, "q": words, "may_edit": may}
    return render(request, "reporting/consolidation_pick.html", context)


@login_required
@require_safe
def paragraph_sources(request: HttpRequest, consolidation_id: int, paragraph_id: int) -> HttpResponse:
    """Whose words a paragraph was made from, word for word."""
    row = found.consolidation_for(acting(request), consolidation_id)
    paragraph = found.sources_of(row, paragraph_id)
    page = Paginator(paragraph.sources, ROWS).get_page(request.GET.get("page"))
    opens = found.remarks_opened(acting(request), page)
    context = {"row": row, "round": row.round, "paragraph": paragraph, "page": page, "opens": opens}
    return render(request, "reporting/consolidation_sources.html", context)


@login_required
@require_POST
def paragraph_edit(request: HttpRequest, consolidation_id: int, paragraph_id: int) -> HttpResponse:
    """Writes a paragraph; where someone else was quicker, both texts are shown and nothing is lost."""
    row = found.consolidation_for(acting(request), consolidation_id)
    found.sources_of(row, paragraph_id)
    form = ParagraphForm(request.POST)
    refusal = _("Đoạn phải có chữ, dài nhất 5.000 chữ cái.")
    if form.is_valid():
        data = form.cleaned_data
        try:
            write.paragraph_edit(by=acting(request), paragraph_id=paragraph_id, **data)
        except Stale as stale:
            refusal = str(stale)
        except Refused as why:
            refusal = str(why)
        else:
            return redirect(f"{_path(row)}#doan-{paragraph_id}")
    typed = {"text": request.POST.get("text", ""), "heading": request.POST.get("heading", "")}
    return _page(request, row, status=409, editing=paragraph_id, typed=typed, refusal=refusal)


def _path(row: Consolidation) -> str:
    return str(redirect("consolidation_detail", row.pk).url)


def act(view: Callable[Concatenate[HttpRequest, Consolidation, P], int | None]) -> Callable[..., HttpResponse]:
    """An act by POST that ends on the page, at the paragraph whose id it returns; a refusal becomes a message."""

    @login_required
    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, consolidation_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        row = found.consolidation_for(acting(request), consolidation_id)
        place: int | None = None
        try:
            place = view(request, row, *args, **kwargs)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{_path(row)}#doan-{place}" if place else _path(row))

    return wrapped


@act
def paragraph_change(request: HttpRequest, row: Consolidation, paragraph_id: int) -> int | None:
    """Moves a paragraph, takes it out or in, puts back the assembled text."""
    found.sources_of(row, paragraph_id)
    member, version, wanted = acting(request), _number(request, "version"), request.POST.get("viec", "")
    if wanted in ("len", "xuong"):
        write.paragraph_move(by=member, paragraph_id=paragraph_id, version=version, up=wanted == "len")
    elif wanted in ("bo", "dua_vao"):
        write.paragraph_leave_out(by=member, paragraph_id=paragraph_id, version=version, left_out=wanted == "bo")
        if wanted == "bo":
            messages.success(request, _("Đã bỏ đoạn khỏi báo cáo. Lấy lại ở “Ý chưa đưa vào”."))
    elif wanted == "ban_ghep":
        write.paragraph_restore(by=member, paragraph_id=paragraph_id, version=version)
    return paragraph_id


@act
def paragraph_add(request: HttpRequest, row: Consolidation) -> int | None:
    """Adds a paragraph."""
    form = ParagraphAddForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Đoạn phải có chữ, dài nhất 5.000 chữ cái."))
    return write.paragraph_add(by=acting(request), consolidation_id=row.pk, **form.cleaned_data).pk


@act
def names_show(request: HttpRequest, row: Consolidation) -> int | None:
    """Prints the names of people proposed for commendation, or masks them."""
    shown = request.POST.get("in") == "1"
    write.names_show(by=acting(request), consolidation_id=row.pk, version=_number(request, "version"), shown=shown)
    messages.success(request, _("Báo cáo sẽ in họ tên cá nhân.") if shown else _("Báo cáo không in họ tên cá nhân."))
    return None


@act
def sign_off(request: HttpRequest, row: Consolidation) -> int | None:
    """Signs in one part."""
    part = request.POST.get("phan", "")
    if part not in signing.Part.values:
        raise Http404
    signing.sign_off(by=acting(request), consolidation_id=row.pk, part=part, version=_number(request, "version"))
    messages.success(request, _("Đã ký."))
    return None


@act
def sign_withdraw(request: HttpRequest, row: Consolidation) -> int | None:
    """Takes a sign-off back."""
    part = request.POST.get("phan", "")
    if part not in signing.Part.values:
        raise Http404
    signing.sign_withdraw(by=acting(request), consolidation_id=row.pk, part=part)
    messages.success(request, _("Đã rút chữ ký."))
    return None


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
