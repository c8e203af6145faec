"""An outside voice is heard only where it adds nothing: over a real socket, told to invent, to calm, to hang."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from canhgiac.assistant.selectors.phrasing import phrased
from canhgiac.assistant.selectors.replies import Reply
from canhgiac.engines.dialogue import Slots
from simulators.phrasing import Phrasing, phrasing

SAYS = (
    "Công an thật không làm việc qua điện thoại. Đừng chuyển tiền, đừng đọc mã OTP.",
    "Dấu hiệu: xưng công an; đòi giữ kín; bắt chuyển tiền. Gọi 113 khi bị ép.",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Phrasing]:
    with phrasing() as running:
        yield running


def said(settings: Settings, server: Phrasing, model: str, *, act: str = "protect", question: str = "") -> Reply:
    settings.ASSISTANT_URL, settings.ASSISTANT_MODEL = server.url, model
    settings.ASSISTANT_TIMEOUT = 0.5 if model == "treo" else 30.0
    return phrased(Reply(act=act, slots=Slots(), says=SAYS), question)


def test_words_said_anew_are_heard(settings: Settings, server: Phrasing) -> None:
    assert said(settings, server, "nhac-lai").says == (" ".join(SAYS),)


@pytest.mark.parametrize(
    "model", ["them-so", "them-link", "them-luat", "them-ten", "noi-an-toan", "bo-canh-bao", "ke-chuyen", "treo", "rac"]
)
def test_one_that_invents_calms_or_hangs_is_not(settings: Settings, server: Phrasing, model: str) -> None:
    assert said(settings, server, model).says == SAYS


def test_nothing_personal_leaves_and_a_loss_is_never_told_outside(settings: Settings, server: Phrasing) -> None:
    server.heard.clear()
    said(settings, server, "nhac-lai", question="Nguyễn Văn An 0900 000 214 gửi vcb-xacminh.test, stk 1234567890123")
    content = server.heard[0]["messages"][-1]["content"]
    for own in ("0900 000 214", "1234567890123", "Văn An", "vcb-xacminh.test"):
        assert own not in content
    said(settings, server, "nhac-lai", act="happened")
    said(settings, server, "nhac-lai", act="check")
    assert len(server.heard) == 1
