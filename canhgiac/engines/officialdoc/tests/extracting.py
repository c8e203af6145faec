"""Short ways to extract from invented text, and the one check every extraction must pass."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from ..extraction import extract
from ..model import Extraction, Source, Span

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SÔNG HÀN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 90/KH-UBND

Sông Hàn, ngày 12 tháng 3 năm 2026

KẾ HOẠCH
Phòng, chống lừa đảo trực tuyến năm 2026

"""


def found(text: str, *, head: str = "") -> Extraction:
    return extract(Source(text=head + text, format="txt"))


def owners(extraction: Extraction) -> list[tuple[tuple[str, ...], str, list[str]]]:
    """(agencies, modality, task texts) of every assignment that is no general steering clause."""
    return [
        (part.agencies, part.modality, [task.text for task in part.tasks])
        for part in extraction.assignments
        if not part.steering
    ]


def rules(extraction: Extraction) -> set[str]:
    return {deadline.rule for deadline in extraction.deadlines if deadline.rule}


def codes(extraction: Extraction) -> set[str]:
    return {finding.code for finding in extraction.findings}


def spans(value: Any) -> Iterator[Span]:
    """Every span anywhere in an extraction."""
    if isinstance(value, Span):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from spans(getattr(value, field.name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from spans(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from spans(each)


def check_spans(extraction: Extraction, text: str) -> None:
    for span in spans(extraction):
        assert 0 <= span.start <= span.end <= len(text), span
