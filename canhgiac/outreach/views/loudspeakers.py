"""Loudspeakers: what devices poll and tell, what anybody may hear, and the staff's list."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import province
from canhgiac.agencies.views.access import acting
from canhgiac.channels.feeds.feed import Entry, Feed, Link, etag
from canhgiac.channels.speech.podcast import PLAYLIST_TYPE, Podcast, playlist, podcast
from canhgiac.channels.speech.schedule import (
    MOST_REPORT_BYTES,
    ReportError,
    report_is_signed,
    report_read,
    schedule_signature,
)
from canhgiac.kit.files import FileStore
from canhgiac.outreach.forms.loudspeakers import LoudspeakerForm
from canhgiac.outreach.models import Loudspeaker, Posting
from canhgiac.outreach.selectors import loudspeakers as reads
from canhgiac.outreach.selectors.scope import require_reading
from canhgiac.outreach.selectors.warnings import warning_for
from canhgiac.outreach.services import loudspeakers as services
from canhgiac.outreach.services.refusals import WarningRefused

from .ranges import ranged

A_DAY = 86_400


@require_safe
def loudspeaker_programme(request: HttpRequest, digest: str) -> HttpResponse:
    """A device's programme, signed with its key; 304 while it has not changed."""
    device = reads.loudspeaker_by_digest(digest)
    services.loudspeaker_seen(loudspeaker=device)
    report_url = f"{settings.BASE_URL.rstrip('/')}/loa/bao-cao/{digest}/"
    body = reads.programme(device.area).document(report_url)
    tag = etag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Signature": _signed(device, body)}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


def _signed(device: Loudspeaker, body: bytes) -> str:
    return schedule_signature(services.loudspeaker_key(device), body)


@csrf_exempt  # a device has no cookie; it signs
@require_POST
def loudspeaker_report(request: HttpRequest, digest: str) -> HttpResponse:
    """What a device played."""
    device = reads.loudspeaker_by_digest(digest)
    body = request.read(MOST_REPORT_BYTES + 1)
    if not report_is_signed(services.loudspeaker_key(device), body, request.headers.get("Signature", "")):
        return HttpResponse(status=401)
    try:
        report = report_read(body)
    except ReportError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    services.plays_keep(loudspeaker=device, report=report)
    return HttpResponse(status=204)


@require_safe
def loudspeaker_sound(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A recording: of an issued warning for everybody, of any other for who may read it."""
    if not reads.audio_is_public(sha256):
        if not request.user.is_authenticated:
            raise Http404
        require_reading(acting(request))
    try:
        return ranged(request, FileStore(settings.FILES_ROOT).path(sha256), "audio/mpeg", max_age=A_DAY)
    except (FileNotFoundError, ValueError):
        raise Http404 from None


@require_safe
def loudspeaker_podcast(request: HttpRequest, code: str) -> HttpResponse:
    """A commune's recordings as a podcast, for a player that people already have."""
    area = reads.commune_by_code(code)
    if area is None:
        raise Http404
    base, profile = settings.BASE_URL.rstrip("/"), province()
    entries = [
        Entry(
            uid=f"urn:sha256:{item.sha256}",
            title=item.title,
            url=f"{base}/canh-bao/",
            published=item.start,
            updated=item.start,
            links=[Link(item.url, "audio/mpeg", size=item.size, seconds=item.seconds)],
            expires=item.until,
        )
        for item in reads.programme(area).items
    ]
    feed = Feed(
        title=_("Loa %s") % area.name,
        url=f"{base}/canh-bao/",
        own_url=request.build_absolute_uri(),
        author=profile.office.name if profile.office else profile.name,
        entries=entries,
        description=_("Cảnh báo lừa đảo đọc trên loa %s.") % area.name,
    )
    return HttpResponse(podcast(Podcast(feed)), content_type="application/rss+xml; charset=utf-8")


@require_safe
def loudspeaker_playlist(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a playlist."""
    area = reads.commune_by_code(code)
    if area is None:
        raise Http404
    return HttpResponse(playlist(area.name, reads.programme(area).items), content_type=PLAYLIST_TYPE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def loudspeaker_list(request: HttpRequest) -> HttpResponse:
    """All loudspeakers, which of them are silent; a form to put one up. Its key is shown once."""
    member = acting(request)
    require_reading(member)
    form = LoudspeakerForm(request.POST or None)
    key, made = "", None
    if request.method == "POST" and form.is_valid():
        try:
            made, key = services.loudspeaker_add(by=member, **form.cleaned_data)
            form = LoudspeakerForm()
        except WarningRefused as refusal:
            form.refuse(refusal)
    rows = [(row, reads.is_silent(row)) for row in reads.loudspeakers()]
    context = {"form": form, "rows": rows, "made": made, "key": key, "times": reads.speaking_times()}
    context |= {"may_keep": reads.may_keep(member), "retired": reads.loudspeakers_retired()}
    context["base"] = settings.BASE_URL.rstrip("/")
    return render(request, "outreach/loudspeaker_list.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def loudspeaker_retire(request: HttpRequest, loudspeaker_id: int) -> HttpResponse:
    """Takes one out of use."""
    member = acting(request)
    services.loudspeaker_retire(by=member, loudspeaker=reads.loudspeaker_for(member, loudspeaker_id))
    messages.success(request, _("Đã thôi dùng cụm loa này: khóa của nó không mở được lịch nữa. Dùng lại ở cuối trang."))
    return redirect("loudspeaker_list")


@login_required
@require_POST
def loudspeaker_restore(request: HttpRequest, loudspeaker_id: int) -> HttpResponse:
    """Takes one into use again."""
    member = acting(request)
    row = reads.loudspeaker_for(member, loudspeaker_id, in_use=False)
    services.loudspeaker_restore(by=member, loudspeaker=row)
    messages.success(request, _("Đã dùng lại cụm loa này với khóa cũ."))
    return redirect("loudspeaker_list")


@login_required
@require_POST
def loudspeakers_post(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Puts a warning on the programme of the communes it is for."""
    member = acting(request)
    row = warning_for(member, warning_id)
    try:
        rows = services.loudspeakers_post(by=member, warning=row)
        up = sum(one.state == Posting.State.UP for one in rows)
        messages.success(request, _("Đã đưa lên lịch phát của %d xã, phường.") % up)
    except WarningRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("warning_detail", row.pk)
