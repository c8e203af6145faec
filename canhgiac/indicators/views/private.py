"""Looking up without telling what: the page, and the buckets from the index that the look-up server reads too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from canhgiac.indicators.selectors.private import MODES, BucketMissing, bucket_for, know_for_script

AGE = 300
"""Seconds for which a bucket may be kept: as old as an answer may be."""


@gzip_page
@require_safe
def lookup_modes(request: HttpRequest) -> HttpResponse:
    """What each way of asking reveals to whom, and the private box."""
    return render(request, "indicators/lookup_modes.html", {"modes": MODES, "know": know_for_script()})


@require_safe
def lookup_bucket(request: HttpRequest, kind: str, prefix: str) -> HttpResponse:
    """One bucket, equally long whichever; whoever asks is not noted."""
    try:
        body, version = bucket_for(kind, prefix)
    except BucketMissing as missing:
        return JsonResponse({"detail": str(missing)}, status=missing.status)
    headers = {"Cache-Control": f"public, max-age={AGE}", "ETag": f'"{kind}-{prefix}-{version}"'}
    return HttpResponse(body, content_type="application/octet-stream", headers=headers)
