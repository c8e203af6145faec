"""A member's own phone without the SMS: what stands while another number is asked for."""

from __future__ import annotations

import pytest

from canhgiac.agencies.models import MemberPhone
from canhgiac.agencies.selectors.phones import own_phone, phones_proven
from canhgiac.agencies.services import Refused, phone_ask, phone_ask_drop, phone_drop, phone_prove
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
FIRST, SECOND = "+84900000123", "+84900000124"


def test_the_proven_number_stands_until_the_other_is_proven(cast: Cast) -> None:
    code = phone_ask(by=cast.officer, number=FIRST)
    assert (len(code), code.isdecimal()) == (6, True)
    assert phones_proven() == []
    assert phone_prove(by=cast.officer, code=f" {code} ")
    phone_ask(by=cast.officer, number=SECOND)
    assert phones_proven(cast.officer) == [(cast.officer.pk, FIRST)]
    page = own_phone(cast.officer)
    assert (page.number, page.asked, page.tries_left) == ("0900 000 123", "0900 000 124", 5)
    phone_ask_drop(by=cast.officer)
    assert own_phone(cast.officer).asked == ""
    with pytest.raises(Refused, match="đã được xác nhận"):
        phone_ask(by=cast.officer, number=FIRST)
    assert phone_prove(by=cast.officer, code=phone_ask(by=cast.officer, number=SECOND))
    assert phones_proven() == [(cast.officer.pk, SECOND)]


def test_giving_up_before_the_code_leaves_nothing(cast: Cast) -> None:
    code = phone_ask(by=cast.officer, number=FIRST)
    phone_ask_drop(by=cast.officer)
    assert not MemberPhone.objects.exists()
    assert not phone_prove(by=cast.officer, code=code)
    phone_drop(by=cast.officer)
