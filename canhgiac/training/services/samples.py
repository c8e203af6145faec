"""Training of the invented province "tỉnh Vĩnh An": a class with certificates, contests, a drill, quizzes sat.

Everybody is made up and the same each time; phone numbers are of a range not in use.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.text import slugify

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.clock import VIETNAM
from canhgiac.kit.text import fold
from canhgiac.training.models import (
    Attendance,
    Award,
    Contest,
    Contestant,
    Course,
    Drill,
    DrillConsent,
    DrillTarget,
    DrillTrace,
    Enrolment,
    Learner,
    LessonProgress,
    Lure,
    Paper,
    QuestionEdition,
    Round,
    RoundEntry,
    Sitting,
    TrainingClass,
)
from canhgiac.training.selectors.drills import RULE_VERSION

from .certificates import certificates_issue_class
from .classes import ClassFacts, MeetingFacts, class_end, class_open
from .drills import DrillData, drill_approve, drill_new, drill_submit
from .drillsending import drill_finish
from .learners import token_new
from .papers import DrawData, paper_for
from .questionfigures import figures_count
from .sampleanswers import Sat, sittings_invent

SEED = 2026
COORDINATOR, APPROVER, TRAINER = "dieuphoi@vinhan.example", "pheduyet@vinhan.example", "giaovien@vinhan.example"
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Lò", "Giàng", "Mai", "Trịnh")
MIDDLES = ("Thị", "Văn", "Minh", "Thu", "Đức", "Hải", "Ngọc", "Quang", "Gia", "Thanh")
GIVENS = ("An", "Bình", "Chi", "Dung", "Giang", "Hà", "Hạnh", "Khánh", "Lan", "Linh", "Mai", "Nam", "Phúc", "Quân",
          "Sơn", "Thảo", "Trang", "Tú", "Vy", "Yến")  # fmt: skip
SCHOOLS = ("Trường THPT Sơn Thủy", "Trường THPT Đông Lâm", "Trường THPT Kim Giang", "Trường THPT chuyên Vĩnh An")
DRILLED = ("Sở Giáo dục và Đào tạo", "Sở Khoa học và Công nghệ", "UBND xã Sơn Thủy")
PUPILS, CONTESTANTS, NEWCOMERS, PUBLIC, STAFF = 28, 60, 22, 190, 16
"""People of the class, of the ended contest, of the open one; public quizzes sat; staff of a unit of the drill."""
RULES = """# Ai dự thi

Học sinh các trường trung học của tỉnh, mỗi em một lần.

# Cách thi

Mười câu, mười phút, đồng hồ của máy chủ. Đáp án hiện sau khi vòng thi đóng.

# Khi bằng điểm

Ai làm ít thời gian hơn xếp trên; vẫn bằng nhau thì đồng hạng.
"""


@transaction.atomic
def sample_training_load() -> int | None:
    """Loads everything once and gives the number of sittings; None where it is there already.

    Raises Member.DoesNotExist without the sample province, Course.DoesNotExist without the starter courses.
    """
    if TrainingClass.objects.exists():
        return None
    chance = random.Random(SEED)  # noqa: S311  # invented, the same each run
    coordinator, trainer = Member.objects.get(email=COORDINATOR), Member.objects.get(email=TRAINER)
    long_ago = clock.now() - dt.timedelta(days=90)
    QuestionEdition.objects.filter(is_starter=True, published_at__isnull=False).update(published_at=long_ago)
    _class(trainer, chance)
    _open_class(trainer, chance)
    _contests(coordinator, chance)
    _drill(coordinator, chance)
    _quiz(chance)
    figures_count()
    sat = Sitting.objects.count()
    audit_record(by=None, act="training.samples_load", subject=trainer, facts={"sittings": sat})
    return sat


def _at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    """So many days ago (ahead, if below 0) at this hour of Vietnam."""
    return dt.datetime.combine(clock.today() - dt.timedelta(days=days), dt.time(hour, minute), VIETNAM)


def _names(chance: random.Random, many: int) -> list[str]:
    """Names that fit nobody in particular, each once."""
    found: dict[str, None] = {}
    while len(found) < many:
        found[f"{chance.choice(SURNAMES)} {chance.choice(MIDDLES)} {chance.choice(GIVENS)}"] = None
    return list(found)


def _learners(
    names: Sequence[str], agencies: Sequence[Agency], by: Member, *, group: str = "", audience: str = "pupils"
) -> list[Learner]:
    numbers = count(100)
    return Learner.objects.bulk_create(
        Learner(
            full_name=name,
            agency=agencies[at % len(agencies)],
            area=agencies[at % len(agencies)].area,
            group=group or f"{10 + at % 3}A{1 + at % 4}",
            audience=audience,
            birth_year=2009 + at % 3 if audience == "pupils" else 1950 + at % 12,
            phone=f"+84900000{next(numbers)}" if group else "",
            token=token_new(),
            made_by=by,
        )
        for at, name in enumerate(names)
    )


# A class that ended, and one that goes on ----------------------------------------------------------------------------


def _facts(trainer: Member, code: str, title: str, days: tuple[int, int]) -> ClassFacts:
    course = Course.objects.select_related("final").get(code=code, state=Course.State.PUBLISHED)
    assert trainer.agency is not None
    area = trainer.agency.area or Area.objects.get(code="99", level=Area.Level.PROVINCE)
    today = clock.today()
    return ClassFacts(
        course=course,
        title=title,
        agency=trainer.agency,
        trainer=trainer,
        area=area,
        audience="pupils" if code == "S02" else "elderly",
        starts_on=today - dt.timedelta(days=days[0]),
        ends_on=today - dt.timedelta(days=days[1]),
        place="Phòng đa năng, dãy B",
        signer="Trịnh Thị Giáo Viên",
        signer_title="Tổ trưởng chuyên môn",
    )


def _class(trainer: Member, chance: random.Random) -> None:
    """Three meetings, a roster, who was there, the final paper, certificates."""
    facts = _facts(trainer, "S02", "Lớp 10A3: mã của em là của em", (24, 10))
    meetings = [MeetingFacts(_at(day, 14), _at(day, 15, 30), facts.place) for day in (24, 17, 10)]
    room = class_open(by=trainer, facts=facts, meetings=meetings)
    learners = _learners(_names(chance, PUPILS), [facts.agency], trainer, group="10A3")
    enrolled = Enrolment.objects.bulk_create(
        Enrolment(learner=one, course=facts.course, training_class=room, enrolled_at=_at(25, 9)) for one in learners
    )
    _attend(room, enrolled, trainer, chance)
    stayed = [one for one in enrolled if chance.random() < 0.93]
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=one, lesson=lesson, opened_at=_at(20, 20), read_at=_at(20, 20), done_at=_at(19, 20))
        for one in stayed
        for lesson in facts.course.lessons.all()
    )
    final = facts.course.final
    assert final is not None
    people = [Sat(one.learner, chance.gauss(1.3, 0.8), _at(10, 15, chance.randrange(25))) for one in stayed]
    sittings_invent(final, people, chance)
    class_end(by=trainer, training_class=room)
    certificates_issue_class(by=trainer, training_class=room)


def _attend(room: TrainingClass, enrolled: Sequence[Enrolment], trainer: Member, chance: random.Random) -> None:
    rows = []
    for meeting in room.meetings.all():
        for one in enrolled:
            if chance.random() < 0.94:
                qr = chance.random() < 0.7
                rows.append(
                    Attendance(
                        meeting=meeting,
                        enrolment=one,
                        how=Attendance.How.QR if qr else Attendance.How.LIST,
                        at=meeting.starts_at + dt.timedelta(seconds=chance.randrange(-300, 600)),
                        by=None if qr else trainer,
                    )
                )
    Attendance.objects.bulk_create(rows)


def _open_class(trainer: Member, chance: random.Random) -> None:
    """Begun last week: some have come, one meeting is still ahead."""
    facts = _facts(trainer, "S04", "Ông bà và con cháu: lớp tối thứ Sáu ở thôn", (5, -9))
    meetings = [MeetingFacts(_at(5, 19), _at(5, 20, 30)), MeetingFacts(_at(-2, 19), _at(-2, 20, 30))]
    room = class_open(by=trainer, facts=facts, meetings=meetings)
    learners = _learners(_names(chance, 14), [facts.agency], trainer, group="Thôn Đông", audience="elderly")
    enrolled = Enrolment.objects.bulk_create(
        Enrolment(learner=one, course=facts.course, training_class=room, enrolled_at=_at(6, 9)) for one in learners
    )
    first = room.meetings.get(number=1)
    Attendance.objects.bulk_create(
        Attendance(meeting=first, enrolment=one, how=Attendance.How.LIST, at=first.starts_at, by=trainer)
        for one in enrolled[:11]
    )


# Contests ------------------------------------------------------------------------------------------------------------


def _contests(coordinator: Member, chance: random.Random) -> None:
    schools = list(Agency.objects.filter(name__in=SCHOOLS).select_related("area").order_by("name"))
    ended = _contest(coordinator, "Học sinh Vĩnh An nhận ra lừa đảo 2026", (40, 28), Contest.State.ANNOUNCED)
    people = _contestants(ended, schools, coordinator, CONTESTANTS, chance)
    ranked = _round(ended.rounds.get(), people, chance)
    for position, (name, entry) in enumerate(zip(("Giải nhất", "Giải nhì", "Giải ba"), ranked, strict=False), 1):
        Award.objects.create(
            contest=ended,
            name=name,
            position=position,
            contestant=entry.contestant,
            reason=f"{entry.sitting.points:g}/{entry.sitting.points_most:g} điểm",
            at=_at(27, 9),
            by=coordinator,
        )
    opened = _contest(coordinator, "Tuần lễ an ninh mạng: thi trực tuyến", (3, -4), Contest.State.OPEN)
    newcomers = _contestants(opened, schools, coordinator, NEWCOMERS, chance)
    _round(opened.rounds.get(), newcomers[: NEWCOMERS // 2], chance)


def _contest(by: Member, title: str, days: tuple[int, int], state: Contest.State) -> Contest:
    assert by.agency is not None
    announced = state == Contest.State.ANNOUNCED
    contest = Contest.objects.create(
        kind=Contest.Kind.QUIZ,
        title=title,
        slug=slugify(fold(title)),
        rules=RULES,
        audiences=["pupils"],
        agency=by.agency,
        area=Area.objects.get(code="99", level=Area.Level.PROVINCE),
        state=state,
        joins_from=_at(days[0] + 10, 8),
        joins_until=_at(days[1], 17),
        ends_on=clock.today() - dt.timedelta(days=days[1] - 1),
        ties=[Contest.Tie.LESS_TIME, Contest.Tie.SHARED],
        made_by=by,
        opened_by=Member.objects.get(email=APPROVER),
        made_at=_at(days[0] + 20, 9),
        announced_at=_at(days[1] - 1, 9) if announced else None,
    )
    paper = paper_for(
        purpose=Paper.Purpose.CONTEST,
        title=title,
        agency=by.agency,
        draws=[DrawData(count=6, audience="pupils", difficulty=1), DrawData(count=4, audience="pupils", difficulty=2)],
        made_by=by,
        seconds=600,
        sittings_allowed=1,
        feedback=Paper.Feedback.CLOSED,
    )
    Round.objects.create(
        contest=contest,
        number=1,
        title="Vòng trực tuyến",
        paper=paper,
        opens_at=_at(days[0], 8),
        closes_at=_at(days[1], 17),
        counted_at=_at(days[1], 18) if announced else None,
    )
    return contest


def _contestants(
    contest: Contest, schools: Sequence[Agency], by: Member, many: int, chance: random.Random
) -> list[Contestant]:
    learners = _learners(_names(chance, many), schools, by)
    return Contestant.objects.bulk_create(
        Contestant(
            contest=contest,
            learner=one,
            shown_as=f"{one.full_name.split()[-1]} {one.full_name[0]}.",
            joined_at=contest.joins_from + dt.timedelta(hours=chance.randrange(200)),
        )
        for one in learners
    )


def _round(row: Round, people: Sequence[Contestant], chance: random.Random) -> list[RoundEntry]:
    """Everybody's sitting of the round; where it was counted, with ranks: points, then time, the best first."""
    until = min(row.closes_at, clock.now() - dt.timedelta(hours=2))
    span = max((until - row.opens_at) // dt.timedelta(minutes=1), 1)
    begun = [row.opens_at + dt.timedelta(minutes=chance.randrange(span)) for _one in people]
    sat = [Sat(one.learner, chance.gauss(0.6, 1.0), at) for one, at in zip(people, begun, strict=True)]
    entries = []
    for one, sitting in zip(people, sittings_invent(row.paper, sat, chance), strict=True):
        assert sitting.ended_at is not None
        taken = (sitting.ended_at - sitting.begun_at) // dt.timedelta(milliseconds=1)
        device = chance.randbytes(16)
        entries.append(RoundEntry(round=row, contestant=one, sitting=sitting, device=device, milliseconds=taken))
    entries.sort(key=lambda entry: (-(entry.sitting.points or 0), entry.milliseconds))
    if row.counted_at is not None:
        for rank, entry in enumerate(entries, 1):
            entry.rank = rank
    return RoundEntry.objects.bulk_create(entries)


# A drill that ended --------------------------------------------------------------------------------------------------


def _drill(coordinator: Member, chance: random.Random) -> None:
    units = list(Agency.objects.filter(name__in=DRILLED).order_by("name"))
    people = list(_staff(units, chance))
    lures = list(Lure.objects.filter(code__in=("L01", "L02", "L03")).order_by("code"))
    top = Agency.objects.get(parent=None, name="Toàn tỉnh Vĩnh An")
    facts = DrillData(
        title="Diễn tập tháng trước: thư lạ trong hộp thư",
        purpose="Tập thói quen báo thư lạ trong giờ làm việc",
        agency=top,
        units=units,
        lures=lures,
        starts_at=_at(34, 8),
        ends_at=_at(20, 17),
    )
    row = drill_submit(by=coordinator, drill=(drill := drill_new(by=coordinator, data=facts, now=_at(40, 9))),
                       version=drill.version)  # fmt: skip
    drill_approve(by=Member.objects.get(email=APPROVER), drill=row, side="unit", version=row.version)
    drill_approve(by=coordinator, drill=row, side="office", version=row.version)
    row.approvals.update(at=_at(36, 10))
    Drill.objects.filter(pk=row.pk).update(state=Drill.State.RUNNING, started_at=facts.starts_at)
    targets = [_target(row, one, chance.choice(lures), chance) for one in people]
    DrillTarget.objects.bulk_create(targets)
    DrillTrace.objects.bulk_create(_traces(targets, chance))
    drill_finish(drill_id=row.pk, now=facts.ends_at)


def _staff(units: Sequence[Agency], chance: random.Random) -> Iterator[Member]:
    """Invented staff of the units, who cannot log in and agreed to drills."""
    password = make_password(None)
    names = iter(_names(chance, STAFF * len(units)))
    numbers = count(1)
    rows = Member.objects.bulk_create(
        Member(
            email=f"canbo{next(numbers):03}@vinhan.example",
            full_name=next(names),
            title="Chuyên viên",
            agency=unit,
            password=password,
        )
        for unit in units
        for _one in range(STAFF)
    )
    DrillConsent.objects.bulk_create(
        DrillConsent(member=one, accepts=True, rule_version=RULE_VERSION, at=_at(60, 9)) for one in rows
    )
    yield from rows


def _target(drill: Drill, one: Member, lure: Lure, chance: random.Random) -> DrillTarget:
    """One receiver: two in three report, one in four clicks first."""
    sent = _at(chance.randrange(25, 33), chance.randrange(8, 16), chance.randrange(60))
    clicks, reports = chance.random() < 0.28, chance.random() < 0.62
    clicked = sent + dt.timedelta(minutes=chance.randrange(2, 200)) if clicks else None
    reported = (clicked or sent) + dt.timedelta(minutes=chance.randrange(3, 180)) if reports else None
    return DrillTarget(
        drill=drill,
        member=one,
        agency=one.agency,
        lure=lure,
        token=token_new(),
        due_at=sent,
        sent_at=sent,
        clicked_at=clicked,
        reported_at=reported,
        report_door=("button" if chance.random() < 0.7 else "email") if reported else "",
        lesson_done_at=clicked + dt.timedelta(minutes=4) if clicked and chance.random() < 0.8 else None,
    )


def _traces(targets: Sequence[DrillTarget], chance: random.Random) -> Iterator[DrillTrace]:
    for one in targets:
        assert one.sent_at is not None
        if chance.random() < 0.3:
            at = one.sent_at + dt.timedelta(seconds=chance.randrange(1, 9))
            yield DrillTrace(target=one, at=at, maker=DrillTrace.Maker.SCANNER, why="sớm")
        if one.clicked_at is not None:
            yield DrillTrace(target=one, at=one.clicked_at, maker=DrillTrace.Maker.PERSON, why="button")


# The public quiz ------------------------------------------------------------------------------------------------------


def _quiz(chance: random.Random) -> None:
    """Sat by people of whom nothing is kept, evenings more than mornings, over five weeks."""
    paper = Paper.objects.filter(purpose=Paper.Purpose.PUBLIC, state=Paper.State.READY).latest("pk")
    people = [
        Sat(None, chance.gauss(0.4, 1.1), _at(chance.randrange(1, 35), min(int(chance.triangular(7, 23, 20)), 22)))
        for _one in range(PUBLIC)
    ]
    sittings_invent(paper, people, chance)
