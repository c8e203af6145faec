"""How a target could be measured, read from its own words: a suggestion that a person confirms or changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area
from canhgiac.kit.text import fold
from canhgiac.plans.models import Plan, Population, Target, TargetMeasure, Unit

from .rates import in_percent

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Basis = Population.Basis
Method = TargetMeasure.Method
Counting = TargetMeasure.Counting
K = Agency.Kind

STATE_BODIES = (K.DEPARTMENT, K.POLICE_PROVINCE, K.PEOPLES_COMMITTEE_COMMUNE)

_kind_names: dict[str, StrOrPromise] = {}
_audience_names: dict[str, StrOrPromise] = {}


def rule_named(*, kinds: Mapping[str, StrOrPromise], audiences: Mapping[str, StrOrPromise]) -> None:
    """Called by the capability that owns activities: the kinds and audiences that a rule of counting may name."""
    _kind_names.update(kinds)
    _audience_names.update(audiences)


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of activities a rule may name, with their names."""
    return [(code, str(name)) for code, name in _kind_names.items()]


def audience_choices() -> list[tuple[str, str]]:
    """Audiences a rule may name, with their names."""
    return [(code, str(name)) for code, name in _audience_names.items()]


_figures_of: list[Callable[[Plan], list[tuple[str, str]]]] = []


def figures_named(find: Callable[[Plan], list[tuple[str, str]]]) -> None:
    """Called by the capability that owns reports: ``find`` gives the figures (code, label) that reports ask."""
    _figures_of.append(find)


def figure_choices(plan: Plan) -> list[tuple[str, str]]:
    """Figures of the plan's reports that a measure may be counted from, with their labels."""
    return [choice for find in _figures_of for choice in find(plan)]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows of a register make a population."""

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Words, one of which an agency of these kinds must have in its name, diacritics or not; any where empty."""
    named: tuple[str, ...] = ()
    """Words by which agencies of any other kind come in too."""
    level: int = 0
    """Of areas."""
    within: int | None = None
    """The agency or area at whose subtree it stops; everything where None."""

    def as_json(self) -> dict[str, object]:
        """As ``Population.choice`` keeps it, without what is not set."""
        held = {"kinds": list(self.kinds), "names": list(self.names), "named": list(self.named), "level": self.level}
        return {key: value for key, value in held.items() if value} | ({"within": self.within} if self.within else {})


def choice_of(held: Mapping[str, object]) -> Choice:
    """The choice back from ``Population.choice``."""

    def words(key: str) -> tuple[str, ...]:
        value = held.get(key)
        return tuple(str(item) for item in value) if isinstance(value, list) else ()

    level, within = held.get("level"), held.get("within")
    return Choice(
        kinds=words("kinds"),
        names=words("names"),
        named=words("named"),
        level=level if isinstance(level, int) else 0,
        within=within if isinstance(within, int) else None,
    )


@dataclass(frozen=True, slots=True)
class Setup:
    """One measure as the words suggest it."""

    method: str
    unit: str = ""
    basis: str = ""
    name: str = ""
    """Of the population: the words of the text it was read from."""
    choice: Choice = field(default_factory=Choice)
    counting: str = Counting.MANUAL
    kinds: tuple[str, ...] = ()
    """Of activities that count."""
    phrase: str = ""
    why: str = ""
    """One line for the person who confirms it."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one phrase of a population's text names."""

    pattern: re.Pattern[str]
    unit: Unit
    basis: Basis
    choice: Choice = field(default_factory=Choice)
    survey: bool = False


def _read(pattern: str, unit: Unit, basis: Basis, *, survey: bool = False, **choice: object) -> _Reading:
    return _Reading(re.compile(pattern), unit, basis, Choice(**choice), survey)  # type: ignore[arg-type]


_SCHOOL_LEVELS = {
    r"trung hoc co so|\bthcs\b": ("trung học cơ sở", "THCS"),
    r"trung hoc pho thong|\bthpt\b": ("trung học phổ thông", "THPT"),
    r"tieu hoc": ("tiểu học",),
    r"mam non|mau giao": ("mầm non", "mẫu giáo"),
    r"dai hoc|cao dang": ("đại học", "cao đẳng", "học viện"),
}
_PEOPLE = (
    r"sinh vien|hoc sinh|can bo|cong chuc|vien chuc|nguoi lao dong|dang vien|doan vien|hoi vien|cong nhan|nong dan"
    r"|phong vien|nha bao|lanh dao|giao vien|nguoi cao tuoi|phu nu|thanh nien|tre em|cong tac vien"
)
_READINGS = (
    _read(r"nguoi dung dau|thu truong", Unit.PERSON, Basis.AGENCIES, kinds=STATE_BODIES),
    _read(r"nhan dan|nguoi dan|nguoi su dung|nguoi dung|dan so|cu dan", Unit.PERSON, Basis.COUNT, survey=True),
    _read(r"\bho gia dinh\b|\bho dan\b|\bcac ho\b", Unit.HOUSEHOLD, Basis.COUNT),
    _read(_PEOPLE, Unit.PERSON, Basis.COUNT),
    _read(
        r"khu dan cu|to dan pho|khu pho|\bthon\b|\bap\b|\bbuon\b|\bban lang\b",
        Unit.GROUP, Basis.AREAS, level=int(Area.Level.GROUP),
    ),
    _read(r"diem giao dich|phong giao dich|quay giao dich", Unit.BRANCH, Basis.LIST),
    _read(r"co so giao duc|truong hoc|nha truong|\btruong\b|\bthcs\b|\bthpt\b", Unit.SCHOOL, Basis.AGENCIES,
          kinds=(K.SCHOOL,)),
    _read(r"vien thong|internet|cong nghe thong tin|nha mang", Unit.FIRM, Basis.AGENCIES, kinds=(K.TELECOM,)),
    _read(r"cong ty nha nuoc|doanh nghiep nha nuoc", Unit.AGENCY, Basis.AGENCIES, kinds=(K.ENTERPRISE,)),
    _read(r"bao hiem xa hoi", Unit.AGENCY, Basis.AGENCIES, named=("bảo hiểm xã hội",)),
    _read(r"ngan hang|tin dung|tai chinh", Unit.AGENCY, Basis.AGENCIES, kinds=(K.BANK,)),
    _read(r"doanh nghiep|cong ty|hop tac xa", Unit.FIRM, Basis.AGENCIES, kinds=(K.ENTERPRISE, K.TELECOM)),
    _read(r"bao chi|bao dai|\bdai\b.*truyen", Unit.AGENCY, Basis.AGENCIES, kinds=(K.PRESS,)),
    _read(r"co so y te|benh vien|tram y te", Unit.AGENCY, Basis.AGENCIES, kinds=(K.HEALTH,)),
    _read(r"doan the|mat tran|chinh tri xa hoi", Unit.AGENCY, Basis.AGENCIES, kinds=(K.FRONT,)),
    _read(r"cong an (?:cac |cap )?(?:xa|phuong)", Unit.AGENCY, Basis.AGENCIES, kinds=(K.POLICE_COMMUNE,)),
    _read(r"ubnd (?:cac |cap )?(?:xa|phuong)", Unit.AGENCY, Basis.AGENCIES, kinds=(K.PEOPLES_COMMITTEE_COMMUNE,)),
    _read(r"dia phuong", Unit.AGENCY, Basis.AGENCIES, kinds=(K.PEOPLES_COMMITTEE_COMMUNE,)),
    _read(r"\bxa\b|\bphuong\b|dac khu|cap xa", Unit.COMMUNE, Basis.AREAS, level=int(Area.Level.COMMUNE)),
    _read(r"\bsở\b|\bban\b(?! )|\bnganh\b", Unit.AGENCY, Basis.AGENCIES, kinds=(K.DEPARTMENT, K.POLICE_PROVINCE)),
    _read(r"co quan|don vi|to chuc", Unit.AGENCY, Basis.AGENCIES, kinds=STATE_BODIES),
)  # fmt: skip
"""The first that fits a phrase reads it."""

_SPLIT = re.compile(r",|;|\s+và\s+|\s+hoặc\s+|/")
_PHRASE = re.compile(r"được\s+(?:[^\s,;.:“”\"]+\s*){1,5}", re.IGNORECASE)
_COMMITTEE = re.compile(r"ủy ban nhân dân|uỷ ban nhân dân", re.IGNORECASE)
_COMMUNES = re.compile(r"\bxã,\s*phường(?:,\s*(?:đặc khu|thị trấn))?", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:giam|keo giam|cat giam|tang)\b.*(?:%|so voi)|\bso voi (?:nam|cung ky)")
_OWN_PLAN = re.compile(r"(?:xay dung|ban hanh|lap).* ke hoach")
_KINDS = (
    (r"to roi", ("leaflet", "door_to_door")),
    (r"cam nang", ("handbook",)),
    (r"tap huan|boi duong", ("training",)),
    (r"hoi nghi|hoi thao", ("conference",)),
    (r"tiet hoc|ngoai khoa|chuong trinh", ("school_lesson", "training", "conference")),
    (r"loa|truyen thanh", ("loudspeaker",)),
    (r"pa no|ap phich|bang ron", ("banner",)),
)


def setups_suggested(target: Target) -> list[Setup]:
    """How the target could be measured: one measure for each unit that its population's words name.

    Numbers of things ("01 chiến dịch") become a tally; a change against an earlier year is no rate of anything, so
    there is no suggestion. Words that name nothing known become one count to be entered,
    for a person to say what of. No query.
    """
    if not in_percent(target):
        why = _("Đơn vị tính là “%(unit)s”, không phải phần trăm: đếm từng việc đã làm.") % {"unit": target.unit}
        return [Setup(Method.TALLY, why=why)]
    if _CHANGE.search(fold(target.text)):
        return []
    words = target.population or target.text
    found: dict[tuple[str, str], Setup] = {}
    for phrase in _phrases(words):
        keys = f"{fold(phrase)} {phrase.casefold()}"  # a pattern with diacritics ("sở") means them
        for reading in _READINGS:
            if reading.pattern.search(keys):
                setup = _setup(target, reading, phrase)
                key = (setup.unit, setup.basis)
                found[key] = _joined(found[key], setup) if key in found else setup
                break
    if not found:
        why = _("Không nhận ra tổng thể trong lời văn; hãy chọn đơn vị tính và nhập số liệu có nguồn.")
        return [Setup(Method.COUNT, Unit.THING, Basis.COUNT, words[:200], phrase=_phrase(target), why=why)]
    if len(found) == 1 and target.population:
        return [replace(setup, name=_titled(target.population)) for setup in found.values()]
    return list(found.values())


def _titled(words: str) -> str:
    """With a capital, as a name stands in a list."""
    return (words[:1].upper() + words[1:])[:200]


def _phrases(words: str) -> list[str]:
    """The text's items; "xã, phường, đặc khu" is one, and so is what an office's head is head of."""
    words = _COMMITTEE.sub("UBND", words)
    if re.match(r"(?:cac )?(?:nguoi dung dau|thu truong)", fold(words)):
        return [words.strip()]
    words = _COMMUNES.sub(lambda match: match[0].replace(",", ""), words)
    return [phrase.strip() for phrase in _SPLIT.split(words) if phrase.strip()]


def _setup(target: Target, reading: _Reading, phrase: str) -> Setup:
    choice, text = reading.choice, fold(target.text)
    if reading.unit == Unit.SCHOOL:
        key = fold(target.population or phrase)
        names = tuple(name for level, held in _SCHOOL_LEVELS.items() if re.search(level, key) for name in held)
        choice = replace(choice, names=names)
    listed = reading.basis in (Basis.AGENCIES, Basis.AREAS)
    if reading.basis == Basis.AGENCIES and reading.unit != Unit.PERSON and _OWN_PLAN.search(text):
        counting = Counting.SUB_PLANS
    else:
        counting = Counting.ACTIVITIES if listed and reading.unit != Unit.PERSON else Counting.MANUAL
    kinds = tuple(dict.fromkeys(kind for pattern, held in _KINDS if re.search(pattern, text) for kind in held))
    return Setup(
        method=Method.SURVEY if reading.survey else Method.COUNT,
        unit=reading.unit,
        basis=reading.basis,
        name=_titled(phrase),
        choice=choice,
        counting=Counting.MANUAL if reading.survey else counting,
        kinds=kinds if counting == Counting.ACTIVITIES else (),
        phrase=_phrase(target),
        why=_why(reading, phrase),
    )


def _joined(one: Setup, other: Setup) -> Setup:
    """Two phrases of one unit make one population."""
    union = replace(
        one.choice,
        kinds=tuple(dict.fromkeys((*one.choice.kinds, *other.choice.kinds))),
        names=tuple(dict.fromkeys((*one.choice.names, *other.choice.names))),
        named=tuple(dict.fromkeys((*one.choice.named, *other.choice.named))),
    )
    survey = Method.SURVEY in (one.method, other.method)
    lower = other.name[:1].lower() + other.name[1:]
    return replace(
        one,
        name=f"{one.name}, {lower}"[:200],
        choice=union,
        method=Method.SURVEY if survey else one.method,
        counting=Counting.MANUAL if survey else one.counting,
    )


def _phrase(target: Target) -> str:
    match = _PHRASE.search(target.text)
    words = re.split(r"\s(?:và|về|trong|ít|tại|theo|bằng)\b", match[0])[0] if match else ""
    return f"đã {words.strip().lower()}"[:120] if len(words.split()) > 1 else ""


def _why(reading: _Reading, phrase: str) -> str:
    facts = {"words": phrase}
    if reading.survey:
        return _("“%(words)s” không liệt kê hết được: khảo sát mẫu, nhập số dân có nguồn.") % facts
    return {
        Basis.AGENCIES: _("“%(words)s” lấy từ Sổ cơ quan."),
        Basis.AREAS: _("“%(words)s” lấy từ Sổ địa bàn."),
        Basis.LIST: _("“%(words)s” cần một danh sách nhập vào."),
        Basis.COUNT: _("“%(words)s” cần số liệu có nguồn, nhập theo từng địa bàn."),
    }[reading.basis] % facts
