"""The usual bodies of a province before and after the reform of 2025, as a dated table.

Departments: Decree 45/2025/NĐ-CP, from 1 March 2025. Provinces and communes: Resolution 202/2025/QH15 and the Law on
Organisation of Local Government of 2025, from 1 July 2025, when districts ended. District police ended on
1 March 2025. A province's own decision may name another day or body: the register is then corrected by hand.
In names, {tinh} is "tỉnh" or "thành phố" and {Tinh_uy} "Tỉnh ủy" or "Thành ủy"; {X} is the province's name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from canhgiac.agencies.models import Agency

DEPARTMENTS_MERGED = dt.date(2025, 3, 1)
TWO_TIERS = dt.date(2025, 7, 1)
DECREE_45 = "Nghị định 45/2025/NĐ-CP"
RESOLUTION_202 = "Nghị quyết 202/2025/QH15"

_K = Agency.Kind


@dataclass(frozen=True)
class Body:
    """One usual body: ``key`` names it in this table; dates are the first and the last day it exists."""

    key: str
    name: str
    kind: Agency.Kind
    parent: str = "ubnd"
    short: str = ""
    aliases: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Handover:
    """``predecessor`` handed ``scope`` (all of its work when empty) to ``successor`` on ``on``."""

    predecessor: str
    successor: str
    on: dt.date = DEPARTMENTS_MERGED
    scope: str = ""
    act: str = DECREE_45


_DAY = dt.timedelta(days=1)
_OLD = DEPARTMENTS_MERGED - _DAY
_OLD_PRESS = TWO_TIERS - _DAY
_D, _P, _F = _K.DEPARTMENT, _K.PARTY, _K.FRONT

BODIES: tuple[Body, ...] = (
    Body("root", "Toàn {tinh} {X}", _K.OTHER, parent=""),
    Body("ubnd", "UBND {tinh} {X}", _K.PEOPLES_COMMITTEE_PROVINCE, "root", "UBND {tinh}"),
    Body("hdnd", "HĐND {tinh} {X}", _K.OTHER, "root", "HĐND {tinh}"),
    Body("police", "Công an {tinh} {X}", _K.POLICE_PROVINCE, "ubnd", "CA {tinh}", ("Công an {tinh}", "CAT")),
    Body("military", "Bộ Chỉ huy Quân sự {tinh}", _D, "ubnd", "Bộ CHQS {tinh}", ("BCHQS {tinh}",)),
    Body(
        "border",
        "Bộ đội Biên phòng {tinh}",
        _D,
        "ubnd",
        "BĐBP {tinh}",
        ("Bộ Chỉ huy Bộ đội Biên phòng {tinh}", "Ban Chỉ huy Bộ đội Biên phòng {tinh}"),
        until=_OLD_PRESS,
    ),
    Body("office", "Văn phòng UBND {tinh}", _D, "ubnd", "VP UBND {tinh}"),
    Body("inspection", "Thanh tra {tinh}", _D),
    Body("noivu", "Sở Nội vụ", _D, short="SNV"),
    Body("tuphap", "Sở Tư pháp", _D, short="STP"),
    Body("taichinh", "Sở Tài chính", _D, short="STC"),
    Body("congthuong", "Sở Công Thương", _D, short="SCT"),
    Body("nnmt", "Sở Nông nghiệp và Môi trường", _D, short="Sở NN&MT", aliases=("Sở NNMT",), since=DEPARTMENTS_MERGED),
    Body("xaydung", "Sở Xây dựng", _D, short="SXD"),
    Body(
        "vhttdl",
        "Sở Văn hóa, Thể thao và Du lịch",
        _D,
        short="Sở VHTTDL",
        aliases=("Sở VH,TT&DL", "Sở VHTT&DL", "Sở Văn hóa Thể thao và Du lịch", "Sở VH, TT và DL"),
    ),
    Body("khcn", "Sở Khoa học và Công nghệ", _D, short="Sở KH&CN", aliases=("Sở KHCN",)),
    Body("gddt", "Sở Giáo dục và Đào tạo", _D, short="Sở GD&ĐT", aliases=("Sở GDĐT", "Sở GD-ĐT")),
    Body("yte", "Sở Y tế", _D, short="SYT"),
    Body("dantoc", "Sở Dân tộc và Tôn giáo", _D, short="Sở DT&TG", since=DEPARTMENTS_MERGED),
    Body("kcn", "Ban Quản lý Khu kinh tế và các khu công nghiệp {tinh}", _D, short="BQL KKT và các KCN"),
    Body("tttt", "Sở Thông tin và Truyền thông", _D, short="Sở TT&TT", aliases=("Sở TTTT",), until=_OLD),
    Body(
        "ldtbxh",
        "Sở Lao động - Thương binh và Xã hội",
        _D,
        short="Sở LĐTB&XH",
        aliases=("Sở LĐ-TB&XH", "Sở LĐTBXH", "Sở Lao động, Thương binh và Xã hội"),
        until=_OLD,
    ),
    Body("khdt", "Sở Kế hoạch và Đầu tư", _D, short="Sở KH&ĐT", aliases=("Sở KHĐT",), until=_OLD),
    Body("tnmt", "Sở Tài nguyên và Môi trường", _D, short="Sở TN&MT", aliases=("Sở TNMT",), until=_OLD),
    Body("nnptnt", "Sở Nông nghiệp và Phát triển nông thôn", _D, short="Sở NN&PTNT", until=_OLD),
    Body("gtvt", "Sở Giao thông vận tải", _D, short="Sở GTVT", until=_OLD),
    Body("bandantoc", "Ban Dân tộc {tinh}", _D, until=_OLD),
    Body("tinhuy", "{Tinh_uy} {X}", _P, "root", "{Tinh_uy}", ("Ban Thường vụ {Tinh_uy}",)),
    Body("vptu", "Văn phòng {Tinh_uy}", _P, "tinhuy"),
    Body("tochuc", "Ban Tổ chức {Tinh_uy}", _P, "tinhuy"),
    Body("kiemtra", "Ủy ban Kiểm tra {Tinh_uy}", _P, "tinhuy", "UBKT {Tinh_uy}"),
    Body("noichinh", "Ban Nội chính {Tinh_uy}", _P, "tinhuy"),
    Body("danguy", "Đảng ủy UBND {tinh}", _P, "tinhuy", since=DEPARTMENTS_MERGED),
    Body(
        "tgdv",
        "Ban Tuyên giáo và Dân vận {Tinh_uy}",
        _P,
        "tinhuy",
        "Ban TG&DV",
        ("Ban Tuyên giáo và Dân vận",),
        since=DEPARTMENTS_MERGED,
    ),
    Body("tuyengiao", "Ban Tuyên giáo {Tinh_uy}", _P, "tinhuy", aliases=("Ban Tuyên giáo",), until=_OLD),
    Body("danvan", "Ban Dân vận {Tinh_uy}", _P, "tinhuy", aliases=("Ban Dân vận",), until=_OLD),
    Body(
        "mttq",
        "Ủy ban Mặt trận Tổ quốc Việt Nam {tinh}",
        _F,
        "root",
        "MTTQ {tinh}",
        ("Mặt trận Tổ quốc {tinh}", "UBMTTQVN {tinh}", "UBMTTQ {tinh}"),
    ),
    Body("phunu", "Hội Liên hiệp Phụ nữ {tinh}", _F, "mttq", "Hội LHPN {tinh}", ("Hội Phụ nữ {tinh}",)),
    Body(
        "doan",
        "Tỉnh đoàn",
        _F,
        "mttq",
        aliases=("Thành đoàn", "Đoàn TNCS Hồ Chí Minh {tinh}", "Đoàn Thanh niên Cộng sản Hồ Chí Minh {tinh}"),
    ),
    Body("nongdan", "Hội Nông dân {tinh}", _F, "mttq", "HND {tinh}"),
    Body("ccb", "Hội Cựu chiến binh {tinh}", _F, "mttq", "Hội CCB {tinh}"),
    Body("ldld", "Liên đoàn Lao động {tinh}", _F, "mttq", "LĐLĐ {tinh}"),
    Body("chuthapdo", "Hội Chữ thập đỏ {tinh}", _F, "mttq", "Hội CTĐ {tinh}"),
    Body("nguoicaotuoi", "Hội Người cao tuổi {tinh}", _F, "mttq", "Hội NCT {tinh}"),
    Body(
        "press",
        "Báo và Phát thanh, Truyền hình {tinh}",
        _K.PRESS,
        "tinhuy",
        "Báo và PT-TH {tinh}",
        ("Báo và Phát thanh - Truyền hình {tinh}", "Báo và Đài Phát thanh, Truyền hình {tinh}"),
        since=TWO_TIERS,
    ),
    Body("bao", "Báo {X}", _K.PRESS, "tinhuy", aliases=("Báo {tinh}",), until=_OLD_PRESS),
    Body(
        "dai",
        "Đài Phát thanh và Truyền hình {tinh}",
        _K.PRESS,
        "ubnd",
        "Đài PT-TH {tinh}",
        ("Đài PTTH {tinh}", "Đài PT&TH {tinh}", "Đài Phát thanh - Truyền hình {tinh}"),
        until=_OLD_PRESS,
    ),
    Body("nhnn", "Ngân hàng Nhà nước chi nhánh Khu vực", _K.BANK, "root", "NHNN Khu vực", since=DEPARTMENTS_MERGED),
    Body("nhnntinh", "Ngân hàng Nhà nước chi nhánh {tinh}", _K.BANK, "root", "NHNN chi nhánh {tinh}", until=_OLD),
    Body("vks", "Viện kiểm sát nhân dân {tinh}", _K.JUSTICE, "root", "VKSND {tinh}"),
    Body("toaan", "Tòa án nhân dân {tinh}", _K.JUSTICE, "root", "TAND {tinh}"),
    Body("thads", "Thi hành án dân sự {tinh}", _K.JUSTICE, "root", "THADS {tinh}", ("Cục Thi hành án dân sự {tinh}",)),
    Body("hcc", "Trung tâm Phục vụ hành chính công {tinh}", _K.UNIT, "office"),
    Body("chinhtri", "Trường Chính trị {tinh}", _K.SCHOOL, "tinhuy"),
    Body("qltt", "Chi cục Quản lý thị trường", _K.UNIT, "congthuong", aliases=("Cục Quản lý thị trường",)),
    Body("thongke", "Thống kê {tinh}", _K.OTHER, "root", aliases=("Cục Thống kê {tinh}", "Chi cục Thống kê {tinh}")),
    Body("thue", "Thuế {tinh}", _K.OTHER, "root", aliases=("Cục Thuế {tinh}",)),
    Body("bhxh", "Bảo hiểm xã hội {tinh}", _K.OTHER, "root", "BHXH {tinh}"),
)
"""What every province has; the root stands for the whole province, so that one role can cover all of it."""

HANDOVERS: tuple[Handover, ...] = (
    Handover("tttt", "khcn", scope="bưu chính, viễn thông, công nghệ thông tin, chuyển đổi số"),
    Handover("tttt", "vhttdl", scope="báo chí, xuất bản, thông tin cơ sở"),
    Handover("tttt", "police", scope="an toàn thông tin mạng, chống tin nhắn rác"),
    Handover("ldtbxh", "noivu", scope="lao động, việc làm, người có công"),
    Handover("ldtbxh", "yte", scope="bảo trợ xã hội, trẻ em, phòng, chống tệ nạn xã hội"),
    Handover("ldtbxh", "gddt", scope="giáo dục nghề nghiệp"),
    Handover("ldtbxh", "police", scope="cai nghiện ma túy"),
    Handover("khdt", "taichinh"),
    Handover("tnmt", "nnmt"),
    Handover("nnptnt", "nnmt"),
    Handover("gtvt", "xaydung"),
    Handover("gtvt", "police", scope="sát hạch, cấp giấy phép lái xe"),
    Handover("bandantoc", "dantoc"),
    Handover("tuyengiao", "tgdv", act=""),
    Handover("danvan", "tgdv", act=""),
    Handover("bao", "press", on=TWO_TIERS, act=""),
    Handover("dai", "press", on=TWO_TIERS, act=""),
    Handover("border", "military", on=TWO_TIERS, act=""),
    Handover("nhnntinh", "nhnn", act=""),
)

DISTRICT_POLICE_UNTIL = _OLD
DISTRICTS_UNTIL = _OLD_PRESS
