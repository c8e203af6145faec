"""The province's own messages, and those of banks and carriers: what recognition answers "official" to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import OfficialMessage
from canhgiac.library.selectors.editions import require_standing
from canhgiac.library.selectors.recognition import judge_forget

LEAST, MOST = 40, 4000
"""Characters: a shorter one is a greeting that anybody sends."""


class OfficialRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class OfficialData:
    """A message as it was really sent."""

    text: str
    sender: str
    channel: str = ""
    sent_on: dt.date
    until: dt.date | None = None
    url: str = ""


@transaction.atomic
def official_add(*, by: Member | None, data: OfficialData, origin_key: str | None = None) -> OfficialMessage:
    """Keeps a message that was really sent. An approver or coordinator; another capability names its ``origin_key``
    and adds the same message once. Raises NotAllowed, OfficialRefused.
    """
    if by is not None:
        require_standing(by, Role.Kind.APPROVER, Role.Kind.COORDINATOR)
    text = storable(data.text).strip()
    if not LEAST <= len(text) <= MOST:
        raise OfficialRefused(
            _("Dán đủ nội dung, từ %(least)d đến %(most)d ký tự.") % {"least": LEAST, "most": MOST}, "text"
        )
    if data.until is not None and data.until < data.sent_on:
        raise OfficialRefused(_("Ngày hết dùng không thể trước ngày gửi."), "until")
    if origin_key is not None and (held := OfficialMessage.objects.filter(origin_key=origin_key).first()):
        return held
    row = OfficialMessage.objects.create(
        text=text, sender=data.sender.strip(), channel=data.channel.strip(), sent_on=data.sent_on, until=data.until,
        url=data.url, origin_key=origin_key, added_by=by, folded=fold(f"{data.sender} {text}"),
    )  # fmt: skip
    audit_record(by=by, act="library.official_add", subject=row, facts={"sender": row.sender})
    judge_forget()
    return row


@transaction.atomic
def official_withdraw(*, by: Member, message: OfficialMessage) -> OfficialMessage:
    """Says that the message no longer holds: a copy of it is judged as any other."""
    return _set(by, message, withdrawn=True)


@transaction.atomic
def official_restore(*, by: Member, message: OfficialMessage) -> OfficialMessage:
    """Takes a withdrawal back."""
    return _set(by, message, withdrawn=False)


def _set(by: Member, message: OfficialMessage, *, withdrawn: bool) -> OfficialMessage:
    require_standing(by, Role.Kind.APPROVER, Role.Kind.COORDINATOR)
    row = OfficialMessage.objects.select_for_update().get(pk=message.pk)
    row.withdrawn_at = clock.now() if withdrawn else None
    row.save(update_fields=["withdrawn_at"])
    act = "library.official_withdraw" if withdrawn else "library.official_restore"
    audit_record(by=by, act=act, subject=row, facts={"sender": row.sender})
    judge_forget()
    return row
