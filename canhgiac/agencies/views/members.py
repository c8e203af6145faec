"""Pages of members, roles and invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies import services
from canhgiac.agencies.forms.members import (
    InvitationAcceptForm,
    InviteForm,
    MemberFilterForm,
    MemberForm,
    RoleGrantForm,
)
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role, key_sha256, require_role
from canhgiac.agencies.selectors import members as read
from canhgiac.agencies.selectors.register import agency_for
from canhgiac.agencies.services import Refused
from canhgiac.kit import clock
from canhgiac.kit.sheets import Sheet

from .access import acting
from .register import refuse, table_response

ROWS = 50
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """The members in sight, and the open invitations."""
    form = MemberFilterForm(request.GET)
    rows = read.member_list(acting(request), form.narrowed())
    query = request.GET.urlencode()
    context = {
        "form": form,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "invitations": read.invitations_open(acting(request)),
        "now": clock.now(),
        "may_edit": has_role(acting(request), Role.Kind.ADMIN),
        "export": [(name, f"xuat.{kind}?{query}") for name, kind in (("Excel", "xlsx"), ("CSV", "csv"))],
    }
    return render(request, "agencies/member_list.html", context)


@login_required
@require_safe
def member_export(request: HttpRequest, ending: str) -> StreamingHttpResponse:
    """The list as a file."""
    rows = read.member_rows(read.member_list(acting(request), MemberFilterForm(request.GET).narrowed()))
    headings = [_("Họ và tên"), _("Thư điện tử"), _("Chức vụ"), _("Cơ quan"), _("Vai trò"), _("Tham gia lúc")]
    sheet = Sheet(_("Thành viên"), headings, rows, (30, 32, 24, 40, 60, 18))
    return table_response(f"thanh-vien-{clock.today():%Y%m%d}", ending, sheet)


@login_required
@require_safe
def member_detail(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member and their roles."""
    return _detail(request, member_id)


def _page(request: HttpRequest, member_id: int) -> read.MemberPage:
    try:
        return read.member_page(acting(request), member_id)
    except Member.DoesNotExist:
        raise Http404 from None


def _detail(request: HttpRequest, member_id: int, **forms: Any) -> HttpResponse:
    page = _page(request, member_id)
    member = page.member
    told = {"full_name": member.full_name, "title": member.title, "agency": member.agency}
    context = {
        "page": page,
        "member": member,
        "grant": forms.get("grant") or RoleGrantForm(initial={"agency": member.agency}),
        "edit": forms.get("edit") or MemberForm(initial=told),
        "may_grant": has_role(acting(request), Role.Kind.ADMIN),
    }
    return render(request, "agencies/member_detail.html", context, status=422 if forms else 200)


@login_required
@require_POST
def member_edit(request: HttpRequest, member_id: int) -> HttpResponse:
    """A member's name, title and agency."""
    member, form = _page(request, member_id).member, MemberForm(request.POST)
    if not form.is_valid():
        return _detail(request, member_id, edit=form)
    services.member_edit(by=acting(request), member=member, **form.cleaned_data)
    messages.success(request, _("Đã lưu."))
    return redirect("member_detail", member_id)


@login_required
@require_POST
def role_grant(request: HttpRequest, member_id: int) -> HttpResponse:
    """A role for a member."""
    member, form = _page(request, member_id).member, RoleGrantForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data | {"kind": Role.Kind(form.cleaned_data["kind"])}
        try:
            services.role_grant(by=acting(request), member=member, **told)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Đã cấp vai trò."))
            return redirect("member_detail", member_id)
    return _detail(request, member_id, grant=form)


@login_required
@require_POST
def role_revoke(request: HttpRequest, role_id: int) -> HttpResponse:
    """The end of a role."""
    role = read.role_for(role_id)
    _said(request, lambda: services.role_revoke(by=acting(request), role=role), _("Đã thu hồi vai trò."))
    return redirect("member_detail", role.member_id)


def _said(request: HttpRequest, act: Any, done: str) -> None:
    """Does the act and says so, or says why it was refused."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


@login_required
@require_POST
def member_deactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """Shuts a member out."""
    member = _page(request, member_id).member
    _said(request, lambda: services.member_deactivate(by=acting(request), member=member), _("Đã ngừng tài khoản."))
    return redirect("member_detail", member_id)


@login_required
@require_POST
def member_reactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """Lets a member in again."""
    member = _page(request, member_id).member
    _said(request, lambda: services.member_reactivate(by=acting(request), member=member), _("Đã mở lại tài khoản."))
    return redirect("member_detail", member_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_invite(request: HttpRequest) -> HttpResponse:
    """An invitation by mail."""
    require_role(acting(request), Role.Kind.ADMIN)
    at = request.GET.get("co-quan", "")
    initial = {"agency": agency_for(int(at)) if at.isdecimal() else None}
    form = InviteForm(request.POST or None, initial=initial)
    if form.is_valid():
        told = form.cleaned_data | {"kind": Role.Kind(form.cleaned_data["kind"])}
        try:
            invitation = services.member_invite(by=acting(request), **told)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Đã gửi thư mời tới %(email)s.") % {"email": invitation.email})
            return redirect("member_list")
    return render(request, "agencies/member_invite.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def invitation_resend(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """A new link to the invited person."""
    one = read.invitation_for(invitation_id)
    _said(request, lambda: services.invitation_resend(by=acting(request), invitation=one), _("Đã gửi lại thư mời."))
    return redirect("member_list")


@login_required
@require_POST
def invitation_withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The invitation is taken back."""
    one = read.invitation_for(invitation_id)
    _said(request, lambda: services.invitation_withdraw(by=acting(request), invitation=one), _("Đã rút lời mời."))
    return redirect("member_list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, key: str) -> HttpResponse:
    """The invited person sets name and password, and is in."""
    invitation = read.invitation_by_key_hash(key_sha256(key))
    if invitation is None:
        return render(request, "agencies/invitation_gone.html", status=404)
    form = InvitationAcceptForm(
        request.POST or None, initial={"full_name": invitation.full_name}, email=invitation.email
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            member = services.invitation_accept(key=key, full_name=told["full_name"], password=told["password"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            login(request, member, backend=BACKEND)
            return redirect("home")
    context = {"form": form, "invitation": invitation}
    return render(request, "agencies/invitation_accept.html", context, status=422 if form.errors else 200)
