"""The sender's page: by code alone, posted and never in an address."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from canhgiac.kit.uploads import InMemory
from canhgiac.tips.forms.follow import CodeForm, SayForm
from canhgiac.tips.selectors.words import state_for_sender
from canhgiac.tips.services import following
from canhgiac.tips.services.files import FileRefused
from canhgiac.tips.services.following import FollowRefused, TooManyTries


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def tip_follow(request: HttpRequest) -> HttpResponse:
    """How a tip stands, the talk, more evidence, taking it back."""
    request.upload_handlers = [InMemory(request)]
    return _follow(request)


@csrf_protect
def _follow(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "tips/follow.html", {"form": form})
    code, address = form.cleaned_data["ma"], request.META["REMOTE_ADDR"]
    said = SayForm(None if "viec" not in request.POST else request.POST, request.FILES)
    try:
        done = _act(request, code, address, said)
        followed = following.follow(code=code, address=address)
    except FollowRefused as refusal:
        form.add_error("ma", str(refusal))
        return render(request, "tips/follow.html", {"form": form}, status=429 if _many(refusal) else 422)
    context = {"followed": followed, "state": state_for_sender(followed.tip), "code": code}
    return render(request, "tips/followed.html", context | {"say": SayForm() if done else said})


def _many(refusal: FollowRefused) -> bool:
    return isinstance(refusal, TooManyTries)


def _act(request: HttpRequest, code: str, address: str, said: SayForm) -> bool:
    """Does what a button asked for; whether the fields can be emptied. Raises FollowRefused."""
    acts: dict[str, Callable[[], bool]] = {
        "nhan": lambda: _say(request, code, address, said),
        "rut": lambda: _withdraw(request, code, address),
    }
    act = acts.get(request.POST.get("viec", ""))
    return act() if act else True


def _say(request: HttpRequest, code: str, address: str, said: SayForm) -> bool:
    if not said.is_valid():
        return False
    words, files = said.cleaned_data["loi"], said.cleaned_data["anh"]
    if not words.strip() and not files:
        said.add_error("loi", _("Viết vài lời, hoặc chọn ảnh, tệp."))
        return False
    try:
        if files:
            following.tip_add_files_by_code(code=code, address=address, files=files)
        if words.strip():
            following.tip_say_by_code(code=code, address=address, text=words)
    except FileRefused as refusal:
        said.add_error("anh", str(refusal))
        return False
    messages.success(request, _("Đã gửi cho cán bộ."))
    return True


def _withdraw(request: HttpRequest, code: str, address: str) -> bool:
    if request.POST.get("chac") != "1":
        messages.error(request, _("Đánh dấu vào ô xác nhận rồi bấm rút tin."))
        return False
    following.tip_withdraw_by_code(code=code, address=address)
    messages.success(request, _("Đã rút tin. Nội dung sẽ được xóa theo thời hạn."))
    return True
