"""Moodle's GIFT, read and written.

After "GIFT format" in Moodle's documentation (docs.moodle.org) and how Moodle's importer takes it where the page is
silent. What GIFT cannot say of our kinds stands in a comment before the question (``plainer.note``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from canhgiac.kit.text import storable

from . import markup
from .items import Item, ItemRefused, Option, item_check
from .plainer import NOTE, from_note, hotspot_as_choice, key_at, note, order_as_match, verdict_as_choice
from .reading import MOST_BYTES, MOST_ITEMS, Fault, Read, cut

LONGEST = 64 * 1024
"""Characters of one question."""
BLANK = "_____"
"""What stands where a question's answers stood inside its sentence."""
_ESCAPES = "\\:#={}~n"
_HELD = {char: chr(place) for place, char in enumerate(_ESCAPES, 1)}
_FREED = {ord(held): "\n" if char == "n" else char for char, held in _HELD.items()}
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_MATH = re.compile(r"(?m:(^[~=]?)(\$\$?[^$\n]{1,1000}\$\$?)([ \t]*$)?)|(?<!\\)(\$\$?[^$\n]{1,1000}\$\$?)")
"""What may be LaTeX between dollars, alone on its line or inside a text."""
_COMMAND = re.compile(r"\\(?:n[a-z]|[A-Za-mo-z])")
_SIGNS = re.compile(r"[\\:#={}~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%([-+]?\d{1,6}(?:[.,]\d{1,9})?)%")
_PART = re.compile(r"(~?=|~|)([^=~]*)")
_FLOAT = r"[-+]?(?:\d{1,30}(?:[.,]\d{0,30})?|[.,]\d{1,30})(?:[eE][-+]?\d{1,3})?"
_RANGE = re.compile(rf"({_FLOAT})\s*\.\.\s*({_FLOAT})")
_NEAR = re.compile(rf"({_FLOAT})(?:\s*:\s*({_FLOAT}))?")
_TRUTH = {"T": "true", "TRUE": "true", "F": "false", "FALSE": "false"}
_KEPT = "Câu hỏi vẫn được nhận."


class _BadQuestionError(ValueError):
    """The text is no question that we take; the message is Vietnamese."""


@dataclass(slots=True)
class _Block:
    """The lines of one question, without comments; ``line`` the number of its first."""

    line: int
    text: str
    notes: list[str]


@dataclass(slots=True)
class _Found:
    """A question under way: what it lost on the way is told in ``lost``."""

    form: str = "moodle"
    lost: list[str] = field(default_factory=list)

    def words(self, text: str) -> str:
        """Plain text of a part, which may name a format of its own."""
        named = _FORMAT.match(text)
        form = named[1].lower() if named else self.form
        bare = text[named.end() :] if named else text
        if form != "plain" and markup.has_picture(bare):
            self.lost.append("Ảnh trong câu hỏi không được lấy.")
        if form == "plain":  # escaped line breaks at the ends are meant
            return bare.strip().translate(_FREED)
        return markup.words(bare.translate(_FREED), form)


def read(data: bytes) -> Read:
    """The questions of a GIFT file, each at its line, and what could not be read. Raises nothing.

    A question that needs a person to mark it (essay) or asks nothing (description) is a fault. Where a question is
    taken but loses something (a picture, part of the points for a half right option), a fault says that as well.
    """
    if len(data) > MOST_BYTES:
        return Read(faults=(Fault("tệp", f"Tệp lớn hơn {MOST_BYTES // 2**20} MB; hãy chia nhỏ."),))
    items: list[tuple[str, Item]] = []
    faults: list[Fault] = []
    categories: dict[str, str] = {}
    category = ""
    for block in _blocks(_decoded(data)):
        if len(items) + len(faults) >= MOST_ITEMS:
            faults.append(Fault(f"dòng {block.line}", f"Tệp có hơn {MOST_ITEMS} câu; phần từ đây chưa được đọc."))
            break
        if block.text.startswith("$CATEGORY:"):
            named, _, rest = block.text.partition("\n")
            category = named.removeprefix("$CATEGORY:").strip()[:200]
            block = replace(block, line=block.line + 1, text=rest)  # noqa: PLW2901  # the category's line is done with
            if not rest.strip():
                continue
        place = f"dòng {block.line}"
        try:
            item, lost = _item(block)
        except (_BadQuestionError, ItemRefused) as error:
            faults.append(Fault(place, f"{error} (“{cut(block.text, 60)}”)"))
            continue
        items.append((place, item))
        faults += [Fault(place, f"{one} {_KEPT}") for one in dict.fromkeys(lost)]
        if category:
            categories[place] = category
    if not items and not faults:
        faults.append(Fault("tệp", "Tệp không có câu hỏi nào."))
    return Read(tuple(items), tuple(faults), categories=categories)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1258", errors="replace")
    return _CONTROL.sub("", storable(text.replace("\r\n", "\n").replace("\r", "\n")))


def _blocks(text: str) -> Iterator[_Block]:
    """Questions stand apart by empty lines; comment lines belong to the question after them or around them."""
    lines: list[str] = []
    notes: list[str] = []
    first = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            told = bare.removeprefix("//").strip()
            notes += [told] if told.startswith(NOTE) else []
        elif bare:
            first = first or number
            lines.append(bare)
        elif lines:
            yield _Block(first, "\n".join(lines), notes)
            lines, notes, first = [], [], 0


def _item(block: _Block) -> tuple[Item, list[str]]:
    """The question, and what it lost. Raises _BadQuestionError, ItemRefused."""
    if len(block.text) > LONGEST:
        raise _BadQuestionError("Câu hỏi dài quá mức.")
    maths = _MATH.sub(_held_math, block.text)
    held = _ESCAPE.sub(lambda escape: _HELD[escape[1]], maths)
    named = _TITLE.match(held)
    title = " ".join(named[1].translate(_FREED).split())[:200] if named else ""
    for one in block.notes:
        if exact := from_note(one, block.text):
            return replace(exact, title=title), []
    found = _Found(lost=["Công thức LaTeX được giữ nguyên dạng chữ."] if maths != block.text else [])
    item = replace(_parsed(held[named.end() :] if named else held, found), title=title)
    item_check(item)
    return item, found.lost


def _held_math(found: re.Match[str]) -> str:
    """A formula with its signs held: many writers leave them bare, where Moodle would want each of them escaped."""
    sign, alone, ends, inside = found.groups(default="")
    formula = alone or inside
    if not (_COMMAND.search(formula) or (sign and found[3] is not None)):
        return found[0]
    bare = re.sub(r"\\([:#={}~])", r"\1", re.sub(r"\\\\(?=[A-Za-z])", r"\\", formula))
    return sign + "".join(_HELD[char] if char in "\\:#={}~" else char for char in bare) + ends


def _parsed(held: str, found: _Found) -> Item:
    """The question after its title; escaped signs are held as control characters."""
    if form := _FORMAT.match(held):
        found.form, held = form[1].lower(), held[form.end() :]
    opened, closed = held.find("{"), held.find("}")
    if opened < 0 and closed < 0:
        raise _BadQuestionError("Đoạn này không có phần trả lời trong ngoặc { }, nên không phải câu hỏi.")
    if opened < 0 or closed < opened:
        raise _BadQuestionError("Ngoặc { } của phần trả lời không đóng hoặc đóng trước khi mở.")
    before, inner, after = held[:opened], held[opened + 1 : closed], held[closed + 1 :]
    if "{" in inner or "{" in after or "}" in after:
        raise _BadQuestionError("Câu có nhiều phần trả lời { }; mỗi câu chỉ nhận một.")
    prompt = f"{before.rstrip()} {BLANK} {after.strip()}" if after.strip() else before
    inner, has_general, general = inner.rpartition("####") if "####" in inner else (inner, "", "")
    item = _answers(inner.strip(), found)
    item = replace(item, prompt=found.words(prompt))
    explained = [found.words(general)] if has_general else []
    return replace(item, explanation="\n".join(part for part in (*explained, item.explanation) if part))


def _answers(inner: str, found: _Found) -> Item:
    """Which kind it is follows from the signs, in the order in which Moodle asks."""
    if not inner:
        raise _BadQuestionError("Câu tự luận { } cần người chấm nên không nhận.")
    if inner.startswith("#"):
        return _numerical(inner[1:], found)
    if "~" in inner:
        return _choice(inner, found)
    if "=" in inner and "->" in inner:
        return _match(inner, found)
    truth, *feedbacks = inner.split("#")
    if truth.strip().upper() in _TRUTH:
        told = dict.fromkeys(words for one in feedbacks if (words := found.words(one)))
        return Item("true_false", "", right=(_TRUTH[truth.strip().upper()],), explanation="\n".join(told))
    if "=" in inner:
        return _short(inner, found)
    raise _BadQuestionError("Không rõ đáp án: thiếu dấu = hoặc ~ trước phương án.")


@dataclass(frozen=True, slots=True)
class _Answer:
    sign: str
    text: str
    weight: float
    feedback: str


def _parts(inner: str) -> Iterator[_Answer]:
    """Each answer with its weight in per cent: 100 after "=", 0 after "~" where none is written."""
    for sign, text in _PART.findall(inner):
        if not sign and not text.strip():
            continue
        weight = 100.0 if sign.endswith("=") else 0.0
        if told := _WEIGHT.match(text):
            weight, text = float(told[1].replace(",", ".")), text[told.end() :]  # noqa: PLW2901
        answer, _, feedback = text.partition("#")
        yield _Answer(sign[-1:], answer.strip(), weight, feedback.strip())


def _choice(inner: str, found: _Found) -> Item:
    answers = list(_parts(inner))
    is_single = any(one.sign == "=" for one in answers)
    options = tuple(
        Option(key_at(place), found.words(one.text), found.words(one.feedback)) for place, one in enumerate(answers)
    )
    if is_single:
        right = tuple(key_at(place) for place, one in enumerate(answers) if one.weight >= 100)
        if len(right) > 1:
            raise _BadQuestionError("Câu chọn một mà có nhiều phương án đúng 100 %.")
        if any(0 < one.weight < 100 for one in answers):
            found.lost.append("Điểm cho phương án đúng một phần không được giữ; chỉ phương án đúng 100 % được tính.")
        return Item("single", "", options=options, right=right)
    right = tuple(key_at(place) for place, one in enumerate(answers) if one.weight > 0)
    if len({one.weight for one in answers if one.weight > 0}) > 1:
        found.lost.append("Điểm khác nhau của các phương án đúng được chia lại đều nhau.")
    return Item("multiple", "", options=options, right=right)


def _match(inner: str, found: _Found) -> Item:
    pairs: list[Option] = []
    extra: list[str] = []
    for one in _parts(inner):
        left, arrow, right = one.text.partition("->")
        if not arrow:
            raise _BadQuestionError("Có vế chưa ghép: thiếu -> giữa hai vế.")
        if left.strip():
            pairs.append(Option(key_at(len(pairs)), found.words(left.strip()), "", found.words(right.strip())))
        elif right.strip():
            extra.append(found.words(right.strip()))
    return Item("match", "", options=tuple(pairs), extra=tuple(extra))


def _short(inner: str, found: _Found) -> Item:
    accepted: list[str] = []
    feedbacks: list[str] = []
    for one in _parts(inner):
        if one.weight < 100:
            found.lost.append("Câu trả lời chỉ được một phần điểm bị bỏ qua.")
            continue
        if "*" in one.text:
            found.lost.append("Câu trả lời có dấu * (thay cho chữ bất kỳ) bị bỏ qua.")
            continue
        accepted.append(found.words(one.text))
        feedbacks += [found.words(one.feedback)] if one.feedback else []
    return Item("short", "", accepted=tuple(accepted), explanation="\n".join(dict.fromkeys(feedbacks)))


def _numerical(inner: str, found: _Found) -> Item:
    answers = list(_parts(inner)) if "=" in inner or "~" in inner else list(_parts(f"={inner}"))
    whole = [one for one in answers if one.weight >= 100 and one.text != "*"]
    if not whole:
        raise _BadQuestionError("Câu trả lời bằng số chưa có số nào đúng 100 %.")
    if len(answers) > 1:
        found.lost.append("Chỉ giữ số đúng 100 % đầu tiên.")
    number, tolerance = _numbers(whole[0].text)
    return Item("short", "", number=number, tolerance=tolerance, explanation=found.words(whole[0].feedback))


def _numbers(text: str) -> tuple[float, float]:
    """Middle and half width: "5", "5:0.1", "1..5"."""
    held = text.translate(_FREED)
    if span := _RANGE.fullmatch(held):
        low, high = sorted((_float(span[1]), _float(span[2])))
        return low + (high - low) / 2, (high - low) / 2
    if near := _NEAR.fullmatch(held):
        return _float(near[1]), abs(_float(near[2])) if near[2] else 0.0
    raise _BadQuestionError("Số không đọc được; viết như 5, 5:0.1 hoặc 1..5.")


def _float(text: str) -> float:
    number = float(text.replace(",", "."))
    if not math.isfinite(number):
        raise _BadQuestionError("Số quá lớn.")
    return number


# Writing ------------------------------------------------------------------------------------------------------------


def write(items: Iterable[Item], *, category: str = "") -> str:
    """The questions as GIFT that Moodle takes and that ``read`` gives back exactly, titles included.

    Order is written as matching, "verdict" as a choice with the message in the prompt, a hotspot as a choice of its
    areas' names. ``category``: a Moodle path ("Lừa đảo/Ngân hàng").
    """
    parts = [f"$CATEGORY: {' '.join(category.split())}"] if category.strip() else []
    for item in items:
        text = _written(item)
        parts.append(text if _reads_back(text, item) else f"// {note(item, text)}\n{text}")
    return "\n\n".join([*parts, ""]) if parts else ""


def _reads_back(text: str, item: Item) -> bool:
    try:
        again, lost = _item(_Block(1, _CONTROL.sub("", text), []))
    except (_BadQuestionError, ItemRefused):
        return False
    return again == item and not lost


def _written(item: Item) -> str:
    name = f"::{_out(' '.join(item.title.split())[:200])}::" if item.title.strip() else ""
    told = _NEAREST[item.kind](item) if item.kind in _NEAREST else item
    lines = [*_WRITERS[told.kind](told), *([f"####{_out(told.explanation)}"] if told.explanation else [])]
    return f"{name}[plain]{_out(told.prompt)} {{\n" + "\n".join(lines) + "\n}"


_NEAREST = {"verdict": verdict_as_choice, "hotspot": hotspot_as_choice, "order": order_as_match}


def _out(text: str) -> str:
    """Escaped, on one line; a text that begins like a format mark says that it is plain."""
    bare = storable(text).replace("\r\n", "\n").replace("\r", "\n")
    escaped = _SIGNS.sub(lambda sign: f"\\{sign[0]}", _CONTROL.sub("", bare)).replace("\n", "\\n").replace("->", "→")
    return f"[plain]{escaped}" if _FORMAT.match(escaped) else escaped


def _feedback(option: Option) -> str:
    return f"#{_out(option.feedback)}" if option.feedback else ""


def _write_single(item: Item) -> list[str]:
    return [
        f"{'=' if one.key in item.right else '~'}{_not_weight(_out(one.text))}{_feedback(one)}" for one in item.options
    ]


def _write_multiple(item: Item) -> list[str]:
    """Weights to five places, as Moodle lists them; a wrong one takes back a right one, as in ``marking``."""
    weight = f"{100 / len(item.right):.5f}".rstrip("0").rstrip(".")
    signs = {True: f"~%{weight}%", False: f"~%-{weight}%"}
    return [f"{signs[one.key in item.right]}{_out(one.text)}{_feedback(one)}" for one in item.options]


def _write_true_false(item: Item) -> list[str]:
    return ["TRUE" if item.right == ("true",) else "FALSE"]


def _write_match(item: Item) -> list[str]:
    pairs = [f"={_out(one.text)} -> {_out(one.partner)}" for one in item.options]
    return [*pairs, *(f"= -> {_out(text)}" for text in item.extra)]


def _write_short(item: Item) -> list[str]:
    if item.number is not None:
        return [f"#{_plain_number(item.number)}:{_plain_number(item.tolerance)}"]
    return [f"={_not_weight(_out(text))}" for text in item.accepted]


def _plain_number(number: float) -> str:
    """All digits, without an exponent, which not every reader of GIFT knows."""
    shown = f"{Decimal(repr(float(number))):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _not_weight(text: str) -> str:
    """A text that begins like a weight ("%50% giảm giá") says that it is plain, and so is none."""
    return f"[plain]{text}" if _WEIGHT.match(text) else text


_WRITERS = {
    "single": _write_single,
    "multiple": _write_multiple,
    "true_false": _write_true_false,
    "match": _write_match,
    "short": _write_short,
}
