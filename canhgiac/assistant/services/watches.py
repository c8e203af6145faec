"""Watches: who agreed to hear later is told once, and what was kept for it goes in the same transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from urllib.parse import urljoin

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.services import Limit, audit_record, quota_take
from canhgiac.assistant.models import Talk, Watch
from canhgiac.assistant.selectors.watches import (
    LOOKED_BACK,
    TIP_ENDS,
    TYPED,
    About,
    News,
    Settled,
    news_since,
    settled_by,
    watches_touched,
    watches_waiting,
)
from canhgiac.kit import clock
from canhgiac.library.models import Language, ScamForm
from canhgiac.outreach.models import Consent, Suppression, Way
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.rules import may_leave_now, sending_rules
from canhgiac.outreach.services.consents import consent_write
from canhgiac.outreach.services.digests import AddressRefused, address_canonical, address_digest, token_new
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.outreach.services.singles import single_send
from canhgiac.outreach.services.templates import WATCH_ASK, WATCH_CLEARED, WATCH_LISTED, WATCH_TIP, WATCH_WARNED
from canhgiac.tips.models import Tip

from .memory import address_box, address_unbox
from .refusals import AssistantRefused

KEPT = dt.timedelta(days=90)
WINDOWS = {Way.ZALO: dt.timedelta(days=7), Way.MESSENGER: dt.timedelta(hours=24)}
"""How long the channel lets us write after the person's last word."""
ASKED_KEPT = dt.timedelta(days=2)
"""How long an address that somebody typed waits for its owner's yes."""
MOST = 10
"""Watches of one address at a time."""
MADE = Limit("watch-made", 10, 3600)
"""An hour from one network address."""
ASKED = Limit("watch-asked", 3, 86_400)
"""Questions a day to one address, whoever types it."""
PAID = Limit("watch-sms", 500, 3600)
"""Questions by SMS an hour from all over: each costs the province."""
TRIES = Limit("watch-code", 5, 86_400)
WORDS = "watch-1"
"""The version of ``consent_sentence`` in the rows of consent."""
_CODE = b"canhgiac.assistant.watch-code"
_TEMPLATES = {"listed": WATCH_LISTED, "cleared": WATCH_CLEARED, "warned": WATCH_WARNED, "tip": WATCH_TIP}


@transaction.atomic
def watch_make(
    *,
    about: About,
    way: Way | str,
    address: str = "",
    talk: Talk | None = None,
    network: str = "",
    now: dt.datetime | None = None,
) -> Watch | None:
    """Keeps the wish to hear later of somebody who agreed to ``consent_sentence``; None where nothing may be sent.

    On Zalo and Messenger ``talk`` gives the address, which is its owner's, so that it holds at once. By mail and SMS
    ``address`` is as it was typed: its owner is asked first, by a link or a code, and a page must say the same whether
    it is new, waiting, or refused our messages. ``network``: the asker's, for the limits. The same wish twice is one.
    Raises AssistantRefused (nothing to watch, no such channel, an address at fault at ``address``, a limit).
    """
    moment, wanted = now or clock.now(), Way(way)
    if not about:
        raise AssistantRefused(_("Điều này đã rõ, không có gì để báo thêm."))
    is_typed = wanted in TYPED
    to = _canonical(wanted, address) if is_typed else _of_chat(talk, wanted)
    if provider_for(wanted) is None:
        raise AssistantRefused(_("Hiện chưa gửi được qua kênh này. Hãy chọn cách khác."), "way")
    if is_typed and network and not quota_take(limit=MADE, address=network, now=moment):
        raise AssistantRefused(_("Mạng của bạn vừa hẹn nhiều lần. Những gì bạn nhập vẫn còn: một giờ nữa bấm lại."))
    digest = address_digest(wanted, to)
    _meet(digest)
    known = _known(digest, about)
    if known is not None and known.confirmed_at is not None:
        return known
    if Suppression.objects.filter(digest=digest).exists() or _has_many(digest, known):
        if is_typed:
            return None
        raise AssistantRefused(_("Bạn đã từ chối nhận tin, hoặc đã hẹn quá nhiều. Muốn được báo, nhắn DK trước."))
    if is_typed and not _may_ask(wanted, digest, moment):
        return None
    row = known or _new(about, wanted, to, digest, moment)
    if is_typed:
        _ask(row, to)
    else:
        _confirm(row, Consent.Means(wanted.value), moment)
    return row


def _canonical(way: Way, address: str) -> str:
    try:
        return address_canonical(way, address)
    except AddressRefused as refusal:
        raise AssistantRefused(str(refusal), "address") from None


def _of_chat(talk: Talk | None, way: Way) -> str:
    if talk is None or talk.channel != way.value or talk.address_sealed is None:
        raise AssistantRefused(_("Chọn cách nhận: thư điện tử hoặc tin nhắn SMS."), "way")
    return address_unbox(bytes(talk.address_sealed))


def _meet(digest: bytes) -> None:
    """Two wishes of one address at once wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])


def _has_many(digest: bytes, known: Watch | None) -> bool:
    return known is None and Watch.objects.filter(digest=digest).count() >= MOST


def _known(digest: bytes, about: About) -> Watch | None:
    for row in Watch.objects.filter(digest=digest, tokens=list(about.tokens)).select_related("form"):
        form, sketch = row.form.code if row.form else "", bytes(row.sketch or b"")
        if (form, sketch, row.tip_id) == (about.form, about.sketch, about.tip_id):
            return row
    return None


def _new(about: About, way: Way, to: str, digest: bytes, now: dt.datetime) -> Watch:
    tip = Tip.objects.filter(pk=about.tip_id).first() if about.tip_id else None
    return Watch.objects.create(
        way=way,
        digest=digest,
        address_sealed=address_box(to),
        form=ScamForm.objects.filter(code=about.form).first() if about.form else None,
        tokens=list(about.tokens),
        sketch=about.sketch or None,
        tip=tip,
        told_state=tip.state if tip else "",
        token=token_new(),
        made_at=now,
        until=now + ASKED_KEPT if way in TYPED else now + WINDOWS[way],
    )


def _may_ask(way: Way, digest: bytes, now: dt.datetime) -> bool:
    """Whether the owner of an address that somebody typed may be asked once more today."""
    allowed = quota_take(limit=ASKED, address=digest.hex(), now=now)
    return allowed and (way != Way.SMS or quota_take(limit=PAID, address="", now=now))


def _ask(row: Watch, to: str) -> None:
    consent_write(digest=bytes(row.digest), act=Consent.Act.ASKED, means=Consent.Means.WEB, proof={"watch": WORDS})
    _send(row, to, WATCH_ASK, (watch_link(row), watch_code(row)))


def watch_code(watch: Watch) -> str:
    """Four digits that go with the question, worked out anew each time: they are kept nowhere."""
    made = hmac.new(_CODE + settings.SECRET_KEY.encode(), watch.token.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8], 'big') % 10_000:04d}"


def watch_link(watch: Watch) -> str:
    """The person's own page, in full."""
    return urljoin(settings.BASE_URL, reverse("watch_page", args=[watch.token]))


@transaction.atomic
def watch_confirm(*, watch: Watch, now: dt.datetime | None = None) -> Watch | None:
    """Yes of the owner, by the link that only they have. Twice is once; None for what is gone meanwhile."""
    row = Watch.objects.select_for_update().filter(pk=watch.pk).first()
    if row is not None and row.confirmed_at is None:
        _confirm(row, Consent.Means.LINK, now or clock.now())
    return row


@transaction.atomic
def watch_confirm_code(*, digest: bytes, code: str, now: dt.datetime | None = None) -> Watch | None:
    """Yes by the code of the question, typed on the page; None where it is another code, or nobody waits.

    Five tries a day for one address.
    """
    moment = now or clock.now()
    if not quota_take(limit=TRIES, address=digest.hex(), now=moment):
        return None
    typed = code.strip().encode()
    for row in Watch.objects.select_for_update().filter(digest=digest, confirmed_at=None, until__gt=moment):
        if hmac.compare_digest(watch_code(row).encode(), typed):
            _confirm(row, Consent.Means.WEB, moment)
            return row
    return None


def _confirm(row: Watch, means: Consent.Means, now: dt.datetime) -> None:
    row.confirmed_at = now
    row.until = now + WINDOWS.get(Way(row.way), KEPT)
    row.save(update_fields=["confirmed_at", "until"])
    consent_write(digest=bytes(row.digest), act=Consent.Act.GIVEN, means=means, proof={"watch": WORDS})


@transaction.atomic
def watch_stop(*, watch: Watch) -> None:
    """Erases a watch at its owner's wish. Twice is once."""
    row = Watch.objects.select_for_update().filter(pk=watch.pk).first()
    if row is None:
        return
    consent_write(digest=bytes(row.digest), act=Consent.Act.ERASED, means=Consent.Means.LINK, proof={"watch": WORDS})
    row.delete()


def watches_tell(*, now: dt.datetime | None = None) -> int:
    """Tells everybody whose watch something settled, within the hours of their channel; how many. By the clock.

    One transaction a watch: the message is on its way and the row is gone, or neither. Killed between two of them, the
    next run goes on; two workers at once skip each other's rows.
    """
    moment, rules = now or clock.now(), sending_rules()
    ways = [way for way in Way.values if may_leave_now(way, rules, moment) and provider_for(way) is not None]
    waiting = watches_waiting(moment, ways)
    if not ways or not waiting.exists():
        return 0
    news = news_since(moment - LOOKED_BACK)
    return sum(watch_tell(watch_id=pk, news=news) for pk in watches_touched(news, waiting))


@transaction.atomic
def watch_tell(*, watch_id: int, news: News) -> bool:
    """Tells one watch what settled it and erases it; of a tip it stays until the tip has ended. Whether it was told."""
    rows = Watch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("tip")
    row = rows.filter(pk=watch_id, confirmed_at__isnull=False).first()
    told = settled_by(row, news) if row is not None else None
    if row is None or told is None:
        return False
    try:
        with transaction.atomic():
            _tell(row, told)
    except ProviderRefused:
        return False
    if row.tip is None or row.tip.state in TIP_ENDS:
        row.delete()
    else:
        row.told_state = row.tip.state
        row.save(update_fields=["told_state"])
    return True


def _tell(row: Watch, told: Settled) -> None:
    to = address_unbox(bytes(row.address_sealed))
    _send(row, to, _TEMPLATES[told.what], (urljoin(settings.BASE_URL, told.path),))


def _send(row: Watch, to: str, template: str, fields: tuple[str, ...]) -> None:
    single_send(template=template, way=row.way, language=Language.VI, to=to, digest=bytes(row.digest), fields=fields)


@transaction.atomic
def watches_forget(*, now: dt.datetime | None = None) -> int:
    """Erases watches whose time is over, whose owner refused our messages, whose tip has ended untold; how many."""
    refused = Exists(Suppression.objects.filter(digest=OuterRef("digest")))
    over = Q(until__lte=now or clock.now()) | refused | Q(tip__state__in=(Tip.State.WITHDRAWN, Tip.State.SPAM))
    due = Watch.objects.filter(over)
    first = due.order_by("pk").first()
    if first is None:
        return 0
    count = Watch.objects.filter(pk__in=list(due.values_list("pk", flat=True))).delete()[0]
    audit_record(by=None, act="assistant.watches_forget", subject=first, facts={"count": count})
    return count
