"""Appeals: somebody says a number, account or link is listed wrongly. Answered within a stated time, by a code."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.services import Limit, audit_record, notice_send, quota_take
from canhgiac.indicators.models import Appeal, Decision, Indicator
from canhgiac.indicators.selectors.scope import require_propose
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError, box, code_keys, code_new, code_read, unbox
from canhgiac.kit.text import storable

from .decisions import index_wanted
from .refusals import IndicatorRefused
from .reports import readable

DAYS: Final = 7
"""Calendar days until the answer is due. A listed shop or driver cannot take money meanwhile, so shorter than the 30
days of the Law on Complaints (article 28); long enough to ask a bank or carrier back."""
SOON = dt.timedelta(days=2)
"""From so long before the deadline on, and every day after it, officers are reminded."""
KEEP_CONTACT = dt.timedelta(days=90)
"""How long the way to reach a person is kept after the answer."""
MAKES, FOLLOWS, FOLLOWS_ALL = Limit("appeal", 5, 3600), Limit("appeal-code", 20, 600), Limit("appeal-codes", 600, 600)
"""Of an address, of an address, and of everybody together: trying codes meets the last one first."""
WORDS_LENGTH, ANSWER_LENGTH = 3000, 1000
_CONTACT = "indicators.appeal"


@dataclass(frozen=True, slots=True)
class AppealMade:
    """The receipt. The code is told once and not kept."""

    appeal: Appeal
    code: str


@dataclass(frozen=True, slots=True)
class AppealFollowed:
    """What the person with the code is told: nothing about the register before an officer answered."""

    at: dt.datetime
    due_at: dt.datetime
    state: str
    """ "open" while nobody answered."""
    label: str
    answer: str
    decided_at: dt.datetime | None
    late: bool


def _secret(what: str, size: int) -> bytes:
    """A key of one purpose derived from the server's secret (HKDF-extract, RFC 5869)."""
    return hmac.new(f"canhgiac.indicators.{what}".encode(), settings.SECRET_KEY.encode(), hashlib.sha256).digest()[
        :size
    ]


def _digest(code: str) -> str:
    """The slow digest by which a code finds its row: Argon2id under a salt outside the database."""
    return code_keys(code, _secret("appeal.code", 16)).digest


def appeal_make(*, kind: str, text: str, words: str, address: str, bank: str = "", contact: str = "") -> AppealMade:
    """Takes an appeal. The answer and its cost are the same whether the thing is listed or not.

    ``address``: the sender's network address, for the limit alone. Raises IndicatorRefused.
    """
    key = readable(kind, text, bank)
    why = storable(words).strip()
    if len(why) < 10:
        raise IndicatorRefused(_("Viết vài câu: vì sao bạn cho là báo nhầm."), "words")
    if len(why) > WORDS_LENGTH:
        raise IndicatorRefused(_("Dài nhất %d ký tự.") % WORDS_LENGTH, "words")
    if not quota_take(limit=MAKES, address=address):
        raise IndicatorRefused(_("Mạng của bạn vừa gửi nhiều khiếu nại. Một giờ nữa gửi tiếp; nội dung vẫn còn đây."))
    code, now = code_new(), clock.now()
    digest, reach = _digest(code), storable(contact).strip()[:300]
    with transaction.atomic():
        listed = Indicator.objects.filter(kind=key.kind.value, value=key.value).first()
        appeal = Appeal.objects.create(
            kind=key.kind.value,
            value=key.value,
            indicator=listed,
            words=why,
            contact_sealed=box(_secret("appeal.contact", 32), reach.encode(), what=_CONTACT) if reach else None,
            code_digest=digest,
            at=now,
            due_at=now + dt.timedelta(days=DAYS),
        )
        _tell(
            _("Khiếu nại mới về sổ dấu vết"),
            _("Có khiếu nại mới, trả lời trước %s.") % f"{appeal.due_at.astimezone(clock.VIETNAM):%d/%m/%Y}",
            "indicators.appeal_made",
        )
    return AppealMade(appeal, code)


def appeal_follow(*, code: str, address: str) -> AppealFollowed:
    """What became of an appeal. Raises IndicatorRefused for a code that is none, with the same words for every one."""
    wrong = _("Mã không đúng. Mã gồm 16 chữ số, ghi trên giấy biên nhận lúc gửi.")
    if not quota_take(limit=FOLLOWS_ALL, address="all") or not quota_take(limit=FOLLOWS, address=address):
        raise IndicatorRefused(_("Thử quá nhiều lần. Đợi mười phút rồi nhập lại."), "code")
    digits = code_read(code)
    row = Appeal.objects.filter(code_digest=_digest(digits)).first() if digits else None
    if row is None:
        raise IndicatorRefused(wrong, "code")
    return AppealFollowed(
        at=row.at,
        due_at=row.due_at,
        state=row.state,
        label=_("Đang chờ xem xét") if row.state == Appeal.State.OPEN else str(row.get_state_display()),
        answer=row.answer,
        decided_at=row.decided_at,
        late=row.state == Appeal.State.OPEN and clock.now() > row.due_at,
    )


@transaction.atomic
def appeal_take(*, by: Member, appeal: Appeal) -> Appeal:
    """The member looks after it; a second call gives it back. Raises NotAllowed, IndicatorRefused when answered."""
    require_propose(by)
    row = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if row.state != Appeal.State.OPEN:
        raise IndicatorRefused(_("Khiếu nại này đã được trả lời."))
    row.assigned_to = None if row.assigned_to_id == by.pk else by
    row.save(update_fields=["assigned_to"])
    audit_record(by=by, act="indicators.appeal_take", subject=row, facts={"taken": row.assigned_to_id == by.pk})
    return row


@transaction.atomic
def appeal_decide(*, by: Member, appeal: Appeal, clear: bool, answer: str) -> Appeal:
    """Answers. ``clear`` takes the thing off the register at once, everywhere; else it stays, with the reason.

    What two people confirmed is looked at by a third: neither of them may answer. What is not listed, or no longer,
    is answered so. Raises NotAllowed, IndicatorRefused.
    """
    require_propose(by)
    row = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if row.state != Appeal.State.OPEN:
        raise IndicatorRefused(_("Khiếu nại này đã được trả lời."))
    words = storable(answer).strip()
    if len(words) < 5:
        raise IndicatorRefused(_("Viết câu trả lời cho người khiếu nại."), "answer")
    if len(words) > ANSWER_LENGTH:
        raise IndicatorRefused(_("Dài nhất %d ký tự.") % ANSWER_LENGTH, "answer")
    found = Indicator.objects.select_for_update(no_key=True).filter(kind=row.kind, value=row.value).first()
    if found is None or found.state == Indicator.State.CLEARED:
        row.state = Appeal.State.NOT_LISTED if found is None else Appeal.State.CLEARED
    else:
        _third(by, found)
        row.state = Appeal.State.CLEARED if clear else Appeal.State.KEPT
        if clear:
            _clear(by, found, words)
    row.indicator = found
    row.decided_by, row.decided_at, row.answer = by, clock.now(), words
    row.save()
    facts = {"state": row.state, "indicator": row.indicator_id}
    audit_record(by=by, act="indicators.appeal_decide", subject=row, facts=facts)
    return row


def _third(by: Member, row: Indicator) -> None:
    """Raises NotAllowed for one of those who confirmed what stands."""
    if row.state != Indicator.State.CONFIRMED:
        return
    told = row.decisions.filter(to_state=Indicator.State.CONFIRMED, outcome=Decision.Outcome.DONE).order_by("-pk")[:1]
    if any(by.pk in {one.proposed_by_id, one.decided_by_id} for one in told):
        raise NotAllowed(_("Bạn đã tham gia xác nhận mục này. Khiếu nại phải do người khác xem lại."))


def _clear(by: Member, row: Indicator, words: str) -> None:
    now = clock.now()
    row.decisions.filter(outcome=Decision.Outcome.OPEN).update(outcome=Decision.Outcome.TAKEN_BACK, decided_at=now)
    Decision.objects.create(
        indicator=row,
        from_state=row.state,
        to_state=Indicator.State.CLEARED,
        reason=_("Theo khiếu nại: %s") % words[:900],
        tags=row.tags,
        was_tags=row.tags,
        was_expires_on=row.expires_on,
        outcome=Decision.Outcome.DONE,
        proposed_by=by,
        proposed_at=now,
        decided_at=now,
    )
    row.state, row.expires_on, row.changed_at, row.version = Indicator.State.CLEARED, None, now, row.version + 1
    row.save(update_fields=["state", "expires_on", "changed_at", "version"])
    index_wanted()


def contact_of(*, by: Member, appeal: Appeal) -> str:
    """How to reach the person, for who answers; empty when not given or erased. Raises NotAllowed."""
    require_propose(by)
    if appeal.contact_sealed is None:
        return ""
    try:
        return unbox(_secret("appeal.contact", 32), bytes(appeal.contact_sealed), what=_CONTACT).decode()
    except BrokenSealError:
        return ""


@transaction.atomic
def appeals_remind(*, now: dt.datetime) -> int:
    """Tells officers of appeals that fall due or are late: one notice a person and run; erases old contacts.

    Returns how many appeals wait so.
    """
    old = Appeal.objects.filter(decided_at__lt=now - KEEP_CONTACT, contact_sealed__isnull=False)
    old.update(contact_sealed=None)
    waiting = Appeal.objects.filter(state=Appeal.State.OPEN, due_at__lt=now + SOON).count()
    if waiting:
        late = Appeal.objects.filter(state=Appeal.State.OPEN, due_at__lt=now).count()
        words = ngettext("%(n)d khiếu nại đến hạn trả lời", "%(n)d khiếu nại đến hạn trả lời", waiting) % {"n": waiting}
        _tell(
            words,
            _("Trong đó %d đã quá hạn.") % late if late else _("Chưa có khiếu nại nào quá hạn."),
            "indicators.appeals_remind",
        )
    return waiting


def _tell(subject: str, body: str, kind: str) -> None:
    """A notice to each who receives tips."""
    officers = Member.objects.filter(
        in_force(clock.today(), "roles__"), is_active=True, roles__kind=Role.Kind.TIP_OFFICER
    ).distinct()
    for member in officers:
        with translation.override(member.language):
            notice_send(kind=kind, subject=subject, body=body, member=member, link=reverse("appeal_list"))
