"""Papers for staff: list, editor, preview as a learner sees it, putting in use, how they were sat."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.training.forms.papers import PaperEditor, PaperFilterForm, editor_of
from canhgiac.training.models import Paper
from canhgiac.training.selectors import papers as reads
from canhgiac.training.selectors.paperfigures import paper_figures
from canhgiac.training.selectors.playing import plays_of
from canhgiac.training.services import papers as services
from canhgiac.training.services.sittings import sitting_sketch

from .acts import done, tried

ROWS = 30
WRITE = ["GET", "HEAD", "POST"]
ACTS = {
    "dung": (services.paper_ready, gettext_lazy("Đề đã đưa vào dùng.")),
    "sua-lai": (services.paper_rework, gettext_lazy("Đề về trạng thái đang soạn.")),
    "dong": (services.paper_close, gettext_lazy("Đề đã đóng; ai đang làm thì làm tiếp.")),
}


@login_required
@require_safe
def paper_list(request: HttpRequest) -> HttpResponse:
    """All papers that the member sees."""
    member, form = acting(request), PaperFilterForm(request.GET)
    found = reads.papers_for(member, form.wanted(), sort=form.order)
    context = {
        "form": form,
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "may_make": reads.may_make(member),
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
    }
    return render(request, "training/paper_list.html", context)


@login_required
@require_safe
def paper_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed as it is shown."""
    form = PaperFilterForm(request.GET)
    rows = reads.file_rows(reads.papers_for(acting(request), form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="de-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Đề"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_http_methods(WRITE)
def paper_create(request: HttpRequest) -> HttpResponse:
    """A new paper."""
    if not reads.may_make(acting(request)):
        raise NotAllowed(_("Lập đề là việc của người tập huấn, biên tập viên hoặc điều phối viên."))
    return _editor(request, None)


@login_required
@require_http_methods(WRITE)
def paper_edit(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Another content for a paper that is not in use yet."""
    paper = reads.paper_seen(acting(request), paper_id)
    if paper.state != Paper.State.DRAFT:
        messages.error(request, _("Đề đang dùng hoặc đã đóng nên không sửa được."))
        return redirect("paper_detail", paper.pk)
    return _editor(request, paper)


def _editor(request: HttpRequest, paper: Paper | None) -> HttpResponse:
    member = acting(request)
    editor = editor_of(request.POST if request.method == "POST" else None, member=member, paper=paper)
    saving = request.method == "POST" and editor.act == "luu"
    if saving and (row := done(editor.form, lambda: _save(member, editor, paper))):
        messages.success(request, _("Đã lưu đề."))
        return redirect("paper_detail", row.pk)
    context = {"editor": editor, "form": editor.form, "paper": paper, "saving": saving}
    return render(request, "training/paper_form.html", context, status=422 if saving else 200)


def _save(member: Member, editor: PaperEditor, paper: Paper | None) -> Paper:
    version = editor.form.cleaned_data.get("version") or 0
    return services.paper_save(by=member, paper=paper, data=editor.data(), version=version)


@login_required
@require_safe
def paper_detail(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper: what it asks, what can be done with it, how it was sat."""
    member = acting(request)
    paper = reads.paper_seen(member, paper_id)
    context: dict[str, Any] = {
        "paper": paper,
        "asks": reads.paper_page(paper),
        "figures": paper_figures(paper),
        "may_make": reads.may_make(member, paper),
    }
    return render(request, "training/paper_detail.html", context)


@login_required
@require_safe
def paper_preview(request: HttpRequest, paper_id: int) -> HttpResponse:
    """What somebody who sits it might be asked, drawn anew each time; nothing is kept."""
    paper = reads.paper_seen(acting(request), paper_id)
    sketch = sitting_sketch(paper=paper, uid=uuid.uuid4())
    return render(
        request, "training/paper_preview.html", {"paper": paper, "sitting": sketch, "plays": plays_of(sketch)}
    )


@login_required
@require_POST
def paper_act(request: HttpRequest, paper_id: int, act: str) -> HttpResponse:
    """Puts in use, takes back, closes; a refusal says why."""
    member = acting(request)
    if act not in ACTS:
        raise Http404
    service, said = ACTS[act]
    version, paper = request.POST.get("version", ""), reads.paper_seen(member, paper_id)
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0
    tried(request, lambda: service(by=member, paper=paper, version=seen), str(said))
    return redirect("paper_detail", paper_id)


@login_required
@require_POST
def paper_copy(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A draft from this one."""
    member = acting(request)
    row = services.paper_copy(by=member, paper=reads.paper_seen(member, paper_id))
    messages.success(request, _("Đã lập bản nháp từ đề này."))
    return redirect("paper_edit", row.pk)
