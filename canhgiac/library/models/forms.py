"""Scam forms: the kinds of scam that the province knows, in numbered editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Audience

from .editions import Edition, edition_constraints
from .laws import Law
from .words import Group, Situation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Rule(models.TextChoices):
    """The slogan "4 không, 2 phải", by which people remember what to do."""

    KHONG_SO = "khong_so", _("Không sợ")
    KHONG_THAM = "khong_tham", _("Không tham")
    KHONG_KET_BAN = "khong_ket_ban", _("Không kết bạn với người lạ")
    KHONG_LAM = "khong_lam", _("Không làm theo")
    PHAI_CANH_GIAC = "phai_canh_giac", _("Phải thường xuyên cảnh giác")
    PHAI_BAO = "phai_bao", _("Phải báo ngay cho cơ quan pháp luật")


class ScamForm(models.Model):
    """Hình thức lừa đảo. What it says is in its editions; recognition and tips name it by ``code``."""

    code = models.CharField(_("mã"), max_length=12, unique=True)
    """"F01" of the software, "T01" of the province."""
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True)
    """Never changes once public: people and search engines hold it."""
    created_at = models.DateTimeField(default=timezone.now)
    published = models.ForeignKey(
        "FormEdition", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("bản đang dùng")
    )
    """The edition in use, kept beside its state so that lists need one join."""
    starter_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    """Digest of the newest text of the software that was loaded or proposed; the same one is not proposed again."""

    class Meta:
        verbose_name = _("hình thức lừa đảo")
        verbose_name_plural = _("hình thức lừa đảo")

    def __str__(self) -> str:
        return self.code


def lines(label: StrOrPromise) -> ArrayField[list[str], list[str]]:
    """A list of sentences."""
    return ArrayField(models.TextField(), default=list, blank=True, verbose_name=label)


class FormEdition(Edition):
    """One numbered text of a scam form."""

    form = models.ForeignKey(ScamForm, models.CASCADE, related_name="editions")
    name = models.CharField(_("tên"), max_length=120)
    short = models.CharField(_("một dòng"), max_length=90, blank=True, default="")
    group = models.CharField(_("nhóm"), max_length=14, choices=Group, default=Group.OTHER)
    is_new = models.BooleanField(_("mới nổi"), default=False)
    situations = ArrayField(
        models.CharField(max_length=16, choices=Situation), default=list, blank=True, verbose_name=_("tình huống")
    )
    summary = models.TextField(_("tóm tắt"))
    truth = models.TextField(_("sự thật"), blank=True, default="")
    """What the real body never does."""
    happens = lines(_("diễn ra thế nào"))
    sign_titles = lines(_("tên dấu hiệu"))
    signs = lines(_("dấu hiệu"))
    """The sentence under each of ``sign_titles``, same length, same order."""
    talk = models.JSONField(_("đoạn thoại"), default=list, blank=True)
    """[{"who": "stranger"|"you"|"say", "text": str, "note": str}]: how the call goes, and what to say."""
    targets = ArrayField(
        models.CharField(max_length=20, choices=Audience), default=list, blank=True, verbose_name=_("nhắm vào ai")
    )
    before = lines(_("để không mắc"))
    during = lines(_("đang gặp thì làm"))
    after = lines(_("lỡ rồi thì làm"))
    dont = lines(_("đừng làm"))
    breaks = ArrayField(
        models.CharField(max_length=16, choices=Rule), default=list, blank=True, verbose_name=_("4 không, 2 phải")
    )
    laws: models.ManyToManyField[Law, FormLaw] = models.ManyToManyField(Law, through="FormLaw", related_name="+")
    folded = models.TextField(editable=False, default="")
    """Everything people may search it by, folded; written by the service that saves it, most telling words first."""
    search = models.GeneratedField(
        expression=SearchVector("folded", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    CONTENT: ClassVar[tuple[str, ...]] = (
        *("name", "short", "group", "is_new", "situations", "summary", "truth", "happens", "sign_titles", "signs"),
        *("talk", "targets", "before", "during", "after", "dont", "breaks"),
    )
    """The fields that make the text; with ``laws`` they are what a new edition starts from and ``sha256`` covers."""

    class Meta:
        verbose_name = _("bản của hình thức")
        verbose_name_plural = _("bản của hình thức")
        constraints = edition_constraints("form")
        indexes = [
            models.Index(fields=["state", "group"], name="form_edition_state"),
            GinIndex(fields=["search"], name="form_edition_search"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def signs_shown(self) -> list[tuple[str, str]]:
        """Each sign's name ("" where it has none) with the sentence under it."""
        return list(zip(self.sign_titles or [""] * len(self.signs), self.signs, strict=False))


class FormLaw(models.Model):
    """The form's text cites this act, and the article where it names one."""

    edition = models.ForeignKey(FormEdition, models.CASCADE, related_name="law_links")
    law = models.ForeignKey(Law, models.PROTECT, related_name="form_links")
    article = models.CharField(_("điều"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("căn cứ của hình thức")
        verbose_name_plural = _("căn cứ của hình thức")
        constraints = [models.UniqueConstraint(fields=["edition", "law", "article"], name="form_law_once")]

    def __str__(self) -> str:
        return f"{self.law}, {self.article}"
