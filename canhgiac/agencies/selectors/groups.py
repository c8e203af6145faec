"""Group words of official documents, "các sở, ban, ngành", and which bodies of a province they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from canhgiac.agencies.models import Agency

_K = Agency.Kind
Chosen = Callable[[Agency, str], bool]


def _kinds(*kinds: Agency.Kind) -> Chosen:
    return lambda agency, _key: agency.kind in kinds


def _mass_bodies(agency: Agency, key: str) -> bool:
    """Bodies of the Front; the Front itself only where it is named."""
    return agency.kind == _K.FRONT and ("mttq" in key or not agency.folded.startswith("uy ban mat tran"))


_FIVE = re.compile(r"lien doan lao dong|hoi nong dan|phu nu|doan thanh nien|(?:tinh|thanh) doan|cuu chien binh")


def _political_bodies(agency: Agency, key: str) -> bool:
    """The five socio-political organisations of Article 9 of the Constitution, and the Front where it is named."""
    return _mass_bodies(agency, key) and (
        _FIVE.search(agency.folded) is not None or agency.folded.startswith("uy ban mat tran")
    )


def _banks(agency: Agency, key: str) -> bool:
    """Banks, without the State Bank, which directs them."""
    return agency.kind == _K.BANK and not agency.folded.startswith("ngan hang nha nuoc")


def _district_police(agency: Agency, key: str) -> bool:
    return agency.kind == _K.UNIT and re.match(r"cong an (huyen|quan|thi xa|thanh pho|tp)\b", agency.folded) is not None


def _schools(agency: Agency, key: str) -> bool:
    if agency.kind != _K.SCHOOL:
        return False
    higher = re.search(r"\b(dai hoc|cao dang|hoc vien)\b", agency.folded) is not None
    asked = re.search(r"\b(dai hoc|cao dang|hoc vien)\b", key) is not None
    return higher if asked else True


@dataclass(frozen=True)
class Group:
    """Words, as a pattern over the key of a name, and the bodies they mean."""

    pattern: re.Pattern[str]
    chosen: Chosen


def _group(pattern: str, chosen: Chosen) -> Group:
    return Group(re.compile(pattern), chosen)


_COMMUNE = r"(?:xa phuong(?: dac khu| thi tran)?|phuong xa(?: dac khu| thi tran)?|xa|phuong)\b"
_DISTRICT = r"(?:huyen|quan huyen|quan)(?: (?:huyen|thi xa|thanh pho|quan))*"

GROUPS: tuple[Group, ...] = (
    _group(
        r"\bso(?: ban)? nganh\b|\bban nganh\b|^cac nganh\b|\bcac so\b|\bco quan chuyen mon\b|^cac co quan don vi$",
        _kinds(_K.DEPARTMENT, _K.POLICE_PROVINCE),
    ),
    _group(
        r"^(?:cac )?(?:co quan|to chuc|don vi)(?: (?:co quan|to chuc|don vi))* dia phuong\b",
        _kinds(_K.DEPARTMENT, _K.POLICE_PROVINCE, _K.PEOPLES_COMMITTEE_COMMUNE),
    ),
    _group(r"(?<!bao chi )(?<!tai )\bdia phuong\b", _kinds(_K.PEOPLES_COMMITTEE_COMMUNE)),
    _group(r"\bdoan the\b", _mass_bodies),
    _group(r"\bto chuc (?:chinh tri xa hoi|ct xh|ctxh)\b", _political_bodies),
    _group(
        rf"\bubnd (?:cac|cap) {_COMMUNE}|^(?:cac )?xa phuong(?: dac khu| thi tran)?\b|^(?:cac )?phuong xa\b"
        r"|^ubnd xa phuong|\bchinh quyen cap xa\b",
        _kinds(_K.PEOPLES_COMMITTEE_COMMUNE),
    ),
    _group(rf"\bcong an (?:cac |cap ){_COMMUNE}|^cong an xa phuong", _kinds(_K.POLICE_COMMUNE)),
    _group(
        rf"\bubnd (?:cac |cap ){_DISTRICT}|^(?:cac )?huyen (?:thi xa|thanh pho)", _kinds(_K.PEOPLES_COMMITTEE_DISTRICT)
    ),
    _group(rf"\bcong an (?:cac |cap ){_DISTRICT}", _district_police),
    _group(r"\bdoanh nghiep(?: [a-z]+){0,4} vien thong\b|\bnha mang\b", _kinds(_K.TELECOM)),
    _group(r"\b(?:cac|chi nhanh|he thong) (?:[a-z]+ ){0,2}ngan hang\b|\bto chuc tin dung\b", _banks),
    _group(r"\bco so giao duc\b|\bcac (?:nha )?truong\b(?! hop)", _schools),
    _group(r"\bco quan bao chi\b|\bbao dai\b", _kinds(_K.PRESS)),
    _group(r"\bco so y te\b|\bcac benh vien\b|\bco so kham\b", _kinds(_K.HEALTH)),
    _group(r"\bcac doanh nghiep$|\bdoanh nghiep tren dia ban\b", _kinds(_K.ENTERPRISE, _K.TELECOM)),
    _group(r"\bcac ban dang\b|\bban xay dung dang\b|\bco quan dang\b", _kinds(_K.PARTY)),
)

_VAGUE = re.compile(r"^(?=.*\blien quan\b)(?=.*\b(?:co quan|don vi|to chuc|dia phuong|nganh|doanh nghiep)\b)")


def is_vague(key: str) -> bool:
    """Whether the group words name nobody: "các cơ quan, đơn vị liên quan"."""
    return _VAGUE.search(key) is not None


def group_members(key: str, agencies: Iterable[Agency]) -> list[Agency] | None:
    """Those of ``agencies`` that the group words mean, in their order; None when the key holds no group words."""
    chosen = [group.chosen for group in GROUPS if group.pattern.search(key)]
    if not chosen:
        return None
    return [agency for agency in agencies if any(wanted(agency, key) for wanted in chosen)]
