"""A whole plan as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.kit.sheets import XLSX, xlsx
from canhgiac.kit.text import fold
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.directives import plan_for
from canhgiac.plans.selectors.exports import plan_document, plan_sheets

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_safe
def plan_export_xlsx(request: HttpRequest, plan_id: int) -> StreamingHttpResponse:
    """The plan as a workbook, streamed."""
    plan = plan_for(acting(request), plan_id)
    return StreamingHttpResponse(xlsx(plan_sheets(plan)), content_type=XLSX, headers=_attached(plan, "xlsx"))


@login_required
@require_safe
def plan_export_docx(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The plan as an official table of tasks."""
    plan = plan_for(acting(request), plan_id)
    return HttpResponse(to_docx(plan_document(plan)), content_type=DOCX, headers=_attached(plan, "docx"))


def _attached(plan: Plan, ending: str) -> dict[str, str]:
    name = slugify(fold(plan.directive.number or plan.title))[:60] or str(plan.pk)
    return {"Content-Disposition": f'attachment; filename="ke-hoach-{name}.{ending}"'}
