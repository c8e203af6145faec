"""Golden hour: money that left within a day. The bank's line is on the tip's page; here the request is prepared."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.keys import Kind
from canhgiac.indicators.models import Indicator, Request
from canhgiac.indicators.services.refusals import IndicatorRefused
from canhgiac.indicators.services.requests import request_prepare
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.deadlines import is_golden
from canhgiac.tips.selectors.unlocked import Unlocked

from .errors import TipRefused
from .opening import tip_open
from .parts import event_add
from .triage import tip_worked

PAID_TO = (Kind.ACCOUNT, Kind.WALLET)


@transaction.atomic
def freeze_prepare(*, by: Member, tip: Tip, unlocked: Unlocked | None) -> list[Request]:
    """Drafts of the request to stop the money, one for each account or wallet that the opened tip names.

    Sum and moment come from the tip; the sender's name does not leave it. A second person signs in the register.
    Pressed twice it makes no second draft. Raises TipRefused, NotAllowed, BrokenSealError.
    """
    if unlocked is None:
        raise TipRefused(_("Mở niêm phong trước: số tài khoản nhận tiền nằm trong phần niêm phong."))
    row = tip_worked(by, tip)
    opened = tip_open(by=by, tip=row, unlocked=unlocked)
    paid = [key for key in opened.facts.keys if key.kind in PAID_TO]
    known = Indicator.objects.filter(kind__in=PAID_TO, value__in=[key.value for key in paid]).order_by("pk")
    if not known:
        raise TipRefused(
            _("Tin này không nêu tài khoản hay ví nhận tiền. Hỏi người báo, hoặc lập yêu cầu ở sổ dấu vết.")
        )
    try:
        made = [
            request_prepare(
                by=by,
                kind=Request.Kind.FREEZE,
                indicator=indicator,
                amount=opened.facts.amount or None,
                transferred_at=row.sent_money_at,
                reference=str(row),
                words=_("Đề nghị tạm dừng giao dịch và giữ số tiền còn lại để xác minh."),
                origin=f"tips.tip:{row.pk}",
                urgent=is_golden(row),
            )
            for indicator in known
        ]
    except IndicatorRefused as refusal:
        raise TipRefused(str(refusal)) from refusal
    event_add(tip=row, what="freeze", by=by, facts={"requests": [one.pk for one in made]})
    audit_record(by=by, act="tips.freeze_prepare", subject=row, facts={"requests": [one.pk for one in made]})
    return made
