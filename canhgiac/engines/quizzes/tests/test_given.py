"""Files that others wrote, under the licences in ``given/README.md``: all is read, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from .. import gift, qtiread
from ..items import Item
from ..reading import Read

GIVEN = Path(__file__).parent / "given"
TAKEN = {
    "giftplay-basico.gift": ["single", "single", "true_false", "single", "single", "multiple", "true_false", "single"],
    "giftplay-ejemplo.gift": [
        "true_false", "true_false", "single", "single", "multiple", "short", "single", "single", "single", "multiple",
    ],
    "giftplay-matematicas.gift": ["single", "true_false", "single", "single", "single", "true_false", "single"],
    "pegjs-category.gift": [],
    "pegjs-comments.gift": [],
    "pegjs-description.gift": ["true_false"],
    "pegjs-markdown.gift": ["short"],
    "pegjs-matching.gift": ["match", "match"],
    "pegjs-missing-word.gift": ["short", "short"],
    "pegjs-moodle-export.gift": ["single", "single"],
    "pegjs-numerical.gift": ["short"] * 5,
    "pegjs-symbols.gift": ["true_false"],
    "pegjs-weights.gift": ["multiple"],
    "citolab-mapping.xml": [],
    "pie-match.xml": ["match"],
    "pie-word-problem.xml": ["multiple"],
}  # fmt: skip
REFUSED = {
    "giftplay-matematicas.gift": {"dòng 36": "nhiều phương án đúng 100 %"},
    "pegjs-category.gift": {"tệp": "không có câu hỏi nào"},
    "pegjs-comments.gift": {"dòng 5": "Không rõ đáp án"},
    "pegjs-description.gift": {"dòng 2": "không phải câu hỏi"},
    "citolab-mapping.xml": {"tệp": "không có phần trả lời"},
}


def given(name: str) -> Read:
    data = (GIVEN / name).read_bytes()
    return qtiread.read(data) if name.endswith(".xml") else gift.read(data)


def by_title(name: str) -> dict[str, Item]:
    return {item.title: item for _place, item in given(name).items}


@pytest.mark.parametrize("name", sorted(path.name for path in GIVEN.iterdir() if path.suffix != ".md"))
def test_every_question_of_others_is_taken_or_refused_with_its_reason(name: str) -> None:
    read = given(name)
    refused = {fault.place: fault.text for fault in read.faults if not fault.text.endswith("Câu hỏi vẫn được nhận.")}
    expected = REFUSED.get(name, {})

    assert [item.kind for _place, item in read.items] == TAKEN[name]
    assert refused.keys() == expected.keys()
    assert all(words in refused[place] for place, words in expected.items())


def test_a_teachers_questions_mean_what_the_teacher_wrote() -> None:
    basic, more = by_title("giftplay-basico.gift"), by_title("giftplay-ejemplo.gift")

    assert [one.text for one in basic["Historia"].options] == ["1490", "1492", "1500", "1520"]
    assert basic["Historia"].right == ("b",)
    assert basic["Historia"].options[0].feedback == "Muy cerca, pero no es correcto"
    assert (basic["Biología"].right, basic["Arte"].right) == (("a", "b"), ("false",))
    assert more["Q6"].accepted == ("cuatro", "4")
    assert [one.text for one in more["Q7"].options] == ["= 2 + 2", "= 2 + 3", "= 2 + 4"]
    assert more["Q9"].explanation == "Colón llegó a América en su primer viaje en 1492"


def test_formulas_keep_their_signs() -> None:
    read = given("giftplay-matematicas.gift")
    items = {item.title: item for _place, item in read.items}

    assert items["Ecuaciones"].prompt == r"¿Cuál es el valor de $x$ en la ecuación $\dfrac{2x - 4}{3} = 6$?"
    assert [one.text for one in items["Ecuaciones"].options] == [
        r"$x = \sqrt{25}$", r"$x = \dfrac{21}{3}$", "$x = 2^3 + 3$", "$x = 11$",
    ]  # fmt: skip
    assert items["Álgebra"].prompt.endswith(r"(cuando $x \neq 3$)")
    assert sum("LaTeX" in fault.text for fault in read.faults) == len(read.items)
    escaped = gift.write(items.values())
    bare = "\n".join(line for line in escaped.split("\n") if not line.startswith("//"))
    assert [item for _place, item in gift.read(bare.encode()).items] == list(items.values())


def test_money_is_no_formula() -> None:
    [(_place, item)] = gift.read(b"Which is cheaper? {=$5 ~$6 ~$7}").items

    assert [one.text for one in item.options] == ["$5", "$6", "$7"]


def test_markup_of_a_moodle_export_becomes_text() -> None:
    item = by_title("pegjs-moodle-export.gift")["06- création d'instance"]

    assert item.prompt.startswith("CU4-1 demarrerAbonnement(duree :Integer) : Comment réalise t’on")
    assert [one.text for one in item.options][4:] == ["ContrôleurAbonnement", "CléAccess"]
    assert item.right == ("e",)
