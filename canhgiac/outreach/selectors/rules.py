"""When a message may leave, by law and by what the province decided."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province
from canhgiac.kit import clock
from canhgiac.kit.clock import VIETNAM
from canhgiac.library.models import Contact
from canhgiac.outreach.models import SendingRules, Way

CALL_HOURS = (8, 17)
"""Calls with a recorded or spoken message: 08:00 to 17:00 (Decree 91/2020/NĐ-CP Article 13 §6)."""
WINDOW = dt.timedelta(hours=24)
"""Over which messages to one address are counted, sliding (Article 13 §5)."""
BRANDNAME_LONGEST = 11
"""Signs of a brandname (Article 23)."""
_SCHEME = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\]{2,}")
_BEHIND_HOST = re.compile(r"[/?#\\]")


def sending_rules() -> SendingRules:
    """The row; before anybody decided, an unsaved one with what the law says. One query."""
    return SendingRules.objects.select_related("edited_by").filter(pk=1).first() or SendingRules(pk=1)


def hours(way: str, rules: SendingRules) -> tuple[int, int] | None:
    """From which full hour until before which one the channel may be used; None for all day. "call" is known too."""
    known = {
        Way.SMS.value: (rules.sms_from, rules.sms_until),
        Way.ZALO.value: (rules.zalo_from, rules.zalo_until),
        "call": CALL_HOURS,
    }
    return known.get(way)


def may_leave_now(way: str, rules: SendingRules, now: dt.datetime) -> bool:
    """Whether a routine message may leave on this channel at this moment. No query."""
    span = hours(way, rules)
    return span is None or span[0] <= now.astimezone(VIETNAM).hour < span[1]


def next_opening(way: str, rules: SendingRules, now: dt.datetime) -> dt.datetime:
    """The first moment from ``now`` on at which a routine message may leave on this channel."""
    span = hours(way, rules)
    if span is None or may_leave_now(way, rules, now):
        return now
    local = now.astimezone(VIETNAM)
    opening = local.replace(hour=span[0], minute=0, second=0, microsecond=0)
    return opening if local < opening else opening + dt.timedelta(days=1)


def waits_until(way: str, now: dt.datetime | None = None) -> dt.datetime | None:
    """When a message that keeps the hours of its channel leaves; None where that is at once. One query."""
    moment, rules = now or clock.now(), sending_rules()
    return None if may_leave_now(way, rules, moment) else next_opening(way, rules, moment)


def waits_words(way: str) -> str:
    """A sentence for staff on a service message that waits for its hours; empty where it leaves at once. One query."""
    opens = waits_until(way)
    if opens is None:
        return ""
    told = {"time": f"{opens:%H:%M}", "day": f"{opens:%d/%m/%Y}"}
    return _("Ngoài giờ gửi nên tin ấy đi lúc %(time)s ngày %(day)s.") % told


def own_hosts(profile: Province, rules: SendingRules) -> frozenset[str]:
    """Hosts that our messages may name: the province's own, those registered, the directory's sites. One query."""
    webs = Contact.objects.filter(is_retired=False).exclude(web="").values_list("web", flat=True)
    told = [profile.domain, *map(str, rules.domains), *webs]
    return frozenset(filter(None, map(host_of, told)))


def host_of(address: str) -> str:
    """The bare host of an address as people write it.

    What stands behind the host, or before its "@", is never taken for it.

    >>> host_of("https://www.vinhan.gov.vn/trang")
    'vinhan.gov.vn'
    >>> host_of("https://vinhan.gov.vn@la.example/?sang=https://vinhan.gov.vn")
    'la.example'
    """
    bare = _BEHIND_HOST.split(_SCHEME.sub("", address.strip()), maxsplit=1)[0]
    return bare.rpartition("@")[2].partition(":")[0].strip().casefold().removeprefix("www.")
