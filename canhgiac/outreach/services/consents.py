"""The words by which people are asked, and the rows that say what they did: append-only, kept without the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.models import Consent, ConsentText, Subscriber, Way
from canhgiac.outreach.selectors.consents import consent_texts_now

from .refusals import WarningRefused

TEXT_LENGTH = 4000
KEPT = dt.timedelta(days=2 * 365 + 1)
"""Consents and refusals are kept at least a year (Decree 91/2020/NĐ-CP Article 11 §7); the table refuses to drop them
sooner than after two."""
_COMMON = (
    "Cơ quan giữ dữ liệu: cơ quan thường trực của chương trình phòng, chống lừa đảo của tỉnh. "
    "Chỉ giữ {what}, xã, phường, nhóm và ngôn ngữ bạn chọn; không hỏi tên, không hỏi số căn cước. "
    "Chỉ dùng để gửi cảnh báo lừa đảo, không quảng cáo, không chuyển cho bên khác ngoài nhà mạng mang tin. "
    "Bạn được xem, sửa, xóa dữ liệu và ngừng nhận bất cứ lúc nào, không mất tiền, không cần nói lý do. "
    "Việc bạn đồng ý hay từ chối được ghi lại, không kèm địa chỉ, ít nhất 1 năm theo Nghị định 91/2020/NĐ-CP."
)
_FIRST = {
    Way.SMS: ("tin nhắn SMS gửi đến số điện thoại này, nhiều nhất 3 tin một ngày, từ 7 đến 22 giờ", "số điện thoại"),
    Way.EMAIL: ("thư gửi đến địa chỉ này", "địa chỉ thư"),
    Way.ZALO: ("tin nhắn Zalo của trang chính thức", "mã người dùng do Zalo cấp"),
    Way.MESSENGER: ("tin nhắn Messenger của trang chính thức", "mã người dùng do Messenger cấp"),
    Way.PUSH: ("thông báo đẩy trên trình duyệt này", "địa chỉ thông báo do trình duyệt cấp"),
}


@transaction.atomic
def consent_texts_ensure() -> None:
    """Puts the first words of every channel in where a channel has none. Safe to run at any time."""
    known = consent_texts_now()
    for way, (how, what) in _FIRST.items():
        if way.value not in known:
            text = f"Tôi đồng ý nhận cảnh báo lừa đảo qua {how}. {_COMMON.format(what=what)}"
            ConsentText.objects.get_or_create(way=way, number=1, defaults={"text": text})


@transaction.atomic
def consent_text_add(*, by: Member, way: Way | str, text: str) -> ConsentText:
    """New words for a channel; who agreed to the old ones agreed to those. COORDINATOR.

    Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    words = storable(text).strip()
    if not 40 <= len(words) <= TEXT_LENGTH:
        raise WarningRefused(_("Lời xin đồng ý dài từ 40 đến 4.000 ký tự."), "text")
    last = ConsentText.objects.select_for_update().filter(way=way).order_by("-number").first()
    row = ConsentText.objects.create(way=way, number=last.number + 1 if last else 1, text=words, made_by=by)
    audit_record(by=by, act="outreach.consent_text_add", subject=row, facts={"way": row.way, "number": row.number})
    return row


def consent_write(
    *,
    digest: bytes,
    act: Consent.Act,
    means: Consent.Means | str,
    subscriber: Subscriber | None = None,
    text: ConsentText | None = None,
    proof: Mapping[str, Any] | None = None,
    by: Member | None = None,
) -> Consent:
    """One row more in the caller's transaction; ``proof`` without any address in clear."""
    return Consent.objects.create(
        subscriber=subscriber, digest=digest, act=act, means=means, text=text, proof=dict(proof or {}), by=by
    )


@transaction.atomic
def consents_forget(*, now: dt.datetime | None = None) -> int:
    """Drops consents that are past their time and whose owner is no subscriber; how many."""
    old = Consent.objects.filter(at__lt=(now or clock.now()) - KEPT, subscriber__isnull=True)
    return old.delete()[0]
