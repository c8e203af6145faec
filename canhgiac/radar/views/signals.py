"""The collaborator's page: two taps, also without a network; and what became of what was sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.views.access import acting
from canhgiac.radar.forms.acts import SignalForm
from canhgiac.radar.models import Signal
from canhgiac.radar.selectors import collaborators as reads
from canhgiac.radar.services import signals as services
from canhgiac.radar.services.refusals import RadarRefused


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def signal_send(request: HttpRequest) -> HttpResponse:
    """The form; its script sends through the queue instead."""
    member, form = acting(request), SignalForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            if form.is_valid():
                _kept(member, form)
                messages.success(request, _("Đã nhận. Cảm ơn bạn."))
                return redirect("signal_send")
        except RadarRefused as refusal:
            form.refuse(refusal)
    return _page(request, form, status=422 if form.is_bound else 200)


def _kept(member: Member, form: SignalForm) -> Signal:
    signal = services.signal_send(by=member, data=form.facts(), client_key=form.key)
    if form.picture is not None:
        signal = services.signal_photo_add(by=member, signal=signal, photo=form.picture.read(services.MAX_BYTES + 1))
    return signal


def _page(request: HttpRequest, form: SignalForm, *, status: int) -> HttpResponse:
    member = acting(request)
    collaborator = reads.collaborator_of(member)
    forms = reads.quick_forms() if collaborator else []
    signals = reads.own_signals(collaborator) if collaborator else []
    context = {
        "form": form,
        "uid": uuid.uuid4(),
        "collaborator": collaborator,
        "areas": list(collaborator.areas.order_by("level", "folded", "pk")) if collaborator else [],
        "first": [one for one in forms if one[2]],
        "others": [one for one in forms if not one[2]],
        "signals": [(row, reads.signal_title(row), reads.CHIPS[Signal.State(row.state)]) for row in signals],
        "member": member,
    }
    return render(request, "radar/signal_send.html", context, status=status)


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for the queue: 401 without a session, refusals as JSON with the field at fault."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Member):
            return JsonResponse({"detail": _("Phiên đăng nhập đã hết. Đăng nhập lại để gửi.")}, status=401)
        try:
            return view(request, *args, **kwargs)
        except RadarRefused as refusal:
            return JsonResponse({"errors": {refusal.field or "__all__": [str(refusal)]}}, status=422)
        except NotAllowed as refusal:
            return JsonResponse({"errors": {"__all__": [str(refusal)]}}, status=422)

    return answer


@require_POST
@never_cache
@_door
def signal_send_queued(request: HttpRequest) -> HttpResponse:
    """One signal from the queue; sent again it answers the one already kept."""
    form = SignalForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    signal = _kept(acting(request), form)
    return JsonResponse({"id": signal.pk, "url": reverse("signal_send"), "title": reads.signal_title(signal)})


@require_POST
@never_cache
@_door
def signal_photo_queued(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The photo of a queued signal, after the signal itself."""
    member, given = acting(request), request.FILES.get("file")
    signal = reads.signal_by_key(member, uid)
    if given is None:
        raise RadarRefused(_("Không có ảnh trong lần gửi này."), "photo")
    services.signal_photo_add(by=member, signal=signal, photo=given.read(services.MAX_BYTES + 1))
    return JsonResponse({"id": signal.pk, "flag": ""})


@login_required
@require_POST
def signal_withdraw(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Takes one's own signal back."""
    member = acting(request)
    try:
        services.signal_withdraw(by=member, signal=reads.signal_for(member, signal_id))
        messages.success(request, _("Đã rút tín hiệu."))
    except RadarRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("signal_send")
