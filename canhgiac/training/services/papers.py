"""Papers: made, put in use, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Audience, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit.text import storable
from canhgiac.library.models import ScamForm
from canhgiac.training.models import Difficulty, Paper, PaperDraw, PaperItem, Question
from canhgiac.training.selectors.papers import MAKERS, editions_fixed, shortfalls
from canhgiac.training.selectors.quiz import public_paper

from .refusals import TrainingRefused

TITLE_LENGTH, QUESTIONS_MOST, DRAWS_MOST, POINTS_MOST = 160, 100, 20, 20
PUBLIC_QUESTIONS, PUBLIC_SECONDS = 10, 180
SECONDS_LEAST, SECONDS_MOST = 30, 4 * 3600


@dataclass(frozen=True, slots=True)
class DrawData:
    """A drawn part."""

    count: int
    form: ScamForm | None = None
    audience: str = ""
    difficulty: int | None = None
    points: int = 1


@dataclass(frozen=True, slots=True)
class PaperData:
    """What a paper is."""

    title: str
    purpose: str
    agency: Agency | None = None
    seconds: int | None = None
    pass_percent: int = 70
    sittings_allowed: int | None = None
    shuffle_questions: bool = True
    shuffle_options: bool = True
    feedback: str = Paper.Feedback.END.value
    questions: tuple[tuple[int, int], ...] = ()
    """Ids of the fixed questions in their order, each with its points."""
    draws: tuple[DrawData, ...] = field(default_factory=tuple)


@transaction.atomic
def paper_save(*, by: Member, paper: Paper | None, data: PaperData, version: int = 0) -> Paper:
    """Makes a paper, or writes another content into one that is not in use. Raises NotAllowed, TrainingRefused."""
    if paper is None:
        _require(by, data.agency)
        row = Paper(made_by=by, version=0)
    else:
        row = _held(by, paper, version, Paper.State.DRAFT)
        _require(by, data.agency)
    _fill(row, data)
    audit_record(by=by, act="training.paper_save", subject=row, facts={"title": row.title, "version": row.version})
    return row


@transaction.atomic
def paper_ready(*, by: Member, paper: Paper, version: int) -> Paper:
    """Puts it in use: it can be sat, and its content stays. Raises NotAllowed, TrainingRefused.

    Refused while it asks nothing, a fixed question is not in use, or the bank holds too few for a drawn part.
    """
    row = _held(by, paper, version, Paper.State.DRAFT, Paper.State.CLOSED)
    missing = shortfalls(row)
    if missing:
        raise TrainingRefused(" ".join(missing))
    return _turned(by, row, Paper.State.READY, "training.paper_ready")


@transaction.atomic
def paper_rework(*, by: Member, paper: Paper, version: int) -> Paper:
    """Takes one that nobody has sat yet back to change it. Raises NotAllowed, TrainingRefused."""
    row = _held(by, paper, version, Paper.State.READY, Paper.State.CLOSED)
    if row.sittings.exists():
        raise TrainingRefused(_("Đã có người làm đề này nên không sửa được. Lập đề mới từ đề này."))
    return _turned(by, row, Paper.State.DRAFT, "training.paper_rework")


@transaction.atomic
def paper_close(*, by: Member, paper: Paper, version: int) -> Paper:
    """Nobody begins it any more; who sits it goes on. Can be put in use again. Raises NotAllowed, TrainingRefused."""
    row = _held(by, paper, version, Paper.State.READY)
    return _turned(by, row, Paper.State.CLOSED, "training.paper_close")


@transaction.atomic
def paper_copy(*, by: Member, paper: Paper) -> Paper:
    """A draft that asks the same: how a paper in use is changed. Raises NotAllowed."""
    _require(by, paper.agency)
    row = Paper.objects.get(pk=paper.pk)
    items, draws = list(paper.items.all()), list(paper.draws.all())
    row.pk, row.state, row.version, row.made_by = None, Paper.State.DRAFT, 1, by
    row.title = (_("%s (bản sao)") % row.title)[:TITLE_LENGTH]
    row.save(force_insert=True)
    for item in items:
        item.pk, item.paper = None, row
    for part in draws:
        part.pk, part.paper = None, row
    PaperItem.objects.bulk_create(items)
    PaperDraw.objects.bulk_create(draws)
    audit_record(by=by, act="training.paper_copy", subject=row, facts={"from": paper.pk})
    return row


@transaction.atomic
def paper_for(
    *,
    purpose: str,
    title: str,
    agency: Agency | None = None,
    questions: Sequence[int] = (),
    draws: Sequence[DrawData] = (),
    made_by: Member | None = None,
    **rules: Any,
) -> Paper:
    """A paper in use, made by another part on the way (a lesson's questions, a starter course, a drill).

    ``questions`` are ids, one point each; ``rules`` fields of ``PaperData``. No check of a role: the act that calls it
    has made its own. Raises TrainingRefused.
    """
    data = PaperData(
        title=title,
        purpose=purpose,
        agency=agency,
        questions=tuple((one, 1) for one in questions),
        draws=tuple(draws),
        **rules,
    )
    row = Paper(made_by=made_by, version=0, state=Paper.State.READY)
    _fill(row, data)
    if missing := shortfalls(row):
        raise TrainingRefused(" ".join(missing))
    return row


def public_paper_ensure() -> Paper:
    """The paper of the public quiz; where nobody made one yet, ten drawn questions in three minutes.

    Raises TrainingRefused where the province closed all of its own, or the bank holds fewer than ten.
    """
    found = public_paper()
    if found is not None:
        return found
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('training.public_paper', 0))")
        if found := public_paper():
            return found
        if Paper.objects.filter(purpose=Paper.Purpose.PUBLIC).exists():
            raise TrainingRefused(_("Câu đố đang tạm nghỉ. Mời bạn quay lại sau."))
        return paper_for(
            purpose=Paper.Purpose.PUBLIC,
            title=_("Ba phút nhận ra lừa đảo"),
            draws=[DrawData(count=PUBLIC_QUESTIONS)],
            seconds=PUBLIC_SECONDS,
        )


def _require(by: Member, agency: Agency | None) -> None:
    if agency is None:
        require_role(by, Role.Kind.EDITOR, Role.Kind.COORDINATOR)
    else:
        require_role(by, *MAKERS, agency=agency)


def _held(by: Member, paper: Paper, version: int, *states: Paper.State) -> Paper:
    """The row locked, where the member may change it, saw what stands now, and it is in one of the states."""
    row = Paper.objects.select_for_update(of=("self",)).select_related("agency").get(pk=paper.pk)
    _require(by, row.agency)
    if row.version != version:
        raise TrainingRefused(_("Người khác vừa sửa đề này. Xem bản mới rồi làm tiếp."), version=row.version)
    if row.state not in states:
        said = _("Không làm được lúc này: đề đang ở trạng thái “%s”.")
        raise TrainingRefused(said % row.get_state_display())
    return row


def _turned(by: Member, row: Paper, state: Paper.State, act: str) -> Paper:
    row.state, row.version = state, row.version + 1
    row.save(update_fields=["state", "version"])
    audit_record(by=by, act=act, subject=row, facts={"questions": len(editions_fixed(row)), "version": row.version})
    return row


def _fill(row: Paper, data: PaperData) -> None:
    """The content into the row; saved with its questions and parts. Raises TrainingRefused."""
    _check(data)
    row.title = " ".join(storable(data.title).split())[:TITLE_LENGTH].strip()
    for name in ("purpose", "agency", "seconds", "pass_percent", "sittings_allowed", "feedback"):
        setattr(row, name, getattr(data, name))
    row.shuffle_questions, row.shuffle_options = data.shuffle_questions, data.shuffle_options
    row.version += 1
    row.save()
    known = set(Question.objects.filter(pk__in=[one for one, _points in data.questions]).values_list("pk", flat=True))
    if missing := [one for one, _points in data.questions if one not in known]:
        raise TrainingRefused(_("Không có câu hỏi %s.") % missing[0], "questions")
    row.items.all().delete()
    row.draws.all().delete()
    PaperItem.objects.bulk_create(
        PaperItem(paper=row, question_id=question, points=points, position=at)
        for at, (question, points) in enumerate(data.questions, 1)
    )
    PaperDraw.objects.bulk_create(
        PaperDraw(
            paper=row,
            count=part.count,
            form=part.form,
            audience=part.audience,
            difficulty=part.difficulty,
            points=part.points,
        )
        for part in data.draws
    )


def _check(data: PaperData) -> None:
    """Raises TrainingRefused with the first thing that cannot be."""
    ids = [one for one, _points in data.questions]
    points = [*(one for _id, one in data.questions), *(part.points for part in data.draws)]
    faults = [
        (not data.title.strip(), _("Ghi tên đề."), "title"),
        (data.purpose not in Paper.Purpose.values, _("Chọn đề dùng để làm gì."), "purpose"),
        (data.feedback not in Paper.Feedback.values, _("Chọn lúc cho biết đáp án."), "feedback"),
        (not 0 <= data.pass_percent <= 100, _("Điểm đạt từ 0 đến 100 %."), "pass_percent"),
        (
            data.seconds is not None and not SECONDS_LEAST <= data.seconds <= SECONDS_MOST,
            _("Thời gian làm từ 30 giây đến 4 giờ."),
            "seconds",
        ),
        (
            data.sittings_allowed is not None and not 1 <= data.sittings_allowed <= 100,
            _("Số lần làm từ 1 đến 100."),
            "sittings_allowed",
        ),
        (len(set(ids)) < len(ids), _("Một câu được chọn hai lần."), "questions"),
        (len(ids) > QUESTIONS_MOST, _("Chọn nhiều nhất %d câu.") % QUESTIONS_MOST, "questions"),
        (len(data.draws) > DRAWS_MOST, _("Nhiều nhất %d phần bốc.") % DRAWS_MOST, "draws"),
        (any(not 1 <= one <= POINTS_MOST for one in points), _("Điểm mỗi câu từ 1 đến %d.") % POINTS_MOST, "points"),
        (any(not 1 <= one.count <= QUESTIONS_MOST for one in data.draws), _("Số câu bốc từ 1 đến 100."), "draws"),
        (
            any(one.audience and one.audience not in Audience.values for one in data.draws),
            _("Không có đối tượng này."),
            "draws",
        ),
        (
            any(one.difficulty is not None and one.difficulty not in Difficulty.values for one in data.draws),
            _("Không có độ khó này."),
            "draws",
        ),
    ]  # fmt: skip
    for fault, said, at in faults:
        if fault:
            raise TrainingRefused(said, at)
