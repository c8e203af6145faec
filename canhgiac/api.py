"""The JSON API: the capabilities' routers under one address, and what refusals look like."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.responses import Response

from canhgiac.activities.api import router as activities
from canhgiac.activities.services.record import ActivityRefused
from canhgiac.agencies.api import router as agencies
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.assistant.api import router as assistant
from canhgiac.indicators.api import refused as partner_refusal
from canhgiac.indicators.api import router as indicators
from canhgiac.indicators.services.exchange import PartnerRefused
from canhgiac.library.api import router as library
from canhgiac.plans.api import router as plans
from canhgiac.plans.services.status import StatusRefused
from canhgiac.reporting.api import router as reporting
from canhgiac.reporting.services.drafts import ReportRefused
from canhgiac.tips.api import router as tips

api = NinjaAPI(
    title="Cảnh Giác",
    version="1",
    description="Kế hoạch, nhiệm vụ, hoạt động, báo cáo cho phần mềm của cơ quan. Mã truy cập: trang Tài khoản.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", agencies)
api.add_router("", plans)
api.add_router("", activities)
api.add_router("", reporting)
api.add_router("", assistant)
api.add_router("", library)
api.add_router("", indicators)
api.add_router("", tips)


@api.exception_handler(NotAllowed)
def not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    """403 with the reason."""
    return Response({"detail": str(error)}, status=403)


@api.exception_handler(StatusRefused)
def refused(request: HttpRequest, error: StatusRefused) -> HttpResponse:
    """409 with the reason; a stale version too."""
    return Response({"detail": str(error)}, status=409)


@api.exception_handler(ActivityRefused)
def activity_refused(request: HttpRequest, error: ActivityRefused) -> HttpResponse:
    """409 with the reason."""
    return Response({"detail": str(error)}, status=409)


@api.exception_handler(ReportRefused)
def report_refused(request: HttpRequest, error: ReportRefused) -> HttpResponse:
    """409 with the reason, which names the fields at fault."""
    return Response({"detail": str(error)}, status=409)


@api.exception_handler(PartnerRefused)
def partner_refused(request: HttpRequest, error: PartnerRefused) -> HttpResponse:
    """403 or 429 with the reason, and when to come again."""
    return partner_refusal(error)


def schema() -> str:
    """The OpenAPI document as it is kept in ``docs/openapi.json``."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
