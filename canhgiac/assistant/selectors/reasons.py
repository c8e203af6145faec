"""Every reason of the engine in a title and one sentence of plain Vietnamese, with the facts of the message at hand."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.engines.recognition.hosts import HostJudgement
from canhgiac.engines.recognition.reasons import CALMING, Reason
from canhgiac.engines.recognition.tokens import Entity

from .mask import masks

TEXTS = {
    "fear": (
        gettext_lazy("Dọa cho sợ"),
        gettext_lazy("Dọa khóa, phạt, mất tiền hay bị bắt để bạn sợ mà làm theo."),
    ),
    "greed": (
        gettext_lazy("Hứa lợi quá dễ"),
        gettext_lazy("Lợi lớn mà gần như không phải làm gì là cách nhử quen thuộc."),
    ),
    "prize": (
        gettext_lazy("Báo trúng thưởng, tặng quà"),
        gettext_lazy("Quà từ nơi bạn không tham gia thường dẫn tới đòi phí, đòi thông tin."),
    ),
    "urgency": (
        gettext_lazy("Giục gấp"),
        gettext_lazy("Đặt hạn ngắn để bạn không kịp hỏi ai. Việc thật luôn chờ được một cuộc gọi."),
    ),
    "secrecy": (
        gettext_lazy("Bắt giữ bí mật"),
        gettext_lazy("Dặn không kể với ai để người nhà, ngân hàng không kịp can."),
    ),
    "authority": (
        gettext_lazy("Xưng cơ quan, tổ chức"),
        gettext_lazy("Tên cơ quan trong tin ai cũng viết được. Hỏi lại qua số bạn tự tìm."),
    ),
    "ask-pay": (
        gettext_lazy("Đòi chuyển tiền, nộp phí"),
        gettext_lazy("Tiền đã chuyển rất khó lấy lại. Chưa chuyển khi chưa hỏi được đúng người."),
    ),
    "ask-install": (
        gettext_lazy("Bảo cài ứng dụng"),
        gettext_lazy("Ứng dụng lạ đọc được tin nhắn, mã OTP và điều khiển máy bạn."),
    ),
    "ask-code": (
        gettext_lazy("Xin mã, mật khẩu"),
        gettext_lazy("Mã OTP, mật khẩu là chìa khóa tài khoản. Không cơ quan, ngân hàng nào hỏi."),
    ),
    "ask-click": (
        gettext_lazy("Bảo bấm đường link"),
        gettext_lazy("Trang sau đường link có thể giống hệt trang thật để lấy mật khẩu."),
    ),
    "ask-move": (
        gettext_lazy("Kéo sang Zalo, Telegram hay số khác"),
        gettext_lazy("Ra khỏi nơi có người quản lý để nói chuyện riêng, khó lần dấu."),
    ),
    "ask-identity": (
        gettext_lazy("Xin giấy tờ, thông tin cá nhân"),
        gettext_lazy("Ảnh căn cước, khuôn mặt, số thẻ đủ để mở tài khoản, vay tiền đứng tên bạn."),
    ),
    "ask-screen": (
        gettext_lazy("Bảo chia sẻ màn hình, điều khiển từ xa"),
        gettext_lazy("Họ thấy mọi thứ bạn gõ, kể cả mật khẩu và mã OTP."),
    ),
    "gambling": (
        gettext_lazy("Mời cờ bạc, cá cược"),
        gettext_lazy("Trang do chúng dựng: thắng lúc đầu để nạp thêm, rồi không rút được. Tham gia còn là vi phạm."),
    ),
    "job": (
        gettext_lazy("Việc nhẹ, tiền nhiều"),
        gettext_lazy("Trả công thật vài lần đầu, rồi bắt nạp tiền để nhận nhiệm vụ lớn hơn."),
    ),
    "loan": (
        gettext_lazy("Mời vay quá dễ"),
        gettext_lazy("Thường đòi phí trước khi giải ngân, hoặc lấy danh bạ để ép trả."),
    ),
    "invest": (
        gettext_lazy("Rủ đầu tư lãi cao"),
        gettext_lazy("Lãi trên màn hình do chúng vẽ ra; muốn rút lại bị đòi nộp thêm."),
    ),
    "kin-in-need": (
        gettext_lazy("Người thân cần tiền gấp"),
        gettext_lazy("Tài khoản có thể bị chiếm, giọng và hình có thể giả. Gọi lại số quen đã lưu."),
    ),
    "parcel": (
        gettext_lazy("Báo có hàng, bưu phẩm"),
        gettext_lazy("Kiểm tra đơn trong ứng dụng bạn đã đặt. Không có đơn thì không trả phí."),
    ),
    "debt-threat": (
        gettext_lazy("Đòi nợ, đe dọa"),
        gettext_lazy("Dọa bêu tên, kéo đến nhà là sai luật, kể cả khi có nợ thật. Giữ lại làm bằng chứng."),
    ),
    "romance": (
        gettext_lazy("Làm thân qua mạng"),
        gettext_lazy("Chưa gặp ngoài đời mà nói chuyện tình cảm, tiền, quà là bước đầu của một bẫy."),
    ),
    "recovery": (
        gettext_lazy("Hứa lấy lại tiền đã mất"),
        gettext_lazy("Người từng bị lừa hay bị lừa thêm lần nữa kiểu này. Không ai thu phí để lấy lại tiền."),
    ),
    "fake-papers": (
        gettext_lazy("Bán, làm giấy tờ"),
        gettext_lazy("Làm giả giấy tờ là phạm pháp; người mua vừa mất tiền vừa lộ thông tin."),
    ),
    "caution": (
        gettext_lazy("Có lời dặn giữ mã, đề phòng"),
        gettext_lazy("Tin thật hay dặn như vậy, nhưng kẻ gian cũng chép được lời dặn này."),
    ),
    "link-borrowed": (
        gettext_lazy("Đường link mượn tên"),
        gettext_lazy("Tên quen chỉ được gắn vào một địa chỉ của người khác."),
    ),
    "link-look-alike": (
        gettext_lazy("Đường link viết gần giống tên thật"),
        gettext_lazy("Đổi hoặc thêm một chữ để nhìn lướt tưởng là thật."),
    ),
    "link-sub-domain": (
        gettext_lazy("Tên quen chỉ đứng đầu đường link"),
        gettext_lazy("Phần quyết định nằm ngay trước dấu gạch chéo đầu tiên, không phải phần đầu."),
    ),
    "link-userinfo": (
        gettext_lazy("Tên quen đứng trước chữ @ trong đường link"),
        gettext_lazy("Trình duyệt bỏ qua mọi thứ trước chữ @ và mở trang đứng sau."),
    ),
    "link-punycode": (
        gettext_lazy("Đường link viết bằng chữ nước khác"),
        gettext_lazy("Chữ nhìn giống chữ thường nhưng là ký tự khác, dẫn tới trang khác."),
    ),
    "link-mixed-script": (
        gettext_lazy("Đường link trộn chữ lạ"),
        gettext_lazy("Có ký tự nước khác trông như chữ thường, để giả một tên quen."),
    ),
    "link-address": (
        gettext_lazy("Đường link chỉ là dãy số"),
        gettext_lazy("Trang thật có tên miền; dãy số giấu chủ của trang."),
    ),
    "link-shortener": (
        gettext_lazy("Đường link rút gọn"),
        gettext_lazy("Không biết sẽ mở trang nào cho tới khi bấm. Cơ quan, ngân hàng không nên gửi kiểu này."),
    ),
    "link-chat": (
        gettext_lazy("Đường link mở khung nhắn tin"),
        gettext_lazy("Dẫn bạn tới nói chuyện riêng với người không rõ là ai."),
    ),
    "link-cheap": (
        gettext_lazy("Tên miền dùng một lần"),
        gettext_lazy("Đuôi tên miền này rẻ, dễ bỏ, kẻ gian hay mua để dùng vài ngày."),
    ),
    "disguised": (
        gettext_lazy("Giấu chữ để né bộ lọc"),
        gettext_lazy("Chèn dấu, tách chữ, thay số cho chữ. Người gửi thật không cần làm vậy."),
    ),
    "app-file": (
        gettext_lazy("Gửi tệp cài ứng dụng"),
        gettext_lazy("Ứng dụng thật nằm trong App Store, CH Play; tệp gửi qua tin nhắn thì không ai kiểm tra."),
    ),
    "prize-by-contact": (
        gettext_lazy("Nhận thưởng phải qua số, link lạ"),
        gettext_lazy("Chương trình thật ghi thể lệ ở trang của hãng; không bắt liên hệ riêng để nhận."),
    ),
    "carrier-style": (
        gettext_lazy("Viết theo kiểu tin của nhà mạng"),
        gettext_lazy("Có nhãn quảng cáo hoặc cú pháp soạn tin. Kiểu viết này cũng bị bắt chước."),
    ),
    "official-link": (
        gettext_lazy("Đường link tới trang có chủ rõ ràng"),
        gettext_lazy("Tên miền thuộc một đơn vị chúng tôi biết. Nên tự gõ tên trang thay vì bấm."),
    ),
    "code-notice": (
        gettext_lazy("Giống tin gửi mã xác thực"),
        gettext_lazy(
            "Mã chỉ để bạn tự nhập. Bạn không yêu cầu mà nhận được là có người đang thử vào tài khoản của bạn."
        ),
    ),
    "copied-official": (
        gettext_lazy("Chép tin thật rồi thay chỗ quan trọng"),
        gettext_lazy("Gần hết là chữ của một bản tin thật, riêng đường link, số hoặc tài khoản này không có trong đó."),
    ),
    "official-message": (
        gettext_lazy("Trùng bản tin đã gửi"),
        gettext_lazy("Nội dung khớp với bản tin chúng tôi có trong sổ."),
    ),
    "contact-mobile": (
        gettext_lazy("Số liên hệ là số di động"),
        gettext_lazy("Cơ quan, ngân hàng có tổng đài riêng, không để số di động cá nhân làm nơi liên hệ."),
    ),
    "own-loss": (
        gettext_lazy("Bạn kể là đã lỡ làm theo"),
        gettext_lazy("Ngân hàng biết sớm thì còn khóa được tài khoản, giữ được tiền. Không trách mình, làm từng bước."),
    ),
    "wording": (
        gettext_lazy("Lời lẽ giống tin lừa đảo đã biết"),
        gettext_lazy("Cách nói này gặp nhiều trong các tin lừa đảo mà máy đã học."),
    ),
}
"""Code of the engine, or our own, to title and sentence."""
OWN_CODES = ("contact-mobile", "own-loss")
"""Reasons that the engine does not have: what two things say together, what the asker tells of their own loss."""

WEIGHT = (
    "own-loss",
    *("copied-official", "link-borrowed", "link-look-alike", "link-sub-domain", "link-userinfo", "link-mixed-script"),
    *("link-punycode", "app-file", "ask-code", "ask-screen", "ask-install", "ask-pay", "link-address", "disguised"),
    *("secrecy", "fear", "urgency", "ask-identity", "debt-threat", "recovery", "job", "gambling", "link-cheap"),
    *("link-shortener", "prize-by-contact", "kin-in-need", "invest", "loan", "authority", "ask-click", "prize"),
    *("contact-mobile", "ask-move", "greed", "parcel", "romance", "fake-papers", "link-chat", "wording"),
)
"""Reasons that speak against a message, the most telling first: where there are many, these are shown."""
MOST = 6
MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Why:
    """One reason as it is shown. ``number`` stands at the marked words too; None where no words are marked."""

    code: str
    number: int | None
    title: str
    text: str
    calms: bool = False
    """Whether it speaks for the message rather than against it."""


def of_contact(text: str, phones: Collection[str]) -> Reason | None:
    """The reason that a body's message names a mobile number as its contact; ``phones`` are such numbers."""
    for cover in masks(text[:MOST_LOOKED_AT]):
        words = text[cover.start : cover.end]
        if re.sub(r"\D", "", words).removeprefix("84").removeprefix("0") in {one[1:] for one in phones}:
            return Reason("contact-mobile", words, cover.start, cover.end)
    return None


def of_loss() -> Why:
    """The reason of an answer to somebody who tells of their own loss: no words are marked."""
    title, text = map(str, TEXTS["own-loss"])
    return Why("own-loss", None, title, text)


def chosen(reasons: Sequence[Reason]) -> list[Reason]:
    """The most telling ``MOST`` reasons, in the order of the message; those that share words with a former go."""
    kept: list[Reason] = []
    for reason in sorted(reasons, key=_rank):
        overlaps = any(reason.start < other.end and other.start < reason.end for other in kept)
        if len(kept) < MOST and not overlaps:
            kept.append(reason)
    return sorted(kept, key=lambda reason: reason.start)


def why(reason: Reason, number: int | None, link: Entity | None) -> Why:
    """The reason in words; ``link`` is the message's link at that place."""
    title, text = map(str, TEXTS[reason.code])
    host = link.host if link else None
    if host and reason.code.startswith("link-"):
        title, text = _of_link(reason.code, host, title, text)
    return Why(reason.code, number, title, text, reason.code in CALMING)


def _rank(reason: Reason) -> tuple[int, int]:
    place = WEIGHT.index(reason.code) if reason.code in WEIGHT else len(WEIGHT)
    return place, reason.start


def _of_link(code: str, host: HostJudgement, title: str, text: str) -> tuple[str, str]:
    """What is told of a link is its true name and whose name it wears."""
    names = {"owner": host.owner, "brand": host.brand.name if host.brand else ""}
    if host.brand and code in {"link-borrowed", "link-sub-domain", "link-userinfo"}:
        title = _("Đường link mượn tên %(brand)s") % names
        text = _("Tên thật của trang là %(owner)s. Tên “%(brand)s” chỉ được gắn thêm vào.") % names
    elif host.brand and code in {"link-look-alike", "link-mixed-script", "link-punycode"}:
        title = _("Đường link viết gần giống %(brand)s") % names
        text = _("Tên thật của trang là %(owner)s, không phải của %(brand)s.") % names
    elif code in {"link-chat", "link-shortener"}:
        return title, text
    else:
        text = _("Tên thật của trang là %(owner)s.") % names + " " + text
    return title, text
