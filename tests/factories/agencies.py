"""Areas, agencies, members and the standing cast of the tests."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from canhgiac.agencies import services
from canhgiac.agencies.models import Agency, AgencyAlias, AgencySuccession, Area, Member, Role
from canhgiac.kit.text import fold

PASSWORD = "mot-cau-dai-de-nho"
_number = itertools.count(1)


def area(
    *,
    name: str = "",
    level: Area.Level = Area.Level.COMMUNE,
    kind: str = "",
    parent: Area | None = None,
    code: str = "",
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Area:
    """An area with its path; names and codes are made up when not given."""
    number = next(_number)
    kinds = {Area.Level.PROVINCE: "tỉnh", Area.Level.DISTRICT: "huyện", Area.Level.COMMUNE: "xã"}
    kind = kind or kinds.get(level, "thôn")
    return services.area_store(
        Area(
            code=code or f"t{number}",
            name=name or f"{kind.capitalize()} Thử {number}",
            level=level,
            kind=kind,
            parent=parent,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )


def agency(
    *,
    name: str = "",
    kind: Agency.Kind = Agency.Kind.DEPARTMENT,
    parent: Agency | None = None,
    area: Area | None = None,
    short_name: str = "",
    email: str = "",
    aliases: tuple[str, ...] = (),
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Agency:
    """An agency with its path and aliases."""
    row = services.agency_store(
        Agency(
            name=name or f"Sở Thử {next(_number)}",
            short_name=short_name,
            kind=kind,
            parent=parent,
            area=area or (parent.area if parent else None),
            email=email,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )
    for alias in aliases:
        AgencyAlias.objects.create(agency=row, name=alias, folded=fold(alias))
    return row


def succession(predecessor: Agency, successor: Agency, *, on: dt.date, scope: str = "") -> AgencySuccession:
    """``successor`` took over from ``predecessor``."""
    return AgencySuccession.objects.create(predecessor=predecessor, successor=successor, on=on, scope=scope)


def member(*, email: str = "", full_name: str = "", agency: Agency | None = None, password: str = "") -> Member:
    """A member; without ``password`` one who cannot log in by password (hashing takes long)."""
    number = next(_number)
    return Member.objects.create_user(
        email or f"nguoi{number}@thu.example",
        password or None,
        full_name=full_name or f"Người Thử {number}",
        agency=agency,
    )


def role(
    member: Member,
    kind: Role.Kind,
    agency: Agency,
    *,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Role:
    """A role of the member at the agency."""
    return Role.objects.create(member=member, kind=kind, agency=agency, valid_from=valid_from, valid_until=valid_until)


@dataclass(frozen=True)
class Cast:
    """A small province and the people who act in most tests."""

    province_area: Area
    commune_area: Area
    province: Agency
    """UBND tỉnh, the root."""
    police: Agency
    department: Agency
    commune: Agency
    coordinator: Member
    """Coordinator of the whole province."""
    officer: Member
    """Officer of the department."""
    commune_officer: Member
    auditor: Member
    admin: Member
    outsider: Member
    """A member without any role."""

    @property
    def everyone(self) -> dict[str, Member]:
        """Each person by role name, for tests of access."""
        return {
            "coordinator": self.coordinator,
            "officer": self.officer,
            "commune_officer": self.commune_officer,
            "auditor": self.auditor,
            "admin": self.admin,
            "outsider": self.outsider,
        }


def cast() -> Cast:
    """The standing cast: provincial coordinator, provincial officer, commune officer, auditor, admin, outsider."""
    province_area = area(name="Tỉnh Thử Nghiệm", level=Area.Level.PROVINCE)
    commune_area = area(name="Xã Đồi Mây", parent=province_area)
    kinds = Agency.Kind
    province = agency(name="UBND tỉnh Thử Nghiệm", kind=kinds.PEOPLES_COMMITTEE_PROVINCE, area=province_area)
    police = agency(name="Công an tỉnh Thử Nghiệm", kind=kinds.POLICE_PROVINCE, parent=province)
    department = agency(name="Sở Giáo dục và Đào tạo", kind=kinds.DEPARTMENT, parent=province)
    commune = agency(name="UBND xã Đồi Mây", kind=kinds.PEOPLES_COMMITTEE_COMMUNE, parent=province, area=commune_area)

    def person(name: str, kind: Role.Kind | None, at: Agency) -> Member:
        someone = member(full_name=name, agency=at)
        if kind is not None:
            role(someone, kind, at)
        return someone

    return Cast(
        province_area=province_area,
        commune_area=commune_area,
        province=province,
        police=police,
        department=department,
        commune=commune,
        coordinator=person("Điều Phối", Role.Kind.COORDINATOR, province),
        officer=person("Cán Bộ Sở", Role.Kind.OFFICER, department),
        commune_officer=person("Cán Bộ Xã", Role.Kind.OFFICER, commune),
        auditor=person("Kiểm Tra", Role.Kind.AUDITOR, province),
        admin=person("Quản Trị", Role.Kind.ADMIN, province),
        outsider=member(full_name="Người Ngoài"),
    )
