"""Lures as pages show them, and the rules that a lure's words keep so that it harms nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.engines.recognition.brands import BRANDS
from canhgiac.indicators.models import KnownGood
from canhgiac.kit import sms
from canhgiac.kit.text import fold
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.training.models import Lure

from .worksheet import CUES, Worksheet, worksheet

LINK, NAME = "{lien_ket}", "{ho_ten}"
WRITERS = (Role.Kind.EDITOR, Role.Kind.TRAINER, Role.Kind.COORDINATOR)
READERS = (*WRITERS, Role.Kind.APPROVER, Role.Kind.AUDITOR)
SMS_PARTS_MOST = 3
SAMPLE_LINK = "/dien-tap/…/"
_PLACES = re.compile(r"\{[^{}]*\}")
_HOST = re.compile(r"https?:|www\.|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b", re.IGNORECASE)
_DIGITS = re.compile(r"\+?\d(?:[ .\-]?\d){6,}")
_OFFICIAL = re.compile(
    r"\b(?:bo (?:cong an|tai chinh|y te|giao duc|noi vu|tu phap|cong thuong|khoa hoc|quoc phong|xay dung|noi|ngoai giao"
    r"|van hoa|nong nghiep|dan toc)|so (?:cong thuong|tai chinh|y te|giao duc|noi vu|tu phap|khoa hoc|xay dung|ngoai vu"
    r"|van hoa|nong nghiep|dan toc)|cong an|canh sat|cuc thue|co quan thue|thue|toa an|vien kiem sat"
    r"|chinh phu|thu tuong|quoc hoi|ubnd|uy ban nhan dan|hdnd|bao hiem xa hoi|kho bac|hai quan|vneid"
    r"|dich vu cong|ngan hang|quan doi|mat tran|tinh uy|huyen uy|dang uy|bo doi|bien phong|bank)\b"
)
"""Offices in folded words."""
_SURNAMES = frozenset(
    (
        *("nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo"),
        *("duong", "ly", "dinh", "truong", "trinh", "mai", "cao", "dao", "luong", "lam", "ta", "chu", "vuong", "dam"),
        *("quach", "thai", "to", "giap", "lo", "quang", "sung", "giang", "ha", "tong", "ton", "kieu", "la", "nong"),
    )
)
_BRAND_WORDS = {fold(word): brand.name for brand in BRANDS for word in (brand.name, *brand.words)}


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands against a lure's words."""

    field: str
    says: str


def lure_faults(
    *,
    way: str,
    subject: str,
    sender_name: str,
    body: str,
    cues: Sequence[Mapping[str, Any]],
) -> list[Fault]:
    """Why the words may not go out as a lure; none when they may. Two queries (genuine owners; members and agencies).

    The only link is our own lesson's, no number to ring or pay to stands in it, and nobody real is named as its sender.
    """
    found = [*_places(way, subject, body), *_foreign(subject, "subject"), *_foreign(body, "body")]
    if way == Lure.Way.EMAIL:
        if not subject.strip():
            found.append(Fault("subject", _("Thư cần tiêu đề.")))
        if not sender_name.strip():
            found.append(Fault("sender_name", _("Thư cần tên người gửi hiện ra.")))
    elif subject:
        found.append(Fault("subject", _("Chỉ thư điện tử có tiêu đề.")))
    if way == Lure.Way.SMS and (parts := sms.length(body.replace(LINK, "x" * 60)).parts) > SMS_PARTS_MOST:
        found.append(Fault("body", _("SMS dài %d phần, nhiều nhất 3 phần.") % parts))
    if sender_name:
        found += [*_foreign(sender_name, "sender_name"), *_somebody_real(sender_name)]
    return [*found, *_cue_faults(cues, f"{sender_name}\n{subject}\n{body}")]


def _places(way: str, subject: str, body: str) -> list[Fault]:
    found = []
    odd = [one for one in _PLACES.findall(body) if one not in (LINK, NAME)] + _PLACES.findall(subject)
    left = body.replace(LINK, "").replace(NAME, "")
    if odd or "{" in left or "}" in left or "{" in subject or "}" in subject:
        found.append(Fault("body", _("Chỉ dùng chỗ trống {lien_ket} và {ho_ten}, và chỉ trong nội dung.")))
    count = body.count(LINK)
    if way == Lure.Way.VOICE and count:
        found.append(Fault("body", _("Kịch bản gọi điện không có liên kết.")))
    elif way != Lure.Way.VOICE and count != 1:
        found.append(Fault("body", _("Nội dung cần đúng một chỗ {lien_ket}: liên kết tới trang bài học của ta.")))
    if "\n" in subject or "\r" in subject:
        found.append(Fault("subject", _("Tiêu đề chỉ có một dòng.")))
    return found


def _foreign(text: str, field: str) -> list[Fault]:
    """Links, mail addresses and numbers that would lead somebody away from our lesson."""
    bare = text.replace(LINK, " ").replace(NAME, " ")
    found = []
    if "@" in bare or _HOST.search(bare):
        found.append(Fault(field, _("Không ghi liên kết, tên miền, địa chỉ thư nào khác: chỉ dùng {lien_ket}.")))
    if _DIGITS.search(bare):
        found.append(Fault(field, _("Không ghi số điện thoại, số tài khoản: người nhận có thể gọi hoặc chuyển thật.")))
    return found


def _somebody_real(name: str) -> list[Fault]:
    """A bank, an office, a firm that scams like to be, somebody of the lists of genuine owners, or a person."""
    words = fold(name)
    padded = f" {re.sub(r'[^a-z0-9]+', ' ', words)} "
    brand = next((told for word, told in _BRAND_WORDS.items() if len(word) > 2 and f" {word} " in padded), "")
    if not brand and _OFFICIAL.search(words):
        brand = name
    if not brand:
        owners = KnownGood.objects.filter(retired_at=None).values_list("owner", flat=True).distinct()
        brand = next((owner for owner in owners if owner and f" {fold(owner)} " in padded), "")
    if brand:
        return [
            Fault("sender_name", _("Tên người gửi không được là cơ quan, ngân hàng, doanh nghiệp có thật: %s.") % brand)
        ]
    if _is_person(name) or _is_ours(name):
        return [Fault("sender_name", _("Tên người gửi không được là tên người hoặc đơn vị có thật."))]
    return []


def _is_person(name: str) -> bool:
    parts = name.split()
    titled = len(parts) in range(2, 6) and all(part[:1].isupper() and part[1:].islower() for part in parts)
    return titled and fold(parts[0]) in _SURNAMES


def _is_ours(name: str) -> bool:
    bare = name.strip()
    return (
        Member.objects.filter(full_name__iexact=bare).exists()
        or Agency.objects.filter(Q(folded=fold(bare)) | Q(name__iexact=bare) | Q(short_name__iexact=bare)).exists()
    )


def _cue_faults(cues: Sequence[Mapping[str, Any]], text: str) -> list[Fault]:
    found = []
    if not cues:
        found.append(Fault("cues", _("Đánh dấu ít nhất một dấu hiệu: bài học chỉ ra chính những chữ ấy.")))
    for cue in cues:
        if cue.get("kind") not in CUES:
            found.append(Fault("cues", _("Chọn loại cho mỗi dấu hiệu.")))
        elif cue.get("words", "").strip() not in text or not cue.get("words", "").strip():
            told = cue.get("words", "")
            found.append(Fault("cues", _("Không thấy “%s” trong tên người gửi, tiêu đề, nội dung.") % told))
        elif not str(cue.get("why", "")).strip():
            found.append(Fault("cues", _("Viết một câu vì sao “%s” đáng ngờ.") % cue["words"]))
    return found


def may_write(member: Member) -> bool:
    """Whether the member writes lures. One query."""
    return has_role(member, *WRITERS)


def may_approve(member: Member, lure: Lure) -> bool:
    """Whether the member may be the second person of this lure. One query."""
    return lure.author_id != member.pk and has_role(member, Role.Kind.APPROVER)


def lure_list(member: Member, *, query: str = "", way: str = "", state: str = "", sort: str = "") -> QuerySet[Lure]:
    """All lures, the newest first or as asked. Raises NotAllowed."""
    require_role(member, *READERS)
    orders = {"ten": ("title",), "-ten": ("-title",), "kenh": ("way", "title"), "-kenh": ("-way", "title")}
    orders |= {"trang-thai": ("state", "title"), "-trang-thai": ("-state", "title")}
    rows = Lure.objects.select_related("form__published").annotate(used=Count("drills", distinct=True))
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(code__iexact=query) | Q(body__icontains=query))
    rows = rows.filter(way=way) if way else rows
    rows = rows.filter(state=state) if state else rows
    return rows.order_by(*orders.get(sort, ("-made_at",)), "pk")


def lure_for(member: Member, lure_id: int) -> Lure:
    """One lure. Raises Http404, NotAllowed."""
    require_role(member, *READERS)
    rows = Lure.objects.select_related("form__published", "author", "reviewer")
    return get_object_or_404(rows, pk=lure_id)


def lure_sheet(lure: Lure) -> Worksheet:
    """How hard the lure is. No query."""
    return worksheet(lure.cues, lure.premise)


@dataclass(frozen=True, slots=True)
class Face:
    """A lure as its receiver sees it, its cues numbered and marked."""

    way: str
    sender: str
    """Shown name and our own mailbox, as a mail program shows them."""
    subject: SafeString
    body: SafeString
    cues: list[dict[str, Any]]
    """{"number", "name", "words", "why"} in the order of their numbers."""
    parts: int
    """SMS parts of an average message; 0 on other channels."""


def lure_face(lure: Lure, *, marked: bool = True) -> Face:
    """What the receiver saw. The name stands as "(tên bạn)", for a link may be passed on. One query."""
    shown = [{"number": number, "name": CUES[cue["kind"]][1], **cue} for number, cue in
             enumerate((c for c in lure.cues if c.get("kind") in CUES), 1)]  # fmt: skip
    cues = shown if marked else []
    parts = sms.length(lure.body.replace(LINK, "x" * 60)).parts if lure.way == Lure.Way.SMS else 0
    sender = ""
    if lure.way == Lure.Way.EMAIL:
        box = provider_for(lure.way)
        sender = f"{lure.sender_name} <{box.sender.rpartition('<')[2].strip('> ')}>" if box else lure.sender_name
    host = urlsplit(settings.BASE_URL).netloc
    return Face(lure.way, sender, _marked(lure.subject, cues, host), _marked(lure.body, cues, host), shown, parts)


def _marked(text: str, cues: Sequence[Mapping[str, Any]], host: str) -> SafeString:
    """Escaped text, each cue's first words inside a mark with its number; overlaps keep the first."""
    spans: list[tuple[int, int, int]] = []
    for cue in cues:
        start = text.find(cue["words"])
        if start >= 0 and all(start >= end or start + len(cue["words"]) <= begin for begin, end, _n in spans):
            spans.append((start, start + len(cue["words"]), cue["number"]))
    pieces, at = [], 0
    for start, end, number in sorted(spans):
        pieces += [escape(text[at:start]), f'<mark class="cg-hit">{escape(text[start:end])}<sup>{number}</sup></mark>']
        at = end
    whole = "".join([*pieces, escape(text[at:])])
    link = f'<span class="cg-cue-link">{escape(f"https://{host}{SAMPLE_LINK}")}</span>'
    filled = whole.replace(LINK, link).replace(NAME, escape(_("(tên bạn)")))
    return mark_safe(filled.replace("\n", "<br>"))  # noqa: S308  # every piece was escaped above


def lure_headings() -> tuple[str, ...]:
    """Of the workbook's columns."""
    first = (_("Mã"), _("Tên"), _("Kênh"), _("Hình thức"), _("Dấu hiệu"))
    return (*first, _("Độ sát việc"), _("Độ khó"), _("Trọng số"), _("Trạng thái"))


def lure_rows(lures: Iterable[Lure]) -> Iterator[tuple[Any, ...]]:
    """Rows of the workbook, in the order of ``lure_headings``."""
    for lure in lures:
        sheet = lure_sheet(lure)
        form = lure.form.published.name if lure.form.published else lure.form.code
        told = (lure.code, lure.title, str(lure.get_way_display()), form, sheet.cues, sheet.fit, str(sheet.name))
        yield (*told, sheet.weight, str(lure.get_state_display()))
