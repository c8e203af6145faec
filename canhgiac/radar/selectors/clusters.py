"""Clusters as people look at them: the list, one in full, who stands in it and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet, Sum
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors.boundaries import outlines_of
from canhgiac.engines.similarity.sketch import likeness
from canhgiac.kit.maps import NONE, Drawing, Mark, draw
from canhgiac.kit.sheets import Value
from canhgiac.library.models import ScamForm
from canhgiac.radar.models import Card, Cluster, ClusterDay, ClusterMove, Membership
from canhgiac.tips.models import Observation

from .land import communes_watched
from .scope import may_open_tips, require_reading

State = Cluster.State
CHIPS = {State.LIVE: ("info", "radar-2"), State.QUIET: ("none", "moon"), State.MERGED: ("none", "git-merge")}
SORTS = {"ten": "name", "so": "size", "dau": "first_at", "cuoi": "last_at", "trang-thai": "state"}
MEMBERS = 50
NEAR = 5
"""Clusters offered for a merge."""
_STEPS = ((20, 5), (10, 4), (5, 3), (2, 2), (1, 1))


@dataclass(frozen=True)
class ClusterFilter:
    """What the list is narrowed to; without a state those being followed."""

    q: str = ""
    state: str = ""
    form: str = ""
    area: Area | None = None


def clusters_for(member: Member, wanted: ClusterFilter | None = None, *, sort: str = "") -> QuerySet[Cluster]:
    """The one door: clusters, those seen last first. Raises NotAllowed."""
    require_reading(member)
    rows = Cluster.objects.all()
    wanted = wanted or ClusterFilter(state="all")
    if wanted.state != "all":
        rows = rows.filter(state=wanted.state or State.LIVE)
    if wanted.q:
        rows = rows.filter(name__icontains=wanted.q)
    if wanted.form:
        rows = rows.filter(form=wanted.form)
    if wanted.area:
        seen = ClusterDay.objects.filter(area__path__startswith=wanted.area.path)
        rows = rows.filter(pk__in=seen.values("cluster"))
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("-last_at", "-pk")
    return rows.order_by(F(key).desc() if sort.startswith("-") else F(key).asc(), "-pk")


def cluster_for(member: Member, cluster_id: int) -> Cluster:
    """One cluster. Raises Http404, NotAllowed."""
    return get_object_or_404(clusters_for(member).select_related("merged_into"), pk=cluster_id)


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """A line of the list."""

    cluster: Cluster
    form: str
    chip: tuple[str, str]
    communes: int
    cards: int


def cluster_rows(clusters: list[Cluster]) -> list[ClusterRow]:
    """The clusters with their form's name, communes and open cards. Three queries."""
    numbers = [cluster.pk for cluster in clusters]
    names = forms_named({cluster.form for cluster in clusters})
    days = ClusterDay.objects.filter(cluster__in=numbers, area__isnull=False).values_list("cluster")
    communes = dict(days.annotate(n=Count("area", distinct=True)).order_by())
    open_cards = Card.objects.filter(cluster__in=numbers, state__in=(Card.State.NEW, Card.State.WATCHED))
    cards = dict(open_cards.values_list("cluster").annotate(n=Count("pk")).order_by())
    return [
        ClusterRow(
            one, names.get(one.form, one.form), CHIPS[State(one.state)], communes.get(one.pk, 0), cards.get(one.pk, 0)
        )
        for one in clusters
    ]


def forms_named(codes: set[str]) -> dict[str, str]:
    """Names of published forms by code. One query."""
    rows = ScamForm.objects.filter(code__in=codes - {""}, published__isnull=False)
    return dict(rows.values_list("code", "published__name"))


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One observation of a cluster: when, where, from whom, why it stands here, its words where we may read them."""

    membership: Membership
    place: str
    tip_url: str
    """Its tip, for who may open tips."""


def members_page(member: Member, cluster: Cluster, *, number: int) -> tuple[Page[Membership], list[MemberRow]]:
    """The cluster's members, the latest first. Four queries whatever the size."""
    rows = Membership.objects.filter(cluster=cluster).select_related("observation__area")
    page = Paginator(rows.order_by("-observation__at", "-observation_id"), MEMBERS).get_page(number)
    opens = may_open_tips(member)
    return page, [
        MemberRow(
            one,
            one.observation.area.name if one.observation.area else _("chưa rõ nơi"),
            tip_url(one.observation.origin) if opens else "",
        )
        for one in page
    ]


def tip_url(origin: str) -> str:
    """The page of the tip behind an observation; empty for what is no tip."""
    kind, _colon, number = origin.partition(":")
    if kind != "tips.tip" or not number.isdecimal():
        return ""
    try:
        return reverse("tip_detail", args=[int(number)])
    except NoReverseMatch:
        return ""


def clusters_near(cluster: Cluster) -> list[tuple[Cluster, int]]:
    """Clusters one may want to merge with this one: most alike in words (percent), then those of the same form."""
    leader = bytes(cluster.leader)
    others = Cluster.objects.exclude(pk=cluster.pk).exclude(state=State.MERGED).order_by("-last_at")[:2000]
    scored = [(one, likeness(leader, bytes(one.leader))) for one in others]
    scored.sort(key=lambda pair: (-pair[1], pair[0].form != cluster.form or not cluster.form, -pair[0].size))
    return [(one, round(alike * 100)) for one, alike in scored[:NEAR]]


def cluster_map(cluster: Cluster) -> Drawing | None:
    """Communes by how often the cluster was seen there; None where nothing has a place. Three queries."""
    days = ClusterDay.objects.filter(cluster=cluster, area__isnull=False).values_list("area")
    seen: dict[int, int] = dict(days.annotate(n=Sum("count")).order_by())
    communes = list(communes_watched())
    if not seen or not communes:
        return None
    marks = [
        Mark(area.pk, area.name, _step(seen.get(area.pk, 0)), str(seen.get(area.pk, "")), _times(seen.get(area.pk, 0)))
        for area in communes
    ]
    legend = [
        *((5, _("từ 20 lượt")), (4, _("10–19 lượt")), (3, _("5–9 lượt")), (2, _("2–4 lượt")), (1, _("1 lượt"))),
        (NONE, _("chưa thấy")),
    ]
    return draw(marks, legend=legend, outlines=outlines_of([area.pk for area in communes]))


def _step(number: int) -> int:
    return next((step for least, step in _STEPS if number >= least), NONE)


def _times(number: int) -> str:
    return _("%(n)d lượt") % {"n": number} if number else _("chưa thấy")


def cluster_places(cluster: Cluster) -> list[tuple[str, int]]:
    """Communes of the cluster with their counts, the most first: the table beside the map."""
    rows = ClusterDay.objects.filter(cluster=cluster).values_list("area__name").annotate(n=Sum("count"))
    return [(name or _("chưa rõ nơi"), number) for name, number in rows.order_by("-n", "area__name")]


def cluster_moves(cluster: Cluster) -> list[ClusterMove]:
    """What was rearranged by hand, the latest first."""
    return list(ClusterMove.objects.filter(cluster=cluster).select_related("by").order_by("-pk")[:20])


def move_for(member: Member, move_id: int) -> ClusterMove:
    """One rearrangement. Raises Http404, NotAllowed."""
    require_reading(member)
    return get_object_or_404(ClusterMove, pk=move_id)


def cluster_sources(cluster: Cluster) -> list[tuple[str, int]]:
    """How many members come from where."""
    counts = Membership.objects.filter(cluster=cluster).values_list("observation__source").annotate(n=Count("pk"))
    labels = dict(Observation.Source.choices)
    return [(str(labels[source]), number) for source, number in counts.order_by("-n")]


def headings() -> list[str]:
    """The columns of the file."""
    return [
        _("Mã"),
        _("Tên cụm"),
        _("Hình thức"),
        _("Trạng thái"),
        _("Số lượt"),
        _("Lần đầu"),
        _("Lần cuối"),
        _("Từ khóa"),
    ]


def file_rows(clusters: QuerySet[Cluster]) -> Iterator[list[Value]]:
    """The rows of the file."""
    for one in clusters.iterator(chunk_size=1000):
        yield [
            one.pk, one.name, one.form, str(one.get_state_display()), one.size, one.first_at, one.last_at,
            ", ".join(one.keywords),
        ]  # fmt: skip
