"""Contests: written by one, opened by a second, closed, announced; and joining one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.training.models import Contest, Contestant, Criterion, Round, Team

from .learners import learner_make, learner_of
from .refusals import TrainingRefused

MAKING = (Role.Kind.TRAINER, Role.Kind.EDITOR, Role.Kind.COORDINATOR)
OPENING = (Role.Kind.COORDINATOR, Role.Kind.APPROVER)
HOLDING = (Role.Kind.TRAINER, Role.Kind.COORDINATOR)
"""Close, count, decide on anomalies, announce."""
State = Contest.State


@dataclass(frozen=True, kw_only=True)
class ContestData:
    """What a contest says of itself."""

    kind: str
    title: str
    rules: str
    agency: Agency
    area: Area
    joins_from: dt.datetime
    joins_until: dt.datetime
    ends_on: dt.date
    audiences: list[str] = field(default_factory=list)
    by_team: bool = False
    team_most: int = 1
    ties: list[str] = field(default_factory=list)
    criteria: list[tuple[str, int]] = field(default_factory=list)
    """Of a contest of entries: name and most points of each."""


def rules_starter() -> str:
    """Rules to begin with; the organiser fills in what is theirs."""
    return _(
        "1. Ai được dự thi: \n2. Cách dự thi: đăng ký ở trang này, không mất tiền, không cần tài khoản.\n"
        "3. Thời gian: mỗi vòng mở và đóng đúng giờ ghi ở trang này, tính theo đồng hồ của máy chủ.\n"
        "4. Mỗi người dự thi một lần, làm bài trên một máy. Mất mạng thì mở lại trang trên máy đó và làm tiếp.\n"
        "5. Xếp hạng theo điểm; bằng điểm thì theo quy tắc ghi cạnh bảng xếp hạng.\n"
        "6. Bài có dấu hiệu bất thường do người xem xét, không máy nào tự loại; người dự thi được hỏi lại.\n"
        "7. Bảng xếp hạng chỉ hiện tên bạn chọn, đơn vị và địa bàn. Dữ liệu xóa theo quy định sau cuộc thi.\n"
        "8. Khiếu nại gửi ban tổ chức trong 5 ngày làm việc sau công bố."
    )


@transaction.atomic
def contest_new(*, by: Member, data: ContestData) -> Contest:
    """A draft. TRAINER, EDITOR or COORDINATOR of the agency. Raises NotAllowed, TrainingRefused."""
    require_role(by, *MAKING, agency=data.agency)
    row = Contest(made_by=by, slug=_slug(data.title))
    _filled(row, data).save(force_insert=True)
    _criteria(row, data)
    audit_record(by=by, act="training.contest_new", subject=row, facts={"kind": row.kind})
    return row


@transaction.atomic
def contest_edit(*, by: Member, contest: Contest, data: ContestData, version: int) -> Contest:
    """Corrects a draft; ``version`` is what the person saw. Raises NotAllowed, TrainingRefused."""
    row = contest_held(by, contest, *MAKING)
    if row.version != version:
        raise TrainingRefused(_("Người khác vừa sửa cuộc thi này. Xem bản mới rồi sửa tiếp."), version=row.version)
    if row.state != State.DRAFT:
        raise TrainingRefused(_("Cuộc thi đã mở: thể lệ không đổi được nữa."))
    require_role(by, *MAKING, agency=data.agency)
    row.version += 1
    _filled(row, data).save()
    _criteria(row, data)
    audit_record(by=by, act="training.contest_edit", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def contest_open(*, by: Member, contest: Contest) -> Contest:
    """Opens it to the public, by a second person who read the rules. COORDINATOR or APPROVER.

    Raises NotAllowed, TrainingRefused: the maker themself, no round, no criteria.
    """
    row = contest_held(by, contest, *OPENING)
    if row.state == State.OPEN:
        return row
    if row.state != State.DRAFT:
        raise TrainingRefused(_("Cuộc thi này không còn là bản nháp."))
    if row.made_by_id == by.pk:
        raise TrainingRefused(_("Người khác phải đọc thể lệ và mở cuộc thi này."))
    if row.kind == Contest.Kind.QUIZ and not row.rounds.exists():
        raise TrainingRefused(_("Thêm ít nhất một vòng thi trước khi mở."))
    if row.kind == Contest.Kind.ENTRIES and not row.criteria.exists():
        raise TrainingRefused(_("Ghi tiêu chí chấm trước khi mở."))
    row.state, row.opened_by, row.version = State.OPEN, by, row.version + 1
    row.save(update_fields=["state", "opened_by", "version"])
    audit_record(by=by, act="training.contest_open", subject=row)
    return row


@transaction.atomic
def contest_close(*, by: Member, contest: Contest) -> Contest:
    """Ends the contest; its result waits to be announced. Raises NotAllowed, TrainingRefused: a round not counted."""
    row = contest_held(by, contest, *HOLDING)
    if row.state == State.CLOSED:
        return row
    if row.state != State.OPEN:
        raise TrainingRefused(_("Cuộc thi này không đang diễn ra."))
    if row.rounds.filter(counted_at=None).exists():
        raise TrainingRefused(_("Còn vòng chưa tính kết quả."))
    return _moved(by, row, State.CLOSED, "training.contest_close")


@transaction.atomic
def contest_announce(*, by: Member, contest: Contest) -> Contest:
    """Puts the result on the public page. Raises NotAllowed, TrainingRefused: anomalies nobody looked at."""
    row = contest_held(by, contest, *HOLDING)
    if row.state == State.ANNOUNCED:
        return row
    if row.state != State.CLOSED:
        raise TrainingRefused(_("Đóng cuộc thi trước khi công bố."))
    if row.rounds.filter(entries__anomalies__looked_at=None, entries__anomalies__isnull=False).exists():
        raise TrainingRefused(_("Còn dấu hiệu bất thường chưa ai xem."))
    row.announced_at = clock.now()
    row.save(update_fields=["announced_at"])
    return _moved(by, row, State.ANNOUNCED, "training.contest_announce")


@transaction.atomic
def contest_call_off(*, by: Member, contest: Contest) -> Contest:
    """Calls it off; what people did stays. Raises NotAllowed, TrainingRefused where it was announced."""
    row = contest_held(by, contest, *HOLDING)
    if row.state == State.CALLED_OFF:
        return row
    if row.state == State.ANNOUNCED:
        raise TrainingRefused(_("Kết quả đã công bố, không hủy được nữa."))
    return _moved(by, row, State.CALLED_OFF, "training.contest_call_off")


def contest_held(by: Member, contest: Contest, *kinds: Role.Kind) -> Contest:
    """The row, locked, for one of these roles at its agency. Raises NotAllowed."""
    row = Contest.objects.select_for_update(of=("self",)).select_related("agency").get(pk=contest.pk)
    require_role(by, *kinds, agency=row.agency)
    return row


def _moved(by: Member, row: Contest, state: Contest.State, act: str) -> Contest:
    row.state, row.version = state, row.version + 1
    row.save(update_fields=["state", "version"])
    audit_record(by=by, act=act, subject=row)
    return row


def _filled(row: Contest, data: ContestData) -> Contest:
    row.title, row.rules = " ".join(storable(data.title).split())[:160], storable(data.rules).strip()
    if not row.title or not row.rules:
        raise TrainingRefused(_("Ghi tên và thể lệ."), "rules" if row.title else "title")
    if data.joins_until <= data.joins_from:
        raise TrainingRefused(_("Hạn đăng ký phải sau ngày mở đăng ký."), "joins_until")
    if data.kind not in Contest.Kind.values or set(data.ties) - set(Contest.Tie.values):
        raise TrainingRefused(_("Chọn loại cuộc thi và cách xếp khi bằng điểm."), "kind")
    if data.by_team and data.team_most < 2:  # a team is two people at least
        raise TrainingRefused(_("Đội có từ 2 người."), "team_most")
    for name in ("kind", "agency", "area", "joins_from", "joins_until", "ends_on", "audiences", "by_team", "ties"):
        setattr(row, name, getattr(data, name))
    row.team_most = data.team_most if data.by_team else 1
    return row


def _criteria(row: Contest, data: ContestData) -> None:
    row.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(contest=row, position=at, name=name[:120], most=most)
        for at, (name, most) in enumerate(data.criteria, 1)
    )


def _slug(title: str) -> str:
    base = slugify(fold(title))[:70] or "cuoc-thi"
    taken = set(Contest.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | {"phong"}
    return next(one for one in (base, *(f"{base}-{at}" for at in range(2, 9999))) if one not in taken)


# Joining ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def contest_join(
    *,
    contest: Contest,
    full_name: str,
    shown_as: str = "",
    agency: Agency | None = None,
    area: Area | None = None,
    birth_year: int | None = None,
    team_code: str = "",
    member: Member | None = None,
    now: dt.datetime | None = None,
) -> Contestant:
    """Somebody takes part; a member once, whatever is pressed. Raises TrainingRefused."""
    moment, row = now or clock.now(), Contest.objects.get(pk=contest.pk)
    if row.state != State.OPEN or not row.joins_from <= moment <= row.joins_until:
        raise TrainingRefused(_("Cuộc thi này hiện không nhận đăng ký."))
    team = _team(row, team_code) if row.by_team else None
    if member is not None:
        known = Contestant.objects.filter(contest=row, learner__member=member).first()
        if known is not None:
            return known
        learner = learner_of(member)
    else:
        learner = learner_make(full_name=full_name, agency=agency, area=area, birth_year=birth_year)
    shown = " ".join(storable(shown_as or learner.full_name).split())[:60]
    try:
        with transaction.atomic():
            return Contestant.objects.create(contest=row, learner=learner, team=team, shown_as=shown)
    except IntegrityError:
        return Contestant.objects.get(contest=row, learner=learner)


def _team(contest: Contest, code: str) -> Team:
    found = Team.objects.select_for_update().filter(contest=contest, join_code=code.strip().upper()).first()
    if found is None:
        raise TrainingRefused(_("Không có đội mang mã này. Hỏi người lập đội."), "team_code")
    if found.contestants.filter(withdrawn_at=None).count() >= contest.team_most:
        raise TrainingRefused(_("Đội đã đủ người."), "team_code")
    return found


@transaction.atomic
def contestant_withdraw(*, contestant: Contestant) -> Contestant:
    """The person takes part no more; their entries stand in no table. Twice is once."""
    row = Contestant.objects.select_for_update().get(pk=contestant.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
    return row


def rounds_next(contest: Contest) -> int:
    """The number of the next round."""
    last = Round.objects.filter(contest=contest).order_by("-number").first()
    return last.number + 1 if last else 1
