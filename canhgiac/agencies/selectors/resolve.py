"""From a body's name as printed in a document to the register, as of a date."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, AgencyAlias, AgencySuccession, Area, AreaSuccession

from . import groups
from .names import agency_key, bare_province, localless, without_parentheses

_PART = re.compile(r"\s*[;,]\s*|\s+và\s+", re.IGNORECASE)
_PART_END = re.compile(r"(?:\s*[;,]\s*|\s+và\s+)$", re.IGNORECASE)
_BODY = re.compile(
    r"(?:Cục|Chi cục|Sở|Bộ|Ban|Hội|Viện|Phòng|Văn phòng|Công ty|Tập đoàn|Tổng công ty|Trung tâm|Trường|Ngân hàng|Quỹ"
    r"|Liên đoàn|Liên minh|Liên hiệp|Hiệp hội|Ủy ban|UBND|Đoàn|Tòa|Kho bạc|Công an|Đảng ủy|Báo|Đài|Bưu điện) \S"
)
"""How the name of a body begins."""
MOST_PARTS = 16
"""A longer enumeration is not one name, and reading it could take long."""
_ABBREVIATION = re.compile(r"\(([A-ZĐ]{2,5}\d{0,3})\)")


@dataclass(frozen=True)
class Resolution:
    """What a printed name means: no agency when it is unknown, several for a group or for several successors."""

    agencies: tuple[Agency, ...] = ()
    is_group: bool = False
    note: str = ""
    """Vietnamese, for the person who checks: what became of an abolished body, why a name stays open."""


def agency_resolve(printed: str, *, on: dt.date, area: Area | None = None) -> Resolution:
    """The agencies that a document of ``area`` means by ``printed``, as they stand on ``on``."""
    return agency_resolve_many([printed], on=on, area=area)[printed]


def agency_resolve_many(printed: Collection[str], *, on: dt.date, area: Area | None = None) -> dict[str, Resolution]:
    """``agency_resolve`` for all names of a document, in a constant number of queries."""
    register = _register(on=on, area=area)
    return {name: register.resolve(name) for name in dict.fromkeys(printed)}


@dataclass
class _Register:
    """The register's bodies that a document of one place may name, indexed by key."""

    on: dt.date
    local: tuple[str, ...]
    province: Area | None
    agencies: dict[int, Agency] = field(default_factory=dict)
    by_key: dict[str, list[Agency]] = field(default_factory=lambda: defaultdict(list))
    by_bare_key: dict[str, list[Agency]] = field(default_factory=dict)
    group_pool: list[Agency] = field(default_factory=list)
    """Whom group words can mean: the province's bodies, in a commune's document the commune's."""
    successors: dict[int, list[AgencySuccession]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, agency: Agency) -> None:
        """Indexes the agency under the name, and under the name without the province's where no other has that."""
        key = localless(agency_key(name), self.local)
        if key and agency not in self.by_key[key]:
            self.by_key[key].append(agency)
        if (bare := bare_province(key, self.local)) != key:
            self.by_bare_key.setdefault(bare, []).append(agency)

    def resolve(self, printed: str) -> Resolution:
        """The whole name, else a list of names and group words, else the same without what is in parentheses."""
        bare = without_parentheses(printed)
        return (
            self._named(printed)
            or self._listed(printed)
            or self._named(bare)
            or self._listed(bare)
            or self._abbreviated(printed)
            or Resolution()
        )

    def _named(self, printed: str) -> Resolution | None:
        key = localless(agency_key(printed), self.local)
        bare = bare_province(key, self.local)
        found = self.by_key.get(key) or self.by_key.get(bare) or self.by_bare_key.get(bare)
        if not found:
            return None
        alive = [agency for agency in found if _exists(agency, self.on)]
        candidates = self._nearest(alive or found, printed)
        if len(candidates) > 1:
            return Resolution(note=_("Có %(count)d cơ quan cùng tên này.") % {"count": len(candidates)})
        return Resolution((candidates[0],)) if alive else self._after(candidates[0])

    def _nearest(self, candidates: list[Agency], printed: str) -> list[Agency]:
        """Of several with one key: the provincial one, the one spelled alike to the diacritic, the latest."""
        if len(candidates) > 1 and self.province is not None:
            candidates = [row for row in candidates if row.area == self.province] or candidates
        if len(candidates) > 1:
            words = _spelled(printed)
            candidates = [row for row in candidates if _spelled(row.name) in words] or candidates
        if len({(row.area_id, row.name) for row in candidates}) == 1:
            candidates = [max(candidates, key=lambda row: row.valid_from or dt.date.min)]
        return candidates

    def _after(self, agency: Agency) -> Resolution:
        """What stands for an agency that does not exist on the date."""
        if agency.valid_from is not None and agency.valid_from > self.on:
            return Resolution(
                (agency,),
                note=_("%(name)s thành lập ngày %(date)s, sau ngày đang xét.")
                % {"name": agency.name, "date": _date(agency.valid_from)},
            )
        taken, words = self._successors(agency)
        ended = _("%(name)s đã kết thúc hoạt động ngày %(date)s") % {
            "name": agency.name,
            "date": _date(agency.valid_until) if agency.valid_until else "?",
        }
        if not taken:
            return Resolution(note=_("%(ended)s, chưa rõ cơ quan kế thừa.") % {"ended": ended})
        return Resolution(taken, note=_("%(ended)s; kế thừa: %(heirs)s.") % {"ended": ended, "heirs": "; ".join(words)})

    def _successors(self, agency: Agency) -> tuple[tuple[Agency, ...], list[str]]:
        """Those who carry on the work on the date, through as many reforms as there were, and how to say it."""
        heirs: dict[int, Agency] = {}
        words: list[str] = []
        seen, open_rows = {agency.pk}, list(self.successors[agency.pk])
        while open_rows:
            row = open_rows.pop(0)
            heir = self.agencies.get(row.successor_id)
            if heir is None or heir.pk in seen:
                continue
            seen.add(heir.pk)
            if _exists(heir, self.on):
                heirs[heir.pk] = heir
                words.append(f"{heir.name} ({row.scope})" if row.scope else heir.name)
            else:
                open_rows += self.successors[heir.pk]
        return tuple(heirs.values()), words

    def _group(self, printed: str) -> Resolution | None:
        key = agency_key(printed)
        if groups.is_vague(key):
            return _vague()
        members = groups.group_members(key, self.group_pool)
        if members is None:
            return None
        alive = {member.pk: member for member in members if _exists(member, self.on)}
        if alive:
            return Resolution(tuple(alive.values()), is_group=True)
        for member in members:
            alive.update((heir.pk, heir) for heir in self._successors(member)[0])
        if members and alive:
            note = _("Các cơ quan này đã kết thúc hoạt động; đã thay bằng cơ quan kế thừa.")
            return Resolution(tuple(alive.values()), is_group=True, note=note)
        return Resolution(is_group=True, note=_("Sổ cơ quan chưa có cơ quan nào thuộc nhóm này."))

    def _abbreviated(self, printed: str) -> Resolution | None:
        """By the abbreviation in parentheses: "Phòng An ninh mạng (PA05)"."""
        match = _ABBREVIATION.search(printed)
        return self._named(match[1]) if match else None

    def _listed(self, printed: str) -> Resolution | None:
        """Names and group words one after another: only when each of them is known.

        Half an answer would lose an agency. The shortest pieces that can be read win, so that "Sở Nội vụ, UBND các
        xã, phường" keeps its department beside the group.
        """
        cuts = [0, *(match.end() for match in _PART.finditer(printed)), len(printed)]
        if len(cuts) > MOST_PARTS:
            return None
        read = self._read(printed, cuts, 0, set())
        if read is None or len(read) == 1:
            return read[0] if read else None
        together = {agency.pk: agency for one in read for agency in one.agencies}
        notes = dict.fromkeys(one.note for one in read if one.note)
        return Resolution(tuple(together.values()), is_group=True, note=" ".join(notes))

    def _hides_a_name(self, printed: str, ends: list[int]) -> bool:
        """Whether group words would swallow a body that the register does not know: "các sở, ngành, Cục X"."""
        for begin, end in itertools.pairwise(ends):
            part = _PART_END.sub("", printed[begin:end]).strip()
            if _BODY.match(part) and not part.isupper() and self._group(part) is None:
                return True
        return False

    def _read(self, printed: str, cuts: list[int], start: int, dead: set[int]) -> list[Resolution] | None:
        """The pieces from the cut ``start`` on; ``dead`` remembers from which cuts nothing can be read."""
        if start == len(cuts) - 1:
            return []
        if start in dead:
            return None
        for end in range(start + 1, len(cuts)):
            piece = _PART_END.sub("", printed[cuts[start] : cuts[end]])
            one = self._named(piece)
            if one is None and groups.is_vague(agency_key(printed[cuts[start] :])):
                return [_vague()]
            one = one or (None if self._hides_a_name(printed, cuts[start + 1 : end + 1]) else self._group(piece))
            if one is not None and (rest := self._read(printed, cuts, end, dead)) is not None:
                return [one, *rest]
        dead.add(start)
        return None


def _vague() -> Resolution:
    return Resolution(is_group=True, note=_("Văn bản không nêu rõ cơ quan nào; cần chọn."))


def _exists(agency: Agency, on: dt.date) -> bool:
    return (agency.valid_from is None or agency.valid_from <= on) and (
        agency.valid_until is None or agency.valid_until >= on
    )


def _spelled(name: str) -> str:
    """The name with its diacritics, the committee's long name as its short one."""
    text = unicodedata.normalize("NFC", name).casefold()
    return text.replace("uỷ", "ủy").replace("ủy ban nhân dân", "ubnd")


def _date(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _register(*, on: dt.date, area: Area | None) -> _Register:
    """Loads what a document of ``area`` may name: its province's bodies and those of no area. Five or six queries."""
    province, local = _province(area)
    register = _Register(on=on, local=local, province=province)
    rows = Agency.objects.select_related("area").order_by("folded", "pk")
    if province is not None:
        roots = Agency.objects.filter(area=province, parent=None).values_list("path", flat=True)
        scope = Q(area=None) | Q(area__path__startswith=province.path)
        for path in roots:  # former districts lie under former provinces, their bodies under this province's root
            scope |= Q(path__startswith=path)
        rows = rows.filter(scope)
    register.agencies = {row.pk: row for row in rows}
    for row in register.agencies.values():
        register.add(row.name, row)
        if row.short_name:
            register.add(row.short_name, row)
        if row.kind in _COMMITTEES and row.area is not None and row.area != province:
            register.add(row.area.name, row)
    for alias in AgencyAlias.objects.filter(agency__in=register.agencies):
        register.add(alias.name, register.agencies[alias.agency_id])
    register.group_pool = list(register.agencies.values())
    if area is not None and area.level != Area.Level.PROVINCE:
        _own(register, area)
    for succession in AgencySuccession.objects.filter(predecessor__in=register.agencies).order_by("on", "pk"):
        register.successors[succession.predecessor_id].append(succession)
    return register


_COMMITTEES = {
    Agency.Kind.PEOPLES_COMMITTEE_PROVINCE,
    Agency.Kind.PEOPLES_COMMITTEE_DISTRICT,
    Agency.Kind.PEOPLES_COMMITTEE_COMMUNE,
}


def _own(register: _Register, area: Area) -> None:
    """In a commune's or former district's own document "UBND xã", "Công an quận" and the groups are its own."""
    tail, kind = agency_key(area.name), agency_key(area.kind)
    heirs = set(AreaSuccession.objects.filter(predecessor=area).values_list("successor", flat=True))
    below = [row for row in register.group_pool if row.area is not None and row.area.path.startswith(area.path)]
    for agency in below:
        key = agency_key(agency.name)
        if agency.area_id == area.pk and key.endswith(tail):
            register.by_key[key.removesuffix(tail) + kind] = [agency]
    register.group_pool = below + [row for row in register.group_pool if row.area_id in heirs]


def _province(area: Area | None) -> tuple[Area | None, tuple[str, ...]]:
    """The area's province today, and the words that may be dropped from the names of its bodies.

    A former province counts as the one it went into: its documents are tracked there now.
    """
    if area is None:
        return None, ()
    top = Area.objects.get(pk=int(area.path.split("/")[1])) if area.parent_id else area
    heir = AreaSuccession.objects.filter(predecessor=top, successor__level=Area.Level.PROVINCE)
    if top.valid_until is not None and (row := heir.select_related("successor").first()):
        top = row.successor
    former = AreaSuccession.objects.filter(successor=top, predecessor__level=Area.Level.PROVINCE)
    names = [top, *(row.predecessor for row in former.select_related("predecessor"))]
    full = sorted({_called(one) for one in names}, key=len, reverse=True)
    kinds = [kind for kind in ("tinh", "thanh pho") if any(words.startswith(kind) for words in full)]
    return top, (*full, *kinds)


def _called(province: Area) -> str:
    """ "tinh vinh an", "thanh pho da nang", whether or not the list's name carries the kind."""
    kind = "thanh pho" if province.kind.startswith("thành phố") else "tinh"
    bare = agency_key(province.name)
    return bare if bare.startswith(kind) else f"{kind} {bare}"
