"""The independent judge of replies: it catches what must never be said, and lets honest answers pass."""

from __future__ import annotations

import pytest

from canhgiac.assistant.selectors.unsafe import Grounds, faults, grounds
from tests.factories.library import library

KNOWN = Grounds(
    numbers=frozenset({"113", "19001234", "0692194053"}),
    hosts=frozenset({"cic.gov.vn", "canhgiac.test"}),
    laws=frozenset({"100/2015/QH13"}),
    articles=frozenset({"174"}),
    sentences=frozenset({"tài khoản đó là của kẻ gian dựng lên", "cài ứng dụng lạ tín dụng đen"}),
)

UNSAFE = {
    "number": [
        "Gọi số 0900 000 123 để được hỗ trợ.",
        "Đường dây nóng: 1900 9999.",
        "Bạn gọi 118 nhé.",
        "Số bạn hỏi là +84 900 000 555.",
        "Tài khoản 9704 3600 0000 0012 nhận tiền.",
        "Hotline của ngân hàng: 024.0000.0000",
    ],
    "link": [
        "Báo tại https://bao-lua-dao.test/nop.",
        "Xem thêm ở cic-kiemtra.vn.",
        "Trang thật là Vietcombank-hotro.COM",
        "Vào canhgiac.test.evil.xyz để xem.",
    ],
    "law": ["Theo Nghị định 99/2030/NĐ-CP thì bị phạt.", "Điều 999 quy định như vậy.", "Căn cứ 12/2019/TT-BCA."],
    "safe": [
        "Tin này an toàn.",
        "Trang này hoàn toàn đáng tin.",
        "Số đó là thật.",
        "Đây không phải lừa đảo.",
        "Bạn yên tâm nhé.",
        "Bạn cứ chuyển tiền đi.",
        "Công ty này uy tín.",
        "Không có gì đáng lo cả.",
        "Chúng tôi đã xác minh là thật.",
        "Link này không nguy hiểm.",
    ],
    "asks": [
        "Hãy gửi mã OTP cho tôi để kiểm tra.",
        "Bạn vui lòng nhập mật khẩu để xem kết quả.",
        "Cho chúng tôi biết số thẻ của bạn nhé.",
        "Đọc mã xác thực vừa nhận được.",
        "Gửi ảnh căn cước giúp mình.",
    ],
    "orders": [
        "Hãy bấm vào đường link ở trên để kiểm tra.",
        "Chuyển tiền trước rồi kiểm tra sau.",
        "Bạn nên nạp thêm để rút được tiền.",
        "Cài ứng dụng đó vào máy.",
        "Làm thế này: “Cài ứng dụng đó”.",
        "Gọi lại số đó hỏi cho rõ.",
        "Bạn cần đóng phí hồ sơ.",
        "Vui lòng quét mã bên dưới.",
        "Bạn có thể làm theo hướng dẫn của họ.",
    ],
    "criminal": [
        "Ông Nguyễn Văn B là kẻ lừa đảo.",
        "Chủ tài khoản này là tội phạm.",
        "Người đó đang lừa đảo bạn.",
        "Hắn chính là thủ phạm.",
        "Anh ta là đồ lừa đảo.",
    ],
}
HONEST = [
    "Chưa biết không có nghĩa là an toàn.",
    "Tin này có dấu hiệu rõ của lừa đảo. Đừng bấm link, đừng chuyển tiền.",
    "Gọi ngân hàng ngay theo số in sau thẻ để khóa giao dịch, rồi gọi 113.",
    "Nhờ ngân hàng chặn khoản chuyển tiền 20.000.000 đồng lúc 9 giờ 30.",
    "Kẻ xấu xưng công an, bảo bạn chuyển tiền vào “tài khoản an toàn”.",
    "Đừng đọc mã OTP cho bất cứ ai.",
    "Bạn đã đọc mã OTP cho ai chưa?",
    "Bạn mất tiền, lộ mã, hay đã cài ứng dụng lạ?",
    "Không cơ quan nào yêu cầu bạn chuyển tiền qua điện thoại.",
    "Theo Điều 174 Bộ luật Hình sự (100/2015/QH13), lừa đảo chiếm đoạt tài sản từ 2 triệu đồng bị xử lý.",
    "Tra khoản nợ đứng tên mình ở cic.gov.vn.",
    "Chúng tôi chưa đủ căn cứ để nói tin này thật hay giả.",
    "Chúng tôi không thể nói ai là kẻ lừa đảo; việc đó của cơ quan điều tra.",
    "Tài khoản đó là của kẻ gian dựng lên.",
    "Gọi lại số quen đã lưu, hỏi một chuyện chỉ hai người biết.",
    "Chỉ cài ứng dụng từ App Store hoặc CH Play.",
    "Ai hứa lấy lại tiền mà đòi phí là lừa lần nữa.",
    "Báo qua đầu số 113 hoặc 069 219 4053, 24 giờ trong ngày.",
    "Lưu lại ảnh chụp, số tài khoản nhận tiền, biên lai.",
    "Đã có 12 người báo số này trong 30 ngày.",
    "Đã chuyển tiền thì đề nghị ngân hàng giữ khoản đó.",
    "1. Cúp máy. 2. Kể ngay với người nhà.",
    "Gần nhất: “Cài ứng dụng lạ, tín dụng đen”.",
    "Cập nhật ngày 21/11/2026.",
    "Bạn nhập mã biên nhận ở trang tra cứu để xem tin báo tới đâu.",
]


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in UNSAFE.items() for text in texts])
def test_what_must_never_be_said_is_caught(rule: str, text: str) -> None:
    assert rule in {fault.rule for fault in faults(text, KNOWN)}
    assert rule in {fault.rule for fault in faults(f"Chào bạn.\n1. {text}\n(Nguồn: thư viện)", KNOWN)}


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_answer_passes(text: str) -> None:
    assert faults(text, KNOWN) == []


@pytest.mark.django_db
def test_the_library_itself_passes_word_for_word_and_its_lines_may_be_told() -> None:
    library()
    allowed = grounds()
    assert faults("Gọi 113, tổng đài 156 hoặc 069 219 4053. Xem cic.gov.vn. Nghị định 282/2025/NĐ-CP.", allowed) == []
    assert [fault.rule for fault in faults("Gọi 0900 000 777.", allowed)] == ["number"]
    assert "100/2015/QH13" in allowed.laws
    assert "174" in allowed.articles
