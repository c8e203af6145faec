"""The outline: paragraphs put under each other by their marks, tolerant of repeated, missing and lost ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from canhgiac.engines.officialdoc.model import Section, Span

from .bodies import read_bodies
from .labels import RANK, Label, read_label
from .mapped import Mapped
from .paragraphs import Paragraph

_HEADING_RANK = {"annex": 0, "part": 1, "upper": 2, "roman": 3, "article": 4, "arabic": 5}
_PLAIN = 50
OPERATIVE = re.compile(
    r"QUYẾT (?:ĐỊNH|NGHỊ)\s*:?$|(?:CHỦ TỊCH |GIÁM ĐỐC |TRƯỞNG |HIỆU TRƯỞNG |CỤC TRƯỞNG )?(?:(?:ỦY|UỶ) BAN NHÂN DÂN|"
    r"UBND|SỞ|BAN|HỘI ĐỒNG NHÂN DÂN|CÔNG AN|BỘ)\b[^a-zà-ỹ]*$"
)
"""The authority line and the word of decision before Điều 1: neither is a heading."""
_CLOSER = re.compile(
    r"(?:Trong quá trình|Quá trình (?:triển khai|thực hiện|tổ chức)|Trên đây|Nhận được|Kế hoạch này|Căn cứ (?:nội "
    r"dung )?(?:Kế hoạch|kế hoạch)|"
    r"(?:UBND|Ủy ban nhân dân|Chủ tịch UBND|Ban Chỉ đạo) (?:tỉnh|thành phố|huyện|quận|xã|phường)?\s?(?:yêu cầu|đề "
    r"nghị|giao)|"
    r"(?:Đề nghị|Yêu cầu) (?:các|Thủ trưởng|thủ trưởng|lãnh đạo|Giám đốc|Chủ tịch)|(?:Quyết định|Đề án|Chỉ thị|"
    r"Phương án|Chương trình|"
    r"Hướng dẫn|Thông báo|Công văn|Văn bản) này)\b"
)


@dataclass(slots=True)
class Node:
    """A paragraph with what stands under it."""

    paragraph: Paragraph | None
    rank: int
    children: list[Node] = field(default_factory=list)
    title_part: Mapped | None = None
    """The heading's own words where they stand in the next paragraph ("PHẦN II" / "QUAN ĐIỂM")."""
    titled: bool = False
    parent: Node | None = None

    @property
    def label(self) -> Label | None:
        return self.paragraph.label if self.paragraph else None

    @property
    def body(self) -> Mapped:
        """The clause's words without its mark."""
        if self.title_part is not None:
            return self.title_part
        assert self.paragraph is not None
        return self.paragraph.body

    @property
    def text(self) -> str:
        return self.body.text if self.paragraph else ""

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the text."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children))


def is_title(text: str, *, children: bool, strong: bool) -> bool:
    """Whether a clause is a heading: short, no full stop, and something under it or printed strongly."""
    if not text:
        return True
    words = len(text.split())
    ended = text.rstrip().endswith((".", ";")) and not text.rstrip().endswith("...")
    if text.isupper() and words <= 60:
        return True
    if ended:
        return False
    return words <= 45 and (children or strong)


def _rank(paragraph: Paragraph, stack: list[Node]) -> int:  # noqa: PLR0911 -- one rule a return, in order
    """Depth of a paragraph; deeper is larger. Plain paragraphs are leaves."""
    label = paragraph.label
    text = paragraph.text.text
    if paragraph.rows:
        return _PLAIN
    if label:
        rank = RANK[label.kind] * 2
        if label.kind in {"dash", "bullet"}:
            rank += _nested_bullet(paragraph, label, stack)
        if label.kind == "paren" and any(
            node.rank > rank and node.label and node.label.kind in {"dash", "plus"} for node in stack
        ):
            rank = stack[-1].rank + 1
        return rank
    if paragraph.level:
        return _marked_rank(paragraph, stack)
    if len(stack) == 1 and OPERATIVE.match(text):
        return _PLAIN
    if text.isupper() and 8 <= len(text) <= 200 and len(text.split()) >= 2:
        return _caps_rank(text, stack)
    if _names_body(text) and not text.endswith((".", ";")) and _under_agencies(stack):
        return RANK["arabic"] * 2
    return _PLAIN


def _caps_rank(text: str, stack: list[Node]) -> int:
    """A heading in capitals without its numeral stands beside the numbered ones."""
    top = next(
        (node.rank for node in stack if node.label and node.label.kind in {"roman", "part", "upper"}), RANK["roman"] * 2
    )
    if read_bodies(text) is not None:
        return RANK["arabic"] * 2
    return max(top, RANK["upper"] * 2)


def _marked_rank(paragraph: Paragraph, stack: list[Node]) -> int:
    """A Markdown heading without a numeral takes its place from its level."""
    for node in reversed(stack):
        if node.paragraph and node.paragraph.level and node.paragraph.level < paragraph.level:
            return max(node.rank + 1, RANK["arabic"] * 2)
        if node.paragraph and node.paragraph.level == paragraph.level:
            return node.rank
    return RANK["roman"] * 2 if paragraph.level <= 2 else RANK["arabic"] * 2


def _names_body(text: str) -> bool:
    if len(text) > 220:
        return False
    found = read_bodies(text)
    return found is not None and not text[found.end :].strip(" :.")


def _under_agencies(stack: list[Node]) -> bool:
    return any(
        re.search(r"TỔ CHỨC THỰC HIỆN|PHÂN CÔNG|NHIỆM VỤ|TRÁCH NHIỆM|THỰC HIỆN", node.text.upper())
        for node in stack
        if node.rank < 12
    )


def _nested_bullet(paragraph: Paragraph, label: Label, stack: list[Node]) -> int:
    """1 where the bullet stands under the bullet before it: indented Markdown, or another sign after a colon."""
    for node in reversed(stack):
        kind = node.label.kind if node.label else ""
        if kind not in {"dash", "bullet"} or not node.paragraph:
            continue
        other = node.label is not None and node.label.text != label.text
        if other and node.rank % 2 == 0:
            return 1 if node.text.rstrip().endswith(":") or _has_sign(node, label.text) else 0
        if not other and paragraph.indent >= node.paragraph.indent + 2 and node.text.rstrip().endswith(":"):
            return 1
        if not other:
            return node.rank % 2 if paragraph.indent >= node.paragraph.indent else 0
    return 0


def _has_sign(node: Node, sign: str) -> bool:
    return any(child.label is not None and child.label.text == sign for child in node.children)


def build(paragraphs: Sequence[Paragraph], root: Node | None = None) -> Node:
    """The tree of one run of paragraphs, under ``root`` where one is given."""
    top = root or Node(None, -1)
    stack: list[Node] = [top]
    pending: Node | None = None
    for paragraph in paragraphs:
        if pending is not None and not paragraph.label and not paragraph.rows and _titles(pending, paragraph):
            pending.title_part = paragraph.text
            pending = None
            continue
        pending = None
        for part in _unfused(paragraph):
            rank = _rank(part, stack)
            node = Node(part, rank)
            if rank == _PLAIN:
                _attach_plain(stack, node)
            else:
                while len(stack) > 1 and stack[-1].rank >= rank:
                    stack.pop()
                node.parent = stack[-1]
                stack[-1].children.append(node)
                stack.append(node)
            if part.label and not part.body.text and part.label.kind in _HEADING_RANK:
                pending = node
    return top


def _titles(node: Node, paragraph: Paragraph) -> bool:
    text = paragraph.text.text
    return (text.isupper() or paragraph.bold or paragraph.level > 0 or len(text) < 120) and not text.endswith(
        (".", ";")
    )


def _unfused(paragraph: Paragraph) -> list[Paragraph]:
    """A heading in capitals with the next numbered heading on its line is two paragraphs."""
    text = paragraph.text.text
    if paragraph.rows or not text.isupper() or not paragraph.label:
        return [paragraph]
    found = re.search(r"(?<=\w)\s+(?=(?:I|A|1)\.\s+\w)", text[paragraph.label.end :])
    if not found:
        return [paragraph]
    place = paragraph.label.end + found.start()
    out = []
    for piece in (paragraph.text.cut(0, place), paragraph.text.cut(place)):
        label = read_label(piece.text)
        out.append(
            Paragraph(piece, piece.cut(label.end) if label else piece, label, paragraph.level, paragraph.bold, 0, 0)
        )
    return out


def _attach_plain(stack: list[Node], node: Node) -> None:
    """A paragraph without a mark belongs to the clause or heading above it; a closing one to the whole section."""
    text = node.text
    if len(stack) > 1 and _CLOSER.match(text) and node.paragraph and not node.paragraph.rows:
        del stack[2 if len(stack) > 1 and stack[1].rank < RANK["arabic"] * 2 else 1 :]
    elif not (node.paragraph and node.paragraph.rows):
        # After a bullet the text without a mark is a bullet that lost its sign.
        while len(stack) > 1 and stack[-1].rank >= RANK["dash"] * 2 and not stack[-1].text.rstrip().endswith(":"):
            stack.pop()
    else:
        while len(stack) > 1 and stack[-1].rank >= RANK["dash"] * 2:
            stack.pop()
    node.parent = stack[-1]
    stack[-1].children.append(node)


def extent(node: Node) -> Span:
    """From the node's mark to the end of what stands under it."""
    start: int | None = None
    end = 0
    for each in node.walk():
        if each.paragraph is None:
            continue
        pieces = [cell for row in each.paragraph.rows for cell in row if cell.text] or (
            (each.paragraph.text, each.title_part) if each.title_part else (each.paragraph.text,)
        )
        for piece in pieces:
            span = piece.span()
            start = span.start if start is None else min(start, span.start)
            end = max(end, span.end)
    return Span(start or 0, end)


def sections(root: Node, level: int = 1) -> tuple[Section, ...]:
    """The outline in the model's shape."""
    out = []
    for node in root.children:
        if node.paragraph is None or node.paragraph.rows:
            continue
        text = node.text
        strong = node.paragraph.bold or node.paragraph.level > 0
        heading = bool(node.label or strong or text.isupper()) and is_title(
            text, children=bool(node.children), strong=strong
        )
        out.append(
            Section(
                label=node.label.text if node.label else None,
                title=text.rstrip(" :") if heading and text else None,
                text=None if heading else text,
                level=level,
                span=extent(node),
                children=sections(node, level + 1),
            )
        )
    return tuple(out)
