"""Editions set as posters, leaflets, pictures, slides by Typst; kept, so that the second asker waits for nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from canhgiac.agencies.models import Province
from canhgiac.agencies.selectors import province
from canhgiac.kit.files import FileStore
from canhgiac.library.models import FormEdition, Layout, Rendering
from canhgiac.library.selectors.editions import AnyEdition, kind_of
from canhgiac.library.selectors.glyphs import FONT, face_files, letters_missing
from canhgiac.library.selectors.renderings import (
    Offer,
    Preview,
    digest_of,
    layouts_for,
    left_out_words,
    page_of,
    rendering_row,
    texts_of,
)

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).with_name("typst")
_LONG_AGO = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a layout is made: its template, and how many dots an inch its pictures have."""

    template: str
    dpi: float


SHAPES: dict[str, Shape] = {
    Layout.POSTER_A3: Shape("poster.typ", 1600 / 1190.55 * 72),
    Layout.POSTER_A4: Shape("poster.typ", 1600 / 841.89 * 72),
    Layout.LEAFLET: Shape("leaflet.typ", 150),
    Layout.BANNER: Shape("wide.typ", 2400 / 8503.94 * 72),
    Layout.INFOGRAPHIC: Shape("poster.typ", 72),
    Layout.SOCIAL_CARD: Shape("wide.typ", 72),
    Layout.SQUARE: Shape("poster.typ", 72),
    Layout.SLIDES: Shape("slides.typ", 144),
    Layout.ARTICLE: Shape("article.typ", 110),
}
"""Pictures to be shared have exactly the dots that networks ask for: one a point."""
SENT_ON = frozenset({Layout.SOCIAL_CARD, Layout.SQUARE, Layout.INFOGRAPHIC})
"""Pictures that go from phone to phone, and stand in lists: their bytes are counted."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A rendering, and what there was no room for even in the smallest type; ``pages`` are of the whole PDF."""

    data: bytes
    sha256: str
    pages: int
    dropped: list[str]


class SettingRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The text cannot be set; the message says why in Vietnamese."""


def rendering(edition: AnyEdition, layout: Layout, page: int = 0) -> bytes:
    """The PDF (page 0) or the picture of a page, counted from 1. Raises SettingRefused, IndexError."""
    return rendered(edition, layout, page).data


def rendered(edition: AnyEdition, layout: Layout, page: int = 0, profile: Province | None = None) -> Fitted:
    """The same with its digest and what was left out; two queries once it is kept.

    Many asking at once wait for the one who makes it. Raises SettingRefused for letters that the face lacks,
    IndexError where there is no such page.
    """
    layout = Layout(layout)
    told = page_of(edition, layout, profile or province())
    missing = letters_missing(texts_of(told))
    if missing:
        raise SettingRefused(
            _("Phông chữ in chưa có các chữ: %s. Đổi chữ, hoặc dùng tệp do người biết tiếng này trình bày.")
            % " ".join(missing[:20])
        )
    data = json_of(told)
    digest = digest_of(data, template_digest())
    return _held(digest, layout, page) or _made(edition, layout, page, data, digest)


def _held(digest: str, layout: Layout, page: int) -> Fitted | None:
    """What is kept; None for what was never made or whose file was lost."""
    row = rendering_row(digest, layout, page)
    if row is None:
        whole = rendering_row(digest, layout, 1) if page > 1 else None
        if whole is not None and page > whole.pages:
            raise IndexError(f"page {page} of {whole.pages}")
        return None
    try:
        data = _store().get(row.sha256)
    except FileNotFoundError:
        return None
    return Fitted(data, row.sha256, row.pages, list(row.dropped))


def previews(edition: AnyEdition) -> list[Preview]:
    """Every layout of an edition with the pictures of its pages and what had no room; made where they are not yet."""
    profile = province()
    return [_preview(edition, offer, profile) for offer in layouts_for(edition, staff=True)]


def _preview(edition: AnyEdition, offer: Offer, profile: Province) -> Preview:
    try:
        made = rendered(edition, offer.layout, 1, profile)
    except SettingRefused as refusal:
        return Preview(offer, [], [], str(refusal))
    given = [kind_of(edition), edition.pk, offer.layout]
    further = [reverse("edition_render", args=[*given, page, "png"]) for page in range(2, made.pages + 1)]
    return Preview(offer, [offer.png_url, *further], left_out_words(edition, made.dropped))


@transaction.atomic
def _made(edition: AnyEdition, layout: Layout, page: int, data: str, digest: str) -> Fitted:
    with connection.cursor() as cursor:  # one makes it, the others wait and find it
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{digest}{layout}{page > 0}"])
    held = _held(digest, layout, page)
    if held is not None:
        return held
    shape = SHAPES[layout]
    made, dropped = compiled(shape.template, data, dpi=shape.dpi if page else None)
    pages = len(made) if page else _pages(made[0])
    if page and layout in SENT_ON:
        made = [lighter(one) for one in made]
    of = {"form_edition" if isinstance(edition, FormEdition) else "material_edition": edition}
    rows = [
        Rendering(
            source_sha256=digest,
            layout=layout,
            page=number,
            sha256=_store().put(one),
            pages=pages,
            dropped=dropped,
            **of,
        )
        for number, one in enumerate(made, 1 if page else 0)
    ]
    Rendering.objects.bulk_create(rows, ignore_conflicts=True)
    if page > pages:
        raise IndexError(f"page {page} of {pages}")
    at = page - 1 if page else 0
    return Fitted(made[at], rows[at].sha256, pages, dropped)


def compiled(template: str, data: str, *, dpi: float | None = None) -> tuple[list[bytes], list[str]]:
    """The pages as pictures, or with ``dpi`` None the one PDF, and the parts that were left out.

    ``data`` is JSON, set as strings. The same values give the same bytes. Raises SettingRefused where nothing fits.
    """
    import typst  # noqa: PLC0415 - loads a compiler, which most pages do not need

    compiler = typst.Compiler(
        str(TEMPLATES / template), root=str(TEMPLATES), font_paths=_fonts(), sys_inputs={"page": data}
    )
    try:
        if dpi is None:
            made = compiler.compile(format="pdf", timestamp=_LONG_AGO)
        else:
            made = compiler.compile(format="png", ppi=dpi)
        fitted = json.loads(compiler.query("<fitted>", field="value"))
    except (typst.TypstError, RuntimeError) as trouble:
        if "unfit" in str(trouble):
            raise SettingRefused(
                _("Chữ quá dài cho khổ này, kể cả ở cỡ nhỏ nhất. Rút ngắn tên, việc cần làm.")
            ) from None
        raise
    pages: list[bytes | None] = list(made) if isinstance(made, list) else [made]
    return [page for page in pages if isinstance(page, bytes)], fitted[0]["dropped"] if fitted else []


def lighter(png: bytes) -> bytes:
    """The picture in 256 colours: a third of the bytes, and nothing that an eye sees of flat fields and letters."""
    held = io.BytesIO()
    with Image.open(io.BytesIO(png)) as whole:
        few = whole.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(held, "PNG", optimize=True)
    return held.getvalue()


def _pages(pdf: bytes) -> int:
    import pypdf  # noqa: PLC0415 - as above

    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def _store() -> FileStore:
    return FileStore(settings.FILES_ROOT)


@lru_cache(maxsize=1)
def template_digest() -> str:
    """Over every template and illustration: a changed design makes new renderings."""
    found = hashlib.sha256()
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix in (".typ", ".svg"):
            found.update(path.read_bytes())
    return found.hexdigest()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst  # noqa: PLC0415 - as above

    faces = [str(path.parent) for path in face_files()]
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=faces)
    if FONT not in found.families():
        raise FileNotFoundError(f"no {FONT}")
    return found


def json_of(told: dict[str, Any]) -> str:
    """Values as the templates take them."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
