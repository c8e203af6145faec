"""What to do: the one sentence under the verdict, and three steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from canhgiac.engines.recognition import DANGER, OFFICIAL, SUSPICIOUS, UNCLEAR

from .found import ACCOUNT, LINK, PHONE, QR, Found

_SAY_OF_THING = {
    (LINK, DANGER): gettext_lazy("Địa chỉ này mượn tên người khác. Đừng mở, đừng nhập gì vào đó."),
    (LINK, SUSPICIOUS): gettext_lazy("Địa chỉ này có điểm không bình thường. Đừng mở, đừng nhập mật khẩu hay mã."),
    (LINK, UNCLEAR): gettext_lazy(
        "Riêng địa chỉ này chưa đủ để nói thật hay giả. Chưa biết không có nghĩa là an toàn."
    ),
    (PHONE, SUSPICIOUS): gettext_lazy(
        "Cuộc gọi nhỡ từ nước ngoài thường để bạn gọi lại và mất tiền. Đừng gọi lại số không quen."
    ),
    (PHONE, UNCLEAR): gettext_lazy("Chúng tôi chưa biết gì về chủ số này. Chưa biết không có nghĩa là an toàn."),
    (QR, SUSPICIOUS): gettext_lazy("Mã này bị hỏng hoặc đã bị sửa. Đừng trả tiền bằng mã này."),
    (QR, UNCLEAR): gettext_lazy(
        "Chúng tôi chưa biết gì về chủ tài khoản này. Chưa chuyển tiền khi chưa chắc đó là ai."
    ),
}
_SAY_OF_HIT = {
    (LINK, DANGER): gettext_lazy("Trang này đã được xác nhận là lừa đảo. Đừng mở, đừng nhập gì vào đó."),
    (LINK, SUSPICIOUS): gettext_lazy("Đã có người báo trang này. Đừng mở, đừng nhập mật khẩu hay mã."),
    (PHONE, DANGER): gettext_lazy("Số này đã được xác nhận là dùng để lừa đảo. Cúp máy, đừng làm theo lời họ."),
    (PHONE, SUSPICIOUS): gettext_lazy("Đã có người báo số này. Đừng chuyển tiền, đừng đọc mã cho người gọi."),
    (ACCOUNT, DANGER): gettext_lazy("Tài khoản này đã được xác nhận là nhận tiền lừa đảo. Đừng chuyển tiền vào."),
    (ACCOUNT, SUSPICIOUS): gettext_lazy("Đã có người báo tài khoản này. Chưa chuyển tiền khi chưa chắc đó là ai."),
}
"""Of a thing that somebody reported, by what it is and by how sure the register is."""
MOST_DONTS = 3
STEPS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: the act in a few words, the rest in plain weight."""

    act: str
    text: str = ""


def say_of_message(state: str, codes: Collection[str], things: Sequence[Found]) -> str:
    """The sentence to act on for a message; ``codes`` are its reasons."""
    donts = _donts(codes, things)
    if state == DANGER:
        return _("Tin này có dấu hiệu rõ của lừa đảo. %(donts)s.") % {"donts": donts}
    if state == OFFICIAL:
        return _("Tin này khớp với bản tin đã gửi. Vẫn đừng đọc mã OTP cho bất cứ ai.")
    if "code-notice" in codes and "ask-code" not in codes:
        return _("Đây giống tin báo mã xác thực. Đừng đọc mã cho ai, kể cả người xưng nhân viên ngân hàng, công an.")
    if state == SUSPICIOUS:
        return _("Tin này có điểm không bình thường. %(donts)s cho tới khi hỏi được qua số bạn tự tìm.") % {
            "donts": donts
        }
    return _("Chúng tôi chưa đủ căn cứ để nói tin này thật hay giả. Chưa biết không có nghĩa là an toàn.")


def say_of_thing(state: str, thing: Found) -> str:
    """The sentence to act on for a number, account, link or code that was asked for alone."""
    kind = QR if thing.kind == ACCOUNT else thing.kind
    if thing.owner:
        return _("Đây là số của %(owner)s. Bạn tự gọi thì tới đúng nơi; ai gọi tới hiện số này vẫn có thể là giả.") % {
            "owner": thing.owner
        }
    if thing.hit is not None and (said := _SAY_OF_HIT.get((ACCOUNT if kind == QR else kind, state))):
        return str(said)
    return str(_SAY_OF_THING.get((kind, state)) or _SAY_OF_THING[kind, UNCLEAR])


def steps_of_thing(thing: Found) -> tuple[Step, ...]:
    """What to do with a number, account, link or code."""
    if thing.kind == LINK:
        return (
            Step(_("Đừng bấm thử."), _("Cần vào trang nào thì tự gõ tên trang đó, hoặc mở ứng dụng bạn vẫn dùng.")),
            Step(_("Link nằm trong tin nhắn?"), _("Dán cả tin vào ô, chúng tôi xem được nhiều hơn.")),
            Step(_("Lỡ nhập mật khẩu, mã?"), _("Gọi ngân hàng theo số in sau thẻ để khóa ngay, rồi đổi mật khẩu.")),
        )
    if thing.owner:
        return (
            Step(_("Cần hỏi thì tự bấm số."), _("Đừng gọi lại từ nhật ký cuộc gọi, đừng bấm số trong tin nhắn.")),
            Step(_("Có người gọi tới, hiện số này?"), _("Cúp máy rồi tự gọi lại. Số hiện trên máy giả được.")),
            Step(_("Họ đòi tiền, mã, cài ứng dụng?"), _("Dừng ở đó. Nơi thật không đòi những thứ này qua điện thoại.")),
        )
    if thing.kind == PHONE and thing.hit is not None:
        return (
            Step(_("Cúp máy, chặn số."), _("Không nghe thêm, không nhắn lại. Họ sẽ đổi số khác gọi tới.")),
            Step(_("Đừng chuyển, đừng đọc mã."), _("Kể cả khi họ dọa bắt, dọa khóa tài khoản, hứa trả tiền.")),
            Step(_("Bạn cũng gặp số này?"), _("Báo tin để người khác khỏi mắc. Không cần nói tên.")),
        )
    if thing.kind == PHONE:
        return (
            Step(_("Không biết ai thì không cần nghe."), _("Người quen sẽ nhắn. Cúp máy không phải là bất lịch sự.")),
            Step(
                _("Họ xưng cơ quan, ngân hàng?"), _("Cúp máy, tự tìm số của nơi đó mà gọi. Số hiện trên máy giả được.")
            ),
            Step(_("Họ đòi tiền, mã, cài ứng dụng?"), _("Dừng ở đó. Kể lại nội dung vào ô để chúng tôi xem kỹ hơn.")),
        )
    return (
        Step(_("Chưa chuyển vội."), _("Gọi người nhận qua số bạn vẫn lưu, đừng gọi số họ vừa cho.")),
        Step(_("So tên hiện ra."), _("Tên chủ tài khoản phải đúng người, đúng cửa hàng. Khác một chữ cũng dừng lại.")),
        Step(_("Đọc cảnh báo của ngân hàng."), _("Ứng dụng báo tài khoản đáng ngờ thì đừng bỏ qua.")),
    )


def steps_of_form(during: Sequence[str]) -> tuple[Step, ...]:
    """The first steps of a published form for those in the middle of it."""
    return tuple(map(_step, during[:STEPS]))


def steps_of_message(state: str, codes: Collection[str], things: Sequence[Found], bank_phone: str) -> tuple[Step, ...]:
    """What to do with a message whose form has no name: by what it asks. ``bank_phone``: the named bank's real line."""
    if "code-notice" in codes and state in {UNCLEAR, OFFICIAL}:
        return _steps_of_code(bank_phone)
    if state == UNCLEAR and "carrier-style" in codes and not _unknown(things):
        return (
            Step(_("Không đăng ký thì không cần làm gì."), _("Tin quảng cáo, tin báo gói cước không bắt bạn trả lời.")),
            Step(_("Muốn hỏi, muốn gia hạn?"), _("Mở ứng dụng của nhà mạng, hoặc gọi tổng đài in trên vỏ sim.")),
            Step(_("Đòi mã, giấy tờ, hay gửi link?"), _("Dừng lại. Nhà mạng không cần mã OTP của bạn.")),
        )
    if state == UNCLEAR and not things and not any(code.startswith("ask-") for code in codes):
        return (
            Step(_("Người quen nhắn?"), _("Thấy lạ thì gọi lại số đã lưu, đừng hỏi qua chính tin này.")),
            Step(_("Người lạ nhắn?"), _("Không cần trả lời. Đừng kể chuyện nhà, chuyện tiền.")),
            Step(_("Có nhắc tới tiền, mã, link, ứng dụng?"), _("Dừng lại, hỏi người nhà hoặc gọi 113.")),
        )
    last = (
        Step(_("Chụp màn hình, rồi chặn"), _("người gửi."))
        if state in {DANGER, SUSPICIOUS}
        else Step(_("Họ đòi tiền, đòi mã?"), _("Dừng lại và gọi 113."))
    )
    return Step(_("Để yên tin nhắn."), _hands_off(things)), _ask_back(codes, things, bank_phone), last


def say_of_loss() -> str:
    """The sentence to act on for somebody who just paid, or gave a code away."""
    return _("Gọi ngân hàng ngay để khóa giao dịch, rồi gọi 113. Làm sớm thì còn giữ được.")


def steps_of_loss(bank_phone: str) -> tuple[Step, ...]:
    """What to do first after a loss; the golden hour has the rest. ``bank_phone``: the named bank's real line."""
    called = _("số %(phone)s hoặc số in sau thẻ") % {"phone": bank_phone} if bank_phone else _("số in sau thẻ")
    return (
        Step(
            _("Gọi ngân hàng,"),
            _("%(called)s: khóa giao dịch; đã chuyển tiền thì đề nghị giữ khoản đó.") % {"called": called},
        ),
        Step(_("Gọi 113,"), _("hoặc đến công an xã, phường trình báo.")),
        Step(
            _("Đừng chuyển thêm, đừng xóa tin."),
            _("Ai hứa lấy lại tiền mà đòi phí là lừa lần nữa. Giữ lại bằng chứng."),
        ),
    )


def _steps_of_code(bank_phone: str) -> tuple[Step, ...]:
    called = _("số %(phone)s hoặc số in sau thẻ") % {"phone": bank_phone} if bank_phone else _("số in sau thẻ")
    return (
        Step(_("Bạn đang tự đăng nhập, tự thanh toán?"), _("Mã chỉ để bạn nhập vào ứng dụng của mình.")),
        Step(
            _("Bạn không làm gì mà có mã?"),
            _("Có người đang thử vào tài khoản của bạn. Đổi mật khẩu, gọi ngân hàng theo %(called)s.")
            % {"called": called},
        ),
        Step(_("Ai gọi xin mã cũng không đọc."), _("Nhân viên thật không bao giờ cần mã của bạn.")),
    )


def _hands_off(things: Sequence[Found]) -> str:
    kinds = _unknown(things)
    parts = []
    if LINK in kinds:
        parts.append(_("không bấm link"))
    if PHONE in kinds:
        parts.append(_("không gọi số trong tin"))
    if kinds & {ACCOUNT, QR}:
        parts.append(_("không chuyển tiền"))
    said = ", ".join(parts or [_("không trả lời, không làm theo")])
    return said[0].upper() + said[1:] + "."


def _ask_back(codes: Collection[str], things: Sequence[Found], bank_phone: str) -> Step:
    """Where the truth can be asked for."""
    if bank_phone:
        told = _("Mở ứng dụng ngân hàng bạn vẫn dùng, hoặc gọi %(phone)s, số in sau thẻ.") % {"phone": bank_phone}
        return Step(_("Muốn xem tài khoản?"), told)
    if "kin-in-need" in codes:
        return Step(_("Gọi lại số quen đã lưu,"), _("hoặc hỏi một người khác trong nhà trước khi làm gì."))
    if "authority" in codes:
        return Step(_("Hỏi đúng nơi."), _("Đến công an xã, phường, hoặc gọi số của cơ quan đó do bạn tự tìm."))
    if any(thing.kind in {ACCOUNT, QR} for thing in things) or "ask-pay" in codes:
        return Step(_("Chưa chuyển tiền."), _("Gọi người nhận qua số bạn vẫn lưu, hỏi ngân hàng nếu thấy lạ."))
    return Step(_("Hỏi lại qua số bạn tự tìm,"), _("không dùng số, link có trong tin."))


def _unknown(things: Sequence[Found]) -> set[str]:
    """The kinds of things to keep away from: a number of the register of lines is none."""
    return {thing.kind for thing in things if not thing.owner}


def _donts(codes: Collection[str], things: Sequence[Found]) -> str:
    """Up to three things not to do, by what the message asks and names."""
    kinds = _unknown(things)
    wanted = (
        (pgettext("đừng", "đọc mã"), bool({"ask-code", "code-notice"} & set(codes))),
        (pgettext("đừng", "bấm link"), LINK in kinds or "ask-click" in codes),
        (pgettext("đừng", "cài ứng dụng"), bool({"ask-install", "app-file", "ask-screen"} & set(codes))),
        (pgettext("đừng", "gửi giấy tờ"), "ask-identity" in codes),
        (pgettext("đừng", "gọi lại"), PHONE in kinds),
        (pgettext("đừng", "chuyển tiền"), True),
        (pgettext("đừng", "trả lời"), not kinds),
    )
    chosen = [words for words, fits in wanted if fits]
    if len(chosen) > MOST_DONTS:
        chosen = [*chosen[: MOST_DONTS - 1], pgettext("đừng", "chuyển tiền")]
    said = ", ".join(_("đừng %(do)s") % {"do": words} for words in chosen)
    return said[0].upper() + said[1:]


def _step(sentence: str) -> Step:
    """A sentence of a form: its first part stands out where there are two."""
    act, stop, rest = sentence.partition(". ")
    if stop and rest:
        return Step(f"{act}.", rest)
    act, stop, rest = sentence.partition(", ")
    return Step(f"{act},", rest) if stop and len(act) < 40 else Step(sentence)
