"""What one file may cost. Chosen far above any plan seen in practice and far below what harms the server."""

from __future__ import annotations

import time

from .failures import failure

MAX_BYTES = 50 * 1024 * 1024
"""Size of an upload."""
MAX_PAGES = 2_000
"""Pages of a PDF or frames of a TIFF."""
MAX_OCR_PAGES = 300
"""Pages that need recognition; each takes some seconds."""
MAX_PIXELS = 100_000_000
"""Pixels of one image: A3 at 600 dpi has 70 million."""
MAX_PART_BYTES = 64 * 1024 * 1024
"""One decompressed part of a DOCX; 300 pages take about 5 MB."""
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
"""What all parts of a DOCX say they unpack to, pictures included."""
MAX_RATIO = 300
"""Compression ratio of a large part; WordprocessingML reaches about 60."""
MAX_TAGS = 3_000_000
"""Tags of one XML part or web page, each of which takes memory; 300 pages of Word have some 200,000."""
MAX_ZIP_ENTRIES = 10_000
MAX_TEXT_SECONDS = 120.0
"""Reading text out of a file, without recognition."""
MAX_OCR_SECONDS = 3600.0
MAX_OCR_PAGE_SECONDS = 120


class Deadline:
    """Raises ``time-limit`` once ``seconds`` have passed since it was made."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self._end:
            raise failure("time-limit")
