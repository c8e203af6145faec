"""Pages of the areas."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from canhgiac.agencies.forms.register import AreaFilterForm
from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors import area_children, area_page, area_search
from canhgiac.agencies.selectors.wording import named_many
from canhgiac.kit import clock

from .access import acting, typed


@login_required
@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """The provinces on a date, or what a search finds at any time."""
    acting(request)
    form = AreaFilterForm(request.GET)
    form.is_valid()
    text, on = form.cleaned_data.get("q") or "", form.cleaned_data.get("on")
    found = area_search(text, on=on, limit=200) if text else []
    day = on or clock.today()
    children = [] if text else list(area_children(None, on=day))
    context = {"form": form, "text": text, "found": found, "children": children, "on": day}
    context["today"] = clock.today()
    return render(request, "agencies/area_list.html", context)


@login_required
@require_safe
def area_detail(request: HttpRequest, area_id: int) -> HttpResponse:
    """One area: what is below it on a date, who came before and after."""
    try:
        page = area_page(area_id)
    except Area.DoesNotExist:
        raise Http404 from None
    form = AreaFilterForm(request.GET)
    form.is_valid()
    # A former area is shown as it last was, unless another day is asked for.
    on = form.cleaned_data.get("on") or min(page.area.valid_until or clock.today(), clock.today())
    children = list(area_children(page.area, on=on))
    context = {"page": page, "area": page.area, "children": children, "on": on, "form": form}
    context["today"] = clock.today()
    return render(request, "agencies/area_detail.html", context)


@login_required
@require_safe
def area_suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions while a person types an area's name, as options of a list."""
    text = typed(request)
    found = area_search(text, on=clock.today(), limit=20) if len(text) > 1 else []
    return render(request, "agencies/suggest.html", {"options": named_many(found)})
