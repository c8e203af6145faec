"""A tip out of a talk: handed to the police's intake as it was shown, its code told once."""

from __future__ import annotations

import uuid as uuids

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.assistant.models import Talk
from canhgiac.assistant.selectors.replies import Choice, Reply
from canhgiac.assistant.selectors.tipdrafts import TipDraft, tip_draft
from canhgiac.assistant.selectors.tiplinks import tip_key_of
from canhgiac.engines.dialogue import Slots
from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.tips.models import Tip
from canhgiac.tips.services.intake import Receipt, TipData, tip_receive
from canhgiac.tips.services.parts import Facts

from .talks import reply_add


@transaction.atomic
def talk_tip(*, talk: Talk, data: TipData | None = None, client_key: uuids.UUID | None = None) -> Receipt:
    """Hands a tip to ``tips`` and notes in the talk that it was sent; the code is in the receipt alone.

    ``data``: as the person confirmed it on the page; without it the draft goes as it stands, for channels where the
    person said yes to it in words. ``client_key``: made with the page, so that a second tap is the same tip; without it
    one made of the talk. The code is never written into the talk. Raises TipRefused (of ``tips``) where intake is not
    open or nothing was told, AssistantRefused where the talk is over.
    """
    receipt = tip_receive(
        data=data or tip_of_draft(tip_draft(talk)),
        channel=Tip.Channel.ASSISTANT,
        client_key=client_key or tip_key_of(talk),
    )
    if not receipt.again:
        reply_add(talk=talk, reply=_told())
    return receipt


def tip_of_draft(draft: TipDraft, *, language: str = "vi") -> TipData:
    """The draft as intake takes it. One query where a form was recognised, else none."""
    return TipData(
        story=draft.story,
        facts=Facts(amount=draft.amount, own_bank=draft.own_bank, keys=draft.keys),
        happened_on=draft.sent_money_at.astimezone(clock.VIETNAM).date() if draft.sent_money_at else None,
        form=ScamForm.objects.filter(code=draft.form).first() if draft.form else None,
        area=draft.area,
        lost_nothing=draft.lost_money is False,
        sent_money_at=draft.sent_money_at,
        language=language,
    )


def _told() -> Reply:
    return Reply(
        act="report",
        slots=Slots(),
        says=(
            _("Tin báo của bạn đã gửi tới công an. Mã theo dõi chỉ hiện một lần, không nằm trong cuộc trò chuyện này."),
            _("Cán bộ không bao giờ hỏi mã này, không thu phí lấy lại tiền. Ai hỏi là lừa thêm lần nữa."),
        ),
        choices=(Choice(_("Theo dõi tin đã báo"), url=reverse("tip_follow")),),
    )
