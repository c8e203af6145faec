"""Puts the starter library into the tables: on a first start all of it, after an upgrade what is new.

What the province made its own stays: an act, a line or a text that a person touched is not written over. A newer text
of a form that the province edited or withdrew waits as a draft edition for its people to judge.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

from canhgiac import work
from canhgiac.agencies.services import audit_record
from canhgiac.kit.text import fold
from canhgiac.library.models import Contact, ExampleMessage, Law, LawArticle, ScamForm

from .starter import (
    StarterContact,
    StarterLaw,
    starter_contacts,
    starter_forms,
    starter_laws,
    starter_materials,
    starter_messages,
)
from .starter_works import FormShelf, MaterialShelf

LOCK = 7_210_041
"""Number of the advisory lock that lets one machine load at a time."""
BATCH = 1000


@dataclass(frozen=True, slots=True)
class StarterLoaded:
    """Rows that a load added or renewed; ``proposals`` wait for the province's people."""

    laws: int = 0
    contacts: int = 0
    forms: int = 0
    materials: int = 0
    proposals: int = 0
    examples: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@transaction.atomic
def starter_load() -> StarterLoaded:
    """Loads what is missing or newer; running it again adds nothing. A constant number of statements but for news."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    laws, contacts = _laws(starter_laws()), _contacts(starter_contacts())
    forms, proposals = FormShelf(starter_forms()).load()
    materials, more = MaterialShelf(starter_materials()).load()
    examples = _examples()
    loaded = StarterLoaded(laws, contacts, forms, materials, proposals + more, examples)
    if loaded:
        first = ScamForm.objects.order_by("pk").first()
        assert first is not None
        audit_record(by=None, act="library.starter_load", subject=first, facts=asdict(loaded))
    if forms or examples:
        work.enqueue("library.recognition_build")
    return loaded


# Acts ---------------------------------------------------------------------------------------------------------------


def _laws(given: list[StarterLaw]) -> int:
    """Acts nobody touched are as the starter library says; returns how many were added or changed."""
    held = {law.code: law for law in Law.objects.all()}
    fresh, changed = [], []
    for told in given:
        facts: dict[str, Any] = {
            "number": told.number,
            "name": told.name,
            "issued": dt.date.fromisoformat(told.issued),
            "from_day": dt.date.fromisoformat(told.from_day),
            "until_day": dt.date.fromisoformat(told.until_day) if told.until_day else None,
            "to_review": list(told.to_review),
            "folded": fold(f"{told.code} {told.number} {told.name} {' '.join((told.articles or {}).values())}"),
        }
        law = held.get(told.code)
        if law is None:
            fresh.append(Law(code=told.code, **facts))
        elif _untouched(law) and _differs(law, facts):
            changed.append(law)
    Law.objects.bulk_create(fresh)
    Law.objects.bulk_update(changed, ["number", "name", "issued", "from_day", "until_day", "to_review", "folded"])
    held |= {law.code: law for law in fresh}
    _successors(given, held)
    _articles(given, held)
    return len(fresh) + len(changed)


def _differs(row: Any, facts: dict[str, Any]) -> bool:
    """Sets what differs and says whether anything did."""
    names = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in names:
        setattr(row, name, facts[name])
    return bool(names)


def _successors(given: list[StarterLaw], held: dict[str, Law]) -> None:
    linked = []
    for told in given:
        law, successor = held[told.code], held.get(told.successor)
        if law.edited_by_id is None and law.successor_id != (successor.pk if successor else None):
            law.successor = successor
            linked.append(law)
    Law.objects.bulk_update(linked, ["successor"])


def _articles(given: list[StarterLaw], held: dict[str, Law]) -> None:
    rows = [
        LawArticle(law=held[told.code], article=str(article), says=says)
        for told in given
        if _untouched(held[told.code])
        for article, says in (told.articles or {}).items()
    ]
    LawArticle.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["law", "article"], update_fields=["says"], batch_size=BATCH
    )


# Lines to call ------------------------------------------------------------------------------------------------------


def _contacts(given: list[StarterContact]) -> int:
    """Lines nobody touched are as the starter library says; returns how many were added or changed."""
    held = {contact.code: contact for contact in Contact.objects.all()}
    fresh, changed = [], []
    for position, told in enumerate(given, start=1):
        facts: dict[str, Any] = {
            "kind": told.kind,
            "name": told.name,
            "short_names": list(told.short_names),
            "bins": list(told.bins),
            "phones": list(told.phones),
            "web": told.web,
            "hours": told.hours,
            "note": told.note,
            "position": position,
            "source": told.source,
            "checked_on": dt.date.fromisoformat(told.checked) if told.checked else None,
            "folded": fold(" ".join([told.name, *told.short_names, *told.phones, told.web])),
        }
        contact = held.get(told.code)
        if contact is None:
            fresh.append(Contact(code=told.code, is_starter=True, **facts))
        elif _untouched(contact) and _differs(contact, facts):
            changed.append(contact)
    Contact.objects.bulk_create(fresh)
    if changed:
        Contact.objects.bulk_update(changed, list(facts))
    return len(fresh) + len(changed)


def _untouched(row: Law | Contact) -> bool:
    """Whether no person changed or confirmed it."""
    return row.edited_by_id is None and row.confirmed_by_id is None


# Messages -----------------------------------------------------------------------------------------------------------


def example_sha256(text: str) -> str:
    """By this a message is learned once: over the folded text."""
    return hashlib.sha256(fold(text).encode()).hexdigest()


def _examples() -> int:
    """Messages not there yet; one that a person removed stays removed."""
    forms = {form.code: form for form in ScamForm.objects.all()}
    known = set(ExampleMessage.objects.values_list("sha256", flat=True))
    rows: dict[str, ExampleMessage] = {}
    for told in starter_messages():
        digest = example_sha256(told.text)
        if digest not in known and digest not in rows:
            rows[digest] = ExampleMessage(
                form=forms[told.form] if told.form else None,
                register=told.register,
                text=told.text,
                sha256=digest,
                source=ExampleMessage.Source.STARTER,
                state=ExampleMessage.State.IN_USE,
                folded=fold(told.text),
            )
    ExampleMessage.objects.bulk_create(rows.values(), batch_size=BATCH)
    return len(rows)
