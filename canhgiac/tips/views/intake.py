"""The public way to tell: how, the form, its help, the receipt. Nothing typed is kept before it is sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.services import Limit, quota_take
from canhgiac.kit.uploads import InMemory
from canhgiac.tips.forms.intake import IntakeForm
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.consent import consent_current
from canhgiac.tips.selectors.gate import challenge_now
from canhgiac.tips.selectors.receipts import receipt_page
from canhgiac.tips.selectors.vault import vault_ready
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.gate import gate_pass
from canhgiac.tips.services.intake import tip_receive

PREFILLED = ("mat_tien", "ngan_hang", "luc", "hinh_thuc", "so_tien", "xa")
"""What the assistant's draft brings along besides the story."""
FINDS = Limit("tip-find", 40, 600)
WRITE = ["GET", "HEAD", "POST"]


@require_safe
def tip_how(request: HttpRequest) -> HttpResponse:
    """How to report to the police, here and otherwise."""
    return render(request, "tips/how.html", {"ready": vault_ready()})


@never_cache
@csrf_exempt
@require_http_methods(WRITE)
def tip_new(request: HttpRequest) -> HttpResponse:
    """The form; posted with ``viec=tim`` it comes back with what was found in the words, with ``san`` prefilled."""
    request.upload_handlers = [InMemory(request)]
    return _new(request)


@csrf_protect
def _new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "san" in request.POST:
        return _form(request, IntakeForm(initial=_prefilled(request.POST)))
    return _form(request, IntakeForm(request.POST if request.method == "POST" else None))


def _prefilled(sent: QueryDict) -> dict[str, str]:
    """The story of an answer's page, or the whole draft out of a talk."""
    story = str(sent.get("ke") or sent["san"])
    return {"ke": story[:20_000]} | {name: str(sent[name]) for name in PREFILLED if sent.get(name)}


@never_cache
@csrf_exempt
@require_http_methods(WRITE)
def tip_sent(request: HttpRequest) -> HttpResponse:
    """Sends the tip and shows its code, once. Files stay in memory until they are sealed."""
    request.upload_handlers = [InMemory(request)]
    return _sent(request) if request.method == "POST" else redirect("tip_follow")


@csrf_protect
def _sent(request: HttpRequest) -> HttpResponse:
    form = IntakeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        gate_pass(
            address=request.META["REMOTE_ADDR"],
            challenge=form.cleaned_data["thu_thach"],
            answer=form.cleaned_data["loi_giai"],
        )
        receipt = tip_receive(
            data=form.told(request.LANGUAGE_CODE or "vi"),
            files=form.cleaned_data["anh"],
            channel=Tip.Channel.ASSISTANT if request.POST.get("tu") == "tro-ly" else Tip.Channel.WEB,
            client_key=form.cleaned_data["khoa"],
        )
    except TipRefused as refusal:
        form.add_error(None, str(refusal))
        return _form(request, form, status=429)
    return render(request, "tips/receipt.html", {"receipt": receipt_page(receipt.code, receipt.tip)})


@require_POST
def tip_find(request: HttpRequest) -> HttpResponse:
    """The chips and likely forms of the typed words, as a piece of the page. Nothing is kept or fetched."""
    if not quota_take(limit=FINDS, address=request.META["REMOTE_ADDR"]):
        return HttpResponse(status=429)
    return render(request, "tips/form_found.html", {"form": IntakeForm(request.POST)})


@never_cache
@require_safe
def tip_challenge(request: HttpRequest) -> JsonResponse:
    """A little work for the browser, so that a machine does not send thousands."""
    return JsonResponse({"challenge": challenge_now()})


def _form(request: HttpRequest, form: IntakeForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "ready": vault_ready(),
        "consent": consent_current(),
        "from_assistant": "san" in request.POST or request.POST.get("tu") == "tro-ly",
    }
    return render(request, "tips/form.html", context, status=status)
