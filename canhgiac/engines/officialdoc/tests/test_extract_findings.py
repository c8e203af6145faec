from __future__ import annotations

from ..extraction import conflicting_dates
from .extracting import HEAD, codes, found

BODY = "I. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- {}\n"


def test_numerals_printed_twice_and_left_out() -> None:
    extraction = found("I. MỤC ĐÍCH\n- A.\nII. NỘI DUNG\n- B.\nII. HÌNH THỨC\n- C.\nIV. TỔ CHỨC THỰC HIỆN\n", head=HEAD)
    assert {"repeated-numeral", "missing-numeral"} <= codes(extraction)


def test_short_links_and_personal_phones() -> None:
    text = HEAD + BODY.format("Phổ biến tại https://bit.ly/camnang-so; liên hệ đ/c Hà, SĐT: 0900.000.123.")
    extraction = found(text)
    marked = {f.code: text[f.spans[0].start : f.spans[0].end] for f in extraction.findings if f.spans}
    assert marked["short-link"] == "https://bit.ly/camnang-so"
    assert marked["personal-phone"] == "0900.000.123"


def test_bodies_and_acts_that_ended() -> None:
    extraction = found(
        "I. TỔ CHỨC THỰC HIỆN\n1. Sở Thông tin và Truyền thông\n- Thực hiện Nghị định số 13/2023/NĐ-CP ngày "
        "17/4/2023.\n"
        "2. Công an các huyện, thị xã\n- Thực hiện Luật An ninh mạng số 24/2018/QH14.\n",
        head=HEAD,
    )
    ended = [f for f in extraction.findings if f.code == "abolished-body"]
    assert [f.successor is not None for f in ended] == [True, True]
    assert "Sở Khoa học và Công nghệ" in (ended[0].successor or "")
    acts = [f.successor or "" for f in extraction.findings if f.code == "act-not-in-force"]
    assert any("356/2025" in successor for successor in acts)
    assert any("116/2025" in successor for successor in acts)


def test_missing_number_date_and_attachment() -> None:
    extraction = found("KẾ HOẠCH\nTuyên truyền\n\n" + BODY.format("Phát cẩm nang (có cẩm nang kèm theo)."))
    assert {"missing-number", "missing-date", "missing-attachment"} <= codes(extraction)


def test_one_act_with_two_dates_in_one_document() -> None:
    extraction = found(
        BODY.format(
            "Thực hiện Chỉ thị số 9/CT-TTg ngày 25/5/2020; sơ kết Chỉ thị số 9/CT-TTg ngày 15 tháng 5 năm 2020."
        ),
        head=HEAD,
    )
    assert "act-date-conflict" in codes(extraction)


def test_one_act_with_two_dates_across_documents() -> None:
    first = found(BODY.format("Thực hiện Chỉ thị số 9/CT-TTg ngày 25 tháng 5 năm 2020."), head=HEAD)
    second = found(BODY.format("Thực hiện Chỉ thị 9/CT-TTg ngày 15/5/2020."), head=HEAD)
    third = found(BODY.format("Thực hiện Chỉ thị số 8/CT-TTg ngày 15/5/2020."), head=HEAD)
    conflicts = conflicting_dates({"a": first, "b": second, "c": third})
    assert [(key, finding.code) for key, finding in conflicts] == [
        ("a", "act-date-conflict"),
        ("b", "act-date-conflict"),
    ]
    assert "25/05/2020" in conflicts[0][1].message


def test_likely_ocr_faults_are_proposed_beside_the_text() -> None:
    extraction = found(
        BODY.format("Đây mạnh tuyên truyền bằng các hình thức cô đọng; phát Cấm nạng; hành vi vi phạm pháp luật."),
        head=HEAD,
    )
    assert [(s.text, s.replacement) for s in extraction.suggestions] == [
        ("Đây mạnh", "Đẩy mạnh"),
        ("cô đọng", "cổ động"),
        ("Cấm nạng", "Cẩm nang"),
    ]
    assert "Đây mạnh" in extraction.assignments[0].tasks[0].text


def test_a_plan_without_tasks_says_so() -> None:
    assert "no-tasks" in codes(found("I. TÌNH HÌNH\n- Số vụ tăng.\n", head=HEAD))


def test_audiences_channels_and_slogan() -> None:
    extraction = found(
        "II. NỘI DUNG THỰC HIỆN\n1. Phạm vi, đối tượng\n- Đối tượng: cán bộ, học sinh và Nhân dân trên địa bàn tỉnh.\n"
        "2. Hình thức tuyên truyền\n- Tuyên truyền trên mạng: đăng bài viết trên Fanpage, gửi tin nhắn SMS.\n"
        "3. Nội dung tuyên truyền\n- Trọng tâm là khẩu hiệu “3 không¹, 1 hỏi²”.\n",
        head=HEAD,
    )
    assert extraction.audiences[0].text == "cán bộ, học sinh và Nhân dân trên địa bàn tỉnh"
    assert extraction.channels[0].group == "Tuyên truyền trên mạng"
    assert len(extraction.channels[0].items) == 2
    assert extraction.slogan is not None
    assert extraction.slogan.text == "3 không, 1 hỏi"
