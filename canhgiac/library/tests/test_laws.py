"""Citations on a day, the register of acts, its pages."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.library.models import FormLaw, Law, LawArticle
from canhgiac.library.selectors.laws import (
    ENDED,
    IN_FORCE,
    NOT_YET,
    LawFilter,
    citation,
    export_rows,
    headings,
    laws_for_form,
    laws_list,
    state_on,
)
from canhgiac.library.selectors.publiclaws import law_slug, law_url
from canhgiac.library.services.laws import (
    LawData,
    LawRefused,
    articles_read,
    law_confirm,
    law_create,
    law_edit,
)
from tests.factories import library as make
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 7, 1)


def act(code: str, from_day: dt.date, until: dt.date | None = None, successor: Law | None = None) -> Law:
    return Law.objects.create(
        code=code, number=f"{code}/NĐ-CP", name=f"Nghị định thử {code}", issued=from_day, from_day=from_day,
        until_day=until, successor=successor, folded=f"nghi dinh thu {code.lower()}",
    )  # fmt: skip


def data(code: str = "ND1-2026") -> LawData:
    return LawData(
        code=code,
        number="1/2026/NĐ-CP",
        name="Nghị định thử nghiệm số một",
        issued=dt.date(2026, 1, 5),
        from_day=dt.date(2026, 2, 1),
        articles={"3": "Điều cấm", "12": "Mức phạt"},
        to_review=("Mức phạt cần đối chiếu.",),
    )


def chain() -> tuple[Law, Law, Law]:
    third = act("ND3", dt.date(2027, 1, 1))
    second = act("ND2", DAY, dt.date(2026, 12, 31), third)
    first = act("ND1", dt.date(2020, 1, 1), dt.date(2026, 6, 30), second)
    return first, second, third


# Citations ----------------------------------------------------------------------------------------------------------


def test_the_first_and_the_last_day_are_in_force() -> None:
    first, _second, _third = chain()
    assert state_on(first, dt.date(2019, 12, 31)) == NOT_YET
    assert state_on(first, dt.date(2020, 1, 1)) == IN_FORCE
    assert state_on(first, dt.date(2026, 6, 30)) == IN_FORCE
    assert state_on(first, DAY) == ENDED


def test_a_citation_names_the_act_in_force_at_the_end_of_the_chain() -> None:
    first, second, third = chain()
    LawArticle.objects.create(law=first, article="15", says="Phạt hành vi gian dối")
    before = citation("ND1", "15", dt.date(2025, 1, 1))
    assert (before.in_force, before.successor, before.says) == (True, None, "Phạt hành vi gian dối")
    assert before.label == "Điều 15, ND1/NĐ-CP"
    assert (citation("ND1", on=DAY).state, citation("ND1", on=DAY).successor) == (ENDED, second)
    assert citation("ND1", on=dt.date(2027, 5, 1)).successor == third
    assert citation("ND3", on=DAY).state == NOT_YET


def test_an_act_that_ended_without_a_successor_says_so() -> None:
    act("ND9", dt.date(2020, 1, 1), dt.date(2021, 1, 1))
    found = citation("ND9", on=DAY)
    assert (found.in_force, found.successor) == (False, None)
    with pytest.raises(Law.DoesNotExist):
        citation("KHONG-CO")


def test_what_a_form_cites_is_told_in_few_queries() -> None:
    first, second, _third = chain()
    LawArticle.objects.create(law=first, article="9", says="Chín")
    LawArticle.objects.create(law=first, article="10", says="Mười")
    edition = make.form()
    for law, article in ((second, ""), (first, "10"), (first, "9")):
        FormLaw.objects.create(edition=edition, law=law, article=article)
    with CaptureQueriesContext(connection, ) as seen:  # fmt: skip
        told = laws_for_form(edition, DAY)
    assert len(seen) == 4
    assert [(one.law.code, one.article, one.says, one.state) for one in told] == [
        ("ND1", "9", "Chín", ENDED),
        ("ND1", "10", "Mười", ENDED),
        ("ND2", "", "", IN_FORCE),
    ]
    assert told[0].successor == second


def test_every_citation_of_the_starter_library_is_law_today() -> None:
    make.library()
    on = dt.date(2026, 11, 22)
    for link in FormLaw.objects.select_related("law"):
        assert state_on(link.law, on) == IN_FORCE, link.law.number
    assert citation("LANM-2018", on=on).successor == Law.objects.get(code="LANM-2025")
    assert citation("ND167-2013", on=on).successor == Law.objects.get(code="ND282-2025")


# Services -----------------------------------------------------------------------------------------------------------


def test_an_editor_writes_and_a_second_person_confirms(editor: Member, approver: Member) -> None:
    law = law_create(by=editor, data=data())
    assert [row.article for row in law.articles.order_by("pk")] == ["3", "12"]
    assert "muc phat" in law.folded
    with pytest.raises(NotAllowed):
        law_confirm(by=editor, law=law, version=law.version)
    done = law_confirm(by=approver, law=law, version=law.version)
    assert (done.confirmed_by, done.to_review) == (approver, [])
    acts = AuditEntry.objects.filter(act__startswith="library.law").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["library.law_create", "library.law_confirm"]


def test_who_wrote_it_last_does_not_confirm(cast: Cast, approver: Member) -> None:
    law = law_create(by=cast.coordinator, data=data())
    with pytest.raises(LawRefused, match="Người sửa không tự xác nhận"):
        law_confirm(by=cast.coordinator, law=law, version=law.version)
    law_confirm(by=approver, law=law, version=law.version)


def test_any_change_ends_the_confirmation(editor: Member, approver: Member) -> None:
    law = law_create(by=editor, data=data())
    law = law_confirm(by=approver, law=law, version=law.version)
    law = law_edit(by=editor, law=law, data=replace(data(), articles={"12": "Mức phạt mới"}), version=law.version)
    assert (law.confirmed_by, law.confirmed_at) == (None, None)
    assert [(row.article, row.says) for row in law.articles.all()] == [("12", "Mức phạt mới")]


def test_a_stale_edit_loses_nothing(editor: Member) -> None:
    law = law_create(by=editor, data=data())
    law_edit(by=editor, law=law, data=replace(data(), name="Tên của người thứ nhất"), version=law.version)
    with pytest.raises(LawRefused, match="vừa sửa"):
        law_edit(by=editor, law=law, data=replace(data(), name="Tên của người thứ hai"), version=law.version)
    law.refresh_from_db()
    assert law.name == "Tên của người thứ nhất"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "nd 1"}, "code"),
        ({"issued": dt.date(2026, 3, 1)}, "from_day"),
        ({"until_day": dt.date(2025, 1, 1)}, "until_day"),
        ({"articles": {"4": " "}}, "articles"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(editor: Member, change: dict[str, Any], field: str) -> None:
    with pytest.raises(LawRefused) as refused:
        law_create(by=editor, data=replace(data(), **change))
    assert refused.value.field == field


def test_successors_lead_forward_and_never_in_a_circle(editor: Member) -> None:
    first, second, _third = chain()
    with pytest.raises(LawRefused) as refused:
        law_create(by=editor, data=replace(data(), successor=second))
    assert refused.value.field == "until_day"
    with pytest.raises(LawRefused) as refused:
        law_create(by=editor, data=replace(data(), until_day=dt.date(2026, 12, 31), successor=first))
    assert refused.value.field == "successor"
    told = replace(
        data(), number=second.number, issued=dt.date(2019, 1, 1), from_day=dt.date(2019, 1, 1),
        until_day=dt.date(2026, 12, 31), successor=first,
    )  # fmt: skip
    with pytest.raises(LawRefused, match="thay lẫn nhau"):
        law_edit(by=editor, law=second, data=told, version=second.version)


def test_articles_are_read_line_by_line() -> None:
    assert articles_read("174 | Lừa đảo\n\nĐiều 290 | Dùng mạng") == {"174": "Lừa đảo", "290": "Dùng mạng"}
    with pytest.raises(LawRefused, match="Dòng 2"):
        articles_read("174 | Lừa đảo\nchỉ có chữ")
    with pytest.raises(LawRefused, match="hai dòng"):
        articles_read("1 | a\n1 | b")


# Pages --------------------------------------------------------------------------------------------------------------


def test_the_list_finds_filters_and_sorts() -> None:
    first, second, third = chain()
    third.to_review = ["Cần xem"]
    third.save()
    assert list(laws_list(LawFilter(q="thử nd2"), on=DAY)) == [second]
    assert list(laws_list(LawFilter(state=ENDED), on=DAY)) == [first]
    assert list(laws_list(LawFilter(state=NOT_YET), on=DAY)) == [third]
    assert list(laws_list(LawFilter(mark="statements"), on=DAY)) == [third]
    assert list(laws_list(LawFilter(), sort="so")) == [first, second, third]
    assert list(laws_list(LawFilter(), sort="-so")) == [third, second, first]
    assert len(next(export_rows(laws_list(LawFilter())))) == len(headings())


def test_the_list_page_asks_the_same_whatever_it_shows(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    chain()
    client.get(reverse("law_list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("law_list"))
    for number in range(12):
        act(f"ND1{number}", dt.date(2021, 1, 1))
    with CaptureQueriesContext(connection) as many:
        answer = client.get(reverse("law_list"))
    assert len(many) == len(few)
    assert "Chưa xác nhận" in answer.content.decode()


def test_the_pages_carry_an_act_from_draft_to_confirmed(editor: Member, approver: Member, client: Client) -> None:
    client.force_login(editor)
    given = {
        "code": "ND5-2026", "number": "5/2026/NĐ-CP", "name": "Nghị định thử năm", "issued": "2026-01-01",
        "from_day": "2026-02-01", "articles": "7 | Hành vi bị cấm", "to_review": "",
    }  # fmt: skip
    wrong = client.post(reverse("law_create"), given | {"articles": "bảy"})
    assert wrong.status_code == 422
    assert "Nghị định thử năm" in wrong.content.decode(), "what was typed stays"
    assert client.post(reverse("law_create"), given).status_code == 302
    law = Law.objects.get(code="ND5-2026")
    edited = given | {"version": law.version, "name": "Nghị định thử năm, sửa"}
    assert client.post(reverse("law_edit", args=[law.code]), edited).status_code == 302
    client.force_login(approver)
    shown = client.get(reverse("law_detail", args=[law.code])).content.decode()
    assert "Hành vi bị cấm" in shown
    law.refresh_from_db()
    client.post(reverse("law_confirm", args=[law.code]), {"version": law.version})
    law.refresh_from_db()
    assert law.confirmed_by == approver


def test_the_list_is_exported(cast: Cast, client: Client) -> None:
    chain()
    client.force_login(cast.auditor)
    csv = b"".join(client.get(reverse("law_export", args=["csv"]))).decode("utf-8-sig")
    assert "ND2/NĐ-CP" in csv
    assert "Còn hiệu lực" in csv
    xlsx = client.get(reverse("law_export", args=["xlsx"]))
    assert b"".join(xlsx)[:2] == b"PK"


def test_who_may_not_write_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    assert client.get(reverse("law_list")).status_code == 200
    with pytest.raises(NotAllowed):
        law_create(by=cast.auditor, data=data())


def test_an_act_has_a_public_page_that_search_engines_find(client: Client) -> None:
    today = clock.today()
    now = act("NEW", today - dt.timedelta(days=30))
    old = act("OLD", today - dt.timedelta(days=900), today - dt.timedelta(days=31), now)
    LawArticle.objects.create(law=now, article="12", says="Phạt hành vi thử")
    edition = make.form(name="Giả người thử")
    FormLaw.objects.create(edition=edition, law=now, article="12")
    FormLaw.objects.create(edition=edition, law=now, article="")

    with CaptureQueriesContext(connection) as queries:
        page = client.get(law_url("NEW/NĐ-CP"))
    assert len(queries) <= 14
    text = page.content.decode()
    assert (page.status_code, page["X-Canhgiac-Keep"]) == (200, "public")
    assert f"Có hiệu lực từ ngày {now.from_day:%d/%m/%Y}" in text
    assert "Phạt hành vi thử" in text
    assert text.count("Giả người thử") == 2
    assert law_url(old.number) in text
    assert "chờ cán bộ pháp chế đối chiếu" in text
    record = json.loads(re.findall(r'application/ld\+json">(.*?)</script>', text, re.DOTALL)[0])["@graph"][0]
    assert (record["@type"], record["legislationIdentifier"]) == ("Legislation", "NEW/NĐ-CP")

    ended = client.get(law_url(old.number), {"che-do": "chu"}).content.decode()
    assert f"Hết hiệu lực sau ngày {old.until_day:%d/%m/%Y}" in ended
    assert f'href="{law_url(now.number)}"' in ended
    index = client.get(reverse("law_index")).content.decode()
    assert index.index(law_url(now.number)) < index.index(law_url(old.number))
    assert law_url(old.number) in client.get(reverse("law_index"), {"che-do": "chu"}).content.decode()
    assert law_url(now.number) in client.get("/sitemap.xml").content.decode()
    assert law_url(now.number) in client.get(reverse("form_page", args=[edition.form.slug])).content.decode()
    assert client.get(reverse("law_page", args=["khong-co"])).status_code == 404


def test_each_act_of_the_starter_library_has_its_own_address() -> None:
    make.library()
    numbers = list(Law.objects.values_list("number", flat=True))
    assert len({law_slug(number) for number in numbers}) == len(numbers)
    assert law_url("100/2015/QH13").endswith("/phap-luat/100-2015-qh13/")
