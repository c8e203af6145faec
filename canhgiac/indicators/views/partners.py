"""Pages of partners: the partners, one partner with tokens and use."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.views.access import acting
from canhgiac.agencies.views.register import table_response
from canhgiac.indicators.forms.partners import PartnerFilterForm, PartnerForm, PartnerTokenForm
from canhgiac.indicators.models import Partner
from canhgiac.indicators.selectors import partners as reads
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services import partners as services
from canhgiac.indicators.services.partners import KEEPERS, machine_email
from canhgiac.kit import clock
from canhgiac.kit.sheets import Sheet

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]
READERS = (*KEEPERS, Role.Kind.AUDITOR)


@login_required
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """The partners, narrowed, sorted, in pages."""
    require_role(acting(request), *READERS)
    form = PartnerFilterForm(request.GET)
    page = Paginator(reads.partners_list(**form.wanted()), ROWS).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    export = [(kind.upper(), f"{reverse('partner_list_export', args=[kind])}?{query}") for kind in ("xlsx", "csv")]
    context = {"form": form, "page": page, "export": export, "may_write": has_role(acting(request), *KEEPERS)}
    return render(request, "indicators/partner_list.html", context)


@login_required
@require_safe
def partner_list_export(request: HttpRequest, ending: str) -> StreamingHttpResponse:
    """The partners as a file."""
    require_role(acting(request), *READERS)
    rows = reads.partner_rows(reads.partners_list(**PartnerFilterForm(request.GET).wanted()))
    headings = [_("Đối tác"), _("Loại"), _("Phạm vi"), _("Mục hỏi 30 ngày"), _("Có trong sổ"), _("Tạm ngừng lúc")]
    sheet = Sheet(_("Đối tác"), headings, rows, (40, 16, 50, 16, 16, 18))
    return table_response(f"doi-tac-{clock.today():%Y%m%d}", ending, sheet)


@login_required
@require_http_methods(WRITE)
def partner_create(request: HttpRequest) -> HttpResponse:
    """A new partner."""
    require_role(acting(request), *KEEPERS)
    form = PartnerForm(request.POST or None)
    if form.is_valid():
        try:
            told = form.cleaned_data["agency"]
            partner = services.partner_create(by=acting(request), agency=told, data=form.facts())
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã thêm đối tác. Cấp mã để máy của họ dùng."))
            return redirect("partner_detail", partner.pk)
    return _editor(request, form, _("Thêm đối tác"), reverse("partner_list"))


@login_required
@require_http_methods(WRITE)
def partner_edit(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Scopes, quotas, addresses."""
    require_role(acting(request), *KEEPERS)
    partner = _partner(partner_id)
    form = PartnerForm(request.POST or None, partner=partner)
    if form.is_valid():
        try:
            services.partner_edit(by=acting(request), partner=partner, data=form.facts(), version=form.seen)
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("partner_detail", partner_id)
    return _editor(request, form, str(partner), reverse("partner_detail", args=[partner_id]))


@login_required
@never_cache
@require_http_methods(WRITE)
def partner_detail(request: HttpRequest, partner_id: int) -> HttpResponse:
    """One partner; POST makes a token and shows its key, this once."""
    require_role(acting(request), *READERS)
    partner, key = _partner(partner_id), ""
    form = PartnerTokenForm(request.POST or None, partner=partner)
    if form.is_valid():
        try:
            _token, key = services.partner_token_create(by=acting(request), partner=partner, **form.cleaned_data)
            form = PartnerTokenForm(partner=partner)
        except IndicatorRefused as refusal:
            form.refuse(refusal)
    return _detail(request, partner, form=form, key=key)


@login_required
@never_cache
@require_POST
def partner_secret_set(request: HttpRequest, partner_id: int) -> HttpResponse:
    """A new shared secret, shown this once."""
    partner = _partner(partner_id)
    secret = services.partner_secret_set(by=acting(request), partner=partner)
    return _detail(request, partner, form=PartnerTokenForm(partner=partner), secret=secret)


@login_required
@require_POST
def partner_suspend(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Out at once, or back."""
    row = services.partner_suspend(by=acting(request), partner=_partner(partner_id))
    messages.success(request, _("Đã tạm ngừng.") if row.suspended_at else _("Đã mở lại."))
    return redirect("partner_detail", partner_id)


@login_required
@require_POST
def partner_token_revoke(request: HttpRequest, partner_id: int, token_id: int) -> HttpResponse:
    """Ends a token at once."""
    partner = _partner(partner_id)
    token = get_object_or_404(reads.partner_tokens(partner, machine_email(partner.agency)), pk=token_id)
    services.partner_token_revoke(by=acting(request), partner=partner, token=token)
    messages.success(request, _("Đã thu hồi mã."))
    return redirect("partner_detail", partner_id)


def _partner(partner_id: int) -> Partner:
    try:
        return reads.partner_for(partner_id)
    except Partner.DoesNotExist:
        raise Http404 from None


def _detail(request: HttpRequest, partner: Partner, *, form: Any, key: str = "", secret: str = "") -> HttpResponse:
    context = {
        "partner": partner, "form": form, "key": key, "secret": secret, "now": clock.now(),
        "scopes": [str(Partner.Scope(one).label) for one in partner.scopes],
        "tokens": reads.partner_tokens(partner, machine_email(partner.agency)),
        "uses": reads.partner_uses(partner), "may_write": has_role(acting(request), *KEEPERS),
    }  # fmt: skip
    return render(request, "indicators/partner_detail.html", context, status=422 if form.errors else 200)


def _editor(request: HttpRequest, form: PartnerForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "up": reverse("partner_list"), "up_label": _("Đối tác")}
    return render(request, "indicators/exchange_form.html", context, status=422 if form.errors else 200)
