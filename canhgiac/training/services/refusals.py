"""Why an act of training is refused."""

from __future__ import annotations


class TrainingRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the field at fault.

    ``version`` is the version that stands now where the person had seen an older one, else 0.
    """

    def __init__(self, message: str, field: str = "", *, version: int = 0) -> None:
        super().__init__(message)
        self.field, self.version = field, version


class SittingRefused(TrainingRefused):
    """The same of a sitting: it cannot begin, or what was given is no answer to the question."""


class SittingOver(SittingRefused):
    """The sitting takes no answers any more: its time is up or it was handed in. What came before is kept."""
