"""The invented province "tỉnh Vĩnh An" for the first look and for demonstrations.

Every name, address and person is made up; no such province exists. Codes begin with 99, which the statistics office
does not use.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from canhgiac.agencies.models import Agency, AgencyAlias, Area, AreaSuccession, Member, Role
from canhgiac.kit.text import fold

from . import reform
from .audit import audit_record
from .boundaries import boundaries_import
from .provinces import province_register
from .register import agency_store, paths_refresh

PROVINCE_CODE = "99"
PASSWORD = "canh-giac-2026"  # noqa: S105  # the published demo password; demo data is loaded on request only
BOUNDARIES = settings.ROOT / "samples" / "boundaries" / "vinh-an.geojson"
BOUNDARIES_SOURCE = "Ranh giới hư cấu của tỉnh mẫu Vĩnh An"
_BEGAN = reform.TWO_TIERS
_ENDED = reform.DISTRICTS_UNTIL

COMMUNES: dict[str, tuple[str, ...]] = {
    "thành phố Vĩnh An": (
        *("phường Đông Lâm", "phường An Phú", "phường Hòa Khê", "phường Minh Phú", "phường Thanh Khê"),
        *("phường An Lộc", "phường Hòa Phú", "phường Nam Bình", "phường Phú Lộc", "phường Long Hà"),
    ),
    "thị xã Cẩm Giang": (
        *("phường Cẩm Giang", "phường Cẩm Hà", "phường Cẩm Bình", "phường Cẩm Trạch", "xã Xuân Hà"),
        *("xã Xuân Sơn", "xã Yên Lộc", "xã Yên Giang", "xã Yên Bình"),
    ),
    "huyện Sơn Thủy": (
        *("xã Sơn Thủy", "xã Sơn Khê", "xã Sơn Giang", "xã Sơn Hà", "xã Sơn Phú", "xã An Sơn", "xã An Thủy"),
        *("xã An Giang", "xã An Hà"),
    ),
    "huyện Kim Giang": (
        *("xã Kim Giang", "xã Kim Hà", "xã Kim Lâm", "xã Minh Giang", "xã Minh Hà", "xã Minh Lâm", "xã Thanh Giang"),
        *("xã Thanh Hà", "xã Thanh Lộc"),
    ),
    "huyện Long Khê": (
        *("xã Long Khê", "xã Long Thủy", "xã Nam Khê", "xã Nam Lâm", "xã Nam Sơn", "xã Nam Hà", "xã Nam Thủy"),
        *("xã Bình Phú", "xã Phú Bình"),
    ),
    "huyện Quang Trạch": (
        *("xã Quang Trạch", "xã Quang Khê", "xã Quang Lâm", "xã Tân Trạch", "xã Tân Sơn", "xã Hòa Trạch"),
        *("xã Hòa Sơn", "xã Hòa Giang", "xã Hòa Lâm"),
    ),
    "huyện Đông Phú": (
        *("xã Đông Phú", "xã Đông Giang", "xã Đông Trạch", "xã Phú Sơn", "xã Phú Hà", "xã Thuận Bình"),
        *("xã Vân Giang", "xã Yên Phú", "đặc khu Hòn Mây"),
    ),
}
"""The 64 communes by the former district whose land they cover."""

_K = Agency.Kind
_BANKS = (
    ("Ngân hàng Nông nghiệp và Phát triển nông thôn chi nhánh Vĩnh An", "Agribank Vĩnh An"),
    ("Ngân hàng Ngoại thương chi nhánh Vĩnh An", "Vietcombank Vĩnh An"),
    ("Ngân hàng Đầu tư và Phát triển chi nhánh Vĩnh An", "BIDV Vĩnh An"),
    ("Ngân hàng Công Thương chi nhánh Vĩnh An", "VietinBank Vĩnh An"),
    ("Ngân hàng Chính sách xã hội chi nhánh Vĩnh An", "NHCSXH Vĩnh An"),
    ("Quỹ tín dụng nhân dân Đông Lâm", ""),
)
_TELECOMS = (("Viettel Vĩnh An", ""), ("VNPT Vĩnh An", ""), ("MobiFone Vĩnh An", ""), ("Bưu điện Vĩnh An", ""))
_SCHOOLS = (
    *("Trường Đại học Vĩnh An", "Trường Cao đẳng nghề Vĩnh An", "Trường THPT chuyên Vĩnh An"),
    *("Trường THPT Đông Lâm", "Trường THPT Cẩm Giang", "Trường THPT Sơn Thủy", "Trường THPT Kim Giang"),
    *("Trường THPT Long Khê", "Trường THPT Quang Trạch", "Trường THPT Đông Phú", "Trường THCS Hòa Khê"),
    *("Trường THCS An Phú", "Trường Phổ thông dân tộc nội trú Sơn Khê"),
)
_UNITS = (
    ("Phòng An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao", "PA05", "police", _K.UNIT),
    ("Phòng Cảnh sát hình sự", "PC02", "police", _K.UNIT),
    ("Phòng Tham mưu", "PV01", "police", _K.UNIT),
    ("Bệnh viện đa khoa tỉnh", "BVĐK tỉnh", "yte", _K.HEALTH),
    ("Trung tâm Chuyển đổi số", "", "khcn", _K.UNIT),
    ("Công ty Điện lực Vĩnh An", "PC Vĩnh An", "root", _K.ENTERPRISE),
    ("Liên minh Hợp tác xã tỉnh", "", "root", _K.OTHER),
)


@dataclass(frozen=True)
class DemoLogin:
    """A demo member: who logs in, and as what. ``at`` is the agency's name, ``roles`` (kind, agency name)."""

    email: str
    full_name: str
    title: str
    at: str
    roles: tuple[tuple[Role.Kind, str], ...]


_R = Role.Kind
_ALL = "Toàn tỉnh Vĩnh An"
_POLICE = "Công an tỉnh Vĩnh An"
_CYBER = "Phòng An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao"
_AGRIBANK = "Ngân hàng Nông nghiệp và Phát triển nông thôn chi nhánh Vĩnh An"
LOGINS = (
    DemoLogin(
        "dieuphoi@vinhan.example",
        "Lê Thị Điều Phối",
        "Phó Trưởng phòng Tham mưu",
        _POLICE,
        ((_R.COORDINATOR, _ALL), (_R.EDITOR, _ALL)),
    ),
    DemoLogin(
        "canbo.gddt@vinhan.example",
        "Trần Văn Sở",
        "Chuyên viên",
        "Sở Giáo dục và Đào tạo",
        ((_R.OFFICER, "Sở Giáo dục và Đào tạo"),),
    ),
    DemoLogin(
        "canbo.sonthuy@vinhan.example",
        "Hoàng Thị Xã",
        "Công chức văn hóa - xã hội",
        "UBND xã Sơn Thủy",
        ((_R.OFFICER, "UBND xã Sơn Thủy"),),
    ),
    DemoLogin("canbo.catinh@vinhan.example", "Phạm Văn Đầu Mối", "Cán bộ tham mưu", _POLICE, ((_R.OFFICER, _POLICE),)),
    DemoLogin(
        "canbo.khcn@vinhan.example",
        "Đỗ Thị Công Nghệ",
        "Chuyên viên",
        "Sở Khoa học và Công nghệ",
        ((_R.OFFICER, "Sở Khoa học và Công nghệ"),),
    ),
    DemoLogin(
        "pheduyet@vinhan.example",
        "Nguyễn Văn Duyệt",
        "Phó Giám đốc",
        _POLICE,
        ((_R.APPROVER, _ALL),),
    ),
    DemoLogin("tiepnhan@vinhan.example", "Ngô Thị Tiếp Nhận", "Điều tra viên", _CYBER, ((_R.TIP_OFFICER, _POLICE),)),
    DemoLogin("tiepnhan2@vinhan.example", "Đinh Văn Xác Minh", "Trinh sát viên", _CYBER, ((_R.TIP_OFFICER, _POLICE),)),
    DemoLogin(
        "congtacvien@vinhan.example",
        "Lò Thị Cộng Tác",
        "Chi hội trưởng Phụ nữ thôn",
        "UBND xã Sơn Thủy",
        ((_R.COLLABORATOR, "UBND xã Sơn Thủy"),),
    ),
    DemoLogin(
        "nganhang@vinhan.example",
        "Mai Thị Giao Dịch",
        "Giao dịch viên",
        _AGRIBANK,
        ((_R.PARTNER, _AGRIBANK),),
    ),
    DemoLogin(
        "giaovien@vinhan.example",
        "Trịnh Thị Giáo Viên",
        "Tổ trưởng chuyên môn",
        "Trường THPT Sơn Thủy",
        ((_R.TRAINER, "Trường THPT Sơn Thủy"),),
    ),
    DemoLogin("kiemtra@vinhan.example", "Vũ Thị Kiểm Tra", "Thanh tra viên", "Thanh tra tỉnh", ((_R.AUDITOR, _ALL),)),
    DemoLogin("quantri@vinhan.example", "Bùi Văn Quản Trị", "Quản trị hệ thống", _POLICE, ((_R.ADMIN, _ALL),)),
)


@transaction.atomic
def samples_load() -> bool:
    """Loads the invented province, its register and its members; False when they are there already."""
    if Area.objects.filter(code=PROVINCE_CODE, level=Area.Level.PROVINCE).exists():
        return False
    province = _areas()
    province_register(by=None, province=province)
    _more_agencies(province)
    boundaries_import(by=None, data=BOUNDARIES.read_bytes(), source=BOUNDARIES_SOURCE, province=province)
    agencies = {row.name: row for row in Agency.objects.filter(area__path__startswith=province.path)}
    password = make_password(PASSWORD)  # hashed once: it is the same, published one for all of them
    for login in LOGINS:
        member = Member.objects.create(
            email=login.email,
            password=password,
            full_name=login.full_name,
            title=login.title,
            agency=agencies[login.at],
        )
        Role.objects.bulk_create(Role(member=member, kind=kind, agency=agencies[at]) for kind, at in login.roles)
    audit_record(by=None, act="agencies.samples_load", subject=province)
    return True


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _kind(name: str) -> str:
    return next(kind for kind in ("thành phố", "thị xã", "đặc khu", "phường", "huyện", "xã") if name.startswith(kind))


def _area(
    code: str,
    name: str,
    level: Area.Level,
    *,
    parent: Area | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Area:
    return Area(
        code=code,
        name=_capital(name),
        level=level,
        kind=_kind(name) if level != Area.Level.PROVINCE else "tỉnh",
        parent=parent,
        folded=fold(name),
        valid_from=since,
        valid_until=until,
    )


def _areas() -> Area:
    level = Area.Level
    province = _area(PROVINCE_CODE, "Tỉnh Vĩnh An", level.PROVINCE)
    province.save()
    successions: list[AreaSuccession] = []
    number = 0
    for place, (district_name, names) in enumerate(COMMUNES.items(), start=1):
        district = _area(f"99{place}", district_name, level.DISTRICT, parent=province, until=_ENDED)
        district.save()
        communes = [
            _area(f"99{number + step:03}", name, level.COMMUNE, parent=province, since=_BEGAN)
            for step, name in enumerate(names, start=1)
        ]
        number += len(names)
        Area.objects.bulk_create(communes)
        successions += [
            AreaSuccession(predecessor=district, successor=commune, on=_BEGAN, whole=False) for commune in communes
        ]
    AreaSuccession.objects.bulk_create(successions)
    paths_refresh(Area)
    province.refresh_from_db()
    return province


def _more_agencies(province: Area) -> None:
    bodies = {row.name: row for row in Agency.objects.filter(area=province)}
    root, police = bodies[_ALL], bodies[_POLICE]
    education = bodies["Sở Giáo dục và Đào tạo"]
    parents = {"root": root, "police": police, "yte": bodies["Sở Y tế"], "khcn": bodies["Sở Khoa học và Công nghệ"]}
    rows = [(name, short, parents[parent], kind) for name, short, parent, kind in _UNITS]
    rows += [(name, short, root, _K.BANK) for name, short in _BANKS]
    rows += [(name, short, root, _K.TELECOM) for name, short in _TELECOMS]
    rows += [(name, "", education, _K.SCHOOL) for name in _SCHOOLS]
    for name, short, parent, kind in rows:
        agency = agency_store(Agency(name=name, short_name=short, kind=kind, parent=parent, area=province))
        if name.startswith("Trường THPT"):
            alias = name.replace("THPT", "Trung học phổ thông")
            AgencyAlias.objects.create(agency=agency, name=alias, folded=fold(alias))
