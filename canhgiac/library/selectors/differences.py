"""What changed between two editions, as people read it: by field, by sentence, by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Audience
from canhgiac.library.models import FormEdition, Law, MaterialEdition, Rule, Situation

from .editions import AnyEdition, laws_of

_WORDS = re.compile(r"\S+\s*")
ALIKE = 0.45
"""Share of common words from which two sentences are one sentence changed, not one gone and one new."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence; ``mark`` is "" for what both have, else "del" or "ins"."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence before and after; an empty side is one that was not there."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def kind(self) -> str:
        """ "same", "added", "removed" or "changed"."""
        if not self.before:
            return "added"
        if not self.after:
            return "removed"
        return "changed" if any(piece.mark for piece in (*self.before, *self.after)) else "same"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field and its sentences, all of them where any changed."""

    name: str
    label: str
    changes: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing changed."""
        return all(change.kind == "same" for change in self.changes)


def differences(
    before: AnyEdition | None, after: AnyEdition, *, laws: Sequence[tuple[str, str]] | None = None
) -> list[FieldChange]:
    """Every field that has words on either side, in the order of the page. Four queries for forms.

    ``laws`` are the citations of an unsaved ``after``.
    """
    old = told_lines(before) if before is not None else {}
    new = told_lines(after, laws)
    labels = _labels(after)
    return [
        FieldChange(name, labels[name], tuple(sentences_changed(old.get(name, []), lines)))
        for name, lines in new.items()
        if lines or old.get(name)
    ]


def _labels(edition: AnyEdition) -> dict[str, str]:
    return {name: field_label(edition, name) for name in edition.CONTENT} | {"laws": _("căn cứ pháp luật")}


def field_label(edition: AnyEdition, name: str) -> str:
    """What people call a field of the text."""
    return str(getattr(edition._meta.get_field(name), "verbose_name", name))


def told_lines(edition: AnyEdition, laws: Sequence[tuple[str, str]] | None = None) -> dict[str, list[str]]:
    """Each field's content as sentences; ``laws`` in place of the saved citations."""
    if isinstance(edition, MaterialEdition):
        return {name: _plain(getattr(edition, name)) for name in edition.CONTENT}
    found = {name: _plain(getattr(edition, name)) for name in edition.CONTENT}
    cited = laws_of(edition) if laws is None else laws
    found |= {
        "group": [str(edition.get_group_display())],
        "is_new": [_("có")] if edition.is_new else [],
        "situations": [str(Situation(value).label) for value in edition.situations],
        "targets": [str(Audience(value).label) for value in edition.targets],
        "breaks": [str(Rule(value).label) for value in edition.breaks],
        "signs": sign_lines(edition),
        "sign_titles": [],
        "talk": talk_lines(edition),
        "laws": law_lines(cited),
    }
    return found


def sign_lines(edition: FormEdition) -> list[str]:
    """Each sign as one sentence: its name and what stands under it."""
    return [f"{title}: {sign}" if title else sign for title, sign in edition.signs_shown]


def law_lines(cited: Sequence[tuple[str, str]]) -> list[str]:
    """Citations (code, article) by the acts' names, as people know them. One query."""
    names = dict(Law.objects.filter(code__in={code for code, _article in cited}).values_list("code", "name"))
    return [
        _("Điều %(article)s, %(law)s") % {"article": article, "law": names.get(code, code)}
        if article
        else names.get(code, code)
        for code, article in cited
    ]


def speakers() -> dict[str, str]:
    """Who speaks in a talk, as it is shown."""
    return {"stranger": _("Người lạ"), "you": _("Bạn"), "say": _("Bạn nên nói")}


def talk_lines(edition: FormEdition) -> list[str]:
    """Each line of the talk with its speaker and the note under it."""
    who = speakers()
    return [
        f"{who.get(line.get('who', ''), '')}: {line.get('text', '')}"
        + (f" ({note})" if (note := line.get("note")) else "")
        for line in edition.talk
    ]


def _plain(value: Any) -> list[str]:
    if isinstance(value, str):
        return [line for line in value.splitlines() if line.strip()]
    return [str(line) for line in value] if isinstance(value, list) else []


def sentences_changed(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """The sentences of both texts side by side, in the order of the new one."""
    found: list[Change] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for act, i, j, k, m in matcher.get_opcodes():
        if act == "equal":
            found += [Change((Piece(line),), (Piece(line),)) for line in before[i:j]]
        else:
            found += _replaced(list(before[i:j]), list(after[k:m]))
    return found


def _replaced(before: list[str], after: list[str]) -> list[Change]:
    """Sentences that were reworded side by side, the others as gone or new, in the order of the new text."""
    found: list[Change] = []
    for line in after:
        best = max(before, key=lambda old: _alike(old, line), default=None)
        if best is not None and _alike(best, line) >= ALIKE:
            while before[0] != best:
                found.append(Change((Piece(before.pop(0), "del"),), ()))
            before.pop(0)
            found.append(_words(best, line))
        else:
            found.append(Change((), (Piece(line, "ins"),)))
    return found + [Change((Piece(line, "del"),), ()) for line in before]


def _alike(before: str, after: str) -> float:
    return difflib.SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio()


def _words(before: str, after: str) -> Change:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for act, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = act == "equal"
        if i < j:
            left.append(Piece("".join(old[i:j]), "" if same else "del"))
        if k < m:
            right.append(Piece("".join(new[k:m]), "" if same else "ins"))
    return Change(tuple(left), tuple(right))
