"""Messages that recognition learns from: proposed by one person, taken into use by a second."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.engines.recognition.tokens import take_apart
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import ExampleMessage, ScamForm
from canhgiac.library.selectors.editions import require_standing

LEAST, MOST = 12, 4000
"""Characters of an example."""
MANY = 500
"""Messages that may be added at once."""
WRITERS = (Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.COORDINATOR)
APPROVERS = (Role.Kind.APPROVER, Role.Kind.COORDINATOR)
_HIDDEN = frozenset({"phone", "account", "number", "email"})
_ID_DIGITS = 9
"""A number with as many digits or more may be an identity number, an account, a card."""


class ExampleRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ExamplesAdded:
    """What became of messages given together."""

    added: int
    known: int
    """Already among the examples."""
    unfit: tuple[int, ...]
    """Places, from 1, of those too short or too long."""


def without_people(text: str) -> str:
    """The message with the digits of phones, accounts and long numbers, and e-mail names, made unusable.

    Their shape stays, which is what recognition learns. Links stay too: they are the trick, not a person.

    >>> without_people("Goi 0912345678, STK 0071000123456")
    'Goi 0900000000, STK 0000000000000'
    """
    tokens = take_apart(text)
    held = list(text)
    for entity in tokens.entities:
        digits = sum(char.isdigit() for char in entity.value)
        if entity.kind not in _HIDDEN or (entity.kind == "number" and digits < _ID_DIGITS):
            continue
        start, end = tokens.source(entity.start, entity.end)
        blank = _blank(text[start:end], phone=entity.kind == "phone", mail=entity.kind == "email")
        held[start:end] = list(blank)
    return "".join(held)


def _blank(words: str, *, phone: bool, mail: bool) -> str:
    """As many characters as before: entities keep their places."""
    if mail:
        name, _at, rest = words.partition("@")
        return "x" * len(name) + _at + rest
    left, seen = [], 0
    for char in words:
        if char.isdigit():
            seen += 1
            left.append("9" if phone and seen == 2 and words.lstrip().startswith("0") else "0")
        else:
            left.append(char)
    return "".join(left)


def example_sha256(text: str) -> str:
    """By what a message is the same as another: its words without marks and case."""
    return hashlib.sha256(fold(text).encode()).hexdigest()


@transaction.atomic
def examples_add(
    *,
    by: Member,
    texts: Sequence[str],
    form: ScamForm | None,
    register: str = "",
    source: ExampleMessage.Source = ExampleMessage.Source.EDITOR,
) -> ExamplesAdded:
    """Proposes messages of a form, or genuine ones. They count once a second person takes them into use.

    People's numbers are made unusable before they are written down (``without_people``). Raises NotAllowed,
    ExampleRefused.
    """
    require_standing(by, *WRITERS)
    if len(texts) > MANY:
        raise ExampleRefused(_("Mỗi lần thêm nhiều nhất %d tin.") % MANY, "texts")
    cleaned = [storable(text).strip() for text in texts]
    unfit = tuple(place for place, text in enumerate(cleaned, 1) if not LEAST <= len(text) <= MOST)
    fit = [without_people(text) for text in cleaned if LEAST <= len(text) <= MOST]
    if not fit:
        raise ExampleRefused(
            _("Mỗi tin dài từ %(least)d đến %(most)d ký tự.") % {"least": LEAST, "most": MOST}, "texts"
        )
    rows = {
        example_sha256(text): ExampleMessage(
            form=form, register=register[:20], text=text, folded=fold(text), sha256=example_sha256(text),
            source=source, added_by=by,
        )
        for text in fit
    }  # fmt: skip
    known = set(ExampleMessage.objects.filter(sha256__in=rows).values_list("sha256", flat=True))
    new = [row for sha256, row in rows.items() if sha256 not in known]
    ExampleMessage.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        first = ExampleMessage.objects.get(sha256=new[0].sha256)
        facts = {"form": form.code if form else "", "added": len(new)}
        audit_record(by=by, act="library.examples_add", subject=first, facts=facts)
    return ExamplesAdded(len(new), len(fit) - len(new), unfit)


@transaction.atomic
def examples_approve(*, by: Member, examples: Iterable[ExampleMessage]) -> int:
    """Takes proposed messages into use, and has recognition learn anew. The own ones stay; returns how many were taken.

    Raises NotAllowed when all of them are the member's own.
    """
    require_standing(by, *APPROVERS)
    wanted = ExampleMessage.objects.select_for_update().filter(
        pk__in=[row.pk for row in examples], state=ExampleMessage.State.PROPOSED
    )
    rows = list(wanted)
    others = [row for row in rows if row.added_by_id != by.pk]
    if rows and not others:
        raise NotAllowed(_("Tin mẫu do bạn thêm cần một người khác duyệt."))
    ExampleMessage.objects.filter(pk__in=[row.pk for row in others]).update(
        state=ExampleMessage.State.IN_USE, approved_by=by, approved_at=clock.now()
    )
    if others:
        audit_record(by=by, act="library.examples_approve", subject=others[0], facts={"taken": len(others)})
        work.enqueue("library.recognition_build")
    return len(others)


@transaction.atomic
def examples_remove(*, by: Member, examples: Iterable[ExampleMessage]) -> int:
    """Takes messages out of use, or turns proposed ones down. They stay in the table, so that this can be undone."""
    require_standing(by, *APPROVERS)
    rows = list(
        ExampleMessage.objects.select_for_update()
        .filter(pk__in=[row.pk for row in examples])
        .exclude(state=ExampleMessage.State.REMOVED)
    )
    ExampleMessage.objects.filter(pk__in=[row.pk for row in rows]).update(state=ExampleMessage.State.REMOVED)
    if rows:
        audit_record(by=by, act="library.examples_remove", subject=rows[0], facts={"removed": len(rows)})
        work.enqueue("library.recognition_build")
    return len(rows)


@transaction.atomic
def examples_restore(*, by: Member, examples: Iterable[ExampleMessage]) -> int:
    """Brings removed messages back: in use when a second person or the software had taken them, else proposed."""
    require_standing(by, *APPROVERS)
    removed = ExampleMessage.objects.select_for_update().filter(
        pk__in=[row.pk for row in examples], state=ExampleMessage.State.REMOVED
    )
    rows = list(removed)
    for row in rows:
        vouched = row.approved_by_id is not None or row.source == ExampleMessage.Source.STARTER
        row.state = ExampleMessage.State.IN_USE if vouched else ExampleMessage.State.PROPOSED
    ExampleMessage.objects.bulk_update(rows, ["state"])
    if rows:
        audit_record(by=by, act="library.examples_restore", subject=rows[0], facts={"restored": len(rows)})
        work.enqueue("library.recognition_build")
    return len(rows)
