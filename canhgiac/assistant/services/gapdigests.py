"""The editors' mail of Monday morning: what people asked in the week that the library does not answer."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Member, Notice, Role
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.services import notice_send
from canhgiac.assistant.selectors.gaps import GapWeek, gap_week
from canhgiac.kit import clock

KIND = "assistant.gap_digest"
LOCK = 0x6761_7064
LINES = 10
WEEK = dt.timedelta(days=7)


@transaction.atomic
def gap_digest_send(*, now: dt.datetime | None = None) -> int:
    """Mails every EDITOR the week's gaps, each once a day however often this runs; how many mails.

    A week without a question sends nothing. By the clock.
    """
    moment = now or clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    week = gap_week(moment - WEEK)
    if not week:
        return 0
    midnight = moment.astimezone(clock.VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    told = Notice.objects.filter(kind=KIND, created_at__gte=midnight).values("member")
    roles = Role.objects.filter(in_force(clock.today()), kind=Role.Kind.EDITOR)
    editors = Member.objects.filter(is_active=True, pk__in=roles.values("member")).exclude(pk__in=told)
    sent = 0
    for editor in editors.order_by("pk"):
        with translation.override(editor.language):
            notice_send(kind=KIND, subject=_subject(week), body=_body(week), member=editor, link=reverse("gap_list"))
        sent += 1
    return sent


def _subject(week: GapWeek) -> str:
    count = len(week.new)
    if not count:
        return _("Tuần qua: những câu trợ lý chưa trả lời tốt")
    return ngettext("%(n)s chỗ thiếu mới trong thư viện", "%(n)s chỗ thiếu mới trong thư viện", count) % {"n": count}


def _body(week: GapWeek) -> str:
    blocks = [
        _block(_("Chỗ thiếu mới"), [f"{gap.title} ({_times(gap.asked)})" for gap in week.new]),
        _block(_("Được hỏi nhiều nhất trong tuần"), [f"{gap.title} ({_times(times)})" for gap, times in week.most]),
        _block(
            _("Trả lời từ đây mà người hỏi nói chưa giúp được"),
            [f"{' '.join(filter(None, (one.id, one.title)))} ({_times(one.times)})" for one in week.unhelpful],
        ),
        _block(_("Đã bổ sung trong tuần"), [f"{gap.title} ({gap.filled_by})" for gap in week.filled]),
        _("Câu hỏi đã che số, tài khoản, tên, đường link và không gắn với ai. Thư này gửi mỗi sáng thứ hai."),
    ]
    return "\n\n".join(filter(None, blocks))


def _block(heading: str, lines: list[str]) -> str:
    if not lines:
        return ""
    shown = [f"{heading} ({len(lines)})", *(f"- {line}" for line in lines[:LINES])]
    if len(lines) > LINES:
        shown.append(_("… và %(n)s mục khác, xem trên trang.") % {"n": len(lines) - LINES})
    return "\n".join(shown)


def _times(number: int) -> str:
    return ngettext("%(n)s lần hỏi", "%(n)s lần hỏi", number) % {"n": number}
