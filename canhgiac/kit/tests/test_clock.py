"""When the next occurrence of a due rule falls."""

from __future__ import annotations

import datetime as dt

import pytest

from canhgiac.kit.clock import next_occurrence


@pytest.mark.parametrize(
    ("rule", "after", "strictly_before", "expected"),
    [
        (None, "2026-11-22", False, None),
        ("2026-11-10", "2026-11-22", False, "2026-11-10"),
        ("2026-11-10", "2026-10-01", True, "2026-11-09"),
        ("--06-15", "2026-06-14", True, "2026-06-14"),
        ("--06-15", "2026-06-15", True, "2027-06-14"),
        ("--06-15", "2026-06-15", False, "2026-06-15"),
        ("--01-01", "2026-12-31", True, "2026-12-31"),
        ("--02-29", "2027-01-01", False, "2027-02-28"),
        ("--02-29", "2028-01-01", False, "2028-02-29"),
        ("P1M", "2026-12-05", False, "2026-12-31"),
        ("P3M", "2026-02-05", True, "2026-03-31"),
        ("P6M", "2026-07-01", False, "2026-12-31"),
        ("P1Y", "2026-07-01", False, "2026-12-31"),
    ],
)
def test_next_occurrence(rule: str | None, after: str, strictly_before: bool, expected: str | None) -> None:
    found = next_occurrence(rule, dt.date.fromisoformat(after), strictly_before=strictly_before)
    assert (found.isoformat() if found else None) == expected


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        next_occurrence("P7W", dt.date(2026, 11, 22))
