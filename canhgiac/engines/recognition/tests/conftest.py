"""The model that every installation starts with, made once for all tests of recognition."""

from __future__ import annotations

from pathlib import Path

import pytest

from canhgiac.engines.recognition import Model
from tests.learned import learned

STARTER = Path(__file__).parents[3] / "library" / "services" / "starter"
"""Read as files: the engine knows no library."""


@pytest.fixture(scope="session")
def messages() -> list[tuple[str, str | None]]:
    """(text, form or None for a genuine message)."""
    return [
        (line.partition(" | ")[2], path.stem if path.parent.name == "examples" else None)
        for path in sorted(STARTER.glob("*/*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]


@pytest.fixture(scope="session")
def model(messages: list[tuple[str, str | None]]) -> Model:
    """Learned from all of them."""
    return learned(messages)
