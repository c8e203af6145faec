"""Doubts about a verdict: the message is kept only with consent, and not for ever."""

from __future__ import annotations

import datetime as dt

from canhgiac.kit import clock
from canhgiac.library.models import Doubt
from canhgiac.library.services.doubts import doubt_make, doubts_erase
from tests.factories.library import form


def make(*, consented: bool, **changed: str) -> Doubt:
    told = {"given_state": "danger", "form_code": "", "build": "abc", "note": "Tin của ngân hàng tôi", "text": "Chào"}
    return doubt_make(**{**told, **changed}, thinks=Doubt.Thinks.GENUINE, consented=consented)


def test_without_consent_the_message_is_dropped(db: None) -> None:
    assert make(consented=False).text == ""
    assert make(consented=True).text == "Chào"


def test_the_named_form_is_kept_and_an_unknown_one_is_none(db: None) -> None:
    known = form()
    assert make(consented=True, form_code=known.form.code).given_form == known.form
    assert make(consented=True, form_code="X-KHONG").given_form is None
    assert len(make(consented=True, text="a" * 9000).text) == 3000


def test_messages_are_erased_after_their_days(db: None) -> None:
    old, young = make(consented=True), make(consented=True)
    Doubt.objects.filter(pk=old.pk).update(at=clock.now() - dt.timedelta(days=Doubt.ERASE_AFTER + 1))

    assert doubts_erase(now=clock.now()) == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.text, old.note) == ("", "")
    assert young.text == "Chào"
    assert doubts_erase(now=clock.now()) == 0
