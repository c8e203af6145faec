"""The province's own messages: known when they come back, and a trap told when a link or number was changed."""

from __future__ import annotations

import pytest

from canhgiac.engines.recognition import DANGER, OFFICIAL, UNCLEAR, Model, OwnMessages, judge

NOTICE = (
    "Công an tỉnh Vĩnh An thông báo: từ ngày 01/6 người dân đến công an xã làm thẻ căn cước mới, không thu phí. "
    "Không bấm vào đường dẫn lạ, không chuyển tiền. Chi tiết xem tại congan.vinhan.gov.vn hoặc gọi 0900 000 113."
)
WARNING = "Sở Y tế khuyến cáo người dân tiêm nhắc lại trước mùa mưa, mang theo sổ tiêm đến trạm y tế xã vào sáng thứ tư"


@pytest.fixture
def own() -> OwnMessages:
    return OwnMessages([(7, NOTICE), (8, WARNING)])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        str.upper,
        lambda text: "Chuyển tiếp: " + text,
        lambda text: text.replace("Công an tỉnh", "CA tỉnh").replace("0900 000 113", "0900.000.113"),
        lambda text: text.replace(". ", ".\n"),
    ],
    ids=["as sent", "capitals", "forwarded", "short forms", "lines"],
)
def test_our_own_message_is_known(model: Model, own: OwnMessages, change: object) -> None:
    verdict = judge(change(NOTICE), model, official=own)  # type: ignore[operator]
    assert verdict.state == OFFICIAL
    assert verdict.official is not None
    assert verdict.official.key == 7
    assert verdict.form is None
    assert verdict.reasons[0].code == "official-message"


@pytest.mark.parametrize(
    ("old", "new", "foreign"),
    [
        ("congan.vinhan.gov.vn", "congan-vinhan.test", "congan-vinhan.test"),
        ("0900 000 113", "0900 000 666", "0900 000 666"),
        ("0900 000 113", "0900 000 113 hoặc t.me/canbo", "t.me/canbo"),
        ("không thu phí", "nộp lệ phí vào STK 19030000000099 Techcombank", "19030000000099"),
        (
            "congan.vinhan.gov.vn",
            "https://congan.vinhan.gov.vn@xac-minh.test/a",
            "https://congan.vinhan.gov.vn@xac-minh.test/a",
        ),
    ],
    ids=["link", "phone", "one link more", "account", "name before @"],
)
def test_a_copy_with_a_changed_contact_is_a_trap(
    model: Model, own: OwnMessages, old: str, new: str, foreign: str
) -> None:
    verdict = judge(NOTICE.replace(old, new), model, official=own)
    assert verdict.state == DANGER
    assert verdict.score >= 0.9 or verdict.official is not None
    assert verdict.official is not None
    assert verdict.official.key == 7
    first = verdict.reasons[0]
    assert (first.code, first.words) == ("copied-official", foreign)


def test_a_copy_that_asks_for_more_is_not_ours(model: Model, own: OwnMessages) -> None:
    asked = NOTICE.replace("không chuyển tiền", "hãy chuyển tiền")
    assert judge(asked, model, official=own).state != OFFICIAL
    sooner = NOTICE.replace("không thu phí", "lệ phí 500.000đ")
    assert judge(sooner, model, official=own).state != OFFICIAL


def test_another_known_link_is_neither_ours_nor_a_trap(model: Model, own: OwnMessages) -> None:
    other = NOTICE.replace("congan.vinhan.gov.vn", "dichvucong.gov.vn")
    verdict = judge(other, model, official=own)
    assert verdict.state not in {OFFICIAL, DANGER}


def test_another_message_is_judged_as_it_is(model: Model, own: OwnMessages) -> None:
    assert judge("Mẹ ơi tối con về muộn, mẹ ăn cơm trước nhé", model, official=own).state == UNCLEAR
    assert judge("Gọi 0900 000 666", model, official=own).official is None
    assert judge("", model, official=own).official is None


def test_a_withdrawn_message_is_forgotten_and_a_corrected_one_known(model: Model, own: OwnMessages) -> None:
    assert len(own) == 2
    own.remove(7)
    assert judge(NOTICE, model, official=own).state != OFFICIAL
    own.add(8, NOTICE)
    assert judge(NOTICE, model, official=own).state == OFFICIAL
    assert judge(WARNING, model, official=own).state != OFFICIAL
    with pytest.raises(KeyError):
        own.remove(7)
