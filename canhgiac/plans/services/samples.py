"""The sample plans of the invented province, through the same services as real ones."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import roles_of
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan, ReviewState

from .imports import AlreadyReceived, directive_read, directive_receive
from .issue import plan_issue
from .review import pieces_accept
from .status import statuses_set

COORDINATOR, COMMUNE_OFFICER = "dieuphoi@vinhan.example", "canbo.sonthuy@vinhan.example"
FLAGSHIP = "01-lua-dao-truc-tuyen-vinh-an.docx"
COMMUNE = "09-ke-hoach-xa.txt"
WAITING = "13-bao-ve-tre-em-tren-mang.txt"
DONE_OF_TEN, BEGUN_OF_TEN = 6, 3
"""Of ten shares whose day has passed, six are shown done; of ten still open, three begun."""


def sample_plans_load() -> list[Plan]:
    """Imports and issues the flagship plan, files a commune's plan under it and leaves a third to be reviewed.

    Returns the plans that were not there before. Raises Member.DoesNotExist without the sample members.
    """
    coordinator = Member.objects.get(email=COORDINATOR)
    officer = Member.objects.get(email=COMMUNE_OFFICER)
    standing = _standing(coordinator, Role.Kind.COORDINATOR)
    fresh = []
    flagship = _imported(coordinator, FLAGSHIP, agency=standing)
    if flagship is not None:
        fresh.append(_live(coordinator, flagship))
        _statuses(coordinator, flagship)
        own = _imported(officer, COMMUNE, agency=_standing(officer, Role.Kind.OFFICER), parent=flagship, edit=_son_thuy)
        if own is not None:
            fresh.append(_live(officer, own))
    waiting = _imported(coordinator, WAITING, agency=standing)
    return [*fresh, waiting] if waiting else fresh


def _standing(member: Member, kind: Role.Kind) -> Agency:
    role = roles_of(member, kind).order_by("agency__path").first()
    if role is None:
        raise Member.DoesNotExist(f"{member.email}: {kind}")
    return role.agency


def _imported(
    by: Member, name: str, *, agency: Agency, parent: Plan | None = None, edit: Callable[[str], str] | None = None
) -> Plan | None:
    """The plan of a sample file; None where it had been imported before."""
    data = (settings.ROOT / "samples" / "plans" / name).read_bytes()
    if edit is not None:
        data = edit(data.decode()).encode()
    try:
        directive = directive_receive(by=by, file_name=name, data=data, agency=agency, parent=parent)
    except AlreadyReceived:
        return None
    return directive_read(directive_id=directive.pk)


def _son_thuy(text: str) -> str:
    """The commune's plan as one of the sample province's own communes would file it."""
    return text.replace("SUỐI NGÀN", "SƠN THỦY").replace("Suối Ngàn", "Sơn Thủy")


def _live(by: Member, plan: Plan) -> Plan:
    pieces_accept(by=by, plan=plan, kind="task", version=plan.version)
    plan.refresh_from_db()
    return plan_issue(by=by, plan=plan, version=plan.version, confirmed=True)


def _statuses(by: Member, plan: Plan) -> None:
    """Some work done, some begun: the same on every first run."""
    shares = Assignment.objects.filter(task__plan=plan).exclude(task__review=ReviewState.REJECTED).order_by("pk")
    done, begun = {}, {}
    for number, share in enumerate(shares):
        passed = share.due_date is not None and share.due_date < clock.today()
        if passed and number % 10 < DONE_OF_TEN:
            done[share.pk] = share.version
        elif number % 10 < BEGUN_OF_TEN:
            begun[share.pk] = share.version
    statuses_set(by=by, versions=done, status=Assignment.Status.DONE, note="Dữ liệu mẫu: đã có kết quả.")
    statuses_set(by=by, versions=begun, status=Assignment.Status.IN_PROGRESS, note="Dữ liệu mẫu: đang làm.")
