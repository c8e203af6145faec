"""The pack that is handed over: letter, data, pictures, digests in one ZIP, no more than the receiver needs.

Made of opened tips in memory; what is written down is only its encrypted form (``handovers``). The same content gives
the same JSON and the same list of digests, whenever it is made.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from canhgiac.engines.lookup.keys import Key, Kind, shown
from canhgiac.engines.officialdoc.writing import (
    Bullet,
    Heading,
    Letterhead,
    OfficialDocument,
    Paragraph,
    Signature,
    Table,
    to_docx,
)
from canhgiac.kit import clock
from canhgiac.tips.models import Handover
from canhgiac.tips.selectors.page import hotlines

from .opening import OpenTip

LETTER, DATA, SUMS, TEXT = "cong-van.docx", "du-lieu.json", "SHA256SUMS.txt", "noi-dung-dan-vneid.txt"
FORMAT = "canh-giac.handover.1"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""A ZIP's least date: the moment of making would make two equal packs differ."""
_SEEN_BY: Mapping[str, frozenset[Kind]] = {
    Handover.To.POLICE: frozenset(Kind),
    Handover.To.VNEID: frozenset(Kind),
    Handover.To.BANK: frozenset({Kind.ACCOUNT, Kind.WALLET}),
    Handover.To.TELECOM: frozenset({Kind.PHONE, Kind.LINK}),
}


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a tip in the pack: path inside, bytes."""

    path: str
    data: bytes = field(repr=False)
    tip: str = ""


@dataclass(frozen=True, slots=True)
class PackPlan:
    """To whom, and what goes in."""

    to: str
    addressee: str
    issuer: str
    superior: str
    place: str
    subject: str
    """The case's or tip's number."""
    bins: tuple[str, ...] = ()
    """Of a bank: only its accounts; empty for all."""
    with_identity: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """The finished pack."""

    data: bytes = field(repr=False)
    sha256: str
    files: int


def facts_of(opened: OpenTip, plan: PackPlan) -> dict[str, Any]:
    """What the receiver is told of one tip: normalised, minimised to what it can act on (Law 91/2025/QH15, Article 3).

    A bank sees its own accounts, the sum and the moment; a carrier numbers and links; the police all but who told it,
    unless that is asked for.
    """
    tip = opened.tip
    keys = [key for key in opened.facts.keys if key.kind in _SEEN_BY[plan.to] and _is_theirs(key, plan)]
    told: dict[str, Any] = {
        "number": str(tip),
        "received_at": tip.received_at.astimezone(clock.VIETNAM).isoformat(timespec="seconds"),
        "happened_on": tip.happened_on.isoformat() if tip.happened_on else None,
        "form": tip.form.code if tip.form else tip.form_guess or None,
        "area": str(tip.area) if tip.area else None,
        "indicators": [_told(key) for key in sorted(keys, key=str)],
    }
    if plan.to != Handover.To.TELECOM:
        told["amount"] = opened.facts.amount
        sent = tip.sent_money_at
        told["transferred_at"] = sent.astimezone(clock.VIETNAM).isoformat(timespec="seconds") if sent else None
    if plan.to in (Handover.To.POLICE, Handover.To.VNEID):
        told |= {"story": opened.story, "place": opened.facts.place, "how_paid": opened.facts.how}
    if plan.with_identity and opened.identity is not None:
        who = opened.identity
        told["sender"] = {"name": who.name, "phone": who.phone, "address": who.address, "email": who.email}
    return told


def _is_theirs(key: Key, plan: PackPlan) -> bool:
    return key.kind is not Kind.ACCOUNT or not plan.bins or key.value.partition(":")[0] in plan.bins


def _told(key: Key) -> dict[str, str]:
    told = {"kind": key.kind.value, "value": key.value, "shown": shown(key)}
    if key.kind is Kind.ACCOUNT:
        bin_, _colon, number = key.value.partition(":")
        told |= {"bin": "" if bin_ == "?" else bin_, "number": number}
    return told


def pack_make(plan: PackPlan, tips: Sequence[OpenTip], enclosed: Sequence[Enclosed]) -> Pack:
    """The ZIP: letter, JSON, files, and the digests of all of them."""
    told = [facts_of(one, plan) for one in tips]
    files = [
        {"path": one.path, "tip": one.tip, "size": len(one.data), "sha256": hashlib.sha256(one.data).hexdigest()}
        for one in enclosed
    ]
    data = {"format": FORMAT, "for": plan.to, "subject": plan.subject, "tips": told, "files": files}
    inside: dict[str, bytes] = {DATA: json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True).encode()}
    if plan.to == Handover.To.VNEID:
        inside[TEXT] = vneid_text(told).encode()
    inside |= {one.path: one.data for one in enclosed}
    inside[LETTER] = to_docx(_letter(plan, told, inside))
    inside[SUMS] = "".join(f"{hashlib.sha256(inside[name]).hexdigest()}  {name}\n" for name in sorted(inside)).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(inside):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, inside[name])
    whole = held.getvalue()
    return Pack(whole, hashlib.sha256(whole).hexdigest(), len(inside))


def vneid_text(told: Sequence[Mapping[str, Any]]) -> str:
    """The words to paste into VNeID's report on public order: plain, without who told it unless that was asked for."""
    parts = []
    for tip in told:
        lines = [_("Phản ánh về lừa đảo qua mạng (tin số %s).") % tip["number"]]
        if tip.get("happened_on"):
            lines.append(_("Ngày xảy ra: %s.") % _day(tip["happened_on"]))
        if tip.get("area"):
            lines.append(_("Địa bàn: %s.") % tip["area"])
        lines += [str(tip.get("story", "")).strip()]
        lines += [f"- {_kind(one['kind'])}: {one['shown']}" for one in tip["indicators"]]
        if tip.get("amount"):
            lines.append(_("Số tiền: %s đồng.") % f"{tip['amount']:,}".replace(",", "."))
        if tip.get("transferred_at"):
            lines.append(_("Chuyển lúc: %s.") % _moment(tip["transferred_at"]))
        parts.append("\n".join(line for line in lines if line))
    return "\n\n".join(parts) + "\n"


def _letter(plan: PackPlan, told: Sequence[Mapping[str, Any]], inside: Mapping[str, bytes]) -> OfficialDocument:
    """The covering letter in the layout of Decree 30/2020, to be numbered, dated and signed."""
    asks = {
        Handover.To.BANK: _("Đề nghị kiểm tra, tạm dừng giao dịch đáng ngờ theo thẩm quyền và thông báo kết quả."),
        Handover.To.TELECOM: _("Đề nghị kiểm tra, ngăn chặn số thuê bao, liên kết theo quy định và thông báo kết quả."),
    }.get(plan.to, _("Đề nghị xem xét, giải quyết theo thẩm quyền và thông báo kết quả."))  # type: ignore[call-overload]
    body: list[Any] = [
        Paragraph(
            _("%(issuer)s chuyển đến %(to)s thông tin về lừa đảo qua mạng do người dân báo (%(subject)s).")
            % {"issuer": plan.issuer, "to": plan.addressee or _("quý cơ quan"), "subject": plan.subject}
        ),
        Heading(_("1. Thông tin"), level=2),
        *_rows(plan, told),
        Heading(_("2. Đề nghị"), level=2),
        Paragraph(asks),
        Paragraph(_("Thông tin là phản ánh của người dân, chưa phải kết luận về cá nhân hay tổ chức nào.")),
        Heading(_("3. Tệp kèm theo và mã SHA-256 để đối chiếu"), level=2),
        *(Bullet(f"{name}: {hashlib.sha256(data).hexdigest()}") for name, data in sorted(inside.items())),
    ]
    return OfficialDocument(
        letterhead=Letterhead(plan.superior or None, plan.issuer, None, "CV", plan.place, None),
        type_name="",
        subject=_("chuyển thông tin về lừa đảo qua mạng"),
        to=(plan.addressee,) if plan.addressee else (),
        body=tuple(body),
        signature=Signature(power=None, title=_("Thủ trưởng đơn vị"), name=None),
        recipients=(_("Như trên"), _("Lưu: VT")),
    )


def _rows(plan: PackPlan, told: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    banks = {
        one.bin: one.name for one in hotlines(sorted({x["bin"] for t in told for x in t["indicators"] if x.get("bin")}))
    }
    rows = []
    for tip in told:
        for one in tip["indicators"]:
            value = f"{one['number']} ({banks.get(one['bin'], one['bin'])})" if one.get("bin") else one["shown"]
            rows.append((tip["number"], _kind(one["kind"]), value, _sum(tip), _moment(tip.get("transferred_at"))))
    heads = (_("Tin số"), _("Loại"), _("Nội dung"), _("Số tiền (đồng)"), _("Chuyển lúc"))
    if rows:
        yield Table(heads, tuple(rows), (18.0, 30.0, 62.0, 27.0, 28.0))
    else:
        yield Paragraph(_("Không có số điện thoại, tài khoản, liên kết thuộc phạm vi của nơi nhận."))
    for tip in told:
        if tip.get("story"):
            yield Paragraph(_("Tin %(number)s: %(story)s") % {"number": tip["number"], "story": tip["story"]})
        if sender := tip.get("sender"):
            who = ", ".join(value for value in sender.values() if value)
            yield Paragraph(_("Người báo tin %(number)s: %(who)s") % {"number": tip["number"], "who": who})


def _sum(tip: Mapping[str, Any]) -> int | None:
    return tip.get("amount")


def _kind(kind: str) -> str:
    names = {
        Kind.ACCOUNT: _("Tài khoản"),
        Kind.WALLET: _("Ví điện tử"),
        Kind.PHONE: _("Số điện thoại"),
        Kind.LINK: _("Đường link"),
        Kind.APP: _("Ứng dụng"),
        Kind.SOCIAL: _("Mạng xã hội"),
    }
    return names[Kind(kind)]


def _day(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def _moment(text: str | None) -> str:
    return f"{text[11:16]} {_day(text[:10])}" if text else ""
