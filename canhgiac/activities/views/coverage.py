"""Coverage: the map and table, the matrix of kinds, one area, the file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from canhgiac.activities.forms.coverage import OUTLINES, TILES, CoverageForm
from canhgiac.activities.selectors.activities import CHIPS as ACTIVITY_CHIPS
from canhgiac.activities.selectors.activities import PAGE
from canhgiac.activities.selectors.coverage import Coverage, State, activities_reaching, coverage, root_of
from canhgiac.activities.selectors.coveragemaps import (
    CHIPS,
    coverage_map,
    file_rows,
    headings,
    matrix_kinds,
    sorted_rows,
    state_words,
    step_of,
)
from canhgiac.activities.selectors.scope import scope_of
from canhgiac.agencies.models import Area
from canhgiac.agencies.views.access import acting
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.plans.selectors.calendar import plans_for

WIDTHS = (10, 32, 22, 10, 14, 14, 16, 18, 16)


@login_required
@require_safe
def coverage_map_page(request: HttpRequest) -> HttpResponse:
    """The province's communes on a map and in a table."""
    form, root = _form(request), root_of(acting(request))
    if root is None:
        return render(request, "activities/coverage.html", {"form": form})
    found = coverage(acting(request), form.wanted(), root=root, on=form.day)
    context = _context(request, form, found) | {"tabs": _tabs(request, "coverage")}
    return render(request, "activities/coverage.html", context)


@login_required
@require_safe
def coverage_matrix(request: HttpRequest) -> HttpResponse:
    """Kinds by communes."""
    form, root = _form(request), root_of(acting(request))
    if root is None:
        return render(request, "activities/coverage.html", {"form": form})
    found = coverage(acting(request), form.wanted(), root=root, on=form.day, by_kind=True)
    kinds = matrix_kinds(found)
    rows = [
        (row, [(kind, row.kinds.get(kind), step_of(row.kinds[kind]) if kind in row.kinds else 0) for kind, *_ in kinds])
        for row in found.rows
    ]
    context = {"form": form, "found": found, "kinds": kinds, "matrix": rows, "query": _query(request)}
    return render(request, "activities/coverage_matrix.html", context | {"tabs": _tabs(request, "coverage_matrix")})


@login_required
@require_safe
def coverage_area(request: HttpRequest, area_id: int) -> HttpResponse:
    """One area: its residential groups, and the activities behind its figures."""
    form, area = _form(request), get_object_or_404(Area, pk=area_id)
    wanted, member = form.wanted(), acting(request)
    found = coverage(member, wanted, root=area, on=form.day) if area.level == Area.Level.COMMUNE else None
    behind = activities_reaching(member, wanted, area=area, on=form.day).select_related("agency", "area")
    page = Paginator(behind.order_by("-on", "-pk"), PAGE).get_page(request.GET.get("page"))
    rows = [(activity, ACTIVITY_CHIPS[activity.State(activity.state)]) for activity in page]
    context: dict[str, Any] = {"form": form, "area": area, "page": page, "activities": rows, "query": _query(request)}
    context |= _context(request, form, found) if found and found.rows else {}
    return render(request, "activities/coverage_area.html", context)


@login_required
@require_safe
def coverage_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The table as a file."""
    form, root = _form(request), root_of(acting(request))
    found = coverage(acting(request), form.wanted(), root=root, on=form.day) if root else None
    rows = file_rows(found) if found else iter(())
    headers = {"Content-Disposition": f'attachment; filename="do-phu-{form.day:%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Độ phủ"), headings(), rows, WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


def _form(request: HttpRequest) -> CoverageForm:
    return CoverageForm(request.GET, plans=plans_for(acting(request)))


def _query(request: HttpRequest) -> str:
    """The filter without what belongs to one page."""
    query = request.GET.copy()
    for key in ("page", "sort", "map"):
        query.pop(key, None)
    return query.urlencode()


def _context(request: HttpRequest, form: CoverageForm, found: Coverage) -> dict[str, Any]:
    drawing = coverage_map(found, query=_query(request), tiles=form.is_tiled)
    rows = [(row, *CHIPS[row.reach.state], state_words(row.reach.state)) for row in sorted_rows(found, form.order).rows]
    return {
        "form": form,
        "found": found,
        "map": drawing,
        "rows": rows,
        "counts": {state.value: found.count(state) for state in State},
        "faces": [(TILES, _("Ô vuông"), drawing.is_tiled), (OUTLINES, _("Ranh giới"), not drawing.is_tiled)],
        "can_choose": form.is_tiled or not drawing.is_tiled,
        "is_wide": scope_of(acting(request)).is_wide,
        "wanted": form.wanted(),
        "day": form.day,
        "query": _query(request),
        "export": [(kind.upper(), f"{reverse('coverage_export', args=[kind])}?{_query(request)}") for kind in ENDINGS],
    }


ENDINGS = ("xlsx", "csv")


def _tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    names = (("coverage", pgettext("tab", "Bản đồ và bảng")), ("coverage_matrix", _("Theo hình thức")))
    query = _query(request)
    return [
        {"url": reverse(name) + (f"?{query}" if query else ""), "label": label, "active": name == here}
        for name, label in names
    ]
