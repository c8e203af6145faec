"""Certificates set by Typst: one on request, a class in sets of pages that are then cut apart."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from canhgiac.agencies.selectors import province
from canhgiac.kit.files import FileStore
from canhgiac.library.selectors.glyphs import FONT, face_files, letters_missing
from canhgiac.library.services.renderings import json_of
from canhgiac.training.models import Certificate, TrainingClass
from canhgiac.training.selectors.certificates import certificates_of_class, file_stem, printed, texts_printed

from .refusals import TrainingRefused

if TYPE_CHECKING:
    import typst

ROOT = Path(__file__).parents[2]
TEMPLATE = Path(__file__).with_name("typst") / "certificate.typ"
SET = 50
"""Pages of one document in bulk: large enough that starting costs little, small enough that progress moves."""
MOST_TOGETHER = 2000
"""Certificates in one download."""
_LONG_AGO = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


def certificate_pdf(certificate: Certificate) -> bytes:
    """The PDF of one certificate; kept, so that the second asker waits for nothing.

    Raises TrainingRefused for a revoked one, one whose holder had their name erased, and letters that the face lacks.
    """
    if certificate.revoked_at is not None:
        raise TrainingRefused(_("Giấy này đã bị thu hồi, không tải được nữa."))
    if not certificate.holder:
        raise TrainingRefused(_("Người học đã yêu cầu xóa tên, không tải được giấy nữa."))
    if certificate.pdf_sha256:
        try:
            return _store().get(certificate.pdf_sha256)
        except FileNotFoundError:
            pass  # lost from the disk: made again from the row
    data = certificates_set([certificate])
    Certificate.objects.filter(pk=certificate.pk, holder=certificate.holder).update(pdf_sha256=_store().put(data))
    return data


def certificates_set(rows: Sequence[Certificate], *, picture: bool = False) -> bytes:
    """One PDF with a page for each certificate, or with ``picture`` a PNG of the first. The same rows, the same bytes.

    Raises TrainingRefused, naming the certificate, for letters that the face lacks.
    """
    import typst  # noqa: PLC0415 - loads a compiler, which most pages do not need

    for row in rows:
        if missing := letters_missing(texts_printed(row)):
            told = {"number": row.number, "letters": " ".join(missing[:20])}
            raise TrainingRefused(_("Giấy số %(number)s: phông chữ in chưa có các chữ %(letters)s") % told)
    data = json_of(printed(rows, province()))
    compiler = typst.Compiler(str(TEMPLATE), root=str(ROOT), font_paths=_fonts(), sys_inputs={"page": data})
    made = compiler.compile(format="png", ppi=72) if picture else compiler.compile(format="pdf", timestamp=_LONG_AGO)
    first = made[0] if isinstance(made, list) else made
    if not isinstance(first, bytes):
        raise TrainingRefused(_("Không dựng được giấy chứng nhận."))
    return first


def certificates_render(*, class_id: int | None = None) -> int:
    """Sets the PDFs of all valid certificates that have none, or of one class; returns how many.

    Each set of pages is kept when it is done, so that the page sees progress and a killed run goes on where it was.
    """
    rows = Certificate.objects.select_related("issuer").filter(pdf_sha256="", revoked_at__isnull=True, holder__gt="")
    rows = rows.order_by("pk")
    if class_id is not None:
        rows = rows.filter(enrolment__training_class=class_id)
    keys, made = list(rows.values_list("pk", flat=True)), 0
    for at in range(0, len(keys), SET):
        held = list(rows.filter(pk__in=keys[at : at + SET]))
        fit = [row for row in held if not letters_missing(texts_printed(row))]  # the others are told on request
        if not fit:
            continue
        for row, data in zip(fit, split(certificates_set(fit)), strict=True):
            row.pdf_sha256 = _store().put(data)
        Certificate.objects.bulk_update(fit, ["pdf_sha256"])
        made += len(fit)
    return made


def split(document: bytes) -> Iterator[bytes]:
    """Each page as a PDF of its own."""
    import pypdf  # noqa: PLC0415 - as above

    whole = pypdf.PdfReader(io.BytesIO(document))
    for page in whole.pages:
        writer, out = pypdf.PdfWriter(), io.BytesIO()
        writer.add_page(page)
        if whole.metadata:
            writer.add_metadata({name: str(value) for name, value in whole.metadata.items() if name != "/Producer"})
        writer.write(out)
        yield out.getvalue()


def class_pdf(training_class: TrainingClass) -> bytes:
    """All valid certificates of a class in one document to be printed. Raises TrainingRefused where there are none."""
    rows = list(certificates_of_class(training_class).filter(holder__gt="")[:MOST_TOGETHER])
    if not rows:
        raise TrainingRefused(_("Lớp này chưa có giấy chứng nhận nào."))
    return certificates_set(rows)


def class_zip(training_class: TrainingClass) -> bytes:
    """A ZIP with a PDF for each valid certificate of a class. Raises TrainingRefused where there are none."""
    rows = list(certificates_of_class(training_class).filter(holder__gt="")[:MOST_TOGETHER])
    if not rows:
        raise TrainingRefused(_("Lớp này chưa có giấy chứng nhận nào."))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed inside
        for row in rows:
            archive.writestr(zipfile.ZipInfo(f"{file_stem(row)}.pdf"), certificate_pdf(row))
    return out.getvalue()


def _store() -> FileStore:
    return FileStore(settings.FILES_ROOT)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst  # noqa: PLC0415 - as above

    faces = [str(path.parent) for path in face_files()]
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=faces)
    if FONT not in found.families():
        raise FileNotFoundError(f"no {FONT}")
    return found
