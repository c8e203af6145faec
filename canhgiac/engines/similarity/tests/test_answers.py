import datetime as dt

from canhgiac.engines.similarity import Answer, Clause, answers

JUNE = dt.date(2026, 6, 10)
JULY = dt.date(2026, 7, 1)


def judge(asked: Clause, *given: Clause) -> Answer:
    (answer,) = answers([asked], given)
    return answer


ASKED = Clause("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình trên địa bàn", due=JUNE, dated=True)


def test_the_same_words_with_a_day_in_time_cover() -> None:
    given = Clause("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình trong xã", due=JUNE, dated=True)

    assert judge(ASKED, given).state == "covered"


def test_no_answer_is_missing() -> None:
    answer = judge(ASKED, Clause("Tổ chức cuộc thi vẽ tranh cho thiếu nhi"))

    assert (answer.state, answer.index) == ("missing", None)


def test_a_reworded_part_is_found_and_a_loose_likeness_only_shown() -> None:
    asked = Clause("Phát cẩm nang đến từng hộ và ký cam kết không cho thuê, cho mượn tài khoản ngân hàng")
    reworded = Clause("Vận động hội viên ký cam kết không cho mượn, không bán tài khoản ngân hàng")
    loose = Clause("Rà soát tài khoản ngân hàng mở bằng giấy tờ giả")

    assert judge(asked, reworded).state == "covered"
    assert (judge(asked, loose).state, judge(asked, loose).index) == ("missing", 0)


def test_a_lower_share_weakens_and_says_both_figures() -> None:
    given = Clause("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 80% hộ gia đình trong xã", due=JUNE, dated=True)
    answer = judge(ASKED, given)

    assert (answer.state, answer.weakness, answer.detail) == ("weakened", "share-lower", ("80 %", "100 %"))


def test_helping_instead_of_leading_weakens() -> None:
    given = Clause("Phối hợp phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình trong xã", due=JUNE, dated=True)

    assert judge(ASKED, given).weakness == "leads-no-more"


def test_a_hedge_weakens_and_is_quoted_as_printed() -> None:
    given = Clause("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình khi có điều kiện", due=JUNE, dated=True)
    answer = judge(ASKED, given)

    assert (answer.weakness, answer.detail) == ("hedged", ("khi có điều kiện",))


def test_a_later_day_weakens() -> None:
    given = Clause("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình trong xã", due=JULY, dated=True)

    assert judge(ASKED, given).detail == ("01/07/2026", "10/06/2026")


def test_no_day_where_the_parent_sets_one_is_undated() -> None:
    given = Clause("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình trong xã")

    assert judge(ASKED, given).state == "undated"
