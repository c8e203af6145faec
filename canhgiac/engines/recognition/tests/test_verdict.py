"""The judgement, on the messages every installation starts with and on others written for these tests."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition import DANGER, SUSPICIOUS, UNCLEAR, Model, OwnMessages, build, judge
from canhgiac.engines.recognition.cues import key_of
from canhgiac.engines.recognition.tokens import MOST
from canhgiac.engines.recognition.verdict import NAMED_FROM

from .test_tokens import HOSTILE

HELD_OUT = Path(__file__).with_name("heldout.csv")
ALARMING = (
    "Ngan hang thong bao the cua ban bi khoa, xac minh tai vietcombank.vn-mokhoa.test trong 2h",
    "Ba ơi con bị tai nạn, ba chuyển gấp 20 triệu vào tài khoản bác sĩ giúp con, đừng nói với mẹ",
    "Cán bộ công an xã đây, bác tải file vneid.apk tôi gửi rồi bật quyền trợ năng",
    "tuyen ctv tha tim tiktok ngay 300k, ket ban zalo nhan viec, nap 200k hoan 260k",
)
CALM = (
    "Mẹ ơi tối con về muộn, mẹ ăn cơm trước nhé",
    "Ma OTP cua Quy khach la 401877, khong cung cap cho bat ky ai",
    "[QC] Nap the hom nay tang 20%. LH 18001091. Tu choi QC soan TC gui 199",
    "Công an tỉnh khuyến cáo người dân cảnh giác, không chuyển tiền cho người lạ gọi điện xưng công an",
)


@pytest.mark.parametrize("message", ALARMING)
def test_a_scam_is_called_one(model: Model, message: str) -> None:
    assert judge(message, model).state in {DANGER, SUSPICIOUS}


@pytest.mark.parametrize("message", CALM)
def test_a_genuine_message_does_not_alarm(model: Model, message: str) -> None:
    assert judge(message, model).state == UNCLEAR


def test_nothing_is_ever_called_safe(model: Model) -> None:
    assert {judge(message, model).state for message in (*ALARMING, *CALM, "", "0900000123")} <= {
        *(DANGER, SUSPICIOUS, UNCLEAR)
    }


def test_the_reasons_are_the_message_s_own_words(model: Model) -> None:
    message = "VCB: tài khoản SẼ BỊ KHÓA, bấm vào vietcombank.vn-ms.test ngay"
    reasons = {reason.code: reason for reason in judge(message, model).reasons}
    assert reasons["link-sub-domain"].words == "vietcombank.vn-ms.test"
    for reason in reasons.values():
        assert message[reason.start : reason.end] == reason.words
    assert reasons["fear"].words == "SẼ BỊ KHÓA"


def test_messages_of_a_writer_who_saw_nothing_of_us_are_judged_well(model: Model) -> None:
    """Nothing is learned from or tuned to them; many of the genuine ones are written to look like scams."""
    with HELD_OUT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    alarms = [judge(row["text"], model, explain=False).state in {DANGER, SUSPICIOUS} for row in rows]
    scams = [alarm for row, alarm in zip(rows, alarms, strict=True) if row["label"] == "scam"]
    genuine = [alarm for row, alarm in zip(rows, alarms, strict=True) if row["label"] == "ham"]
    assert (len(scams), len(genuine)) == (150, 350)
    assert sum(scams) >= 0.93 * len(scams)
    assert sum(genuine) <= 0.05 * len(genuine)


def test_held_out_messages_of_our_own_are_judged_well(model: Model) -> None:
    """Without the sentences that describe the forms, which the library adds. The library holds the hard ones: traps of
    one line, genuine messages chosen because they look like traps."""
    assert model.measures["recall"] >= 0.85
    assert model.measures["false_alarms"] <= 0.065
    assert model.measures["forms"] >= 0.76
    assert model.measures["forms_top3"] >= 0.88
    assert model.measures["forms_named_right"] >= 0.8


def test_a_form_that_is_hardly_likelier_than_others_is_not_named(model: Model) -> None:
    verdict = judge("Chuyen khoan gap, bam vao link nhan-tien.test ngay hom nay, nhap ma OTP", model)
    assert verdict.state in {DANGER, SUSPICIOUS}
    shares = [share for _, share in verdict.near]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) <= 3
    assert verdict.form == (verdict.near[0][0] if shares[0] >= NAMED_FROM else None)
    assert judge("Tối nay mẹ nấu canh chua", model).near == ()


def test_descriptions_teach_a_form_that_has_few_messages(messages: list[tuple[str, str | None]]) -> None:
    few = [pair for pair in messages if pair[1] in {None, "n05", "n12"}]
    told = [
        ("Kẻ xấu rao bán vé số giả của đại lý ma", "x01"),
        ("Vé số giả mang ra đại lý không đổi được thưởng", "x01"),
    ]
    told_model = build(few, told)
    assert told_model.forms.nearest(set(map(key_of, ("ve", "so", "ve so", "gia", "dai ly"))))[0][0] == "x01"
    assert "x01" not in build(few).forms.forms


def test_the_same_messages_make_the_same_model(messages: list[tuple[str, str | None]], tmp_path: Path) -> None:
    some = messages[::7]
    first, second = build(some), build(list(reversed(some)))
    assert (first.version, first.weights, first.bias) == (second.version, second.weights, second.bias)
    first.save(tmp_path / "model.json.gz")
    kept = Model.load(tmp_path / "model.json.gz")
    assert (kept.weights, kept.forms, kept.measures) == (first.weights, first.forms, first.measures)
    assert Model.from_bytes(first.to_bytes()) == first


@given(st.text(max_size=400))
def test_any_text_is_judged(model: Model, text: str) -> None:
    verdict = judge(text, model)
    assert 0 <= verdict.score <= 1
    for reason in verdict.reasons:
        assert text[reason.start : reason.end] == reason.words


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_paste_is_judged_with_its_reasons(model: Model, text: str) -> None:
    start = time.process_time()
    verdict = judge(text, model, official=OwnMessages([(1, text[:300])]))
    assert time.process_time() - start < 6, "work that grows faster than the text"
    assert verdict.cut == (len(text) > MOST)
    for reason in verdict.reasons:
        assert text[reason.start : reason.end] == reason.words
