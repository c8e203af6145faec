"""Who has to do what: the clauses of the outline as assignments.

Five ways of giving work are read: a heading that is a body, a body before a colon, a body as the subject of a
clause, fields ("Chủ trì: …") after a clause, and the rows of a task table (tables.py). A clause in a task section
that names nobody is kept without an owner; nothing is assigned by guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from canhgiac.engines.officialdoc.model import Assignment, Modality, Span, Task

from .bodies import ACTION, Bodies, read_bodies
from .deadlines import read_deadlines
from .fields import Fields, is_field_line, merged, read_fields
from .mapped import Mapped
from .outline import Node, is_title
from .roles import Role, role_of
from .tables import table_assignments

_TRIM = " .:;,-–"
# What may stand between the bodies and the tasks of a heading without being a task itself.
_NO_TASK = re.compile(
    r"(?:\s*(?:,|chủ trì|là cơ quan (?:thường trực|chủ trì|đầu mối)|có (?:trách nhiệm|nhiệm vụ)|chịu trách nhiệm|tổ "
    r"chức|thực hiện|triển khai|và|"
    r"các (?:nhiệm vụ|nội dung)|(?:một số )?(?:nhiệm vụ|nội dung)|sau(?: đây)?|như sau|cụ thể|theo chức năng, nhiệm "
    r"vụ(?: được giao)?|theo chức năng|căn cứ chức năng, nhiệm vụ(?: được giao)?))*\s*:?\s*$"
)
_COOP = re.compile(r"[Pp]hối hợp\s*(?:chặt chẽ\s*)?(?:với|cùng|cùng với)?\s+")
_ADVERBIAL = re.compile(
    r"(?:Căn cứ|Trên cơ sở|Định kỳ|H(?:ằ|à)ng (?:năm|quý|tháng|tuần)|Trước ngày|Trong quá trình|Quá "
    r"trình|Khi|Nhận được|Theo chức năng|Đối với)\b"
)
# "Trước ngày 28/02/2026: Phòng A …": a day, month or quarter before the body.
_WHEN = re.compile(
    r"(?:Trước|Từ|Đến|Trong|Chậm nhất(?: là)?|Muộn nhất(?: là)?)?\s?(?:hết )?(?:ngày|tháng|quý|tuần|đầu|cuối|giữa)\s"
    r"(?:[^:.;]{1,60}:|[IVX\d/]{1,7}(?: năm 20\d\d)?,)\s",
    re.I,
)
_SENTENCE_FORCE = re.compile(r"(?:(?<=[.;] )|^)(?=(?:Giao|Đề nghị|Yêu cầu|Phân công)\s+\S)")
_ASKED = re.compile(
    r"(?:(?P<request>(?:Kính )?[Đđ]ề nghị)|Giao|Yêu cầu|Đối với|(?:Nhiệm vụ|Trách nhiệm)(?: cụ thể| chung)? của)\s+"
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
_GENERIC_ACT = re.compile(
    r"(?:nghiêm túc )?(?:triển khai|tổ chức|thực hiện|xây dựng|báo cáo|đánh giá|tổng hợp|gửi|kịp thời|phản ánh|chủ "
    r"động|nghiêm túc)"
)
_GROUP = re.compile(r"(?:[Cc]ác|[Tt]hủ trưởng các|[Tt]hủ trưởng cơ quan|[Cc]ơ quan, đơn vị|[Đđ]ịa phương|[Cc]ác cấp)\b")
_MONEY = re.compile(
    r"(?:Nguồn )?[Kk]inh phí (?:thực hiện|triển khai|tổ chức|bảo đảm|đảm bảo|hoạt động|để)|Nguồn kinh phí|Kinh phí:"
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The bodies a clause stands under."""

    pieces: tuple[Mapped, ...]
    modality: Modality
    heading: str
    label: str | None
    key: int
    start: int


@dataclass(slots=True)
class _Open:
    """An assignment while its tasks are collected."""

    owner: Owner | None
    tasks: list[Task] = field(default_factory=list)
    end: int = 0
    steering: bool = False


class _Collector:
    """Walks the outline once and keeps assignments in the order of the text."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.by_owner: dict[int, _Open] = {}
        self.keys = 0
        self.known: dict[tuple[int, str], tuple[int, int]] = {}
        """How many of the clauses of a kind under a heading are bodies, and how many others there are."""

    def owner(self, pieces: tuple[Mapped, ...], modality: Modality, node: Node) -> Owner:
        self.keys += 1
        start = node.paragraph.text.span().start if node.paragraph else 0
        label = node.label.text if node.label else None
        return Owner(pieces, modality, node.text.rstrip(" :"), label, self.keys, start)

    def add(self, owner: Owner | None, task: Task, *, steering: bool = False) -> None:
        key = owner.key if owner else 0
        held = self.by_owner.get(key) if owner else None
        if held is None:
            held = _Open(owner, steering=steering)
            self.open.append(held)
            if owner:
                self.by_owner[key] = held
        held.tasks.append(task)
        held.end = max(held.end, task.span.end)

    # -- walking -----------------------------------------------------------------------------------

    def walk(self, node: Node, role: Role, owner: Owner | None, force: Modality | None = None) -> None:
        """Reads the children of ``node``; ``owner`` is the body whose heading they stand under."""
        waiting: list[Node] = []
        _lift_fields(node)
        children = node.children
        last = max((k for k, child in enumerate(children) if _names_lead(child)), default=-1)
        n = 0
        while n < len(children):
            child = children[n]
            if _is_table(child):
                self._table(child, owner)
            elif is_field_line(child.body) and not _is_open_field(child):
                stop = n
                while (
                    stop < len(children)
                    and is_field_line(children[stop].body)
                    and not (_is_table(children[stop]) or _is_open_field(children[stop]))
                ):
                    stop += 1
                self._fields(children[n:stop], waiting, owner)
                waiting = []
                n = stop
                continue
            else:
                waiting.append(child)
                if n > last or not self._waits(child):
                    for each in waiting:
                        self._clause(each, role, owner, force)
                    waiting = []
            n += 1
        for child in waiting:
            self._clause(child, role, owner, force)

    def _waits(self, child: Node) -> bool:
        """Whether a clause that fields follow may be meant by them: it has none of its own and is no body."""
        return not (child.children and _own_fields(child).said) and not self._agency(child, "tasks")

    def _fields(self, lines: list[Node], tasks: list[Node], owner: Owner | None) -> None:
        """Gives the clauses before a run of field lines to the bodies the fields name."""
        said = merged([found[0] for line in lines if (found := read_fields(line.body))])
        target = tasks or ([lines[0].parent] if lines[0].parent is not None and lines[0].parent.paragraph else [])
        self._give(target, said, owner)

    def _give(self, nodes: list[Node], said: Fields, owner: Owner | None) -> None:
        if not said.said:
            return
        for node in nodes:
            for leaf in _tasks_below(node):
                pieces = said.lead or (owner.pieces if owner else said.coop)
                modality: Modality = "assign" if said.lead or owner else "coordinate"
                mine = self.owner(pieces, modality, leaf) if said.lead or not owner else owner
                self.add(mine, _task(leaf, said))

    def _clause(self, node: Node, role: Role, owner: Owner | None, force: Modality | None) -> None:
        text = node.text
        strong = bool(node.paragraph and (node.paragraph.level or node.paragraph.bold))
        heading = is_title(text, children=bool(node.children), strong=strong)
        forced = _only_force(text)
        if forced:
            self.walk(node, role, owner, forced)
            return
        agency = self._agency(node, role)
        if not agency and heading and (node.label or strong or text.isupper()):
            role = role_of(text, role)
        if not agency and owner is None and role == "steering" and self._by_unknown(node, role, force):
            return
        if agency and not (owner and not _is_heading_of(agency, text, node)):
            self._by_agency(node, agency, role, force)
            return
        own = _own_fields(node)
        if own.lead:
            self._give([node], own, owner)
            return
        inline = read_fields(node.body)
        if inline and inline[0].lead and role not in {"background", "aim", "scope"}:
            leaf_fields = inline[0]
            mine = self.owner(leaf_fields.lead, "assign", node)
            self.add(mine, _task(node, leaf_fields, until=inline[1]))
            return
        if owner:
            self._owned(node, owner, role, own if own.said else (inline[0] if inline else Fields()))
            return
        self._unowned(node, role, force, heading=heading)

    def _owned(self, node: Node, owner: Owner, role: Role, said: Fields) -> None:
        """A clause under a body's heading: a task, or a sub-heading with tasks below it."""
        text = node.text
        if node.children and _is_subheading(node):
            self.walk(node, role, owner)
            return
        if not text or _note(text):
            return
        self.add(owner, _task(node, said))

    def _unowned(self, node: Node, role: Role, force: Modality | None, *, heading: bool) -> None:
        if role == "preamble" or (
            role in {"background", "scope", "aim", "topics", "forms"} and not _has_agency_below(node)
        ):
            return
        if self._sentences(node, role):
            return
        subject = (
            _late_subject(node.body)
            if role in {"steering", "reporting", "budget", "tasks", "schedule", "other"} and not heading
            else None
        )
        if subject:
            owner = self.owner(subject, force or "assign", node)
            self.add(owner, _task(node, Fields()), steering=not _WHEN.match(node.body.text))
            return
        if node.children and (heading or _has_agency_below(node) or node.text.rstrip().endswith(":")):
            if role == "tasks" and _is_leaf_task(node):
                self.add(None, _task(node, Fields()))
            else:
                self.walk(node, role, None, force)
            return
        if role == "tasks" and node.text and len(node.text.split()) > 5 and not _note(node.text) and node.label:
            self.add(None, _task(node, Fields()))

    def _sentences(self, node: Node, role: Role) -> bool:
        """Sentences inside a clause that give it to somebody: "… Giao Sở A chủ trì …"."""
        if role in {"background", "scope", "aim"}:
            return False
        text = node.body.text
        for start in _SENTENCE_FORCE.finditer(text[:6000]):
            found = read_bodies(text, start.start())
            if not found or not found.items:
                continue
            pieces = tuple(node.body.cut(a, b) for a, b in found.items)
            owner = self.owner(pieces, _modality(found.force), node)
            self.add(
                owner,
                _task(node, _cooperating(node.body, found.end)),
                steering=bool(_GROUP.match(pieces[0].text)) and _whole_plan(node),
            )
            return True
        later = re.compile(r"(?<=[.;] )(?=[A-ZĐỦ])")
        for start in later.finditer(text[:6000]):
            found = read_bodies(text, start.start())
            if (
                found
                and found.items
                and re.match(
                    r"\s*(?:là (?:cơ quan|đơn vị) )?(?:chủ trì|chịu trách nhiệm)", text[found.end : found.end + 40]
                )
            ):
                pieces = tuple(node.body.cut(a, b) for a, b in found.items)
                self.add(
                    self.owner(pieces, _modality(found.force), node), _task(node, _cooperating(node.body, found.end))
                )
                return True
        return False

    # -- bodies ------------------------------------------------------------------------------------

    def _agency(self, node: Node, role: Role) -> Bodies | None:
        """The bodies a clause opens with, where its section may give work."""
        if role in {"background", "aim", "scope", "topics", "preamble"} or not node.paragraph or node.paragraph.rows:
            return None
        text = node.text
        found = read_bodies(text)
        if not found or not found.items:
            return None
        rest = text[found.end :]
        if not rest.strip(_TRIM) and (
            len(text) > 420 or (text.endswith(".") and not node.children and len(text.split()) > 8)
        ):
            return None
        return found

    def _by_agency(self, node: Node, found: Bodies, role: Role, force: Modality | None) -> None:
        text = node.text
        pieces = tuple(node.body.cut(a, b) for a, b in found.items)
        modality = _modality(found.force) if found.force else (force or "assign")
        owner = self.owner(pieces, modality, node)
        rest = text[found.end :]
        said = _cooperating(node.body, found.end)
        if not rest.strip(_TRIM) or (_NO_TASK.match(_without_partners(rest)) and node.children):
            if node.children:
                owner = Owner(
                    owner.pieces, owner.modality, text[: found.end].strip(), owner.label, owner.key, owner.start
                )
                self.walk(node, "steering", owner)
            return
        if rest.lstrip().startswith(":"):
            start = found.end + len(rest) - len(rest.lstrip(" :"))
            if not found.force and rest.lstrip(" :").startswith("Đề nghị "):
                owner = replace(owner, modality="request")
            others = _bodies_in_line(text, start)
            if others and not node.children:
                self._in_line(node, owner, start, others, force)
            elif _collects(node):
                self.add(owner, _task(node, Fields(), since=start))
            else:
                self.add(owner, _task(node, Fields(), since=start, alone=True))
                self.walk(node, "steering", owner)
            return
        article = node.label is not None and node.label.kind == "article"
        steering = (article or bool(_GROUP.match(pieces[0].text))) and _whole_plan(node)
        self.add(owner, _task(node, said), steering=steering)

    def _in_line(self, node: Node, owner: Owner, start: int, others: list[Bodies], force: Modality | None) -> None:
        """ "Sở A: …; Sở B: …" in one paragraph: each body has the words up to the next."""
        for n in range(len(others) + 1):
            until = node.text.rfind(";", 0, others[n].items[0][0]) if n < len(others) else None
            self.add(owner, _task(node, Fields(), since=start, until=until, alone=True))
            if n < len(others):
                found = others[n]
                pieces = tuple(node.body.cut(a, b) for a, b in found.items)
                owner = self.owner(pieces, _modality(found.force) if found.force else force or "assign", node)
                start = node.text.index(":", found.end) + 1

    def _by_unknown(self, node: Node, role: Role, force: Modality | None) -> bool:
        """A body among bodies, of a kind the dictionary does not know: "Nhân viên y tế", "Chủ nhà trọ: …"."""
        named = _unknown_before_colon(node, self.known)
        if named:
            owner = self.owner(_plain_names(node.body.cut(0, named), 0), force or "assign", node)
            self.add(owner, _task(node, Fields(), since=named + 1))
            return True
        if not _unknown_body(node, self.known):
            return False
        asked = _ASKED.match(node.text)
        start = asked.end() if asked else 0
        request = asked is not None and asked["request"] is not None
        owner = self.owner(_plain_names(node.body, start), "request" if request else force or "assign", node)
        self.walk(node, role, owner)
        return True

    def _table(self, node: Node, owner: Owner | None) -> None:
        for modality, pieces, task, heading in table_assignments(node):
            use = pieces or (owner.pieces if owner else ())
            mine = self.owner(use, modality, node) if use else None
            if mine:
                mine = Owner(mine.pieces, mine.modality, heading or "", task.label, mine.key, task.span.start)
            self.add(mine, task)


def _bodies_in_line(text: str, start: int) -> list[Bodies]:
    """The further bodies that a semicolon and a colon set off: "…; Sở B: …"."""
    out = []
    for mark in re.finditer(r";\s+", text[:6000]):
        found = read_bodies(text, mark.end()) if mark.start() > start else None
        if found and found.items and re.match(r"\s*:\s*\S", text[found.end : found.end + 6]):
            out.append(found)
    return out


def _modality(force: str | None) -> Modality:
    return "request" if force == "request" else "coordinate" if force == "coordinate" else "assign"


def _only_force(text: str) -> Modality | None:
    """A heading such as "Đề nghị:" that lends its force to the bodies below."""
    bare = text.strip(" :.").casefold()
    if re.fullmatch(
        r"(?:kính )?đề nghị(?: các (?:cơ quan|tổ chức|đơn vị)(?:, (?:cơ quan|tổ chức|đơn vị|đoàn thể))*)?", bare
    ) and text.rstrip().endswith(":"):
        return "request"
    return None


def _is_heading_of(found: Bodies, text: str, node: Node) -> bool:
    """Under a body's heading only a heading-like clause may name another owner; its other clauses are its own tasks."""
    rest = text[found.end :].strip()
    if node.label is None:
        return False
    if rest.startswith(":") and rest.strip(_TRIM):
        return True
    return node.label.kind in {"arabic", "roman", "upper", "dotted2", "letter"} and not rest.strip(_TRIM)


def _is_subheading(node: Node) -> bool:
    text = node.text.rstrip()
    words = len(text.split())
    if text.endswith(":") and ACTION.match(text) and (words >= 8 or _COMPLETES.search(text)):
        return False
    if node.label and node.label.kind in {"dash", "bullet"} and _only_plus(node):
        return False  # "- … các bước: + … + …": the sub-bullets complete their bullet
    return (
        words <= 14
        and not text.endswith((".", ";", ","))
        and all(len(child.text.split()) > 3 for child in node.children[:3])
    )


def _is_table(node: Node) -> bool:
    return node.paragraph is not None and bool(node.paragraph.rows)


def _is_open_field(node: Node) -> bool:
    """ "a) Chủ trì:" above bullets of work is a heading of tasks; a field names a body, beside it or below it."""
    if not (node.label and node.children and node.text.rstrip().endswith(":")):
        return False
    return not any(read_bodies(child.text) or is_field_line(child.body) for child in node.children)


def _lift_fields(node: Node) -> None:
    """Fields under the last of several clauses speak of all of them where no other clause has its own.

    "a) … b) … - Chủ trì: Sở A": the mark of the fields is deeper than a) and b), their sense is not.
    """
    if len(node.children) < 2 or not node.children[-1].label:
        return
    last = node.children[-1]
    fields = [child for child in last.children if is_field_line(child.body) and not _is_table(child)]
    if len(fields) != len(last.children) or not any(_names_lead(child) for child in fields):
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


def _names_lead(node: Node) -> bool:
    """Whether a clause is a field line that names who leads."""
    if _is_table(node) or not is_field_line(node.body):
        return False
    found = read_fields(node.body)
    return found is not None and bool(found[0].lead)


def _unknown_body(node: Node, known: dict[tuple[int, str], tuple[int, int]]) -> bool:
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
        names = [(found := read_bodies(c.text)) is not None and not c.text[found.end :].strip(_TRIM) for c in series]
        known[key] = (sum(names), len(series) - 1)
    named, beside = known[key]
    return beside > 0 and (
        named * 2 >= beside
        or (named > 0 and _ALLOTS.search(node.parent.text.upper()) is not None)
        or re.match(r"(?:Kính )?[Đđ]ề nghị\s", text) is not None
    )


def _unknown_before_colon(node: Node, known: dict[tuple[int, str], tuple[int, int]]) -> int | None:
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


def _plain_names(body: Mapped, start: int) -> tuple[Mapped, ...]:
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


def _collects(node: Node) -> bool:
    """Whether the clauses below a text only complete it ("…, bảo đảm:")."""
    return not node.children or node.text.rstrip().endswith((":", "sau", "gồm")) or _only_plus(node)


def _only_plus(node: Node) -> bool:
    return all(child.label is not None and child.label.kind == "plus" for child in node.children)


def _is_leaf_task(node: Node) -> bool:
    text = node.text.rstrip()
    return text.endswith(":") and len(text.split()) > 14


def _has_agency_below(node: Node) -> bool:
    return any(
        read_bodies(child.text) is not None
        or is_field_line(child.body)
        or _own_fields(child).lead
        or bool(child.paragraph and child.paragraph.rows)
        for child in node.children
    )


def _note(text: str) -> bool:
    return bool(re.match(r"[¹²³⁴⁵\[]|Ghi chú\b|\(\*\)", text)) or _MONEY.match(text) is not None


def _own_fields(node: Node) -> Fields:
    """The field lines directly below a clause."""
    found = [said[0] for child in node.children if is_field_line(child.body) and (said := read_fields(child.body))]
    return merged(found) if found else Fields()


def _tasks_below(node: Node) -> list[Node]:
    """The clauses that a run of fields speaks of: the bullets of a heading, or the clause itself."""
    inner = [
        child
        for child in node.children
        if not is_field_line(child.body) and not (child.paragraph and child.paragraph.rows)
    ]
    if (
        inner
        and (_is_subheading(node) or is_title(node.text, children=True, strong=False))
        and not node.text.rstrip().endswith(":")
    ):
        return [leaf for child in inner for leaf in _tasks_below(child)]
    return [node]


def _cooperating(body: Mapped, start: int) -> Fields:
    """The partners named right after the owner: "chủ trì, phối hợp với A, B …"."""
    found = _COOP.search(body.text, start, start + 60)
    if not found:
        return Fields()
    names = read_bodies(body.text, found.end())
    if names is None:
        return Fields()
    return Fields((), tuple(body.cut(a, b) for a, b in names.items), None)


def _without_partners(rest: str) -> str:
    found = _COOP.search(rest, 0, 60)
    if found:
        names = read_bodies(rest, found.end())
        if names:
            return rest[: found.start()] + rest[names.end :]
    return rest


def _late_subject(body: Mapped) -> tuple[Mapped, ...] | None:
    """The bodies of "Căn cứ Kế hoạch này, các cơ quan … xây dựng …": the subject after an opening phrase."""
    if not (_ADVERBIAL.match(body.text) or _WHEN.match(body.text)):
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


def _whole_plan(node: Node) -> bool:
    """Whether a clause only asks to carry out this plan, to report on it or to raise difficulties."""
    if node.label is None and _CARRY_OUT.search(node.text):
        return True
    return _THIS_PLAN.search(node.text) is not None


def _task(node: Node, said: Fields, *, since: int = 0, until: int | None = None, alone: bool = False) -> Task:
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
    coop = said.coop or (() if since or until else _cooperating_inside(body))
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


def _cooperating_inside(body: Mapped) -> tuple[Mapped, ...]:
    found = re.match(r"(?:Chủ trì\s*,?\s*)?[Pp]hối hợp(?: chặt chẽ)?(?: với| cùng)?\s+", body.text)
    if not found:
        return ()
    names = read_bodies(body.text, found.end())
    return tuple(body.cut(a, b) for a, b in names.items) if names else ()


def read_assignments(roots: list[Node], role: Role = "other") -> tuple[Assignment, ...]:
    """The assignments of the whole document, in the order of the text."""
    collector = _Collector()
    for root in roots:
        collector.walk(root, role, None)
    out: list[Assignment] = []
    for held in collector.open:
        owner = held.owner
        spans = tuple(piece.span() for piece in owner.pieces) if owner else ()
        start = min(
            [task.span.start for task in held.tasks]
            + [span.start for span in spans if owner and owner.heading]
            + ([owner.start] if owner else [])
        )
        out.append(
            Assignment(
                agencies=tuple(piece.text for piece in owner.pieces) if owner else (),
                modality=owner.modality if owner else "assign",
                heading=(owner.heading or None) if owner else None,
                label=owner.label if owner else (held.tasks[0].label if held.tasks else None),
                tasks=tuple(held.tasks),
                span=Span(start, held.end),
                agency_spans=spans,
                steering=held.steering,
            )
        )
    return tuple(out)


__all__ = ["read_assignments"]
