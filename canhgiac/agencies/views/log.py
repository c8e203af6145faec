"""Pages of the audit log, of notices and of API tokens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies import services
from canhgiac.agencies.forms.members import SCOPES, AuditFilterForm, TokenForm
from canhgiac.agencies.selectors import audit, members
from canhgiac.agencies.selectors.facts import facts_named
from canhgiac.kit import clock
from canhgiac.kit.sheets import Sheet

from .access import acting
from .register import table_response

ROWS = 50


@login_required
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """The audit log, the newest first."""
    form = AuditFilterForm(request.GET)
    entries = audit.audit_list(acting(request), form.narrowed())
    query = request.GET.urlencode()
    page = Paginator(entries, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [
            (entry, audit.act_name(entry.act), audit.subject_name(entry), facts_named(entry.facts)) for entry in page
        ],
        "acts": audit.audit_acts(),
        "head": audit.audit_head(),
        "export": [(name, f"xuat.{kind}?{query}") for name, kind in (("Excel", "xlsx"), ("CSV", "csv"))],
    }
    return render(request, "agencies/audit_list.html", context)


@login_required
@require_safe
def audit_export(request: HttpRequest, ending: str) -> StreamingHttpResponse:
    """The log as a file, with the hashes, streamed."""
    entries = audit.audit_list(acting(request), AuditFilterForm(request.GET).narrowed())
    headings = [_("Số"), _("Lúc"), _("Người"), _("Việc"), _("Đối tượng"), _("Mã số"), _("Chi tiết"), "SHA-256"]
    sheet = Sheet(_("Nhật ký"), headings, audit.audit_rows(entries), (8, 18, 28, 30, 22, 10, 60, 66))
    return table_response(f"nhat-ky-{clock.today():%Y%m%d}", ending, sheet)


@login_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The member's notices, the newest first."""
    member = acting(request)
    page = Paginator(members.notices_of(member), ROWS).get_page(request.GET.get("page"))
    return render(request, "agencies/notice_list.html", {"page": page, "unread": members.notices_unread(member)})


@login_required
@require_POST
def notice_read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Marks one notice as read, and goes where it leads."""
    notice = get_object_or_404(members.notices_of(acting(request)), pk=notice_id)
    services.notice_read(by=acting(request), notice=notice)
    here = url_has_allowed_host_and_scheme(notice.link, allowed_hosts={request.get_host()})
    return redirect(notice.link if notice.link and here else "notice_list")


@login_required
@require_POST
def notices_read_all(request: HttpRequest) -> HttpResponse:
    """Marks all of the member's notices as read."""
    services.notices_read_all(by=acting(request))
    return redirect("notice_list")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """The member's tokens; POST makes one and shows its key, this once."""
    member, key = acting(request), ""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        _token, key = services.token_create(by=member, **form.cleaned_data)
        form = TokenForm()
    context = {
        "form": form,
        "key": key,
        "tokens": members.tokens_of(member),
        "scopes": dict(SCOPES),
        "now": clock.now(),
    }
    return render(request, "agencies/token_list.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ends one of the member's tokens."""
    token = get_object_or_404(members.tokens_of(acting(request)), pk=token_id)
    services.token_revoke(by=acting(request), token=token)
    messages.success(request, _("Đã thu hồi mã truy cập."))
    return redirect("token_list")
