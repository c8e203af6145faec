"""Who is told what of an edition: mails and the bell, in the language of each reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import notice_send
from canhgiac.library.models import Edition
from canhgiac.library.selectors.editions import (
    AnyEdition,
    approvers_of,
    kind_of,
    title_of,
    work_of,
    writers_for,
    wrote,
)

AHEAD = dt.timedelta(days=14)
"""How long before ``review_by`` people are told."""
Words = Callable[[], tuple[str, str]]


def link_of(edition: AnyEdition) -> str:
    """The staff page of its form or material."""
    return reverse(f"{kind_of(edition)}_detail", args=[work_of(edition).code])


def _writers(edition: Edition) -> list[Member]:
    ids = {*edition.writers, *([edition.author_id] if edition.author_id else [])}
    return list(Member.objects.filter(pk__in=ids, is_active=True).order_by("full_name", "pk"))


def _tell(edition: AnyEdition, act: str, people: Iterable[Member], but: Member | None, words: Words) -> None:
    for member in people:
        if but is not None and member.pk == but.pk:
            continue
        with translation.override(member.language):
            subject, body = words()
            notice_send(kind=f"library.{act}", member=member, subject=subject, body=body, link=link_of(edition))


def submitted(edition: AnyEdition, by: Member) -> None:
    """Those who can be the second person."""
    title = title_of(edition)
    people = [member for member in approvers_of(work_of(edition)) if not wrote(member, edition)]
    _tell(
        edition,
        "edition_submit",
        people,
        by,
        lambda: (
            _("Chờ duyệt: %s") % title,
            _("%(who)s gửi duyệt bản số %(number)d của “%(title)s”.")
            % {"who": by.full_name, "number": edition.number, "title": title},
        ),
    )


def returned(edition: AnyEdition, by: Member) -> None:
    """Who wrote it, with the reason."""
    title, note = title_of(edition), edition.review_note
    _tell(edition, "edition_return", _writers(edition), by, lambda: (_("Trả lại để sửa: %s") % title, note))


def published(edition: AnyEdition, by: Member) -> None:
    """Who wrote it."""
    title, number = title_of(edition), edition.number
    _tell(
        edition,
        "edition_publish",
        _writers(edition),
        by,
        lambda: (
            _("Đã đăng: %s") % title,
            _("%(who)s đã duyệt và đăng bản số %(number)d.") % {"who": by.full_name, "number": number},
        ),
    )


def withdrawn(edition: AnyEdition, by: Member) -> None:
    """Who wrote it and who looks after such texts now."""
    title, reason = title_of(edition), edition.end_reason
    people = {member.pk: member for member in (*_writers(edition), *writers_for(work_of(edition)))}
    _tell(edition, "edition_withdraw", people.values(), by, lambda: (_("Đã thu hồi: %s") % title, reason))


def expired(edition: AnyEdition) -> None:
    """Who wrote it and who looks after such texts now."""
    title, day = title_of(edition), edition.expires_on
    people = {member.pk: member for member in (*_writers(edition), *writers_for(work_of(edition)))}
    _tell(
        edition,
        "edition_expire",
        people.values(),
        None,
        lambda: (
            _("Hết hạn: %s") % title,
            _("Ngày cuối được đăng là %s. Còn đúng thì soạn bản mới và gửi duyệt.") % f"{day:%d/%m/%Y}",
        ),
    )


def review_due(edition: AnyEdition) -> None:
    """Who wrote it and who publishes."""
    title, day = title_of(edition), edition.review_by
    people = {member.pk: member for member in (*_writers(edition), *approvers_of(work_of(edition)))}
    _tell(
        edition,
        "edition_review_due",
        people.values(),
        None,
        lambda: (
            _("Đến hạn xem lại: %s") % title,
            _("Xem lại trước ngày %s: còn đúng thì soạn và duyệt bản mới, không còn đúng thì thu hồi.")
            % f"{day:%d/%m/%Y}",
        ),
    )
