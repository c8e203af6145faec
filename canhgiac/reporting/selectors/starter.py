"""The form that a province starts from, and the one made of a plan: plain descriptions of fields, no rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from canhgiac.activities.models import Kind, Measure, Remark
from canhgiac.kit.text import fold
from canhgiac.plans.models import Plan, ReviewState, Task
from canhgiac.plans.selectors.calendar import targets_of
from canhgiac.reporting.models import FormField

Section = FormField.Section
CODE_LIMIT = 40
TITLE = "Báo cáo kết quả phòng, chống lừa đảo trên không gian mạng"


@dataclass(frozen=True, kw_only=True)
class FieldData:
    """The facts of one field."""

    label: str
    kind: str = FormField.Kind.FIGURE.value
    section: str = Section.RESULTS.value
    group: str = ""
    help: str = ""
    unit: str = ""
    required: bool = False
    source: dict[str, Any] = field(default_factory=dict)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    total_of: list[str] = field(default_factory=list)
    jump_percent: int | None = None
    needs_evidence: bool = False
    columns: list[dict[str, str]] = field(default_factory=list)
    code: str = ""
    """Made from the label where it is empty."""


def code_of(label: str, taken: set[str]) -> str:
    """A code from the label, "so_to_roi_da_phat", with a number where it is taken; at most 40 characters."""
    stem = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[: CODE_LIMIT - 4].rstrip("_") or "muc"
    code, number = stem, 2
    while code in taken:
        code, number = f"{stem}_{number}", number + 1
    return code


def _done(kind: Kind, measure: Measure | None = None) -> dict[str, Any]:
    return {"from": "activities", "measure": measure.value if measure else "count", "kinds": [kind.value],
            "audiences": []}  # fmt: skip


def _figure(label: str, unit: str, source: dict[str, Any], group: str, code: str) -> FieldData:
    return FieldData(
        label=label, unit=unit, source=source, group=group, code=code, minimum=Decimal(0),
        jump_percent=100 if source.get("from") == "activities" else None,
        needs_evidence=source.get("measure") in {"copies", "people"},
    )  # fmt: skip


_DIRECT, _MEDIA, _PAPER, _OTHER = "Tuyên truyền trực tiếp", "Báo chí, mạng xã hội", "Tài liệu, trực quan", "Kênh khác"


def starter_fields() -> list[FieldData]:
    """Twenty-six figures over what agencies do, with words for each section and a table."""
    k, m = Kind, Measure
    return [
        *_words_before(),
        _figure("Hội nghị, cuộc họp đã tổ chức", "cuộc", _done(k.CONFERENCE), _DIRECT, "hoi_nghi"),
        _figure("Lượt người dự hội nghị", "lượt người", _done(k.CONFERENCE, m.PEOPLE), _DIRECT, "hoi_nghi_nguoi"),
        _figure("Lớp tập huấn đã mở", "lớp", _done(k.TRAINING), _DIRECT, "tap_huan"),
        _figure("Lượt người được tập huấn", "lượt người", _done(k.TRAINING, m.PEOPLE), _DIRECT, "tap_huan_nguoi"),
        _figure("Hộ gia đình được tuyên truyền tại nhà, tổ dân phố", "hộ", _done(k.DOOR_TO_DOOR, m.HOUSEHOLDS),
                _DIRECT, "truc_tiep_ho"),
        _figure("Buổi tuyên truyền lưu động", "buổi", _done(k.MOBILE_OUTREACH), _DIRECT, "luu_dong"),
        _figure("Tiết học, buổi ngoại khóa", "buổi", _done(k.SCHOOL_LESSON), _DIRECT, "truong_hoc"),
        _figure("Lượt học sinh, sinh viên được tuyên truyền", "lượt người", _done(k.SCHOOL_LESSON, m.PEOPLE),
                _DIRECT, "truong_hoc_nguoi"),
        _figure("Bài đăng mạng xã hội", "bài", _done(k.SOCIAL), _MEDIA, "mang_xa_hoi"),
        _figure("Lượt tiếp cận trên mạng xã hội", "lượt", _done(k.SOCIAL, m.VIEWS), _MEDIA, "mang_xa_hoi_luot"),
        _figure("Bài trên trang, cổng thông tin", "bài", _done(k.PORTAL), _MEDIA, "cong_thong_tin"),
        _figure("Tin, bài báo chí", "tin, bài", _done(k.PRESS), _MEDIA, "bao_chi"),
        _figure("Thời lượng phát thanh, truyền hình", "phút", _done(k.BROADCAST, m.MINUTES), _MEDIA, "phat_thanh"),
        _figure("Lần phát trên loa, đài cơ sở", "lần", _done(k.LOUDSPEAKER, m.TIMES), _MEDIA, "loa_co_so"),
        _figure("Video, phim ngắn đã làm", "sản phẩm", _done(k.VIDEO), _MEDIA, "video"),
        _figure("Tờ rơi đã phát", "bản", _done(k.LEAFLET, m.COPIES), _PAPER, "to_roi"),
        _figure("Cẩm nang đã cấp phát", "bản", _done(k.HANDBOOK, m.COPIES), _PAPER, "cam_nang"),
        _figure("Pa-nô, băng rôn, áp phích đã treo", "chiếc", _done(k.BANNER, m.COPIES), _PAPER, "pa_no"),
        _figure("Tin nhắn SMS đã gửi", "tin", _done(k.SMS, m.MESSAGES), _OTHER, "sms"),
        _figure("Tin báo trong ứng dụng đã gửi", "tin", _done(k.APP_MESSAGE, m.MESSAGES), _OTHER, "ung_dung"),
        _figure("Lượt khách được cảnh báo tại quầy giao dịch", "lượt người", _done(k.BANK_COUNTER, m.PEOPLE),
                _OTHER, "quay_giao_dich"),
        _figure("Cuộc thi đã tổ chức", "cuộc", _done(k.CONTEST), _OTHER, "cuoc_thi"),
        _figure("Diễn tập đã tổ chức", "cuộc", _done(k.DRILL), _OTHER, "dien_tap"),
        _figure("Tập thể, cá nhân được biểu dương, khen thưởng", "lượt", _done(k.COMMENDATION), _OTHER, "khen_thuong"),
        *_words_after(),
    ]  # fmt: skip


def _words_before() -> list[FieldData]:
    text = FormField.Kind.TEXT.value
    task = "Tiến độ nhiệm vụ"
    return [
        FieldData(label="Công tác lãnh đạo, chỉ đạo", kind=text, section=Section.SITUATION.value, required=True,
                  code="chi_dao", help="Văn bản đã ban hành, phân công, kiểm tra, đôn đốc trong kỳ."),
        FieldData(label="Tình hình lừa đảo trên không gian mạng tại địa bàn, đơn vị", kind=text,
                  section=Section.SITUATION.value, code="tinh_hinh"),
        _figure("Nhiệm vụ được giao", "nhiệm vụ", {"from": "tasks", "status": "total"}, task, "nhiem_vu_giao"),
        _figure("Nhiệm vụ đã xong", "nhiệm vụ", {"from": "tasks", "status": "done"}, task, "nhiem_vu_xong"),
        FieldData(label="Kết quả nổi bật", kind=text, group=task, code="ket_qua"),
    ]  # fmt: skip


def _words_after() -> list[FieldData]:
    text = FormField.Kind.TEXT.value
    hard = [Remark.Kind.DIFFICULTY.value, Remark.Kind.OBSTACLE.value]
    columns = [
        {"code": "ten_hoat_dong", "label": "Tên hoạt động", "kind": "text"},
        {"code": "dia_ban", "label": "Địa bàn", "kind": "text"},
        {"code": "so_nguoi", "label": "Số người", "kind": "figure"},
    ]
    return [
        FieldData(label="Đánh giá việc thực hiện chỉ tiêu", kind=text, section=Section.TARGETS.value, code="chi_tieu"),
        FieldData(label="Khó khăn, vướng mắc và nguyên nhân", kind=text, section=Section.DIFFICULTIES.value,
                  source={"from": "remarks", "kind": hard}, code="kho_khan"),
        FieldData(label="Kiến nghị, đề xuất", kind=text, section=Section.PROPOSALS.value,
                  source={"from": "remarks", "kind": Remark.Kind.PROPOSAL.value}, code="kien_nghi"),
        FieldData(label="Hoạt động tiêu biểu", kind=FormField.Kind.TABLE.value, section=Section.ANNEX.value,
                  columns=columns, code="hoat_dong_tieu_bieu"),
        FieldData(label="Tài liệu kèm theo", kind=FormField.Kind.FILE.value, section=Section.ANNEX.value,
                  code="tai_lieu"),
    ]  # fmt: skip


def plan_fields(plan: Plan) -> list[FieldData]:
    """The starter's fields for one plan: its groups of tasks head the results, its targets are listed one by one.

    Under each group of tasks stands a paragraph for its result; figures that follow from activities come after.
    Two queries.
    """
    text, figure = FormField.Kind.TEXT.value, FormField.Kind.FIGURE.value
    results = [
        FieldData(label=f"Kết quả: {name}"[:300], kind=text, group=name, help=f"Nhiệm vụ {codes}."[:500])
        for name, codes in _task_groups(plan)
    ]
    targets = [
        FieldData(
            label=target.text[:300],
            kind=figure,
            section=Section.TARGETS.value,
            group="Số đã đạt của từng chỉ tiêu",
            unit="" if target.unit == "%" else target.unit[:60],
            help=("Ghi số đã đạt, không ghi tỷ lệ." if target.unit == "%" else ""),
            minimum=Decimal(0),
        )
        for target in targets_of(Plan.objects.filter(pk=plan.pk)).order_by("position")
    ]
    start = starter_fields()
    at = next(index for index, one in enumerate(start) if one.code == "hoi_nghi")
    ends = next(index for index, one in enumerate(start) if one.code == "chi_tieu")
    return [*start[:at], *results, *start[at:ends], *targets, *start[ends:]]


def _task_groups(plan: Plan) -> Iterator[tuple[str, str]]:
    """Each heading of the plan's tasks, in order, with the codes below it."""
    rows = Task.objects.filter(plan=plan, merged_into=None).exclude(review=ReviewState.REJECTED)
    groups: dict[str, list[str]] = {}
    for heading, code in rows.order_by("position").values_list("heading", "code"):
        groups.setdefault(bare_heading(heading or ""), []).append(code)
    for name, codes in groups.items():
        if name:
            yield name, ", ".join(codes)


_NUMERAL = re.compile(r"^\s*(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])\s*[.)/-]+\s*", re.IGNORECASE)


def bare_heading(heading: str) -> str:
    """The heading without its numeral and closing mark, cut to the column's length."""
    return " ".join(_NUMERAL.sub("", heading).split()).rstrip(" .:;")[:200]
