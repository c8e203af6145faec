"""Packs of materials: listed, put together, taken as one ZIP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Member
from canhgiac.agencies.views.access import acting
from canhgiac.kit.text import storable
from canhgiac.library.forms.materials import MaterialFilterForm
from canhgiac.library.forms.packs import PackForm, pack_initial
from canhgiac.library.models import Pack
from canhgiac.library.selectors import packs as reads
from canhgiac.library.selectors.materials import materials_filtered
from canhgiac.library.services import packs as services
from canhgiac.library.services.editions import EditionRefused

ROWS = 30
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def pack_list(request: HttpRequest) -> HttpResponse:
    """The packs of all agencies."""
    query, sort = request.GET.get("q", "")[:200].replace("\0", ""), request.GET.get("sort", "")
    page = Paginator(reads.packs_list(acting(request), query, sort=sort), ROWS).get_page(request.GET.get("page"))
    return render(request, "library/pack_list.html", {"page": page, "query": query})


@login_required
@require_safe
def pack_detail(request: HttpRequest, pack_id: int) -> HttpResponse:
    """One pack with its materials."""
    return render(request, "library/pack_detail.html", {"page": reads.pack_page(acting(request), pack_id)})


@login_required
@require_http_methods(WRITE)
def pack_create(request: HttpRequest) -> HttpResponse:
    """A new pack; materials ticked in the list of materials come with the address."""
    form = PackForm(_posted(request), initial=pack_initial(None))
    chosen = _codes(request.POST if request.method == "POST" else request.GET)
    if pack := _try(form, lambda: services.pack_create(by=acting(request), data=form.facts(chosen))):
        messages.success(request, _("Đã lập bộ tài liệu."))
        return redirect("pack_detail", pack.pk)
    return _choose(request, form, chosen, None)


@login_required
@require_http_methods(WRITE)
def pack_edit(request: HttpRequest, pack_id: int) -> HttpResponse:
    """Changing a pack."""
    page = reads.pack_page(acting(request), pack_id)
    form = PackForm(_posted(request), initial=pack_initial(page.pack))
    held = [edition.material.code for edition in page.editions] + [material.code for material in page.missing]
    chosen = _codes(request.POST) if request.method == "POST" else held
    act = services.pack_edit
    if _try(form, lambda: act(by=acting(request), pack=page.pack, data=form.facts(chosen), version=form.seen)):
        messages.success(request, _("Đã lưu."))
        return redirect("pack_detail", pack_id)
    return _choose(request, form, chosen, page.pack)


@login_required
@require_POST
def pack_delete(request: HttpRequest, pack_id: int) -> HttpResponse:
    """Removing a pack."""
    services.pack_delete(by=acting(request), pack=reads.pack_page(acting(request), pack_id).pack)
    messages.success(request, _("Đã xóa bộ tài liệu."))
    return redirect("pack_list")


@require_safe
def pack_download(request: HttpRequest, pack_id: int) -> StreamingHttpResponse:
    """The pack as a ZIP, made while it is sent."""
    member = request.user if isinstance(request.user, Member) else None
    page = reads.pack_page(member, pack_id)
    name = f"{services.folder_name(page.pack.title)}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    body = services.pack_take(page=page, by=member) if request.method == "GET" else iter(())
    return StreamingHttpResponse(body, content_type="application/zip", headers=headers)


def _codes(sent: QueryDict) -> list[str]:
    """The materials ticked, by code."""
    return [storable(code) for code in sent.getlist("codes")]


def _posted(request: HttpRequest) -> Any:
    """What was sent to be kept; choosing by a filter only asks for another list."""
    return request.POST if request.method == "POST" and "narrow" not in request.POST else None


def _choose(request: HttpRequest, form: PackForm, chosen: list[str], pack: Pack | None) -> HttpResponse:
    """The form with the materials to tick; what was typed and ticked stays when the list is narrowed."""
    sent = request.POST if request.method == "POST" else request.GET
    if "narrow" in request.POST:
        form = PackForm(initial={name: request.POST.get(name) for name in form.fields})
    narrow = MaterialFilterForm(sent)
    rows = materials_filtered(narrow.wanted(), besides=chosen)
    context = {"form": form, "narrow": narrow, "rows": rows, "chosen": set(chosen), "pack": pack}
    return render(request, "library/pack_form.html", context, status=422 if form.errors else 200)


def _try(form: PackForm, act: Callable[[], Pack]) -> Pack | None:
    if not form.is_valid():
        return None
    try:
        return act()
    except EditionRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None
