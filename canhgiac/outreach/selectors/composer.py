"""The composer's page: one warning, its renditions with their measures and faults, the gates, who would get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.kit import sms
from canhgiac.library.models import Language
from canhgiac.library.selectors.editions import APPROVERS, require_standing
from canhgiac.outreach.models import Broadcast, Posting, Provider, Rendition, Subscriber, Way
from canhgiac.outreach.models import Warning as Alert

from .audiences import Count, Rule, audience_count
from .broadcasts import Reached, reached
from .gates import Gate, GateState, gates
from .generator import PAUSE
from .linting import Finding, linter
from .providers import provider_for
from .renditions import Measure, findings_of, is_behind, is_edited, measure, renditions_of
from .rules import sending_rules
from .scope import may_write
from .sendplan import LEAVING, may_override, may_send
from .trials import may_try

State, Kind = Alert.State, Rendition.Kind
PICTURED = frozenset({Kind.SMS_PLAIN, Kind.SMS, Kind.ZALO, Kind.LOUDSPEAKER, Kind.NOTICE})


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a text fills its SMS parts: one share of 0 to 100 a part, for the page to draw."""

    name: str
    length: sms.Length
    room: int
    """Units in the parts it takes."""
    fills: tuple[int, ...]
    cost: int
    """Đồng for one message."""
    total: int
    """Đồng for everyone who would get it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One rendition as the page shows it."""

    rendition: Rendition
    measure: Measure
    findings: tuple[Finding, ...]
    is_edited: bool
    is_behind: bool
    bar: Bar | None = None
    pieces: tuple[tuple[str, bool], ...] = ()
    """Of a loudspeaker script: words, and whether a pause follows."""

    @property
    def stops(self) -> bool:
        """Whether something in it has to be mended."""
        return any(one.blocks for one in self.findings)


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language and how far its renditions are."""

    code: str
    name: str
    written: int
    all: int
    is_spoken: bool


@dataclass(frozen=True, slots=True)
class Composer:
    """Everything on the page."""

    warning: Alert
    cards: dict[str, Card]
    """Vietnamese renditions by kind."""
    others: tuple[Card, ...]
    languages: tuple[LanguageRow, ...]
    gates: tuple[Gate, ...]
    count: Count
    broadcasts: tuple[Broadcast, ...]
    postings: tuple[Posting, ...]
    sender: str
    """The name that SMS come from; empty where no contract stands."""
    speaker: str
    may_write: bool
    may_review: bool
    """Whether the member is somebody's second person here."""
    may_send: bool
    """Whether the member may make a sending of it now."""
    may_try: bool
    """Whether the member may send one message of it to themselves."""
    reached: Reached | None
    """Where it went, or where the one went that it takes the place of."""

    @property
    def passed(self) -> int:
        """Gates that let messages leave."""
        return sum(gate.state != GateState.SHUT for gate in self.gates)

    @property
    def rest(self) -> list[tuple[str, Card]]:
        """Vietnamese renditions that have no picture of their own on the page."""
        return [(kind, card) for kind, card in self.cards.items() if kind not in PICTURED]

    @property
    def is_still_here(self) -> bool:
        """Whether nothing of it left and nothing is about to: a sending that was stopped does not count."""
        return not self.postings and all(one.state == Broadcast.State.STOPPED for one in self.broadcasts)

    @property
    def is_open(self) -> bool:
        """Still written."""
        return self.warning.state in {State.DRAFT, State.RETURNED}


def composer(member: Member, warning: Alert) -> Composer:
    """The page of one warning for one member. Some fifteen queries, whatever the number of renditions."""
    renditions, rules, profile = renditions_of(warning), sending_rules(), province()
    findings = findings_of(linter(), renditions)
    provider, count = provider_for(Way.SMS), audience_count(rule_of(warning))
    providers = [one for way in Way.values if (one := provider_for(way)) is not None]
    cards = [card_of(row, warning, findings.get(row, ()), provider, count) for row in renditions]
    return Composer(
        warning=warning,
        cards={card.rendition.kind: card for card in cards if card.rendition.language == Language.VI},
        others=tuple(card for card in cards if card.rendition.language != Language.VI),
        languages=_languages(renditions),
        gates=tuple(gates(warning, findings, providers, rules)),
        count=count,
        broadcasts=tuple(warning.broadcasts.order_by("-made_at")),
        postings=tuple(warning.postings.select_related("area").order_by("place", "area__folded")),
        sender=provider.sender if provider else "",
        speaker=profile.office.name if profile.office else profile.name,
        may_write=may_write(member),
        may_review=may_review(member, warning),
        may_send=warning.state in LEAVING and (may_send(member) or may_override(member)),
        may_try=may_try(member, warning),
        reached=reached(warning),
    )


def rule_of(warning: Alert) -> Rule:
    """Whom the warning is for, as a rule over subscribers: its areas, its group where subscribers can choose it."""
    groups = (warning.audience,) if warning.audience in Subscriber.GROUPS else ()
    return Rule(areas=tuple(area.pk for area in warning.areas.all()), groups=groups)


def may_review(member: Member, warning: Alert) -> bool:
    """Whether the member may be its second person: an approver of the standing office who wrote nothing in it."""
    if warning.state != State.IN_REVIEW or member.pk in warning.writers:
        return False
    try:
        require_standing(member, *APPROVERS)
    except NotAllowed:
        return False
    return True


def card_of(
    rendition: Rendition,
    warning: Alert,
    findings: Sequence[Finding],
    provider: Provider | None,
    count: Count | None,
) -> Card:
    """One rendition with what it costs and what stands against it. No query."""
    measured = measure(rendition.kind, rendition.text)
    bar = None
    if measured.sms is not None:
        people = count.by_way.get(Way.SMS, 0) if count else 0
        bar = _bar(rendition, measured.sms, provider.cost if provider else 0, people)
    return Card(
        rendition=rendition,
        measure=measured,
        findings=tuple(findings),
        is_edited=is_edited(rendition),
        is_behind=is_behind(rendition, warning),
        bar=bar,
        pieces=_pieces(rendition.text) if rendition.kind == Kind.LOUDSPEAKER else (),
    )


def _bar(rendition: Rendition, length: sms.Length, price: int, people: int) -> Bar:
    room = sms.ALONE[length.alphabet] if length.parts <= 1 else sms.PART[length.alphabet] * length.parts
    last = length.units - (length.parts - 1) * sms.PART[length.alphabet] if length.parts > 1 else length.units
    part = sms.PART[length.alphabet] if length.parts > 1 else sms.ALONE[length.alphabet]
    fills = (100,) * max(length.parts - 1, 0) + (min(max(round(last * 100 / part), 0), 100),)
    cost = price * length.parts
    return Bar(f"{rendition.get_kind_display()} ({length.alphabet})", length, room, fills, cost, cost * people)


def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    parts = text.split(PAUSE)
    return tuple((part.strip(), number < len(parts) - 1) for number, part in enumerate(parts) if part.strip())


def _languages(renditions: Sequence[Rendition]) -> tuple[LanguageRow, ...]:
    rows: dict[str, list[Rendition]] = {}
    for rendition in renditions:
        rows.setdefault(rendition.language, []).append(rendition)
    return tuple(
        LanguageRow(
            code,
            str(Language(code).label),
            sum(1 for one in many if one.text.strip()),
            len(many),
            any(one.audio_sha256 for one in many),
        )
        for code, many in rows.items()
    )
