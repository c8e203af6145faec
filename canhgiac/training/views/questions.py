"""The question bank: list, one question in full, editor with preview, review, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.engines.quizzes.items import ItemRefused
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.training.forms.questionlists import QuestionFilterForm
from canhgiac.training.forms.questions import (
    DecisionForm,
    QuestionForm,
    VersionForm,
    WithdrawQuestionForm,
)
from canhgiac.training.models import QuestionEdition, QuestionKind
from canhgiac.training.selectors import banktext
from canhgiac.training.selectors import questions as reads
from canhgiac.training.services import questions as services
from canhgiac.training.services.refusals import TrainingRefused

from .acts import done, tried

ROWS = 30
WRITE = ["GET", "HEAD", "POST"]


# The list -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """All questions that the member sees, one row each."""
    member, form = acting(request), QuestionFilterForm(request.GET)
    found = reads.question_list(member, form.wanted(), sort=form.order)
    context = {
        "form": form,
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "waiting": reads.waiting_count(member),
        "may_write": reads.may_write(member),
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
    }
    return render(request, "training/question_list.html", context)


@login_required
@require_safe
def question_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed as it is shown."""
    form = QuestionFilterForm(request.GET)
    rows = reads.file_rows(reads.question_list(acting(request), form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="cau-hoi-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Câu hỏi"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def question_picture(request: HttpRequest, token: str) -> FileResponse:
    """A picture of a question, by an address that this site signed."""
    reads.require_reading(acting(request))
    sha256 = banktext.picture_signed(token)
    if not sha256:
        raise Http404
    data = FileStore(settings.FILES_ROOT).path(sha256).open("rb")
    kind = "image/png" if data.peek(4).startswith(b"\x89PNG") else "image/jpeg"
    return FileResponse(data, content_type=kind, headers={"Cache-Control": "private, max-age=3600"})


# One question -------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def question_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A question: the text in use, the open draft beside it, figures, likeness, history."""
    return _detail(request, reads.question_for(acting(request), code), WithdrawQuestionForm())


def _detail(request: HttpRequest, page: reads.QuestionPage, withdraw: WithdrawQuestionForm) -> HttpResponse:
    shown, opened = page.last, page.opened
    beside = opened is not None and opened != shown
    context = {
        "page": page,
        "edition": shown,
        "face": _face_of(shown, answers=True),
        "opened_face": _face_of(opened, answers=True) if opened is not None and beside else None,
        "changes": banktext.question_differences(shown, opened) if opened is not None and beside else [],
        "figures": banktext.figures_shown(shown),
        "twins": reads.duplicates_of(reads.item_of_edition(opened or shown), but=page.question),
        "withdraw": withdraw,
        "audiences": reads.audience_words(shown),
    }
    return render(request, "training/question_detail.html", context, status=422 if withdraw.errors else 200)


@login_required
@require_safe
def question_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition beside another one, by default the one before it."""
    page = reads.question_for(acting(request), code)
    edition, asked = reads.edition_of(page, number), request.GET.get("so", "")
    other = next((row for row in page.editions if str(row.number) == asked), None)
    other = other or next((row for row in page.editions if row.number < number), None)
    context = {
        "page": page,
        "edition": edition,
        "other": other,
        "face": _face_of(edition, answers=True),
        "changes": banktext.question_differences(other, edition),
    }
    return render(request, "training/question_edition.html", context)


# Writing ------------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def question_new(request: HttpRequest) -> HttpResponse:
    """A new question: which kind, then the editor."""
    member, asked = acting(request), request.GET.get("dang", "")
    reads.agency_for_new(member)
    if request.method != "POST" and asked not in QuestionKind.values:
        return render(request, "training/question_kinds.html", {"kinds": reads.kind_choices()})
    if request.POST.get("row"):
        return _editor(request, QuestionForm.typed(request.POST, request.FILES, by=member), None)
    form = QuestionForm(request.POST or None, request.FILES or None, by=member, initial={"kind": asked})
    if made := done(form, lambda: services.question_new(by=member, data=form.facts())):
        return _after(request, made)
    return _editor(request, form, None)


@login_required
@require_http_methods(WRITE)
def question_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The editor of the open draft."""
    member = acting(request)
    opened = reads.question_for(member, code).opened
    if opened is None or opened.state == QuestionEdition.State.IN_REVIEW:
        messages.info(request, _("Không có bản nháp nào đang mở để soạn."))
        return redirect("question_detail", code)
    if request.POST.get("row"):
        return _editor(request, QuestionForm.typed(request.POST, request.FILES, by=member), opened)
    form = QuestionForm(request.POST or None, request.FILES or None, by=member, edition=opened)
    act = services.question_edit
    if saved := done(form, lambda: act(by=member, edition=opened, data=form.facts(), version=form.seen)):
        return _after(request, saved)
    return _editor(request, form, opened)


@login_required
@require_POST
def question_edition_new(request: HttpRequest, code: str) -> HttpResponse:
    """Opens a draft, or the one that is there, in the editor."""
    member = acting(request)
    services.question_edition_new(by=member, question=reads.question_for(member, code).question)
    return redirect("question_edit", code)


@login_required
@require_POST
def question_preview(request: HttpRequest) -> HttpResponse:
    """What is typed so far, drawn as a phone shows it; nothing is kept."""
    form = QuestionForm.typed(request.POST, by=acting(request))
    return render(request, "training/question_face.html", {"face": _typed_face(form)})


def _after(request: HttpRequest, edition: QuestionEdition) -> HttpResponse:
    """Saved: what it repeats is said; on with writing, or off to the second person."""
    code = edition.question.code
    if twins := reads.duplicates_of(reads.item_of_edition(edition), but=edition.question):
        told = ", ".join(f"{twin.code} ({twin.likeness:.0%})" for twin in twins)
        messages.warning(request, _("Gần giống câu đã có: %s. Xem ở trang câu hỏi rồi quyết định.") % told)
    if request.POST.get("act") != "submit":
        messages.success(request, _("Đã lưu bản nháp %s.") % code)
        return redirect("question_edit", code)
    try:
        services.question_submit(by=acting(request), edition=edition, version=edition.version)
    except TrainingRefused as refusal:
        messages.error(request, _("Đã lưu bản nháp. %s") % refusal)
    else:
        messages.success(request, _("Đã lưu và gửi người duyệt."))
    return redirect("question_detail", code)


def _editor(request: HttpRequest, form: QuestionForm, edition: QuestionEdition | None) -> HttpResponse:
    """The form; beside it the preview, and the text that somebody else saved meanwhile where that is the matter."""
    context = {
        "form": form,
        "edition": edition,
        "face": _typed_face(form),
        "newer": _face_of(edition, answers=True) if edition is not None and form.was_stale else None,
        "kinds": reads.kind_choices(),
    }
    return render(request, "training/question_editor.html", context, status=422 if form.errors else 200)


def _typed_face(form: QuestionForm) -> banktext.Face | None:
    """What was typed as it is drawn; None where a number is none."""
    sha256 = form.picture_sha256
    try:
        item = form.item()
        size = services.picture_size(sha256) if sha256 else (0, 0)
    except (ItemRefused, FileNotFoundError):
        return None
    return banktext.face_of(item, picture=banktext.picture_url(sha256), size=size, answers=True)


def _face_of(edition: QuestionEdition, *, answers: bool) -> banktext.Face:
    sha256 = edition.picture_sha256
    size = services.picture_size(sha256) if sha256 else (0, 0)
    item = reads.item_of_edition(edition)
    return banktext.face_of(item, picture=banktext.picture_url(sha256), size=size, answers=answers)


# The way of an edition ------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def question_review(request: HttpRequest, code: str) -> HttpResponse:
    """The text beside the former one, the checklist, the decision."""
    page = reads.question_for(acting(request), code)
    opened = page.opened
    if opened is None:
        return redirect("question_detail", code)
    form = DecisionForm(request.POST or None, initial={"version": opened.version})
    if said := done(form, lambda: _decide(request, opened, form)):
        messages.success(request, said)
        return redirect("question_detail", code)
    context = {
        "page": page,
        "edition": opened,
        "face": _face_of(opened, answers=True),
        "changes": banktext.question_differences(page.published, opened),
        "twins": reads.duplicates_of(reads.item_of_edition(opened), but=page.question),
        "why_not": reads.why_not_decide(page),
        "form": form,
    }
    return render(request, "training/question_review.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, edition: QuestionEdition, form: DecisionForm) -> str:
    """Publishes or returns; the words for the person."""
    data = form.cleaned_data
    common: dict[str, Any] = {"by": acting(request), "edition": edition, "checklist": form.checklist()}
    common |= {"version": data["version"], "note": data["note"]}
    if request.POST.get("act") == "return":
        services.question_return(**common)
        return _("Đã trả lại kèm lý do; người soạn được báo.")
    services.question_publish(**common, review_by=data["review_by"])
    return _("Đã duyệt. Các đề hỏi câu này từ bây giờ.")


@login_required
@require_POST
def question_submit(request: HttpRequest, code: str) -> HttpResponse:
    """To the second person."""
    form = VersionForm(request.POST)
    seen = form.cleaned_data["version"] if form.is_valid() else 0
    return _acted(request, code, lambda **e: services.question_submit(**e, version=seen), _("Đã gửi người duyệt."))


@login_required
@require_POST
def question_take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Back from review."""
    return _acted(request, code, services.question_take_back, _("Đã rút về; sửa tiếp được."))


@login_required
@require_POST
def question_discard(request: HttpRequest, code: str) -> HttpResponse:
    """A draft thrown away; with it a question that never was anything else."""
    _acted(request, code, services.question_discard, _("Đã bỏ bản nháp."))
    return redirect("question_list")


@login_required
@require_POST
def question_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Out of use, with a reason."""
    page, form = reads.question_for(acting(request), code), WithdrawQuestionForm(request.POST)
    if not form.is_valid():
        return _detail(request, page, form)
    reason = form.cleaned_data["reason"]
    said = _("Đã thu hồi. Lượt làm bài mới không hỏi câu này nữa.")
    return _acted(request, code, lambda **e: services.question_withdraw(**e, reason=reason), said, which="published")


def _acted(
    request: HttpRequest, code: str, act: Callable[..., Any], said: str, *, which: str = "opened"
) -> HttpResponse:
    """Does the act on the open or the published edition, says what came of it, back to the question."""
    page = reads.question_for(acting(request), code)
    edition = getattr(page, which)
    if edition is None:
        messages.error(request, _("Không còn bản nào để làm việc này."))
    else:
        tried(request, lambda: act(by=acting(request), edition=edition), said)
    return redirect("question_detail", code)
