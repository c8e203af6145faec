"""Who is meant: a rule over subscribers, how many people fit it, and the SELECT that gives them.

An active subscriber never stands in ``Suppression``: every service that suppresses an address ends its subscription in
the same transaction. So a count reads one index and joins nothing; ``audience_sql`` asks the suppressions all the same,
since it goes before a sending.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Audience
from canhgiac.outreach.models import Subscriber, Way

TOP_AREAS = 12
_BIT = {code: 1 << at for at, code in enumerate(Subscriber.GROUPS)}


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom a warning is for. Within a field any, between fields all; an empty field does not narrow.

    A code that nobody has matches nobody: a rule never grows because it was written wrongly.
    """

    areas: tuple[int, ...] = ()
    """Ids of areas, each with everything below it. The province itself takes in who gave no area."""
    groups: tuple[str, ...] = ()
    """Codes of ``Subscriber.GROUPS``."""
    languages: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    without_area: bool = False
    """Beside the areas also who gave none; alone, only those."""

    def to_json(self) -> dict[str, Any]:
        """As the tables keep it."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Rule:
        """What ``to_json`` gave; what is missing does not narrow. Raises ValueError for what is no rule."""
        if not isinstance(told, dict) or set(told) - {field.name for field in fields(cls)}:
            raise ValueError("not a rule over subscribers")
        words = {name: _words(told.get(name, [])) for name in ("groups", "languages", "ways", "origins")}
        areas = told.get("areas", [])
        if not isinstance(areas, list | tuple) or any(type(one) is not int for one in areas):
            raise ValueError("areas are ids")
        return cls(areas=tuple(areas), without_area=bool(told.get("without_area")), **words)

    @property
    def mask(self) -> int:
        """The groups as bits of ``Subscriber.groups``; 0 where none of the codes is known."""
        return groups_mask(self.groups)


def _words(told: Any) -> tuple[str, ...]:
    if not isinstance(told, list | tuple) or any(not isinstance(one, str) for one in told):
        raise ValueError("codes are words")
    return tuple(told)


def groups_mask(codes: Iterable[str]) -> int:
    """The codes as bits; one that is not known adds none."""
    mask = 0
    for code in codes:
        mask |= _BIT.get(code, 0)
    return mask


def groups_of(mask: int) -> tuple[str, ...]:
    """The codes of the bits, in their order."""
    return tuple(code for code, bit in _BIT.items() if mask & bit)


def group_choices() -> list[tuple[str, Any]]:
    """Codes and words of the groups that a subscriber can be in."""
    words = dict(Audience.choices) | {"parents": _("Cha mẹ có con đi học")}
    return [(code, words[code]) for code in Subscriber.GROUPS]


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Subscribers of one commune."""

    area_id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many people a rule reaches now."""

    total: int
    by_way: dict[str, int]
    """Every channel, also with 0."""
    by_area: tuple[AreaCount, ...]
    """The communes with the most subscribers, at most TOP_AREAS; residential groups count as their commune."""
    communes: int
    """In how many communes."""
    without_area: int
    suppressed: int
    """Fit the rule and are left out: they said no, or their address is no more."""


_COUNT = """
    WITH few AS MATERIALIZED (
        SELECT way, area_id, count(*) AS number FROM outreach_subscriber s
        WHERE s.state = 'active' AND {where} GROUP BY way, area_id
    )
    SELECT few.way, CASE WHEN a.level = 4 THEN a.parent_id ELSE a.id END AS commune, sum(few.number)::bigint
    FROM few LEFT JOIN agencies_area a ON a.id = few.area_id GROUP BY 1, 2
    UNION ALL
    SELECT '', 0, count(*) FROM outreach_subscriber s WHERE s.state IN ('stopped', 'gone') AND {where}"""


def audience_count(rule: Rule) -> Count:
    """How many active subscribers fit. Three queries; under a second among a million subscribers."""
    where, params = _where(rule)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(where=where), [*params, *params])
        found = cursor.fetchall()
    suppressed = sum(number for way, _area, number in found if not way)
    found = [row for row in found if row[0]]
    by_way, by_area = dict.fromkeys((one.value for one in Way), 0), dict[int | None, int]()
    for way, area_id, number in found:
        by_way[way] += number
        by_area[area_id] = by_area.get(area_id, 0) + number
    unknown = by_area.pop(None, 0)
    most = sorted(by_area.items(), key=lambda row: (-row[1], row[0] or 0))[:TOP_AREAS]
    names = dict(Area.objects.filter(pk__in=[pk for pk, _number in most]).values_list("pk", "name"))
    return Count(
        total=sum(by_way.values()),
        by_way=by_way,
        by_area=tuple(AreaCount(pk, names.get(pk, ""), number) for pk, number in most if pk is not None),
        communes=len(by_area),
        without_area=unknown,
        suppressed=suppressed,
    )


_PEOPLE = """
    SELECT s.id, s.way, s.digest, s.address, CASE WHEN a.level = 4 THEN a.parent_id ELSE a.id END AS area_id,
        s.language, s.with_marks, s.lot, s.token
    FROM outreach_subscriber s LEFT JOIN agencies_area a ON a.id = s.area_id
    WHERE s.state = 'active' AND {where}
        AND NOT EXISTS (SELECT 1 FROM outreach_suppression o WHERE o.digest = s.digest)"""


def audience_sql(rule: Rule) -> tuple[str, list[Any]]:
    """A SELECT of those who may be written to, for the loader to wrap, and its parameters (psycopg's ``%s``).

    Columns: id, way, digest, address, area_id (the commune, null where none was given), language, with_marks, lot,
    token. No order. Conditions on its columns in the wrapping query reach the index.
    """
    where, params = _where(rule)
    return _PEOPLE.format(where=where), params


def _where(rule: Rule) -> tuple[str, list[Any]]:
    """The rule as a condition on ``s``. The channels are always named: they head the index."""
    said: list[str] = ["s.way = ANY(%s)"]
    params: list[Any] = [list(rule.ways or (one.value for one in Way))]
    if rule.areas or rule.without_area:
        ids, whole = _below(rule.areas)
        if not whole:
            said.append("(s.area_id = ANY(%s) OR s.area_id IS NULL)" if rule.without_area else "s.area_id = ANY(%s)")
            params.append(ids)
    if rule.groups:
        said.append("(s.groups & %s) <> 0")
        params.append(rule.mask)
    if rule.languages:
        said.append("s.language = ANY(%s)")
        params.append(list(rule.languages))
    if rule.origins:
        said.append("s.origin = ANY(%s)")
        params.append(list(rule.origins))
    return " AND ".join(said), params


_BELOW = """
    WITH RECURSIVE meant AS (
        SELECT unnest(%(areas)s::bigint[]) AS id
        UNION SELECT predecessor_id FROM agencies_areasuccession JOIN meant ON successor_id = meant.id
    )
    SELECT id, level FROM agencies_area
    WHERE string_to_array(btrim(path, '/'), '/')::bigint[] && ARRAY(SELECT id FROM meant)"""


def _below(areas: tuple[int, ...]) -> tuple[list[int], bool]:
    """Ids of the areas with all below them; whether a province is among them, which takes in everybody.

    With an area go those it came from: a person who gave the commune of before the reform lives there still.
    """
    if not areas:
        return [], False
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"areas": list(areas)})
        found = cursor.fetchall()
    return [pk for pk, _level in found], any(pk in areas and level == Area.Level.PROVINCE for pk, level in found)


@dataclass(frozen=True, slots=True)
class CountView:
    """A count as a page shows it."""

    count: Count
    ways: tuple[tuple[str, Any, int], ...]
    """Code, name, people of each channel that reaches anybody."""


def audience_view(rule: Rule) -> CountView:
    """How many people fit, with the channels by name. Three queries."""
    count = audience_count(rule)
    return CountView(count, tuple((way.value, way.label, count.by_way[way]) for way in Way if count.by_way[way]))
