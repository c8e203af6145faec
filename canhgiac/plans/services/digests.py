"""One mail a day: what each member is told, and its words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Agency, Member, Notice
from canhgiac.agencies.services import notice_send
from canhgiac.plans.models import Reminder

Rung = Reminder.Rung
LINES = 20
"""Tasks named under one heading of a mail; the rest are counted, and the page shows them."""
LINE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Item:
    """One assignment as a mail names it."""

    key: int
    """Of the reminder, or of the assignment where a person urges."""
    rung: str
    due: dt.date | None
    agency: Agency
    text: str
    steering: Agency | None
    """Who runs the plan."""


@dataclass(slots=True)
class Post:
    """What one addressee is to read."""

    member: Member | None
    address: str
    own: list[Item] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)
    """Others' lateness reported to this member."""


def digest_send(post: Post, today: dt.date) -> Notice:
    """Sends the addressee one mail with everything of today, in the member's language."""
    with translation.override(post.member.language if post.member else "vi"):
        late = [item for item in post.own if item.due and item.due < today]
        coming = [item for item in post.own if item not in late]
        parts = []
        if late:
            parts.append(ngettext("%(n)s việc quá hạn", "%(n)s việc quá hạn", len(late)) % {"n": len(late)})
        if coming:
            parts.append(ngettext("%(n)s việc sắp đến hạn", "%(n)s việc sắp đến hạn", len(coming)) % {"n": len(coming)})
        if post.below:
            count = len(post.below)
            parts.append(ngettext("%(n)s việc báo cấp trên", "%(n)s việc báo cấp trên", count) % {"n": count})
        return notice_send(
            kind="plans.digest",
            subject=", ".join(parts),
            body=_digest(post, today),
            member=post.member,
            address=post.address,
            link=reverse("my_tasks") if post.own else reverse("task_list") + "?cham=1",
        )


def _digest(post: Post, today: dt.date) -> str:
    headings = {
        Rung.SUPERIOR: _("Quá hạn lâu, đã báo cơ quan cấp trên"),
        Rung.URGE: _("Quá hạn, đề nghị làm ngay"),
        Rung.NUDGE: _("Vừa quá hạn"),
        Rung.ON: _("Đến hạn"),
        Rung.BEFORE: _("Sắp đến hạn"),
    }
    by_rung: dict[str, list[Item]] = defaultdict(list)
    for item in post.own:
        by_rung[item.rung].append(item)
    several = len({item.agency.pk for item in post.own}) > 1
    blocks = [_block(headings[rung], by_rung[rung], today, named=several) for rung in headings if by_rung[rung]]
    if post.below:
        blocks.append(_block(_("Báo cấp trên: cơ quan chậm từ 10 ngày làm việc"), post.below, today, named=True))
    blocks.append(_("Thư này gửi mỗi ngày làm việc một lần, chỉ khi có việc đến bậc nhắc mới."))
    return "\n\n".join(blocks)


def _block(heading: str, items: list[Item], today: dt.date, *, named: bool) -> str:
    lines = [f"{heading} ({len(items)})"]
    lines += [_line(item, today, named=named) for item in items[:LINES]]
    if len(items) > LINES:
        lines.append(_("… và %(n)s việc khác, xem trên trang.") % {"n": len(items) - LINES})
    return "\n".join(lines)


def _line(item: Item, today: dt.date, *, named: bool) -> str:
    words = item.text if len(item.text) <= LINE_LENGTH else item.text[: LINE_LENGTH - 1].rstrip() + "…"
    line = f"- {item.agency}: {words}" if named else f"- {words}"
    if item.due is None:
        return line
    days = (today - item.due).days
    facts = {"line": line, "due": f"{item.due:%d/%m/%Y}", "days": days}
    if item.due < today:
        return (
            ngettext("%(line)s (hạn %(due)s, chậm %(days)s ngày)", "%(line)s (hạn %(due)s, chậm %(days)s ngày)", days)
            % facts
        )
    return _("%(line)s (hạn %(due)s)") % facts


def urge_send(post: Post, *, by: Member, message: str, today: dt.date) -> Notice:
    """Sends a coordinator's own words with the assignments they are about."""
    with translation.override(post.member.language if post.member else "vi"):
        several = len({item.agency.pk for item in post.own}) > 1
        who = f"{by} ({by.agency})" if by.agency else str(by)
        blocks = [_("%(who)s đôn đốc:") % {"who": who} + (f"\n{message}" if message else "")]
        blocks.append(_block(_("Việc cần làm"), post.own, today, named=several))
        count = len(post.own)
        return notice_send(
            kind="plans.urge",
            subject=ngettext("Đôn đốc %(n)s việc", "Đôn đốc %(n)s việc", count) % {"n": count},
            body="\n\n".join(blocks),
            member=post.member,
            address=post.address,
            link=reverse("my_tasks"),
        )
