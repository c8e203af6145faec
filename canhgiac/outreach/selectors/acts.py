"""The acts of this capability as the audit log shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT_NAMES: dict[str, StrOrPromise] = {
    "outreach.warning_draft": _("Soạn nháp cảnh báo"),
    "outreach.warning_edit": _("Sửa nháp cảnh báo"),
    "outreach.warning_drop": _("Bỏ nháp cảnh báo"),
    "outreach.warning_restore": _("Khôi phục nháp cảnh báo"),
}
