"""The mails about reports: what each addressee is told, and its words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Agency, Member, Notice
from canhgiac.agencies.services import notice_send
from canhgiac.kit.periods import off_words
from canhgiac.reporting.models import DutyReminder, ReportDuty, ReportRound

Rung = DutyReminder.Rung
LINES = 20
"""Reports named under one heading of a mail; the rest are counted, and the page shows them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One duty as a mail names it."""

    key: int
    """Of the reminder, or of the duty where a person urges."""
    rung: str
    due: dt.date
    agency: Agency
    covers: str
    """Names of merged agencies for which it answers."""
    title: str
    collector: Agency
    receiver: Agency


@dataclass(slots=True)
class Post:
    """What one addressee is to read."""

    member: Member | None
    address: str
    own: list[Item] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)
    """Others' lateness reported to this member."""


def items_of(duties: QuerySet[ReportDuty], rungs: dict[int, tuple[int, str]]) -> list[Item]:
    """An item for each duty; ``rungs`` gives key and rung by the duty's id."""
    rows = duties.select_related("agency__parent", "reports_to", "round__agency").prefetch_related("covers")
    return [
        Item(
            *rungs[row.pk], row.due_date, row.agency, ", ".join(one.name for one in row.covers.all()),
            row.round.title, row.round.agency, row.reports_to,
        )
        for row in rows.order_by("due_date", "agency__folded", "pk")
    ]  # fmt: skip


def posts_of(items: Iterable[Item], acting: dict[int, list[Member]]) -> dict[str, Post]:
    """One post per member who stands for the agencies, or per mail box of an agency nobody stands for."""
    posts: dict[str, Post] = {}
    for item in items:
        standing = acting.get(item.agency.pk, [])
        for member in standing:
            posts.setdefault(f"m{member.pk}", Post(member, member.email)).own.append(item)
        if not standing and item.agency.email:
            posts.setdefault(f"a{item.agency.pk}", Post(None, item.agency.email)).own.append(item)
    return posts


def opened_send(post: Post, of: ReportRound) -> Notice:
    """Tells an addressee that a round is open, for whom, about which days, until when."""
    with _language(post):
        due = min(item.due for item in post.own)
        several = len(post.own) > 1
        facts = {"title": of.title, "due": f"{due:%d/%m/%Y}", "agency": of.agency.name}
        facts |= {"since": f"{of.data_from:%d/%m/%Y}", "until": f"{of.data_until:%d/%m/%Y}"}
        lines = [
            _("%(agency)s mở kỳ “%(title)s”.") % facts,
            _("Số liệu từ %(since)s đến hết %(until)s.") % facts,
            _("Hạn gửi: %(due)s.") % facts,
        ]
        if words := off_words(due):
            lines.append(words)
        lines += [_line(item, due, named=several) for item in post.own if several or item.covers][:LINES]
        return notice_send(
            kind="reporting.round_open",
            subject=_("Báo cáo phải gửi: %(title)s, hạn %(due)s") % facts,
            body="\n".join(lines),
            member=post.member,
            address=post.address,
            link=reverse("my_reports"),
        )


def digest_send(post: Post, today: dt.date) -> Notice:
    """Sends the addressee one mail with everything of today, in the member's language."""
    with _language(post):
        late = [item for item in post.own if item.due < today]
        coming = len(post.own) - len(late)
        parts = []
        if late:
            parts.append(ngettext("%(n)s báo cáo quá hạn", "%(n)s báo cáo quá hạn", len(late)) % {"n": len(late)})
        if coming:
            parts.append(ngettext("%(n)s báo cáo sắp đến hạn", "%(n)s báo cáo sắp đến hạn", coming) % {"n": coming})
        if count := len(post.below):
            parts.append(
                ngettext("%(n)s báo cáo chậm báo cấp trên", "%(n)s báo cáo chậm báo cấp trên", count) % {"n": count}
            )
        return notice_send(
            kind="reporting.digest",
            subject=", ".join(parts),
            body=_digest(post, today),
            member=post.member,
            address=post.address,
            link=reverse("my_reports") if post.own else reverse("round_list"),
        )


def urge_send(post: Post, *, by: Member, message: str, today: dt.date) -> Notice:
    """Sends a coordinator's own words with the reports they are about."""
    with _language(post):
        who = f"{by} ({by.agency})" if by.agency else str(by)
        blocks = [_("%(who)s đôn đốc:") % {"who": who} + (f"\n{message}" if message else "")]
        blocks.append(_block(_("Báo cáo phải gửi"), post.own, today, named=_several(post.own)))
        count = len(post.own)
        return notice_send(
            kind="reporting.urge",
            subject=ngettext("Đôn đốc gửi %(n)s báo cáo", "Đôn đốc gửi %(n)s báo cáo", count) % {"n": count},
            body="\n\n".join(blocks),
            member=post.member,
            address=post.address,
            link=reverse("my_reports"),
        )


def _language(post: Post) -> translation.override:
    return translation.override(post.member.language if post.member else "vi")


def _several(items: Collection[Item]) -> bool:
    return len({item.agency.pk for item in items}) > 1


def _digest(post: Post, today: dt.date) -> str:
    headings = {
        Rung.SUPERIOR: _("Quá hạn lâu, đã báo cơ quan cấp trên"),
        Rung.URGE: _("Quá hạn, đề nghị gửi ngay"),
        Rung.NUDGE: _("Vừa quá hạn"),
        Rung.ON: _("Đến hạn"),
        Rung.BEFORE: _("Sắp đến hạn"),
    }
    by_rung: dict[str, list[Item]] = defaultdict(list)
    for item in post.own:
        by_rung[item.rung].append(item)
    named = _several(post.own)
    blocks = [_block(headings[rung], by_rung[rung], today, named=named) for rung in headings if by_rung[rung]]
    if post.below:
        blocks.append(_block(_("Đơn vị chậm báo cáo từ 7 ngày làm việc"), post.below, today, named=True))
    blocks.append(_("Thư này gửi mỗi ngày làm việc một lần, chỉ khi có báo cáo đến bậc nhắc mới."))
    return "\n\n".join(blocks)


def _block(heading: str, items: list[Item], today: dt.date, *, named: bool) -> str:
    lines = [f"{heading} ({len(items)})"]
    lines += [_line(item, today, named=named) for item in items[:LINES]]
    if len(items) > LINES:
        lines.append(_("… và %(n)s báo cáo khác, xem trên trang.") % {"n": len(items) - LINES})
    return "\n".join(lines)


def _line(item: Item, today: dt.date, *, named: bool) -> str:
    line = f"- {item.agency}: {item.title}" if named else f"- {item.title}"
    if item.covers:
        line += " " + _("(thay cho %(names)s)") % {"names": item.covers}
    days = (today - item.due).days
    facts = {"line": line, "due": f"{item.due:%d/%m/%Y}", "days": days}
    if days > 0:
        return (
            ngettext("%(line)s (hạn %(due)s, chậm %(days)s ngày)", "%(line)s (hạn %(due)s, chậm %(days)s ngày)", days)
            % facts
        )
    return _("%(line)s (hạn %(due)s)") % facts
