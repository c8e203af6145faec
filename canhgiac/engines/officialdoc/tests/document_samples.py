"""An invented report, letter and plan that use every part of the document model."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from canhgiac.engines.officialdoc.writing import (
    Annex,
    Bullet,
    Chart,
    Figure,
    Head,
    Heading,
    Letterhead,
    OfficialDocument,
    Paragraph,
    Row,
    Run,
    Series,
    Signature,
    Table,
    Target,
    power_lines,
)

_WORDS = (
    "Các cơ quan, đơn vị, địa phương đã tổ chức tuyên truyền phương thức, thủ đoạn lừa đảo trên không gian mạng đến "
    "tận tổ dân phố, thôn; phát tờ rơi, phát thanh, nhắn tin và nói chuyện trực tiếp tại các buổi sinh hoạt."
)


def report(*, annex_rows: int = 40, paragraphs: int = 3) -> OfficialDocument:
    """A year's report with figures, tables, four charts and two annexes, one of them across."""
    return OfficialDocument(
        letterhead=Letterhead(
            superior="Ủy ban nhân dân tỉnh Vĩnh An",
            issuer="Công an tỉnh",
            number="7/BC-CAT",
            symbol="BC-CAT",
            place="Vĩnh An",
            date=dt.date(2026, 2, 5),
        ),
        type_name="Báo cáo",
        subject="Kết quả thực hiện Kế hoạch tuyên truyền phòng, chống lừa đảo chiếm đoạt tài sản trên không gian mạng",
        basis=(
            "Căn cứ Luật An ninh mạng ngày 10 tháng 12 năm 2025",
            "Căn cứ Kế hoạch số 12/KH-UBND ngày 06 tháng 02 năm 2025 của Ủy ban nhân dân tỉnh Vĩnh An",
        ),
        to=("Ủy ban nhân dân tỉnh Vĩnh An",),
        body=(
            Paragraph("Công an tỉnh báo cáo kết quả từ ngày 15/12/2025 đến ngày 05/02/2026 như sau:"),
            Heading("Công tác chỉ đạo", numbered=True),
            Paragraph(
                (
                    "Đến nay ",
                    Figure("plans", "57/64"),
                    " cơ quan đã ban hành kế hoạch riêng, đạt ",
                    Figure("plans-rate", "89,1%", bold=True),
                    "; còn ",
                    Run("07 cơ quan chưa gửi", italic=True),
                    ".",
                )
            ),
            Heading("Kết quả tuyên truyền", numbered=True),
            Heading("Theo địa bàn", level=2, numbered=True),
            *(Paragraph(_WORDS) for _ in range(paragraphs)),
            Table(
                ("TT", "Chỉ tiêu", "Kết quả", "Mẫu số", "Tỷ lệ (%)"),
                (
                    (1, "Tổ dân phố, thôn được phát tờ rơi", Figure("leaflets", "1.184"), 1326, Decimal("89.3")),
                    (2, "Hộ gia đình nhận tài liệu", 214_560, 286_400, Decimal("74.9")),
                    Row(("", "Tổng cộng", 215_744, 287_726, None), bold=True),
                ),
                (12, 73, 28, 27, 25),
                caption="Kết quả theo chỉ tiêu",
                aligns=("center",),
            ),
            Heading("Theo hình thức", level=2, numbered=True),
            Heading("Trực tiếp", level=3, numbered=True),
            Bullet("Hội nghị: 12 buổi;"),
            Bullet("Tổ dân phố: 1.184 buổi, trong đó:"),
            Bullet("Buổi tối: 900;", level=2),
            Heading("Trên không gian mạng", level=3, numbered=True),
            Chart(
                "bar",
                ("Hội nghị", "Tờ rơi", "Phát thanh", "Tin nhắn"),
                (Series("Lượt", (120, 640, 380, 1200)),),
                "Hoạt động theo hình thức",
                unit="lượt",
            ),
            Chart(
                "grouped",
                ("Quý I", "Quý II", "Quý III", "Quý IV"),
                (Series("Năm 2025", (12, 40, 33, 50)), Series("Năm 2026", (20, 44, 61, None))),
                "Hoạt động theo quý",
                unit="hoạt động",
            ),
            Chart(
                "line",
                ("T1", "T2", "T3", "T4", "T5", "T6"),
                (Series("Tin báo", (12, 18, 9, None, 22, 25)), Series("Cảnh báo", (2, 6, 9, 11, 16, 21))),
                "Tin báo và cảnh báo theo tháng",
                unit="tin",
            ),
            Chart(
                "stacked",
                ("Phường Đông Lâm", "Xã Kim Giang", "Xã Sơn Thủy"),
                (
                    Series("Đã phát", (31, 18, 4)),
                    Series("Chưa phát", (2, 3, 5)),
                    Series("Chưa rõ", (0, 1, 10), unknown=True),
                ),
                "Tổ dân phố, thôn được phát tờ rơi",
            ),
            Heading("Khó khăn, vướng mắc", numbered=True),
            Paragraph("Còn 12 đơn vị chưa gửi báo cáo; 03 đơn vị gửi đúng hạn nhưng không có số liệu."),
            Paragraph("Trên đây là báo cáo của Công an tỉnh, kính trình Ủy ban nhân dân tỉnh xem xét./."),
        ),
        signature=Signature(power_lines(for_head="Giám đốc"), "Phó Giám đốc", "Trần Văn Mẫu"),
        recipients=("Ủy ban nhân dân tỉnh (để báo cáo)", "Các sở, ban, ngành", "Lưu: VT, PA05"),
        annexes=(
            Annex(
                "Kết quả theo xã, phường",
                (
                    Table(
                        (),
                        tuple(
                            (n, f"Xã Mẫu {n}", n * 1234, n * 1500, Decimal("82.27"), "Đã gửi")
                            for n in range(1, annex_rows)
                        ),
                        (15, 87, 40, 40, 30, 40),
                        head=(
                            (
                                Head("TT", down=2),
                                Head("Địa bàn", down=2),
                                Head("Hộ gia đình", across=3),
                                Head("Trạng thái", down=2),
                            ),
                            (Head("Đã nhận"), Head("Tổng số"), Head("Tỷ lệ (%)")),
                        ),
                        unit="hộ",
                        aligns=("center", "left", "right", "right", "right", "center"),
                    ),
                ),
                landscape=True,
            ),
            Annex(
                "Nguồn của số liệu",
                (
                    Table(
                        ("Số liệu", "Nguồn"),
                        (
                            (Target("plans", "57/64"), "Kế hoạch riêng đã gửi trên hệ thống đến ngày 05/02/2026"),
                            (Target("leaflets", "1.184"), "Hoạt động phát tờ rơi có minh chứng, đã được công nhận"),
                        ),
                        (40, 125),
                    ),
                ),
            ),
        ),
    )


def letter() -> OfficialDocument:
    """A letter to two bodies, urgent, signed on behalf of a committee by a deputy."""
    return OfficialDocument(
        letterhead=Letterhead(
            superior=None,
            issuer="Ủy ban nhân dân tỉnh Vĩnh An",
            number="12/UBND-NC",
            symbol="UBND-NC",
            place="Vĩnh An",
            date=dt.date(2026, 11, 20),
        ),
        type_name="",
        subject="đôn đốc gửi báo cáo năm 2026",
        to=("Công an tỉnh", "Ủy ban nhân dân các xã, phường"),
        body=(
            Paragraph("Ủy ban nhân dân tỉnh đề nghị các cơ quan gửi báo cáo trước ngày 10/12/2026."),
            Paragraph("Giao Công an tỉnh theo dõi, đôn đốc, tổng hợp./."),
        ),
        signature=Signature(
            power_lines(on_behalf_of="Ủy ban nhân dân", for_head="Chủ tịch"), "Phó Chủ tịch", "Lê Thị Mẫu"
        ),
        recipients=("Như trên", "Chủ tịch, các Phó Chủ tịch", "Lưu: VT, NC"),
        urgency="HỎA TỐC",
    )
