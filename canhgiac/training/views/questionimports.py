"""Files of questions: brought, looked at, taken or dropped; the bank as a file; figures counted anew."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.engines.quizzes import sheet
from canhgiac.kit import clock
from canhgiac.kit.sheets import XLSX
from canhgiac.training.forms.questionlists import ImportForm, QuestionFilterForm, TakeForm
from canhgiac.training.models import BankImport
from canhgiac.training.selectors import bankimports as reads
from canhgiac.training.selectors.questions import chosen_or_all, question_list
from canhgiac.training.services import questionimports as services
from canhgiac.training.services.questionfigures import figures_ask as ask
from canhgiac.training.services.refusals import TrainingRefused

ROWS = 20
SUFFIX = {"gift": "gift.txt", "qti": "qti.zip", "xlsx": "xlsx"}
TYPES = {"gift": "text/plain; charset=utf-8", "qti": "application/zip", "xlsx": XLSX}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bank_import_list(request: HttpRequest) -> HttpResponse:
    """Files that were brought, and a new one."""
    member = acting(request)
    found = reads.imports_for(member)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, told = form.cleaned_data["file"], form.cleaned_data["format"]
        try:
            one = services.bank_import_receive(by=member, data=file.read(), name=file.name, kind=told)
        except TrainingRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("bank_import", one.pk)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    return render(request, "training/bank_import_list.html", {"form": form, "page": page}, status=status)


@login_required
@require_safe
def bank_import_template(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the columns that are read."""
    reads.imports_for(acting(request))
    headers = {"Content-Disposition": 'attachment; filename="mau-cau-hoi.xlsx"'}
    return HttpResponse(sheet.write([]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def bank_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """What was read of a file."""
    return _one(request, reads.import_for(acting(request), import_id), TakeForm())


@login_required
@require_POST
def bank_import_take(request: HttpRequest, import_id: int) -> HttpResponse:
    """The ticked questions become drafts."""
    member, form = acting(request), TakeForm(request.POST)
    one = reads.import_for(member, import_id)
    if form.is_valid():
        try:
            made = services.bank_import_take(by=member, one=one, chosen=form.chosen, data=form.facts())
        except TrainingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã nhận %d câu làm bản nháp. Người thứ hai duyệt rồi đề mới hỏi.") % len(made))
            return redirect("bank_import", import_id)
    return _one(request, one, form)


@login_required
@require_POST
def bank_import_drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """What was read is forgotten."""
    member = acting(request)
    try:
        services.bank_import_drop(by=member, one=reads.import_for(member, import_id))
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ tệp. Không câu nào vào ngân hàng."))
    return redirect("bank_import_list")


def _one(request: HttpRequest, one: BankImport, form: TakeForm) -> HttpResponse:
    context = {"one": one, "rows": reads.import_rows(one, form.chosen if form.is_bound else None), "form": form}
    return render(request, "training/bank_import.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def bank_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The ticked questions, or all that the list was narrowed to, as a file of another program."""
    member, form = acting(request), QuestionFilterForm(request.GET)
    rows = chosen_or_all(question_list(member, form.wanted(), sort=form.order), request.POST.getlist("chon"))
    try:
        pieces = services.questions_export(by=member, kind=kind, editions=rows)
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{request.path.rsplit('/', 1)[0]}/?{request.GET.urlencode()}")
    headers = {"Content-Disposition": f'attachment; filename="cau-hoi-{clock.today():%Y%m%d}.{SUFFIX[kind]}"'}
    return StreamingHttpResponse(pieces, content_type=TYPES[kind], headers=headers)


@login_required
@require_POST
def figures_ask(request: HttpRequest) -> HttpResponse:
    """Figures are counted now instead of in the night."""
    ask(by=acting(request))
    messages.success(request, _("Đang đếm lại số liệu; vài phút nữa tải lại trang."))
    return redirect("question_list")
