"""The append-only, hash-chained audit log."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .members import Member


class AuditEntry(models.Model):
    """One act of one person (or of the system). The database refuses to change or delete it.

    ``hash`` is SHA-256 over the previous hash and this row's canonical JSON, so an altered, removed or
    inserted row breaks the chain. Facts hold ids and states, never personal data of third parties.
    """

    seq = models.BigIntegerField(unique=True)
    """1, 2, 3 … without a gap."""
    at = models.DateTimeField(_("lúc"))
    actor = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", verbose_name=_("người"))
    """Null: the system itself."""
    act = models.CharField(_("việc"), max_length=60)
    """The service's name with its capability, "plans.task_assign"."""
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_by_subject"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["act", "-at"], name="audit_by_act"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.act}"
