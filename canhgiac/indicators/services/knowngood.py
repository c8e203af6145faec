"""The list of what is genuine: sites, numbers and names of known bodies. Nothing on it can be reported as bad."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.keys import BadKeyError, Key, key_of
from canhgiac.engines.recognition.brands import BRANDS, CHAT_HOSTS
from canhgiac.indicators.models import Decision, Indicator, KnownGood
from canhgiac.indicators.selectors.scope import require_decide
from canhgiac.kit import clock
from canhgiac.kit.text import storable

from .decisions import index_wanted
from .refusals import IndicatorRefused

NUMBERS: Final = (
    ("113", "Công an", "Luật Viễn thông: số khẩn cấp"),
    ("114", "Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ", "Luật Viễn thông: số khẩn cấp"),
    ("115", "Cấp cứu y tế", "Luật Viễn thông: số khẩn cấp"),
    ("111", "Tổng đài quốc gia bảo vệ trẻ em", "Nghị định 56/2017/NĐ-CP"),
    ("112", "Yêu cầu trợ giúp, tìm kiếm cứu nạn", "Quy hoạch kho số viễn thông"),
    ("156", "Đầu số nhận phản ánh cuộc gọi có dấu hiệu lừa đảo", "Bộ Thông tin và Truyền thông"),
    ("5656", "Đầu số nhận phản ánh tin nhắn, cuộc gọi rác, lừa đảo", "Bộ Thông tin và Truyền thông"),
)
"""Numbers of the State that everybody is told to call. Banks' lines come with the province's own contacts."""


@transaction.atomic
def known_good_load() -> int:
    """Puts in what the software knows from the start and is not there yet; how many. Retired rows stay retired."""
    rows = {}
    for brand in BRANDS:
        for host in brand.hosts:
            key = _key("link", host)
            if key is not None and host not in CHAT_HOSTS and "/" not in key.value:
                rows[key] = (brand.name, "")
    for number, owner, source in NUMBERS:
        key = _key("phone", number)
        if key is not None:
            rows[key] = (owner, source)
    before = KnownGood.objects.count()
    KnownGood.objects.bulk_create(
        [
            KnownGood(kind=key.kind.value, value=key.value, owner=owner, source=source, is_starter=True)
            for key, (owner, source) in rows.items()
        ],
        ignore_conflicts=True,
    )
    made = KnownGood.objects.count() - before
    if made:
        first = KnownGood.objects.filter(is_starter=True).order_by("-pk")[0]
        audit_record(by=None, act="indicators.known_good_load", subject=first, facts={"count": made})
    return made


def _key(kind: str, text: str) -> Key | None:
    try:
        return key_of(kind, text)
    except BadKeyError:
        return None


@transaction.atomic
def known_good_add(*, by: Member, kind: str, text: str, owner: str, source: str, bank: str = "") -> KnownGood:
    """Adds what belongs to a known body, or takes a retired row into use again.

    What people reported of it is cleared, with a decision that says why. Raises NotAllowed; IndicatorRefused for no
    such value, no owner or source, or what two people confirmed as fraud: that has to be cleared first.
    """
    require_decide(by)
    try:
        key = key_of(kind, text, bank=bank)
    except BadKeyError as error:
        raise IndicatorRefused(str(error), "text") from None
    who, whence = (" ".join(storable(words).split()) for words in (owner, source))
    if not who:
        raise IndicatorRefused(_("Ghi của cơ quan, đơn vị nào."), "owner")
    if not whence:
        raise IndicatorRefused(_("Ghi nguồn: trang chính thức, văn bản, hợp đồng đã đối chiếu."), "source")
    listed = Indicator.objects.select_for_update(no_key=True).filter(kind=key.kind.value, value=key.value).first()
    if listed is not None and listed.state == Indicator.State.CONFIRMED:
        raise IndicatorRefused(_("Mục này đã được hai người xác nhận là lừa đảo. Gỡ khỏi sổ trước."), "text")
    facts = {"owner": who[:160], "source": whence[:200], "added_by": by, "added_at": clock.now(), "retired_at": None}
    row, _made = KnownGood.objects.update_or_create(kind=key.kind.value, value=key.value, defaults=facts)
    if listed is not None and listed.state != Indicator.State.CLEARED:
        _clear(by, listed, who)
    index_wanted()
    audit_record(by=by, act="indicators.known_good_add", subject=row, facts={"kind": row.kind})
    return row


def _clear(by: Member, row: Indicator, owner: str) -> None:
    now = clock.now()
    row.decisions.filter(outcome=Decision.Outcome.OPEN).update(outcome=Decision.Outcome.TAKEN_BACK, decided_at=now)
    Decision.objects.create(
        indicator=row,
        from_state=row.state,
        to_state=Indicator.State.CLEARED,
        reason=_("Là địa chỉ chính thức của %s.") % owner,
        tags=row.tags,
        was_tags=row.tags,
        was_expires_on=row.expires_on,
        outcome=Decision.Outcome.DONE,
        proposed_by=by,
        decided_at=now,
    )
    row.state, row.expires_on, row.changed_at, row.version = Indicator.State.CLEARED, None, now, row.version + 1
    row.save(update_fields=["state", "expires_on", "changed_at", "version"])


@transaction.atomic
def known_good_retire(*, by: Member, known: KnownGood) -> KnownGood:
    """The address no longer belongs to them, or again does: a second call undoes the first. Raises NotAllowed."""
    require_decide(by)
    row = KnownGood.objects.select_for_update().get(pk=known.pk)
    row.retired_at = None if row.retired_at else clock.now()
    row.save(update_fields=["retired_at"])
    index_wanted()
    audit_record(by=by, act="indicators.known_good_retire", subject=row, facts={"retired": bool(row.retired_at)})
    return row
