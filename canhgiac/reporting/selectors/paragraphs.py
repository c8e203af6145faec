"""The report's text: sentences made of figures, agencies' own words gathered, live figures found in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from canhgiac.engines.officialdoc.writing import number_words
from canhgiac.engines.similarity import ClauseIndex
from canhgiac.kit.text import fold
from canhgiac.reporting.models import ConsolidatedFigure, FormField, Paragraph

from .recordwords import commendation_sentence, money_sentences, noted_sentence
from .traces import Book

LIVE = re.compile(r"\{((?:so|sosanh|chuaro|ct):[\w.-]{1,60}|nguon)\}")
SOURCES = "nguon"
"""Stands for the number of agencies whose words a paragraph gathers."""
# Numbers that are no figures of the report: dates, numbers of documents and laws, years, numbers of clauses, a
# numbered beginning, words in quotation marks.
_NO_FIGURE = re.compile(
    r"\b\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?\b|\b\d+/(?:\d{4}/)?[A-ZĐ][\w-]*(?:-[A-ZĐ]+)*"
    r"|\b(?:ngày|tháng|năm|quý|điều|khoản|điểm|mục|phần|phụ lục|số|lần|kỳ|giai đoạn)"
    r"\s+\d+(?:\s*-\s*\d{4})?(?![\d.,]*\d)"
    r"|^\s*\d{1,2}[.)]\s|[“\"][^”\"]*[”\"]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w/])\d+(?:[.,]\d+)*(?:\s?%)?(?![\w/])")
LIKE, LENGTHS = 0.72, 0.6
"""Likeness, and shortest to longest, from which two sentences say the same."""
COMPARED = 1200
"""Sentences compared with each other, the commonest first; the rest are joined where they are equal."""
SHOWN, KEPT = 6, 150
"""Sentences of a section that stand in the report, and that are kept to pick from; all stand in the workbook."""
_NOTHING = re.compile(r"khong(?: co)?(?:[ ,.;]*(?:gi|noi dung|y kien|kho khan|vuong mac|kien nghi|de xuat|va))*[ .;]*")
_NEGATION = frozenset({"khong", "chua", "thieu", "giam", "tang"})


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a paragraph as it is printed: plain words, a live figure, or a number typed by hand."""

    text: str
    key: str = ""
    by_hand: bool = False
    url: str = ""


def parts_of(paragraph: Paragraph, book: Book, *, sources: int) -> list[Part]:
    """The paragraph with its live figures filled in. A live figure that does not exist is printed as it is typed, by
    hand. Numbers in the words that the machine gathered are the agencies' own and are not called typed."""
    given = set(_NUMBER.findall(paragraph.assembled))
    parts: list[Part] = []
    end = 0
    for match in LIVE.finditer(paragraph.text):
        parts += _plain(paragraph.text[end : match.start()], given)
        key, end = match[1], match.end()
        if key == SOURCES:
            parts.append(Part(number_words(sources), key))
        elif key in book.live:
            parts.append(Part(book.live[key].text, key, url=book.live[key].url))
        else:
            parts.append(Part(match[0], by_hand=True))
    return parts + _plain(paragraph.text[end:], given)


def _plain(text: str, given: set[str]) -> list[Part]:
    if not text:
        return []
    skipped = [match.span() for match in _NO_FIGURE.finditer(text)]
    parts, end = [], 0
    for match in _NUMBER.finditer(text):
        known = match[0] in given or any(start <= match.start() < stop for start, stop in skipped)
        if not known:
            parts += [Part(text[end : match.start()]), Part(match[0], by_hand=True)]
            end = match.end()
    return [part for part in (*parts, Part(text[end:])) if part.text]


# Sentences made of figures ------------------------------------------------------------------------------------------

_VERBS = (
    *("cấp phát", "tổ chức", "ban hành", "thành lập", "ký kết", "triển khai", "hoàn thành", "thực hiện", "tham gia"),
    *("tiếp nhận", "xử lý", "giải quyết", "phát hiện", "ngăn chặn", "gỡ bỏ", "phát sóng", "đăng tải", "chia sẻ"),
    *("tập huấn", "tuyên truyền", "hướng dẫn", "kiểm tra", "giám sát", "xây dựng", "duy trì", "phối hợp", "cung cấp"),
    *("khen thưởng", "biểu dương", "hỗ trợ", "vận động", "kết nối", "cập nhật", "bố trí", "phân bổ", "sử dụng"),
    *("đưa tin", "phát hành", "in ấn", "trả lời", "bàn giao", "chuyển giao", "khởi tố", "điều tra", "xét xử"),
)
"""Verbs of two syllables: without them "nhiệm vụ đã hoàn thành" would be told as "Đã hoàn 5 nhiệm vụ thành"."""
_DONE = re.compile(r"(?P<noun>.+?) đã (?P<verb>" + "|".join(_VERBS) + r"|\S+)(?P<rest>.*)")
_CLASSIFIERS = {"bản", "cuộc", "chiếc", "sản phẩm", "tin, bài", "cái", "tờ"}


def figure_sentence(row: ConsolidatedFigure, *, compare: bool) -> str:
    """One sentence about a known figure, by its label and unit.

    "Số tờ rơi đã phát" gives "Đã phát {so:to_roi} tờ rơi, tăng … so với kỳ trước".
    """
    label = _label(row)
    unit = row.field.unit.strip()
    so = f"{{so:{row.code}}}"
    if done := _DONE.fullmatch(label):
        noun = _lower(done["noun"])
        said = f"Đã {done['verb']} {so} {_measured(noun, unit)}{done['rest']}"
    elif label.casefold().startswith("lượt ") or " được " in label:
        said = f"Có {so} {_lower(label)}"
    else:
        said = f"{label[:1].upper()}{label[1:]}: {so} {unit}".rstrip()
    if compare and row.before is not None:
        said += f", {{sosanh:{row.code}}}"
    if row.unknown:
        said += f" ({{chuaro:{row.code}}} đơn vị chưa có số liệu)"
    return f"{said}."


def unknown_sentence(rows: Sequence[ConsolidatedFigure]) -> list[str]:
    """One sentence that names all figures nobody knows; none where there are none."""
    labels = [_lower(_label(row)) for row in rows]
    if not labels:
        return []
    if len(labels) == 1:
        return [f"Chưa có số liệu về {labels[0]}."]
    return [f"Chưa có số liệu về: {'; '.join(labels)}."]


def _label(row: ConsolidatedFigure) -> str:
    return re.sub(r"^(?:số lượng|số)\s+", "", row.field.label.strip(), flags=re.IGNORECASE)


def _measured(noun: str, unit: str) -> str:
    spare = (
        not unit or unit.casefold() in _CLASSIFIERS or unit.split(maxsplit=1)[0].casefold() in noun.casefold().split()
    )
    return noun if spare else f"{unit} {noun}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


# Agencies' own words ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """One agency's answer to a question of text, or a remark that it made beside its answers."""

    agency: int
    name: str
    submission: int | None
    """None for a remark."""
    code: str
    words: str
    remark: int | None = None
    group: str = ""
    """The group of tasks that a remark is about."""

    def as_source(self) -> dict[str, object]:
        """As a paragraph keeps it."""
        given: dict[str, object] = {"agency": self.agency, "name": self.name, "submission": self.submission}
        given |= {"code": self.code, "words": self.words}
        return given | {"remark": self.remark} if self.remark else given


@dataclass(slots=True)
class Voice:
    """A sentence, and the agencies that say it."""

    text: str
    said: list[Said] = field(default_factory=list)

    @property
    def agencies(self) -> int:
        """How many agencies say so."""
        return len({one.agency for one in self.said})

    @property
    def group(self) -> str:
        """The group of tasks that it is about, where one of those who say so tells."""
        return next((one.group for one in self.said if one.group), "")

    def sources(self) -> list[dict[str, object]]:
        """As a paragraph keeps them: what an agency says in the same words twice is kept once."""
        kept: dict[tuple[int, str], Said] = {}
        for one in self.said:
            kept.setdefault((one.agency, fold(one.words)), one)
        return [one.as_source() for one in kept.values()]


def sentences(text: str) -> Iterator[str]:
    """The sentences of an answer, without dashes and numbering; "không có" and the like say nothing."""
    for line in text.splitlines():
        for piece in re.split(r"(?<=[.;!?])\s+(?=[A-ZÀ-ỸĐ\-])|;\s*$", line):
            words = re.sub(r"^\s*(?:[-+*•]|\d{1,2}[.)])\s*", "", piece).strip(" ;.\t")
            if words and not _NOTHING.fullmatch(fold(words)):
                yield words


def voices(answers: Iterable[Said]) -> list[Voice]:
    """The sentences of all answers, those that say the same joined, the one of most agencies first.

    Sentences are joined when they are alike in words and have the same numbers and the same words of negation:
    "đã có" and "chưa có" never meet. The words shown are those most agencies used; nothing is rewritten.
    """
    equal: dict[str, Voice] = {}
    for one in answers:
        for words in sentences(one.words):
            key = fold(words).strip(" .,;:")
            voice = equal.setdefault(key, Voice(words[:1].upper() + words[1:]))
            voice.said.append(replace(one, words=words))
    ranked = sorted(equal.values(), key=lambda voice: -voice.agencies)
    near, rest = ranked[:COMPARED], ranked[COMPARED:]
    return sorted([*_joined(near), *rest], key=lambda voice: -voice.agencies)


def _joined(found: Sequence[Voice]) -> list[Voice]:
    index = ClauseIndex([voice.text for voice in found])
    marks = [_marks(voice.text) for voice in found]
    taken: set[int] = set()
    groups = []
    for number, voice in enumerate(found):
        if number in taken:
            continue
        taken.add(number)
        for like in index.ranked(voice.text, most=12):
            other = like.index
            if other in taken or like.score < LIKE or marks[other][0] != marks[number][0]:
                continue
            short, long = sorted((marks[other][1], marks[number][1]))
            if short >= LENGTHS * long:
                taken.add(other)
                voice.said += found[other].said
        groups.append(voice)
    return groups


def _marks(text: str) -> tuple[tuple[str, ...], int]:
    words = fold(text).replace(",", " ").split()
    return tuple(sorted(word for word in words if word in _NEGATION or word[:1].isdigit())), len(words)


def voice_paragraph(voice: Voice) -> str:
    """The sentence with who says so: the agency's name, or the number of agencies as a live figure."""
    who = voice.said[0].name if voice.agencies == 1 else f"{{{SOURCES}}} đơn vị nêu"
    return f"{voice.text} ({who})."


# The whole text -----------------------------------------------------------------------------------------------------

NARRATED = (
    FormField.Section.SITUATION,
    FormField.Section.RESULTS,
    FormField.Section.TARGETS,
    FormField.Section.DIFFICULTIES,
    FormField.Section.PROPOSALS,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A paragraph to be written."""

    section: str
    text: str
    heading: str = ""
    sources: tuple[dict[str, object], ...] = ()
    left_out: bool = False


def assembled(
    book: Book,
    fields: Sequence[FormField],
    answers: dict[str, list[Said]],
    remarks: Mapping[str, Sequence[Said]] | None = None,
) -> list[Draft]:
    """The report's paragraphs in order: by section, in it by group of tasks, figures before words.

    ``remarks`` are, by section, what agencies said beside their answers: they are told together with the answers, and
    what is in an answer already is not told again.
    """
    drafts: list[Draft] = []
    for section in NARRATED:
        own = [one for one in fields if one.section == section]
        drafts += _opening(book, section)
        if beside := (remarks or {}).get(section):
            drafts += _with_remarks(book, section, own, answers, beside)
        else:
            groups: dict[str, list[FormField]] = defaultdict(list)
            for one in own:
                groups[one.group].append(one)
            for name, asked in groups.items():
                drafts += _group(book, section, name, asked, answers)
        drafts += _ending(book, section)
    return drafts


def _with_remarks(
    book: Book, section: str, asked: list[FormField], answers: dict[str, list[Said]], beside: Sequence[Said]
) -> Iterator[Draft]:
    """The section's words: those of no group of tasks first, then each group under its heading."""
    yield from _group(book, section, "", [one for one in asked if one.code in book.figures], {})
    codes = [one.code for one in asked if one.kind == FormField.Kind.TEXT]
    filed = [said for code in codes for said in answers.get(code, ())]
    groups: dict[str, list[Voice]] = {name: [] for name in ("", *(one.group for one in beside))}
    for voice in voices([*filed, *not_filed(beside, filed)]):
        groups[voice.group].append(voice)
    for name, found in groups.items():
        yield from _voiced(section, name, found)


def not_filed(beside: Iterable[Said], filed: Iterable[Said]) -> Iterator[Said]:
    """What agencies said beside their answers, without the sentences with which one of their own answers begins."""
    answered: dict[int, set[str]] = defaultdict(set)
    for one in filed:
        answered[one.agency].update(fold(words) for words in sentences(one.words))
    for one in beside:
        for words in sentences(one.words):
            own = fold(words).strip(" .,;:")
            if not any(said.startswith(own) and not said[len(own) :][:1].isalnum() for said in answered[one.agency]):
                yield replace(one, words=words)


def _group(
    book: Book, section: str, name: str, asked: list[FormField], answers: dict[str, list[Said]]
) -> Iterator[Draft]:
    heading = name if section == FormField.Section.RESULTS else ""
    compare = book.consolidation.round.previous_id is not None
    rows = [book.figures[one.code] for one in asked if one.code in book.figures]
    if rows:
        said = [figure_sentence(row, compare=compare) for row in rows if row.value is not None]
        said += unknown_sentence([row for row in rows if row.value is None])
        yield Draft(section, " ".join(said), heading)
        heading = ""
    texts = [one.code for one in asked if one.kind == FormField.Kind.TEXT]
    yield from _voiced(section, heading, voices(said for code in texts for said in answers.get(code, ())))


def _voiced(section: str, heading: str, found: Sequence[Voice]) -> Iterator[Draft]:
    for number, voice in enumerate(found[:KEPT]):
        yield Draft(section, voice_paragraph(voice), heading, tuple(voice.sources()), left_out=number >= SHOWN)
        heading = ""


def _opening(book: Book, section: str) -> Iterator[Draft]:
    counts = book.consolidation.summary["counts"]
    if section == FormField.Section.SITUATION:
        yield Draft(section, _filed_sentence(book, counts))
    if section == FormField.Section.TARGETS and book.consolidation.targets:
        unknown = " Còn {so:_ct_chua_ro} chỉ tiêu chưa đủ căn cứ để kết luận." if _unclear(book) else ""
        yield Draft(section, f"Trong {{so:_ct}} chỉ tiêu đo được, {{so:_ct_dat}} chỉ tiêu đã đạt.{unknown}")

    code = {"difficulties": "_kho_khan", "proposals": "_kien_nghi"}.get(section)
    if code and book.records.counts.get(code):
        yield Draft(section, noted_sentence(book.records, code))


def _ending(book: Book, section: str) -> Iterator[Draft]:
    """What stands at the end of a section: money after the results, commendations after the proposals."""
    if section == FormField.Section.RESULTS and book.records.money:
        yield Draft(section, money_sentences(book.records), "Kinh phí thực hiện")
    if section == FormField.Section.PROPOSALS and book.records.counts.get("_khen"):
        yield Draft(section, commendation_sentence(book.records), "Đề xuất khen thưởng")


def _unclear(book: Book) -> bool:
    return any(row.get("met") is None for row in book.consolidation.targets)


def _filed_sentence(book: Book, counts: dict[str, int]) -> str:
    day = f"{book.consolidation.data_at:%d/%m/%Y}" if book.consolidation.data_at else ""
    text = f"Đến ngày {day}, có {{so:_da_gui}}/{{so:_phai_gui}} cơ quan, đơn vị, địa phương đã gửi báo cáo"
    if counts["filed_empty"]:
        text += ", trong đó {so:_trong} đơn vị gửi nhưng không có số liệu"
    if counts["filed_late"]:
        text += ", {so:_gui_muon} đơn vị gửi sau hạn"
    if not counts["missing"]:
        return f"{text}."
    names = [row["name"] for row in book.consolidation.summary["missing"]]
    listed = f": {', '.join(names)}" if len(names) <= SHOWN else " (danh sách kèm theo)"
    return f"{text}. Còn {{so:_chua_gui}} đơn vị chưa gửi báo cáo{listed}; số liệu dưới đây chưa gồm các đơn vị này."
