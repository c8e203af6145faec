"""The door: who gets in, by which steps, and what the refused see.

The account adapter stands here because it answers requests (redirects, refusals), which is a view's work; it calls
services for what it changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from canhgiac.agencies import services
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role
from canhgiac.kit import clock

Answer = Callable[[HttpRequest], HttpResponse]

MFA_ROLES = (Role.Kind.ADMIN, Role.Kind.COORDINATOR, Role.Kind.APPROVER, Role.Kind.TIP_OFFICER)
_MFA_CHECKED = "mfa_checked_on"


def acting(request: HttpRequest) -> Member:
    """The member behind a request that ``login_required`` let through."""
    assert isinstance(request.user, Member)
    return request.user


def typed(request: HttpRequest) -> str:
    """What a person has typed so far, in whichever field of a form: the first value of the query."""
    return next((text for text in map(str, request.GET.values()) if text.strip()), "")[:100]


class AccountAdapter(DefaultAccountAdapter):
    """allauth's questions about our accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # allauth's signature
        """Never: members come by invitation."""
        return False

    def post_login(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        *,
        email_verification: str,
        signal_kwargs: dict[str, Any] | None,
        email: str | None,
        signup: bool,
        redirect_url: str | None,
    ) -> HttpResponse:
        """Writes the login, with its method, to the audit log."""
        assert isinstance(user, Member)
        methods = [str(record.get("method", "")) for record in get_authentication_records(request, user)]
        services.login_record(member=user, method="+".join(methods))
        answer: HttpResponse = super().post_login(
            request,
            user,
            email_verification=email_verification,
            signal_kwargs=signal_kwargs,
            email=email,
            signup=signup,
            redirect_url=redirect_url,
        )
        return answer


class NotAllowedMiddleware:
    """Turns NotAllowed, raised anywhere below a view, into a 403 page that says what is missing."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The 403 page for NotAllowed; other exceptions are not ours."""
        if isinstance(exception, NotAllowed):
            return render(request, "agencies/not_allowed.html", {"reason": str(exception)}, status=403)
        return None


class MfaRequiredMiddleware:
    """Leads members of the roles in MFA_ROLES to set up a second factor before anything else.

    Asked once a day and session; a member who has one is not asked again.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        accounts = reverse("account_logout").rsplit("/", 2)[0] + "/"
        self.open = (accounts, f"/{settings.STATIC_URL.lstrip('/')}", reverse("set_language"))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirects to the second factor's page, or passes the request on."""
        if settings.REQUIRE_MFA and not request.path.startswith(self.open) and self._missing(request):
            messages.warning(request, _("Vai trò của bạn cần xác thực hai bước. Hãy thiết lập một cách dưới đây."))
            return redirect("mfa_index")
        return self.answer(request)

    def _missing(self, request: HttpRequest) -> bool:
        member = request.user
        if not isinstance(member, Member) or request.session.get(_MFA_CHECKED) == _today():
            return False
        if has_role(member, *MFA_ROLES) and not is_mfa_enabled(member):
            return True
        request.session[_MFA_CHECKED] = _today()
        return False


def _today() -> str:
    today: dt.date = clock.today()
    return today.isoformat()


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whose failures django-axes counts: the address typed, however the login flow calls it."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or request.POST.get("login", "")
    return str(name).strip().casefold()


def demo_logins() -> list[dict[str, str]]:
    """The demo members for the login page; empty outside demo mode."""
    if not settings.DEMO:
        return []
    roles = {login.email: ", ".join(str(kind.label) for kind, _at in login.roles) for login in services.DEMO_LOGINS}
    return [
        {"role": roles[login.email], "email": login.email, "password": services.DEMO_PASSWORD}
        for login in services.DEMO_LOGINS
    ]


@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    """The reader's choice of language, which a member's mails follow."""
    answer: HttpResponse = set_language(request)
    if isinstance(request.user, Member) and request.POST.get("language") in dict(settings.LANGUAGES):
        services.member_language_set(by=request.user, language=request.POST["language"])
    return answer


def email_closed(request: HttpRequest) -> HttpResponseRedirect:
    """Instead of allauth's page of addresses: an address proves who a member is, so an ADMIN changes it."""
    messages.info(request, _("Địa chỉ thư dùng để đăng nhập; hãy nhờ quản trị viên đổi."))
    return redirect("home")
