from __future__ import annotations

import pytest

from ..model import Extraction
from .extracting import HEAD, found

PIPES = """PHỤ LỤC
| TT | Nội dung nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian hoàn thành |
|---|---|---|---|---|
| **I** | **Truyền thông** | | | |
| 1 | Xây dựng kho tài liệu dùng chung<br>của tỉnh | Sở Khoa học và Công nghệ \
| Công an tỉnh; UBND các xã, phường | Quý II/2026 |
| 2 | Nhắn tin cảnh báo | Các doanh nghiệp viễn thông | | Hằng tháng |
| 3 | Trực đường dây nóng | Công an tỉnh | | Thường xuyên |
"""
ALIGNED = """PHỤ LỤC
TT   Nội dung nhiệm vụ                 Cơ quan chủ trì              Cơ quan phối hợp    Thời gian
I    TRUYỀN THÔNG
1    Xây dựng kho tài liệu dùng chung  Sở Khoa học và               Công an tỉnh; UBND  Quý II/2026
     của tỉnh                          Công nghệ                    các xã, phường
2    Nhắn tin cảnh báo                 Các doanh nghiệp viễn thông                      Hằng tháng
3    Trực đường dây nóng               Công an tỉnh                                     Thường xuyên
"""
BARRED = """PHỤ LỤC
TT
|
Nội dung
|
Cơ quan
chủ trì
|
Cơ quan phối hợp
|
Thời gian
|
1
|
Xây dựng kho tài liệu dùng chung
của tỉnh
|
Sở Khoa học và Công nghệ
|
Công an tỉnh; UBND các xã, phường
|
Quý II/2026
|
2
|
Nhắn tin cảnh báo
|
Các doanh nghiệp viễn thông
|
Sở Khoa học và Công nghệ
|
Hằng tháng
|
3
|
Trực đường dây nóng
|
Công an tỉnh
|
Sở Khoa học và Công nghệ
|
Thường xuyên
|
"""
STACKED = BARRED.replace("|\n", "").replace("chung\ncủa", "chung của")


def rows(extraction: Extraction) -> list[tuple[tuple[str, ...], str, tuple[str, ...], list[str | None]]]:
    return [
        (part.agencies, task.text, task.cooperating, [deadline.rule for deadline in task.deadlines])
        for part in extraction.assignments
        for task in part.tasks
    ]


@pytest.mark.parametrize("table", [PIPES, ALIGNED, BARRED, STACKED], ids=["pipes", "aligned", "barred", "stacked"])
def test_every_layout_of_the_same_table(table: str) -> None:
    found_rows = rows(found(table, head=HEAD + "I. MỤC TIÊU\n- Giảm số vụ lừa đảo.\n\n"))
    assert found_rows[0] == (
        ("Sở Khoa học và Công nghệ",),
        "Xây dựng kho tài liệu dùng chung của tỉnh",
        ("Công an tỉnh", "UBND các xã, phường"),
        ["2026-06-30"],
    )
    assert [row[0] for row in found_rows] == [
        ("Sở Khoa học và Công nghệ",),
        ("Các doanh nghiệp viễn thông",),
        ("Công an tỉnh",),
    ]
    assert [row[3] for row in found_rows] == [["2026-06-30"], ["P1M"], [None]]


def test_text_behind_a_table_is_text_again() -> None:
    extraction = found(STACKED + "III. TỔ CHỨC THỰC HIỆN\n1. Sở Tài chính\n- Bố trí kinh phí.\n", head=HEAD)
    assert extraction.assignments[-1].agencies == ("Sở Tài chính",)


def test_a_table_of_agencies_and_tasks() -> None:
    extraction = found(
        "| STT | Đơn vị | Nhiệm vụ | Thời hạn |\n|---|---|---|---|\n| 1 | Phòng Kinh tế | Rà soát hộ kinh doanh | "
        "Trước 15/8/2026 |\n",
        head=HEAD,
    )
    assert rows(extraction) == [(("Phòng Kinh tế",), "Rà soát hộ kinh doanh", (), ["2026-08-15"])]


def test_a_table_of_figures_gives_no_tasks() -> None:
    extraction = found("| TT | Xã | Số hộ |\n|---|---|---|\n| 1 | Hà Tân | 1.200 |\n", head=HEAD)
    assert extraction.assignments == ()


def test_headings_broken_inside_a_word_group() -> None:
    table = PIPES.replace("Thời gian", "Thời<br>gian").replace("Cơ quan chủ trì", "Cơ quan<br>chủ trì")
    assert table != PIPES
    assert [row[3] for row in rows(found(table, head=HEAD))] == [["2026-06-30"], ["P1M"], [None]]


def test_bullets_of_duties_in_one_cell() -> None:
    table = (
        "| TT | Nội dung | Cơ quan thực hiện | Thời gian |\n|---|---|---|---|\n"
        "| 1 | Nhắn tin cảnh báo | - Chủ trì: Sở Y tế;<br>- Phối hợp: Công an tỉnh | Hằng tháng |\n"
    )
    assert rows(found(table, head=HEAD)) == [(("Sở Y tế",), "Nhắn tin cảnh báo", ("Công an tỉnh",), ["P1M"])]


def test_numbers_inside_the_task_cells() -> None:
    table = (
        "| Nội dung công việc | Chủ trì | Thời hạn |\n|---|---|---|\n| **1. Tuyên truyền** | | |\n"
        "| 1.1. Xây dựng tài liệu | Công an tỉnh | Tháng 4/2026 |\n| 1.2. Phát tờ rơi | Sở Y tế | Tháng 5/2026 |\n"
    )
    extraction = found(table, head=HEAD)
    assert [(task.label, task.text) for part in extraction.assignments for task in part.tasks] == [
        ("1.1", "Xây dựng tài liệu"),
        ("1.2", "Phát tờ rơi"),
    ]
