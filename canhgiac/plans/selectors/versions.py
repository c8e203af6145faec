"""How two versions of one plan differ: tasks paired by likeness, changed words marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.db.models import Prefetch

from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment, Plan, ReviewState, Task

ALIKE = 0.6
"""Share of common words in order from which two clauses are the same task, reworded."""
CANDIDATES = 5
"""Old tasks looked at closely for one new task: those that share most rare words with it."""
COMMON = 0.2
"""A word in more than this share of the old tasks (and in more than 20) tells them not apart."""


def pair(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """For each new text the index of the old text it goes on from, where there is one; each old one once.

    Same words first, then by likeness, best first. Looks closely at few candidates a text, so that a thousand
    tasks against a thousand take seconds, not minutes.
    """
    olds, news = [fold(text).split() for text in old], [fold(text).split() for text in new]
    pairs: dict[int, int] = {}
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, words in enumerate(olds):
        places[tuple(words)].append(index)
    for index, words in enumerate(news):
        if same := places.get(tuple(words)):
            pairs[index] = same.pop(0)
    free = set(range(len(olds))) - set(pairs.values())
    scored = sorted(
        _scored(olds, news, free, [index for index in range(len(news)) if index not in pairs]), reverse=True
    )
    for _score, index, candidate in scored:
        if index not in pairs and candidate in free:
            pairs[index] = candidate
            free.discard(candidate)
    return pairs


def _scored(
    olds: Sequence[list[str]], news: Sequence[list[str]], free: set[int], asked: Sequence[int]
) -> list[tuple[float, int, int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for index in sorted(free):
        for word in set(olds[index]):
            holders[word].append(index)
    limit = max(20, COMMON * len(free))
    found = []
    for index in asked:
        shared = Counter(
            candidate
            for word in set(news[index])
            if len(holders.get(word, ())) <= limit
            for candidate in holders.get(word, ())
        )
        for candidate, _count in shared.most_common(CANDIDATES):
            score = SequenceMatcher(None, olds[candidate], news[index], autojunk=False).ratio()
            if score >= ALIKE:
                found.append((score, index, candidate))
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words: "same", "out" (only in the old text) or "in" (only in the new)."""

    kind: str
    text: str


def word_changes(old: str, new: str) -> list[Words]:
    """The new text with what left and what came, word by word."""
    before, after = old.split(), new.split()
    runs: list[Words] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Words("same", " ".join(after[k:m])))
            continue
        if i < j:
            runs.append(Words("out", " ".join(before[i:j])))
        if k < m:
            runs.append(Words("in", " ".join(after[k:m])))
    return runs


@dataclass(slots=True)
class Change:
    """A task in both versions. ``words`` is empty where the text is the same."""

    old: Task
    new: Task
    words: list[Words]
    agencies_out: list[str]
    agencies_in: list[str]
    due: tuple[str, str] | None


@dataclass(slots=True)
class Changes:
    """What a new version of a plan changes."""

    same: int = 0
    changed: list[Change] = field(default_factory=list)
    new: list[Task] = field(default_factory=list)
    gone: list[Task] = field(default_factory=list)


def draft_replacing(plan: Plan) -> Plan | None:
    """The new version of this plan, read or being reviewed, where there is one."""
    return Plan.objects.filter(replaces=plan).first()


def version_changes(plan: Plan) -> Changes:
    """What ``plan`` changes against the plan it replaces. Constant number of queries."""
    changes = Changes()
    shares = Prefetch("assignments", Assignment.objects.select_related("agency").order_by("agency__path"))
    tasks = Task.objects.exclude(review=ReviewState.REJECTED).prefetch_related(shares)
    olds = {task.pk: task for task in tasks.filter(plan=plan.replaces_id)}
    for task in tasks.filter(plan=plan):
        old = olds.pop(task.carries_on_id or 0, None)
        if old is None:
            changes.new.append(task)
        elif change := _change(old, task):
            changes.changed.append(change)
        else:
            changes.same += 1
    changes.gone = list(olds.values())
    return changes


def _change(old: Task, new: Task) -> Change | None:
    words = [] if old.text.split() == new.text.split() else word_changes(old.text, new.text)
    before = {f"{share.agency.name} ({share.get_part_display()})" for share in old.assignments.all()}
    after = {f"{share.agency.name} ({share.get_part_display()})" for share in new.assignments.all()}
    moved = (old.due_rule, old.strictly_before) != (new.due_rule, new.strictly_before)
    if not words and before == after and not moved:
        return None
    due = (old.due_text or "", new.due_text or "") if moved else None
    return Change(old, new, words, sorted(before - after), sorted(after - before), due)
