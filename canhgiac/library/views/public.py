"""The public knowledge pages: forms, materials, what is new."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from canhgiac.kit import clock
from canhgiac.library.models import Edition, FormEdition, Law, MaterialEdition
from canhgiac.library.selectors import public, publiclaws, publicmaterials
from canhgiac.library.selectors.forms import Ended, form_by_slug, forms_near
from canhgiac.library.selectors.materials import MaterialEnded, material_by_slug
from canhgiac.library.selectors.packs import packs_public
from canhgiac.library.selectors.publicform import FormTold

from .reading import public_page, shown


@public_page
def form_index(request: HttpRequest) -> HttpResponse:
    """Chuyện gì đang xảy ra với bạn? Every form by situation, reader, group and letter; a search."""
    found = public.form_list(public.Asked.of(request.GET.dict()))
    return shown(request, "public_form_list", {"forms": found, "asked": found.asked})


@public_page
def form_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One form as told; 410 with the reason for one that was withdrawn or expired."""
    try:
        edition = form_by_slug(slug)
    except FormEdition.DoesNotExist:
        raise Http404 from None
    except Ended as ended:
        context = ended_context(ended.edition) | {"near": forms_near(ended.edition)}
        return shown(request, "public_ended", context, status=410)
    told = FormTold(edition, clock.today())
    return shown(request, "public_form", {"edition": edition, "told": told})


@public_page
def material_index(request: HttpRequest) -> HttpResponse:
    """Materials to be printed, sent, read out; narrowed by links."""
    asked = publicmaterials.MaterialAsked.of(request.GET.dict())
    context = {"asked": asked, "list": publicmaterials.MaterialList(asked), "packs": packs_public()}
    return shown(request, "public_material_list", context)


@public_page
def material_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One material with its files; 410 with the reason for one that was withdrawn or expired."""
    try:
        edition = material_by_slug(slug)
    except MaterialEdition.DoesNotExist:
        raise Http404 from None
    except MaterialEnded as ended:
        return shown(request, "public_ended", ended_context(ended.edition), status=410)
    told = publicmaterials.MaterialTold(edition, clock.today())
    return shown(request, "public_material", {"edition": edition, "told": told})


@public_page
def law_index(request: HttpRequest) -> HttpResponse:
    """Every act that the library cites, those that hold first."""
    return shown(request, "public_law_list", {"list": publiclaws.laws_public(clock.today())})


@public_page
def law_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One act: since when it holds, its articles in our words, the forms that break them."""
    try:
        law = publiclaws.law_by_slug(slug)
    except Law.DoesNotExist:
        raise Http404 from None
    return shown(request, "public_law", {"law": law, "told": publiclaws.LawTold(law, clock.today())})


@public_page
def warning_index(request: HttpRequest) -> HttpResponse:
    """What was last made public."""
    return shown(request, "public_news", {"news": publicmaterials.news()})


@public_page
def offline_page(request: HttpRequest) -> HttpResponse:
    """What can be read without a network: the page's script lists what this browser has kept."""
    return shown(request, "public_offline", {})


def ended_context(edition: Edition) -> dict[str, object]:
    """What the page of a text that was withdrawn or expired says instead of the text."""
    withdrawn = edition.state == Edition.State.WITHDRAWN
    is_form = isinstance(edition, FormEdition)
    return {
        "edition": edition,
        "heading": _("Bài này đã thu hồi") if withdrawn else _("Bài này đã hết hạn"),
        "index": reverse("form_index" if is_form else "material_index"),
        "index_label": _("Xem các hình thức lừa đảo") if is_form else _("Xem các tài liệu"),
    }


@require_safe
def manifest_public(request: HttpRequest) -> JsonResponse:
    """What a phone shows when the public site is installed; it opens at the box to ask.

    Its id differs from that of the staff's recording form, which is installed apart.
    """
    icons = [
        {"src": static(f"canhgiac/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    masked = {"src": static("canhgiac/icon-mask-512.png"), "sizes": "512x512", "type": "image/png"}
    shortcuts = (
        (_("Kiểm tra"), "public_home"),
        (_("Giờ vàng"), "golden_hour"),
        (_("Hình thức lừa đảo"), "form_index"),
    )
    told = {
        "id": "/?ung-dung=cong-khai",
        "name": _("Cảnh Giác: tin này thật hay lừa?"),
        "short_name": _("Cảnh Giác"),
        "description": _("Kiểm tra tin nhắn, số, đường link; biết việc cần làm ngay. Đọc lại được khi không có mạng."),
        "lang": "vi",
        "start_url": reverse("public_home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f2",
        "theme_color": "#0a5c55",
        "icons": [*icons, masked | {"purpose": "maskable"}],
        "shortcuts": [{"name": name, "url": reverse(view)} for name, view in shortcuts],
    }
    return JsonResponse(told, content_type="application/manifest+json")
