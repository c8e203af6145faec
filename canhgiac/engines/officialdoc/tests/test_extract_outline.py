from __future__ import annotations

import pytest

from ..model import Section
from .extracting import HEAD, found


def shown(sections: tuple[Section, ...]) -> list[object]:
    return [
        (section.label, section.title or section.text, shown(section.children))
        if section.children
        else (section.label, section.title or section.text)
        for section in sections
    ]


PLAN = (
    "I. MỤC ĐÍCH\n\n- Nâng cao nhận thức.\n\nII. TỔ CHỨC THỰC HIỆN\n\n1. Công an tỉnh\n\n- Tiếp nhận tin báo.\n\n"
    "+ Trực đường dây nóng.\n\n2. Sở Y tế\n\nNhắc người bệnh cảnh giác.\n"
)


def test_usual_numbering() -> None:
    assert shown(found(PLAN, head=HEAD).sections) == [
        ("I", "MỤC ĐÍCH", [("-", "Nâng cao nhận thức.")]),
        (
            "II",
            "TỔ CHỨC THỰC HIỆN",
            [
                ("1", "Công an tỉnh", [("-", "Tiếp nhận tin báo.", [("+", "Trực đường dây nóng.")])]),
                ("2", "Sở Y tế", [(None, "Nhắc người bệnh cảnh giác.")]),
            ],
        ),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("I. ", "## I. ").replace("II", "II"),
        lambda text: text.replace("1. Công an tỉnh", "**1. Công an tỉnh**"),
        lambda text: text.replace("- ", "\\- ").replace("1. ", "1\\. "),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "".join("  " + line for line in text.splitlines(keepends=True)),
    ],
    ids=["no-blank-lines", "markdown", "bold", "escaped", "crlf", "indented"],
)
def test_the_same_plan_in_other_clothes(change: object) -> None:
    assert callable(change)
    tasks = [task.text for part in found(HEAD + change(PLAN)).assignments for task in part.tasks]
    assert tasks == ["Tiếp nhận tin báo. + Trực đường dây nóng.", "Nhắc người bệnh cảnh giác."]


def test_a_sentence_over_a_page_break() -> None:
    extraction = found(
        "I. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- Tuyên truyền cho người dân về các thủ đoạn mới của "
        "tội\n\n2\n\nphạm lừa đảo.\n",
        head=HEAD,
    )
    task = extraction.assignments[0].tasks[0]
    assert task.text == "Tuyên truyền cho người dân về các thủ đoạn mới của tội phạm lừa đảo."
    assert "joined-lines" in {finding.code for finding in extraction.findings}


def test_hard_wrapped_lines_and_a_hyphen_at_a_line_start() -> None:
    clause = (
        "- Phối hợp với Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các tổ chức chính trị\n"
        "- xã hội vận động nhân dân tham gia phòng, chống lừa đảo trên không gian mạng\n"
        "ở khu dân cư, chú ý người cao tuổi và học sinh ở vùng sâu, vùng xa, biên giới.\n"
    )
    extraction = found("I. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n" + clause * 6, head=HEAD)
    assert len(extraction.assignments[0].tasks) == 6
    assert "các tổ chức chính trị - xã hội vận động" in extraction.assignments[0].tasks[0].text


def test_parts_and_articles() -> None:
    extraction = found(
        "PHẦN I\n\nQUAN ĐIỂM\n\n1. Lấy người dân làm trung tâm.\n\nPHẦN II**TỔ CHỨC THỰC HIỆN**\n\nĐiều 1. Giao Sở Y "
        "tế rà soát dữ liệu.\n",
        head=HEAD,
    )
    assert [(section.label, section.title) for section in extraction.sections] == [
        ("PHẦN I", "QUAN ĐIỂM"),
        ("PHẦN II", "TỔ CHỨC THỰC HIỆN"),
    ]
    assert extraction.sections[1].children[0].label == "Điều 1"


def test_a_heading_one_word_short_of_the_wrap_ends_there() -> None:
    clause = (
        "a) Phối hợp với các trường học, tổ dân phố phát tờ gấp nhận biết lừa đảo, nhắc\n"
        "từng nhà không bấm vào đường dẫn lạ, không đọc mã xác thực cho người không quen\n"
        "biết và gọi ngay cho công an khi đã lỡ chuyển tiền.\n"
    )
    heading = "2. Sở Văn hóa, Thể thao và Du lịch, Báo và Phát thanh, Truyền hình Hà Lam\n"
    extraction = found(
        "I. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n" + clause * 6 + heading + "Tăng thời lượng phát sóng vào buổi tối.\n",
        head=HEAD,
    )
    assert [part.agencies for part in extraction.assignments][1] == (
        "Sở Văn hóa, Thể thao và Du lịch",
        "Báo và Phát thanh, Truyền hình Hà Lam",
    )
    assert [task.text for task in extraction.assignments[1].tasks] == ["Tăng thời lượng phát sóng vào buổi tối."]


def test_a_heading_broken_behind_its_first_word() -> None:
    extraction = found("IV. TỔ CHỨC\nTHỰC HIỆN\n2. Sở\nGiáo dục và Đào tạo\na) Chỉ đạo các\ntrường học.\n", head=HEAD)
    (part,) = extraction.assignments
    assert part.agencies == ("Sở Giáo dục và Đào tạo",)
    assert [task.text for task in part.tasks] == ["Chỉ đạo các trường học."]


def test_a_heading_that_ends_in_a_word_before_figures() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Trung tâm Hỗ trợ người tiêu dùng số\nTiếp nhận phản ánh qua tổng đài.\n"
        "2. Sở Y tế\nThực hiện Kế hoạch số\n12/KH-UBND của tỉnh.\n",
        head=HEAD,
    )
    assert [(part.agencies, [task.text for task in part.tasks]) for part in extraction.assignments] == [
        (("Trung tâm Hỗ trợ người tiêu dùng số",), ["Tiếp nhận phản ánh qua tổng đài."]),
        (("Sở Y tế",), ["Thực hiện Kế hoạch số 12/KH-UBND của tỉnh."]),
    ]
