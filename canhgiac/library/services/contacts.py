"""The register of real lines: a wrong number here leads people to whoever owns it, so a second person compares it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import Contact
from canhgiac.library.selectors.editions import may_approve, may_write

DIALLED = re.compile(r"\+?\d{3,15}")
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
BIN = re.compile(r"\d{6,8}")
BANKING = (Contact.Kind.BANK, Contact.Kind.WALLET)


class ContactRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class ContactData:
    """A line as a person states it."""

    kind: str
    name: str
    short_names: tuple[str, ...] = ()
    bins: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    web: str = ""
    area: Area | None = None
    hours: str = ""
    note: str = ""
    source: str = ""
    checked_on: dt.date | None = None


@transaction.atomic
def contact_create(*, by: Member, data: ContactData) -> Contact:
    """A new line. Editor or coordinator. Raises NotAllowed, ContactRefused."""
    _require_write(by)
    row = _set(Contact(code=_code(data.name)), data, by)
    row.save(force_insert=True)
    audit_record(by=by, act="library.contact_create", subject=row, facts={"code": row.code, "phones": row.phones})
    return row


@transaction.atomic
def contact_edit(*, by: Member, contact: Contact, data: ContactData, version: int) -> Contact:
    """Corrects a line; its confirmation ends with any change. Raises as contact_create."""
    _require_write(by)
    row = _locked(contact, version)
    former = list(row.phones)
    _set(row, data, by).save()
    audit_record(
        by=by, act="library.contact_edit", subject=row, facts={"code": row.code, "from": former, "to": row.phones}
    )
    return row


@transaction.atomic
def contact_confirm(*, by: Member, contact: Contact, version: int) -> Contact:
    """A second person called the number or compared it with the owner's own page, today.

    Approver or coordinator, never who wrote it last. Raises NotAllowed, ContactRefused.
    """
    if not may_approve(by):
        raise NotAllowed(_("Xác nhận đường dây là việc của người duyệt hoặc điều phối viên."))
    row = _locked(contact, version)
    if row.edited_by_id == by.pk:
        raise ContactRefused(_("Người sửa không tự xác nhận. Nhờ người thứ hai gọi thử hoặc đối chiếu."))
    if row.is_retired:
        raise ContactRefused(_("Đường dây này đã thôi dùng."))
    row.confirmed_by, row.confirmed_at, row.checked_on = by, clock.now(), clock.today()
    row.version += 1
    row.save()
    audit_record(by=by, act="library.contact_confirm", subject=row, facts={"code": row.code, "phones": row.phones})
    return row


@transaction.atomic
def contact_retire(*, by: Member, contact: Contact, version: int) -> Contact:
    """Takes a line out of use: it is shown nowhere, and comes back by ``contact_restore``."""
    return _retire(by, contact, version, retired=True)


@transaction.atomic
def contact_restore(*, by: Member, contact: Contact, version: int) -> Contact:
    """Brings a line back that was taken out of use; it waits to be confirmed anew."""
    return _retire(by, contact, version, retired=False)


def _retire(by: Member, contact: Contact, version: int, *, retired: bool) -> Contact:
    _require_write(by)
    row = _locked(contact, version)
    row.is_retired, row.edited_by, row.confirmed_by, row.confirmed_at = retired, by, None, None
    row.version += 1
    row.save()
    act = "library.contact_retire" if retired else "library.contact_restore"
    audit_record(by=by, act=act, subject=row, facts={"code": row.code})
    return row


def _require_write(by: Member) -> None:
    if not may_write(by):
        raise NotAllowed(_("Ghi danh bạ là việc của biên tập viên hoặc điều phối viên."))


def _locked(contact: Contact, version: int) -> Contact:
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if row.version != version:
        raise ContactRefused(_("Người khác vừa sửa đường dây này. Mở lại trang để xem bản mới, rồi sửa tiếp."))
    return row


def _code(name: str) -> str:
    """A code of the name that nobody has."""
    base = slugify(fold(name))[:34].strip("-") or "duong-day"
    taken = set(Contact.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if code not in taken)


def phone_read(text: str) -> str:
    """A number as it is dialled, without what people write between its digits. Raises ContactRefused."""
    bare = re.sub(r"[\s.\-()]", "", text)
    if not DIALLED.fullmatch(bare):
        raise ContactRefused(_("“%s” không phải số gọi được.") % text.strip(), "phones")
    return bare


def _set(row: Contact, data: ContactData, by: Member) -> Contact:
    if data.kind not in Contact.Kind.values:
        raise ContactRefused(_("Chọn loại."), "kind")
    row.kind, row.name = data.kind, storable(data.name).strip()
    if len(row.name) < 2:
        raise ContactRefused(_("Ghi tên đơn vị."), "name")
    row.short_names = list(dict.fromkeys(storable(name).strip() for name in data.short_names if name.strip()))
    row.phones = list(dict.fromkeys(phone_read(phone) for phone in data.phones if phone.strip()))
    row.bins, row.web = list(dict.fromkeys(data.bins)), data.web.strip().lower()
    row.area, row.hours, row.note = data.area, data.hours.strip(), storable(data.note).strip()
    row.source, row.checked_on = storable(data.source).strip(), data.checked_on
    _checked(row)
    row.folded = fold(" ".join([row.name, *row.short_names, *row.phones, row.web]))
    row.edited_by, row.confirmed_by, row.confirmed_at = by, None, None
    row.version = row.version + 1 if row.pk else 1
    return row


def _checked(row: Contact) -> None:
    if row.phones and not row.source:
        raise ContactRefused(_("Ghi nguồn: trang nào, năm nào, hoặc ai đã gọi thử."), "source")
    if not row.phones and not row.note:
        raise ContactRefused(_("Không có số thì ghi chú người dân làm thế nào."), "note")
    if row.web and not HOST.fullmatch(row.web):
        raise ContactRefused(_("Chỉ ghi tên miền, ví dụ vinhan.gov.vn."), "web")
    if row.checked_on is not None and row.checked_on > clock.today():
        raise ContactRefused(_("Ngày đối chiếu không thể sau hôm nay."), "checked_on")
    if row.bins and row.kind not in BANKING:
        raise ContactRefused(_("Chỉ ngân hàng và ví có mã BIN."), "bins")
    for number in row.bins:
        if not BIN.fullmatch(number):
            raise ContactRefused(_("Mã BIN gồm 6 đến 8 chữ số."), "bins")
        other = Contact.objects.filter(bins__contains=[number], is_retired=False).exclude(pk=row.pk).first()
        if other is not None:
            raise ContactRefused(
                _("Mã %(number)s đang thuộc %(name)s.") % {"number": number, "name": other.name}, "bins"
            )
