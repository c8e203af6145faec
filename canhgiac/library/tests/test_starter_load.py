"""Loading the starter library: whole, once, and never over what people wrote."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import AuditEntry
from canhgiac.library.models import (
    Edition,
    ExampleMessage,
    FormEdition,
    FormLaw,
    Law,
    Material,
    PublicationEntry,
    ScamForm,
)
from canhgiac.library.services.starter import (
    starter_contacts,
    starter_forms,
    starter_laws,
    starter_materials,
    starter_messages,
)
from canhgiac.library.services.starter_load import example_sha256, starter_load
from tests.factories.library import library

pytestmark = pytest.mark.django_db


def test_a_first_load_is_whole() -> None:
    loaded = starter_load()
    told = starter_forms()
    assert (loaded.forms, loaded.laws, loaded.proposals) == (len(told), len(starter_laws()), 0)
    assert loaded.examples == len({example_sha256(message.text) for message in starter_messages()})
    assert FormEdition.objects.filter(state="published", is_starter=True).count() == len(told)
    assert not ScamForm.objects.filter(published=None).exists()
    assert PublicationEntry.objects.filter(act="published", by=None).count() == len(told) + loaded.materials
    assert (loaded.materials, loaded.contacts) == (len(starter_materials()), len(starter_contacts()))
    assert not Material.objects.filter(published=None).exists()
    for material in starter_materials():
        row = Material.objects.get(code=material.code)
        assert set(row.forms.values_list("code", flat=True)) == set(material.forms)
        assert (row.translation_of.code if row.translation_of else "") == material.translation_of
    first = told[0]
    edition = ScamForm.objects.get(code=first.code).published
    assert edition is not None
    assert (edition.truth, edition.sign_titles, edition.is_new) == (first.truth, list(first.sign_titles), first.new)
    assert [line["text"] for line in edition.talk] == [turn.text for turn in first.talk]
    assert (edition.name, edition.happens, edition.to_review) == (
        first.name,
        list(first.happens),
        list(first.to_review),
    )
    cited = {f"{link.law.code}#{link.article}".rstrip("#") for link in FormLaw.objects.filter(edition=edition)}
    assert cited == set(first.laws)
    assert "combo du lich" in edition.folded
    assert len(edition.sha256) == 64
    assert AuditEntry.objects.filter(act="library.starter_load").count() == 1
    assert Law.objects.get(code="BLHS").articles.filter(article="174").exists()


def test_running_it_again_adds_nothing() -> None:
    library()
    before = (FormEdition.objects.count(), ExampleMessage.objects.count(), PublicationEntry.objects.count())
    again = starter_load()
    assert not again
    assert before == (FormEdition.objects.count(), ExampleMessage.objects.count(), PublicationEntry.objects.count())
    assert AuditEntry.objects.filter(act="library.starter_load").count() == 1


def test_loading_is_set_based() -> None:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        library()
    assert len(seen) < 60, "statements must not grow with the forms"


def _age(code: str) -> ScamForm:
    """As if the software had come with another text when it was installed."""
    form = ScamForm.objects.get(code=code)
    form.starter_sha256 = "0" * 64
    form.save()
    return form


def test_a_newer_text_of_ours_takes_the_place_of_our_older_one() -> None:
    library()
    form = _age("F01")
    FormEdition.objects.filter(form=form).update(name="Tên cũ")
    loaded = starter_load()
    assert (loaded.forms, loaded.proposals) == (1, 0)
    form.refresh_from_db()
    assert form.published is not None
    assert (form.published.number, form.published.state) == (2, Edition.State.PUBLISHED)
    assert form.published.name == starter_forms()[0].name
    assert FormEdition.objects.get(form=form, number=1).state == Edition.State.SUPERSEDED
    acts = PublicationEntry.objects.filter(form_edition__form=form).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["published", "superseded", "published"]
    assert not starter_load()


def test_a_newer_text_of_ours_waits_beside_what_the_province_wrote() -> None:
    library()
    form = _age("F02")
    FormEdition.objects.filter(form=form).update(
        name="Lời của tỉnh", is_starter=False, reviewer=None, state="withdrawn"
    )
    form.published = None
    form.save()
    loaded = starter_load()
    assert (loaded.forms, loaded.proposals) == (0, 1)
    proposal = FormEdition.objects.get(form=form, number=2)
    assert (proposal.state, proposal.author, proposal.is_starter) == (Edition.State.DRAFT, None, True)
    assert FormEdition.objects.get(form=form, number=1).name == "Lời của tỉnh"
    assert not starter_load(), "the same text is proposed once"


def test_a_newer_text_waits_until_the_open_draft_is_done() -> None:
    library()
    form = _age("F03")
    FormEdition.objects.create(form=form, number=2, name="Đang soạn", summary="x", state="draft")
    assert not starter_load()
    FormEdition.objects.filter(form=form, number=2).delete()
    assert starter_load().forms == 1


def test_an_act_that_a_person_touched_is_left_alone(cast: object) -> None:
    library()
    editor = cast.coordinator  # type: ignore[attr-defined]
    Law.objects.filter(code="BLHS").update(name="Tên đã sửa", edited_by=editor)
    Law.objects.filter(code="BLDS").update(name="Tên cũ của phần mềm")
    assert starter_load().laws == 1
    assert Law.objects.get(code="BLHS").name == "Tên đã sửa"
    assert Law.objects.get(code="BLDS").name != "Tên cũ của phần mềm"


def test_a_message_taken_out_stays_out() -> None:
    library()
    gone = ExampleMessage.objects.first()
    assert gone is not None
    gone.state = ExampleMessage.State.REMOVED
    gone.save()
    assert not starter_load()
    gone.refresh_from_db()
    assert gone.state == ExampleMessage.State.REMOVED
