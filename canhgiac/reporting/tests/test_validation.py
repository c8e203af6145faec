"""The rules of a form: pure, and the same wherever answers come in."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.exact import ExactDecoder, ExactEncoder, plain
from canhgiac.kit.numbers import MAX_DIGITS, NotANumber, number_read, number_words
from canhgiac.reporting.models import FormField
from canhgiac.reporting.selectors.differences import answers_differ, word_diff
from canhgiac.reporting.selectors.prefill import Prefilled
from canhgiac.reporting.selectors.validation import Beside, check, errors, is_empty, warnings

numbers = st.decimals(min_value=Decimal(-(10**15)), max_value=Decimal(10**15), places=2).map(plain)
answers = st.one_of(st.none(), numbers, st.text(max_size=20), st.lists(st.lists(st.text(max_size=3))), st.booleans())


def figure(code: str = "a", **facts: Any) -> FormField:
    return FormField(code=code, kind="figure", label=code, **facts)


def beside(**facts: Any) -> Beside:
    return Beside(**{"prefilled": {}, "previous": {}, "reasons": {}, "jumps": {}, "files": frozenset()} | facts)


def rules(field: FormField, value: Any, **facts: Any) -> list[tuple[str, bool]]:
    return [(fault.rule, fault.blocks) for fault in check([field], {field.code: value}, beside(**facts))]


@given(numbers, numbers, numbers)
def test_a_figure_is_in_its_range_or_told(value: Decimal, low: Decimal, high: Decimal) -> None:
    found = rules(figure(minimum=Decimal(low), maximum=Decimal(high)), value)
    assert (("range", True) in found) == (value < low or value > high)


@given(st.lists(st.one_of(st.none(), numbers), min_size=1, max_size=6), st.one_of(st.none(), numbers))
def test_a_sum_is_held_against_its_parts_only_where_all_are_known(parts: list[Any], total: Any) -> None:
    fields = [figure(f"p{at}") for at in range(len(parts))]
    fields.append(figure("t", total_of=[field.code for field in fields]))
    said = {f"p{at}": value for at, value in enumerate(parts)} | {"t": total}
    found = [fault.rule for fault in check(fields, said)]
    known = total is not None and all(part is not None for part in parts)
    assert (found == ["sum"]) == (known and sum(map(Decimal, parts)) != total)
    exact = said | {"t": plain(sum((Decimal(part) for part in parts if part is not None), Decimal(0)))}
    if abs(Decimal(exact["t"])) < 10**16:
        assert check(fields, exact) == []


@given(numbers, st.one_of(st.none(), numbers), st.integers(0, 300))
def test_a_jump_asks_for_a_reason_and_then_only_warns(value: Any, before: Any, percent: int) -> None:
    field = figure(jump_percent=percent)
    found = rules(field, value, previous={"a": before})
    far = before is not None and abs(Decimal(value) - before) * 100 > abs(Decimal(before)) * percent
    assert found == ([("jump", True)] if far else [])
    explained = rules(field, value, previous={"a": before}, jumps={"a": "có lý do"})
    assert explained == ([("jump", False)] if far else [])


@given(answers)
def test_null_breaks_no_rule_and_wrong_kinds_are_told_not_raised(value: Any) -> None:
    field = figure(minimum=Decimal(0), maximum=Decimal(5), required=True, needs_evidence=True, jump_percent=1)
    assert rules(field, None, previous={"a": 100}) == []
    for fault in check([field], {"a": value}, beside(previous={"a": 3})):
        assert fault.code == "a"
        assert fault.message


def test_required_evidence_and_overrides() -> None:
    assert [fault.rule for fault in check([figure(required=True)], {})] == ["required"]
    assert rules(figure(needs_evidence=True), 3) == [("evidence", True)]
    assert rules(figure(needs_evidence=True), 0) == []
    assert rules(figure(needs_evidence=True), 3, files={"a"}) == []
    came = {"a": Prefilled("a", "activities", value=Decimal(3), rows=1, proven=1)}
    assert rules(figure(needs_evidence=True), 3, prefilled=came) == []
    assert rules(figure(), 4, prefilled=came) == [("override", True)]
    assert rules(figure(), None, prefilled=came) == [("override", True)]
    assert rules(figure(), 4, prefilled=came, reasons={"a": "đếm lại"}) == []


def test_errors_block_and_warnings_do_not() -> None:
    fields = [figure("a", maximum=Decimal(1)), figure("b", jump_percent=1)]
    faults = check(fields, {"a": 2, "b": 9}, beside(previous={"b": 1}, jumps={"b": "mở thêm"}))
    assert [fault.code for fault in errors(faults)] == ["a"]
    assert [fault.code for fault in warnings(faults)] == ["b"]


@pytest.mark.parametrize(
    ("said", "empty"),
    [
        ({}, True), ({"a": None}, True), ({"a": 0}, False), ({"t": "  "}, True), ({"t": "có"}, False),
        ({"b": []}, True), ({"b": [["", None]]}, True), ({"b": [["", 0]]}, False), ({"khac": 5}, True),
    ],
)  # fmt: skip
def test_empty_is_a_rule(said: dict[str, Any], empty: bool) -> None:
    fields = [figure(), FormField(code="t", kind="text"), FormField(code="b", kind="table")]
    assert is_empty(fields, said) is empty
    assert is_empty(fields, said, {"a"}) is False


@given(st.decimals(min_value=-(10**16) + 1, max_value=10**16 - 1, places=2))
def test_a_number_is_read_back_as_it_is_shown(value: Decimal) -> None:
    assert number_read(number_words(value)) == value
    kept = plain(value)
    assert json.loads(json.dumps({"a": kept}, cls=ExactEncoder), cls=ExactDecoder)["a"] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.240", 1240), ("1.240,5", Decimal("1240.5")), ("1 240", 1240), ("0,5", Decimal("0.5")), ("-3", -3), ("007", 7)],
)
def test_numbers_as_typed_in_viet_nam(text: str, value: Any) -> None:
    assert number_read(text) == value


@pytest.mark.parametrize(
    "text", ["1,240", "1,200,000", "1.24", "1.2.3", "12a", "", "1,234.5", "9" * 17, "1,234567", "٣"]
)
def test_numbers_that_could_be_two_are_asked_back(text: str) -> None:
    with pytest.raises(NotANumber):
        number_read(text)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_asked_back(text: str) -> None:
    try:
        read = number_read(text)
    except NotANumber:
        return
    assert abs(read) < 10**MAX_DIGITS


def test_json_does_not_take_a_text_for_a_number() -> None:
    said = {"a": Decimal("12345678901234567.10"), "b": "12.5", "c": "\\u000012\\u0000"}
    text = json.dumps(said, cls=ExactEncoder)
    assert '"a": 12345678901234567.10' in text
    assert json.loads(text, cls=ExactDecoder) == said


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_a_word_diff_holds_both_texts(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert "".join(text for op, text in runs if op != "new") == before
    assert "".join(text for op, text in runs if op != "gone") == after


@given(st.dictionaries(st.sampled_from("abc"), answers), st.dictionaries(st.sampled_from("abc"), answers))
def test_differences_are_where_answers_differ(before: dict[str, Any], after: dict[str, Any]) -> None:
    fields = [figure(code) for code in "abc"]
    assert answers_differ(before, before, fields) == []
    found = {one.field.code for one in answers_differ(before, after, fields)}
    assert found >= {code for code in "abc" if (code in before) != (code in after)}
