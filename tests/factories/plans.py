"""Plans, tasks and assignments, singly and by the ten thousand."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from dataclasses import dataclass

from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.services import paths_refresh
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment, Body, Directive, Plan, Task

from . import agencies as agencies_factory

_number = itertools.count(1)
_TEXT = (
    "tuyên truyền phòng ngừa lừa đảo trực tuyến trên không gian mạng phát tờ rơi đến từng hộ gia đình tập huấn kỹ năng"
    " nhận diện thủ đoạn mạo danh công an ngân hàng điện lực phối hợp rà soát tài khoản nghi vấn báo cáo kết quả định"
    " kỳ sáu tháng tổ chức hội nghị chuyên đề cho học sinh sinh viên người cao tuổi công nhân khu công nghiệp"
)
WORDS = _TEXT.split()


def directive(*, by: Member, agency: Agency | None = None, title: str = "", number: str = "") -> Directive:
    """A directive already read; without ``agency`` received by the member's own."""
    count = next(_number)
    holder = agency or by.agency or agencies_factory.agency()
    return Directive.objects.create(
        file_name=f"ke-hoach-{count}.docx",
        file_sha256=hashlib.sha256(str(count).encode()).hexdigest(),
        file_size=1,
        uploaded_by=by,
        agency=holder,
        state=Directive.State.READ,
        title=title or f"Kế hoạch thử số {count}",
        number=number or f"{count}/KH-UBND",
        date=dt.date(2026, 1, 15),
    )


def plan(
    *,
    by: Member,
    agency: Agency | None = None,
    title: str = "",
    state: Plan.State = Plan.State.ISSUED,
    parent: Plan | None = None,
    due_until: dt.date | None = None,
) -> Plan:
    """A plan of its own directive, issued unless said otherwise."""
    document = directive(by=by, agency=agency, title=title)
    issued = state != Plan.State.DRAFT
    return Plan.objects.create(
        directive=document,
        agency=agency,
        title=document.title or "",
        state=state,
        parent=parent,
        created_by=by,
        issued_by=by if issued else None,
        issued_at=clock.now() if issued else None,
        due_until=due_until,
    )


def task(
    plan: Plan,
    *,
    text: str = "Phát tờ rơi đến từng hộ gia đình",
    code: str = "",
    due_rule: str | None = None,
    strictly_before: bool = False,
    modality: Task.Modality = Task.Modality.ASSIGN,
    lead: str = "",
    cooperating: str = "",
) -> Task:
    """A task with the bodies the document names."""
    position = next(_number)
    row = Task.objects.create(
        plan=plan,
        position=position,
        code=code or f"NV{position}",
        text=text,
        due_rule=due_rule,
        strictly_before=strictly_before,
        modality=modality,
        folded=fold(text),
    )
    for part, printed in ((Body.Part.LEAD, lead), (Body.Part.COOPERATE, cooperating)):
        if printed:
            Body.objects.create(task=row, as_printed=printed, part=part)
    return row


def assignment(
    task: Task,
    agency: Agency,
    *,
    due: dt.date | None = None,
    status: Assignment.Status = Assignment.Status.NOT_STARTED,
    part: Body.Part = Body.Part.LEAD,
) -> Assignment:
    """One agency's share of the task."""
    return Assignment.objects.create(task=task, agency=agency, part=part, due_date=due, status=status)


@dataclass(frozen=True)
class Many:
    """A province at full size."""

    root: Agency
    coordinator: Member
    officer: Member
    """Officer of the first commune."""
    commune: Agency
    plan: Plan


def many(*, tasks: int = 10_000, agencies: int = 4_000, shares: int = 100_000, members: int = 50) -> Many:
    """A province with so many agencies and tasks; ``shares`` assignments spread over them, the same each time."""
    chance = random.Random(214)
    root = agencies_factory.agency(name="UBND tỉnh Cỡ Lớn", kind=Agency.Kind.PEOPLES_COMMITTEE_PROVINCE)
    register = _agencies(root, agencies)
    coordinator = agencies_factory.member(full_name="Điều Phối Lớn", agency=root)
    agencies_factory.role(coordinator, Role.Kind.COORDINATOR, root)
    officers = [_officer(agency) for agency in register[:members]]
    the_plan = plan(by=coordinator, agency=root, title="Kế hoạch cỡ lớn phòng, chống lừa đảo trực tuyến")
    plans = [the_plan, *(plan(by=coordinator, agency=root) for _ in range(9))]
    rows = _tasks(plans, tasks, chance)
    _assignments(rows, register, shares, chance)
    return Many(root, coordinator, officers[0], register[0], the_plan)


def _agencies(root: Agency, count: int) -> list[Agency]:
    area = Area.objects.create(code=f"lon{next(_number)}", name="Tỉnh Cỡ Lớn", level=Area.Level.PROVINCE, kind="tỉnh")
    kinds = [Agency.Kind.PEOPLES_COMMITTEE_COMMUNE, Agency.Kind.SCHOOL, Agency.Kind.POLICE_COMMUNE, Agency.Kind.BANK]
    names = [f"Đơn vị số {number}" for number in range(count)]
    Agency.objects.bulk_create(
        Agency(name=name, folded=fold(name), kind=kinds[number % 4], parent=root, area=area)
        for number, name in enumerate(names)
    )
    paths_refresh(Agency)
    return list(Agency.objects.filter(parent=root).order_by("pk"))


def _officer(agency: Agency) -> Member:
    officer = agencies_factory.member(agency=agency)
    agencies_factory.role(officer, Role.Kind.OFFICER, agency)
    return officer


def _tasks(plans: list[Plan], count: int, chance: random.Random) -> list[Task]:
    texts = [" ".join(chance.choices(WORDS, k=24)) for _ in range(count)]
    rows = Task.objects.bulk_create(
        Task(plan=plans[number % len(plans)], position=number, code=f"NV{number}", text=text, folded=fold(text))
        for number, text in enumerate(texts)
    )
    Body.objects.bulk_create(
        Body(task=row, as_printed="Các sở, ban, ngành", part=Body.Part.LEAD, is_group=True) for row in rows
    )
    return rows


def _assignments(tasks: list[Task], agencies: list[Agency], count: int, chance: random.Random) -> None:
    today = clock.today()
    statuses = [*Assignment.Status] + [Assignment.Status.NOT_STARTED] * 2
    each, rest = divmod(count, len(tasks))
    Assignment.objects.bulk_create(
        (
            Assignment(
                task=row,
                agency=agency,
                part=Body.Part.LEAD,
                due_date=today + dt.timedelta(days=chance.randrange(-60, 300)) if chance.random() < 0.8 else None,
                status=chance.choice(statuses),
            )
            for number, row in enumerate(tasks)
            for agency in chance.sample(agencies, min(len(agencies), each + (number < rest)))
        ),
        batch_size=5000,
    )


def task_of(plan: Plan, code: str) -> Task:
    """The plan's task with this code as it stands in the database."""
    return Task.objects.get(plan=plan, code=code)


def shares_of(of: Task) -> set[tuple[str, str]]:
    """(agency, part) of the task's shares."""
    return set(Assignment.objects.filter(task=of).values_list("agency__name", "part"))
