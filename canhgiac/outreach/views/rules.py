"""The rules of sending: read, changed, by whom and when."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.providers import RulesForm
from canhgiac.outreach.selectors import sendrules as reads
from canhgiac.outreach.selectors.rules import sending_rules
from canhgiac.outreach.selectors.scope import require_reading
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.rules import sending_rules_save


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules_edit(request: HttpRequest) -> HttpResponse:
    """The province's rules of sending; a coordinator changes them."""
    member, rules = acting(request), sending_rules()
    require_reading(member)
    form = RulesForm(request.POST or None, rules=rules)
    if form.is_bound and form.is_valid():
        try:
            sending_rules_save(by=member, data=form.facts(), version=form.seen)
            messages.success(request, _("Đã lưu quy định gửi."))
            return redirect("rules_edit")
        except WarningRefused as refusal:
            form.refuse(refusal)
    context = {"form": form, "rules": rules, "may_rule": reads.may_rule(member), "history": reads.rules_history()}
    return render(request, "outreach/rules_edit.html", context, status=422 if form.errors else 200)
