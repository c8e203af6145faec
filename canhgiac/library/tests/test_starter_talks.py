"""What a starter form says for a reader in need: the truth, the call turn by turn, titles, what not to do."""

from __future__ import annotations

import re
import unicodedata

import pytest

from canhgiac.engines.recognition.hosts import is_official
from canhgiac.engines.recognition.tokens import Entity, take_apart
from canhgiac.library.models import Group, Situation
from canhgiac.library.services.starter import StarterForm, starter_forms

FORMS = starter_forms()
every_form = pytest.mark.parametrize("form", FORMS, ids=[form.code for form in FORMS])
BARE = re.compile(r"^\((Tin|Tin nhắn|Trang web)[^)]*\)|^[ -~]+$")
"""A message as it is sent, often without diacritics; everything else is written as people read it."""


def texts(form: StarterForm) -> list[str]:
    told = [turn.text for turn in form.talk] + [turn.note for turn in form.talk if turn.note]
    return [form.short, form.truth, *form.sign_titles, *form.dont, *told]


def entities(form: StarterForm, kinds: set[str]) -> list[Entity]:
    return [entity for text in texts(form) for entity in take_apart(text).entities if entity.kind in kinds]


def marked(text: str) -> bool:
    """Whether a text has letters that only Vietnamese has."""
    return any(ord(letter) > 0x7F for letter in text if letter.isalpha())


@every_form
def test_the_group_and_the_situations_are_known(form: StarterForm) -> None:
    assert form.group in Group.values
    assert 1 <= len(form.situations) <= 3
    assert len(set(form.situations)) == len(form.situations)
    assert set(form.situations) <= set(Situation.values)


@every_form
def test_lengths_suit_a_card_and_a_calm_box(form: StarterForm) -> None:
    assert 20 <= len(form.short) <= 70
    assert 60 <= len(form.truth) <= 240
    assert form.truth.endswith(".")
    assert form.truth.count(". ") <= 1, "two sentences at most"


@every_form
def test_every_sign_has_a_title(form: StarterForm) -> None:
    assert len(form.sign_titles) == len(form.signs)
    assert len(set(form.sign_titles)) == len(form.sign_titles)
    assert [title for title in form.sign_titles if not 2 <= len(title.split()) <= 6] == []
    assert [title for title in form.sign_titles if not title[0].isupper() or title.endswith(".")] == []


@every_form
def test_what_not_to_do_says_so(form: StarterForm) -> None:
    assert 3 <= len(form.dont) <= 5
    assert [line for line in form.dont if not re.match(r"(Đừng|Bố mẹ đừng) \S", line) or not line.endswith(".")] == []
    assert [line for line in form.dont if len(line) > 70] == []


@every_form
def test_a_talk_has_both_sides_and_ends_with_what_to_say(form: StarterForm) -> None:
    speakers = [turn.who for turn in form.talk]
    assert 4 <= len(speakers) <= 8
    assert speakers[0] == "stranger"
    assert speakers.count("say") == 1
    assert speakers[-1] == "say"
    assert {"stranger", "you"} <= set(speakers)
    assert [turn for turn in form.talk if len(turn.text) > 200 or len(turn.note) > 110] == []
    assert all(bool(turn.note) == (turn.who == "stranger") for turn in form.talk), "the stranger's lines are explained"


@every_form
def test_it_is_written_with_diacritics_and_calmly(form: StarterForm) -> None:
    whole = texts(form)
    assert [text for text in whole if "!" in text] == []
    assert [text for text in whole if text != unicodedata.normalize("NFC", " ".join(text.split()))] == []
    assert [text for text in whole if len(text) > 30 and not marked(text) and not BARE.match(text)] == []


@every_form
def test_it_leads_to_nobody(form: StarterForm) -> None:
    assert entities(form, {"phone", "account", "email"}) == []
    hosts = {link.value.split("/")[0] for link in entities(form, {"link"})}
    assert {host for host in hosts if not is_official(host)} == set()


def test_no_two_forms_tell_the_same_talk_or_the_same_line() -> None:
    shorts = [form.short for form in FORMS]
    assert len(set(shorts)) == len(shorts)
    openings = [form.talk[0].text for form in FORMS]
    assert len(set(openings)) == len(openings)
    last = [form.talk[-1].text for form in FORMS]
    assert len(set(last)) == len(last)


def test_every_group_and_every_situation_leads_somewhere() -> None:
    assert {form.group for form in FORMS} == set(Group.values)
    assert {code for form in FORMS for code in form.situations} == set(Situation.values)


def test_the_recent_forms_are_marked() -> None:
    assert {form.code for form in FORMS if form.new} == {f"N{number:02}" for number in range(1, 15)}
