"""Who is told what of a warning's way: mails and the bell, in the language of each reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.services import notice_send
from canhgiac.kit import clock
from canhgiac.kit.clock import VIETNAM
from canhgiac.library.selectors.editions import approvers_of
from canhgiac.outreach.models import Attempt, Broadcast, Provider
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.progress import failure_words

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

    _send("broadcast_refused", [row.made_by], reverse("broadcast_detail", args=[row.pk]), words)


def broadcast_held(row: Broadcast) -> None:
    """Who made a sending: it stands still, and why."""

    def words() -> tuple[str, str]:
        told = _("Đợt gửi %(number)s tự tạm dừng. %(why)s Sửa xong thì bấm Gửi tiếp, hoặc dừng hẳn rồi lập đợt khác.")
        return _("Đợt gửi tự tạm dừng: %s") % row.warning.title, told % {"number": row.pk, "why": row.reason}

    _send("broadcast_held", [row.made_by], reverse("broadcast_detail", args=[row.pk]), words)


def provider_stopped(row: Provider) -> None:
    """Those who keep providers: one refuses us, so nothing leaves by it before somebody lets it go on."""

    def words() -> tuple[str, str]:
        told = _("%(name)s tự tạm dừng: %(why)s Tin đang chờ vẫn còn nguyên. Sửa xong thì bấm Cho gửi tiếp.")
        return _("Không gửi được qua %s") % row.name, told % {"name": row.name, "why": row.paused_reason}

    _send("provider_stopped", _keepers(), reverse("provider_detail", args=[row.pk]), words)


def provider_away(row: Provider) -> None:
    """The same: one cannot be reached for a while, and messages wait."""

    def words() -> tuple[str, str]:
        since = f"{row.away_at.astimezone(VIETNAM):%H:%M}" if row.away_at else ""
        told = _("Từ %(since)s máy gửi không gửi được qua %(name)s: %(why)s. Tin nằm chờ và tự đi khi nối lại được.")
        facts = {"since": since, "name": row.name, "why": failure_words(row.away_code, Attempt.Outcome.LATER)}
        return _("Không nối được %s") % row.name, told % facts

    _send("provider_away", _keepers(), reverse("provider_detail", args=[row.pk]), words)


def _keepers() -> list[Member]:
    kinds = (Role.Kind.ADMIN, Role.Kind.COORDINATOR)
    roles = Role.objects.filter(in_force(clock.today()), kind__in=kinds).values("member")
    return list(Member.objects.filter(is_active=True, pk__in=roles).order_by("full_name", "pk"))


def _writers(row: Alert) -> list[Member]:
    return list(Member.objects.filter(pk__in=row.writers, is_active=True).order_by("full_name", "pk"))


def _tell(row: Alert, act: str, people: Iterable[Member], but: Member, words: Words) -> None:
    link = reverse("warning_detail", args=[row.pk])
    _send(act, [member for member in people if member.pk != but.pk], link, words)


def _send(act: str, people: Iterable[Member], link: str, words: Words) -> None:
    for member in people:
        with translation.override(member.language):
            subject, body = words()
            notice_send(kind=f"outreach.{act}", member=member, subject=subject, body=body, link=link)
