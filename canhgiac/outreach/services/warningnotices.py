"""Who is told what of a warning's way: mails and the bell, in the language of each reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import notice_send
from canhgiac.library.selectors.editions import approvers_of
from canhgiac.outreach.models import Broadcast
from canhgiac.outreach.models import Warning as Alert

Words = Callable[[], tuple[str, str]]


def submitted(row: Alert, by: Member) -> None:
    """Those who can be the second person."""
    people = [member for member in approvers_of(None) if member.pk not in row.writers]

    def words() -> tuple[str, str]:
        told = _("%(who)s gửi duyệt cảnh báo “%(title)s”. Người soạn không tự duyệt.")
        return _("Chờ duyệt cảnh báo: %s") % row.title, told % {"who": by.full_name, "title": row.title}

    _tell(row, "warning_submit", people, by, words)


def returned(row: Alert, by: Member) -> None:
    """Its writers, with the reason."""

    def words() -> tuple[str, str]:
        told = _("%(who)s trả lại: %(note)s")
        return _("Trả lại cảnh báo: %s") % row.title, told % {"who": by.full_name, "note": row.review_note}

    _tell(row, "warning_return", _writers(row), by, words)


def approved(row: Alert, by: Member) -> None:
    """Its writers: it may leave."""

    def words() -> tuple[str, str]:
        told = _("%(who)s đã duyệt, số %(number)s. Bây giờ có thể lập đợt gửi và chọn nơi đăng.")
        return _("Đã duyệt cảnh báo: %s") % row.title, told % {"who": by.full_name, "number": row.number}

    _tell(row, "warning_approve", _writers(row), by, words)


def broadcast_refused(row: Broadcast) -> None:
    """Who made a sending for an hour: it did not begin, and why."""

    def words() -> tuple[str, str]:
        told = _("Đợt gửi %(number)s hẹn giờ không bắt đầu được và đã dừng. %(why)s Sửa xong thì lập đợt khác.")
        return _("Không gửi được theo hẹn: %s") % row.warning.title, told % {"number": row.pk, "why": row.reason}

    member = row.made_by
    with translation.override(member.language):
        subject, body = words()
        link = reverse("broadcast_detail", args=[row.pk])
        notice_send(kind="outreach.broadcast_refused", member=member, subject=subject, body=body, link=link)


def _writers(row: Alert) -> list[Member]:
    return list(Member.objects.filter(pk__in=row.writers, is_active=True).order_by("full_name", "pk"))


def _tell(row: Alert, act: str, people: Iterable[Member], but: Member, words: Words) -> None:
    link = reverse("warning_detail", args=[row.pk])
    for member in people:
        if member.pk == but.pk:
            continue
        with translation.override(member.language):
            subject, body = words()
            notice_send(kind=f"outreach.{act}", member=member, subject=subject, body=body, link=link)
