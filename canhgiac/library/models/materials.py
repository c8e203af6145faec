"""Materials: texts, posters, leaflets, scripts, clips, in numbered editions, by audience, language and channel."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Audience, Member

from .editions import Edition, edition_constraints
from .forms import FormEdition, ScamForm, lines
from .words import Channel, Language, Layout, MaterialKind

OWN_LICENCE = _("Được dùng lại, in lại, dịch lại cho mục đích tuyên truyền; ghi nguồn, không sửa nghĩa.")


class Material(models.Model):
    """Tài liệu tuyên truyền. What it says is in its editions."""

    code = models.CharField(_("mã"), max_length=24, unique=True)
    slug = models.SlugField(_("địa chỉ"), max_length=90, unique=True)
    kind = models.CharField(_("loại"), max_length=11, choices=MaterialKind)
    language = models.CharField(_("ngôn ngữ"), max_length=4, choices=Language, default=Language.VI)
    audiences = ArrayField(
        models.CharField(max_length=20, choices=Audience), default=list, blank=True, verbose_name=_("đối tượng")
    )
    channels = ArrayField(
        models.CharField(max_length=12, choices=Channel), default=list, blank=True, verbose_name=_("kênh")
    )
    forms = models.ManyToManyField(ScamForm, blank=True, related_name="materials", verbose_name=_("hình thức"))
    translation_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="translations", verbose_name=_("dịch từ")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị giữ")
    )
    """Whose editors keep it; null for what came with the software."""
    created_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published = models.ForeignKey(
        "MaterialEdition", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("bản đang dùng")
    )
    starter_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    """As of ``ScamForm``."""

    class Meta:
        verbose_name = _("tài liệu")
        verbose_name_plural = _("tài liệu")
        indexes = [models.Index(fields=["kind", "language"], name="material_by_kind")]

    def __str__(self) -> str:
        return self.code


class MaterialEdition(Edition):
    """One numbered text of a material."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="editions")
    title = models.CharField(_("tên"), max_length=160)
    lead = models.CharField(_("dẫn"), max_length=400, blank=True, default="")
    body = models.TextField(_("nội dung"), blank=True, default="")
    """Markdown without HTML; slides are parted by a line of three hyphens."""
    points = lines(_("ý chính"))
    """Short lines, for what is looked at from afar."""
    call = models.CharField(_("việc cần làm"), max_length=160, blank=True, default="")
    link = models.URLField(_("liên kết video"), max_length=300, blank=True, default="")
    credit = models.CharField(_("nguồn, tác giả"), max_length=200, blank=True, default="")
    licence = models.CharField(_("quyền dùng lại"), max_length=200, blank=True, default="")
    """Empty: ``OWN_LICENCE``."""
    look = models.CharField(_("kiểu trình bày"), max_length=12, default="calm")
    """Which of the design's looks: "calm" (teal), "alert" (red, only where money is going), "paper"."""
    folded = models.TextField(editable=False, default="")
    search = models.GeneratedField(
        expression=SearchVector("folded", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    CONTENT: ClassVar[tuple[str, ...]] = (
        *("title", "lead", "body", "points", "call", "link", "credit", "licence", "look"),
    )

    class Meta:
        verbose_name = _("bản của tài liệu")
        verbose_name_plural = _("bản của tài liệu")
        constraints = edition_constraints("material")
        indexes = [GinIndex(fields=["search"], name="material_edition_search")]

    def __str__(self) -> str:
        return self.title


class MaterialFile(models.Model):
    """A picture, sound, PDF or clip of an edition, kept by content hash (``kit.files``)."""

    class Role(models.TextChoices):
        PICTURE = "picture", _("Hình minh họa")
        AUDIO = "audio", _("Tiếng đọc")
        ORIGINAL = "original", _("Tệp gốc")

    edition = models.ForeignKey(MaterialEdition, models.CASCADE, related_name="files")
    role = models.CharField(_("dùng làm"), max_length=8, choices=Role)
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(_("tên tệp"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    """Bytes."""
    caption = models.CharField(_("chú thích"), max_length=300, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("tệp của tài liệu")
        verbose_name_plural = _("tệp của tài liệu")
        constraints = [models.UniqueConstraint(fields=["edition", "sha256", "role"], name="material_file_once")]

    def __str__(self) -> str:
        return self.file_name


class Rendering(models.Model):
    """A text set in a layout, kept so that the second asker waits for nothing. Made again at will."""

    source_sha256 = models.CharField(max_length=64)
    """Over the edition's content, the province's profile and the template: another text, another rendering."""
    layout = models.CharField(_("khổ"), max_length=12, choices=Layout)
    page = models.PositiveSmallIntegerField(default=0)
    """0 for the whole PDF, from 1 on for the picture of a page."""
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=1)
    """Of the whole PDF."""
    dropped = models.JSONField(default=list, blank=True)
    """Parts for which the layout had no room even at its smallest type, least important first: "texts", "point:8"."""
    form_edition = models.ForeignKey(FormEdition, models.CASCADE, null=True, blank=True, related_name="+")
    material_edition = models.ForeignKey(MaterialEdition, models.CASCADE, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("bản trình bày")
        verbose_name_plural = _("bản trình bày")
        constraints = [models.UniqueConstraint(fields=["source_sha256", "layout", "page"], name="rendering_once")]

    def __str__(self) -> str:
        return f"{self.layout} {self.page}"
