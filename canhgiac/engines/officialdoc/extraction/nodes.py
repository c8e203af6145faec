"""What a node of the outline is to those who give out work: a heading that is a body, an open field, a task.

Questions only; ``assignments`` walks the outline and asks them.
"""

from __future__ import annotations

import re

from canhgiac.engines.officialdoc.model import Modality, Span, Task

from .bodies import ACTION, Bodies, read_bodies
from .deadlines import read_deadlines
from .fields import Fields, is_field_line, merged, read_fields
from .mapped import Mapped
from .outline import Node, is_title

TRIM = " .:;,-–"

_COOP = re.compile(r"[Pp]hối hợp\s*(?:chặt chẽ\s*)?(?:với|cùng|cùng với)?\s+")

_ADVERBIAL = re.compile(
    r"(?:Căn cứ|Trên cơ sở|Định kỳ|H(?:ằ|à)ng (?:năm|quý|tháng|tuần)|Trước ngày|Trong quá trình|Quá "
    r"trình|Khi|Nhận được|Theo chức năng|Đối với)\b"
)

# "Trước ngày 28/02/2026: Phòng A …": a day, month or quarter before the body.
WHEN = re.compile(
    r"(?:Trước|Từ|Đến|Trong|Chậm nhất(?: là)?|Muộn nhất(?: là)?)?\s?(?:hết )?(?:ngày|tháng|quý|tuần|đầu|cuối|giữa)\s"
    r"(?:[^:.;]{1,60}:|[IVX\d/]{1,7}(?: năm 20\d\d)?,)\s",
    re.I,
)

_THEME = re.compile(
    r"(?:Công tác|Kinh phí|Nguồn|Thời gian|Chế độ|Nội dung|Nhiệm vụ|Giải pháp|Hình thức|Mục|Yêu cầu|Về|Việc|Đối "
    r"tượng|Phạm vi|Địa điểm|Thành phần|"
    r"Hoạt động|Sản phẩm|Kết quả|Tiến độ|Lộ trình|Giai đoạn|Đợt|Tháng|Quý|Năm|Khen thưởng|Xử lý|Phòng|Chống|Bước|"
    r"Phần|Một số|Những|Các (?:nhiệm|giải|hoạt|nội|hình|biện|chỉ|mục))\b"
)

_ALLOTS = re.compile(r"PHÂN CÔNG|TRÁCH NHIỆM|TỔ CHỨC THỰC HIỆN")

_COMPLETES = re.compile(r"(?:bao gồm|gồm|như sau|sau đây|sau|cụ thể|bảo đảm|đảm bảo|trong đó|như|nội dung)\s*:$")

_CARRY_OUT = re.compile(
    r"thông báo (?:để |đến )|nghiêm túc (?:tổ chức |triển khai )*(?:triển khai|thực hiện)|(?:triển khai|tổ chức) thực "
    r"hiện\b[^.;]{0,30}\.?/?\.?$"
)

_THIS_PLAN = re.compile(
    r"(?:[Kk]ế hoạch|[Đđ]ề án|[Qq]uyết định|[Cc]hỉ thị|[Cc]hương trình) này|khó khăn, vướng mắc|vướng mắc|phát sinh"
)

_MONEY = re.compile(
    r"(?:Nguồn )?[Kk]inh phí (?:thực hiện|triển khai|tổ chức|bảo đảm|đảm bảo|hoạt động|để)|Nguồn kinh phí|Kinh phí:"
)


def bodies_in_line(text: str, start: int) -> list[Bodies]:
    """The further bodies that a semicolon and a colon set off: "…; Sở B: …"."""
    out = []
    for mark in re.finditer(r";\s+", text[:6000]):
        found = read_bodies(text, mark.end()) if mark.start() > start else None
        if found and found.items and re.match(r"\s*:\s*\S", text[found.end : found.end + 6]):
            out.append(found)
    return out


def modality_of(force: str | None) -> Modality:
    return "request" if force == "request" else "coordinate" if force == "coordinate" else "assign"


def only_force(text: str) -> Modality | None:
    """A heading such as "Đề nghị:" that lends its force to the bodies below."""
    bare = text.strip(" :.").casefold()
    if re.fullmatch(
        r"(?:kính )?đề nghị(?: các (?:cơ quan|tổ chức|đơn vị)(?:, (?:cơ quan|tổ chức|đơn vị|đoàn thể))*)?", bare
    ) and text.rstrip().endswith(":"):
        return "request"
    return None


def is_heading_of(found: Bodies, text: str, node: Node) -> bool:
    """Under a body's heading only a heading-like clause may name another owner; its other clauses are its own tasks."""
    rest = text[found.end :].strip()
    if node.label is None:
        return False
    if rest.startswith(":") and rest.strip(TRIM):
        return True
    return node.label.kind in {"arabic", "roman", "upper", "dotted2", "letter"} and not rest.strip(TRIM)


def is_subheading(node: Node) -> bool:
    text = node.text.rstrip()
    words = len(text.split())
    if text.endswith(":") and ACTION.match(text) and (words >= 8 or _COMPLETES.search(text)):
        return False
    if node.label and node.label.kind in {"dash", "bullet"} and only_plus(node):
        return False  # "- … các bước: + … + …": the sub-bullets complete their bullet
    return (
        words <= 14
        and not text.endswith((".", ";", ","))
        and all(len(child.text.split()) > 3 for child in node.children[:3])
    )


def is_table(node: Node) -> bool:
    return node.paragraph is not None and bool(node.paragraph.rows)


def is_open_field(node: Node) -> bool:
    """ "a) Chủ trì:" above bullets of work is a heading of tasks; a field names a body, beside it or below it."""
    if not (node.label and node.children and node.text.rstrip().endswith(":")):
        return False
    return not any(read_bodies(child.text) or is_field_line(child.body) for child in node.children)


def lift_fields(node: Node) -> None:
    """Fields under the last of several clauses speak of all of them where no other clause has its own.

    "a) … b) … - Chủ trì: Sở A": the mark of the fields is deeper than a) and b), their sense is not.
    """
    if len(node.children) < 2 or not node.children[-1].label:
        return
    last = node.children[-1]
    fields = [child for child in last.children if is_field_line(child.body) and not is_table(child)]
    if len(fields) != len(last.children) or not any(names_lead(child) for child in fields):
        return
    kind = last.label.kind if last.label else ""
    for child in node.children[:-1]:
        own = read_fields(child.body)
        if (
            not child.label
            or child.label.kind != kind
            or child.children
            or (own and own[0].lead)
            or read_bodies(child.text)
        ):
            return
    last.children = []
    for child in fields:
        child.parent = node
    node.children += fields


def names_lead(node: Node) -> bool:
    """Whether a clause is a field line that names who leads."""
    if is_table(node) or not is_field_line(node.body):
        return False
    found = read_fields(node.body)
    return found is not None and bool(found[0].lead)


def unknown_body(node: Node, known: dict[tuple[int, str], tuple[int, int]]) -> bool:
    """Whether a clause without a known body stands like the headings of bodies beside it."""
    text = node.text.rstrip(" :")
    if (
        not node.children
        or not node.label
        or not node.parent
        or len(text.split()) > 18
        or text.endswith((".", ";", ","))
    ):
        return False
    if ACTION.match(text) or _THEME.match(text):
        return False
    key = (id(node.parent), node.label.kind)
    if key not in known:
        series = [c for c in node.parent.children if c.label and c.label.kind == node.label.kind]
        names = [(found := read_bodies(c.text)) is not None and not c.text[found.end :].strip(TRIM) for c in series]
        known[key] = (sum(names), len(series) - 1)
    named, beside = known[key]
    return beside > 0 and (
        named * 2 >= beside
        or (named > 0 and _ALLOTS.search(node.parent.text.upper()) is not None)
        or re.match(r"(?:Kính )?[Đđ]ề nghị\s", text) is not None
    )


def unknown_before_colon(node: Node, known: dict[tuple[int, str], tuple[int, int]]) -> int | None:
    """Where the colon stands in "Tổ tự quản: …" among clauses that mostly open with a known body and a colon."""
    text = node.text
    colon = text.find(":", 0, 90)
    if not node.label or node.children or not node.parent or colon < 2 or not text[colon + 1 :].strip():
        return None
    name = text[:colon]
    if ACTION.match(name) or _THEME.match(name) or re.search(r"\d|[.;(“\"]|\b(?:sau|gồm|cụ thể|như)$", name):
        return None
    key = (id(node.parent), f"{node.label.kind}:")
    if key not in known:
        series = [c for c in node.parent.children if c.label and c.label.kind == node.label.kind]
        heads = [(found := read_bodies(c.text)) is not None and c.text[found.end :].lstrip()[:1] == ":" for c in series]
        known[key] = (sum(heads), len(series) - 1)
    named, beside = known[key]
    return colon if beside > 0 and named * 2 >= beside else None


def plain_names(body: Mapped, start: int) -> tuple[Mapped, ...]:
    """The names of an unknown heading; short parts between commas are names of their own."""
    end = len(body.text.rstrip(" :"))
    cuts = [m.span() for m in re.finditer(r",\s+|\s+và\s+", body.text[:end]) if m.start() > start]
    edges = [start, *(b for _, b in cuts)]
    stops = [*(a for a, _ in cuts), end]
    parts = [body.cut(a, b) for a, b in zip(edges, stops, strict=True)]
    heads = {part.text.split()[0].lower() for part in parts if part.text}
    if len(parts) > 1 and (all(len(part.text.split()) <= 4 for part in parts) or len(heads) == 1):
        return tuple(parts)
    return (body.cut(start, end),)


def collects(node: Node) -> bool:
    """Whether the clauses below a text only complete it ("…, bảo đảm:")."""
    return not node.children or node.text.rstrip().endswith((":", "sau", "gồm")) or only_plus(node)


def only_plus(node: Node) -> bool:
    return all(child.label is not None and child.label.kind == "plus" for child in node.children)


def is_leaf_task(node: Node) -> bool:
    text = node.text.rstrip()
    return text.endswith(":") and len(text.split()) > 14


def has_agency_below(node: Node) -> bool:
    return any(
        read_bodies(child.text) is not None
        or is_field_line(child.body)
        or own_fields(child).lead
        or bool(child.paragraph and child.paragraph.rows)
        for child in node.children
    )


def is_note(text: str) -> bool:
    return bool(re.match(r"[¹²³⁴⁵\[]|Ghi chú\b|\(\*\)", text)) or _MONEY.match(text) is not None


def own_fields(node: Node) -> Fields:
    """The field lines directly below a clause."""
    found = [said[0] for child in node.children if is_field_line(child.body) and (said := read_fields(child.body))]
    return merged(found) if found else Fields()


def tasks_below(node: Node) -> list[Node]:
    """The clauses that a run of fields speaks of: the bullets of a heading, or the clause itself."""
    inner = [
        child
        for child in node.children
        if not is_field_line(child.body) and not (child.paragraph and child.paragraph.rows)
    ]
    if (
        inner
        and (is_subheading(node) or is_title(node.text, children=True, strong=False))
        and not node.text.rstrip().endswith(":")
    ):
        return [leaf for child in inner for leaf in tasks_below(child)]
    return [node]


def cooperating_with(body: Mapped, start: int) -> Fields:
    """The partners named right after the owner: "chủ trì, phối hợp với A, B …"."""
    found = _COOP.search(body.text, start, start + 60)
    if not found:
        return Fields()
    names = read_bodies(body.text, found.end())
    if names is None:
        return Fields()
    return Fields((), tuple(body.cut(a, b) for a, b in names.items), None)


def without_partners(rest: str) -> str:
    found = _COOP.search(rest, 0, 60)
    if found:
        names = read_bodies(rest, found.end())
        if names:
            return rest[: found.start()] + rest[names.end :]
    return rest


def late_subject(body: Mapped) -> tuple[Mapped, ...] | None:
    """The bodies of "Căn cứ Kế hoạch này, các cơ quan … xây dựng …": the subject after an opening phrase."""
    if not (_ADVERBIAL.match(body.text) or WHEN.match(body.text)):
        return None
    for found in re.finditer(r"(?::|,|\)|năm|tháng|quý|nghị|cầu)\s+(?=\S)", body.text[:500]):
        before = body.text[: found.end()]
        if before.count("(") != before.count(")"):
            continue
        names = read_bodies(body.text, found.end())
        if (
            names
            and names.items
            and names.end - found.end() < 200
            and re.match(r"\s*[a-zđà-ỹ]", body.text[names.end :])
        ):
            return tuple(body.cut(a, b) for a, b in names.items)
    return None


def whole_plan(node: Node) -> bool:
    """Whether a clause only asks to carry out this plan, to report on it or to raise difficulties."""
    if node.label is None and _CARRY_OUT.search(node.text):
        return True
    return _THIS_PLAN.search(node.text) is not None


def task_of(node: Node, said: Fields, *, since: int = 0, until: int | None = None, alone: bool = False) -> Task:
    """The task of a clause with everything below it that is no field."""
    parts: list[str] = []
    last: Mapped | None = None
    body = node.body.cut(since, until)
    parts.append(body.text)
    last = body
    if not alone and until is None:
        for child in node.walk():
            if child is node or child.paragraph is None or child.paragraph.rows or is_field_line(child.body):
                continue
            parts.append(child.paragraph.text.text)
            last = child.paragraph.text
    start = body.span().start
    end = max(last.span().end, body.span().end)
    coop = said.coop or (() if since or until else cooperating_inside(body))
    deadlines = read_deadlines(body, in_task=True)
    if said.time:
        deadlines = read_deadlines(said.time, field=True) + deadlines
    return Task(
        text=" ".join(part for part in parts if part).strip(),
        span=Span(start, end),
        label=node.label.text if node.label else None,
        lead=tuple(piece.text for piece in said.lead),
        cooperating=tuple(piece.text for piece in coop),
        deadlines=deadlines,
    )


def cooperating_inside(body: Mapped) -> tuple[Mapped, ...]:
    found = re.match(r"(?:Chủ trì\s*,?\s*)?[Pp]hối hợp(?: chặt chẽ)?(?: với| cùng)?\s+", body.text)
    if not found:
        return ()
    names = read_bodies(body.text, found.end())
    return tuple(body.cut(a, b) for a, b in names.items) if names else ()
