"""Acts on editions of forms and materials: sent, taken back, decided by the second person, withdrawn, confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.library.forms import editions as forms
from canhgiac.library.selectors.editions import kind_of, title_of, work_of
from canhgiac.library.selectors.reviews import Review, edition_for, review_for
from canhgiac.library.selectors.reviews import review_list as waiting_list
from canhgiac.library.services import editions as services
from canhgiac.library.services import statements
from canhgiac.library.services.editions import EditionRefused


@login_required
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Texts that wait for a second person."""
    return render(request, "library/review_list.html", {"rows": waiting_list(acting(request))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_detail(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """The text beside the former one, what the machine noticed, the checklist, the decision."""
    review = review_for(acting(request), edition_for(kind, edition_id))
    form = forms.ReviewForm(request.POST or None, initial={"version": review.edition.version})
    if request.method == "POST" and form.is_valid():
        try:
            said = _decide(request, review, form)
        except EditionRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, said)
            return redirect("review_list")
    return _review(request, review, form)


def _decide(request: HttpRequest, review: Review, form: forms.ReviewForm) -> str:
    """Publishes or returns; the words for the person."""
    data, title = form.cleaned_data, title_of(review.edition)
    common: dict[str, Any] = {"by": acting(request), "edition": review.edition, "checklist": form.checklist()}
    if request.POST.get("act") == "return":
        services.edition_return(**common, note=data["note"], version=data["version"])
        return _("Đã trả lại “%s” kèm lý do; người soạn được báo.") % title
    days: dict[str, Any] = {"review_by": data["review_by"], "expires_on": data["expires_on"]}
    services.edition_publish(**common, **days, note=data["note"], version=data["version"])
    return _("Đã đăng “%s”.") % title


def _review(request: HttpRequest, review: Review, form: forms.ReviewForm) -> HttpResponse:
    context = {"review": review, "edition": review.edition, "form": form}
    return render(request, "library/review_detail.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def edition_submit(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """To the second person."""
    form = forms.VersionForm(request.POST)
    seen = form.cleaned_data["version"] if form.is_valid() else 0
    act = services.edition_submit
    return _done(request, kind, edition_id, lambda **e: act(**e, version=seen), _("Đã gửi người duyệt."))


@login_required
@require_POST
def edition_take_back(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """Back from review."""
    return _done(request, kind, edition_id, services.edition_take_back, _("Đã rút về; sửa tiếp được."))


@login_required
@require_POST
def edition_discard(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """A draft thrown away; with it a form or material that never was anything else."""
    edition = edition_for(kind, edition_id)
    try:
        services.edition_discard(by=acting(request), edition=edition)
    except EditionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{kind}_detail", work_of(edition).code)
    messages.success(request, _("Đã bỏ bản nháp."))
    return redirect(f"{kind}_list")


@login_required
@require_POST
def edition_withdraw(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """A published text taken back."""
    form = forms.WithdrawForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    act = services.edition_withdraw
    said = _("Đã thu hồi. Soạn bản mới để đăng lại.")
    return _done(request, kind, edition_id, lambda **e: act(**e, reason=reason), said)


@login_required
@require_POST
def statement_confirm(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """A statement confirmed with its source."""
    form = forms.StatementForm(request.POST)
    form.is_valid()
    told = {name: form.cleaned_data.get(name, "") for name in ("statement", "source")}
    act = statements.statement_confirm
    return _done(request, kind, edition_id, lambda **e: act(**e, **told), _("Đã xác nhận; nguồn ghi trong nhật ký."))


@login_required
@require_POST
def statement_reopen(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """A statement to be confirmed, anew or again."""
    form = forms.StatementAddForm(request.POST)
    said = form.cleaned_data["statement"] if form.is_valid() else ""
    act = statements.statement_reopen
    return _done(request, kind, edition_id, lambda **e: act(**e, statement=said), _("Đã đưa vào diện cần xác nhận."))


def _done(request: HttpRequest, kind: str, edition_id: int, act: Callable[..., Any], said: str) -> HttpResponse:
    """Does the act, says what came of it, back to the form or material."""
    edition = edition_for(kind, edition_id)
    try:
        act(by=acting(request), edition=edition)
    except EditionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(reverse(f"{kind_of(edition)}_detail", args=[work_of(edition).code]))
