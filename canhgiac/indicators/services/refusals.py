"""What the register refuses, in words for the person who asked."""

from __future__ import annotations


class IndicatorRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act is refused; the message says why in Vietnamese, ``field`` at which field of a form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
