"""What every reviewed text goes through: written by one person, published by a second, ended in the open."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member


class Checklist(models.TextChoices):
    """What the second person answers before a text is published."""

    STATE_SECRET = "state_secret", _("Không có bí mật nhà nước, thông tin nội bộ của chuyên án")
    PERSONAL_DATA = "personal_data", _("Không có dữ liệu cá nhân của người thật; số, tài khoản ví dụ là số không dùng")
    RIGHTS = "rights", _("Có quyền dùng chữ, ảnh, tiếng, hình; nguồn đã ghi")
    FACTS = "facts", _("Số liệu, điều luật, số điện thoại đã đối chiếu nguồn")
    NOT_LIKE_A_SCAM = "not_like_a_scam", _("Không giục gấp, không link rút gọn, không xin mã, tiền, dữ liệu")
    LANGUAGE = "language", _("Lời văn dễ hiểu, đúng chính tả; không miệt thị, không nêu đích danh")


class Edition(models.Model):
    """One numbered text of a form or a material. At most one is published and at most one is being worked on.

    DRAFT → IN_REVIEW → PUBLISHED or RETURNED (→ IN_REVIEW …); PUBLISHED → SUPERSEDED by a newer one, WITHDRAWN by a
    person with a reason, or EXPIRED by the day. A published text is never changed: its ``sha256`` is over its content.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        IN_REVIEW = "in_review", _("Chờ duyệt")
        RETURNED = "returned", _("Trả lại để sửa")
        PUBLISHED = "published", _("Đang dùng")
        SUPERSEDED = "superseded", _("Đã có bản mới")
        WITHDRAWN = "withdrawn", _("Đã thu hồi")
        EXPIRED = "expired", _("Hết hạn")

    OPEN = (State.DRAFT, State.IN_REVIEW, State.RETURNED)
    ENDED = (State.SUPERSEDED, State.WITHDRAWN, State.EXPIRED)

    number = models.PositiveSmallIntegerField(_("bản số"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    is_starter = models.BooleanField(default=False)
    """Came with the software: published without a second person of the province, and pages say so."""
    to_review = models.JSONField(default=list, blank=True)
    """Statements from memory that an expert has to confirm, as sentences; a new edition carries what is left."""
    author = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", verbose_name=_("người soạn"))
    """Null for what came with the software."""
    writers = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    """Ids of all members who wrote in it; the database refuses a reviewer among them."""
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    version = models.IntegerField(default=1)
    """Counts savings of an open edition; a stale one is shown beside the newer one and overwrites nothing."""
    submitted_at = models.DateTimeField(null=True, blank=True)
    checklist = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    """Of the reviewer: ``Checklist`` code to {"ok": bool, "note": str}."""
    reviewer = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người duyệt")
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(_("ý kiến duyệt"), max_length=1000, blank=True, default="")
    responsible = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người chịu trách nhiệm")
    )
    """Who answers for its publication (Decree 42/2022, its successor 224/2026): the province's person at that time."""
    published_at = models.DateTimeField(_("dùng từ"), null=True, blank=True)
    review_by = models.DateField(_("xem lại trước ngày"), null=True, blank=True)
    """From this day on pages say that it waits to be looked at again; it stays published."""
    reminded_at = models.DateTimeField(null=True, blank=True)
    """When its people were told that ``review_by`` is near; they are told once."""
    expires_on = models.DateField(_("hết hạn sau ngày"), null=True, blank=True)
    """Last day on which it is shown."""
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(_("lý do thu hồi"), max_length=500, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    """Over the content, set when it is published; renderings are kept by it."""

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Still being worked on."""
        return self.state in self.OPEN


def edition_constraints(owner: str) -> list[models.BaseConstraint]:
    """What the database itself holds of the editions of one ``owner`` ("form", "material")."""
    return [
        models.UniqueConstraint(fields=[owner, "number"], name=f"{owner}_edition_number_once"),
        models.UniqueConstraint(
            fields=[owner], condition=models.Q(state="published"), name=f"{owner}_edition_one_published"
        ),
        models.UniqueConstraint(
            fields=[owner],
            condition=models.Q(state__in=["draft", "in_review", "returned"]),
            name=f"{owner}_edition_one_open",
        ),
        models.CheckConstraint(
            condition=models.Q(reviewer__isnull=True) | ~models.Q(reviewer=models.F("author")),
            name=f"{owner}_edition_second_person",
        ),
        models.CheckConstraint(
            condition=~models.Q(state="published") | models.Q(reviewer__isnull=False) | models.Q(is_starter=True),
            name=f"{owner}_edition_published_by_somebody",
        ),
    ]
