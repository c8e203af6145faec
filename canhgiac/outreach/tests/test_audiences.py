"""Rules over subscribers: whom they mean, the count beside the people, names kept, dropped, taken back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Area, AreaSuccession, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach.models import Consent, SavedAudience, Subscriber, Suppression, Way
from canhgiac.outreach.selectors.audiences import (
    Rule,
    audience_count,
    audience_sql,
    group_choices,
    groups_mask,
    groups_of,
)
from canhgiac.outreach.services import audiences as services
from canhgiac.outreach.services import subscribers
from canhgiac.outreach.services.refusals import WarningRefused
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def people(rule: Rule) -> set[int]:
    sql, params = audience_sql(rule)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({sql}) people", params)
        found = [row[0] for row in cursor.fetchall()]
    assert len(found) == len(set(found)) == audience_count(rule).total
    return set(found)


def editor(cast: Cast) -> Member:
    member = agencies.member(agency=cast.province)
    agencies.role(member, Role.Kind.EDITOR, cast.province)
    return member


def test_within_a_field_any_between_fields_all(cast: Cast) -> None:
    village = agencies.area(name="Thôn 1", level=Area.Level.GROUP, parent=cast.commune_area)
    other = agencies.area(name="Phường Suối", kind="phường", parent=cast.province_area)
    old = outreach.subscriber(area=village, groups=("elderly",))
    pupil = outreach.subscriber(Way.EMAIL, area=other, groups=("pupils", "parents"))
    nowhere = outreach.subscriber(Way.ZALO, language="en")
    waiting = outreach.subscriber(active=False, area=village)
    stopped = outreach.subscriber(area=village)
    subscribers.subscriber_stop(digest=bytes(stopped.digest), means=Consent.Means.SMS)
    everyone = {old.pk, pupil.pk, nowhere.pk}
    assert waiting.pk not in everyone
    for rule, meant in (
        (Rule(), everyone),
        (Rule(areas=(cast.commune_area.pk,)), {old.pk}),
        (Rule(areas=(village.pk, other.pk)), {old.pk, pupil.pk}),
        (Rule(areas=(cast.province_area.pk,)), everyone),
        (Rule(areas=(other.pk,), without_area=True), {pupil.pk, nowhere.pk}),
        (Rule(without_area=True), {nowhere.pk}),
        (Rule(groups=("elderly", "parents")), {old.pk, pupil.pk}),
        (Rule(groups=("parents",), ways=("sms",)), set()),
        (Rule(ways=("sms", "zalo")), {old.pk, nowhere.pk}),
        (Rule(languages=("en",)), {nowhere.pk}),
        (Rule(origins=("web",)), everyone),
        (Rule(origins=("import",)), set()),
    ):
        assert people(rule) == meant, rule


def test_a_rule_written_wrongly_never_grows(cast: Cast) -> None:
    outreach.subscriber(groups=("elderly",))
    for rule in (Rule(groups=("x",)), Rule(ways=("fax",)), Rule(languages=("xx",)), Rule(areas=(10**9,))):
        assert people(rule) == set()


def test_a_commune_takes_in_those_of_the_communes_it_came_from(cast: Cast) -> None:
    former = agencies.area(name="Xã Cũ", parent=cast.province_area)
    row = outreach.subscriber(area=former)
    AreaSuccession.objects.create(predecessor=former, successor=cast.commune_area, on=clock.today())
    assert people(Rule(areas=(cast.commune_area.pk,))) == {row.pk}


def test_the_count_tells_channels_communes_and_who_is_left_out(cast: Cast) -> None:
    village = agencies.area(name="Thôn 1", level=Area.Level.GROUP, parent=cast.commune_area)
    for place in (village, cast.commune_area, None):
        outreach.subscriber(area=place)
    outreach.subscriber(Way.EMAIL, area=village)
    gone, stopped = outreach.subscriber(area=village), outreach.subscriber()
    subscribers.subscriber_gone(digest=bytes(gone.digest))
    subscribers.subscriber_stop(digest=bytes(stopped.digest), means=Consent.Means.SMS)
    count = audience_count(Rule())
    assert (count.total, count.suppressed, count.communes, count.without_area) == (4, 2, 1, 1)
    assert count.by_way == {"sms": 3, "email": 1, "zalo": 0, "messenger": 0, "push": 0}
    assert [(one.name, one.count) for one in count.by_area] == [("Xã Đồi Mây", 3)]
    assert audience_count(Rule(areas=(village.pk,))).suppressed == 1


def test_the_select_gives_the_commune_and_never_a_suppressed_address(cast: Cast) -> None:
    village = agencies.area(name="Thôn 1", level=Area.Level.GROUP, parent=cast.commune_area)
    row = outreach.subscriber(area=village, with_marks=True)
    sql, params = audience_sql(Rule())
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description]
        [found] = [dict(zip(names, line, strict=True)) for line in cursor.fetchall()]
        assert names == ["id", "way", "digest", "address", "area_id", "language", "with_marks", "lot", "token"]
        assert (found["id"], found["area_id"], found["with_marks"]) == (row.pk, cast.commune_area.pk, True)
        assert (bytes(found["digest"]), found["token"]) == (bytes(row.digest), row.token)
        Suppression.objects.create(digest=row.digest, why=Suppression.Why.DO_NOT_CALL)
        cursor.execute(sql, params)
        assert cursor.fetchall() == []


def test_no_service_leaves_an_active_row_that_is_suppressed(cast: Cast) -> None:
    for end in ("stop", "gone", "erase"):
        row = outreach.subscriber()
        if end == "erase":
            subscribers.subscriber_erase(subscriber=row, means=Consent.Means.LINK)
        elif end == "gone":
            subscribers.subscriber_gone(digest=bytes(row.digest))
        else:
            subscribers.subscriber_stop(digest=bytes(row.digest), means=Consent.Means.SMS)
    suppressed = set(map(bytes, Suppression.objects.values_list("digest", flat=True)))
    active = set(map(bytes, Subscriber.objects.filter(state="active").values_list("digest", flat=True)))
    assert len(suppressed) == 3
    assert not suppressed & active


def test_a_rule_goes_into_a_table_and_comes_back() -> None:
    rule = Rule(
        areas=(3, 4), groups=("elderly",), languages=("vi",), ways=("sms",), origins=("web",), without_area=True
    )
    assert Rule.from_json(rule.to_json()) == rule
    assert Rule.from_json({}) == Rule()
    wrong: list[Any] = [[], {"where": 1}, {"areas": ["1"]}, {"areas": [True]}, {"ways": "sms"}, {"groups": [1]}]
    for bad in wrong:
        with pytest.raises(ValueError, match=r"rule|ids|words"):
            Rule.from_json(bad)


def test_groups_are_bits_in_an_order_that_stays() -> None:
    assert Subscriber.GROUPS[:3] == ("elderly", "pupils", "students")
    assert groups_mask(["elderly", "parents", "x"]) == 1 | 1 << 13
    assert groups_of(1 | 1 << 13) == ("elderly", "parents")
    assert len(group_choices()) == len(Subscriber.GROUPS)


def test_an_audience_is_kept_changed_dropped_and_taken_back(cast: Cast) -> None:
    rule = Rule(groups=("elderly",))
    with pytest.raises(NotAllowed):
        services.audience_save(by=cast.auditor, name="Người già", rule=rule)
    row = services.audience_save(by=editor(cast), name="  Người   già ", rule=rule)
    assert (row.name, Rule.from_json(row.rule)) == ("Người già", rule)
    for name in ("", "x" * 121, "Người già"):
        with pytest.raises(WarningRefused):
            services.audience_save(by=cast.coordinator, name=name, rule=rule)
    with pytest.raises(WarningRefused) as stale:
        services.audience_save(by=cast.coordinator, name="Khác", rule=rule, audience=row, version=9)
    assert stale.value.version == 1
    row = services.audience_save(by=cast.coordinator, name="Khác", rule=Rule(), audience=row, version=1)
    assert row.version == 2
    for act in (services.audience_drop, services.audience_restore):
        with pytest.raises(NotAllowed):
            act(by=cast.auditor, audience=row)
    services.audience_drop(by=cast.coordinator, audience=row)
    services.audience_save(by=cast.coordinator, name="Khác", rule=Rule())
    with pytest.raises(WarningRefused):
        services.audience_restore(by=cast.coordinator, audience=row)
    SavedAudience.objects.exclude(pk=row.pk).delete()
    assert services.audience_restore(by=cast.coordinator, audience=row).dropped_at is None


# Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coordinator)
    return client


def test_the_builder_counts_while_the_rule_is_built(page: Client, cast: Cast) -> None:
    outreach.subscriber(area=cast.commune_area, groups=("elderly",))
    stopped = outreach.subscriber(area=cast.commune_area)
    subscribers.subscriber_stop(digest=bytes(stopped.digest), means=Consent.Means.SMS)
    text = page.get(reverse("audience_count"), {"areas": "Xã Đồi Mây"}).content.decode()
    assert "1 người đăng ký" in text
    assert "trong 1 xã, phường" in text
    assert "đã trừ 1 người từ chối nhận" in text
    assert "Không có địa bàn" in page.get(reverse("audience_count"), {"areas": "Xã Nào Đó"}).content.decode()
    bad = page.post(reverse("audience_create"), {"name": "", "areas": "Xã Đồi Mây", "groups": ["elderly"]})
    assert bad.status_code == 422
    assert "Xã Đồi Mây" in bad.content.decode()
    made = page.post(reverse("audience_create"), {"name": "Già", "areas": "Xã Đồi Mây", "groups": ["elderly"]})
    assert made.status_code == 302
    row = SavedAudience.objects.get()
    assert Rule.from_json(row.rule) == Rule(areas=(cast.commune_area.pk,), groups=("elderly",))
    listed = page.get(reverse("audience_list")).content.decode()
    assert "Xã Đồi Mây; Người cao tuổi" in listed
    page.post(reverse("audience_drop", args=[row.pk]))
    assert "Khôi phục" in page.get(reverse("audience_list")).content.decode()
    page.post(reverse("audience_restore", args=[row.pk]))
    again = page.post(reverse("audience_edit", args=[row.pk]), {"name": "Già", "version": 1})
    assert again.status_code == 422, "another version stands by now"
    done = page.post(reverse("audience_edit", args=[row.pk]), {"name": "Già", "version": 3})
    assert done.status_code == 302


def test_who_opens_what(client: Client, cast: Cast) -> None:
    outreach.provider()
    row = outreach.subscriber()
    lists = ("subscriber_list", "subscriber_import_list", "suppression_list", "inbound_list")
    urls = [reverse(name) for name in lists] + [reverse("subscriber_detail", args=[row.pk])]
    counts = [reverse(name) for name in ("audience_list", "audience_count")]
    for url in (*urls, *counts):
        assert client.get(url).status_code == 302
    for member, seen, counted in (
        (cast.coordinator, 200, 200),
        (cast.auditor, 200, 200),
        (editor(cast), 403, 200),
        (cast.officer, 403, 403),
        (cast.admin, 403, 403),
    ):
        client.force_login(member)
        assert {client.get(url).status_code for url in urls} == {seen}, member
        assert {client.get(url).status_code for url in counts} == {counted}, member
    client.force_login(cast.auditor)
    assert client.post(reverse("subscriber_request", args=[row.pk, "ngung"])).status_code == 403
    assert (
        client.post(reverse("subscriber_call"), {"way": "sms", "address": row.address, "viec": "ngung"}).status_code
        == 403
    )
    assert client.get(reverse("audience_create")).status_code == 403


def test_no_page_or_file_of_the_staff_shows_an_address(page: Client, cast: Cast) -> None:
    provider = outreach.provider()
    row = outreach.subscriber(to="+84900000123", area=cast.commune_area, groups=("elderly",))
    outreach.heard(provider, row.address, "Alo")
    urls = [reverse(name) for name in ("subscriber_list", "inbound_list")]
    urls += [reverse("subscriber_detail", args=[row.pk]), reverse("subscriber_export", args=["csv"])]
    for url in urls:
        answer = page.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert "0900 *** 123" in body.decode("utf-8-sig"), url
        assert "900000123" not in body.decode("utf-8-sig"), url


def test_the_list_narrows_sorts_and_needs_few_queries(
    page: Client, cast: Cast, django_assert_max_num_queries: MaxQueries
) -> None:
    empty = page.get(reverse("subscriber_list")).content.decode()
    assert "Chưa có ai đăng ký" in empty
    rows = [outreach.subscriber(area=cast.commune_area, groups=("elderly",)) for _one in range(3)]
    mail = outreach.subscriber(Way.EMAIL)
    with django_assert_max_num_queries(12):
        page.get(reverse("subscriber_list"))
    for query, meant in (
        ({"way": "email"}, [mail]),
        ({"area": "Xã Đồi Mây", "sort": "luc"}, rows),
        ({"group": "elderly"}, rows[::-1]),
        ({"state": "stopped"}, []),
        ({"origin": "web", "way": "email"}, [mail]),
        ({"way": "nonsense"}, [mail, *rows[::-1]]),
    ):
        found = page.get(reverse("subscriber_list"), query).context["page"].object_list
        assert [one.pk for one in found] == [one.pk for one in meant], query


def test_who_calls_is_found_signed_up_or_stopped(page: Client) -> None:
    outreach.provider()
    row = outreach.subscriber(to="+84900000123")
    url = reverse("subscriber_call")
    found = page.post(url, {"way": "sms", "address": "0900 000 123", "viec": "tim"})
    assert found.url == reverse("subscriber_detail", args=[row.pk])  # type: ignore[attr-defined]
    assert page.post(url, {"way": "sms", "address": "0900 000 999", "viec": "tim"}).status_code == 302
    assert page.post(url, {"way": "sms", "address": "abc", "viec": "tim"}).status_code == 422
    page.post(url, {"way": "sms", "address": "0900 000 123", "viec": "ngung"})
    assert Subscriber.objects.get().state == "stopped"
    page.post(url, {"way": "sms", "address": "0900 000 124", "viec": "dang-ky"})
    assert Subscriber.objects.get(address="+84900000124").state == "pending"
    row.refresh_from_db()
    asked = {"means": "call", "version": row.version}
    page.post(reverse("subscriber_request", args=[row.pk, "xoa"]), asked)
    assert not Subscriber.objects.filter(pk=row.pk).exists()


def test_messages_wait_for_a_person_and_are_ticked_off(page: Client) -> None:
    provider = outreach.provider()
    heard = outreach.heard(provider, "+84900000123", "Cho tôi hỏi")
    outreach.heard(provider, "+84900000124", "TC")
    text = page.get(reverse("inbound_list")).content.decode()
    assert "Cho tôi hỏi" in text
    assert "0900 *** 124" not in text
    assert "0900 *** 124" in page.get(reverse("inbound_list"), {"act": "all"}).content.decode()
    page.post(reverse("inbound_answer", args=[heard.pk]))
    assert "Không có tin nào chờ đọc" in page.get(reverse("inbound_list")).content.decode()
