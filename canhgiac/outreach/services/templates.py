"""Service messages: the question whether somebody really signed up, the welcome, the one confirmation of a STOP; what
the assistant promised to tell whoever agreed to hear of it; the code that proves a member's phone.

``{0}`` is the person's own address on our site, ``{1}`` of the question a code to type there. SMS are plain Vietnamese
in the default alphabet of GSM. None of them advertises (Decree 91/2020/NĐ-CP Article 16 §2: the confirmation of a
refusal carries no advert).
"""

from __future__ import annotations

import html
from typing import Any

from canhgiac.agencies.selectors import province
from canhgiac.kit.text import unmarked
from canhgiac.library.models import Language
from canhgiac.outreach.models import Provider, Way

OPTIN, WELCOME, STOPPED, CHANGED = "optin", "welcome", "stopped", "changed"
TEMPLATES = (OPTIN, WELCOME, STOPPED, CHANGED)
WATCH_ASK, WATCH_LISTED, WATCH_CLEARED, WATCH_WARNED, WATCH_TIP = (
    *("watch_ask", "watch_listed", "watch_cleared"),
    *("watch_warned", "watch_tip"),
)
WATCH_TEMPLATES = (WATCH_ASK, WATCH_LISTED, WATCH_CLEARED, WATCH_WARNED, WATCH_TIP)
"""To whom asked the assistant and agreed to hear later; none of them repeats what was asked."""
PHONE_CODE = "phone_code"
"""The code by which a member shows that a phone is theirs: ``{1}``. By SMS alone; they wait for it before the page."""
HOURS_KEPT = frozenset({OPTIN, CHANGED})
"""They go to an address that somebody else typed, a stranger perhaps or staff: nobody is woken by them (Decree
91/2020/NĐ-CP Article 13 §6). All others answer what the owner did just now."""
ANSWER = "answer"
"""An answer to somebody who just wrote to us on Zalo or Messenger: ``{0}`` is all of it, the fields after it are pairs
of what may be tapped. It goes also to who refused our warnings, since they asked: no advert, no warning may use it."""

_SUBJECT = {
    OPTIN: ("Xác nhận nhận cảnh báo lừa đảo", "Confirm scam warnings"),
    WELCOME: ("Bạn đã đăng ký nhận cảnh báo lừa đảo", "You will get scam warnings"),
    STOPPED: ("Bạn đã ngừng nhận cảnh báo lừa đảo", "You will get no more scam warnings"),
    CHANGED: ("Lựa chọn nhận cảnh báo đã đổi", "Your choice of warnings has changed"),
    WATCH_ASK: ("Xác nhận để được báo lại", "Confirm that you want to hear of it"),
    WATCH_LISTED: ("Điều bạn hỏi nay đã có kết luận", "What you asked about is now known"),
    WATCH_CLEARED: ("Điều bạn hỏi nay đã có kết luận", "What you asked about is now known"),
    WATCH_WARNED: ("Đã có cảnh báo về điều bạn hỏi", "A warning about what you asked"),
    WATCH_TIP: ("Tin báo của bạn có bước mới", "News of your report"),
}
_TEXT = {
    OPTIN: (
        (
            "Có người dùng địa chỉ này đăng ký nhận cảnh báo lừa đảo của {who}. Nếu là bạn, hãy xác nhận: {link} "
            "Nếu không phải, bạn không cần làm gì, chúng tôi không gửi nữa."
        ),
        (
            "Somebody signed this address up for the scam warnings of {who}. If it was you, confirm: {link} "
            "If not, do nothing, and we write no more."
        ),
    ),
    WELCOME: (
        (
            "Từ nay bạn nhận cảnh báo lừa đảo của {who}. Chúng tôi không bao giờ hỏi mật khẩu, mã OTP, không xin "
            "chuyển tiền. Đổi địa bàn hoặc ngừng nhận: {link}"
        ),
        (
            "From now on you get the scam warnings of {who}. We never ask for passwords, codes or money. "
            "Change your area or stop: {link}"
        ),
    ),
    STOPPED: (
        "{who} sẽ không gửi cảnh báo đến địa chỉ này nữa.",
        "{who} sends no more warnings to this address.",
    ),
    CHANGED: (
        (
            "Theo yêu cầu của bạn, cán bộ của {who} đã đổi lựa chọn nhận cảnh báo của địa chỉ này. Xem lại, sửa hoặc "
            "ngừng nhận: {link}"
        ),
        ("As you asked, the staff of {who} changed what warnings this address gets. See it, change it or stop: {link}"),
    ),
    WATCH_ASK: (
        (
            "Có người dùng địa chỉ này hỏi trợ lý của {who} và muốn được báo lại khi có tin mới. Nếu là bạn, hãy xác "
            "nhận: {link} Nếu không phải, bạn không cần làm gì, chúng tôi tự xóa sau 2 ngày."
        ),
        (
            "Somebody asked the assistant of {who} with this address and wants to hear when more is known. If it was "
            "you, confirm: {link} If not, do nothing; it is erased after 2 days."
        ),
    ),
    WATCH_LISTED: (
        (
            "Số, tài khoản hoặc đường liên kết bạn từng hỏi {who} nay đã được xác nhận là dùng để lừa đảo. Đừng chuyển "
            "tiền, đừng đọc mã. Đã lỡ làm theo thì xem việc cần làm ngay: {link} Lời hẹn này đã xong và đã xóa."
        ),
        (
            "The number, account or link that you asked {who} about is now confirmed as used in scams. Send no money "
            "and tell no code. What to do if you already did: {link} This promise is done and erased."
        ),
    ),
    WATCH_CLEARED: (
        (
            "Số, tài khoản hoặc đường liên kết bạn từng hỏi {who} nay đã được gỡ khỏi sổ nghi vấn. Điều đó không có "
            "nghĩa là mọi lời mời từ đó đều thật; cần thì hỏi lại: {link} Lời hẹn này đã xong và đã xóa."
        ),
        (
            "The number, account or link that you asked {who} about was taken off the list of suspects. That does not "
            "make every offer from it genuine; ask again: {link} This promise is done and erased."
        ),
    ),
    WATCH_WARNED: (
        (
            "{who} vừa phát cảnh báo về thủ đoạn giống điều bạn từng hỏi. Đọc cảnh báo: {link} Lời hẹn này đã xong và "
            "đã xóa."
        ),
        (
            "{who} has issued a warning about a trick like the one you asked about. Read it: {link} This promise is "
            "done and erased."
        ),
    ),
    WATCH_TIP: (
        (
            "Tin báo bạn gửi {who} có bước mới. Xem bằng mã biên nhận của bạn; chúng tôi không bao giờ hỏi mã đó qua "
            "tin nhắn. Trang của lời hẹn, ngừng báo: {link}"
        ),
        (
            "There is news of the report you sent to {who}. See it with your receipt code; we never ask for that code "
            "in a message. This promise, and how to stop it: {link}"
        ),
    ),
}
_SMS = {
    OPTIN: "{who}: Neu ban dang ky nhan canh bao lua dao, {how}. Neu khong phai ban, hay bo qua tin nay.",
    WELCOME: (
        "{who}: Ban da dang ky nhan canh bao lua dao. Chung toi khong hoi ma OTP, khong xin tien. Ngung nhan: {stop}"
    ),
    STOPPED: "{who}: Ban da ngung nhan canh bao lua dao. Chung toi khong gui tin den so nay nua.",
    CHANGED: "{who}: Theo yeu cau cua ban, lua chon nhan canh bao da doi. Xem lai: {{0}} Ngung nhan: {stop}",
    WATCH_ASK: (
        "{who}: Neu ban vua hoi tro ly va muon duoc bao lai, mo {{0}} hoac nhap ma {{1}} tren trang do. Neu khong phai "
        "ban, hay bo qua tin nay."
    ),
    WATCH_LISTED: (
        "{who}: Dieu ban tung hoi nay da xac nhan la dung de lua dao. Dung chuyen tien, dung doc ma. Can lam: {{0}}"
    ),
    WATCH_CLEARED: "{who}: Dieu ban tung hoi nay da go khoi so nghi van. Can thi hoi lai: {{0}}",
    WATCH_WARNED: "{who}: Da co canh bao ve thu doan giong dieu ban tung hoi: {{0}}",
    WATCH_TIP: "{who}: Tin bao cua ban co buoc moi, xem bang ma bien nhan. Trang cua loi hen, ngung bao: {{0}}",
    PHONE_CODE: "{who}: Ma xac nhan so dien thoai cua ban la {{1}}, dung trong 10 phut. Khong doc ma nay cho ai.",
}


def template_content(template: str, way: str, language: str, provider: Provider) -> dict[str, Any]:
    """What the adapter's content takes, like ``Lane.content``. Raises KeyError for a template that we have not.

    Languages other than Vietnamese and English get Vietnamese. A short number that people answer to stands in the
    provider's settings as ``reply_to``; a brandname cannot be answered, so without it the link stands in its place.
    """
    if template == ANSWER:
        return {"text": "{0}", "choices_from": 1}
    who = f"{province().name}"
    if way == Way.SMS:
        return {"text": _sms(template, who, str(provider.settings.get("reply_to", ""))), "sender": provider.sender}
    at = 1 if language == Language.EN else 0
    text = _TEXT[template][at].format(who=who, link="{0}")
    if way == Way.EMAIL:
        shown = html.escape(text).replace("{0}", '<a href="{0}">{0}</a>')
        return {"subject": _SUBJECT[template][at], "text": text, "html": f"<p>{shown}</p>", "sender": provider.sender}
    if way == Way.PUSH:
        return {"title": _SUBJECT[template][at], "body": text.replace(": {0}", "").replace("{0}", ""), "url": "{0}"}
    return {"text": text}


def _sms(template: str, who: str, reply_to: str) -> str:
    how = f"soan Y gui {reply_to}" if reply_to else "mo {0}"
    how += " hoac nhap ma {1} tren trang dang ky"
    stop = f"soan TC gui {reply_to}" if reply_to else "{0}"
    return _SMS[template].format(who=unmarked(who), how=how, stop=stop)
