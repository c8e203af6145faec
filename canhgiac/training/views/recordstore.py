"""The learning record store set up, and how the sending stands."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.training.forms.certificates import RecordStoreForm
from canhgiac.training.selectors import statements as reads
from canhgiac.training.services.recordstore import KEEPERS, record_store_save, record_store_try

from .acts import done, tried


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recordstore_edit(request: HttpRequest) -> HttpResponse:
    """Where statements go; ADMIN or COORDINATOR."""
    member = acting(request)
    require_role(member, *KEEPERS)
    store = reads.record_store()
    form = RecordStoreForm(request.POST if request.method == "POST" else None, store=store)
    if done(form, lambda: record_store_save(by=member, **form.facts())):
        messages.success(request, _("Đã lưu."))
        return redirect("recordstore_edit")
    context = {"form": form, "store": store, "sending": reads.sending()}
    return render(request, "training/recordstore_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def recordstore_try(request: HttpRequest) -> HttpResponse:
    """Asks the store whether it speaks with us."""
    said = _("Kho trả lời, nói xAPI 1.0. Chưa gửi gì.")
    tried(request, lambda: record_store_try(by=acting(request)), said)
    return redirect("recordstore_edit")
