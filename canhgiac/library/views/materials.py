"""Materials for staff: the list, a material, its editor with live preview, its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Member
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock, markdown
from canhgiac.kit.pictures import JPEG
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.kit.text import storable
from canhgiac.library.forms.materials import MaterialFilterForm, MaterialForm, told_of
from canhgiac.library.models import Edition, MaterialEdition, MaterialFile, Taking
from canhgiac.library.selectors import materials as reads
from canhgiac.library.selectors.differences import differences
from canhgiac.library.selectors.editions import may_write, wrote
from canhgiac.library.selectors.takings import answered, may_urge, takers_of
from canhgiac.library.selectors.writing import host_of
from canhgiac.library.services import materials as services
from canhgiac.library.services.editions import EditionRefused, EditionStale, edition_new
from canhgiac.library.services.materialfiles import store
from canhgiac.library.services.takings import taking_note

ROWS = 30
WRITE = ["GET", "HEAD", "POST"]
FOREVER = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}


@login_required
@require_safe
def material_list(request: HttpRequest) -> HttpResponse:
    """The materials, narrowed, sorted, in pages."""
    form, member = MaterialFilterForm(request.GET), acting(request)
    page = Paginator(reads.materials_list(member, form.wanted(), sort=form.order), ROWS).get_page(
        request.GET.get("page")
    )
    urls = [
        (kind.upper(), f"{reverse('material_export', args=[kind])}?{request.GET.urlencode()}")
        for kind in ("xlsx", "csv")
    ]
    context = {"form": form, "page": page, "rows": reads.material_rows(list(page)), "export": urls}
    return render(request, "library/material_list.html", context | {"may_write": may_write(member)})


@login_required
@require_safe
def material_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """All rows of the list as a file."""
    form = MaterialFilterForm(request.GET)
    rows = reads.export_rows(
        reads.materials_list(acting(request), form.wanted(), sort=form.order), settings.BASE_URL.rstrip("/")
    )
    headers = {"Content-Disposition": f'attachment; filename="tai-lieu-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Tài liệu"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def material_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One material: what it says, where it went, its editions."""
    member = acting(request)
    page = reads.material_page(member, code)
    takers = takers_of(page.shown, member)
    mine = [taker for taker in takers if taker.may_act]
    context = {
        "m": page,
        "edition": page.shown,
        "html": markdown.html(page.shown.body),
        "host": host_of(page.shown.link),
        "licence": reads.licence_of(page.shown),
        "shelf": reads.shelf_of(page.material),
        "mine": mine,
        "takers": takers if may_urge(member, page.shown) else [],
        "answered": answered(takers),
        "wrote_open": page.opened is not None and wrote(member, page.opened),
        "changes": differences(page.published, page.opened) if page.opened and page.published else [],
    }
    return render(request, "library/material_detail.html", context)


@login_required
@require_safe
def material_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition beside another one, by default the one before it."""
    page = reads.material_page(acting(request), code)
    edition = next((row for row in page.history if row.number == number), None)
    if edition is None:
        raise Http404
    asked = request.GET.get("so", "")
    other = next((row for row in page.history if str(row.number) == asked), None)
    other = other or next((row for row in page.history if row.number < number), None)
    context = {"m": page, "edition": edition, "other": other, "changes": differences(other, edition)}
    return render(request, "library/material_edition.html", context)


@login_required
@require_http_methods(WRITE)
def material_create(request: HttpRequest) -> HttpResponse:
    """A new material."""
    form = MaterialForm(request.POST or None, request.FILES or None, initial=_translating(request))
    act = services.material_create
    made = _try(form, lambda: act(by=acting(request), data=form.facts(), files=form.changes()))
    if made is None:
        return _editor(request, form, _("Soạn tài liệu mới"))
    return _saved(request, made.edition.material.code, made.refused, stay="done" not in request.POST)


def _translating(request: HttpRequest) -> dict[str, Any]:
    """What a translation starts from: the original named in the address."""
    source = reads.originals().filter(code=storable(request.GET.get("dich-tu", ""))).first()
    if source is None or source.published is None:
        return {}
    same = {"kind": source.kind, "audiences": source.audiences, "channels": source.channels}
    text = {name: getattr(source.published, name) for name in ("title", "lead", "body", "call", "credit", "look")}
    text["points"] = "\n".join(source.published.points)
    about = list(source.forms.values_list("pk", flat=True))
    return same | text | {"translation_of": source.pk, "about": about, "language": ""}


@login_required
@require_POST
def material_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begins the next text, or finds the one being worked on, and leads to the editor."""
    page = reads.material_page(acting(request), code)
    edition_new(by=acting(request), of=page.material)
    return redirect("material_edit", page.material.code)


@login_required
@require_http_methods(WRITE)
def material_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The editor of the text being worked on."""
    member = acting(request)
    page = reads.material_page(member, code)
    if page.opened is None or not page.may_write:
        messages.info(request, _("Bấm Soạn bản mới để sửa tài liệu này."))
        return redirect("material_detail", code)
    edition = page.opened
    form, act = MaterialForm(request.POST or None, request.FILES or None, edition=edition), services.material_edit
    saved = _try(
        form, lambda: act(by=member, edition=edition, data=form.facts(), version=form.seen, files=form.changes())
    )
    if saved is None:
        return _editor(request, form, _("Soạn %s") % page.material.code, edition)
    return _saved(request, code, saved.refused, stay="stay" in request.POST)


def _saved(request: HttpRequest, code: str, refused: list[str], *, stay: bool) -> HttpResponse:
    for line in refused:
        messages.error(request, line)
    messages.success(request, _("Đã lưu bản nháp."))
    return redirect("material_edit" if stay or refused else "material_detail", code)


def _try(form: MaterialForm, act: Callable[[], Any]) -> Any:
    """What the act answers, where the form was sent and is good; a refusal is shown at its field."""
    if not form.is_valid():
        return None
    try:
        return act()
    except EditionStale as stale:
        form.stale(stale)
    except EditionRefused as refusal:
        form.refuse(refusal)
    return None


def _editor(
    request: HttpRequest, form: MaterialForm, title: str, edition: MaterialEdition | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "edition": edition, "draft": form.told(), "newer": form.newer}
    return render(request, "library/material_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def material_preview(request: HttpRequest) -> HttpResponse:
    """How what stands in the editor reads, and what it costs as SMS and takes to say. Nothing is kept."""
    draft = told_of(request.POST.get, request.POST.getlist("channels"))
    return render(request, "library/material_preview.html", {"draft": draft})


@login_required
@require_safe
def material_take(request: HttpRequest, code: str, layout: str, kind: str) -> HttpResponse:
    """Leads to a rendering and notes that the member's agency took the material over."""
    member = acting(request)
    page = reads.material_page(member, code)
    offer = next((offer for offer in page.offers if offer.layout == layout), None)
    if offer is None:
        raise Http404
    _note(member, page.shown)
    return redirect(offer.pdf_url if kind == "pdf" else offer.png_url)


def _note(member: Member | None, edition: MaterialEdition) -> None:
    """Notes a file taken by a member of an agency; people's own downloads leave no trace here."""
    if member is not None and member.agency is not None and edition.state == Edition.State.PUBLISHED:
        taking_note(how=Taking.How.FILE, edition=edition, agency=member.agency, by=member)


def _reader(request: HttpRequest) -> Member | None:
    return request.user if isinstance(request.user, Member) else None


@require_safe
def material_picture(request: HttpRequest, file_id: int) -> FileResponse:
    """A picture as we encoded it, shown in pages."""
    file = reads.file_for(_reader(request), file_id)
    if file.role != MaterialFile.Role.PICTURE:
        raise Http404
    return FileResponse(store().path(file.sha256).open("rb"), content_type=JPEG, headers=_keep(file))


@require_safe
def material_file(request: HttpRequest, file_id: int) -> FileResponse:
    """A file as a download with its own type; sound plays in a page's player from here too."""
    member = _reader(request)
    file = reads.file_for(member, file_id)
    _note(member, file.edition)
    body = store().path(file.sha256).open("rb")
    return FileResponse(
        body, as_attachment=True, filename=file.file_name, content_type=file.content_type, headers=_keep(file)
    )


def _keep(file: MaterialFile) -> dict[str, str]:
    """Only what is public may stay in shared caches, and not for long: it can be withdrawn."""
    if file.edition.state == Edition.State.PUBLISHED:
        return FOREVER | {"Cache-Control": "public, max-age=3600"}
    return FOREVER | {"Cache-Control": "private, max-age=3600"}
