"""One report as its page shows it: sections, groups, and at each field everything a writer or reader needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from canhgiac.kit.numbers import number_words
from canhgiac.reporting.models import FieldComment, FormField, Submission, SubmissionFile

from .prefill import Prefilled, is_number
from .validation import Fault, differs

BLANK_ROWS = 2
NUMERALS = ("I", "II", "III", "IV", "V", "VI")


@dataclass
class Item:
    """One field of the page."""

    field: FormField
    value: Any = None
    stands: bool = False
    """Whether there is an answer; a null one is "chưa có số liệu"."""
    previous: Any = None
    came: Prefilled | None = None
    origin: Mapping[str, Any] = made(default_factory=dict)
    files: Sequence[SubmissionFile] = ()
    comments: Sequence[FieldComment] = ()
    faults: list[Fault] = made(default_factory=list)
    error: str = ""
    """What could not be understood."""
    raw: Mapping[str, str] = made(default_factory=dict)
    theirs: Any = None
    """In a conflict: what another writer put there."""
    who: str = ""
    joined: bool = False
    """Another writer changed it since this page was made."""

    @property
    def text(self) -> str:
        """What stands in the input."""
        return self.raw.get(f"f{self.field.pk}", "")

    @property
    def unknown(self) -> bool:
        """Whether "chưa có số liệu" is ticked."""
        return f"u{self.field.pk}" in self.raw

    @property
    def reason(self) -> str:
        """Why it differs from its source."""
        return self.raw.get(f"r{self.field.pk}", "") or str(self.origin.get("reason", ""))

    @property
    def jump(self) -> str:
        """Why it is far from the period before."""
        return self.raw.get(f"j{self.field.pk}", "") or str(self.origin.get("jump", ""))

    @property
    def asks_reason(self) -> bool:
        """Whether the figure differs from what its source gives now."""
        if any(fault.rule == "override" for fault in self.faults):
            return True
        return self.stands and self.field.kind == "figure" and differs(self.value, self.came)

    @property
    def asks_jump(self) -> bool:
        """Whether the figure is far from the period before."""
        return bool(self.jump) or any(fault.rule == "jump" for fault in self.faults)

    @property
    def source_moved(self) -> bool:
        """Whether the source gives another number than when the answer was written."""
        seen = self.origin.get("value")
        if self.came is None or self.came.value is None or not self.stands:
            return False
        return not is_number(seen) or seen != self.came.value

    @property
    def seen(self) -> Any:
        """What the source gave when the answer was written."""
        return self.origin.get("value")

    @property
    def came_text(self) -> str:
        """What its source gives now, as it is typed; "" where it gives nothing."""
        return number_words(self.came.value) if self.came and self.came.value is not None else ""

    @property
    def rows(self) -> list[list[tuple[str, str, Mapping[str, Any]]]]:
        """Of a table: (input name, text, column), with blank rows at the end."""
        pk, width = self.field.pk, len(self.field.columns)
        starts = [name.split(":") for name in self.raw if name.startswith(f"f{pk}:")]
        count = max((int(parts[1]) + 1 for parts in starts), default=0) + BLANK_ROWS
        return [
            [
                (f"f{pk}:{row}:{at}", self.raw.get(f"f{pk}:{row}:{at}", ""), self.field.columns[at])
                for at in range(width)
            ]
            for row in range(count)
        ]


@dataclass
class Group:
    """Fields under one sub-heading."""

    title: str
    items: list[Item] = made(default_factory=list)


@dataclass
class Section:
    """One numbered part of the report."""

    key: str
    title: str
    numeral: str = ""
    """I, II, … in this report."""
    groups: list[Group] = made(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """All its fields."""
        return [item for group in self.groups for item in group.items]


def items_of(
    fields: Sequence[FormField],
    report: Submission | None,
    *,
    previous: Mapping[str, Any] | None = None,
    files: Mapping[str, Sequence[SubmissionFile]] | None = None,
    comments: Mapping[str, Sequence[FieldComment]] | None = None,
) -> dict[str, Item]:
    """The fields with the report's answers, by code. No queries."""
    answers = report.answers if report else {}
    origins = report.origins if report else {}
    return {
        one.code: Item(
            field=one,
            value=answers.get(one.code),
            stands=one.code in answers,
            previous=(previous or {}).get(one.code),
            origin=origins.get(one.code, {}),
            files=(files or {}).get(one.code, ()),
            comments=(comments or {}).get(one.code, ()),
        )
        for one in fields
    }


def sections_of(items: Mapping[str, Item]) -> list[Section]:
    """The items by section and group, in the order of the form's sections."""
    by_section: dict[str, Section] = {}
    for item in items.values():
        key = item.field.section
        section = by_section.setdefault(key, Section(key, str(FormField.Section(key).label)))
        if not section.groups or section.groups[-1].title != item.field.group:
            section.groups.append(Group(item.field.group))
        section.groups[-1].items.append(item)
    found = [by_section[key] for key in FormField.Section.values if key in by_section]
    for numeral, section in zip(NUMERALS, found, strict=False):
        section.numeral = numeral
    return found
