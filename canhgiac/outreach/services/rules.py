"""What the province decided about sending: written by a coordinator, where needed with the legal officer's word."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.models import SendingRules
from canhgiac.outreach.selectors.rules import host_of

from .refusals import WarningRefused

SAVERS = (Role.Kind.COORDINATOR,)
LAW_FROM, LAW_UNTIL, LAW_MOST = 7, 22, 3
"""Advertising SMS leave from 07:00 to 22:00, three in 24 hours (Decree 91/2020/NĐ-CP Article 13 §5, §6)."""
MOST_SEEN = 50
DOMAINS_MOST, TIMES_MOST = 50, 12
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class RulesData:
    """The fields of ``SendingRules`` that a person decides, with the same names, units and meaning."""

    is_advertising: bool = False
    opinion: str = ""
    opinion_on: dt.date | None = None
    opinion_by: str = ""
    sms_from: int = LAW_FROM
    sms_until: int = LAW_UNTIL
    zalo_from: int = 8
    zalo_until: int = 22
    most_in_day: int = LAW_MOST
    daily_cap: int | None = None
    domains: tuple[str, ...] = ()
    speak_at: tuple[str, ...] = ()


@transaction.atomic
def sending_rules_save(*, by: Member, data: RulesData, version: int) -> SendingRules:
    """Writes the rules; the senders keep them from the next chunk on. ``version`` is what the person saw. COORDINATOR.

    Beyond the hours and the count of the law only where the legal officer wrote that warnings are no advertising.
    Raises NotAllowed, WarningRefused.
    """
    require_role(by, *SAVERS)
    SendingRules.objects.get_or_create(pk=1)
    row = SendingRules.objects.select_for_update().get(pk=1)
    if row.version != version:
        raise WarningRefused(_("Người khác vừa sửa quy định gửi. Xem bản mới rồi sửa tiếp."), version=row.version)
    told = asdict(data) | {"domains": _hosts(data.domains), "speak_at": _times(data.speak_at)}
    told |= {"opinion": _words(data.opinion, 500), "opinion_by": _words(data.opinion_by, 120)}
    _require_sound(data, opinion=told["opinion"])
    changed = sorted(name for name, value in told.items() if getattr(row, name) != value)
    for name, value in told.items():
        setattr(row, name, value)
    row.edited_by, row.edited_at, row.version = by, clock.now(), row.version + 1
    row.save()
    facts = {name: value for name, value in told.items() if name != "opinion_by"}
    audit_record(by=by, act="outreach.sending_rules_save", subject=row, facts=facts | {"changed": changed})
    return row


def _require_sound(data: RulesData, *, opinion: str) -> None:
    """Raises WarningRefused for what the law, or sense, does not allow."""
    for name, start, end in (("sms", data.sms_from, data.sms_until), ("zalo", data.zalo_from, data.zalo_until)):
        if not 0 <= start < end <= 24:
            raise WarningRefused(_("Giờ bắt đầu phải trước giờ kết thúc, trong khoảng 0 đến 24."), f"{name}_until")
    if not 1 <= data.most_in_day <= MOST_SEEN:
        raise WarningRefused(_("Số tin trong 24 giờ từ 1 đến %(most)d.") % {"most": MOST_SEEN}, "most_in_day")
    if data.daily_cap is not None and data.daily_cap < 1:
        raise WarningRefused(_("Số tin một ngày phải lớn hơn 0, hoặc để trống."), "daily_cap")
    if opinion and data.opinion_on is None:
        raise WarningRefused(_("Ghi ngày của ý kiến pháp chế."), "opinion_on")
    beyond = "sms_until" if data.sms_from < LAW_FROM or data.sms_until > LAW_UNTIL else ""
    beyond = beyond or ("most_in_day" if data.most_in_day > LAW_MOST else "")
    if beyond and (data.is_advertising or not opinion):
        said = _(
            "Ngoài 07–22 giờ hoặc quá 3 tin trong 24 giờ chỉ khi pháp chế có ý kiến rằng cảnh báo không phải quảng cáo"
            " (Nghị định 91/2020/NĐ-CP, Điều 13)."
        )
        raise WarningRefused(said, beyond)


def _hosts(given: Iterable[str]) -> list[str]:
    hosts = list(dict.fromkeys(filter(None, (host_of(one) for one in given))))
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise WarningRefused(_("Không phải tên miền: “%s”.") % host[:80], "domains")
    if len(hosts) > DOMAINS_MOST:
        raise WarningRefused(_("Nhiều nhất %d tên miền.") % DOMAINS_MOST, "domains")
    return hosts


def _times(given: Iterable[str]) -> list[str]:
    times = sorted({one.strip() for one in given if one.strip()})
    for one in times:
        if not _TIME.fullmatch(one):
            raise WarningRefused(_("Ghi giờ như 06:00 hoặc 17:30; không hiểu “%s”.") % one[:20], "speak_at")
    if len(times) > TIMES_MOST:
        raise WarningRefused(_("Nhiều nhất %d giờ phát.") % TIMES_MOST, "speak_at")
    return times


def _words(text: str, most: int) -> str:
    return " ".join(storable(text).split())[:most]
