"""What a phone number, an account, a link or a payment code tells by itself, without asking anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from canhgiac.engines.recognition.hosts import HostJudgement
from canhgiac.engines.recognition.pictures import QrRead
from canhgiac.engines.recognition.tokens import APP_FILE, Entity
from canhgiac.engines.recognition.vietqr import VietQr
from canhgiac.indicators.selectors.lookup import Hit

from .mask import mask, mask_number

PHONE, ACCOUNT, LINK, QR = "phone", "account", "link", "qr"
FALSE_NAMES = frozenset({"borrowed", "look-alike", "sub-domain", "userinfo", "mixed-script"})
ODD_NAMES = frozenset({"punycode", "address", "cheap"})
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)(?!84|0)[1-9]\d{0,2}(?:[ .\-]?\d){6,12}(?!\d)")
_MOST = 8
"""Things of a message that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing of the message. ``state`` is danger, suspicious or unclear: what the thing alone tells."""

    kind: str
    label: str
    shown: str
    """Masked, for people."""
    told: str
    state: str = "unclear"
    bank: str = ""
    value: str = ""
    """In full; never shown in lists, never kept: for the asker's own text message to the authorities."""
    owner: str = ""
    """Whose line a number is by the register; empty for every other."""
    hit: Hit | None = None
    """What the register of indicators says of it; None where it has nothing."""

    @property
    def noted(self) -> str:
        """The register's sentence; empty where it has nothing."""
        return self.hit.sentence if self.hit else ""

    @property
    def lookup_kind(self) -> str:
        """The kind by which the register knows it, for the form of an appeal."""
        return "account" if self.kind == QR else self.kind


def found_in(text: str, entities: Sequence[Entity], codes: Iterable[QrRead] = ()) -> list[Found]:
    """What can be looked at in a message and in the codes of its picture, each once, links first."""
    things: dict[tuple[str, str], Found] = {}
    for one in (*_codes(codes), *_links(entities), *_phones(text, entities), *_accounts(entities)):
        things.setdefault((one.kind, one.value), one)
    return list(things.values())[:_MOST]


def phone(number: str) -> Found:
    """What the beginning of a number tells. ``number`` in digits, with + for another country.

    Numbering plan: Thông tư 22/2014/TT-BTTTT and its amendments: 02 landline, 1800 free, 1900 charged.
    """
    digits = re.sub(r"\D", "", number)
    if number.startswith("+") and not digits.startswith("84"):
        return Found(
            PHONE,
            _("Số nước ngoài"),
            f"+{digits[:2]}•• ••• {digits[-3:]}",
            _("Nháy máy rồi tắt là để bạn gọi lại và mất cước quốc tế. Không quen thì đừng gọi lại."),
            "suspicious",
            value=number,
        )
    if digits.startswith("1900"):
        told = _("Đầu 1900 là số dịch vụ có tính cước, có số tính cước cao theo phút. Hỏi giá trước khi gọi.")
        return Found(PHONE, _("Số dịch vụ 1900"), mask_number(digits), told, value=digits)
    if digits.startswith("1800"):
        told = _("Đầu 1800 gọi miễn phí. Số hiện trên máy vẫn có thể bị giả: muốn chắc thì tự gọi lại.")
        return Found(PHONE, _("Số dịch vụ 1800"), mask_number(digits), told, value=digits)
    if len(digits) <= 6:
        told = _("Đầu số ngắn của dịch vụ. Tên và số người gửi đều có thể bị giả, xem nội dung là chính.")
        return Found(PHONE, _("Số ngắn"), digits, told, value=digits)
    if digits.startswith("02"):
        told = _("Số cố định. Kẻ gian cũng thuê được số cố định: xưng cơ quan nào thì tự tìm số cơ quan đó mà hỏi.")
        return Found(PHONE, _("Số cố định"), mask_number(digits), told, value=digits)
    told = _("Số di động cá nhân. Cơ quan, ngân hàng không làm việc qua số di động lạ.")
    return Found(PHONE, _("Số di động"), mask_number(digits), told, value=digits)


def link(entity: Entity) -> Found:
    """What a link tells: its true name and whether a name is borrowed."""
    host = entity.host
    assert host is not None
    app = bool(APP_FILE.search(entity.value))
    if host.sign in FALSE_NAMES:
        state, told = "danger", _false_name(host)
    elif host.sign in ODD_NAMES or app:
        state, told = "suspicious", _odd_name(host, app)
    else:
        state, told = "unclear", _plain_name(host)
    shown = host.host if host.sign == "address" else mask(host.shown or host.host)  # an address is nobody's number
    return Found(LINK, _("Đường link"), shown, told, state, value=entity.value)


def account(number: str, bank: str = "") -> Found:
    """An account tells only its bank; we cannot look accounts up yet and say so."""
    told = (
        _("Tài khoản tại %(bank)s. Tên chủ tài khoản hiện ra khi chuyển phải đúng người bạn định trả.") % {"bank": bank}
        if bank
        else _("Chưa rõ ngân hàng nào. Tên chủ tài khoản hiện ra khi chuyển phải đúng người bạn định trả.")
    )
    return Found(ACCOUNT, _("Số tài khoản"), mask_number(f"9{number}").strip(), told, bank=bank, value=number)


def payment(code: VietQr) -> Found:
    """Whom a payment code pays, and how much."""
    bank = code.bank or _("ngân hàng chưa rõ (mã %(bin)s)") % {"bin": code.bin}
    parts = [_("Trả vào tài khoản tại %(bank)s") % {"bank": bank}]
    if code.amount is not None:
        parts.append(_("số tiền %(amount)s đồng") % {"amount": f"{code.amount:,}".replace(",", ".")})
    if code.purpose:
        parts.append(_("nội dung “%(words)s”") % {"words": mask(code.purpose)})
    told = ", ".join(parts) + ". " + _("Mã in ra ai dán đè cũng được: hỏi người bán, so tên hiện ra rồi mới trả.")
    if not code.crc_ok:
        told += " " + _("Mã bị hỏng hoặc đã bị sửa tay.")
    state = "unclear" if code.crc_ok else "suspicious"
    return Found(QR, _("Mã QR trả tiền"), mask_number(f"9{code.account}"), told, state, code.bank, code.account)


def _codes(codes: Iterable[QrRead]) -> Iterator[Found]:
    for code in codes:
        if code.vietqr:
            yield payment(code.vietqr)


def _links(entities: Sequence[Entity]) -> Iterator[Found]:
    for entity in entities:
        if entity.kind == "link" and entity.host is not None:
            yield link(entity)


def _phones(text: str, entities: Sequence[Entity]) -> Iterator[Found]:
    for match in _ABROAD.finditer(text[:20_000]):
        yield phone("+" + re.sub(r"\D", "", match[0]).removeprefix("00"))
    for entity in entities:
        if entity.kind in {"phone", "hotline"}:
            yield phone(entity.value)


def _accounts(entities: Sequence[Entity]) -> Iterator[Found]:
    for entity in entities:
        if entity.kind == "account":
            yield account(entity.value, entity.bank.name if entity.bank else "")


def _false_name(host: HostJudgement) -> str:
    names = {"owner": host.owner, "brand": host.brand.name if host.brand else ""}
    if host.brand:
        return _("Tên thật của trang là %(owner)s, không phải của %(brand)s.") % names
    return _("Tên thật của trang là %(owner)s, được viết cho giống một tên quen.") % names


def _odd_name(host: HostJudgement, app: bool) -> str:
    if app:
        return _("Mở ra là tải tệp cài ứng dụng từ %(owner)s, ngoài kho ứng dụng chính thức.") % {"owner": host.owner}
    if host.sign == "address":
        return _("Chỉ là dãy số, không có tên miền: không biết chủ trang là ai.")
    return _("Tên thật của trang là %(owner)s. Loại tên miền này rẻ, hay bị dùng vài ngày rồi bỏ.") % {
        "owner": host.owner
    }


def _plain_name(host: HostJudgement) -> str:
    if host.official:
        owner = host.brand.name if host.brand else _("một đơn vị có tên miền được cấp riêng")
        return _("Tên miền %(host)s thuộc %(owner)s. Vẫn nên tự gõ tên trang thay vì bấm link trong tin.") % {
            "host": host.owner,
            "owner": owner,
        }
    if host.sign == "shortener":
        return _("Link rút gọn: chưa biết sẽ mở trang nào. Đừng bấm thử.")
    if host.sign == "chat":
        return _("Mở khung nhắn tin với một người chưa rõ là ai.")
    return _("Tên thật của trang là %(owner)s. Chúng tôi chưa biết chủ trang là ai.") % {"owner": host.owner}
