from __future__ import annotations

from .extracting import HEAD, check_spans, found


def test_letterhead_number_date_and_title() -> None:
    header = found("I. MỤC TIÊU\n- Giảm số vụ lừa đảo.\n", head=HEAD).header
    assert (header.number, header.symbol, header.date, header.place) == (
        "90/KH-UBND",
        "KH-UBND",
        "2026-03-12",
        "Sông Hàn",
    )
    assert (header.issuer, header.document_type) == ("Ủy ban nhân dân tỉnh Sông Hàn", "Kế hoạch")
    assert header.title == "Phòng, chống lừa đảo trực tuyến năm 2026"


def test_number_span_is_verbatim() -> None:
    text = HEAD.replace("90/KH-UBND", "**90** /KH-UBND") + "I. MỤC TIÊU\n"
    header = found(text).header
    span = header.spans["number"]
    assert header.number == "90/KH-UBND"
    assert text[span.start : span.end] == "90** /KH-UBND"


def test_blank_number_and_blank_day_are_none() -> None:
    header = found("Số:     /KH-SKHCN\nSông Hàn, ngày    tháng 6 năm 2026\nKẾ HOẠCH\nTuyên truyền\n").header
    assert header.number is None
    assert header.symbol == "KH-SKHCN"
    assert header.date is None
    assert header.place == "Sông Hàn"


def test_columns_of_spaces_and_a_superior_body() -> None:
    header = found(
        "UBND TỈNH HÀ LAM          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "SỞ Y TẾ                         Độc lập - Tự do - Hạnh phúc\n"
        "Số: 45/KH-SYT                   Hà Lam, ngày 05 tháng 02 năm 2026\n\n"
        "KẾ HOẠCH\nPhòng, chống dịch\n\nI. MỤC TIÊU\n"
    ).header
    assert (header.issuer, header.superior) == ("Sở Y tế", "UBND tỉnh Hà Lam")
    assert (header.number, header.date, header.place) == ("45/KH-SYT", "2026-02-05", "Hà Lam")


def test_two_columns_read_as_one_line() -> None:
    header = found(
        "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH HÀ LAM Độc lập - Tự do - Hạnh phúc\n"
        "Số: 366 /KH-UBND Hà Lam, ngày 04 tháng 11 năm 2025\n\nKẾ HOẠCH\nThực hiện công tác dân số\n\nI. MỤC TIÊU\n"
    ).header
    assert (header.issuer, header.number, header.place) == ("Ủy ban nhân dân tỉnh Hà Lam", "366/KH-UBND", "Hà Lam")


def test_letterhead_torn_by_a_web_page() -> None:
    header = found(
        "Trang chủ\nTHÔNG BÁO\nỦY\nBAN NHÂN DÂN\nTỈNH HÀ LAM\n-------\n|\nCỘNG\nHÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n|\nSố:\n"
        "84/KH-UBND\n|\nHà\nLam, ngày\n02 tháng 11 năm 2025\n|\nKẾ HOẠCH\nVỀ VIỆC BẢO ĐẢM AN TOÀN\nGIAO THÔNG\n"
        "Thực hiện Nghị quyết số\n12/NQ-CP ngày 01/02/2025 của Chính phủ, UBND tỉnh ban hành kế hoạch:\nI. MỤC TIÊU\n"
    ).header
    assert (header.number, header.date) == ("84/KH-UBND", "2025-11-02")
    assert (header.issuer, header.document_type) == ("Ủy ban nhân dân tỉnh Hà Lam", "Kế hoạch")
    assert header.title == "VỀ VIỆC BẢO ĐẢM AN TOÀN GIAO THÔNG"


def test_incoming_stamp_is_not_the_documents_own_number() -> None:
    header = found(
        "Hà Lam, ngày 16 tháng 5 năm 2024\n\nSỞ Y TẾ HÀ LAM\n\nSố: 17 /KH-TBCĐ\n\nSố: 3523\nNgày: 21/5/2024\n\n"
        "KẾ HOẠCH\n\nTuyên truyền\n\nNhằm nâng cao nhận thức, Tiểu ban Chỉ đạo An toàn mạng tỉnh Hà Lam ban hành kế "
        "hoạch "
        "như sau:\n\nI. MỤC ĐÍCH\n"
    ).header
    assert header.number == "17/KH-TBCĐ"
    assert header.issuer == "Tiểu ban Chỉ đạo An toàn mạng tỉnh Hà Lam"
    stamp = header.incoming_stamp
    assert stamp is not None
    assert (stamp.received_number, stamp.received_date) == ("3523", "2024-05-21")
    assert stamp.received_by == "Sở Y tế Hà Lam"


def test_a_decision_is_its_chairmans() -> None:
    extraction = found(
        "ỦY BAN NHÂN DÂN\nTỈNH HÀ LAM\n\nSố: 12/QĐ-UBND\n\nHà Lam, ngày 03 tháng 02 năm 2026\n\nQUYẾT ĐỊNH\n\n"
        "Ban hành Kế hoạch chuyển đổi số\n\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH HÀ LAM\n\nCăn cứ Luật Công nghệ số;\n\n"
        "QUYẾT ĐỊNH:\n\nĐiều 1. Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số.\n\n"
        "Nơi nhận:\n- Như Điều 1;\n- Lưu: VT.\n\nCHỦ TỊCH\n\nNgô Văn Hải\n\n"
        "KẾ HOẠCH\nChuyển đổi số\n(Kèm theo Quyết định số 12/QĐ-UBND)\n\nI. TỔ CHỨC THỰC HIỆN\n1. Sở Y tế\n- Rà soát "
        "dữ liệu.\n"
    )
    header = extraction.header
    assert header.issuer == "Chủ tịch Ủy ban nhân dân tỉnh Hà Lam"
    assert (header.document_type, header.title) == ("Quyết định", "Ban hành Kế hoạch chuyển đổi số")
    assert header.signer is not None
    assert (header.signer.name, header.signer.title) == ("Ngô Văn Hải", "CHỦ TỊCH")
    assert [part.agencies for part in extraction.assignments] == [("Sở Y tế",)]


def test_signer_with_rank_and_recipients_in_columns() -> None:
    extraction = found(
        "I. MỤC TIÊU\n- Giảm số vụ.\n\n"
        "Nơi nhận:                                    KT. GIÁM ĐỐC\n"
        "- UBND tỉnh (b/c);                           PHÓ GIÁM ĐỐC\n"
        "- Các đơn vị trực thuộc;\n- Lưu: VT, PV01.\n\n"
        "                                             Đại tá Trần Văn Lâm\n",
        head=HEAD,
    )
    signer = extraction.header.signer
    assert signer is not None
    assert (signer.name, signer.rank, signer.on_behalf_of) == ("Trần Văn Lâm", "Đại tá", "KT. GIÁM ĐỐC")
    assert [quoted.text for quoted in extraction.recipients] == [
        "UBND tỉnh (b/c)",
        "Các đơn vị trực thuộc",
        "Lưu: VT, PV01.",
    ]


def test_site_chrome_around_the_text_is_left_out() -> None:
    extraction = found(
        "Trang chủ\nTin tức\nTHÔNG BÁO\nChia sẻ\n\n"
        + HEAD
        + "I. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- Tuyên truyền cho người dân./.\n\nCHỦ TỊCH\n\nNgô Văn Hải\n\n"
        "Tin liên quan\nKế hoạch khác\nBản quyền thuộc về Cổng thông tin điện tử\n"
    )
    assert extraction.header.document_type == "Kế hoạch"
    assert [task.text for part in extraction.assignments for task in part.tasks] == ["Tuyên truyền cho người dân./."]


def test_nothing_is_invented_for_an_empty_text() -> None:
    header = found("").header
    assert (header.number, header.date, header.place, header.issuer, header.signer) == (None, None, None, None, None)


def test_tabs_behind_bullets_are_no_columns() -> None:
    extraction = found(
        "I. MỤC TIÊU\n-\tGiảm số vụ.\n\nNơi nhận:\n-\tBộ Công an;\n-\tLưu: VT.\n\nCHỦ TỊCH\n\nNgô Văn Hải\n", head=HEAD
    )
    assert [quoted.text for quoted in extraction.recipients] == ["Bộ Công an", "Lưu: VT."]
    assert extraction.header.signer is not None


def test_a_signature_torn_behind_its_first_word() -> None:
    signer = found(
        "I. MỤC TIÊU\n- Giảm số vụ.\n|\nNơi nhận:\n- Lưu: VT.\n|\n"
        "TM.\nỦY BAN NHÂN DÂN\nCHỦ TỊCH\n(Đã ký)\nNgô Văn Hải\n",
        head=HEAD,
    ).header.signer
    assert signer is not None
    assert (signer.name, signer.on_behalf_of) == ("Ngô Văn Hải", "TM. ỦY BAN NHÂN DÂN")


def test_two_bodies_that_issue_together() -> None:
    header = found(
        "CÔNG AN TỈNH - BAN THƯỜNG TRỰC\nUỶ BAN MẶT TRẬN TỔ QUỐC VIỆT NAM TỈNH\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\n\nSố: 15/KHLN-CAT-MTTQ\n\nHà Lam, ngày 19 tháng 6 năm 2026\n\n"
        "KẾ HOẠCH LIÊN NGÀNH\nVề phối hợp phòng, chống lừa đảo\n\nI. MỤC TIÊU\n"
    ).header
    assert header.issuer == "Công an tỉnh - Ban Thường trực Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh"
    assert (header.document_type, header.title) == ("Kế hoạch liên ngành", "Về phối hợp phòng, chống lừa đảo")


def test_an_authority_marked_as_heading_is_no_owner() -> None:
    extraction = found(
        "# ỦY BAN NHÂN DÂN\n# TỈNH HÀ LAM\n\nSố: 12/QĐ-UBND\n\nHà Lam, ngày 03 tháng 02 năm 2026\n\n# QUYẾT ĐỊNH\n\n"
        "Ban hành Kế hoạch chuyển đổi số\n\n# CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH HÀ LAM\n\nCăn cứ Luật Công nghệ số;\n\n"
        "# QUYẾT ĐỊNH:\n\nĐiều 1. Giao Sở Y tế rà soát dữ liệu.\n"
    )
    assert extraction.header.issuer == "Chủ tịch Ủy ban nhân dân tỉnh Hà Lam"
    assert [part.agencies for part in extraction.assignments] == [("Sở Y tế",)]


def test_signers_beside_each_other_are_no_clause() -> None:
    extraction = found(
        "III. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- Cử báo cáo viên.\n\n"
        "TM. BAN THƯỜNG VỤ                 KT. GIÁM ĐỐC\nHỘI NÔNG DÂN TỈNH                 PHÓ GIÁM ĐỐC\nCHỦ TỊCH\n\n"
        "Ngô Thị Hải                       Đại tá Trần Văn Lâm\n\nNơi nhận:\n- Lưu: VT.\n",
        head=HEAD,
    )
    assert [task.text for part in extraction.assignments for task in part.tasks] == ["Cử báo cáo viên."]


def test_a_name_joined_from_two_columns_keeps_a_true_span() -> None:
    text = "ỦY BAN NHÂN DÂN\tTỈNH SÔNG HÀN\n\nSố: 90/KH-UBND\nUBND\nTỈNH SÔNG HÀN\n\nKẾ HOẠCH\n\nI. MỤC TIÊU\n"
    check_spans(found(text), text)
