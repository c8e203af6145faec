"""Warnings of an invented province, for the first run and the tests: written by us, every number out of use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleWarning:
    """One warning as somebody would write it."""

    form: str
    """Code of the starter's scam form."""
    title: str
    happens: str
    signs: str
    advice: str
    severity: str = "moderate"
    audience: str = ""


SAMPLES = (
    SampleWarning(
        form="N05",
        title="Giả điện lực dọa cắt điện",
        happens=(
            "Kẻ xấu xưng nhân viên điện lực, dọa cắt điện trong ngày rồi bảo cài một ứng dụng lạ. "
            "Cài xong, chúng điều khiển được điện thoại và lấy tiền trong tài khoản."
        ),
        signs="Gọi từ số di động.\nDọa cắt điện ngay.\nGửi tệp cài ứng dụng qua Zalo.",
        advice=(
            "Không cài ứng dụng lạ.\nKhông đọc mã OTP cho ai.\n"
            "Muốn biết còn nợ tiền điện hay không, gọi số ghi trên hóa đơn."
        ),
        severity="severe",
    ),
    SampleWarning(
        form="F14",
        title="Giả công an gọi điện dọa bắt",
        happens=(
            "Kẻ xấu gọi điện, xưng công an, nói người nghe dính vào một vụ án và phải chuyển tiền để kiểm tra. "
            "Công an không làm việc qua điện thoại, không yêu cầu ai chuyển tiền."
        ),
        signs="Không cho kể với người nhà.\nGửi lệnh bắt giả qua Zalo.\nGiữ máy hàng giờ.",
        advice="Cúp máy.\nKể ngay với người nhà.\nĐến công an xã, phường hỏi lại.",
        severity="severe",
        audience="elderly",
    ),
    SampleWarning(
        form="F12",
        title="Giả tuyển cộng tác viên làm nhiệm vụ kiếm tiền",
        happens=(
            "Kẻ xấu rủ làm việc tại nhà, lúc đầu trả vài chục nghìn đồng, sau đòi nộp tiền để nhận nhiệm vụ lớn hơn. "
            "Nộp rồi thì không rút lại được."
        ),
        signs="Việc nhẹ, lương cao.\nTrao đổi trong nhóm kín.\nĐòi nộp tiền trước.",
        advice=(
            "Không nộp tiền để được nhận việc.\nĐã nộp thì dừng, không nộp thêm để gỡ.\n"
            "Lưu lại tin nhắn rồi báo công an."
        ),
        audience="students",
    ),
    SampleWarning(
        form="F02",
        title="Gọi hình giả mặt, giả giọng người thân để vay tiền",
        happens=(
            "Kẻ xấu chiếm tài khoản mạng xã hội, gọi hình vài giây bằng mặt và giọng ghép của người thân "
            "rồi hỏi vay tiền."
        ),
        signs="Hình mờ, gọi rất ngắn.\nTài khoản nhận tiền mang tên người khác.",
        advice=(
            "Không chuyển tiền khi chưa gặp hoặc chưa nói chuyện bằng số quen.\nHỏi một chuyện chỉ hai người biết.\n"
            "Báo cho cả nhà cùng biết."
        ),
    ),
    SampleWarning(
        form="N12",
        title="Tin nhắn giả báo phạt nguội",
        happens="Kẻ xấu nhắn tin báo xe bị phạt nguội kèm một đường dẫn giả để lấy thông tin thẻ ngân hàng.",
        signs="Đường dẫn có đuôi lạ.\nĐe khóa đăng kiểm.",
        advice=(
            "Không bấm đường dẫn trong tin nhắn.\nTra cứu ở trang chính thức của cảnh sát giao thông.\n"
            "Hỏi công an xã, phường."
        ),
    ),
)
"""Warnings that the linter passes in every rendition."""
