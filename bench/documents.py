"""Official documents out: DOCX and PDF of a report of some 60 pages with an annex of ten thousand rows.

Peers: python-docx writing the same cells and nothing else; LibreOffice printing the same DOCX to PDF, when installed.
Both do a part of the work: python-docx knows no layout of the decree, LibreOffice gets a document ready made.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Row = tuple[str, float, str, float]

_ROWS = 10_000
_PARAGRAPHS = 600
_PEER_ROWS = 500
"""python-docx slows down with the square of the rows: it is measured on fewer, as we are beside it."""
_OFFICE_ROWS = 1_000
"""LibreOffice needs more than five minutes for ten thousand."""
FONTS = Path(__file__).parents[1] / "node_modules/@expo-google-fonts/tinos"


def seconds(work: Callable[[], object], rounds: int = 2, *, clock: Callable[[], float] = time.process_time) -> float:
    """Best processor time of ``rounds``, all threads together: other programs on the machine do not count."""
    best = float("inf")
    for _ in range(rounds):
        start = clock()
        work()
        best = min(best, clock() - start)
    return best


def peak_megabytes(kind: str, rows: int) -> float:
    """Peak memory of a fresh process that writes the document, Python and the libraries included."""
    script = (
        "import sys, pathlib\n"
        "from bench.documents import FONTS\n"
        "from canhgiac.engines.officialdoc.tests.document_samples import report\n"
        "from canhgiac.engines.officialdoc.writing import to_docx, to_pdf\n"
        "document = report(annex_rows=int(sys.argv[2]), paragraphs=600)\n"
        "to_docx(document) if sys.argv[1] == 'docx' else to_pdf(document, fonts=FONTS)\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, kind, str(rows)], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    return float(done.stdout) / 1024


def _peer_docx(rows: int) -> bytes:
    """python-docx writing the cells of the annex."""
    from docx import Document

    document = Document()
    table = document.add_table(rows, 6)
    for n, row in enumerate(table.rows, start=1):
        values = (n, f"Xã Mẫu {n}", n * 1234, n * 1500, "82,27", "Đã gửi")
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = str(value)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _office(data: bytes) -> float:
    """Seconds that LibreOffice, started once before, takes to print a DOCX."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.docx"
        path.write_bytes(data)
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        command += ["--outdir", folder]
        small = Path(folder) / "small.docx"
        small.write_bytes(_peer_docx(1))
        subprocess.run([*command, str(small)], check=True, capture_output=True, env=os.environ)
        return seconds(
            lambda: subprocess.run([*command, str(path)], check=True, capture_output=True), 1, clock=time.perf_counter
        )


def main() -> list[Row]:
    """The measures, each with its aim."""
    from canhgiac.engines.officialdoc.checking import check
    from canhgiac.engines.officialdoc.tests.document_samples import report
    from canhgiac.engines.officialdoc.writing import to_docx, to_pdf

    pages = report(paragraphs=_PARAGRAPHS)
    full = report(annex_rows=_ROWS, paragraphs=_PARAGRAPHS)
    few = report(annex_rows=_PEER_ROWS, paragraphs=1)
    data = to_docx(full)
    rows: list[Row] = [
        (
            "documents_docx_time_to_python_docx",
            round(seconds(lambda: to_docx(few)) / seconds(lambda: _peer_docx(_PEER_ROWS), 1), 4),
            "<=",
            0.2,
        ),
        ("documents_docx_10000_rows_seconds", round(seconds(lambda: to_docx(full), 1), 3), "<=", 2.0),
        ("documents_docx_10000_rows_megabytes", round(peak_megabytes("docx", _ROWS), 1), "<=", 300.0),
        ("documents_check_10000_rows_seconds", round(seconds(lambda: check(data), 1), 3), "<=", 5.0),
    ]
    if not FONTS.is_dir():
        print("bench documents: no PDF without Tinos (npm ci)", file=sys.stderr)
        return rows
    print_pages = round(seconds(lambda: to_pdf(pages, fonts=FONTS)), 3)
    print_full = seconds(lambda: to_pdf(full, fonts=FONTS), 1)
    rows += [
        ("documents_pdf_60_pages_seconds", print_pages, "<=", 1.0),
        ("documents_pdf_10000_rows_seconds", round(print_full, 2), "<=", 10.0),
        ("documents_pdf_10000_rows_megabytes", round(peak_megabytes("pdf", _ROWS), 1), "<=", 1200.0),
    ]
    if shutil.which("soffice"):
        ratio = seconds(lambda: to_pdf(pages, fonts=FONTS), clock=time.perf_counter) / _office(to_docx(pages))
        rows.append(("documents_pdf_60_pages_time_to_libreoffice", round(ratio, 3), "<=", 0.5))
        long = report(annex_rows=_OFFICE_ROWS, paragraphs=_PARAGRAPHS)
        ratio = seconds(lambda: to_pdf(long, fonts=FONTS), clock=time.perf_counter) / _office(to_docx(long))
        rows.append(("documents_pdf_1000_rows_time_to_libreoffice", round(ratio, 3), "<=", 0.5))
    return rows


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print("bench", name, value, sign, aim)
