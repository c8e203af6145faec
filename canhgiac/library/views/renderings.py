"""Editions in their layouts: files for everybody, and for the staff a page that shows all layouts at once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.library.models import Layout
from canhgiac.library.selectors.editions import AnyEdition, kind_of, title_of, work_of
from canhgiac.library.selectors.renderings import SLUGS, edition_for, file_name, form_shown, layouts_of, material_shown
from canhgiac.library.services.renderings import SettingRefused, previews, rendered

TYPES = {"pdf": "application/pdf", "png": "image/png"}
YEAR = 365 * 24 * 3600
BY_SLUG = {slug: Layout(layout) for layout, slug in SLUGS.items()}


class LayoutConverter:
    """A layout in an address: "ap-phich-a3"."""

    regex = "|".join(sorted(BY_SLUG, key=len, reverse=True))

    def to_python(self, value: str) -> Layout:
        """The layout of the word."""
        return BY_SLUG[value]

    def to_url(self, value: str) -> str:
        """The word of the layout. Raises ValueError, which Django reads as no match."""
        return SLUGS[Layout(value)]


class KindConverter:
    """What a file is, by its ending."""

    regex = "pdf|png"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    to_url = to_python


@require_safe
def form_render(request: HttpRequest, slug: str, layout: Layout, ext: str, page: int = 1) -> HttpResponse:
    """A published form in a layout."""
    return _file(request, form_shown(slug), layout, ext, page)


@require_safe
def material_render(request: HttpRequest, slug: str, layout: Layout, ext: str, page: int = 1) -> HttpResponse:
    """A published material in a layout."""
    return _file(request, material_shown(slug), layout, ext, page)


@login_required
@require_safe
def edition_render(
    request: HttpRequest, *, kind: str, edition_id: int, layout: Layout, ext: str, page: int = 1
) -> HttpResponse:
    """Any edition that the member may see, in a layout."""
    edition = edition_for(acting(request), kind, edition_id)
    return _file(request, edition, layout, ext, page, public=False)


@login_required
@require_safe
def edition_preview(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """All layouts of an edition side by side, each to be had as PDF and as picture, with what had no room."""
    edition = edition_for(acting(request), kind, edition_id)
    context = {"edition": edition, "title": title_of(edition), "kind": kind_of(edition), "work": work_of(edition)}
    return render(request, "library/preview_detail.html", context | {"previews": previews(edition)})


def _file(
    request: HttpRequest, edition: AnyEdition, layout: Layout, ext: str, page: int, *, public: bool = True
) -> HttpResponse:
    """The file, 304 for who has it. An address with the edition's digest may be kept for a year, others are asked anew.

    Only an address that names the very text is kept: a withdrawn text's address is asked for no more.
    """
    number = 0 if ext == "pdf" else page
    if layout not in layouts_of(edition) or page < 1:  # page 0 is the whole PDF, which is no picture
        raise Http404
    try:
        made = rendered(edition, layout, number)
    except IndexError:
        raise Http404 from None
    except SettingRefused as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    response = HttpResponse(made.data, content_type=TYPES[ext])
    response["ETag"] = f'"{made.sha256[:32]}"'
    named = public and bool(edition.sha256) and request.GET.get("v") == edition.sha256[:12]
    kept = f"public, max-age={YEAR}, immutable" if named else "public, no-cache"
    response["Cache-Control"] = kept if public else "private, no-cache"
    saved = "attachment" if "tai" in request.GET else "inline"
    response["Content-Disposition"] = f'{saved}; filename="{file_name(edition, layout, number)}"'
    held = get_conditional_response(request, etag=response["ETag"], response=response)
    return held if isinstance(held, HttpResponse) else response
