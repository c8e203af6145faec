"""No message of swindlers passes the linter, every message of ours does, and each check finds what it is for."""

from __future__ import annotations

import pytest

from canhgiac.agencies.selectors import province
from canhgiac.library.services.starter import starter_materials, starter_messages
from canhgiac.outreach.models import Rendition, SendingRules
from canhgiac.outreach.selectors.generator import Source, generated, sentences
from canhgiac.outreach.selectors.linting import Finding, Linter, linter
from canhgiac.outreach.services.samples import SAMPLES
from tests.factories import library, recognition

pytestmark = pytest.mark.django_db
Kind = Rendition.Kind
HOST = "canhgiac.vinhan.example"
BY_WORDS, DISGUISED = 0.97, 0.75
"""Shares of scams caught by their words alone, and when they open as a warning and end with our own address;
what is left is for the second person's eyes."""


@pytest.fixture
def lint() -> Linter:
    library.library()
    recognition.recognition_ready()
    row = province()
    row.name, row.domain, row.hotline = "tỉnh Vĩnh An", HOST, "0900 000 113"
    row.save()
    return linter()


def _codes(found: list[Finding]) -> set[str]:
    return {one.code for one in found if one.blocks}


def test_no_message_of_swindlers_passes(lint: Linter) -> None:
    scams = [message.text for message in starter_messages() if message.form]
    assert len(scams) > 900
    assert [text for text in scams if not _codes(lint.lint(text, Kind.SMS))] == []
    by_words = sum(1 for text in scams if _codes(lint.lint(text, Kind.SMS)) - {"asking_back", "length", "spelling"})
    assert by_words / len(scams) >= BY_WORDS
    disguised = [f"CẢNH BÁO: {text} Hỏi lại: {HOST}" for text in scams]
    caught = sum(1 for text in disguised if _codes(lint.lint(text, Kind.SMS)) - {"length", "spelling"})
    assert caught / len(scams) >= DISGUISED


def test_every_warning_of_ours_passes(lint: Linter) -> None:
    refused = []
    for sample in SAMPLES:
        source = Source(
            "alert", sample.title, sentences(sample.happens), sentences(sample.signs), sentences(sample.advice), (),
            "Công an tỉnh Vĩnh An", HOST, "0900 000 113",
        )  # fmt: skip
        for kind in Kind.values:
            draft = generated(kind, source)
            text = (
                draft.text if kind in {Kind.SMS, Kind.SMS_PLAIN, Kind.LOUDSPEAKER} else f"{draft.title}\n{draft.text}"
            )
            refused += [(sample.title, kind, one.code, one.words) for one in lint.lint(text, kind) if one.blocks]
    assert refused == []


def test_texts_of_the_library_that_we_send_alarm_nobody(lint: Linter) -> None:
    for material in starter_materials():
        if material.kind in {"sms", "radio"}:
            found = _codes(lint.lint(material.body.replace("**", ""), Kind.LOUDSPEAKER))
            assert not found & {"alarm", "links", "urgency"}, (material.code, found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CẢNH BÁO: xem tại bit.ly/abc. Hỏi lại: canhgiac.vinhan.example", "links"),
        ("CẢNH BÁO: xem tại canhgiac-vinhan.top. Hỏi lại: canhgiac.vinhan.example", "links"),
        ("CẢNH BÁO: Gửi mã OTP cho chúng tôi để xác minh. Hỏi lại: canhgiac.vinhan.example", "requests"),
        ("CẢNH BÁO: không chuyển tiền trong vòng 2 giờ tới. Hỏi lại: canhgiac.vinhan.example", "urgency"),
        ("CẢNH BÁO: không chuyển tiền cho người lạ! Hỏi lại: canhgiac.vinhan.example", "urgency"),
        ("CẢNH BÁO: số 0912345678 lừa đảo. Hỏi lại: canhgiac.vinhan.example", "personal"),
        ("CẢNH BÁO: người có căn cước 079123456789 lừa đảo. Hỏi lại: canhgiac.vinhan.example", "personal"),
        ("CẢNH BÁO: Không cài ứng dụng lạ, không đọc mã OTP cho ai.", "asking_back"),
        ("Không cài ứng dụng lạ, không đọc mã OTP cho ai. Hỏi lại: canhgiac.vinhan.example", "asking_back"),
        ("[QC] CẢNH BÁO: Không cài ứng dụng lạ. Hỏi lại: canhgiac.vinhan.example", "label"),
        (
            "CANH BAO: ke xau gia dien luc doa cat dien roi bao cai ung dung. Hoi lai: canhgiac.vinhan.example",
            "spelling",
        ),
        (f"CẢNH BÁO: {'Không cài ứng dụng lạ. ' * 20}Hỏi lại: canhgiac.vinhan.example", "length"),
    ],
)
def test_each_check_finds_what_it_is_for(lint: Linter, text: str, code: str) -> None:
    assert code in _codes(lint.lint(text, Kind.SMS))


def test_a_plain_sms_may_hold_no_letter_that_makes_it_dear(lint: Linter) -> None:
    text = f"CANH BAO: Không cai ung dung la. Hoi lai: {HOST}"
    assert "spelling" in _codes(lint.lint(text, Kind.SMS_PLAIN))
    assert "spelling" not in _codes(lint.lint(text.replace("Không", "Khong"), Kind.SMS_PLAIN))


def test_advertising_needs_its_label(lint: Linter) -> None:
    rules = SendingRules(pk=1, is_advertising=True)
    strict = Linter(lint.hosts, lint.phones, rules, lint.host, lint.hotline, lint.judge)
    text = f"CẢNH BÁO: Không cài ứng dụng lạ. Hỏi lại: {HOST}"
    assert "label" in _codes(strict.lint(text, Kind.SMS))
    assert "label" not in _codes(strict.lint(f"[QC] {text}", Kind.SMS))


def test_a_word_that_cannot_be_spelt_is_pointed_at_and_blocks_nothing(lint: Linter) -> None:
    text = f"CẢNH BÁO: Kẻ xấu dọa cắt điệnn, bảo cài ứng dụng lạ. Không cài. Hỏi lại: {HOST}"
    found = [one for one in lint.lint(text, Kind.SMS) if one.code == "spelling"]
    assert [(one.words, one.blocks) for one in found] == [("điệnn", False)]
