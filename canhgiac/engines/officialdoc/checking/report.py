"""What a check says: rule by rule whether it is kept, where it is not, what was found and what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["ok", "broken", "unsure"]
STATES: tuple[State, ...] = ("ok", "broken", "unsure")
STATE_WORDS = {"ok": "Đạt", "broken": "Chưa đúng", "unsure": "Chưa xác định được"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``source`` is its place in Decree 30/2020/NĐ-CP."""

    code: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as asked. ``where`` quotes the words, ``paragraph`` counts from 1 (0: the whole file)."""

    found: str
    asked: str
    where: str = ""
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """How one rule is kept. "unsure": the file does not show it, as a number that the clerk has not given yet."""

    rule: Rule
    state: State
    findings: tuple[Finding, ...] = ()

    @property
    def state_words(self) -> str:
        """The state in Vietnamese."""
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Report:
    """The results of every rule that concerns the document."""

    results: tuple[Result, ...]

    @property
    def broken(self) -> tuple[Result, ...]:
        """The rules that the document breaks."""
        return tuple(result for result in self.results if result.state == "broken")

    @property
    def is_ok(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken

    def count(self, state: State) -> int:
        """How many rules are in a state."""
        return sum(result.state == state for result in self.results)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "ok": self.is_ok,
            "counts": {state: self.count(state) for state in STATES},
            "rules": [
                {
                    "code": result.rule.code,
                    "title": result.rule.title,
                    "source": result.rule.source,
                    "state": result.state,
                    "findings": [
                        {"where": f.where, "paragraph": f.paragraph, "found": f.found, "asked": f.asked}
                        for f in result.findings
                    ],
                }
                for result in self.results
            ],
        }


class Notes:
    """Gathers the findings of one rule."""

    def __init__(self) -> None:
        self.broken: list[Finding] = []
        self.unsure: list[Finding] = []

    def breaks(self, found: str, asked: str, where: str = "", paragraph: int = 0) -> None:
        """A finding that breaks the rule."""
        self.broken.append(Finding(found, asked, _short(where), paragraph))

    def doubts(self, found: str, asked: str, where: str = "", paragraph: int = 0) -> None:
        """Something that the file does not show."""
        self.unsure.append(Finding(found, asked, _short(where), paragraph))

    def result(self, rule: Rule) -> Result:
        """Broken before unsure before kept; of many findings the first and how many there are."""
        found = self.broken or self.unsure
        shown = tuple(found[:_MOST])
        if len(found) > _MOST:
            shown += (Finding(f"và {len(found) - _MOST} chỗ khác tương tự", found[0].asked),)
        return Result(rule, "broken" if self.broken else "unsure" if self.unsure else "ok", shown)


_MOST = 5
_WORDS = 90


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WORDS else text[: _WORDS - 1] + "…"
