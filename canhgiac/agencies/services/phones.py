"""A member's own phone: asked for, proven by a code, taken back. Each act is the member's own.

The code itself leaves by whoever can send (``outreach``), which stands above: ``phone_ask`` hands it over.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, MemberPhone
from canhgiac.agencies.selectors.phones import TRIES
from canhgiac.kit import clock

from .audit import audit_record
from .notices import notice_send
from .quotas import Limit, quota_take
from .register import Refused

CODE_LASTS = dt.timedelta(minutes=10)
CODES = Limit("member-phone", 5, 86_400)
"""Codes that one member asks for in a day."""
CODES_TO = Limit("member-phone-to", 3, 86_400)
"""Codes to one number in a day, whoever asks: nobody is pestered by way of us."""
_PURPOSE = b"canhgiac.agencies.phone"
_UNASKED: dict[str, Any] = {"asked": "", "code_digest": None, "code_until": None, "tries": 0}


def _digest(member: Member, number: str, code: str) -> bytes:
    """What is kept of a code: without the server's key six digits would be tried out in a moment."""
    told = f"{member.pk}|{number}|{code}".encode()
    return hmac.new(_PURPOSE + settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()


@transaction.atomic
def phone_ask(*, by: Member, number: str) -> str:
    """A fresh code of six digits for a number in E.164, good for ``CODE_LASTS``, to be sent there and shown nowhere.

    An older code stops working. Raises Refused beyond the limits, and for the number that is proven already.
    """
    row, _made = MemberPhone.objects.select_for_update().get_or_create(member=by)
    if row.number == number:
        raise Refused(_("Số này đã được xác nhận là của bạn."), "number")
    if not quota_take(limit=CODES, address=str(by.pk)):
        raise Refused(_("Bạn đã xin %d mã trong một ngày. Mai thử lại.") % CODES.most, "number")
    if not quota_take(limit=CODES_TO, address=number):
        raise Refused(_("Số này đã nhận đủ mã trong một ngày. Mai thử lại."), "number")
    code = f"{secrets.randbelow(10**6):06}"
    row.asked, row.code_digest, row.tries = number, _digest(by, number, code), 0
    row.code_until = clock.now() + CODE_LASTS
    row.save()
    return code


@transaction.atomic
def phone_prove(*, by: Member, code: str) -> bool:
    """Whether this is the code that came to the number asked for; then the number is the member's.

    A wrong one counts, and the fifth ends the code. Whoever proved a number last holds it: it was handed on, and the
    member who had it has none any more. Of two who prove it at the same moment the second is the last.
    """
    row, others = _held(by)
    if row is None or not row.asked or row.code_digest is None or row.code_until is None:
        return False
    if row.tries >= TRIES or row.code_until < clock.now():
        return False
    if not hmac.compare_digest(_digest(by, row.asked, code.strip()), bytes(row.code_digest)):
        row.tries += 1
        row.save(update_fields=["tries"])
        return False
    for other in others:
        _hand_on(by, other)
    row.number, row.proven_at = row.asked, clock.now()
    for name, value in _UNASKED.items():
        setattr(row, name, value)
    row.save()
    audit_record(by=by, act="agencies.phone_prove", subject=by)
    return True


def _held(by: Member) -> tuple[MemberPhone | None, list[MemberPhone]]:
    """The member's row, and those of who holds the number that they prove, locked in one order.

    Who proves the same number meanwhile waits for us: before we are through, nobody's row has it, so no row's lock
    would keep them out.
    """
    asked = MemberPhone.objects.filter(member=by).values_list("asked", flat=True).first()
    if not asked:
        return None, []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"agencies.phone:{asked}"])
    rows = list(MemberPhone.objects.select_for_update().filter(Q(member=by) | Q(number=asked)).order_by("pk"))
    mine = next((row for row in rows if row.pk == by.pk and row.asked == asked), None)
    return mine, [row for row in rows if row.pk != by.pk]


def _hand_on(by: Member, row: MemberPhone) -> None:
    """Who had the number hears that it is theirs no more."""
    member = row.member
    row.delete()
    audit_record(by=by, act="agencies.phone_handed_on", subject=member)
    with translation.override(member.language):
        told = _("Một thành viên khác vừa xác nhận số điện thoại bạn từng xác nhận. Số ấy không còn là của bạn ở đây.")
        notice_send(
            kind="agencies.phone_handed_on",
            member=member,
            subject=_("Số của bạn nay do người khác xác nhận"),
            body=told,
        )


@transaction.atomic
def phone_drop(*, by: Member) -> None:
    """Forgets the member's number, and the one that waits for its code. Twice is once."""
    row = MemberPhone.objects.select_for_update().filter(member=by).first()
    if row is None:
        return
    was_proven = bool(row.number)
    row.delete()
    if was_proven:
        audit_record(by=by, act="agencies.phone_drop", subject=by)


@transaction.atomic
def phone_ask_drop(*, by: Member) -> None:
    """Gives up the number that waits for its code; the proven one stays."""
    _unask(MemberPhone.objects.filter(member=by))


@transaction.atomic
def phones_forget(*, now: dt.datetime) -> int:
    """Forgets numbers whose code nobody typed in its time; how many."""
    return _unask(MemberPhone.objects.filter(code_until__lt=now))


def _unask(rows: QuerySet[MemberPhone]) -> int:
    return rows.filter(number="").delete()[0] + rows.update(**_UNASKED)
