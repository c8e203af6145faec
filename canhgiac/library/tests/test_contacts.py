"""The register of real lines: who may be given which number, banks by any name, the second person, its pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.library.models import Contact
from canhgiac.library.selectors.contacts import (
    ContactFilter,
    bank_for,
    banks,
    contacts_list,
    contacts_public,
    export_rows,
    headings,
    phones_told,
)
from canhgiac.library.services.contacts import (
    ContactData,
    ContactRefused,
    contact_confirm,
    contact_create,
    contact_edit,
    contact_restore,
    contact_retire,
    phone_read,
)
from tests.factories import library as make
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
Kind = Contact.Kind


def data() -> ContactData:
    return ContactData(
        kind=Kind.BANK,
        name="Ngân hàng TMCP Hoa Sen (Hoa Sen Bank)",
        short_names=("Hoa Sen Bank", "HSB"),
        bins=("999901",),
        phones=("1900 000 001",),
        web="hoasen.test",
        note="Cuộc gọi mất phí.",
        source="Trang liên hệ của ngân hàng, 2026",
        checked_on=dt.date(2026, 1, 2),
    )


def line(code: str, **given: Any) -> Contact:
    facts: dict[str, Any] = {"kind": Kind.BANK, "name": f"Ngân hàng {code}", "phones": ["1900000002"]}
    return Contact.objects.create(code=code, folded=code, **(facts | given))


# Who may be given which number --------------------------------------------------------------------------------------


def test_a_number_from_memory_is_given_to_nobody() -> None:
    assert phones_told(line("nho", source="trí nhớ")) == []
    assert phones_told(line("thay", source="trang", checked_on=dt.date(2026, 1, 1))) == ["1900000002"]


def test_what_one_person_wrote_is_given_when_a_second_confirmed(editor: Member, approver: Member) -> None:
    row = contact_create(by=editor, data=data())
    assert phones_told(row) == []
    assert not contacts_public().filter(pk=row.pk).exists()
    with pytest.raises(NotAllowed):
        contact_confirm(by=editor, contact=row, version=row.version)
    row = contact_confirm(by=approver, contact=row, version=row.version)
    assert phones_told(row) == ["1900000001"]
    assert contacts_public().filter(pk=row.pk).exists()
    row = contact_edit(by=editor, contact=row, data=replace(data(), phones=("1900 000 009",)), version=row.version)
    assert phones_told(row) == [], "a changed number waits for the second person again"
    acts = AuditEntry.objects.filter(act__startswith="library.contact").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["library.contact_create", "library.contact_confirm", "library.contact_edit"]


def test_who_wrote_it_does_not_confirm(cast: Cast) -> None:
    row = contact_create(by=cast.coordinator, data=data())
    with pytest.raises(ContactRefused, match="Người sửa không tự xác nhận"):
        contact_confirm(by=cast.coordinator, contact=row, version=row.version)


def test_out_of_use_is_shown_nowhere_and_comes_back_unconfirmed(editor: Member, approver: Member) -> None:
    row = contact_confirm(by=approver, contact=(made := contact_create(by=editor, data=data())), version=made.version)
    row = contact_retire(by=editor, contact=row, version=row.version)
    assert not contacts_public().exists()
    assert bank_for(name="HSB") is None
    with pytest.raises(ContactRefused):
        contact_confirm(by=approver, contact=row, version=row.version)
    row = contact_restore(by=editor, contact=row, version=row.version)
    assert (row.is_retired, row.confirmed_at, phones_told(row)) == (False, None, [])


def test_a_line_without_a_number_is_public_when_it_says_what_to_do() -> None:
    line("cong-an-xa", kind=Kind.POLICE, phones=[], note="Đến trực tiếp.")
    line("trong", kind=Kind.STATE, phones=[])
    assert [row.code for row in contacts_public()] == ["cong-an-xa"]


def test_a_local_line_is_for_its_area_and_what_lies_in_it(cast: Cast) -> None:
    line("tinh", area=cast.province_area, checked_on=dt.date(2026, 1, 1))
    line("xa", area=cast.commune_area, checked_on=dt.date(2026, 1, 1))
    assert [row.code for row in contacts_public()] == []
    assert {row.code for row in contacts_public(cast.commune_area)} == {"tinh", "xa"}
    assert {row.code for row in contacts_public(cast.province_area)} == {"tinh"}


# Banks by any name --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Vietcombank", "VCB", "vcb", "Ngân hàng Vietcombank", "ngoai thuong"])
def test_a_bank_is_found_as_people_write_it(name: str) -> None:
    make.library()
    found = bank_for(name=name)
    assert found is not None
    assert found.code == "vietcombank"


def test_a_bank_is_found_by_its_acquirer_id_and_not_by_half_a_name() -> None:
    make.library()
    found = bank_for("970436")
    assert found is not None
    assert found.code == "vietcombank"
    assert bank_for("000000") is None
    assert bank_for(name="Viet") is None
    assert bank_for() is None
    assert {row.kind for row in banks()} == {Kind.BANK, Kind.WALLET}


def test_no_number_of_the_starter_that_is_from_memory_is_public() -> None:
    make.library()
    told = [row for row in contacts_public() if phones_told(row)]
    assert len(told) >= 20
    assert {row.source for row in told} & {"trí nhớ", "Chưa thấy nguồn"} == set()
    assert all(row.checked_on for row in told)


# Refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "khac"}, "kind"),
        ({"name": " "}, "name"),
        ({"phones": ("gọi cho tôi",)}, "phones"),
        ({"source": ""}, "source"),
        ({"phones": (), "note": ""}, "note"),
        ({"web": "https://hoasen.test/lien-he"}, "web"),
        ({"bins": ("12",)}, "bins"),
        ({"kind": Kind.TELECOM}, "bins"),
        ({"checked_on": dt.date(2099, 1, 1)}, "checked_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(editor: Member, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ContactRefused) as refused:
        contact_create(by=editor, data=replace(data(), **change))
    assert refused.value.field == field


def test_an_acquirer_id_is_of_one_bank(editor: Member) -> None:
    contact_create(by=editor, data=data())
    with pytest.raises(ContactRefused, match="đang thuộc"):
        contact_create(by=editor, data=replace(data(), name="Ngân hàng khác"))


def test_a_stale_edit_loses_nothing(editor: Member) -> None:
    row = contact_create(by=editor, data=data())
    contact_edit(by=editor, contact=row, data=replace(data(), note="Của người thứ nhất."), version=row.version)
    with pytest.raises(ContactRefused, match="vừa sửa"):
        contact_edit(by=editor, contact=row, data=replace(data(), note="Của người thứ hai."), version=row.version)


def test_a_number_is_kept_as_it_is_dialled() -> None:
    assert phone_read("069.219-4053") == "0692194053"
    assert phone_read("(024) 3205 3205") == "02432053205"


# Pages --------------------------------------------------------------------------------------------------------------


def test_the_list_finds_filters_and_sorts() -> None:
    a = line("a", source="trí nhớ")
    b = line("b", checked_on=dt.date(2026, 1, 1))
    c = line("c", kind=Kind.TELECOM, phones=[], note="x", is_retired=True)
    assert list(contacts_list(ContactFilter(mark="hidden"))) == [a]
    assert list(contacts_list(ContactFilter(mark="retired"))) == [c]
    assert list(contacts_list(ContactFilter(q="b"))) == [b]
    assert list(contacts_list(ContactFilter(), sort="-ten")) == [b, a]
    assert len(next(export_rows(contacts_list(ContactFilter())))) == len(headings())


def test_the_list_page_asks_the_same_whatever_it_shows(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    line("a")
    client.get(reverse("contact_list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("contact_list"))
    for number in range(20):
        line(f"nh-{number}", edited_by=cast.coordinator, area=cast.province_area)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(reverse("contact_list"))
    assert len(many) == len(few)
    assert "chưa cho dân xem" in answer.content.decode()


def test_the_pages_carry_a_line_to_confirmed_and_out_of_use(editor: Member, approver: Member, client: Client) -> None:
    client.force_login(editor)
    given = {
        "kind": "bank", "name": "Ngân hàng Hoa Sen", "short_names": "HSB, Hoa Sen", "phones": "1900 000 001",
        "source": "Trang liên hệ, 2026", "note": "",
    }  # fmt: skip
    wrong = client.post(reverse("contact_create"), given | {"source": ""})
    assert wrong.status_code == 422
    assert "Ngân hàng Hoa Sen" in wrong.content.decode(), "what was typed stays"
    assert client.post(reverse("contact_create"), given).status_code == 302
    row = Contact.objects.get()
    assert (row.short_names, row.phones) == (["HSB", "Hoa Sen"], ["1900000001"])
    edited = given | {"version": row.version, "note": "Mất phí."}
    assert client.post(reverse("contact_edit", args=[row.code]), edited).status_code == 302
    row.refresh_from_db()
    client.force_login(approver)
    assert "chưa cho dân xem" in client.get(reverse("contact_detail", args=[row.code])).content.decode()
    client.post(reverse("contact_confirm", args=[row.code]), {"version": row.version})
    row.refresh_from_db()
    assert phones_told(row) == ["1900000001"]
    client.force_login(editor)
    client.post(reverse("contact_retire", args=[row.code]), {"version": row.version})
    row.refresh_from_db()
    assert row.is_retired
    client.post(reverse("contact_restore", args=[row.code]), {"version": row.version})
    row.refresh_from_db()
    assert not row.is_retired


def test_the_register_is_exported(cast: Cast, client: Client) -> None:
    line("a", source="trí nhớ")
    client.force_login(cast.auditor)
    csv = b"".join(client.get(reverse("contact_export", args=["csv"]))).decode("utf-8-sig")
    assert "Ngân hàng a" in csv
    assert b"".join(client.get(reverse("contact_export", args=["xlsx"])))[:2] == b"PK"
