from __future__ import annotations

import pytest

from .extracting import HEAD, found, rules

HEADING = "I. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- "


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("Gửi kế hoạch về UBND tỉnh trước ngày 10/01/2026.", {"2026-01-10"}),
        ("Hoàn thành trước ngày 30 tháng 9 năm 2026.", {"2026-09-30"}),
        ("Báo cáo chậm nhất ngày 20/11/2026.", {"2026-11-20"}),
        ("Hoàn thành trong quý II/2026.", {"2026-06-30"}),
        ("Xong trong tháng 02/2028.", {"2028-02-29"}),
        ("Thực hiện đến hết năm 2027.", {"2027-12-31"}),
        ("Định kỳ 06 tháng (trước ngày 10/6), 01 năm (trước ngày 10/12) báo cáo UBND tỉnh.", {"--06-10", "--12-10"}),
        ("Báo cáo UBND tỉnh trước ngày 05/12 hằng năm.", {"--12-05"}),
        ("Định kỳ 06 tháng, 01 năm báo cáo kết quả.", {"P6M", "P1Y"}),
        ("Tổ chức ngày hội vào ngày 10 tháng 8 hằng năm.", {"--08-10"}),
        ("Quý II/2026: Tổ chức tập huấn.", {"2026-06-30"}),
        ("Mở lớp từ tháng 3 đến tháng 8/2026.", {"2026-08-31"}),
        ("Định kỳ quý, 06 tháng, năm báo cáo UBND tỉnh.", {"P3M", "P6M", "P1Y"}),
        ("Báo cáo trước ngày 20 hằng tháng.", {"P1M"}),
        ("Hằng quý công bố kết quả.", {"P3M"}),
        ("Nhắn tin mỗi tháng một lần.", {"P1M"}),
        ("Thường xuyên cảnh báo người dân.", set()),
        ("Thực hiện Nghị định số 13/2023/NĐ-CP ngày 17/4/2023 của Chính phủ.", set()),
        ("Tổ chức đợt cao điểm từ ngày 01/6/2026 đến ngày 30/6/2026.", {"2026-06-30"}),
        ("Hoàn thành trước ngày 31/02/2026.", set()),
    ],
)
def test_rules(clause: str, expected: set[str]) -> None:
    assert rules(found(HEADING + clause + "\n", head=HEAD)) == expected


def test_a_horizon_in_a_heading() -> None:
    extraction = found("I. MỤC TIÊU ĐẾN NĂM 2030\n1. 100% trường học dạy kỹ năng số.\n", head=HEAD)
    assert rules(extraction) == {"2030-12-31"}
    assert extraction.targets[0].due == "2030-12-31"


def test_a_past_event_is_no_deadline() -> None:
    extraction = found("I. TÌNH HÌNH\n- Từ ngày 01/01/2025 đến ngày 31/12/2025 xảy ra 12 vụ.\n", head=HEAD)
    assert extraction.deadlines == ()


def test_who_reports_to_whom() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Định kỳ 06 tháng (trước ngày 10/6), các sở, ban, ngành báo cáo kết quả về UBND "
        "tỉnh (qua Công an tỉnh) để tổng hợp.\n",
        head=HEAD,
    )
    (duty,) = extraction.obligations
    assert (duty.period, duty.due_rule) == ("P6M", "--06-10")
    assert (duty.reporter, duty.recipient, duty.via) == ("các sở, ban, ngành", "UBND tỉnh", "Công an tỉnh")
    (deadline,) = extraction.deadlines
    assert (deadline.kind, deadline.strictly_before) == ("report", True)
