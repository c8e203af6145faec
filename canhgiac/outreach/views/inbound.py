"""What people sent to us and no rule could answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.subscribers import InboundFilterForm
from canhgiac.outreach.selectors import people as reads
from canhgiac.outreach.services import inbound as services
from canhgiac.outreach.services.refusals import WarningRefused

ROWS = 50


@login_required
@require_safe
def inbound_list(request: HttpRequest) -> HttpResponse:
    """Messages that wait for a person first; others by what was made of them."""
    member, form = acting(request), InboundFilterForm(request.GET)
    page = Paginator(reads.inbound_for(member, **form.wanted()), ROWS).get_page(request.GET.get("page"))
    may = reads.may_manage(member)
    context = {"form": form, "page": page, "rows": reads.inbound_rows(list(page)), "may_write": may}
    return render(request, "outreach/inbound_list.html", context)


@login_required
@require_POST
def inbound_answer(request: HttpRequest, message_id: int) -> HttpResponse:
    """A person read it and did what it needed."""
    member = acting(request)
    try:
        services.inbound_answer(by=member, message=reads.inbound_one(member, message_id))
        messages.success(request, _("Đã đánh dấu là đã đọc."))
    except WarningRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("inbound_list")
