"""Certificates as people see them: the public page, the staff's list, a class's own, what is printed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Province, Role
from canhgiac.agencies.selectors import agencies_of, has_role
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.library.selectors.renderings import emblem_svg, qr_svg, readable, site_url
from canhgiac.training.models import Certificate, Enrolment, Learner, TrainingClass

from .learners import HOLDERS, holds_class, masked_name

if TYPE_CHECKING:
    from canhgiac.kit.sheets import Value

READERS = (*HOLDERS, Role.Kind.OFFICER, Role.Kind.AUDITOR)
NAMED = (*HOLDERS, Role.Kind.OFFICER)
"""Roles that read holders by name; an auditor reads them masked."""
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
"""Sixteen of Crockford's base-32 letters: 80 random bits, none of them mixed up when read aloud."""
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WIDTHS = (20, 30, 34, 44, 16, 30, 18, 14)
ORDERS = {"so": "pk", "ten": "holder", "ngay": "issued_at"}


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """What the list is narrowed to; "" and None are everything."""

    q: str = ""
    kind: str = ""
    state: str = ""
    """"valid" or "revoked"."""
    since: dt.date | None = None
    until: dt.date | None = None


def code_read(text: str) -> str:
    """A code as it stands in the row, of what somebody typed with spaces, dashes, small letters, O for 0; "" for none.

    >>> code_read("abcd-efgh jkmn-pqro")
    'ABCDEFGHJKMNPQR0'
    """
    bare = "".join(char for char in text.upper()[:60] if not char.isspace() and char not in "-–.")
    bare = bare.translate(str.maketrans("OIL", "011"))
    return bare if CODE.fullmatch(bare) else ""


def code_shown(code: str) -> str:
    """In four groups: "ABCD EFGH JKMN PQRS"."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def certificate_by_code(code: str) -> Certificate | None:
    """The one certificate of this code; None for an unknown one. One query."""
    read = code_read(code)
    return Certificate.objects.select_related("issuer").filter(code=read).first() if read else None


def certificate_by_both(number: str, code: str) -> Certificate | None:
    """The certificate whose number and code agree: what is typed from paper has to be right in both."""
    row = certificate_by_code(code)
    typed = "".join(number.split()).upper()
    return row if row is not None and typed.lstrip("0") == row.number.upper().lstrip("0") else None


def certificate_path(certificate: Certificate) -> str:
    """The public page's path."""
    return reverse("certificate_page", args=[certificate.code])


def may_manage(member: Member, agency: Agency) -> bool:
    """Whether the member may revoke, correct or print certificates that this agency issued."""
    return has_role(member, *HOLDERS, agency=agency)


def certificates_for(
    member: Member, wanted: CertificateFilter | None = None, *, sort: str = ""
) -> QuerySet[Certificate]:
    """Certificates issued by the agencies that the member's roles cover. Three queries at most, however many rows."""
    told = wanted or CertificateFilter()
    rows = Certificate.objects.select_related("issuer", "learner", "enrolment__training_class").filter(
        issuer__in=agencies_of(member, *READERS)
    )
    if told.kind:
        rows = rows.filter(kind=told.kind)
    if told.state:
        rows = rows.filter(revoked_at__isnull=told.state == "valid")
    if told.since:
        rows = rows.filter(issued_at__gte=dt.datetime.combine(told.since, dt.time(), clock.VIETNAM))
    if told.until:
        day = told.until + dt.timedelta(days=1)
        rows = rows.filter(issued_at__lt=dt.datetime.combine(day, dt.time(), clock.VIETNAM))
    for word in told.q.split()[:8]:
        rows = rows.filter(Q(number__icontains=word) | Q(holder__icontains=word) | Q(title__icontains=word))
    order = ORDERS.get(sort.removeprefix("-"), "pk")
    return rows.order_by(order if sort and not sort.startswith("-") else f"-{order}", "-pk")


def certificate_for(member: Member, certificate_id: int) -> Certificate:
    """One certificate the member may see. Raises Http404, also for one of another agency."""
    row = certificates_for(member).filter(pk=certificate_id).select_related("issued_by", "revoked_by").first()
    if row is None:
        raise Http404
    return row


def reads_names(member: Member) -> bool:
    """Whether lists show this member whole names."""
    return has_role(member, *NAMED)


def with_names(rows: Iterable[Certificate], *, named: bool) -> list[tuple[Certificate, str]]:
    """Each certificate with its holder as the reader sees them: whole, or masked."""
    return [(row, _reader_sees(row, named=named)) for row in rows]


def _reader_sees(row: Certificate, *, named: bool) -> str:
    return row.holder_shown if named or not row.holder else masked_name(row.holder)


def class_for_certificates(member: Member, class_id: int) -> TrainingClass:
    """A class the member holds. Raises Http404."""
    row = TrainingClass.objects.select_related("agency", "course").filter(pk=class_id).first()
    if row is None or not holds_class(member, row):
        raise Http404
    return row


def certificates_of_contests(learner: Learner) -> list[Certificate]:
    """What the person was awarded in contests and stands, the newest first: for the person's own pages. One query."""
    rows = learner.certificates.filter(kind=Certificate.Kind.CONTEST, revoked_at=None)
    return list(rows.order_by("-issued_at", "-pk"))


def certificates_of_class(training_class: TrainingClass) -> QuerySet[Certificate]:
    """The valid certificates of a class, in the order of their numbers."""
    return (
        Certificate.objects.select_related("issuer")
        .filter(enrolment__training_class=training_class, revoked_at__isnull=True)
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class ClassPrints:
    """How far the certificates of a class are: completed people, issued, set as PDF."""

    completed: int
    issued: int
    rendered: int
    """With a PDF, or never to have one because the holder had their name erased."""
    left: int
    """Completed people with a name and without a certificate."""

    @property
    def is_ready(self) -> bool:
        """Whether every certificate has its PDF."""
        return bool(self.issued) and self.rendered == self.issued


def class_prints(training_class: TrainingClass) -> ClassPrints:
    """The counts of one class. Four queries."""
    rows = certificates_of_class(training_class)
    done = Enrolment.objects.filter(training_class=training_class, state=Enrolment.State.COMPLETED)
    left = done.filter(learner__full_name__gt="").exclude(pk__in=rows.values("enrolment"))
    rendered = rows.exclude(pdf_sha256="", holder__gt="").count()
    return ClassPrints(done.count(), rows.count(), rendered, left.count())


def headings() -> tuple[str, ...]:
    """Of the exported list."""
    return (
        *(_("Số"), _("Cấp cho"), _("Đơn vị"), _("Đã hoàn thành"), _("Ngày cấp"), _("Nơi cấp"), _("Loại")),
        _("Thu hồi"),
    )


def file_rows(rows: Iterable[Certificate], *, named: bool) -> Iterator[Sequence[Value]]:
    """The list as a file; names masked for those who do not read them."""
    for row in rows:
        holder = _reader_sees(row, named=named)
        day = clock.VIETNAM
        revoked = row.revoked_at.astimezone(day).date() if row.revoked_at else None
        yield (
            *(row.number, holder, row.unit, row.title, row.issued_at.astimezone(day).date(), row.issuer.name),
            *(row.get_kind_display(), revoked),
        )


def printed(rows: Iterable[Certificate], profile: Province) -> dict[str, Any]:
    """What the certificates are set from, as JSON values; every word of it from the rows but who the province is."""
    name = profile.name
    return {
        "province": f"{name[:1].upper()}{name[1:]}" if name else "",
        "emblem": emblem_svg(profile),
        "demo": _("Dữ liệu hư cấu") if profile.is_demo else "",
        "certificates": [_one(row, profile) for row in rows],
    }


def _one(row: Certificate, profile: Province) -> dict[str, Any]:
    url = site_url(profile, certificate_path(row))
    day = row.issued_at.astimezone(clock.VIETNAM).date()
    place = profile.area.name if profile.area else ""
    for kind in ("Tỉnh ", "Thành phố "):
        place = place.removeprefix(kind)
    said = _("ngày %(day)02d tháng %(month)02d năm %(year)d") % {"day": day.day, "month": day.month, "year": day.year}
    contest = row.kind == Certificate.Kind.CONTEST
    return {
        "number": row.number,
        "code": code_shown(row.code),
        "holder": row.holder,
        "unit": row.unit,
        "title": row.title,
        "did": _("Đã đạt") if contest else _("Đã hoàn thành khóa học"),
        "minutes": (_("Thời lượng: %d phút") % row.minutes) if row.minutes else "",
        "issuer": row.issuer.name,
        "day": f"{place}, {said}" if place else f"{said[:1].upper()}{said[1:]}",
        "signer": row.signer,
        "signer_title": row.signer_title,
        "address": readable(site_url(profile, reverse("certificate_check"))),
        "qr": qr_svg(url),
    }


def texts_printed(row: Certificate) -> list[str]:
    """All that people wrote on a certificate, to look for letters that the face lacks."""
    return [row.holder, row.unit, row.title, row.issuer.name, row.signer, row.signer_title]


def file_stem(row: Certificate) -> str:
    """The name that its file is saved under: the number and the holder without marks, letters and digits alone."""
    holder = re.sub(r"[^a-z0-9]+", "-", fold(row.holder)).strip("-")[:60]
    return f"{row.number.split('/')[0]}-{row.number.split('/')[1]}-{holder or 'chung-nhan'}"
