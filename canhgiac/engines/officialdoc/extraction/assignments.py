"""Who has to do what: the clauses of the outline as assignments.

Five ways of giving work are read: a heading that is a body, a body before a colon, a body as the subject of a
clause, fields ("Chủ trì: …") after a clause, and the rows of a task table (tables.py). A clause in a task section
that names nobody is kept without an owner; nothing is assigned by guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from canhgiac.engines.officialdoc.model import Assignment, Modality, Span, Task

from .bodies import Bodies, read_bodies
from .fields import Fields, is_field_line, merged, read_fields
from .mapped import Mapped
from .nodes import (
    TRIM,
    WHEN,
    bodies_in_line,
    collects,
    cooperating_with,
    has_agency_below,
    is_heading_of,
    is_leaf_task,
    is_note,
    is_open_field,
    is_subheading,
    is_table,
    late_subject,
    lift_fields,
    modality_of,
    names_lead,
    only_force,
    own_fields,
    plain_names,
    task_of,
    tasks_below,
    unknown_before_colon,
    unknown_body,
    whole_plan,
    without_partners,
)
from .outline import Node, is_title
from .roles import Role, role_of
from .tables import table_assignments

# What may stand between the bodies and the tasks of a heading without being a task itself.
_NO_TASK = re.compile(
    r"(?:\s*(?:,|chủ trì|là cơ quan (?:thường trực|chủ trì|đầu mối)|có (?:trách nhiệm|nhiệm vụ)|chịu trách nhiệm|tổ "
    r"chức|thực hiện|triển khai|và|"
    r"các (?:nhiệm vụ|nội dung)|(?:một số )?(?:nhiệm vụ|nội dung)|sau(?: đây)?|như sau|cụ thể|theo chức năng, nhiệm "
    r"vụ(?: được giao)?|theo chức năng|căn cứ chức năng, nhiệm vụ(?: được giao)?))*\s*:?\s*$"
)
_SENTENCE_FORCE = re.compile(r"(?:(?<=[.;] )|^)(?=(?:Giao|Đề nghị|Yêu cầu|Phân công)\s+\S)")
_ASKED = re.compile(
    r"(?:(?P<request>(?:Kính )?[Đđ]ề nghị)|Giao|Yêu cầu|Đối với|(?:Nhiệm vụ|Trách nhiệm)(?: cụ thể| chung)? của)\s+"
)
_GENERIC_ACT = re.compile(
    r"(?:nghiêm túc )?(?:triển khai|tổ chức|thực hiện|xây dựng|báo cáo|đánh giá|tổng hợp|gửi|kịp thời|phản ánh|chủ "
    r"động|nghiêm túc)"
)
_GROUP = re.compile(r"(?:[Cc]ác|[Tt]hủ trưởng các|[Tt]hủ trưởng cơ quan|[Cc]ơ quan, đơn vị|[Đđ]ịa phương|[Cc]ác cấp)\b")


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
        lift_fields(node)
        children = node.children
        last = max((k for k, child in enumerate(children) if names_lead(child)), default=-1)
        n = 0
        while n < len(children):
            child = children[n]
            if is_table(child):
                self._table(child, owner)
            elif is_field_line(child.body) and not is_open_field(child):
                stop = n
                while (
                    stop < len(children)
                    and is_field_line(children[stop].body)
                    and not (is_table(children[stop]) or is_open_field(children[stop]))
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
        return not (child.children and own_fields(child).said) and not self._agency(child, "tasks")

    def _fields(self, lines: list[Node], tasks: list[Node], owner: Owner | None) -> None:
        """Gives the clauses before a run of field lines to the bodies the fields name."""
        said = merged([found[0] for line in lines if (found := read_fields(line.body))])
        target = tasks or ([lines[0].parent] if lines[0].parent is not None and lines[0].parent.paragraph else [])
        self._give(target, said, owner)

    def _give(self, nodes: list[Node], said: Fields, owner: Owner | None) -> None:
        if not said.said:
            return
        for node in nodes:
            for leaf in tasks_below(node):
                pieces = said.lead or (owner.pieces if owner else said.coop)
                modality: Modality = "assign" if said.lead or owner else "coordinate"
                mine = self.owner(pieces, modality, leaf) if said.lead or not owner else owner
                self.add(mine, task_of(leaf, said))

    def _clause(self, node: Node, role: Role, owner: Owner | None, force: Modality | None) -> None:
        text = node.text
        strong = bool(node.paragraph and (node.paragraph.level or node.paragraph.bold))
        heading = is_title(text, children=bool(node.children), strong=strong)
        forced = only_force(text)
        if forced:
            self.walk(node, role, owner, forced)
            return
        agency = self._agency(node, role)
        if not agency and heading and (node.label or strong or text.isupper()):
            role = role_of(text, role)
        if not agency and owner is None and role == "steering" and self._by_unknown(node, role, force):
            return
        if agency and not (owner and not is_heading_of(agency, text, node)):
            self._by_agency(node, agency, role, force)
            return
        own = own_fields(node)
        if own.lead:
            self._give([node], own, owner)
            return
        inline = read_fields(node.body)
        if inline and inline[0].lead and role not in {"background", "aim", "scope"}:
            leaf_fields = inline[0]
            mine = self.owner(leaf_fields.lead, "assign", node)
            self.add(mine, task_of(node, leaf_fields, until=inline[1]))
            return
        if owner:
            self._owned(node, owner, role, own if own.said else (inline[0] if inline else Fields()))
            return
        self._unowned(node, role, force, heading=heading)

    def _owned(self, node: Node, owner: Owner, role: Role, said: Fields) -> None:
        """A clause under a body's heading: a task, or a sub-heading with tasks below it."""
        text = node.text
        if node.children and is_subheading(node):
            self.walk(node, role, owner)
            return
        if not text or is_note(text):
            return
        self.add(owner, task_of(node, said))

    def _unowned(self, node: Node, role: Role, force: Modality | None, *, heading: bool) -> None:
        if role == "preamble" or (
            role in {"background", "scope", "aim", "topics", "forms"} and not has_agency_below(node)
        ):
            return
        if self._sentences(node, role):
            return
        subject = (
            late_subject(node.body)
            if role in {"steering", "reporting", "budget", "tasks", "schedule", "other"} and not heading
            else None
        )
        if subject:
            owner = self.owner(subject, force or "assign", node)
            self.add(owner, task_of(node, Fields()), steering=not WHEN.match(node.body.text))
            return
        if node.children and (heading or has_agency_below(node) or node.text.rstrip().endswith(":")):
            if role == "tasks" and is_leaf_task(node):
                self.add(None, task_of(node, Fields()))
            else:
                self.walk(node, role, None, force)
            return
        if role == "tasks" and node.text and len(node.text.split()) > 5 and not is_note(node.text) and node.label:
            self.add(None, task_of(node, Fields()))

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
            owner = self.owner(pieces, modality_of(found.force), node)
            self.add(
                owner,
                task_of(node, cooperating_with(node.body, found.end)),
                steering=bool(_GROUP.match(pieces[0].text)) and whole_plan(node),
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
                    self.owner(pieces, modality_of(found.force), node),
                    task_of(node, cooperating_with(node.body, found.end)),
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
        if not rest.strip(TRIM) and (
            len(text) > 420 or (text.endswith(".") and not node.children and len(text.split()) > 8)
        ):
            return None
        return found

    def _by_agency(self, node: Node, found: Bodies, role: Role, force: Modality | None) -> None:
        text = node.text
        pieces = tuple(node.body.cut(a, b) for a, b in found.items)
        modality = modality_of(found.force) if found.force else (force or "assign")
        owner = self.owner(pieces, modality, node)
        rest = text[found.end :]
        said = cooperating_with(node.body, found.end)
        if not rest.strip(TRIM) or (_NO_TASK.match(without_partners(rest)) and node.children):
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
            others = bodies_in_line(text, start)
            if others and not node.children:
                self._in_line(node, owner, start, others, force)
            elif collects(node):
                self.add(owner, task_of(node, Fields(), since=start))
            else:
                self.add(owner, task_of(node, Fields(), since=start, alone=True))
                self.walk(node, "steering", owner)
            return
        article = node.label is not None and node.label.kind == "article"
        steering = (article or bool(_GROUP.match(pieces[0].text))) and whole_plan(node)
        self.add(owner, task_of(node, said), steering=steering)

    def _in_line(self, node: Node, owner: Owner, start: int, others: list[Bodies], force: Modality | None) -> None:
        """ "Sở A: …; Sở B: …" in one paragraph: each body has the words up to the next."""
        for n in range(len(others) + 1):
            until = node.text.rfind(";", 0, others[n].items[0][0]) if n < len(others) else None
            self.add(owner, task_of(node, Fields(), since=start, until=until, alone=True))
            if n < len(others):
                found = others[n]
                pieces = tuple(node.body.cut(a, b) for a, b in found.items)
                owner = self.owner(pieces, modality_of(found.force) if found.force else force or "assign", node)
                start = node.text.index(":", found.end) + 1

    def _by_unknown(self, node: Node, role: Role, force: Modality | None) -> bool:
        """A body among bodies, of a kind the dictionary does not know: "Nhân viên y tế", "Chủ nhà trọ: …"."""
        named = unknown_before_colon(node, self.known)
        if named:
            owner = self.owner(plain_names(node.body.cut(0, named), 0), force or "assign", node)
            self.add(owner, task_of(node, Fields(), since=named + 1))
            return True
        if not unknown_body(node, self.known):
            return False
        asked = _ASKED.match(node.text)
        start = asked.end() if asked else 0
        request = asked is not None and asked["request"] is not None
        owner = self.owner(plain_names(node.body, start), "request" if request else force or "assign", node)
        self.walk(node, role, owner)
        return True

    def _table(self, node: Node, owner: Owner | None) -> None:
        for modality, pieces, task, heading in table_assignments(node):
            use = pieces or (owner.pieces if owner else ())
            mine = self.owner(use, modality, node) if use else None
            if mine:
                mine = Owner(mine.pieces, mine.modality, heading or "", task.label, mine.key, task.span.start)
            self.add(mine, task)


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
