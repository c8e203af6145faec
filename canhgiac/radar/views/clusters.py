"""Clusters: the list, one in full, merged, split, renamed, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.radar.forms.acts import MergeForm, RenameForm, SplitForm
from canhgiac.radar.forms.filters import ClusterFilterForm
from canhgiac.radar.models import Cluster
from canhgiac.radar.selectors import clusters as reads
from canhgiac.radar.selectors.days import LONG, day_counts, days_chart
from canhgiac.radar.selectors.scope import may_act
from canhgiac.radar.services import clusters as services
from canhgiac.radar.services.refusals import RadarRefused

from .parts import exports, file_of, page_number, paged, say_errors, tried


@login_required
@require_safe
def cluster_list(request: HttpRequest) -> HttpResponse:
    """Clusters, those seen last first."""
    form = ClusterFilterForm(request.GET)
    page = paged(request, reads.clusters_for(acting(request), form.wanted(), sort=form.order))
    context = {"form": form, "page": page, "rows": reads.cluster_rows(list(page)), "export": exports(request)}
    return render(request, "radar/cluster_list.html", context)


@login_required
@require_safe
def cluster_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    form = ClusterFilterForm(request.GET)
    rows = reads.clusters_for(acting(request), form.wanted(), sort=form.order)
    return file_of("cum-ra-da", kind, reads.headings(), reads.file_rows(rows))


@login_required
@require_safe
def cluster_detail(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """One cluster: its days, places, members with the reason each stands here."""
    cluster = reads.cluster_for(acting(request), cluster_id)
    return _cluster(request, cluster, RenameForm(initial={"name": cluster.name}))


@login_required
@require_POST
def clusters_merge(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """Another cluster goes into this one."""
    member, form = acting(request), MergeForm(request.POST)
    kept = reads.cluster_for(member, cluster_id)
    act = services.clusters_merge
    done = _("Đã nhập. Có thể hoàn tác ở mục Đã xếp lại.")
    if not tried(request, form, lambda: act(by=member, kept=kept, gone=form.cleaned_data["gone"]), done):
        say_errors(request, form)
    return redirect("cluster_detail", kept.pk)


@login_required
@require_POST
def cluster_split(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """The ticked members become a cluster of their own."""
    member, form = acting(request), SplitForm(request.POST)
    cluster = reads.cluster_for(member, cluster_id)
    act = services.cluster_split
    done = _("Đã tách thành cụm mới. Có thể hoàn tác ở mục Đã xếp lại.")
    chosen = lambda: act(by=member, cluster=cluster, observations=form.cleaned_data["observations"])  # noqa: E731
    if not tried(request, form, chosen, done):
        say_errors(request, form)
    return redirect("cluster_detail", cluster.pk)


@login_required
@require_POST
def cluster_rename(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """A name given by hand."""
    member, form = acting(request), RenameForm(request.POST)
    cluster = reads.cluster_for(member, cluster_id)
    act = services.cluster_rename
    if tried(request, form, lambda: act(by=member, cluster=cluster, name=form.cleaned_data["name"]), _("Đã đổi tên.")):
        return redirect("cluster_detail", cluster.pk)
    return _cluster(request, cluster, form, status=422)


@login_required
@require_POST
def move_undo(request: HttpRequest, move_id: int) -> HttpResponse:
    """Takes a rearrangement back."""
    member = acting(request)
    move = reads.move_for(member, move_id)
    try:
        services.move_undo(by=member, move=move)
        messages.success(request, _("Đã hoàn tác."))
    except RadarRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("cluster_detail", move.cluster_id)


def _cluster(request: HttpRequest, cluster: Cluster, form: RenameForm, *, status: int = 200) -> HttpResponse:
    member = acting(request)
    [counts] = day_counts([(cluster.pk, "", None)], days=LONG)
    page, members = reads.members_page(member, cluster, number=page_number(request))
    acts = may_act(member) and cluster.state != Cluster.State.MERGED
    [row] = reads.cluster_rows([cluster])
    context = {
        "cluster": cluster,
        "row": row,
        "chart": days_chart(counts),
        "map": reads.cluster_map(cluster),
        "places": reads.cluster_places(cluster),
        "sources": reads.cluster_sources(cluster),
        "page": page,
        "members": members,
        "near": reads.clusters_near(cluster) if acts else [],
        "moves": reads.cluster_moves(cluster),
        "may_act": acts,
        "form": form,
    }
    return render(request, "radar/cluster_detail.html", context, status=status)
