from __future__ import annotations

import pytest

from ..extraction.bodies import read_bodies
from .extracting import HEAD, found, owners


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Công an tỉnh", ["Công an tỉnh"]),
        ("Đài Phát thanh và Truyền hình tỉnh, Báo Hà Lam", ["Đài Phát thanh và Truyền hình tỉnh", "Báo Hà Lam"]),
        ("Các sở, ban, ngành; UBND các xã, phường, đặc khu", ["Các sở, ban, ngành", "UBND các xã, phường, đặc khu"]),
        (
            "Các bến xe, các đơn vị vận tải trên địa bàn tỉnh",
            [],  # "bến xe" is no kind of body that the dictionary knows
        ),
        (
            "Các phòng giao dịch, các tổ chức tín dụng trên địa bàn",
            ["Các phòng giao dịch, các tổ chức tín dụng trên địa bàn"],
        ),
        ("Sở Văn hóa, Thể thao và Du lịch", ["Sở Văn hóa, Thể thao và Du lịch"]),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", ["SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"]),
        (
            "Đề nghị Ủy ban MTTQ Việt Nam tỉnh và các tổ chức thành viên",
            ["Ủy ban MTTQ Việt Nam tỉnh", "các tổ chức thành viên"],
        ),
        ("Sở Xây dựng xây dựng kế hoạch", ["Sở Xây dựng"]),
        ("Phòng, chống tội phạm", []),
        ("Báo cáo kết quả", []),
        ("Hội nghị tổng kết", []),
        ("Tổ chức thực hiện", []),
        ("Thanh tra, kiểm tra", []),
    ],
)
def test_names_of_bodies(heading: str, names: list[str]) -> None:
    bodies = read_bodies(heading)
    assert ([heading[a:b] for a, b in bodies.items] if bodies else []) == names


def test_headings_colons_and_subjects() -> None:
    extraction = found(
        "I. TỔ CHỨC THỰC HIỆN\n"
        "1. Công an tỉnh\n- Xử lý tin báo về lừa đảo.\n- Tập huấn cho lực lượng cơ sở.\n"
        "2. Sở Y tế: Nhắc người bệnh cảnh giác với cuộc gọi giả danh bác sĩ.\n"
        "3. Sở Nội vụ chủ trì, phối hợp với Công an tỉnh tập huấn công chức.\n"
        "4. Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh\nVận động nhân dân cùng cảnh giác.\n"
        "5. Giao Sở Tài chính:\n- Bố trí kinh phí.\n",
        head=HEAD,
    )
    assert owners(extraction) == [
        (("Công an tỉnh",), "assign", ["Xử lý tin báo về lừa đảo.", "Tập huấn cho lực lượng cơ sở."]),
        (("Sở Y tế",), "assign", ["Nhắc người bệnh cảnh giác với cuộc gọi giả danh bác sĩ."]),
        (("Sở Nội vụ",), "assign", ["Sở Nội vụ chủ trì, phối hợp với Công an tỉnh tập huấn công chức."]),
        (("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",), "request", ["Vận động nhân dân cùng cảnh giác."]),
        (("Sở Tài chính",), "assign", ["Bố trí kinh phí."]),
    ]
    assert extraction.assignments[2].tasks[0].cooperating == ("Công an tỉnh",)


def test_fields_after_a_task() -> None:
    extraction = found(
        "II. NHIỆM VỤ\n1. Truyền thông\na) Mở chuyên mục cảnh báo lừa đảo.\n- Cơ quan chủ trì: Báo Sông Hàn.\n"
        "- Cơ quan phối hợp: Công an tỉnh; các sở, ban, ngành.\n- Thời gian hoàn thành: Quý II/2026.\n"
        "b) Gửi tin nhắn cảnh báo (Sở Khoa học và Công nghệ chủ trì, phối hợp với các doanh nghiệp viễn thông).\n"
        "c) Lắp bảng tin tại chợ. Đơn vị chủ trì: Sở Công Thương; phối hợp: UBND các xã, phường; thời gian: tháng "
        "9/2026.\n",
        head=HEAD,
    )
    first, second, third = extraction.assignments
    assert first.agencies == ("Báo Sông Hàn",)
    assert first.tasks[0].text == "Mở chuyên mục cảnh báo lừa đảo."
    assert first.tasks[0].cooperating == ("Công an tỉnh", "các sở, ban, ngành")
    assert [deadline.rule for deadline in first.tasks[0].deadlines] == ["2026-06-30"]
    assert second.agencies == ("Sở Khoa học và Công nghệ",)
    assert second.tasks[0].text == "Gửi tin nhắn cảnh báo"
    assert (third.agencies, third.tasks[0].text) == (("Sở Công Thương",), "Lắp bảng tin tại chợ.")
    assert [deadline.rule for deadline in third.tasks[0].deadlines] == ["2026-09-30"]


def test_fields_for_several_bullets() -> None:
    extraction = found(
        "II. NHIỆM VỤ\n1. Kiểm tra cửa hàng SIM\n- Kiểm tra đột xuất.\n- Xử phạt vi phạm.\nCơ quan thực hiện: Công "
        "an tỉnh, Sở Công Thương.\n",
        head=HEAD,
    )
    assert [(agencies, tasks) for agencies, _, tasks in owners(extraction)] == [
        (("Công an tỉnh", "Sở Công Thương"), ["Kiểm tra đột xuất."]),
        (("Công an tỉnh", "Sở Công Thương"), ["Xử phạt vi phạm."]),
    ]


def test_a_sentence_inside_a_clause() -> None:
    extraction = found(
        "II. NỘI DUNG\n1. Xây dựng bộ tài liệu tuyên truyền. Giao Sở Văn hóa, Thể thao và Du lịch chủ trì, phối hợp "
        "với Công an tỉnh "
        "thực hiện trong quý I/2026.\n",
        head=HEAD,
    )
    (part,) = extraction.assignments
    assert part.agencies == ("Sở Văn hóa, Thể thao và Du lịch",)
    assert [deadline.rule for deadline in part.tasks[0].deadlines] == ["2026-03-31"]


def test_heading_of_an_unknown_body_among_bodies() -> None:
    extraction = found(
        "D. PHÂN CÔNG TRÁCH NHIỆM\n1. Ban Giám hiệu\n- Duyệt kế hoạch.\n2. Giáo viên chủ nhiệm\n- Dặn học sinh không "
        "bấm liên kết lạ.\n"
        "3. Bảo vệ, lao công\n- Báo khi thấy người lạ phát tờ rơi.\n",
        head=HEAD,
    )
    assert [agencies for agencies, _, _ in owners(extraction)] == [
        ("Ban Giám hiệu",),
        ("Giáo viên chủ nhiệm",),
        ("Bảo vệ", "lao công"),
    ]


def test_a_task_without_owner_stays_without_owner() -> None:
    extraction = found("II. NHIỆM VỤ VÀ GIẢI PHÁP\n1. Mở rộng mạng lưới cộng tác viên ở thôn, tổ dân phố.\n", head=HEAD)
    (part,) = extraction.assignments
    assert part.agencies == ()
    assert part.tasks[0].text.startswith("Mở rộng mạng lưới")


def test_purposes_topics_and_situations_are_no_tasks() -> None:
    extraction = found(
        "I. MỤC ĐÍCH, YÊU CẦU\n1. Các sở, ngành xác định đây là nhiệm vụ thường xuyên.\n"
        "II. NỘI DUNG TUYÊN TRUYỀN\n- Thủ đoạn giả danh cơ quan nhà nước.\n"
        "III. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- Xử lý tin báo.\n",
        head=HEAD,
    )
    assert [agencies for agencies, _, _ in owners(extraction)] == [("Công an tỉnh",)]
    assert [quoted.text for quoted in extraction.topics] == ["Thủ đoạn giả danh cơ quan nhà nước"]


def test_general_clauses_are_marked_as_steering() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Căn cứ Kế hoạch này, các cơ quan, đơn vị xây dựng kế hoạch thực hiện.\n"
        "2. Công an tỉnh theo dõi, đôn đốc.\n\nYêu cầu các cơ quan, đơn vị nghiêm túc triển khai thực hiện./.\n",
        head=HEAD,
    )
    assert [(part.agencies, part.steering) for part in extraction.assignments] == [
        (("các cơ quan, đơn vị",), True),
        (("Công an tỉnh",), False),
        (("các cơ quan, đơn vị",), True),
    ]


def test_task_keeps_what_completes_it() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Sở Nội vụ\na) Bồi dưỡng công chức về an toàn thông tin, bao gồm:\n- Đặt mật khẩu "
        "mạnh;\n- Nhận biết thư giả.\n"
        "b) Báo cáo kết quả.\n",
        head=HEAD,
    )
    (part,) = extraction.assignments
    assert [task.text for task in part.tasks] == [
        "Bồi dưỡng công chức về an toàn thông tin, bao gồm: - Đặt mật khẩu mạnh; - Nhận biết thư giả.",
        "Báo cáo kết quả.",
    ]


def test_bodies_one_after_another_in_a_paragraph() -> None:
    extraction = found(
        "III. PHÂN CÔNG TRÁCH NHIỆM\nSở Tư pháp: Soạn tờ gấp; in 500 bản; Sở Nội vụ: Gặp gỡ công nhân.\n", head=HEAD
    )
    assert owners(extraction) == [
        (("Sở Tư pháp",), "assign", ["Soạn tờ gấp; in 500 bản"]),
        (("Sở Nội vụ",), "assign", ["Gặp gỡ công nhân."]),
    ]


def test_a_day_before_the_body() -> None:
    extraction = found(
        "III. TIẾN ĐỘ\n1. Trước ngày 28/02/2026: Phòng Pháp chế ban hành đề cương kiểm tra.\n",
        head=HEAD,
    )
    assert [agencies for agencies, _, _ in owners(extraction)] == [("Phòng Pháp chế",)]


def test_plus_lines_belong_to_their_bullet() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Công an xã\n- Khi nhận tin báo, thực hiện ngay các bước:\n"
        "+ Hướng dẫn gọi ngân hàng;\n+ Giữ lại chứng cứ.\n- Trực 24/24 giờ.\n",
        head=HEAD,
    )
    ((_, _, tasks),) = owners(extraction)
    assert tasks == [
        "Khi nhận tin báo, thực hiện ngay các bước: + Hướng dẫn gọi ngân hàng; + Giữ lại chứng cứ.",
        "Trực 24/24 giờ.",
    ]


def test_a_bracket_below_a_task_names_who_leads_it_and_by_when() -> None:
    extraction = found(
        "II. NHIỆM VỤ\n1. Tổ chức cuộc thi tìm hiểu trên mạng.\n\n"
        "(Sở Y tế chủ trì, phối hợp với Công an tỉnh; hoàn thành trước ngày 30/9/2026)\n",
        head=HEAD,
    )
    (part,) = extraction.assignments
    assert part.agencies == ("Sở Y tế",)
    assert [(task.text, [d.rule for d in task.deadlines]) for task in part.tasks] == [
        ("Tổ chức cuộc thi tìm hiểu trên mạng.", ["2026-09-30"])
    ]


def test_leading_as_a_heading_of_tasks() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Sở Công Thương:\na) Chủ trì:\n- Kiểm tra sàn thương mại điện tử.\n"
        "- Công bố danh sách vi phạm.\nb) Đề nghị: Cục Quản lý thị trường xử lý gian hàng giả.\n",
        head=HEAD,
    )
    tasks = [task.text for part in extraction.assignments for task in part.tasks]
    assert tasks[:2] == ["Kiểm tra sàn thương mại điện tử.", "Công bố danh sách vi phạm."]


def test_a_colon_between_the_asking_and_the_body() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Đề nghị: Hội Nông dân tỉnh vận động hội viên.\n"
        "2. Liên đoàn Lao động tỉnh: Đề nghị lồng ghép vào Tháng Công nhân.\n",
        head=HEAD,
    )
    assert [(agencies, modality) for agencies, modality, _ in owners(extraction)] == [
        (("Hội Nông dân tỉnh",), "request"),
        (("Liên đoàn Lao động tỉnh",), "request"),
    ]


def test_a_unit_named_after_a_crime() -> None:
    name = "Phòng An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao"
    bodies = read_bodies(f"{name} (PA05) rà quét.")
    assert bodies is not None
    assert [f"{name} (PA05) rà quét."[a:b] for a, b in bodies.items] == [name]


def test_an_unknown_name_before_a_colon_among_bodies() -> None:
    extraction = found(
        "III. PHÂN CÔNG TRÁCH NHIỆM\n1. CATP: Xây dựng tài liệu.\n2. Già làng, người có uy tín: Nhắc nhở bà con.\n"
        "3. Kinh phí: Từ ngân sách.\n4. Sở Y tế: Tuyên truyền tại bệnh viện.\n",
        head=HEAD,
    )
    assert [(agencies, tasks) for agencies, _, tasks in owners(extraction)] == [
        (("CATP",), ["Xây dựng tài liệu."]),
        (("Già làng", "người có uy tín"), ["Nhắc nhở bà con."]),
        (("Sở Y tế",), ["Tuyên truyền tại bệnh viện."]),
    ]


def test_a_shared_duty_of_bodies_the_dictionary_does_not_know() -> None:
    extraction = found(
        "II. TRÁCH NHIỆM CỦA MỖI NGÀNH\n1. Trách nhiệm của Công an tỉnh\n- Cử báo cáo viên.\n"
        "2. Trách nhiệm chung của hai ngành\n- Tổ chức hội thi.\n",
        head=HEAD,
    )
    assert [agencies for agencies, _, _ in owners(extraction)] == [("Công an tỉnh",), ("hai ngành",)]
