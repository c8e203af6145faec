"""How long the layouts of a form and a handbook of all forms take to set.

Beside it as a floor: reportlab drawing the same words as plain running text, without layout, fitting or picture. The
ratio says what the design costs over merely writing a PDF. WeasyPrint, the usual peer, needs system libraries that a
bare machine lacks.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from bench import _province

Row = tuple[str, float, str, float]
FORMS = 8


def timed(act: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    """Median seconds over inputs that all differ, after the first one warms up: Typst remembers what it has set."""
    taken = []
    for one in inputs:
        start = time.perf_counter()
        act(one)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:] or taken)


def floor_pdf(texts: Iterable[str], font: str) -> bytes:
    """The same words as running text, by reportlab."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    out = io.BytesIO()
    style = ParagraphStyle("text", fontName=font, fontSize=11, leading=16)
    escaped = (text.replace("&", "&amp;").replace("<", "&lt;") for text in texts)
    SimpleDocTemplate(out, pagesize=A4).build([Paragraph(text, style) for text in escaped if text.strip()])
    return out.getvalue()


def main() -> list[Row]:
    """Milliseconds a layout, and how many times the floor."""
    with _province.database("bench_rendering"):
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        from canhgiac.library.models import FormEdition
        from canhgiac.library.selectors.glyphs import face_files
        from canhgiac.library.services.starter_load import starter_load

        pdfmetrics.registerFont(TTFont("BVP", str(face_files()[0])))
        starter_load()
        rows = FormEdition.objects.select_related("form").filter(state="published")
        return [*handbook(), *layouts(list(rows.order_by("form__code")[:FORMS]))]


def layouts(editions: Sequence[Any]) -> list[Row]:
    """Each layout over some forms: PDF, pictures, and one that is kept already."""
    from canhgiac.library.models import Layout
    from canhgiac.library.selectors.renderings import page_of, texts_of
    from canhgiac.library.services.renderings import SHAPES, compiled, json_of, rendering

    rows: list[Row] = []
    for layout in Layout:
        pages, shape = [page_of(edition, layout) for edition in editions], SHAPES[layout]
        words, data = [list(texts_of(page)) for page in pages], [json_of(page) for page in pages]
        pdf = timed(partial(compiled, shape.template), data)
        again = [json_of(page | {"title": f"{page['title']} (2)"}) for page in pages]
        png = timed(partial(compiled, shape.template, dpi=shape.dpi), again)
        rendering(editions[0], layout, 1)
        kept = timed(lambda edition, layout=layout: rendering(edition, layout, 1), [editions[0]] * FORMS)  # type: ignore[misc]
        floor = timed(partial(floor_pdf, font="BVP"), words)
        rows.append((f"{layout.value}_pdf_ms", round(pdf * 1000, 1), "<=", 400))
        rows.append((f"{layout.value}_pictures_ms", round(png * 1000, 1), "<=", 1500))
        rows.append((f"{layout.value}_kept_ms", round(kept * 1000, 1), "<=", 100))
        rows.append((f"{layout.value}_to_floor", round(pdf / floor, 2), "<=", 20))
    return rows


def handbook() -> list[Row]:
    """A book of every form of the starter library."""
    from canhgiac.agencies.selectors import province
    from canhgiac.library.models import Handbook, HandbookBuild, HandbookItem, ScamForm
    from canhgiac.library.selectors.handbooks import book_of, page_of_book
    from canhgiac.library.selectors.renderings import texts_of
    from canhgiac.library.services.epub import epub
    from canhgiac.library.services.handbooks import book_pdf, publication

    Handbook.objects.filter(slug="do-thoi-gian").delete()  # of a run that was broken off
    row = Handbook.objects.create(title="Đo", slug="do-thoi-gian")
    forms = ScamForm.objects.filter(published__isnull=False).order_by("code")
    HandbookItem.objects.bulk_create(HandbookItem(handbook=row, position=n, form=form) for n, form in enumerate(forms))
    book = book_of(HandbookBuild.objects.create(handbook=row, number=1), province())
    words = list(texts_of(page_of_book(book)))
    whole = timed(book_pdf, [book])  # the first of this process: nothing of it is remembered
    floor = timed(partial(floor_pdf, font="BVP"), [words])
    made = timed(lambda one: epub(publication(one, b"")), [book])
    return [
        ("handbook_forms", len(book.chapters), ">=", 40),
        ("handbook_pdf_s", round(whole, 2), "<=", 30),
        ("handbook_pdf_to_floor", round(whole / floor, 2), "<=", 12),
        ("handbook_epub_ms", round(made * 1000, 1), "<=", 3000),
    ]
