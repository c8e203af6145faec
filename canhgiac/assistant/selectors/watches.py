"""What somebody may ask to be told later, what we hold of it, and what has become known since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.core import signing
from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.assistant.models import Talk, TalkTurn, Watch
from canhgiac.engines.lookup.keys import Kind, keys_in, link_parents
from canhgiac.engines.recognition import SUSPICIOUS, UNCLEAR
from canhgiac.engines.similarity.leader import ALIKE
from canhgiac.engines.similarity.sketch import likeness
from canhgiac.indicators.models import Decision, Indicator
from canhgiac.kit.text import fold
from canhgiac.library.models import FormEdition
from canhgiac.library.selectors.sketches import text_sketch
from canhgiac.outreach.models import Suppression, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.subscribers import address_masked, ways_offered
from canhgiac.radar.models import Card, ClusterToken
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.blind import blind_token, key_tokens

from .boxes import address_unbox, words_unbox
from .replies import Reply
from .talks import reply_of

LOOKED_BACK = dt.timedelta(days=7)
"""News older than this is told to nobody: as long as a worker may have stood still."""
TYPED = (Way.EMAIL, Way.SMS)
"""Channels whose address somebody may type; a chat's is its own."""
MOST_TOKENS = 20
TIP_NEWS = (Tip.State.ASKED, Tip.State.HANDED, Tip.State.CLOSED)
"""States of a tip that its sender wants to hear of; the last one ends the watch."""
TIP_ENDS = (Tip.State.CLOSED, Tip.State.WITHDRAWN, Tip.State.SPAM)
TICKET = 86_400
"""Seconds for which an offer can be taken up: as long as the talk is kept."""
_SALT = "canhgiac.assistant.watch"


@dataclass(frozen=True, slots=True)
class About:
    """What is watched: nothing of it in clear."""

    form: str = ""
    """Code of the form it was taken for."""
    tokens: tuple[str, ...] = ()
    sketch: bytes = b""
    tip_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.form or self.tokens or self.sketch or self.tip_id)


def is_open(reply: Reply) -> bool:
    """Whether an answer leaves something open that may become known: "cannot tell" and "suspicious"."""
    return reply.checked is not None and reply.checked.state in (UNCLEAR, SUSPICIOUS)


def about_of(turn: TalkTurn) -> About | None:
    """What could become known of the message that this answer is about; None where nothing is left open.

    Two queries. Raises BrokenSealError.
    """
    if turn.who != TalkTurn.Who.ASSISTANT:
        return None
    reply = reply_of(turn)
    checked = reply.checked
    if checked is None or not is_open(reply):
        return None
    asked = turn.talk.turns.filter(number__lt=turn.number, who=TalkTurn.Who.PERSON).order_by("-number").first()
    if asked is None:
        return None
    words = words_unbox(bytes(asked.words_sealed))
    keys = keys_in(words)
    keys += [parent for key in keys if key.kind == Kind.LINK for parent in link_parents(key)]
    tokens = sorted(token.hex() for token in key_tokens(keys).values())[:MOST_TOKENS]
    found = About(checked.form.code if checked.form else "", tuple(tokens), text_sketch(words))
    return found or None


@dataclass(frozen=True, slots=True)
class WatchOffer:
    """The offer to hear later, for ``assistant/watch_offer.html``."""

    ticket: str
    of_tip: bool
    ways: list[Way]
    sentence: str


def watch_offer(turn: TalkTurn) -> WatchOffer | None:
    """The offer under an answer of the assistant on the web; None where nothing is open, or nothing can be sent."""
    return _offer(["turn", turn.pk], of_tip=False) if about_of(turn) is not None else None


def watch_offer_of_tip(tip: Tip) -> WatchOffer | None:
    """The offer on the page of a tip that was just sent; None where nothing can be sent."""
    return _offer(["tip", tip.pk], of_tip=True)


def _offer(what: list[str | int], *, of_tip: bool) -> WatchOffer | None:
    ways = [way for way in ways_offered() if way in TYPED]
    return WatchOffer(signing.dumps(what, salt=_SALT), of_tip, ways, consent_sentence(of_tip=of_tip)) if ways else None


def offer_read(ticket: str) -> tuple[WatchOffer, About] | None:
    """The offer of a ticket with what it is about; None for one not ours or a day old, or whose talk is gone."""
    try:
        kind, number = signing.loads(ticket, salt=_SALT, max_age=TICKET)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if kind == "tip":
        about: About | None = About(tip_id=number) if Tip.objects.filter(pk=number).exists() else None
    else:
        turn = TalkTurn.objects.select_related("talk").filter(pk=number).first()
        about = about_of(turn) if turn is not None else None
    offer = _offer([kind, number], of_tip=kind == "tip") if about is not None else None
    return (offer, about) if offer is not None and about is not None else None


def consent_sentence(way: str = "", *, of_tip: bool = False) -> str:
    """The sentence that a person agrees to, whole: what is sent, how long, what is kept, how it ends."""
    if of_tip:
        told = _("Tôi đồng ý được báo khi tin báo của tôi có bước mới.")
        rest = _(
            "Chỉ giữ địa chỉ nhận và dấu nối tới tin báo, không có lời nào của tin; tin kết thúc là xóa; dừng lúc nào "
            "cũng được."
        )
    else:
        told = _("Tôi đồng ý được báo một lần khi điều tôi vừa hỏi có kết luận hoặc có cảnh báo.")
        rest = _(
            "Chỉ giữ địa chỉ nhận và dấu vân tay của câu hỏi, không giữ lời hỏi; báo xong là xóa; dừng lúc nào cũng "
            "được."
        )
    kept = {
        Way.ZALO.value: _("Zalo chỉ cho nhắn trong 7 ngày, nên giữ lời hẹn 7 ngày."),
        Way.MESSENGER.value: _("Messenger chỉ cho nhắn trong 24 giờ, nên giữ lời hẹn 24 giờ."),
    }.get(way, _("Giữ lời hẹn nhiều nhất 90 ngày."))
    return f"{told} {kept} {rest}"


def wants_watch(text: str) -> bool:
    """Whether words in a chat take the offer up: "báo cho tôi khi có tin mới" and what people make of it."""
    told = " ".join(fold(text).split())
    return len(told) < 60 and told.startswith(("bao cho toi khi", "bao toi khi", "bao em khi", "bao lai cho toi"))


# The person's own page -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WatchPage:
    """All that we hold of a watch."""

    watch: Watch
    masked: str
    held: list[str]
    is_sms: bool


def watch_by_token(token: str) -> Watch:
    """The watch of a person's own link. Raises Http404: told, stopped, over, or never there look the same."""
    return get_object_or_404(Watch.objects.select_related("form__published", "tip"), token=token)


def watch_page(watch: Watch) -> WatchPage:
    """What the page behind the link shows. Raises BrokenSealError."""
    masked = address_masked(watch.way, address_unbox(bytes(watch.address_sealed)))
    return WatchPage(watch, masked, _held(watch), watch.way == Way.SMS)


def _held(watch: Watch) -> list[str]:
    if watch.tip_id:
        return [_("Tin báo bạn đã gửi: chỉ biết là tin nào, không có lời nào của tin.")]
    told = []
    if watch.tokens:
        told.append(_("Dấu của số, tài khoản, đường liên kết bạn đã hỏi, không đọc ngược ra được."))
    if watch.sketch:
        told.append(_("Dấu vân tay của tin bạn đã hỏi, không đọc ngược ra lời được."))
    if watch.form is not None and (edition := watch.form.published) is not None:
        told.append(_("Hình thức lừa đảo mà tin đó giống: %s.") % _name(edition))
    return told


def _name(edition: FormEdition) -> str:
    return edition.name


# What has become known -----------------------------------------------------------------------------------------------


def watches_waiting(now: dt.datetime, ways: Collection[str] | None = None) -> QuerySet[Watch]:
    """Watches of people who may be written to: confirmed, not over, not refused since."""
    rows = Watch.objects.filter(confirmed_at__isnull=False, until__gt=now)
    rows = rows.filter(~Exists(Suppression.objects.filter(digest=OuterRef("digest"))))
    return rows if ways is None else rows.filter(way__in=list(ways))


@dataclass(frozen=True, slots=True)
class Told:
    """A warning that was issued, by what it is recognised."""

    pk: int
    form_id: int | None
    at: dt.datetime
    sketches: tuple[bytes, ...]
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class News:
    """What has become known of a while."""

    decided: dict[str, tuple[int, dt.datetime]] = field(default_factory=dict)
    """Token to the state that two people decided on, and when."""
    warned: Sequence[Told] = ()

    @property
    def tokens(self) -> list[str]:
        """Every token that something became known of."""
        return list({*self.decided, *(token for one in self.warned for token in one.tokens)})

    @property
    def forms(self) -> list[int]:
        """Every form that was warned of."""
        return list({one.form_id for one in self.warned if one.form_id is not None})

    @property
    def has_sketches(self) -> bool:
        """Whether any text can be compared."""
        return any(one.sketches for one in self.warned)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a watch is told: one of ``outreach``'s templates and the address in it."""

    what: str
    """"listed", "cleared", "warned" or "tip"."""
    path: str


def news_since(since: dt.datetime) -> News:
    """What was decided and issued since a moment. Five queries at most."""
    states = (Indicator.State.CONFIRMED, Indicator.State.CLEARED)
    done = Decision.objects.filter(outcome=Decision.Outcome.DONE, to_state__in=states, decided_at__gte=since)
    rows = done.filter(indicator__state__in=states).order_by("decided_at", "pk")
    decided: dict[str, tuple[int, dt.datetime]] = {}
    values = rows.values_list("indicator__kind", "indicator__value", "indicator__state", "decided_at")
    for kind, value, state, at in values:
        if at is not None:
            decided[blind_token(kind, value).hex()] = (state, at)
    return News(decided, _warned(since))


def _warned(since: dt.datetime) -> list[Told]:
    """Warnings that began since, with the cluster of the radar that some were drafted from."""
    rows = list(Alert.objects.filter(state=Alert.State.ISSUED, issued_at__gte=since).exclude(kind=Alert.Kind.CANCEL))
    cards = {row.pk: int(number) for row in rows if (number := _card(row.origin))}
    clusters = dict(Card.objects.filter(pk__in=cards.values()).values_list("pk", "cluster"))
    leaders = dict(Card.objects.filter(pk__in=cards.values()).values_list("pk", "cluster__leader"))
    tokens: dict[int, set[str]] = {}
    for cluster, token in ClusterToken.objects.filter(cluster__in=clusters.values()).values_list("cluster", "token"):
        tokens.setdefault(cluster, set()).add(bytes(token).hex())
    found = []
    for row in rows:
        card = cards.get(row.pk, 0)
        own = text_sketch(f"{row.title}\n{row.happens}\n{row.signs}")
        sketches = tuple(one for one in (own, bytes(leaders.get(card, b""))) if one)
        assert row.issued_at is not None
        found.append(
            Told(row.pk, row.form_id, row.issued_at, sketches, frozenset(tokens.get(clusters.get(card, 0), ())))
        )
    return found


def _card(origin: str) -> str:
    kind, _colon, number = origin.partition(":")
    return number if kind == "radar.card" and number.isdecimal() else ""


def watches_touched(news: News, waiting: QuerySet[Watch]) -> list[int]:
    """Ids of the waiting watches that some news may settle: set-based but for the likeness of texts."""
    found: set[int] = set(waiting.filter(form__in=news.forms).values_list("pk", flat=True)) if news.forms else set()
    if news.tokens:
        found |= set(_with_tokens(news.tokens)) & set(waiting.exclude(tokens=[]).values_list("pk", flat=True))
    if news.has_sketches:
        rows = waiting.filter(sketch__isnull=False).values_list("pk", "sketch")
        found |= {pk for pk, sketch in rows if any(_is_near(bytes(sketch or b""), one) for one in news.warned)}
    moved = waiting.filter(tip__state__in=TIP_NEWS).exclude(told_state=F("tip__state"))
    found |= set(moved.values_list("pk", flat=True))
    return sorted(found)


def _with_tokens(tokens: Iterable[str]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM assistant_watch WHERE jsonb_exists_any(tokens, %s)", [list(tokens)])
        return [row[0] for row in cursor.fetchall()]


def _is_near(sketch: bytes, told: Told) -> bool:
    return any(likeness(sketch, other) >= ALIKE for other in told.sketches)


def settled_by(watch: Watch, news: News) -> Settled | None:
    """What this watch is to be told now; None where nothing became known after it was made."""
    if watch.tip is not None:
        moved = watch.tip.state in TIP_NEWS and watch.tip.state != watch.told_state
        return Settled("tip", reverse("watch_page", args=[watch.token])) if moved else None
    for token in watch.tokens:
        state, at = news.decided.get(token, (0, watch.made_at))
        if at > watch.made_at:
            what = "listed" if state == Indicator.State.CONFIRMED else "cleared"
            return Settled(what, reverse("golden_hour") if what == "listed" else reverse("public_home"))
    sketch, tokens = bytes(watch.sketch or b""), set(watch.tokens)
    for one in news.warned:
        is_it = (watch.form_id and one.form_id == watch.form_id) or tokens & one.tokens or _is_near(sketch, one)
        if is_it and one.at > watch.made_at:
            return Settled("warned", reverse("warning_public", args=[one.pk]))
    return None


def chat_about(talk: Talk) -> About | None:
    """What the last answer of a chat leaves open; None where nothing is."""
    turn = talk.turns.filter(who=TalkTurn.Who.ASSISTANT).select_related("talk").order_by("-number").first()
    return about_of(turn) if turn is not None else None
