"""Attacks on the library by its own staff: every act that is not theirs is refused and changes nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Member, Province, Role
from canhgiac.agencies.services.tokens import token_create
from canhgiac.kit import clock
from canhgiac.library.models import (
    Contact,
    Edition,
    ExampleMessage,
    FormEdition,
    Handbook,
    MaterialEdition,
    OfficialMessage,
    Pack,
    PublicationEntry,
    RecognitionBuild,
)
from canhgiac.library.services.editions import EditionRefused, edition_publish
from canhgiac.library.services.packs import PackData, pack_create
from tests.factories import agencies, library
from tests.factories.agencies import Cast
from tests.factories.library import CHECKED

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SENT = "Ủy ban nhân dân tỉnh Thử Nghiệm thông báo: mời bà con dự buổi nói chuyện về lừa đảo trên mạng."
State = Edition.State


@dataclass(frozen=True)
class Shelf:
    """One of everything that somebody could want to change."""

    published: FormEdition
    waiting: FormEdition
    draft: MaterialEdition
    contact: Contact
    example: ExampleMessage
    official: OfficialMessage
    pack: Pack
    book: Handbook


@pytest.fixture
def shelf(cast: Cast) -> Shelf:
    writer = _person(cast, Role.Kind.EDITOR, "province")
    published, form = library.form(), library.form(state=State.IN_REVIEW, author=writer)
    example = ExampleMessage.objects.create(text="tin thử " * 4, sha256="0" * 64, added_by=writer, folded="tin thu")
    return Shelf(
        published=published,
        waiting=form,
        draft=library.material(state=State.DRAFT, author=writer, title="Bản nháp kín"),
        contact=library.contact(edited_by=writer),
        example=example,
        official=OfficialMessage.objects.create(text=SENT, sender="UBND", sent_on=clock.today(), folded="ubnd"),
        pack=pack_create(
            by=writer, data=PackData(title="Bộ của tỉnh", codes=[library.material().material.code], is_public=False)
        ),
        book=Handbook.objects.create(title="Cẩm nang", slug="cam-nang-thu", agency=cast.province),
    )


def _person(cast: Cast, kind: Role.Kind, at: str) -> Member:
    agency = getattr(cast, at)
    who = agencies.member(agency=agency)
    agencies.role(who, kind, agency)
    return who


STRANGERS = {
    "commune officer": ("commune", Role.Kind.OFFICER),
    "auditor of the province": ("province", Role.Kind.AUDITOR),
    "editor of a commune": ("commune", Role.Kind.EDITOR),
    "approver of a commune": ("commune", Role.Kind.APPROVER),
    "coordinator of a commune": ("commune", Role.Kind.COORDINATOR),
    "administrator of a commune": ("commune", Role.Kind.ADMIN),
}


def acts(shelf: Shelf) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Every act of the province's staff: the address's name, its parts, what is sent."""
    ticks = {f"ok_{point}": "on" for point in CHECKED}
    waiting, shown = ["form", shelf.waiting.pk], ["form", shelf.published.pk]
    yield "review_detail", waiting, ticks | {"version": 1, "act": "publish", "review_by": "2040-12-31"}
    yield "review_detail", waiting, {"version": 1, "act": "return", "note": "Không"}
    yield "edition_take_back", waiting, {}
    yield "edition_withdraw", shown, {"reason": "Gỡ thử"}
    yield "edition_discard", ["material", shelf.draft.pk], {}
    yield "edition_submit", ["material", shelf.draft.pk], {"version": 1}
    yield "statement_confirm", shown, {"statement": "x", "source": "y"}
    yield "statement_reopen", shown, {"statement": "x"}
    yield "form_edition_new", [shelf.published.form.code], {}
    yield "contact_confirm", [shelf.contact.code], {"version": 1}
    yield "contact_retire", [shelf.contact.code], {"version": 1}
    for act in ("approve", "remove", "restore"):
        yield "examples_decide", [], {"act": act, "ids": [shelf.example.pk]}
    yield "official_add", [], {"text": SENT + " Lần hai.", "sender": "UBND", "sent_on": "2026-11-01"}
    yield "official_withdraw", [shelf.official.pk], {}
    yield "build_request", [], {}
    yield "pack_edit", [shelf.pack.pk], {"version": 1, "title": "Của tôi", "codes": [shelf.draft.material.code]}
    yield "pack_delete", [shelf.pack.pk], {}
    yield "province_profile", [], {"version": 1, "name": "tỉnh Giả", "hotline": "0900 000 666"}
    yield "handbook_edit", [shelf.book.pk], {"version": 1, "title": "Của tôi"}
    yield "handbook_choose", [shelf.book.pk], {"muc": [f"form:{shelf.published.form.pk}"]}
    yield "handbook_bind", [shelf.book.pk], {}


def state_of_all() -> list[Any]:
    """What none of the acts may change."""
    models = (FormEdition, MaterialEdition, Contact, ExampleMessage, OfficialMessage, Pack, Handbook, Province)
    rows: list[Any] = [list(model._default_manager.order_by("pk").values()) for model in models]
    return [*rows, PublicationEntry.objects.count(), RecognitionBuild.objects.count(), AuditEntry.objects.count()]


@pytest.mark.parametrize("who", STRANGERS)
def test_every_act_of_the_provinces_staff_is_refused_to_others(cast: Cast, shelf: Shelf, who: str) -> None:
    at, kind = STRANGERS[who]
    client = Client()
    client.force_login(_person(cast, kind, at), backend=BACKEND)
    before = state_of_all()
    for name, parts, sent in acts(shelf):
        answer = client.post(reverse(name, args=parts), sent)
        assert answer.status_code in (403, 404), (who, name, answer.status_code)
        assert state_of_all() == before, (who, name)


def test_a_token_opens_no_staff_address_and_the_api_has_no_act_on_the_library(cast: Cast, shelf: Shelf) -> None:
    partner = _person(cast, Role.Kind.COORDINATOR, "province")
    _token, key = token_create(by=partner, name="Cổng", scopes=["library:read"], days=30)
    before = state_of_all()
    headers = {"authorization": f"Bearer {key}"}
    for name, parts, sent in acts(shelf):
        answer = Client().post(reverse(name, args=parts), sent, headers=headers)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/tai-khoan/login/"), name
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    for path, operations in paths.items():
        if "/library/" in path:
            assert set(operations) <= {"get"}, path
    assert state_of_all() == before


def test_texts_that_are_not_public_are_not_shown_to_officers(cast: Cast, shelf: Shelf) -> None:
    client = Client()
    client.force_login(cast.commune_officer, backend=BACKEND)
    draft, waiting = shelf.draft, shelf.waiting
    for path in (
        reverse("edition_preview", args=["material", draft.pk]),
        f"{reverse('edition_preview', args=['material', draft.pk])}bai-viet.pdf",
        f"{reverse('edition_preview', args=['form', waiting.pk])}bai-viet.pdf",
        reverse("material_detail", args=[draft.material.code]),
        reverse("material_edition", args=[draft.material.code, 1]),
        reverse("form_detail", args=[waiting.form.code]),
        reverse("form_edition", args=[waiting.form.code, 1]),
        reverse("form_as_public", args=[waiting.form.code, 1]),
        reverse("review_detail", args=["form", waiting.pk]),
    ):
        assert client.get(path).status_code in (403, 404), path
    for name in ("material_list", "form_list", "library_home", "review_list"):
        assert draft.title not in client.get(reverse(name)).content.decode(), name
    for kind in ("csv", "xlsx"):
        exported = client.get(reverse("material_export", args=[kind])).getvalue()
        assert draft.title.encode() not in exported


@pytest.mark.django_db(transaction=True)
def test_no_writer_is_the_second_person_though_many_try_at_once() -> None:
    cast = agencies.cast()
    writer, helper = (_person(cast, Role.Kind.COORDINATOR, "province") for _ in range(2))
    edition = library.form(state=State.IN_REVIEW, author=writer)
    FormEdition.objects.filter(pk=edition.pk).update(writers=[writer.pk, helper.pk])
    edition.refresh_from_db()
    refused: list[str] = []

    def attempt(who: Member) -> None:
        try:
            edition_publish(
                by=who, edition=edition, checklist=CHECKED, review_by=clock.today() + dt.timedelta(days=365)
            )
        except EditionRefused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(who,)) for who in (writer, helper) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    edition.refresh_from_db()
    assert len(refused) == 6
    assert all("người thứ hai" in message for message in refused)
    assert edition.state == State.IN_REVIEW
