"""LibreOffice opens our DOCX without change of layout: each line stands where our own PDF has it.

LibreOffice is given Tinos for Times New Roman, whose measures are the same: what a clerk's Word has by itself.
"""

import io
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pytest
from PIL import Image, ImageChops

from canhgiac.engines.officialdoc.tests.document_samples import letter, report
from canhgiac.engines.officialdoc.tests.test_writing_pdf import FONTS
from canhgiac.engines.officialdoc.writing import OfficialDocument, page_png, to_docx, to_pdf

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="soffice is not installed"),
    pytest.mark.skipif(not FONTS.is_dir(), reason="npm ci has not fetched Tinos"),
]
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir><alias binding="same"><family>Times New Roman</family>
<prefer><family>Tinos</family></prefer></alias></fontconfig>"""


class Word(NamedTuple):
    page: int
    left: float
    bottom: float
    text: str


def office_pdf(document: OfficialDocument, folder: Path) -> bytes:
    """The DOCX as LibreOffice prints it, with a profile and fonts of its own."""
    (folder / "fonts.conf").write_text(_FONTS.format(folder=FONTS, cache=folder / "cache"))
    (folder / "a.docx").write_bytes(to_docx(document))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "a.docx")],
        check=True,
        capture_output=True,
        timeout=240,
        env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")},
    )
    return (folder / "a.pdf").read_bytes()


def words_of(pdf: bytes) -> list[Word]:
    """Words with the left edge and the foot of their first letter, in points from the top left."""
    opened: Any = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    found = []
    for number, page in enumerate(opened):
        text = page.get_textpage()
        letters = text.get_text_range()
        start = None
        for place, letter_ in enumerate(f"{letters} "):
            if letter_.isspace():
                if start is not None:
                    left, bottom, *_ = text.get_charbox(start)
                    found.append(Word(number, left, page.get_height() - bottom, letters[start:place]))
                start = None
            elif start is None:
                start = place
    opened.close()
    return found


def paired(ours: list[Word], theirs: list[Word]) -> list[tuple[Word, Word]]:
    """The same words of both, in order of appearance on their page."""
    waiting: dict[tuple[int, str], list[Word]] = defaultdict(list)
    for word in sorted(theirs, key=lambda w: (w.bottom, w.left)):
        waiting[word.page, word.text].append(word)
    pairs = []
    for word in sorted(ours, key=lambda w: (w.bottom, w.left)):
        if rest := waiting[word.page, word.text]:
            pairs.append((word, rest.pop(0)))
    return pairs


@pytest.mark.parametrize("document", [report(), letter()], ids=["report", "letter"])
def test_libreoffice_prints_each_line_where_our_pdf_has_it(document: OfficialDocument, tmp_path: Path) -> None:
    our_pdf, their_pdf = to_pdf(document, fonts=FONTS), office_pdf(document, tmp_path)
    ours, theirs = words_of(our_pdf), words_of(their_pdf)

    assert max(word.page for word in ours) == max(word.page for word in theirs)
    prose = [word for word in ours if any(letter_.isalpha() for letter_ in word.text) and len(word.text) > 1]
    pairs = paired(prose, theirs)
    # Words inside charts are set by two programs; all else is the same on the same page.
    assert len(pairs) >= 0.93 * len(prose)
    near = [(a, b) for a, b in pairs if abs(a.left - b.left) < 2 and abs(a.bottom - b.bottom) < 6]
    assert len(near) >= 0.93 * len(pairs)
    head = [(a, b) for a, b in pairs if a.page == 0 and a.bottom < 200]
    assert len(head) > 20
    assert max(max(abs(a.left - b.left), abs(a.bottom - b.bottom)) for a, b in head) < 1.5


def test_libreoffice_draws_the_charts(tmp_path: Path) -> None:
    pdf = office_pdf(report(), tmp_path)
    picture = Image.open(io.BytesIO(page_png(pdf, 2, dpi=50))).convert("RGB")
    red, green, blue = picture.split()

    # The dark and the light bars of the second page, each about a hundredth of it.
    for wanted in ((0x1F, 0x5F, 0x59), (0xE0, 0xA4, 0x58)):
        bands = zip((red, green, blue), wanted, strict=True)
        near = [band.point([255 * (abs(level - tint) < 12) for level in range(256)]) for band, tint in bands]
        both = ImageChops.multiply(ImageChops.multiply(near[0], near[1]), near[2])
        assert both.histogram()[255] > picture.width * picture.height / 100, wanted
