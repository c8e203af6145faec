"""Questions and files that the tests and the fuzzer start from; all invented."""

from __future__ import annotations

from ..items import Item, Line, Option, Shown, Spot

SINGLE = Item(
    "single",
    "Người lạ xưng là công an, bảo bạn chuyển tiền để “phục vụ điều tra”. Bạn làm gì?",
    "Cơ quan công an không làm việc qua điện thoại và không yêu cầu chuyển tiền.",
    options=(
        Option("a", "Chuyển tiền rồi hỏi sau", "Tiền đã chuyển rất khó lấy lại."),
        Option("b", "Cúp máy, gọi 113 hoặc đến công an xã", "Đúng: số gọi lại do bạn tự tra."),
        Option("c", "Đọc mã OTP để họ kiểm tra"),
    ),
    right=("b",),
    title="Giả danh công an",
)
MULTIPLE = Item(
    "multiple",
    "Dấu hiệu nào cho thấy tin nhắn là lừa đảo?",
    options=(
        Option("a", "Thúc giục làm ngay"),
        Option("b", "Đường link lạ: http://ngan-hang.test/x?a=1#b"),
        Option("c", "Chào bằng tên"),
        Option("d", "Đòi mã OTP {6 số}"),
    ),
    right=("a", "b", "d"),
)
TRUE_FALSE = Item("true_false", "Ngân hàng có thể hỏi mã OTP qua điện thoại.", "Không bao giờ.", right=("false",))
ORDER = Item(
    "order",
    "Lỡ chuyển tiền cho kẻ lừa đảo, làm theo thứ tự nào?",
    options=(
        Option("a", "Gọi ngân hàng khóa tài khoản"),
        Option("b", "Chụp lại tin nhắn, biên lai"),
        Option("c", "Báo công an"),
    ),
)
MATCH = Item(
    "match",
    "Ghép thủ đoạn với dấu hiệu.",
    options=(
        Option("a", "Giả shipper", partner="Báo có đơn hàng, xin chuyển phí"),
        Option("b", "Việc nhẹ lương cao", partner="Nạp tiền để nhận nhiệm vụ"),
    ),
    extra=("Mời gia hạn bảo hiểm xã hội tại trụ sở",),
)
VERDICT = Item(
    "verdict",
    "Tin này là gì?",
    "Tên miền không phải của ngân hàng.",
    shown=Shown(
        "sms",
        "NGANHANG",
        (Line("them", "Tai khoan bi khoa. Xac thuc tai http://xac-thuc.test"), Line("me", "Thật không ạ?")),
    ),
    right=("scam",),
    marks=("http://xac-thuc.test",),
)
HOTSPOT = Item(
    "hotspot",
    "Chỉ ra chỗ đáng ngờ trong ảnh.",
    spots=(Spot("a", "Địa chỉ người gửi", 10, 20, 100, 30), Spot("b", "Lời chào", 10, 80, 100, 30)),
    right=("a",),
)
SHORT = Item("short", "Số điện thoại báo công an là gì?", accepted=("113", "một một ba"))
NUMBER = Item("short", "Ngân hàng khuyên đổi mật khẩu sau mấy tháng?", number=3.0, tolerance=0.5)
ODD = (
    Item(
        "single", "// không phải chú thích", options=(Option("x", "%50% giảm"), Option("y", "[html] <b>")), right=("x",)
    ),
    Item("single", "$CATEGORY: không", options=(Option("a", " cách "), Option("b", "hai\ndòng")), right=("a",)),
    Item(
        "match",
        "::tên::[plain]",
        options=(Option("a", "x->y", partner="1"), Option("b", "->", partner="=~#{}")),
        extra=("→",),
    ),
    Item("short", "Dấu \\ và \\n và **đậm** và <b>", accepted=("a*b", "#5", "T")),
    Item("true_false", "Hết\n\nHai đoạn", "####\\", right=("true",)),
    Item("short", "Số lẻ", number=0.1, tolerance=1e-7),
)
ALL = (SINGLE, MULTIPLE, TRUE_FALSE, ORDER, MATCH, VERDICT, HOTSPOT, SHORT, NUMBER)

GIFT = """// Ngân hàng câu hỏi của một trường, chép tay
$CATEGORY: $course$/top/An toàn mạng/Lừa đảo qua điện thoại

::Câu 1 OTP:: Ai được hỏi mã OTP của bạn? {
  ~Nhân viên ngân hàng # Không: ngân hàng không bao giờ hỏi.
  ~Công an
  =Không ai cả # Đúng.
  ####Mã OTP chỉ để bạn tự nhập.
}

// câu hai
::Nhiều đáp án::[html]<p>Đâu là <b>dấu hiệu</b> l&#7915;a đảo?</p>{
~%50%Thúc giục
~%50%Link lạ
~%-100%Có tên người nhận
}

Công an gọi video để bắt bạn là thật.{FALSE#Sai rồi: không ai bắt qua video.#Đúng.}

Tổng đài báo tin rác là số {=156 =5656 =%50%1022#gần đúng} của cơ quan nhà nước.

::Ghép:: [markdown]Ghép **đúng** cặp {
 = Vietcombank giả -> tên miền lạ
 = Shipper giả -> đòi chuyển phí
 = -> mời đến trụ sở
}

Mất tối đa bao nhiêu giờ để báo? {#24:2####Càng sớm càng tốt.}

Từ mấy đến mấy tuổi? {#6..11}

Số gần đúng của \\#pi\\: {#
=3.14:0.005
=%50%3:0.5
}

Kể một lần bạn gặp lừa đảo. {}

Đây chỉ là một đoạn giới thiệu.

Câu hỏng {=a ~b

Câu hỏng hai {=a =b ~c}

Viết tên miền\\: a\\=b\\{c\\}\\~d\\#e \\nhai dòng {~x =y}
"""
