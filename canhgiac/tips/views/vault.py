"""The vault's page: making it, opening and locking it, letting members in and putting them out, the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import DEMO_PASSWORD
from canhgiac.agencies.views.access import acting
from canhgiac.kit.sealing import code_shown
from canhgiac.tips.forms import vault as forms
from canhgiac.tips.models import MemberKey
from canhgiac.tips.selectors.consent import consent_current
from canhgiac.tips.selectors.samples import SAMPLE_CODES
from canhgiac.tips.selectors.unlocked import COOKIE, SLOT, Unlocked, session_put, unlocked
from canhgiac.tips.selectors.vault import generations, may_see, vault_page
from canhgiac.tips.services import consent as consents
from canhgiac.tips.services import vault as services
from canhgiac.tips.services.vault import Made, VaultRefused

WRITE = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_safe
def vault_home(request: HttpRequest) -> HttpResponse:
    """Who holds keys, who may open, what is left to do."""
    by = acting(request)
    may_see(by)
    context = {
        "vault": vault_page(by),
        "unlocked": unlocked(request),
        "unlock": forms.UnlockForm(),
        "generations": generations(),
        "consent": consent_current(),
        "demo": DEMO_PASSWORD if settings.DEMO else "",
        "demo_codes": ", ".join(map(code_shown, SAMPLE_CODES)),
        "next": request.GET.get("tiep", ""),
    }
    return render(request, "tips/vault_home.html", context)


@never_cache
@login_required
@require_POST
def vault_unlock(request: HttpRequest) -> HttpResponse:
    """Opens the vault for this browser and leads back to where the member was."""
    form = forms.UnlockForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("Nhập cụm mật khẩu."))
    try:
        held = services.vault_unlock(by=acting(request), passphrase=form.cleaned_data["cum"])
    except VaultRefused as refusal:
        return _refused(request, str(refusal))
    messages.success(request, _("Đã mở khóa. Tự khóa lại sau 15 phút không dùng."))
    return _holding(request, held, redirect(_next(request)))


@login_required
@require_POST
def vault_lock(request: HttpRequest) -> HttpResponse:
    """Closes it now."""
    request.session.pop(SLOT, None)
    services.vault_lock(by=acting(request))
    messages.success(request, _("Đã khóa."))
    response = redirect("vault_home")
    response.delete_cookie(COOKIE, samesite="Strict")
    return response


@login_required
@require_POST
def vault_consent(request: HttpRequest, member_id: int) -> HttpResponse:
    """A coordinator agrees that this officer makes the vault."""
    member = get_object_or_404(Member, pk=member_id)
    services.vault_consent(by=acting(request), member=member)
    messages.success(request, _("Đã đồng ý. %s có 7 ngày để lập khóa.") % member.full_name)
    return redirect("vault_home")


@never_cache
@login_required
@require_http_methods(WRITE)
def vault_make(request: HttpRequest) -> HttpResponse:
    """The ceremony."""
    form = forms.MakeForm(request.POST or None)
    return _with_shares(
        request,
        form,
        _("Lập khóa niêm phong"),
        lambda: services.vault_make(
            by=acting(request),
            passphrase=form.cleaned_data["cum"],
            holders=form.holders,
            threshold=form.cleaned_data["can"],
        ),
    )


@never_cache
@login_required
@require_http_methods(WRITE)
def vault_revoke(request: HttpRequest, member_id: int) -> HttpResponse:
    """Puts a member out: a new generation with new shares."""
    held, member = unlocked(request), get_object_or_404(Member, pk=member_id)
    if held is None:
        return _refused(request, _("Mở khóa trước khi thu hồi quyền."))
    form = forms.HoldersForm(request.POST or None)
    return _with_shares(
        request,
        form,
        _("Thu hồi quyền mở của %s") % member.full_name,
        lambda: services.vault_revoke(
            by=acting(request),
            unlocked=held,
            member=member,
            holders=form.holders,
            threshold=form.cleaned_data["can"],
        ),
    )


@never_cache
@login_required
@require_http_methods(WRITE)
def vault_key(request: HttpRequest) -> HttpResponse:
    """The member's own key: made the first time, or its passphrase changed."""
    by = acting(request)
    has_key = vault_page(by).mine is not None
    form = (forms.ChangeForm if has_key and "moi" not in request.GET else forms.NewPassphrase)(request.POST or None)

    def act() -> HttpResponse:
        data = form.cleaned_data
        if isinstance(form, forms.ChangeForm):
            services.member_key_change(by=by, old=data["cum_cu"], new=data["cum"])
            messages.success(request, _("Đã đổi cụm mật khẩu."))
        else:
            services.member_key_make(by=by, passphrase=data["cum"])
            messages.success(request, _("Đã tạo khóa của bạn. Nhờ cán bộ đang mở được cấp quyền."))
        return redirect("vault_home")

    title = _("Đổi cụm mật khẩu") if isinstance(form, forms.ChangeForm) else _("Tạo khóa của bạn")
    return _form(request, form, title, act)


@login_required
@require_POST
def vault_grant(request: HttpRequest, key_id: int) -> HttpResponse:
    """Lets a member's key in."""
    held, key = unlocked(request), get_object_or_404(MemberKey, pk=key_id)
    if held is None:
        return _refused(request, _("Mở khóa trước khi cấp quyền."))
    try:
        services.vault_grant(by=acting(request), unlocked=held, key=key)
    except VaultRefused as refusal:
        return _refused(request, str(refusal))
    messages.success(request, _("%s đã mở được tin báo.") % key.member.full_name)
    return redirect("vault_home")


@never_cache
@login_required
@require_POST
def vault_rewrap(request: HttpRequest) -> HttpResponse:
    """Seals some more content keys again for the present generation; the page asks until none is left."""
    held = unlocked(request)
    if held is None:
        return _refused(request, _("Mở khóa trước."))
    left = services.vault_rewrap(by=acting(request), unlocked=held)
    return render(request, "tips/vault_rewrap.html", {"left": left, "asked": True})


@never_cache
@login_required
@require_http_methods(WRITE)
def vault_recover(request: HttpRequest) -> HttpResponse:
    """The way back by shares on paper."""
    form = forms.RecoverForm(request.POST or None)

    def act() -> HttpResponse:
        held = services.vault_recover(by=acting(request), shares=form.shares, passphrase=form.cleaned_data["cum"])
        messages.success(request, _("Đã khôi phục và mở khóa."))
        return _holding(request, held, redirect("vault_home"))

    return _form(request, form, _("Khôi phục bằng các mảnh giấy"), act)


@login_required
@require_http_methods(WRITE)
def consent_edit(request: HttpRequest) -> HttpResponse:
    """A new wording of what people agree to."""
    form = forms.ConsentForm(
        request.POST or None, instance=None, initial={"body": getattr(consent_current(), "body", "")}
    )

    def act() -> HttpResponse:
        consents.consent_write(by=acting(request), body=form.cleaned_data["body"])
        messages.success(request, _("Lời đồng ý mới có hiệu lực từ bây giờ."))
        return redirect("vault_home")

    return _form(request, form, _("Lời đồng ý của người báo tin"), act)


def _form(request: HttpRequest, form: Any, title: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    may_see(acting(request))
    if request.method == "POST" and form.is_valid():
        try:
            return act()
        except VaultRefused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "tips/vault_form.html", {"form": form, "title": title})


def _with_shares(request: HttpRequest, form: Any, title: str, act: Callable[[], Made]) -> HttpResponse:
    """An act whose answer is the page of shares, shown this once."""

    def shown() -> HttpResponse:
        made = act()
        consents.consent_first()
        return _holding(request, made.unlocked, render(request, "tips/vault_shares.html", {"made": made}))

    return _form(request, form, title, shown)


def _holding(request: HttpRequest, held: Unlocked, response: HttpResponse) -> HttpResponse:
    """The answer with the cookie that opens what the session holds."""
    response.set_cookie(
        COOKIE, session_put(request.session, held), httponly=True, secure=settings.SECURE, samesite="Strict"
    )
    return response


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("vault_home")


def _next(request: HttpRequest) -> str:
    """Where the member was, on this site only."""
    to = request.POST.get("tiep", "")
    return to if url_has_allowed_host_and_scheme(to, allowed_hosts=None) and to.startswith("/") else "vault_home"
