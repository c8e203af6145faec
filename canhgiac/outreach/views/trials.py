"""One message to try a rendition with, and what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.outreach.forms.trials import TrialForm
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors import trials as reads
from canhgiac.outreach.selectors.providers import senders_alive
from canhgiac.outreach.selectors.warnings import warning_for
from canhgiac.outreach.services.trials import TRIALS, trial_send

from .acts import done

WRITE = ["GET", "HEAD", "POST"]


def _warning(request: HttpRequest, warning_id: int) -> Alert:
    member = acting(request)
    reads.require_trying(member)
    return warning_for(member, warning_id)


@login_required
@require_http_methods(WRITE)
def trial_create(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Sends one rendition to an address of ours and shows what became of it."""
    member, warning = acting(request), _warning(request, warning_id)
    form = TrialForm(request.POST if request.method == "POST" else None, member=member, warning=warning)
    if done(form, lambda: trial_send(by=member, warning=warning, **form.cleaned_data)):
        messages.success(request, _("Đã đưa tin thử vào hàng gửi. Kết quả hiện ở dưới."))
        return redirect("trial_create", warning.pk)
    context = {"form": form, "warning": warning, "senders": senders_alive(), "most": TRIALS.most}
    context |= {"may_try": reads.may_try(member, warning), **_rows(warning)}
    return render(request, "outreach/trial_create.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def trial_list(request: HttpRequest, warning_id: int) -> HttpResponse:
    """The latest trials alone, for a page that asks again."""
    warning = _warning(request, warning_id)
    return render(request, "outreach/trial_list.html", {"warning": warning, **_rows(warning)})


def _rows(warning: Alert) -> dict[str, object]:
    rows = reads.trial_rows(warning)
    return {"rows": rows, "moves": reads.trials_move(rows, clock.now())}


@csrf_exempt
@require_http_methods(WRITE)
def trial_stop(request: HttpRequest) -> HttpResponse:
    """Where the link of ending it leads in a trial to who is no subscriber: it says so and ends nothing."""
    return render(request, "outreach/trial_stop.html")
