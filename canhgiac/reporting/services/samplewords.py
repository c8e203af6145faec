"""What the invented reports of the sample province ask and say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from canhgiac.activities.models import Kind
from canhgiac.reporting.models import FormField

_S, _K = FormField.Section, FormField.Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the sample form."""

    code: str
    label: str
    section: FormField.Section
    kind: FormField.Kind = _K.FIGURE
    unit: str = ""
    kinds: tuple[Kind, ...] = ()
    measure: str = "count"
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> dict[str, Any]:
        """Where it is prefilled from."""
        if not self.kinds:
            return dict(self.facts.get("source", {}))
        return {"from": "activities", "measure": self.measure, "kinds": [*self.kinds], "audiences": []}


FORM = (
    Asked("tinh_hinh", "Tình hình, công tác chỉ đạo trong kỳ", _S.SITUATION, _K.TEXT),
    Asked("hoi_nghi", "Số hội nghị, cuộc họp đã tổ chức", _S.RESULTS, unit="cuộc", kinds=(Kind.CONFERENCE,)),
    Asked(
        "hoi_nghi_nguoi",
        "Lượt người dự hội nghị, cuộc họp",
        _S.RESULTS,
        unit="lượt người",
        kinds=(Kind.CONFERENCE,),
        measure="people",
    ),
    Asked(
        "to_roi",
        "Số tờ rơi đã phát",
        _S.RESULTS,
        unit="bản",
        kinds=(Kind.LEAFLET,),
        measure="copies",
        facts={"jump_percent": 60},
    ),
    Asked(
        "ho_gia_dinh",
        "Số hộ được đến tận nhà",
        _S.RESULTS,
        unit="hộ",
        kinds=(Kind.LEAFLET, Kind.DOOR_TO_DOOR),
        measure="households",
    ),
    Asked("loa", "Số lần phát trên loa cơ sở", _S.RESULTS, unit="lần", kinds=(Kind.LOUDSPEAKER,), measure="times"),
    Asked(
        "mang_xa_hoi",
        "Số bài cảnh báo đã đăng",
        _S.RESULTS,
        unit="bài",
        kinds=(Kind.SOCIAL, Kind.PORTAL),
        measure="times",
    ),
    Asked("tap_huan", "Số lớp tập huấn", _S.RESULTS, unit="lớp", kinds=(Kind.TRAINING,)),
    Asked("to_cong_nghe", "Số tổ công nghệ số cộng đồng đã tham gia", _S.RESULTS, unit="tổ"),
    Asked(
        "nhiem_vu_xong",
        "Số nhiệm vụ đã hoàn thành",
        _S.RESULTS,
        unit="nhiệm vụ",
        facts={"source": {"from": "tasks", "status": "done"}},
    ),
    Asked(
        "kho_khan",
        "Khó khăn, vướng mắc",
        _S.DIFFICULTIES,
        _K.TEXT,
        facts={"source": {"from": "remarks", "kind": "difficulty"}},
    ),
    Asked(
        "kien_nghi",
        "Kiến nghị, đề xuất",
        _S.PROPOSALS,
        _K.TEXT,
        facts={"source": {"from": "remarks", "kind": "proposal"}},
    ),
)
SITUATIONS = (
    "Đã ban hành kế hoạch, giao tổ công nghệ số cộng đồng và công an xã đến từng thôn, tổ dân phố.",
    "Duy trì giao ban tuần về lừa đảo trực tuyến; đưa nội dung vào sinh hoạt chi bộ, họp thôn.",
    "Phối hợp ngân hàng, trường học trên địa bàn nhắc khách và học sinh trước các dịp cao điểm.",
)
DIFFICULTIES = (
    "Người cao tuổi ở thôn xa khó tiếp cận thông tin trên mạng; loa cơ sở vài nơi đã hỏng.",
    "Kinh phí in tài liệu hạn chế, lực lượng mỏng.",
    "",
)
PROPOSALS = (
    "Đề nghị cấp thêm tài liệu chữ to, bản đọc tiếng dân tộc.",
    "Đề nghị tập huấn lại cho tổ công nghệ số.",
    "",
)
