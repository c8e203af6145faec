"""Finding the plan in a text, beside libraries that merely read the same text out of a file.

The text is that of the sample plans, repeated to three hundred pages. The peers find nothing: python-docx joins the
runs of each paragraph, pdfplumber joins letters to lines. Times are processor time, best of three.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import Row

SAMPLES = Path(__file__).parents[1] / "samples" / "plans"
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
PAGES, PEER_PAGES = 300, 30
PAGE = 2500
"""Characters of a page of 14 point text."""
LINE, LINES = 88, 42


def text_of(pages: int) -> str:
    """The sample plans one after another, repeated and cut to this many pages."""
    whole = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt")))
    return (whole * (pages * PAGE // len(whole) + 1))[: pages * PAGE]


def word_file(text: str) -> bytes:
    """The text as a DOCX, a paragraph a line."""
    from docx import Document

    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf_file(text: str) -> bytes:
    """The text as a PDF, lines broken at 88 characters, 42 a page."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Serif", str(FONT)))
    lines = [line[at : at + LINE] for line in text.splitlines() for at in range(0, max(len(line), 1), LINE)]
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for first in range(0, len(lines), LINES):
        canvas.setFont("Serif", 9)
        for number, line in enumerate(lines[first : first + LINES]):
            canvas.drawString(60, 780 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """Best processor time of three runs."""
    best = float("inf")
    for _round in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def extracted(text: str) -> None:
    """What is measured."""
    from canhgiac.engines.officialdoc.extraction import extract
    from canhgiac.engines.officialdoc.model import Source

    extract(Source(text=text, format="txt"))


def read_word(data: bytes) -> None:
    """The peer for Word files."""
    from docx import Document

    "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


def read_pdf(data: bytes) -> None:
    """The peer for PDF files."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_text()
            page.close()


def megabytes() -> float:
    """Peak memory of a fresh process that extracts three hundred pages."""
    script = "from bench.extraction import *; extracted(text_of(PAGES)); print(resource.getrusage(0).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def main() -> list[Row]:
    """The measures, each with its aim."""
    assert resource  # used by the process that measures memory
    small, whole = text_of(PEER_PAGES), text_of(PAGES)
    ours = seconds(lambda: extracted(small))
    word, pdf = word_file(small), pdf_file(small)
    long = seconds(lambda: extracted(whole))
    return [
        Row("extraction_time_to_pdfplumber", round(ours / seconds(lambda: read_pdf(pdf)), 3), "<=", 1.0),
        Row("extraction_time_to_python_docx", round(ours / seconds(lambda: read_word(word)), 2), "<=", 1.0),
        Row("extraction_pages_per_second", round(PAGES / long, 1), ">=", 100.0),
        Row("extraction_300_pages_seconds", round(long, 2), "<=", 3.0),
        Row("extraction_300_pages_megabytes", round(megabytes(), 1), "<=", 300.0),
    ]
