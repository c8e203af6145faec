"""What an officer writes into the register by hand; looking at a whole value."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.keys import BadKeyError, Key, key_of
from canhgiac.indicators.models import Indicator
from canhgiac.indicators.selectors.knowngood import KnownGoods
from canhgiac.indicators.selectors.scope import PERSONAL, key_of_row, require_propose, sees_whole
from canhgiac.kit import clock

from .decisions import index_wanted
from .refusals import IndicatorRefused
from .sightings import Report, sightings_add


@transaction.atomic
def indicator_report(
    *,
    by: Member,
    kind: str,
    text: str,
    bank: str = "",
    source: str = "officer",
    at: dt.datetime | None = None,
    area: Area | None = None,
    tags: int = 0,
) -> Indicator:
    """One sighting that an officer notes; the indicator it belongs to. However typed, one thing is one row.

    Raises NotAllowed, IndicatorRefused for no such value, a moment to come, or what is known to be genuine.
    """
    require_propose(by)
    key = readable(kind, text, bank)
    if at is not None and at > clock.now():
        raise IndicatorRefused(_("Lúc thấy không thể ở tương lai."), "at")
    refuse_genuine(key)
    report = Report(
        key=key,
        source=source,
        at=at or clock.now(),
        agency_id=by.agency_id,
        area_id=area.pk if area else None,
        tags=tags,
    )
    added = sightings_add([report])
    row = Indicator.objects.get(pk=added.indicators[0])
    index_wanted()
    audit_record(by=by, act="indicators.indicator_report", subject=row, facts={"source": source})
    return row


def readable(kind: str, text: str, bank: str = "") -> Key:
    """The key, or IndicatorRefused with the engine's sentence."""
    try:
        return key_of(kind, text, bank=bank)
    except BadKeyError as error:
        raise IndicatorRefused(str(error), "text") from None


def refuse_genuine(key: Key) -> None:
    """Raises IndicatorRefused for what belongs to a known body, and for a range that holds such a number."""
    good = KnownGoods()
    owner = good.owner(key)
    if owner is not None:
        raise IndicatorRefused(
            _(
                "Đây là địa chỉ chính thức của %s nên không ghi vào sổ. Nếu kẻ gian hiện giả số này, ghi số hoặc trang "
                "thật mà họ dẫn tới; nếu trang bị chiếm, báo đơn vị chủ quản."
            )
            % owner,
            "text",
        )
    owners = good.covered(key)
    if owners:
        raise IndicatorRefused(
            _("Dải này gồm cả số chính thức của %s. Chọn dải hẹp hơn.") % ", ".join(owners[:3]), "text"
        )


@transaction.atomic
def value_show(*, by: Member, indicator: Indicator) -> Key:
    """The whole key for one who may see it; a look at what leads to a person is in the audit log.

    Raises NotAllowed.
    """
    if not sees_whole(by):
        raise NotAllowed(_("Bạn chỉ xem được số đã che."))
    key = key_of_row(indicator)
    if key.kind in PERSONAL:
        audit_record(by=by, act="indicators.value_shown", subject=indicator)
    return key


@transaction.atomic
def values_export(*, by: Member, indicators: int, filters: str) -> bool:
    """Notes that a file of the register leaves; whether its values may be whole."""
    whole = sees_whole(by)
    if indicators:
        subject = Indicator.objects.order_by("-pk")[0]
        facts = {"count": indicators, "whole": whole, "filters": filters[:500]}
        audit_record(by=by, act="indicators.values_exported", subject=subject, facts=facts)
    return whole
