"""A picture that is asked about stays in memory, as ``kit.uploads`` keeps it."""

from __future__ import annotations

from canhgiac.engines.recognition.pictures import MOST_BYTES
from canhgiac.kit import uploads


class InMemory(uploads.InMemory):
    """Keeps one picture of at most ``MOST_BYTES``."""

    most = MOST_BYTES
