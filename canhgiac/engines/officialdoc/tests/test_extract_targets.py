from __future__ import annotations

import pytest

from ..model import Target
from .extracting import HEAD, found


def targets(clause: str, heading: str = "II. MỤC TIÊU") -> list[tuple[float, str, str, str | None]]:
    shape = found(f"{heading}\n- {clause}\n", head=HEAD).targets
    return [(target.value, target.unit, target.comparator, target.population) for target in shape]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("100% trường học tổ chức ngoại khóa.", [(100, "%", "=", "trường học")]),
        ("Trên 80% hộ gia đình được phát cẩm nang.", [(80, "%", ">", "hộ gia đình")]),
        ("Ít nhất 95% người cao tuổi được nghe cảnh báo.", [(95, "%", ">=", "người cao tuổi")]),
        (
            "Tỷ lệ người dân có tài khoản định danh đạt 90% trở lên.",
            [(90, "%", ">=", "người dân có tài khoản định danh")],
        ),
        (
            "Trên 70% người sử dụng và 100% sinh viên được tuyên truyền.",
            [(70, "%", ">", "người sử dụng"), (100, "%", "=", "sinh viên")],
        ),
        ("Tổ chức 01 chiến dịch truyền thông.", [(1, "chiến dịch", "=", None)]),
        ("Tối thiểu 04 lớp tập huấn.", [(4, "lớp", ">=", None)]),
        ("Giảm ít nhất 5% số vụ lừa đảo.", [(5, "%", ">=", "vụ lừa đảo")]),
        ("Kéo giảm 15% số vụ so với cùng kỳ năm 2025.", [(15, "%", "=", "vụ so với cùng kỳ năm 2025")]),
        ("Có từ 30.000 hội viên trở lên biết nhận diện.", [(30000, "hội viên", ">=", None)]),
    ],
)
def test_aims(clause: str, expected: list[tuple[float, str, str, str | None]]) -> None:
    assert targets(clause) == expected


def test_counts_outside_aims_need_a_floor() -> None:
    assert targets("Công an tỉnh tổ chức ít nhất 02 lớp tập huấn.", "III. NHIỆM VỤ") == [(2, "lớp", ">=", None)]
    assert targets("Công an tỉnh báo cáo khi có 03 người bị hại.", "III. NHIỆM VỤ") == []


def test_figures_of_the_past_are_no_aims() -> None:
    assert targets("Năm 2025 đã tổ chức 12 lớp, đạt 85% kế hoạch.", "I. TÌNH HÌNH") == []
    assert targets("Năm 2025 đã có 85% hộ dân được tuyên truyền.") == []


def test_span_is_the_figure() -> None:
    text = HEAD + "II. MỤC TIÊU\n- Trên 80% hộ gia đình được phát cẩm nang.\n"
    target: Target = found(text).targets[0]
    assert text[target.span.start : target.span.end] == "Trên 80%"
