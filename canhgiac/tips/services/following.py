"""The sender's side, by receipt code alone: how it stands, the talk, more evidence, taking it back.

The code opens the tip's content key for as long as one request lasts. What the sender wrote first is not shown again:
who finds the slip of paper learns how the matter stands and what was asked, not the story nor who told it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.services import Limit, audit_record, quota_take
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError, Cost, code_keys, code_read, unbox
from canhgiac.kit.text import storable
from canhgiac.tips.models import Tip, TipMessage, TipToken
from canhgiac.tips.selectors.blind import code_salt
from canhgiac.tips.selectors.words import PublicStep, steps_for_sender

from .errors import TipRefused
from .files import Sent, file_keep, sent_check
from .opening import Said
from .parts import event_add, message_add, message_read

PER_ADDRESS = Limit("tip-code", 20, 600)
FOR_ALL = Limit("tip-code-all", 600, 600)
"""Guesses of all addresses together: also a thousand machines try no more than 600 codes in ten minutes."""
MOST_WORDS = 5_000
ENDED = (Tip.State.CLOSED, Tip.State.WITHDRAWN, Tip.State.SPAM)


class FollowRefused(TipRefused):
    """The code finds nothing, or the act is no longer possible; the message says what to do."""


class TooManyTries(FollowRefused):
    """More tries than a person makes."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A tip as its sender sees it."""

    tip: Tip
    steps: list[PublicStep]
    messages: list[Said] = field(repr=False)
    files: int

    @property
    def is_open(self) -> bool:
        """Whether words and files can still be added."""
        return self.tip.state not in ENDED and self.tip.erased_at is None

    @property
    def may_withdraw(self) -> bool:
        """Whether it can be taken back: nobody was handed it yet."""
        return self.tip.state in (Tip.State.NEW, Tip.State.TRIAGE, Tip.State.ASKED) and self.tip.erased_at is None


def follow(*, code: str, address: str) -> Followed:
    """What the code's holder sees. Raises FollowRefused; TooManyTries beyond the limits, before any costly work."""
    tip, key = _found(code, address)
    messages = []
    if key is not None:
        rows = list(TipMessage.objects.filter(tip=tip).order_by("at", "pk"))
        messages = [Said(one.pk, message_read(one, key), one.at, one.from_sender, None) for one in rows]
        unread = [one.pk for one in rows if not one.from_sender and one.read_at is None]
        TipMessage.objects.filter(pk__in=unread).update(read_at=clock.now())
    return Followed(tip, steps_for_sender(tip), messages, tip.files.filter(from_sender=True).count())


def tip_say_by_code(*, code: str, address: str, text: str) -> Tip:
    """The sender adds words. Raises FollowRefused."""
    words = storable(text).strip()[:MOST_WORDS]
    if not words:
        raise FollowRefused(_("Chưa có lời nhắn."))
    tip, key = _open(code, address)
    with transaction.atomic():
        message_add(tip=tip, key=key, text=words, from_sender=True)
        _came_back(tip, "message")
        audit_record(by=None, act="tips.tip_say_by_code", subject=tip)
    return tip


def tip_add_files_by_code(*, code: str, address: str, files: Sequence[Sent]) -> Tip:
    """The sender adds evidence. Raises FollowRefused, FileRefused."""
    sent_check(list(files))
    if not files:
        raise FollowRefused(_("Chưa chọn tệp nào."))
    tip, key = _open(code, address)
    with transaction.atomic():
        tokens = [file_keep(tip=tip, key=key, sent=sent) for sent in files]
        TipToken.objects.bulk_create(
            (TipToken(tip=tip, kind=TipToken.Kind.FILE, token=token) for token in tokens), ignore_conflicts=True
        )
        _came_back(tip, "files")
        audit_record(by=None, act="tips.tip_add_files_by_code", subject=tip, facts={"files": len(files)})
    return tip


def tip_withdraw_by_code(*, code: str, address: str) -> Tip:
    """The sender takes the tip back, as long as it was handed to nobody. Raises FollowRefused."""
    found, _key = _open(code, address)
    with transaction.atomic():
        tip = Tip.objects.select_for_update().get(pk=found.pk)
        if tip.state not in (Tip.State.NEW, Tip.State.TRIAGE, Tip.State.ASKED):
            raise FollowRefused(_("Tin đã chuyển cơ quan xử lý nên không rút được nữa. Bạn nhắn lại ở ô trao đổi."))
        tip.state, tip.closed_at, tip.waits_for_us = Tip.State.WITHDRAWN, clock.now(), False
        tip.version += 1
        tip.save(update_fields=["state", "closed_at", "waits_for_us", "version"])
        event_add(tip=tip, what="withdrawn", public=True)
        audit_record(by=None, act="tips.tip_withdraw_by_code", subject=tip)
    return tip


def _came_back(tip: Tip, what: str) -> None:
    """It is our turn; what waited for the sender goes on."""
    Tip.objects.filter(pk=tip.pk).update(waits_for_us=True)
    Tip.objects.filter(pk=tip.pk, state=Tip.State.ASKED).update(state=Tip.State.TRIAGE)
    event_add(tip=tip, what=what, public=True)


def _open(code: str, address: str) -> tuple[Tip, bytes]:
    tip, key = _found(code, address)
    if key is None or tip.state in ENDED:
        raise FollowRefused(_("Tin này đã kết thúc, không gửi thêm được. Có chuyện mới thì gửi tin báo mới."))
    return tip, key


def _found(code: str, address: str) -> tuple[Tip, bytes | None]:
    """The tip of a code and its content key, None once it was erased. One try counts, right or wrong."""
    if not quota_take(limit=PER_ADDRESS, address=address) or not quota_take(limit=FOR_ALL, address="all"):
        raise TooManyTries(_("Thử quá nhiều lần. Đợi 10 phút rồi nhập lại."))
    bare = code_read(code)
    if bare is None:
        raise FollowRefused(_("Mã theo dõi có 16 chữ số, in trên phiếu hẹn. Kiểm tra lại từng nhóm bốn số."))
    keys = code_keys(bare, code_salt(), cost=Cost(*settings.TIP_CODE_COST))
    tip = Tip.objects.filter(code_digest=keys.digest).first()
    if tip is None:
        raise FollowRefused(_("Không tìm thấy tin báo có mã này. Kiểm tra lại từng nhóm bốn số."))
    if tip.erased_at is not None:
        return tip, None
    try:
        return tip, unbox(keys.wrap, bytes(tip.key_by_code), what="content", pad=64)
    except BrokenSealError:
        return tip, None
