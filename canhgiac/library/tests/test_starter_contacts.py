"""The starter's telephone book: numbers of a possible shape, each with its source, no bank told twice."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import pytest

from canhgiac.engines.recognition.hosts import is_official
from canhgiac.kit.text import fold
from canhgiac.library.models import Contact
from canhgiac.library.services.starter import StarterContact, starter_contacts

CONTACTS = starter_contacts()
every_contact = pytest.mark.parametrize("contact", CONTACTS, ids=[contact.code for contact in CONTACTS])
PHONE = re.compile(r"1[89]00\d{4}|1[89]00\d{6}|02\d{9}|069\d{7}|11[1-5]|156|5656|9090|198")
"""Free and charged service numbers, landlines, the network of the Ministry of Public Security, short codes."""


@every_contact
def test_a_contact_fits_the_table(contact: StarterContact) -> None:
    assert re.fullmatch(r"[a-z0-9-]{2,40}", contact.code)
    assert contact.kind in Contact.Kind.values
    assert 3 <= len(contact.name) <= 160
    assert all(0 < len(name) <= 60 for name in contact.short_names)
    assert all(re.fullmatch(r"\d{6}", number) for number in contact.bins)
    assert len(contact.note) <= 300
    assert 3 <= len(contact.source) <= 200
    assert "!" not in contact.note


@every_contact
def test_a_number_is_one_that_can_be_dialled(contact: StarterContact) -> None:
    assert [phone for phone in contact.phones if not PHONE.fullmatch(phone)] == []


@every_contact
def test_what_no_source_shows_waits_for_review(contact: StarterContact) -> None:
    if contact.source == "trí nhớ" or "khác nhau" in contact.source or "Chưa thấy" in contact.source:
        assert contact.to_review
        assert not contact.checked
    if not contact.to_review:
        assert dt.date.fromisoformat(contact.checked)
    if "khác nhau" in contact.source or "Chưa thấy" in contact.source:
        assert contact.phones == ()


@every_contact
def test_whoever_has_no_number_says_what_to_do(contact: StarterContact) -> None:
    assert contact.phones or contact.note
    if contact.kind == "bank" and not contact.phones:
        assert "sau thẻ" in contact.note or "điểm giao dịch" in contact.note


@every_contact
def test_the_web_address_is_a_bare_host(contact: StarterContact) -> None:
    assert contact.web == "" or re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", contact.web)
    if contact.kind in {"state", "police"} and contact.web:
        assert is_official(contact.web) or contact.web in {"tinnhiemmang.vn", "canhbao.khonggianmang.vn"}


def test_codes_names_and_acquirer_ids_are_told_once() -> None:
    for told in (
        [contact.code for contact in CONTACTS],
        [fold(contact.name) for contact in CONTACTS],
        [number for contact in CONTACTS for number in contact.bins],
        [fold(name) for contact in CONTACTS for name in contact.short_names],
        [phone for contact in CONTACTS for phone in contact.phones],
    ):
        assert [value for value, times in Counter(told).items() if times > 1] == []


def test_the_banks_people_use_and_the_lines_they_need_are_there() -> None:
    by_kind = Counter(contact.kind for contact in CONTACTS)
    assert by_kind["bank"] >= 40
    assert by_kind["wallet"] >= 5
    assert by_kind["telecom"] >= 4
    assert {"113", "156", "111", "a05", "vneid", "tinnhiemmang", "ntrust"} <= {contact.code for contact in CONTACTS}
