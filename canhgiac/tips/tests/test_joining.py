"""Tips that share a token become one case, also when they come at the same moment; by hand together and apart."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from django.utils import timezone

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.indicators.models import KnownGood
from canhgiac.tips.models import Case, CaseEvent, Tip, TipEvent, TipToken, VaultKey
from canhgiac.tips.selectors import duplicates
from canhgiac.tips.selectors.blind import blind_token
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.joining import (
    case_merge,
    case_split,
    case_unmerge,
    tip_join,
    tip_link,
    tip_unlink,
)
from tests.factories import agencies
from tests.factories.agencies import Cast

_number = itertools.count(1)
ACCOUNT = blind_token("account", "970400:1234567890")
PHONE = blind_token("phone", "+84900000123")


def vault(by: Member) -> VaultKey:
    found = VaultKey.objects.filter(retired_at=None).first()
    return found or VaultKey.objects.create(generation=1, public_key=secrets.token_bytes(32), made_by=by)


def tip(by: Member, *tokens: tuple[str, bytes], join: bool = True, **facts: object) -> Tip:
    """A tip as the intake leaves it: sealed columns of random bytes, tokens, joined."""
    with transaction.atomic():
        row = Tip.objects.create(
            code_digest=secrets.token_hex(32),
            vault=vault(by),
            key_sealed=secrets.token_bytes(80),
            key_by_code=secrets.token_bytes(80),
            **facts,
        )
        TipToken.objects.bulk_create(TipToken(tip=row, kind=kind, token=token) for kind, token in tokens)
        if join:
            tip_join(tip=row)
    return row


@pytest.fixture
def police(cast: Cast) -> Member:
    officer = agencies.member(full_name="Tiếp Nhận", agency=cast.police)
    agencies.role(officer, Role.Kind.TIP_OFFICER, cast.police)
    return officer


@pytest.mark.django_db
def test_a_lone_tip_has_no_case_until_a_second_comes(police: Member) -> None:
    first = tip(police, ("account", ACCOUNT))
    other = tip(police, ("phone", PHONE))
    assert first.case is None
    second = tip(police, ("account", ACCOUNT))
    first.refresh_from_db()
    other.refresh_from_db()
    assert second.case is not None
    assert first.case == second.case
    assert other.case is None
    assert second.case.number == f"VV-{timezone.localdate().year}-0001"
    event = CaseEvent.objects.get(case=second.case)
    assert (event.what, event.facts["why"]) == ("joined", ["account"])
    assert sorted(event.facts["tips"]) == [first.pk, second.pk]
    assert duplicates.why_words(event.facts["why"]) == "cùng tài khoản"
    third = tip(police, ("account", ACCOUNT), ("phone", PHONE))
    other.refresh_from_db()
    assert third.case == second.case == other.case
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_numbers_go_on_past_four_digits(police: Member) -> None:
    year = timezone.localdate().year
    for last in ("0007", "9999", "10000"):
        Case.objects.create(number=f"VV-{year}-{last}")
    tip(police, ("account", ACCOUNT))
    joined = tip(police, ("account", ACCOUNT))
    assert joined.case is not None
    assert joined.case.number == f"VV-{year}-10001"


@pytest.mark.django_db
def test_what_does_not_join(police: Member) -> None:
    now = timezone.now()
    good = blind_token("phone", "vn:19001234")
    KnownGood.objects.create(kind="phone", value="vn:19001234", owner="Ngân hàng Mẫu")
    tip(police, ("phone", good))
    assert tip(police, ("phone", good)).case is None
    spam = blind_token("phone", "+84900000009")
    tip(police, ("phone", spam), state=Tip.State.SPAM)
    tip(police, ("phone", spam), state=Tip.State.WITHDRAWN)
    assert tip(police, ("phone", spam)).case is None
    words = [("text", secrets.token_bytes(16)) for _ in range(duplicates.NEAR_BANDS)]
    tip(police, *words, received_at=now - dt.timedelta(days=duplicates.NEAR_DAYS + 2))
    assert tip(police, *words).case is None
    assert tip(police, *words[1:]).case is None
    assert tip(police, *words).case is not None
    old = blind_token("account", "970400:7")
    tip(police, ("account", old), received_at=now - dt.timedelta(days=duplicates.SAME_DAYS + 2))
    assert tip(police, ("account", old)).case is None


@pytest.mark.django_db
def test_a_crowd_joins_nothing_unless_it_is_one_case(police: Member) -> None:
    crowd = blind_token("link", "facebook.com/mau")
    rows = [tip(police, ("link", crowd), join=False) for _ in range(duplicates.CROWD + 1)]
    assert tip(police, ("link", crowd)).case is None
    case = Case.objects.create(number="VV-2020-0001")
    Tip.objects.filter(pk__in=[row.pk for row in rows]).update(case=case)
    Tip.objects.filter(case=None).delete()
    assert tip(police, ("link", crowd)).case == case


@pytest.mark.django_db
def test_the_case_that_shares_most_is_chosen_and_two_are_not_merged(police: Member) -> None:
    link = blind_token("link", "lua.test")
    weak = [tip(police, ("account", ACCOUNT)) for _ in range(2)][1]
    strong = [tip(police, ("phone", PHONE), ("link", link)) for _ in range(2)][1]
    both = tip(police, ("account", ACCOUNT), ("phone", PHONE), ("link", link))
    assert both.case == strong.case
    assert weak.case != strong.case
    assert Case.objects.filter(merged_into=None).count() == 2


@pytest.mark.django_db
def test_a_closed_case_opens_again(police: Member) -> None:
    tip(police, ("account", ACCOUNT))
    case = tip(police, ("account", ACCOUNT)).case
    assert case is not None
    Case.objects.filter(pk=case.pk).update(state=Case.State.CLOSED, closed_at=timezone.now())
    assert tip(police, ("account", ACCOUNT)).case == case
    case.refresh_from_db()
    assert (case.state, case.closed_at) == (Case.State.OPEN, None)


@pytest.mark.django_db
def test_joining_asks_the_same_few_questions_whatever_the_number(
    police: Member, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    rows = [tip(police, ("account", ACCOUNT), ("phone", PHONE)) for _ in range(12)]
    Tip.objects.filter(pk=rows[-1].pk).update(case=None)
    row = Tip.objects.get(pk=rows[-1].pk)
    with django_assert_max_num_queries(18):
        assert tip_join(tip=row) is not None


@pytest.mark.django_db
def test_by_hand_together_and_apart(police: Member) -> None:
    first, second = tip(police, ("account", ACCOUNT)), tip(police, ("phone", PHONE))
    case = tip_link(by=police, tip=first, other=second, reason="Cùng một người gọi")
    assert set(Tip.objects.filter(case=case)) == {first, second}
    with pytest.raises(TipRefused, match="đã ở trong vụ"):
        tip_link(by=police, tip=first, case=case)
    tip_unlink(by=police, tip=first)
    first.refresh_from_db()
    assert first.case is None
    third = tip(police, ("account", ACCOUNT))  # a person took the first one out: it is not drawn in again
    assert third.case is None
    tip_unlink(by=police, tip=Tip.objects.get(pk=second.pk))
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED
    with pytest.raises(TipRefused, match="không ở vụ nào"):
        tip_unlink(by=police, tip=Tip.objects.get(pk=second.pk))


@pytest.mark.django_db
def test_merge_split_and_back(police: Member) -> None:
    for token in (("account", ACCOUNT), ("phone", PHONE)):
        tip(police, token)
        tip(police, token)
    first, second = Case.objects.order_by("pk")
    kept = case_merge(by=police, case=second, into=first)
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (Case.State.MERGED, first)
    assert Tip.objects.filter(case=kept).count() == 4
    late = tip(police, ("phone", PHONE))
    assert late.case == first
    case_unmerge(by=police, case=second)
    assert (Tip.objects.filter(case=first).count(), Tip.objects.filter(case=second).count()) == (3, 2)
    with pytest.raises(TipRefused, match="không nhập vào"):
        case_unmerge(by=police, case=second)
    new = case_split(by=police, case=first, tips=[late])
    assert list(Tip.objects.filter(case=new)) == [late]
    assert TipEvent.objects.filter(tip=late, what="split").exists()
    with pytest.raises(TipRefused, match="Để lại"):
        case_split(by=police, case=new, tips=[late])
    with pytest.raises(TipRefused, match="vụ khác"):
        case_merge(by=police, case=new, into=new)


@pytest.mark.django_db
def test_only_tip_officers_of_the_place_join_by_hand(cast: Cast, police: Member) -> None:
    first, second = tip(police, area=cast.commune_area), tip(police)
    for who in (cast.coordinator, cast.auditor, cast.admin, cast.outsider, cast.officer):
        with pytest.raises(NotAllowed):
            tip_link(by=who, tip=first, other=second)
    local = agencies.member(agency=cast.commune)
    agencies.role(local, Role.Kind.TIP_OFFICER, cast.commune)
    with pytest.raises(NotAllowed):
        tip_link(by=local, tip=first, other=second)
    with pytest.raises(NotAllowed):
        tip_unlink(by=local, tip=second)


def at_once(by: Member, *tokens: list[tuple[str, bytes]]) -> None:
    """Sends as many tips at the same moment, each in a thread and a connection of its own."""
    start = threading.Barrier(len(tokens))

    def send(mine: list[tuple[str, bytes]]) -> None:
        try:
            start.wait(60)
            tip(by, *mine)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tokens)) as people:
        for sent in [people.submit(send, mine) for mine in tokens]:
            sent.result(120)


@pytest.mark.django_db(transaction=True)
def test_three_at_once_make_one_case() -> None:
    """Twenty rounds of three people who send the same at the same moment."""
    police = agencies.member()
    vault(police)
    for number in range(20):
        tokens = [
            ("account", blind_token("account", f"970400:{number}")),
            ("phone", blind_token("phone", f"+84900000{number:03}")),
            *[("text", blind_token("text", f"{number}.{band}")) for band in range(21)],
        ]
        at_once(police, *[tokens[place:] + tokens[:place] for place in range(3)])
        assert Case.objects.count() == number + 1
    assert Tip.objects.filter(case=None).count() == 0
    assert {case.tips.count() for case in Case.objects.all()} == {3}


@pytest.mark.django_db(transaction=True)
def test_chains_at_once_wait_in_one_order() -> None:
    """Five tips in a ring, each sharing one token with the next: nobody waits for ever, nobody is left out."""
    police = agencies.member()
    vault(police)
    ring = [("phone", blind_token("phone", f"+8490000{number:04}")) for number in range(5)]
    at_once(police, *[[ring[place], ring[(place + 1) % 5]] for place in range(5)])
    assert Tip.objects.count() == 5
    assert Tip.objects.filter(case=None).count() == 0
