"""How texts leave the house and how their end reaches where they went: publication log, takings, packs, handbooks."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member

from .forms import FormEdition, ScamForm
from .materials import Material, MaterialEdition

_ONE_EDITION = models.Q(form_edition__isnull=False, material_edition__isnull=True) | models.Q(
    form_edition__isnull=True, material_edition__isnull=False
)


class PublicationEntry(models.Model):
    """One line of the publication log (Decree 42/2022, its successor 224/2026): what was made public, who answers.

    Only added to; the database refuses a change.
    """

    class Act(models.TextChoices):
        PUBLISHED = "published", _("Đăng")
        SUPERSEDED = "superseded", _("Thay bằng bản mới")
        WITHDRAWN = "withdrawn", _("Thu hồi")
        EXPIRED = "expired", _("Hết hạn")

    act = models.CharField(_("việc"), max_length=10, choices=Act)
    form_edition = models.ForeignKey(FormEdition, models.PROTECT, null=True, blank=True, related_name="publications")
    material_edition = models.ForeignKey(
        MaterialEdition, models.PROTECT, null=True, blank=True, related_name="publications"
    )
    title = models.CharField(_("tên"), max_length=160)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", verbose_name=_("người thực hiện"))
    responsible = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", verbose_name=_("người chịu trách nhiệm")
    )
    responsible_name = models.CharField(max_length=120, blank=True, default="")
    """As of that day, with the title."""
    note = models.CharField(_("lý do, ghi chú"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("dòng nhật ký đăng tải")
        verbose_name_plural = _("nhật ký đăng tải")
        constraints = [models.CheckConstraint(condition=_ONE_EDITION, name="publication_of_one_edition")]
        indexes = [models.Index(fields=["-at", "-id"], name="publication_by_time")]

    def __str__(self) -> str:
        return f"{self.act} {self.title}"

    @property
    def edition(self) -> FormEdition | MaterialEdition:
        """What was made public."""
        edition = self.form_edition or self.material_edition
        assert edition is not None
        return edition

    @property
    def code(self) -> str:
        """The code of its form or material."""
        return self.form_edition.form.code if self.form_edition else self.edition.material.code  # type: ignore[union-attr]

    @property
    def kind_label(self) -> str:
        """Hình thức or tài liệu."""
        return str(_("Hình thức") if self.form_edition_id else _("Tài liệu"))


class Pack(models.Model):
    """Bộ tài liệu: chosen materials to be taken over together as one ZIP."""

    title = models.CharField(_("tên"), max_length=160)
    note = models.CharField(_("dùng cho"), max_length=400, blank=True, default="")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("đơn vị lập"))
    created_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    is_public = models.BooleanField(_("ai cũng tải được"), default=True)
    version = models.IntegerField(default=1)
    materials: models.ManyToManyField[Material, PackItem] = models.ManyToManyField(
        Material, through="PackItem", related_name="packs", verbose_name=_("tài liệu")
    )

    class Meta:
        verbose_name = _("bộ tài liệu")
        verbose_name_plural = _("bộ tài liệu")

    def __str__(self) -> str:
        return self.title


class PackItem(models.Model):
    """A material's place in a pack."""

    pack = models.ForeignKey(Pack, models.CASCADE, related_name="items")
    material = models.ForeignKey(Material, models.PROTECT, related_name="pack_items")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("mục của bộ tài liệu")
        verbose_name_plural = _("mục của bộ tài liệu")
        constraints = [models.UniqueConstraint(fields=["pack", "material"], name="pack_item_once")]

    def __str__(self) -> str:
        return f"{self.pack}: {self.material}"


class Taking(models.Model):
    """Lượt lấy: who took which edition over, so that its end reaches them."""

    class How(models.TextChoices):
        FILE = "file", _("Tải tệp")
        PACK = "pack", _("Trong bộ tài liệu")
        API = "api", _("Qua API")
        HANDBOOK = "handbook", _("Trong cẩm nang")
        USED = "used", _("Báo là đã dùng")

    how = models.CharField(_("cách lấy"), max_length=8, choices=How)
    form_edition = models.ForeignKey(FormEdition, models.PROTECT, null=True, blank=True, related_name="takings")
    material_edition = models.ForeignKey(MaterialEdition, models.PROTECT, null=True, blank=True, related_name="takings")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    """Takings without an agency are people's downloads: counted, never followed."""
    pack = models.ForeignKey(Pack, models.SET_NULL, null=True, blank=True, related_name="+")
    where = models.CharField(_("dùng ở đâu"), max_length=300, blank=True, default="")
    """Of USED: the page's address, the notice board, the programme."""
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    """When those who took it were told that it ended."""
    removed_at = models.DateTimeField(_("đã gỡ lúc"), null=True, blank=True)
    removed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("lượt lấy tài liệu")
        verbose_name_plural = _("lượt lấy tài liệu")
        constraints = [
            models.CheckConstraint(condition=_ONE_EDITION, name="taking_of_one_edition"),
            models.UniqueConstraint(
                fields=["how", "material_edition", "agency", "where"],
                condition=models.Q(agency__isnull=False, material_edition__isnull=False),
                name="taking_material_once",
            ),
            models.UniqueConstraint(
                fields=["how", "form_edition", "agency", "where"],
                condition=models.Q(agency__isnull=False, form_edition__isnull=False),
                name="taking_form_once",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-at"], name="taking_by_agency")]

    def __str__(self) -> str:
        return f"{self.how} {self.at:%Y-%m-%d}"


class Handbook(models.Model):
    """Cẩm nang: chosen forms and materials bound into one book."""

    slug = models.SlugField(_("địa chỉ"), max_length=90, unique=True)
    title = models.CharField(_("tên"), max_length=160)
    subtitle = models.CharField(_("dòng phụ"), max_length=200, blank=True, default="")
    foreword = models.TextField(_("lời đầu"), blank=True, default="")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("cẩm nang")
        verbose_name_plural = _("cẩm nang")

    def __str__(self) -> str:
        return self.title


class HandbookItem(models.Model):
    """A chapter: one form or one material."""

    handbook = models.ForeignKey(Handbook, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    form = models.ForeignKey(ScamForm, models.PROTECT, null=True, blank=True, related_name="+")
    material = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("mục của cẩm nang")
        verbose_name_plural = _("mục của cẩm nang")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(form__isnull=False, material__isnull=True)
                | models.Q(form__isnull=True, material__isnull=False),
                name="handbook_item_one_thing",
            ),
            models.UniqueConstraint(fields=["handbook", "form"], name="handbook_form_once"),
            models.UniqueConstraint(fields=["handbook", "material"], name="handbook_material_once"),
        ]

    def __str__(self) -> str:
        return f"{self.handbook}: {self.position}"


class HandbookBuild(models.Model):
    """One binding: the files, and exactly which editions are in them."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang đóng quyển")
        READY = "ready", _("Dùng được")
        OUTDATED = "outdated", _("Có phần đã thay hoặc thu hồi")
        FAILED = "failed", _("Chưa đóng được")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    handbook = models.ForeignKey(Handbook, models.CASCADE, related_name="builds")
    number = models.PositiveSmallIntegerField(_("lần đóng"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.WAITING)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)
    form_editions = models.ManyToManyField(FormEdition, related_name="handbook_builds")
    material_editions = models.ManyToManyField(MaterialEdition, related_name="handbook_builds")
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="")
    epub_sha256 = models.CharField(max_length=64, blank=True, default="")
    pages = models.PositiveSmallIntegerField(_("số trang"), null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("lần đóng cẩm nang")
        verbose_name_plural = _("lần đóng cẩm nang")
        constraints = [models.UniqueConstraint(fields=["handbook", "number"], name="handbook_build_once")]

    def __str__(self) -> str:
        return f"{self.handbook} {self.number}"
