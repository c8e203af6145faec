"""Certificates: anybody checks one; the staff lists, revokes, corrects, prints."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.services import Limit, quota_take
from canhgiac.agencies.views.access import acting
from canhgiac.training.forms.certificates import CertificateFilterForm, CheckForm, CorrectForm, RevokeForm
from canhgiac.training.models import Certificate
from canhgiac.training.selectors import certificates as reads
from canhgiac.training.services import badges, certificatepdf
from canhgiac.training.services import certificates as services
from canhgiac.training.services.refusals import TrainingRefused

from .acts import done, tried
from .courses import table_file
from .frames import drawn, spoken

ROWS = 30
LOOKS = Limit("certificate", 60, 600)
"""Pages of certificates from one address: sixty in ten minutes. With 80 random bits a code is not guessed at any rate;
this keeps the try cheap for us."""


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _may_look(request: HttpRequest) -> bool:
    return quota_take(limit=LOOKS, address=request.META["REMOTE_ADDR"])


def _shown(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return _private(drawn(request, "training/certificate_page.html", context, status=status))


@never_cache
@require_safe
@spoken
def certificate_check(request: HttpRequest) -> HttpResponse:
    """Number and code typed from paper."""
    form = CheckForm(request.GET if "so" in request.GET or "ma" in request.GET else None)
    if form.is_bound and not _may_look(request):
        return _form(request, form, _("Bạn vừa tra nhiều lần. Đợi vài phút rồi thử lại."), 429)
    if form.is_bound and form.is_valid():
        found = reads.certificate_by_both(form.cleaned_data["so"], form.cleaned_data["ma"])
        if found is not None:
            return redirect("certificate_page", found.code)
        return _form(request, form, _("Không có giấy nào mang cả số và mã này. Xem lại từng chữ."), 404)
    return _form(request, form, "", 422 if form.errors else 200)


def _form(request: HttpRequest, form: CheckForm, error: str, status: int) -> HttpResponse:
    return drawn(request, "training/certificate_check.html", {"form": form, "error": error}, status=status)


@never_cache
@require_safe
@spoken
def certificate_page(request: HttpRequest, code: str) -> HttpResponse:
    """What stands behind a QR code: valid, revoked or unknown."""
    if not _may_look(request):
        return _shown(request, {"slow": True}, 429)
    row = reads.certificate_by_code(code)
    if row is not None and code != row.code:
        return redirect("certificate_page", row.code)
    return _shown(request, {"row": row, "code": row and reads.code_shown(row.code)}, 200 if row else 404)


def _public(request: HttpRequest, code: str) -> Certificate:
    row = reads.certificate_by_code(code) if _may_look(request) else None
    if row is None:
        raise Http404
    return row


@never_cache
@require_safe
def certificate_download(request: HttpRequest, code: str) -> HttpResponse:
    """The PDF, for whoever has the code; 410 once it was revoked."""
    return _pdf(_public(request, code))


def _pdf(row: Certificate) -> HttpResponse:
    try:
        data = certificatepdf.certificate_pdf(row)
    except TrainingRefused as refusal:
        return HttpResponse(
            str(refusal),
            status=410 if row.revoked_at or not row.holder else 422,
            content_type="text/plain; charset=utf-8",
        )
    return _file(data, f"{reads.file_stem(row)}.pdf", "application/pdf")


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return _private(HttpResponse(data, content_type=kind, headers=told))


@never_cache
@require_safe
def certificate_badge(request: HttpRequest, code: str) -> HttpResponse:
    """The Open Badge, signed; 410 once it was revoked."""
    row = _public(request, code)
    try:
        data = badges.badge_of(row)
    except TrainingRefused as refusal:
        return HttpResponse(str(refusal), status=410, content_type="text/plain; charset=utf-8")
    return _file(data.encode(), f"{reads.file_stem(row)}.jwt", "application/vc+jwt")


@never_cache
@require_safe
def certificate_status(request: HttpRequest, code: str) -> HttpResponse:
    """Whether this one was revoked, for machines."""
    return _private(JsonResponse(badges.status_told(_public(request, code))))


@require_safe
def badge_issuer(request: HttpRequest) -> HttpResponse:
    """Who issues, for machines."""
    return JsonResponse(badges.issuer_told())


@require_safe
def badge_key(request: HttpRequest, kid: str) -> HttpResponse:
    """The public half of a signing key, for machines."""
    told = badges.key_told(kid)
    if told is None:
        raise Http404
    return JsonResponse(told)


# Staff --------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    """Certificates of the agencies the member answers for."""
    member, form = acting(request), CertificateFilterForm(request.GET)
    found = reads.certificates_for(member, form.wanted(), sort=form.order)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    export = [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")]
    rows = reads.with_names(page, named=reads.reads_names(member))
    context = {"form": form, "page": page, "rows": rows, "export": export}
    return render(request, "training/certificate_list.html", context)


@login_required
@require_safe
def certificate_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed as it is shown."""
    member, form = acting(request), CertificateFilterForm(request.GET)
    rows = reads.file_rows(
        reads.certificates_for(member, form.wanted(), sort=form.order), named=reads.reads_names(member)
    )
    return table_file(
        kind, "chung-nhan", _("Giấy chứng nhận"), headings=reads.headings(), rows=rows, widths=reads.WIDTHS
    )


@login_required
@require_safe
def certificate_detail(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """One certificate, with what can be done."""
    return _detail(request, reads.certificate_for(acting(request), certificate_id))


def _detail(
    request: HttpRequest, row: Certificate, *, revoke: RevokeForm | None = None, correct: CorrectForm | None = None
) -> HttpResponse:
    member = acting(request)
    named = reads.reads_names(member)
    context = {
        "row": row,
        "code": reads.code_shown(row.code),
        "name": reads.with_names([row], named=named)[0][1],
        "named": named,
        "may_manage": reads.may_manage(member, row.issuer),
        "revoke": revoke or RevokeForm(),
        "correct": correct or CorrectForm(None, certificate=row),
    }
    return render(request, "training/certificate_detail.html", context, status=422 if revoke or correct else 200)


@login_required
@require_POST
def certificate_revoke(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Takes it back, with a reason."""
    member, row = acting(request), reads.certificate_for(acting(request), certificate_id)
    form = RevokeForm(request.POST)
    act = services.certificate_revoke
    if done(form, lambda: act(by=member, certificate=row, reason=form.cleaned_data["reason"])):
        messages.success(request, _("Đã thu hồi. Trang tra cứu ghi giấy không còn hiệu lực."))
        return redirect("certificate_detail", row.pk)
    return _detail(request, row, revoke=form)


@login_required
@require_POST
def certificate_correct(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """The same with the right name and a new number."""
    member, row = acting(request), reads.certificate_for(acting(request), certificate_id)
    form = CorrectForm(request.POST, certificate=row)
    act = services.certificate_correct
    if made := done(form, lambda: act(by=member, certificate=row, **form.cleaned_data)):
        messages.success(request, _("Đã thu hồi giấy ghi sai và cấp giấy này."))
        return redirect("certificate_detail", made.pk)
    return _detail(request, row, correct=form)


@login_required
@require_safe
def certificate_file(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """The PDF for those who manage it."""
    row = reads.certificate_for(acting(request), certificate_id)
    if not reads.may_manage(acting(request), row.issuer):
        raise Http404
    return _pdf(row)


@login_required
@require_safe
def class_certificates(request: HttpRequest, class_id: int) -> HttpResponse:
    """How far the certificates of a class are, and the downloads."""
    room = reads.class_for_certificates(acting(request), class_id)
    return render(request, "training/certificate_room.html", {"room": room, "prints": reads.class_prints(room)})


@login_required
@require_POST
def class_certificates_issue(request: HttpRequest, class_id: int) -> HttpResponse:
    """For everybody who completed it and has none."""
    room = reads.class_for_certificates(acting(request), class_id)
    act = services.certificates_issue_class
    tried(request, lambda: act(by=acting(request), training_class=room), _("Đã cấp. Tệp in đang được dựng."))
    return redirect("class_certificates", room.pk)


@login_required
@require_safe
def class_certificates_file(request: HttpRequest, class_id: int, kind: str) -> HttpResponse:
    """All in one PDF, or a ZIP of each."""
    room = reads.class_for_certificates(acting(request), class_id)
    make, media = {
        "pdf": (certificatepdf.class_pdf, "application/pdf"),
        "zip": (certificatepdf.class_zip, "application/zip"),
    }[kind]
    try:
        return _file(make(room), f"chung-nhan-lop-{room.pk}.{kind}", media)
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("class_certificates", room.pk)
