"""What a sending would be before it is made: its channels with words and price, how many people, the gates for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role
from canhgiac.kit import clock, sms
from canhgiac.library.models import Language
from canhgiac.library.selectors.editions import require_standing
from canhgiac.outreach.models import Broadcast, Lane, Provider, Rendition, SendingRules, Way
from canhgiac.outreach.models import Warning as Alert

from .audiences import Count, Rule, audience_count, audience_sql
from .gates import MOMENT, Cap, Gate, gates, shut
from .linting import linter
from .renditions import KIND_OF, findings_of, renditions_of
from .rules import WINDOW, sending_rules

Kind = Rendition.Kind
LEAVING = (Alert.State.APPROVED, Alert.State.ISSUED)
SAMPLE, SAMPLE_FROM = 200, 2000
"""How many leave first, and from which number of people on."""


def may_send(member: Member) -> bool:
    """Whether the member makes and steers routine sendings. One query."""
    return has_role(member, Role.Kind.COORDINATOR)


def may_override(member: Member) -> bool:
    """Whether the member may send at any hour and beyond the count of 24 hours: an approver of the standing office."""
    try:
        require_standing(member, Role.Kind.APPROVER)
    except NotAllowed:
        return False
    return True


def require_planning(member: Member) -> None:
    """Raises NotAllowed for who makes no sendings, routine or urgent."""
    if not may_send(member):
        require_standing(member, Role.Kind.APPROVER)


@dataclass(frozen=True, slots=True)
class WayOption:
    """One channel as a sending of this warning may use it."""

    way: str
    name: str
    providers: tuple[Provider, ...]
    """Active ones, the usual one first."""
    renditions: tuple[Rendition, ...]
    """With words, of the usual provider."""
    misses: str = ""
    """Why it cannot be used; empty where it can."""

    @property
    def preview(self) -> str:
        """The words that most people of the channel get."""
        if not self.renditions:
            return ""
        first = self.renditions[0]
        return (
            f"{first.title}: {first.text}"
            if first.title and first.kind not in {Kind.SMS, Kind.SMS_PLAIN}
            else first.text
        )

    @property
    def parts(self) -> int:
        """Parts of one SMS in the form that most people get; 1 on other channels."""
        return parts_of(self.renditions[0]) if self.renditions and self.way == Way.SMS else 1


def kinds_of(provider: Provider) -> tuple[str, ...]:
    """The renditions that go out by a provider, the usual one first."""
    if provider.wire == Provider.Wire.ZNS:
        return (Kind.ZNS,)
    return (Kind.SMS_PLAIN, Kind.SMS) if provider.way == Way.SMS else (KIND_OF[provider.way],)


def parts_of(rendition: Rendition) -> int:
    """Parts of one SMS with these words; 1 for other channels."""
    if rendition.kind not in {Kind.SMS, Kind.SMS_PLAIN}:
        return 1
    return max(sms.length(rendition.text).parts, 1)


def way_options(warning: Alert) -> list[WayOption]:
    """Every channel with what it would send. Two queries."""
    active = list(Provider.objects.filter(is_active=True).order_by("paused_at", "pk"))
    written = [one for one in renditions_of(warning) if one.text.strip()]
    found = []
    for way in Way:
        providers = sorted(
            (one for one in active if one.way == way), key=lambda one: (one.paused_at is not None, one.pk)
        )
        kinds = kinds_of(providers[0]) if providers else ()
        rows = sorted(
            (one for one in written if one.kind in kinds),
            key=lambda one: (one.language != Language.VI, one.language, kinds.index(one.kind)),
        )
        misses = "" if providers else _("Chưa có nhà cung cấp.")
        if providers and not rows:
            misses = _("Chưa có lời cho kênh này.")
        found.append(WayOption(way.value, str(way.label), tuple(providers), tuple(rows), misses))
    return found


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One channel of the plan."""

    way: str
    name: str
    provider: Provider
    people: int
    cost: int
    """Đồng for everybody."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A sending as it would be made now."""

    rows: tuple[PlanRow, ...]
    gates: tuple[Gate, ...]
    often: int
    """Of the people those who had their count of 24 hours: left out, unless it is an emergency."""
    held_out: int
    """Per cent."""
    suppressed: int
    communes: int | None
    """None for a follow-up, which goes to people, not to places."""

    @property
    def people(self) -> int:
        """On all channels together, before anybody is left out."""
        return sum(row.people for row in self.rows)

    @property
    def cost(self) -> int:
        """Đồng, before anybody is left out."""
        return sum(row.cost for row in self.rows)

    @property
    def shut(self) -> list[Gate]:
        """What stands against it."""
        return shut(self.gates)

    @property
    def passed(self) -> int:
        """Gates that let messages leave."""
        return len(self.gates) - len(self.shut)


def plan_of(
    warning: Alert,
    rule: Rule,
    providers: Sequence[Provider],
    *,
    hold_out: int = 0,
    is_emergency: bool = False,
    at: dt.datetime | None = None,
) -> Plan:
    """The plan with these providers, one a channel. ``at``: when it is to leave, now where None.

    Some ten queries; under a second at a million subscribers but for the count of 24 hours, which reads who was
    written to lately.
    """
    rules, follows = sending_rules(), warning.refers_to_id is not None
    ways = [one.way for one in providers]
    count = None if follows else audience_count(rule)
    people = followed_by_way(warning) if count is None else count.by_way
    renditions = renditions_of(warning)
    often = 0 if follows else often_count(rule, ways, rules.most_in_day)
    caps = caps_of(providers, rules, people, at=at or clock.now())
    found = gates(
        *(warning, findings_of(linter(), renditions), providers, rules),
        often=often,
        is_emergency=is_emergency,
        caps=caps,
        now=at,
    )
    return Plan(
        rows=tuple(_row(one, people.get(one.way, 0), rule, renditions, follows=follows) for one in providers),
        gates=tuple(found),
        often=often,
        held_out=hold_out,
        suppressed=_suppressed(count),
        communes=None if count is None else count.communes,
    )


_SENT = """
    SELECT provider_id, sum(CASE state WHEN 'wire' THEN size ELSE taken + unsure END)::int FROM outreach_chunk
    WHERE at >= %s AND state IN ('wire', 'done') GROUP BY provider_id"""


def caps_of(
    providers: Sequence[Provider], rules: SendingRules, people: Mapping[str, int] | None = None, *, at: dt.datetime
) -> list[Cap]:
    """What may still leave on the day of ``at`` by those providers that have a cap, counted as the sender counts.

    One query; none where neither a provider nor the province set a cap.
    """
    capped = [one for one in providers if one.daily_cap is not None or rules.daily_cap is not None]
    if not capped:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [at.astimezone(clock.VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)])
        sent = dict(cursor.fetchall())
    found = []
    for one in capped:
        bounds = [(one.daily_cap, sent.get(one.pk, 0)), (rules.daily_cap, sum(sent.values()))]
        rooms = [(max(most - gone, 0), most) for most, gone in bounds if most is not None]
        left, most = min(rooms)
        found.append(Cap(one, most, left, (people or {}).get(one.way, 0)))
    return found


def start_gates(broadcast: Broadcast, *, whole: bool = False) -> list[Gate]:
    """The gates of a sending that is about to begin, as they stand now: those of the moment, or all of them.

    Without counting people. Some six queries, three more for the linter of the whole.
    """
    rules, now = sending_rules(), clock.now()
    lanes = broadcast.lanes.select_related("provider").order_by("way", "pk")
    providers = list({lane.way: lane.provider for lane in lanes}.values())
    warning = Alert.objects.select_related("reviewer").get(pk=broadcast.warning_id)
    findings = findings_of(linter(), renditions_of(warning)) if whole else {}
    caps = caps_of(providers, rules, at=now)
    found = gates(warning, findings, providers, rules, is_emergency=broadcast.is_emergency, caps=caps, now=now)
    return found if whole else [gate for gate in found if gate.code in MOMENT]


def plan_again(broadcast: Broadcast) -> Plan:
    """The plan of a sending that was made and has not begun, as it stands now."""
    lanes = broadcast.lanes.select_related("provider").order_by("way", "pk")
    providers = list({lane.way: lane.provider for lane in lanes}.values())
    rule = Rule.from_json(broadcast.rule)
    return plan_of(
        broadcast.warning,
        rule,
        providers,
        hold_out=broadcast.hold_out,
        is_emergency=broadcast.is_emergency,
        at=broadcast.scheduled_at,
    )


def _suppressed(count: Count | None) -> int:
    return count.suppressed if count else 0


def _row(provider: Provider, people: int, rule: Rule, renditions: Iterable[Rendition], *, follows: bool) -> PlanRow:
    kinds = kinds_of(provider)
    parts = {
        (one.language, one.kind == Kind.SMS): parts_of(one)
        for one in renditions
        if one.kind in kinds and one.text.strip()
    }
    total = people
    if provider.way == Way.SMS and provider.cost and people and len(set(parts.values())) > 1 and not follows:
        total = sum(number * _parts_for(parts, *who) for who, number in _wishes(rule).items())
    elif parts:
        total = people * next(iter(parts.values()))
    return PlanRow(provider.way, str(Way(provider.way).label), provider, people, total * provider.cost)


def _parts_for(parts: Mapping[tuple[str, bool], int], language: str, marked: bool) -> int:  # a key's half
    """Parts of the form that suits somebody best, as the loader chooses it."""
    vietnamese = Language.VI.value
    wishes = ((language, marked), (language, not marked), (vietnamese, marked), (vietnamese, not marked))
    return next((parts[one] for one in wishes if one in parts), 1)


def _wishes(rule: Rule) -> dict[tuple[str, bool], int]:
    """People by SMS by language and wish for diacritics. One query."""
    people, params = audience_sql(rule)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT language, with_marks, count(*) FROM ({people}) p WHERE way = 'sms' GROUP BY 1, 2",  # noqa: S608
            params,
        )
        return {(language, marked): number for language, marked, number in cursor.fetchall()}


_OFTEN = """
    SELECT count(*) FROM ({people}) p JOIN (
        SELECT l.way, d.digest FROM outreach_delivery d
        JOIN outreach_lane l ON l.id = d.lane_id
        LEFT JOIN outreach_chunk c ON c.lane_id = d.lane_id AND c.number = d.chunk_number AND c.state = 'dropped'
        WHERE d.lane_id = ANY(%s) AND c.id IS NULL AND d.made_at = l.started_at
        GROUP BY 1, 2 HAVING count(*) >= %s
    ) o ON o.way = p.way AND o.digest = p.digest"""


def often_count(rule: Rule, ways: Sequence[str], most: int, *, now: dt.datetime | None = None) -> int:
    """How many who fit the rule were written to ``most`` times or more on that channel within 24 hours.

    Counted as the loader counts (Decree 91/2020/NĐ-CP Article 13 §5). One query where nothing was sent lately, else
    two; the second reads the people of those sendings.
    """
    since = (now or clock.now()) - WINDOW
    recent = Lane.objects.filter(broadcast__isnull=False, way__in=ways, started_at__gt=since - dt.timedelta(days=7))
    lanes = list(recent.exclude(finished_at__lte=since).values_list("pk", flat=True))
    if len(lanes) < most:
        return 0
    people, params = audience_sql(rule)
    with connection.cursor() as cursor:
        cursor.execute(_OFTEN.format(people=people), [*params, lanes, most])
        found: int = cursor.fetchone()[0]
    return found


def chain_ids(warning: Alert) -> list[int]:
    """Ids of what this warning follows, the latest first. One query a step."""
    found: list[int] = []
    at = warning.refers_to
    while at is not None and at.pk not in found:
        found.append(at.pk)
        at = at.refers_to
    return found


_FOLLOWED = """
    SELECT l.way, count(DISTINCT a.digest) FROM outreach_attempt a JOIN outreach_lane l ON l.id = a.lane_id
    WHERE a.lane_id = ANY(%s) AND a.at >= %s::timestamptz - interval '1 day' AND a.outcome IN ('taken', 'unsure')
    GROUP BY 1"""


def followed_by_way(warning: Alert) -> dict[str, int]:
    """Channel to the number of people who got, or perhaps got, anything that this warning follows.

    A channel by which something was to go stands there also with 0. Reads the people: about a second for a million.
    """
    lanes = list(
        Lane.objects.filter(broadcast__warning__in=chain_ids(warning), total__gt=0).values_list(
            "pk", "way", "started_at"
        )
    )
    found: dict[str, int] = dict.fromkeys((way for _pk, way, _at in lanes), 0)
    begun = [at for _pk, _way, at in lanes if at is not None]
    if not begun:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, [[pk for pk, _way, _at in lanes], min(begun)])
        return found | dict(cursor.fetchall())


def sample_for(people: int) -> int:
    """How many of a sending to so many people had better leave first; 0 for all at once."""
    return SAMPLE if people > SAMPLE_FROM else 0
