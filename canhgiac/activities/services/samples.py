"""Invented activities, remarks, commendations and money of the sample province, for the first look.

Nothing here happened: every figure comes from a fixed seed. A few records go through the services as a person's would;
the many are written in bulk, so that the first start stays short.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from canhgiac.activities.models import (
    Activity,
    ActivityArea,
    ActivityStep,
    ActivityTask,
    BudgetLine,
    Commendation,
    Remark,
)
from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.agencies.selectors.register import agencies_on
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.register import paths_refresh
from canhgiac.kit import clock
from canhgiac.kit.periods import data_window
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment, Plan, Reminder
from canhgiac.plans.selectors.tasks import OPEN

from .evidence import evidence_add
from .record import ActivityData, activity_record
from .review import activities_accept, activity_return
from .samplemeasures import sample_measures_load
from .samplepictures import picture
from .samplewords import OF_KIND, REMARKS, SORTS, Sort

SEED = 214
PROVINCE_CODE = "99"
COORDINATOR = "dieuphoi@vinhan.example"
OFFICERS = (
    *("canbo.sonthuy@vinhan.example", "canbo.gddt@vinhan.example"),
    *("canbo.catinh@vinhan.example", "canbo.khcn@vinhan.example"),
)
INVENTED = "Dữ liệu mẫu, không có thật."
ACCEPTED, WAITING, RETURNED = 84, 11, 4
"""Of a hundred activities; the one left was withdrawn."""
UNTOUCHED, SILENT = 4, 3
"""Communes where nothing was done, and those where all still waits for review."""
State = Activity.State


@transaction.atomic
def sample_activities_load() -> int:
    """Loads the invented activities and what agencies say besides; returns how many activities were written.

    0 where they are there already. Raises Member.DoesNotExist without the sample province, Plan.DoesNotExist without
    its plan in force.
    """
    coordinator = Member.objects.get(email=COORDINATOR)
    province = Area.objects.get(code=PROVINCE_CODE, level=Area.Level.PROVINCE)
    if Activity.objects.filter(agency__area__path__startswith=province.path).exists():
        return 0
    plan = (
        Plan.objects.filter(state=Plan.State.ISSUED, parent__isnull=True, agency__isnull=False).order_by("pk").first()
    )
    if plan is None:
        raise Plan.DoesNotExist
    chance = random.Random(SEED)  # noqa: S311  # invented figures, the same on every run
    groups = groups_of(province)
    rows = _bulk(list(_drafts(province, plan, groups, chance)), coordinator, chance)
    _by_services(coordinator, plan)
    _records(rows, plan, coordinator, chance)
    _reminded(plan)
    sample_measures_load(by=coordinator, plan=plan)
    audit_record(by=None, act="activities.sample_activities_load", subject=plan, facts={"activities": len(rows)})
    return len(rows)


def groups_of(province: Area) -> dict[int, list[Area]]:
    """The residential groups of each commune, by the commune's id; invented ones where the province has none."""
    level = Area.Level
    communes = list(
        Area.objects.filter(path__startswith=province.path, level=level.COMMUNE, valid_until=None).order_by("code")
    )
    known = Area.objects.filter(path__startswith=province.path, level=level.GROUP, valid_until=None).order_by("code")
    if not known.exists():
        Area.objects.bulk_create(
            _group(commune, number) for commune in communes for number in range(1, 6 + commune.pk % 5)
        )
        paths_refresh(Area, root=province.pk)
    found: dict[int, list[Area]] = {commune.pk: [] for commune in communes}
    for group in known.all():
        if group.parent_id in found:
            found[group.parent_id].append(group)
    return found


def _group(commune: Area, number: int) -> Area:
    kind = "tổ dân phố" if commune.kind == "phường" else "thôn"
    name = f"{kind.capitalize()} {number}"
    return Area(
        code=f"{commune.code}.{number}",
        name=name,
        level=Area.Level.GROUP,
        kind=kind,
        parent=commune,
        folded=fold(name),
        valid_from=commune.valid_from,
    )


# The many ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    """An activity to be written, with the ids of what it links to."""

    row: Activity
    areas: set[int]
    tasks: list[int]


def _drafts(province: Area, plan: Plan, groups: dict[int, list[Area]], chance: random.Random) -> Iterator[_Draft]:
    today = clock.today()
    since = data_window("year", today.year).since
    shares: dict[int, list[int]] = defaultdict(list)
    for owner, task in Assignment.objects.filter(task__plan=plan).order_by("pk").values_list("agency", "task"):
        shares[owner].append(task)
    agencies = list(
        agencies_on(today)
        .filter(area__path__startswith=province.path, kind__in=OF_KIND)
        .select_related("area")
        .order_by("pk")
    )
    communes = sorted(groups)
    untouched = set(chance.sample(communes, UNTOUCHED))
    silent = set(chance.sample([pk for pk in communes if pk not in untouched], SILENT))
    began = (plan.issued_at or plan.created_at).date()
    for agency in agencies:
        if agency.area is None or agency.area_id in untouched:
            continue
        sorts, often = OF_KIND[Agency.Kind(agency.kind)]
        for _number in range(chance.randint(max(often - 2, 1), often + 3)):
            draft = _draft(agency, chance.choice(SORTS[sorts]), _day(since, today, chance), groups, chance)
            if agency.area_id in silent:
                draft.row.state = State.SUBMITTED
            if draft.row.on >= min(began, today - dt.timedelta(days=40)) and shares[agency.pk]:
                draft.tasks = [chance.choice(shares[agency.pk])]
            yield draft


def _day(since: dt.date, today: dt.date, chance: random.Random) -> dt.date:
    """Any day of the year so far, the latest weeks the busiest."""
    days = (today - since).days
    return since + dt.timedelta(days=round(days * chance.random() ** 0.6))


def _draft(agency: Agency, sort: Sort, on: dt.date, groups: dict[int, list[Area]], chance: random.Random) -> _Draft:
    assert agency.area is not None
    title = chance.choice(sort.titles)
    here = groups.get(agency.area_id or 0, [])
    reached = (
        set(chance.sample([group.pk for group in here], k=min(len(here), chance.randint(0, 2)))) if here else set()
    )
    row = Activity(
        agency=agency,
        kind=sort.kind,
        title=title,
        description=INVENTED,
        on=on,
        area=agency.area,
        audiences=[audience.value for audience in sort.audiences],
        state=_state(on, chance),
        origin=Activity.Origin.IMPORT,
        created_at=clock.now(),
        folded=fold(f"{title} {agency.area.name} {sort.kind.label}"),
    )
    for number, (measure, (low, high)) in enumerate(sort.reach.items()):
        if number == 0 or chance.random() < 0.8:  # the second measure is not always counted: then it is unknown
            setattr(row, measure, chance.randint(low, high))
    return _Draft(row, {agency.area.pk, *reached}, [])


def _state(on: dt.date, chance: random.Random) -> Activity.State:
    """Older ones were looked over; of the last fortnight half still wait."""
    if on > clock.today() - dt.timedelta(days=14) and chance.random() < 0.5:
        return State.SUBMITTED
    drawn = chance.randrange(100)
    if drawn < ACCEPTED:
        return State.ACCEPTED
    if drawn < ACCEPTED + WAITING:
        return State.SUBMITTED
    return State.RETURNED if drawn < ACCEPTED + WAITING + RETURNED else State.WITHDRAWN


def _bulk(drafts: list[_Draft], coordinator: Member, chance: random.Random) -> list[Activity]:
    """Writes them with their links and histories in a few statements."""
    now = clock.now()
    for draft in drafts:
        row = draft.row
        moment = dt.datetime.combine(row.on, dt.time(16, chance.randrange(60)), clock.VIETNAM)
        row.created_at = row.received_at = min(moment, now)
        if row.state in (State.ACCEPTED, State.RETURNED):
            row.reviewed_by, row.reviewed_at = coordinator, min(moment + dt.timedelta(days=2), now)
        if row.state == State.RETURNED:
            row.return_reason = chance.choice(
                ("Thiếu ảnh minh chứng.", "Ghi rõ số hộ đã đến.", "Ngày trong ảnh khác ngày ghi.")
            )
    rows = Activity.objects.bulk_create([draft.row for draft in drafts])
    ActivityArea.objects.bulk_create(
        ActivityArea(activity=draft.row, area_id=area) for draft in drafts for area in sorted(draft.areas)
    )
    ActivityTask.objects.bulk_create(
        ActivityTask(activity=draft.row, task_id=task) for draft in drafts for task in draft.tasks
    )
    ActivityStep.objects.bulk_create(step for row in rows for step in _steps(row))
    _join_some(rows)
    return rows


def _steps(row: Activity) -> Iterator[ActivityStep]:
    act = ActivityStep.Act
    yield ActivityStep(activity=row, act=act.RECORD, at=row.created_at, note=INVENTED)
    if row.state == State.ACCEPTED:
        yield ActivityStep(activity=row, act=act.ACCEPT, at=row.reviewed_at or row.created_at, by=row.reviewed_by)
    elif row.state == State.RETURNED:
        yield ActivityStep(
            activity=row,
            act=act.RETURN,
            at=row.reviewed_at or row.created_at,
            by=row.reviewed_by,
            note=row.return_reason,
        )
    elif row.state == State.WITHDRAWN:
        yield ActivityStep(activity=row, act=act.WITHDRAW, at=row.created_at, before={"state": State.SUBMITTED})


def _join_some(rows: list[Activity]) -> None:
    """The commune's police told of the same thing as the commune's committee: joined, counted once."""
    firsts = {
        (row.area_id, row.kind): row
        for row in rows
        if row.agency.kind == Agency.Kind.PEOPLES_COMMITTEE_COMMUNE and row.state == State.ACCEPTED
    }
    joined: list[Activity] = []
    for row in rows:
        first = firsts.get((row.area_id, row.kind))
        if row.agency.kind == Agency.Kind.POLICE_COMMUNE and row.state == State.ACCEPTED and first and len(joined) < 5:
            row.duplicate_of, row.on = first, first.on
            joined.append(row)
    Activity.objects.bulk_update(joined, ["duplicate_of", "on"])


# A few as people do --------------------------------------------------------------------------------------------------


def _by_services(coordinator: Member, plan: Plan) -> None:
    """Two activities of each demo officer's own agency with pictures: one accepted, one of them returned, the rest
    waiting; one picture used twice, so that the flag can be seen."""
    today = clock.today()
    recorded: list[Activity] = []
    for number, officer in enumerate(
        Member.objects.filter(email__in=OFFICERS).select_related("agency__area").order_by("pk")
    ):
        agency = officer.agency
        if agency is None or agency.area is None:
            continue
        sort = SORTS["commune" if agency.kind == Agency.Kind.PEOPLES_COMMITTEE_COMMUNE else "office"][3]
        tasks = Assignment.objects.filter(task__plan=plan, agency=agency).order_by("pk").values_list("task", flat=True)
        for days in (3 + number, 1 + number):
            data = ActivityData(
                agency=agency,
                kind=sort.kind,
                on=today - dt.timedelta(days=days),
                area=agency.area,
                title=sort.titles[days % len(sort.titles)],
                description=INVENTED,
                place="Nhà văn hóa (hư cấu)",
                audiences=tuple(sort.audiences),
                people=60 + 17 * days,
                tasks=tuple(tasks[:1]),
            )
            activity = activity_record(by=officer, data=data)
            seed = SEED if days == 4 else SEED + len(recorded) + 1
            evidence_add(
                by=officer, activity=activity, data=picture(seed), file_name=f"anh-{days}.jpg", caption=INVENTED
            )
            recorded.append(activity)
    activities_accept(by=coordinator, activities=recorded[::2])
    if recorded:
        activity_return(
            by=coordinator, activity=recorded[-1], reason="Ảnh chưa thấy rõ số người dự. Bổ sung ảnh toàn cảnh."
        )


# What agencies say besides -------------------------------------------------------------------------------------------


def _records(rows: Iterable[Activity], plan: Plan, coordinator: Member, chance: random.Random) -> None:
    """Difficulties and proposals, commendations and budget lines of the agencies that did something."""
    today = clock.today()
    agencies = sorted({row.agency for row in rows}, key=lambda agency: agency.pk)
    standing = plan.agency
    remarks = []
    for number, agency in enumerate(chance.sample(agencies, k=min(18, len(agencies)))):
        kind, text = REMARKS[number % len(REMARKS)]
        remark = Remark(kind=kind, agency=agency, plan=plan, text=f"{text} ({INVENTED.rstrip('.')})", by=coordinator)
        remark.on, remark.addressed_to = today - dt.timedelta(days=chance.randint(2, 60)), standing
        if number % 3 == 0:
            remark.state, remark.answer = Remark.State.ANSWERED, "Đã ghi nhận, sẽ bố trí trong quý tới."
            remark.answered_by, remark.answered_at = coordinator, clock.now()
        remarks.append(remark)
    Remark.objects.bulk_create(remarks)
    Commendation.objects.bulk_create(
        Commendation(
            agency=agency,
            plan=plan,
            nominee_kind=Commendation.Nominee.COLLECTIVE,
            nominee=f"Tập thể {agency.name} (dữ liệu mẫu)",
            achievement="Vận động toàn bộ tổ dân phố, thôn ký cam kết; ngăn kịp thời giao dịch nghi lừa đảo. "
            + INVENTED,
            form=chance.choice(("Biểu dương", "Giấy khen")),
            on=today - dt.timedelta(days=chance.randint(5, 40)),
            by=coordinator,
        )
        for agency in chance.sample(agencies, k=min(6, len(agencies)))
    )
    BudgetLine.objects.bulk_create(_budget(agencies, plan, coordinator, chance))


def _reminded(plan: Plan) -> None:
    """Late tasks with the steps of the ladder that the reminders of these days would have taken."""
    today, rung = clock.today(), Reminder.Rung
    ladder = ((rung.NUDGE, 1), (rung.URGE, 7), (rung.SUPERIOR, 14))
    late = Assignment.objects.filter(task__plan=plan, status__in=OPEN, due_date__lt=today).order_by("pk")
    Reminder.objects.bulk_create(
        (
            Reminder(assignment=share, due_date=share.due_date, rung=step)
            for number, share in enumerate(late)
            for step, after in ladder
            if share.due_date and (today - share.due_date).days >= after + number % 12
        ),
        ignore_conflicts=True,
    )


def _budget(agencies: list[Agency], plan: Plan, by: Member, chance: random.Random) -> Iterator[BudgetLine]:
    contents = ("In tờ rơi, cẩm nang", "Tập huấn, hội nghị", "Phát thanh, truyền hình", "Pa-nô, băng rôn")
    for number, agency in enumerate(chance.sample(agencies, k=min(14, len(agencies)))):
        planned = Decimal(chance.randint(8, 120)) * 1_000_000
        allocated = None if number % 5 == 4 else planned * Decimal("0.8")
        spent = None if allocated is None or number % 4 == 3 else allocated * Decimal(chance.randint(20, 95)) / 100
        yield BudgetLine(
            agency=agency,
            plan=plan,
            year=clock.today().year,
            source=chance.choice(BudgetLine.Source.values),
            content=contents[number % len(contents)],
            planned=planned,
            allocated=allocated,
            spent=spent.quantize(Decimal(1)) if spent is not None else None,
            note=INVENTED,
            by=by,
        )
