"""The recognition workshop: how the judge stands, what it learns from, what people doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, Value, csv_lines, xlsx
from canhgiac.library.forms import recognition as forms
from canhgiac.library.models import VERDICTS
from canhgiac.library.selectors import examples as reads
from canhgiac.library.selectors.recognition import NoBuildError, builds, judge_now
from canhgiac.library.services import doubtreview, examples, official, recognition
from canhgiac.library.services.examples import ExampleRefused
from canhgiac.library.services.official import OfficialRefused

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(WRITE)
def recognition_home(request: HttpRequest) -> HttpResponse:
    """The current model with its measures, the former ones, what waits; and one message looked at closely."""
    form = forms.TryForm(request.POST or None)
    may_propose, may_approve = reads.may_teach(acting(request))
    context: dict[str, Any] = {"form": form, "may_propose": may_propose, "may_approve": may_approve}
    context |= {"workshop": reads.workshop(), "builds": list(builds()[:12])}
    try:
        judge = judge_now()
        context["tried"] = judge.judge(form.cleaned_data["text"]) if form.is_valid() else None
        if context["tried"]:
            context |= {"tried_word": VERDICTS[context["tried"].state], "alike": judge.alike(context["tried"])}
    except NoBuildError:
        context["waiting"] = True
    return render(request, "library/recognition_home.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def build_request(request: HttpRequest) -> HttpResponse:
    """Learns anew, in the background."""
    if recognition.build_request(by=acting(request)):
        messages.success(request, _("Đang dựng lại từ các tin mẫu, chừng nửa phút. Tải lại trang này để xem kết quả."))
    else:
        messages.info(request, _("Mô hình đang dùng đã học hết các tin mẫu. Không có gì mới để dựng lại."))
    return redirect("recognition_home")


# Examples -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def example_list(request: HttpRequest) -> HttpResponse:
    """What recognition learns from."""
    form = forms.ExampleFilterForm(request.GET)
    may_propose, may_approve = reads.may_teach(acting(request))
    page = Paginator(reads.examples_list(**form.wanted()), ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "may_propose": may_propose, "may_approve": may_approve}
    context["export"] = _exports(request, "example_export")
    return render(request, "library/example_list.html", context)


@login_required
@require_safe
def example_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    heads = [_("Hình thức"), _("Nội dung"), _("Lối viết"), _("Nguồn"), _("Trạng thái"), _("Ngày thêm")]
    rows: Iterator[list[Value]] = (
        [
            row.form.code if row.form else _("Tin thật"), row.text, row.register, str(row.get_source_display()),
            str(row.get_state_display()), localtime(row.added_at, clock.VIETNAM).date(),
        ]
        for row in reads.examples_list(**forms.ExampleFilterForm(request.GET).wanted()).iterator(1000)
    )  # fmt: skip
    name = f"tin-mau-{clock.today():%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Tin mẫu"), heads, rows, [12, 90, 14, 18, 14, 14])
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_http_methods(WRITE)
def examples_add(request: HttpRequest) -> HttpResponse:
    """Messages to learn from, one or many."""
    form = forms.ExamplesForm(request.POST or None)
    if done := _try(form, lambda: examples.examples_add(by=acting(request), **form.facts())):
        text = ngettext("Đã thêm %d tin, chờ duyệt.", "Đã thêm %d tin, chờ duyệt.", done.added)
        messages.success(request, text % done.added)
        if done.known or done.unfit:
            text = _("%(known)d tin đã có từ trước, %(unfit)d tin quá ngắn hoặc quá dài không lấy.")
            messages.info(request, text % {"known": done.known, "unfit": len(done.unfit)})
        return redirect("example_list")
    return render(request, "library/examples_add.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def examples_decide(request: HttpRequest) -> HttpResponse:
    """Takes the ticked ones into use, removes them, or brings them back."""
    form = forms.TickedForm(request.POST)
    if form.is_valid():
        act: Callable[..., int] = {
            "approve": examples.examples_approve,
            "remove": examples.examples_remove,
            "restore": examples.examples_restore,
        }[form.cleaned_data["act"]]
        _said(request, lambda: act(by=acting(request), examples=reads.examples_of(form.cleaned_data["ids"])))
    else:
        messages.error(request, _("Đánh dấu ít nhất một tin."))
    return redirect(f"{reverse('example_list')}?{request.GET.urlencode()}")


# The province's own messages ----------------------------------------------------------------------------------------


@login_required
@require_safe
def official_list(request: HttpRequest) -> HttpResponse:
    """Messages that were really sent."""
    gone = "da-rut" in request.GET
    query = request.GET.get("q", "")[:100].replace("\0", "")
    rows = reads.official_list(q=query, gone=gone)
    context = {"page": Paginator(rows, ROWS).get_page(request.GET.get("page")), "gone": gone}
    context["may_approve"] = reads.may_teach(acting(request))[1]
    return render(request, "library/official_list.html", context)


@login_required
@require_http_methods(WRITE)
def official_add(request: HttpRequest) -> HttpResponse:
    """One more."""
    form = forms.OfficialForm(request.POST or None, initial={"sent_on": clock.today()})
    if _try(form, lambda: official.official_add(by=acting(request), data=form.facts())):
        messages.success(request, _("Đã ghi. Tin giống bản này được nhận là thông báo chính thức."))
        return redirect("official_list")
    return render(request, "library/official_add.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def official_withdraw(request: HttpRequest, message_id: int) -> HttpResponse:
    """No longer held official."""
    official.official_withdraw(by=acting(request), message=reads.official_for(message_id))
    messages.success(request, _("Đã rút. Xem lại ở mục đã rút nếu cần lấy lại."))
    return redirect("official_list")


@login_required
@require_POST
def official_restore(request: HttpRequest, message_id: int) -> HttpResponse:
    """Takes the withdrawal back."""
    official.official_restore(by=acting(request), message=reads.official_for(message_id))
    messages.success(request, _("Đã lấy lại."))
    return redirect("official_list")


# Doubts -------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def doubt_list(request: HttpRequest) -> HttpResponse:
    """Verdicts that people think wrong."""
    form = forms.DoubtFilterForm(request.GET)
    page = Paginator(reads.doubts_list(**form.wanted()), ROWS).get_page(request.GET.get("page"))
    return render(request, "library/doubt_list.html", {"form": form, "page": page})


@login_required
@require_http_methods(WRITE)
def doubt_detail(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """One of them, and what becomes of it."""
    doubt, form = reads.doubt_for(doubt_id), forms.DoubtForm(request.POST or None)

    def decide() -> Any:
        answer = form.cleaned_data["answer"]
        if form.keeps:
            return doubtreview.doubt_keep(by=acting(request), doubt=doubt, answer=answer)
        return doubtreview.doubt_learn(by=acting(request), doubt=doubt, form=form.chosen(), answer=answer)

    if _try(form, decide):
        messages.success(request, _("Đã ghi kết quả xem lại."))
        return redirect("doubt_list")
    context = {"doubt": doubt, "form": form, "may_propose": reads.may_teach(acting(request))[0]}
    return render(request, "library/doubt_detail.html", context, status=422 if form.errors else 200)


def _exports(request: HttpRequest, name: str) -> list[tuple[str, str]]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [(label, reverse(name, args=[kind]) + query) for label, kind in (("XLSX", "xlsx"), ("CSV", "csv"))]


def _try(form: Any, act: Callable[[], Any]) -> Any:
    """What the act answers, where the form was sent and is good; a refusal is shown at its field."""
    if not form.is_valid():
        return None
    try:
        return act()
    except (ExampleRefused, OfficialRefused) as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _said(request: HttpRequest, act: Callable[[], int]) -> None:
    try:
        done = act()
    except NotAllowed as refusal:  # an approver's own messages are a slip; anybody else has no business here
        if not reads.may_teach(acting(request))[1]:
            raise
        messages.error(request, str(refusal))
        return
    if done:
        messages.success(request, ngettext("Đã làm với %d tin.", "Đã làm với %d tin.", done) % done)
    else:
        messages.info(request, _("Không có tin nào đổi trạng thái."))
