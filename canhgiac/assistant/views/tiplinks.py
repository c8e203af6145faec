"""The page behind a link in a chat: the tip drafted from the talk, looked through and sent, once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from canhgiac.assistant.forms.talks import TipForm
from canhgiac.assistant.models import Talk
from canhgiac.assistant.selectors.tiplinks import talk_by_link, tip_sent_at, was_just_sent
from canhgiac.assistant.selectors.watches import consent_sentence
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.assistant.services.threads import thread_tip
from canhgiac.kit import uploads
from canhgiac.tips.selectors.consent import consent_current
from canhgiac.tips.selectors.receipts import receipt_page
from canhgiac.tips.selectors.vault import vault_ready
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.gate import gate_pass


@gzip_page
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def talk_tip_linked(request: HttpRequest, token: str) -> HttpResponse:
    """The draft for whoever holds the link; the token of the form is checked below, with nothing on the disk."""
    request.upload_handlers = [uploads.InMemory(request)]
    talk = talk_by_link(token)
    if talk is None or (tip_sent_at(talk) and not (request.method == "POST" and was_just_sent(talk))):
        return render(request, "assistant/talk_tip_over.html", {"is_sent": talk is not None}, status=410)
    return _linked(request, talk)


@csrf_protect
def _linked(request: HttpRequest, talk: Talk) -> HttpResponse:
    form = TipForm(request.POST) if request.method == "POST" else TipForm.of_talk(talk)
    if request.method != "POST" or not form.is_valid():
        return _draft(request, talk, form, 422 if form.is_bound else 200)
    wishes = _wishes(request)
    try:
        gate_pass(
            address=request.META["REMOTE_ADDR"],
            challenge=form.cleaned_data["thu_thach"],
            answer=form.cleaned_data["loi_giai"],
        )
        receipt = thread_tip(talk=talk, data=form.told(request.LANGUAGE_CODE or "vi"), **wishes)
    except (TipRefused, AssistantRefused) as refusal:
        form.add_error(None, str(refusal))
        return _draft(request, talk, form, 429)
    shown = receipt_page(receipt.code, receipt.tip)
    context = {"receipt": shown, "thread": talk.get_channel_display(), "again": receipt.again} | wishes
    return render(request, "assistant/talk_receipt_linked.html", context)


def _draft(request: HttpRequest, talk: Talk, form: TipForm, status: int) -> HttpResponse:
    context = {"form": form, "ready": vault_ready(), "consent": consent_current(), "action": request.path}
    context |= {"thread": talk.get_channel_display(), "news": consent_sentence(talk.channel, of_tip=True)}
    context |= _wishes(request)
    return render(request, "assistant/talk_tip.html", context, status=status)


def _wishes(request: HttpRequest) -> dict[str, bool]:
    """What of it the person wants to have in their chat."""
    return {"tells_code": "gui_ma" in request.POST, "tells_news": "bao_lai" in request.POST}
