"""Clusters of what was seen, their daily counts, and the cards that speak up."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Member
from canhgiac.tips.models import Observation


class Cluster(models.Model):
    """Things seen that are the same trick: same indicator, or nearly the same words."""

    class State(models.TextChoices):
        LIVE = "live", _("Đang theo dõi")
        QUIET = "quiet", _("Đã lắng")
        MERGED = "merged", _("Đã nhập")

    name = models.CharField(_("tên"), max_length=160)
    """Of the form and key words; renamed by hand."""
    named_by_hand = models.BooleanField(default=False)
    form = models.CharField(_("hình thức"), max_length=8, blank=True, default="")
    keywords = ArrayField(models.CharField(max_length=40), default=list)
    """Only from words that people let us read."""
    leader = models.BinaryField(blank=True, default=b"")
    """Sketch that newcomers are compared with."""
    of_form = models.BooleanField(default=False)
    """Gathers what was seen of a form with neither text nor indicator; also stands for the form as a whole."""
    state = models.CharField(max_length=6, choices=State, default=State.LIVE)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    size = models.IntegerField(default=0)
    weight = models.FloatField(default=0.0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("cụm")
        verbose_name_plural = _("cụm")
        indexes = [models.Index(fields=["state", "-last_at"], name="cluster_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["form"], condition=models.Q(of_form=True, state="live"), name="cluster_one_of_form"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """An observation stands in a cluster, and why."""

    class Reason(models.TextChoices):
        FIRST = "first", _("mở cụm")
        TOKEN = "token", _("chung dấu vết")
        TEXT = "text", _("lời gần giống")
        FORM = "form", _("chỉ biết hình thức")
        HAND = "hand", _("người xếp")

    observation = models.OneToOneField(Observation, models.CASCADE, related_name="membership")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="members")
    reason = models.CharField(max_length=5, choices=Reason)
    likeness = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("thành viên của cụm")
        verbose_name_plural = _("thành viên của cụm")

    def __str__(self) -> str:
        return f"{self.cluster_id}: {self.observation_id}"


class ClusterToken(models.Model):
    """A blind indicator token that leads to a cluster; a crowded one leads nowhere."""

    token = models.BinaryField(max_length=16, unique=True)
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="tokens")
    forms = ArrayField(models.CharField(max_length=8), default=list)
    """Scam forms it was seen with: from three on it belongs to a platform and leads nowhere."""

    class Meta:
        verbose_name = _("dấu của cụm")
        verbose_name_plural = _("dấu của cụm")

    def __str__(self) -> str:
        return f"{self.cluster_id}"


class ClusterDay(models.Model):
    """How much of a cluster was seen in a commune on a day (date in Viet Nam). Null area: place not known."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="days")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()
    count = models.IntegerField(default=0)
    weight = models.FloatField(default=0.0)

    class Meta:
        verbose_name = _("ngày của cụm")
        verbose_name_plural = _("ngày của cụm")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "area", "day"], nulls_distinct=False, name="cluster_day_once")
        ]
        indexes = [models.Index(fields=["day"], name="cluster_day_by_day")]

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.day}"


class ClusterMove(models.Model):
    """A merge, split or renaming by hand, with what is needed to undo it."""

    what = models.CharField(max_length=8)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="moves")
    facts = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lần xếp lại")
        verbose_name_plural = _("lần xếp lại")

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"


class Card(models.Model):
    """Thẻ: a cluster rises in an area more than its past explains. What, where, since when, how sure, why."""

    class State(models.TextChoices):
        NEW = "new", _("Mới")
        WATCHED = "watched", _("Đang theo dõi")
        DRAFTED = "drafted", _("Đã soạn cảnh báo")
        DISMISSED = "dismissed", _("Đã bỏ qua")

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="cards")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    """Null: the whole province."""
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.NEW)
    raised_at = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField(_("từ lúc"))
    observed = models.FloatField()
    expected = models.FloatField()
    q_value = models.FloatField()
    """After the correction for many tests at once."""
    facts = models.JSONField(default=dict)
    """What the one sentence is made of: counts, days, areas, sources."""
    first_seen_at = models.DateTimeField()
    """The earliest observation of the cluster: from here the hours to the warning are counted."""
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(_("lý do"), max_length=500, blank=True, default="")
    was_right = models.BooleanField(null=True, blank=True)
    """What it turned out to be; feeds collaborators' reliability."""
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("thẻ ra-đa")
        verbose_name_plural = _("thẻ ra-đa")
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "area"],
                condition=models.Q(state__in=["new", "watched"]),
                nulls_distinct=False,
                name="card_one_open",
            )
        ]
        indexes = [models.Index(fields=["state", "-raised_at"], name="card_by_state")]

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.raised_at:%Y-%m-%d}"
