"""Talks of several turns: bare answers, new questions, corrections, messages in a row, choices."""

from __future__ import annotations

import pytest

from canhgiac.engines.dialogue import Loss, Memory, Slots, understand


def test_bare_answers_keep_the_act_and_add_up() -> None:
    understood = understand(["em bị lừa rồi", "15 triệu", "vcb", "hôm qua"])
    assert understood.act == "happened"
    assert understood.slots.loss == Loss(("money",), 15_000_000)
    assert understood.slots.bank == "970436"
    assert understood.slots.minutes_ago == 1440


@pytest.mark.parametrize("answer", ["rồi", "5 triệu", "vcb", "hôm qua", "cách đây 40p", "dạ đúng rồi ạ", "không nhớ"])
def test_a_bare_answer_to_what_was_asked(answer: str) -> None:
    memory = Memory("happened", Slots(loss=Loss(("money",))), asked="when")
    assert understand([answer], memory=memory).act == "happened"


def test_yes_to_whether_something_was_lost() -> None:
    asked = Memory("check", asked="loss")
    assert understand(["rồi"], memory=asked).act == "happened"
    assert understand(["5 triệu"], memory=asked).slots.loss == Loss(("money",), 5_000_000)
    assert understand(["chưa"], memory=asked).act == "check"
    assert understand(["chưa ạ"], memory=Memory("happened", asked="loss")).act == "check"


def test_the_place_that_was_asked_for() -> None:
    memory = Memory("report", asked="area")
    assert understand(["Ea Kao"], memory=memory).slots.area == "Ea Kao"


def test_a_number_means_the_choice_shown() -> None:
    memory = Memory("smalltalk", offered=("Kiểm tra một tin nhắn", "Tội lừa đảo bị phạt mấy năm tù?"))
    understood = understand(["2"], memory=memory)
    assert understood.act == "law"
    assert understood.query == "Tội lừa đảo bị phạt mấy năm tù?"
    assert understand(["chọn số 2"], memory=memory).act == "law"
    assert understand(["9"], memory=memory).act != "law"


@pytest.mark.parametrize(
    ("turns", "act"),
    [
        (["alo", "có người gọi xưng công an", "bảo tôi dính ma túy", "tôi phải làm gì"], "check"),
        (["mẹ em", "vừa chuyển tiền", "cho bọn lừa đảo"], "happened"),
        (["deepfake là gì", "thế giờ mẹ tôi chuyển cho nó 40 triệu rồi thì làm sao"], "happened"),
        (["tôi bị lừa 3 triệu", "báo ở đâu"], "happened"),
        (["tôi bị lừa 3 triệu", "tội này bị phạt mấy năm tù"], "law"),
        (["em bị lừa 5 triệu", "cảm ơn bạn nhiều"], "smalltalk"),
        (["cái này có phải lừa không", "đăng ký nhận cảnh báo"], "subscribe"),
        (["dạo này có chiêu lừa gì mới", "cho tôi gặp người thật"], "human"),
        (["số này lừa đảo à", "không phải, ý tôi là tố giác ở đâu"], "report"),
        (["em bị lừa rồi", "tui bán trái cây ngoài chợ"], "happened"),
        (["anh tôi bị giữ bên đó đòi tiền chuộc", "đi từ hồi mùng 4"], "happened"),
    ],
)
def test_threads(turns: list[str], act: str) -> None:
    assert understand(turns).act == act


def test_what_was_told_as_a_question_is_the_loss_when_it_is_one() -> None:
    before = understand(["họ bảo cọc giữ phòng, em cọc 2 triệu hôm kia rồi, có phải lừa không"])
    memory = Memory("check", before.slots)
    after = understand(["tới nơi nhà đó đâu có cho thuê, gọi thì họ chặn em rồi"], memory=memory)
    assert after.act == "happened"
    assert after.slots.loss == Loss(("money",), 2_000_000)
    assert after.slots.minutes_ago == 2880


def test_the_law_after_a_story_keeps_the_story() -> None:
    understood = understand(["tôi bị lừa 3 triệu", "điều 174 nói gì"])
    assert understood.act == "law"
    assert understood.slots.law == "điều 174"
    assert understood.slots.loss == Loss(("money",), 3_000_000)


def test_new_things_to_check_replace_the_old() -> None:
    first = understand(["0900000123"]).slots.indicators
    both = understand(["0900000123", "còn 0900000456 thì sao"])
    assert both.act == "check"
    assert {key.value for key in both.slots.indicators}.isdisjoint({key.value for key in first})


def test_memory_stands_for_earlier_turns() -> None:
    memory = Memory("happened", Slots(loss=Loss(("money",), 7_000_000)))
    understood = understand(["tối qua"], memory=memory)
    assert understood.act == "happened"
    assert understood.slots.loss == Loss(("money",), 7_000_000)
    assert understood.slots.minutes_ago == 720
