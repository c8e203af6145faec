"""What a warning looks like on each channel and in each language."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member
from canhgiac.library.models import Language

from .warnings import Warning  # noqa: A004  # see its definition


class Rendition(models.Model):
    """Bản theo kênh: made from the warning by the generator, edited by people, frozen with the approval."""

    class Kind(models.TextChoices):
        SMS_PLAIN = "sms_plain", _("SMS không dấu")
        SMS = "sms", _("SMS có dấu")
        ZALO = "zalo", _("Zalo")
        ZNS = "zns", _("Mẫu ZNS")
        MESSENGER = "messenger", _("Messenger")
        FACEBOOK = "facebook", _("Bài trên trang Facebook")
        EMAIL = "email", _("Thư điện tử")
        PUSH = "push", _("Thông báo đẩy")
        PORTAL = "portal", _("Trang cảnh báo")
        BANNER = "banner", _("Dải báo trên trang")
        LOUDSPEAKER = "loudspeaker", _("Bài đọc loa")
        NOTICE = "notice", _("Thông báo A4")
        LEAFLET = "leaflet", _("Tờ rơi")
        TALKING = "talking", _("Gợi ý nói ở cuộc họp")

    warning = models.ForeignKey(Warning, models.CASCADE, related_name="renditions")
    kind = models.CharField(_("kênh"), max_length=12, choices=Kind)
    language = models.CharField(_("ngôn ngữ"), max_length=3, choices=Language, default=Language.VI)
    title = models.CharField(_("tiêu đề"), max_length=300, blank=True, default="")
    """Subject of a mail, headline of a page, article, post, notice; empty where the channel has none."""
    text = models.TextField(_("nội dung"), blank=True, default="")
    """What people read or hear. Lines of a list begin with "- "; pauses of a script are "[nghỉ 1 giây]"."""
    extra = models.JSONField(default=dict, blank=True)
    """What one channel has beside words: ZNS {"template_id", "params"}, Zalo {"buttons"}, loudspeaker {"accent"}."""
    made_from = models.IntegerField()
    """Version of the warning that its writer read; lower than ``words_version``: the words moved on since."""
    made_sha256 = models.CharField(max_length=64)
    """Over what the generator wrote: another digest of the words now means that a person edited them."""
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)
    audio_sha256 = models.CharField(max_length=64, blank=True, default="")
    """MP3 of a loudspeaker script in the file store, made from the words as they stand; empty: to be made."""
    audio_seconds = models.FloatField(null=True, blank=True)
    audio_is_own = models.BooleanField(default=False)
    """Recorded by a person and uploaded, not spoken by the machine."""

    class Meta:
        verbose_name = _("bản theo kênh")
        verbose_name_plural = _("bản theo kênh")
        constraints = [
            models.UniqueConstraint(fields=["warning", "kind", "language"], name="rendition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_language_display()}"
