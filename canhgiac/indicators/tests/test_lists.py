"""Lists of others: a file read, what it would change, taken in, taken back; the same file again changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.indicators.models import Indicator, ListImport, Listing, Sighting
from canhgiac.indicators.selectors.lookup import lookup
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services.lists import (
    list_accept,
    list_drop,
    list_read,
    list_source_create,
    list_source_edit,
    list_source_retire,
    list_take,
    list_undo,
    list_upload,
)
from canhgiac.kit import clock
from tests.factories import agencies, exchange
from tests.factories import indicators as factory
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
State = ListImport.State


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def officer(cast: Cast) -> Any:
    member = agencies.member(full_name="Người Nhận Tin", agency=cast.police)
    agencies.role(member, Role.Kind.TIP_OFFICER, cast.police)
    return member


def everything() -> tuple[Any, ...]:
    """The register as a value to compare."""
    indicators = Indicator.objects.order_by("pk").values_list("kind", "value", "sightings_count", "tags", "expires_on")
    return tuple(indicators), Sighting.objects.count(), tuple(Listing.objects.order_by("pk").values_list("gone_at"))


def test_a_list_without_a_licence_is_not_taken(officer: Any) -> None:
    with pytest.raises(IndicatorRefused, match="giấy phép") as refused:
        list_source_create(by=officer, data=exchange.list_data(licence=" "))
    assert refused.value.field == "licence"
    with pytest.raises(IndicatorRefused, match="từ 1 đến 3650"):
        exchange.list_source(by=officer, keep_days=0)
    exchange.list_source(by=officer, name="Một")
    with pytest.raises(IndicatorRefused, match="Đã có danh sách"):
        exchange.list_source(by=officer, name="Một")


def test_only_who_keeps_the_register_keeps_its_lists(cast: Cast, officer: Any) -> None:
    source = exchange.list_source(by=officer)
    one = exchange.list_preview(by=officer, source=source, lines="gia-mao.test")
    for who in (cast.officer, cast.auditor, cast.admin, cast.outsider):
        with pytest.raises(NotAllowed):
            list_source_create(by=who, data=exchange.list_data())
        with pytest.raises(NotAllowed):
            list_source_retire(by=who, source=source)
        with pytest.raises(NotAllowed):
            list_upload(by=who, source=source, data=b"x", file_name="x", dated=None)
        for act in (list_accept, list_drop, list_undo):
            with pytest.raises(NotAllowed):
                act(by=who, one=one)


def test_a_preview_changes_nothing_and_tells_what_would(officer: Any) -> None:
    factory.known_good(factory.key("link", "ngan-hang-thu.test"))
    source = exchange.list_source(by=officer)
    lines = "gia-mao.test/a\nkhông phải link\ngia-mao.test/a\nngan-hang-thu.test/dang-nhap\nxau.test\n"

    one = exchange.list_preview(by=officer, source=source, lines=lines)

    assert one.state == State.PREVIEW
    assert (one.read, one.added, one.kept, one.gone, one.bad, one.known_good) == (5, 2, 0, 0, 1, 1)
    assert [(row["what"], row["number"]) for row in one.faults] == [("bad", 2), ("good", 4)]
    assert one.samples["new"] == [["link", "gia-mao.test/a"], ["link", "xau.test"]]
    assert not Indicator.objects.exists()


def test_accepted_lines_become_sightings_of_the_lists_trust(officer: Any) -> None:
    source = exchange.list_source(by=officer, trust=40, keep_days=20)
    day = clock.today() - dt.timedelta(days=5)

    one = exchange.list_import(by=officer, source=source, lines="gia-mao.test\nxau.test", dated=day)

    assert (one.state, one.added) == (State.DONE, 2)
    seen = Sighting.objects.select_related("indicator").order_by("pk").first()
    assert seen is not None
    assert (seen.source, seen.weight, seen.at.astimezone(clock.VIETNAM).date()) == ("list", 40, day)
    assert seen.indicator.expires_on == day + dt.timedelta(days=20)
    key = factory.key("link", "xau.test/trang")
    assert lookup([key])[key].tags == ("Trang lấy mật khẩu, mã OTP", "Từ danh sách ngoài")


def test_the_same_file_again_changes_nothing(officer: Any) -> None:
    source = exchange.list_source(by=officer)
    lines = "\n".join(f"gia-mao-{number}.test" for number in range(50))
    exchange.list_import(by=officer, source=source, lines=lines)
    before = everything()

    again = exchange.list_import(by=officer, source=source, lines=lines)

    assert (again.added, again.kept, again.gone) == (0, 50, 0)
    assert everything() == before
    list_take(import_id=again.pk)
    assert everything() == before


def test_a_line_gone_is_marked_and_runs_out_by_its_own_days(officer: Any) -> None:
    source = exchange.list_source(by=officer, keep_days=10)
    today = clock.today()
    old = today - dt.timedelta(days=8)
    exchange.list_import(by=officer, source=source, lines="o-lai.test\nra-di.test", dated=old)

    one = exchange.list_import(by=officer, source=source, lines="o-lai.test\nmoi.test", dated=today)

    assert (one.added, one.kept, one.gone) == (1, 1, 1)
    assert one.samples["gone"] == [["link", "ra-di.test"]]
    until = dict(Indicator.objects.values_list("value", "expires_on"))
    stays, goes = today + dt.timedelta(days=10), old + dt.timedelta(days=10)
    assert until == {"o-lai.test": stays, "moi.test": stays, "ra-di.test": goes}
    assert Listing.objects.get(indicator__value="ra-di.test").gone_at == one.done_at
    assert Sighting.objects.count() == 3


def test_a_line_that_comes_back_stands_again_and_is_seen_again(officer: Any) -> None:
    source = exchange.list_source(by=officer)
    for lines in ("a1.test\nb1.test", "b1.test", "a1.test\nb1.test"):
        last = exchange.list_import(by=officer, source=source, lines=lines)

    assert (last.added, last.kept) == (1, 1)
    assert Listing.objects.filter(gone_at=None).count() == 2
    assert Indicator.objects.get(value="a1.test").sightings_count == 2


def test_what_others_told_too_does_not_run_out_with_the_list(officer: Any) -> None:
    row = factory.indicator(factory.key("link", "chung.test"))
    source = exchange.list_source(by=officer, keep_days=1)

    exchange.list_import(by=officer, source=source, lines="chung.test")

    before, row = row.expires_on, Indicator.objects.get(pk=row.pk)
    assert row.sources_count == 2
    assert row.expires_on == before


def test_an_import_is_taken_back_the_newest_first(officer: Any) -> None:
    source = exchange.list_source(by=officer)
    first = exchange.list_import(by=officer, source=source, lines="a1.test\nb1.test")
    second = exchange.list_import(by=officer, source=source, lines="b1.test\nc1.test")

    with pytest.raises(IndicatorRefused, match="lần mới trước"):
        list_undo(by=officer, one=first)
    list_undo(by=officer, one=second)

    key = {name: factory.key("link", f"{name}1.test") for name in "abc"}
    assert set(lookup(list(key.values()))) == {key["a"], key["b"]}
    assert not Listing.objects.exclude(gone_at=None).exists()
    list_undo(by=officer, one=first)
    assert lookup(list(key.values())) == {}


def test_a_file_of_another_format_fails_in_words_and_is_put_aside(officer: Any) -> None:
    source = exchange.list_source(by=officer, format="stix")

    one = exchange.list_preview(by=officer, source=source, lines="đây không phải JSON")

    assert (one.state, one.error) == (State.FAILED, "Tệp này không phải JSON.")
    with pytest.raises(IndicatorRefused, match="không đọc được"):
        list_accept(by=officer, one=one)
    assert list_drop(by=officer, one=one).state == State.DROPPED


def test_a_file_that_waits_is_not_queued_twice(officer: Any) -> None:
    source = exchange.list_source(by=officer)
    first = exchange.list_preview(by=officer, source=source, lines="a1.test")
    assert list_upload(by=officer, source=source, data=b"a1.test", file_name="b", dated=None) == first
    list_drop(by=officer, one=first)
    assert list_upload(by=officer, source=source, data=b"a1.test", file_name="b", dated=None) != first
    for data, words in ((b" \n", "rỗng"), (b"x", "chưa tới")):
        tomorrow = clock.today() + dt.timedelta(days=1)
        with pytest.raises(IndicatorRefused, match=words):
            list_upload(by=officer, source=source, data=data, file_name="b", dated=tomorrow)


def test_a_retired_list_takes_no_file_until_it_is_taken_up_again(officer: Any) -> None:
    source = list_source_retire(by=officer, source=exchange.list_source(by=officer))
    with pytest.raises(IndicatorRefused, match="thôi dùng"):
        list_upload(by=officer, source=source, data=b"a1.test", file_name="b", dated=None)
    assert list_source_retire(by=officer, source=source).retired_at is None


def test_a_list_edited_by_two_keeps_the_first(officer: Any) -> None:
    source = exchange.list_source(by=officer, name="Một", keep_days=30)
    exchange.list_import(by=officer, source=source, lines="a1.test")
    list_source_edit(by=officer, source=source, data=exchange.list_data(name="Một", keep_days=7), version=1)
    assert Indicator.objects.get().expires_on == clock.today() + dt.timedelta(days=7)
    with pytest.raises(IndicatorRefused, match="vừa sửa"):
        list_source_edit(by=officer, source=source, data=exchange.list_data(name="Hai"), version=1)


def test_reading_leaves_no_table_behind_and_runs_once(officer: Any) -> None:
    source = exchange.list_source(by=officer)
    one = exchange.list_preview(by=officer, source=source, lines="a1.test")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('listed'), to_regclass('listed_lines')")
        assert cursor.fetchone() == (None, None)
    assert list_read(import_id=one.pk).added == 1


def test_more_lines_take_no_more_statements_in_a_batch(officer: Any, django_assert_max_num_queries: Any) -> None:
    source = exchange.list_source(by=officer)
    lines = "\n".join(f"gia-mao-{number}.test" for number in range(3000))
    with django_assert_max_num_queries(70):
        one = exchange.list_import(by=officer, source=source, lines=lines)
    assert one.added == 3000
