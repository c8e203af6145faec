"""The sample province's own materials: written, translated, taken over, withdrawn, bundled. Through the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.library.models import Checklist, Language, Material, MaterialEdition, MaterialKind, ScamForm

from .editions import edition_publish, edition_submit, edition_withdraw
from .materials import MaterialData, material_create
from .packs import PackData, pack_create
from .takings import edition_ended_tell, taking_note, taking_remove, taking_use

OFFICERS = ("canbo.gddt@vinhan.example", "canbo.sonthuy@vinhan.example")
"""Who takes materials over: the education department's and a commune's."""
LOUDSPEAKER_PACK = ("M15", "M16", "M17", "M18")
_CHECKED = {point: {"ok": True, "note": ""} for point in Checklist.values}
_METER = MaterialData(
    kind=MaterialKind.POSTER,
    title="Điện lực Vĩnh An không gọi điện đòi tiền",
    lead="Hóa đơn tiền điện chỉ có ở ứng dụng và trang chính thức của điện lực.",
    points=(
        "Không kết bạn Zalo với người xưng điện lực.",
        "Không cài ứng dụng họ gửi.",
        "Gọi tổng đài in trên hóa đơn.",
    ),
    call="Gọi đường dây Cảnh Giác của tỉnh 0900 000 156.",
    body="Kẻ xấu xưng nhân viên điện lực, dọa cắt điện trong hai giờ rồi gửi đường link.\n\n"
    "- Điện lực **không gửi link cài đặt**.\n- Nợ cước thì nhận thông báo trước nhiều ngày.\n",
    audiences=("public", "households", "elderly"),
    channels=("print", "social"),
    credit="Ban chỉ đạo tỉnh Vĩnh An",
)
_METER_EN = MaterialData(
    kind=MaterialKind.POSTER,
    language=Language.EN,
    title="The power company does not call to collect money",
    lead="Your bill is only in the official app and on the official site.",
    points=("Do not add callers on Zalo.", "Do not install an app they send.", "Call the number on your bill."),
    call="Call the provincial line 0900 000 156.",
    body="Swindlers say they are from the power company, threaten to cut you off in two hours and send a link.\n",
    audiences=("diaspora", "public"),
    channels=("print", "social"),
    credit="Ban chỉ đạo tỉnh Vĩnh An",
)
_TAY = MaterialData(
    kind=MaterialKind.RADIO,
    language=Language.TYZ,
    title="Bài phát thanh tiếng Tày: người xưng công an (chờ người dịch)",
    lead="Bản nháp: chờ người dịch và người đọc.",
    body="Lời tiếng Việt ở bản gốc. Người dịch viết lời tiếng Tày vào đây, kèm tệp tiếng đọc.",
    audiences=("minorities",),
    channels=("loudspeaker",),
)
_OLD = MaterialData(
    kind=MaterialKind.SMS,
    title="Tin nhắn: đường dây báo tin cũ",
    body="UBND tinh: thay nghi lua dao, goi duong day 0900 000 100.",
    audiences=("public",),
    channels=("sms",),
)


def sample_materials_load(*, writer: Member, approver: Member) -> int:
    """Writes the province's own materials as its people would; returns how many editions."""
    form = ScamForm.objects.filter(code="N05").first()
    meter = _published(writer, approver, _METER, form)
    _published(writer, approver, MaterialData(**_facts_of(_METER_EN) | {"translation_of": meter.material}), form)
    source = Material.objects.filter(code="M16").first()
    material_create(by=writer, data=MaterialData(**_facts_of(_TAY) | {"translation_of": source}))
    old = _published(writer, approver, _OLD, None)
    _taken(meter, old, approver)
    shelf = [*LOUDSPEAKER_PACK, meter.material.code]
    note = "Đài truyền thanh xã, phường phát trong tuần; kèm tin nhắn cho tổ dân phố."
    pack_create(by=writer, data=PackData(title="Bộ cho đài truyền thanh xã, phường", note=note, codes=shelf))
    return 4


def _facts_of(data: MaterialData) -> dict[str, Any]:
    return {name: getattr(data, name) for name in MaterialData.__dataclass_fields__}


def _published(writer: Member, approver: Member, data: MaterialData, form: ScamForm | None) -> MaterialEdition:
    facts = MaterialData(**_facts_of(data) | {"forms": [form] if form else []})
    edition = material_create(by=writer, data=facts).edition
    edition_submit(by=writer, edition=edition, version=edition.version)
    edition.refresh_from_db()
    later = clock.today() + dt.timedelta(days=182)
    return edition_publish(by=approver, edition=edition, checklist=_CHECKED, review_by=later)


def _taken(meter: MaterialEdition, old: MaterialEdition, approver: Member) -> None:
    """Two agencies took both; one of them has not yet said that the withdrawn one is down."""
    takers = [
        member
        for member in Member.objects.filter(email__in=OFFICERS).order_by("pk").select_related("agency")
        if member.agency
    ]
    for member in takers:
        for edition in (meter, old):
            taking_note(how="file", edition=edition, agency=member.agency, by=member)
        taking_use(by=member, edition=meter, where="Bảng tin ở cổng cơ quan")
    edition_withdraw(by=approver, edition=old, reason="Số đường dây đã đổi thành 0900 000 156.")
    edition_ended_tell(kind="material", edition_id=old.pk)
    for member in takers[:1]:
        taking_remove(by=member, edition=old)
