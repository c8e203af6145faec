"""Places where a warning stands: put up, followed by its update or recall, taken down.

The journal is as with messages: what is about to be called is committed before the call. A worker that died in between
leaves a row that says so, and the place is looked at before anything is posted again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.channels.contract import Outcome
from canhgiac.channels.feeds.websub import HubError, ping
from canhgiac.channels.web import PostError, PostRef
from canhgiac.kit import clock
from canhgiac.kit.clock import VIETNAM
from canhgiac.outreach.models import Posting
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.feeds import topics
from canhgiac.outreach.selectors.postings import OUTSIDE
from canhgiac.outreach.selectors.progress import failure_words

from .loudspeakers import loudspeakers_follow
from .platforms import desk_open, page_address
from .refusals import WarningRefused
from .succession import warning_issue

Place, State = Posting.Place, Posting.State
LOST = dt.timedelta(minutes=3)
"""After so long a call that was begun and not noted is taken for one whose worker died; it lasts half a minute."""
GIVE_UP = dt.timedelta(hours=12)
"""For so long a place that cannot be reached is tried; then a person is asked."""


# What people do -------------------------------------------------------------------------------------------------------


@transaction.atomic
def postings_make(*, by: Member, warning: Alert, places: Sequence[str]) -> list[Posting]:
    """Puts an approved warning up: our own page and feeds always, the pages on other platforms that are named.

    COORDINATOR. The first place issues the warning. A place that stands or is on its way is left alone, one that
    failed or was taken down is tried again. Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    wanted = [place for place in dict.fromkeys(places) if place != Place.PORTAL]
    if set(wanted) - OUTSIDE:
        raise WarningRefused(_("Chọn nơi đăng trong danh sách."), "places")
    for place in wanted:
        desk_open(place, warning)  # refused now, while somebody looks, rather than by a job
    row = warning_issue(by=by, warning=warning)
    _stand_on_portal(row, by)
    for place in wanted:
        _queue(row, place, by)
    audit_record(by=by, act="outreach.postings_make", subject=row, facts={"places": [Place.PORTAL, *wanted]})
    return list(row.postings.all())


@transaction.atomic
def posting_retry(*, by: Member, posting: Posting) -> Posting:
    """Tries a place again that failed or of which nobody knows. COORDINATOR. Raises NotAllowed, WarningRefused."""
    require_role(by, Role.Kind.COORDINATOR)
    row = _held(posting, State.FAILED, State.UNSURE, State.QUEUED, State.REMOVING)
    if row.state == State.FAILED:
        row.state, row.made_at = State.QUEUED, clock.now()
        row.save(update_fields=["state", "made_at"])
    audit_record(by=by, act="outreach.posting_retry", subject=row, facts={"place": row.place})
    _go_on(row)
    return row


@transaction.atomic
def posting_take_down(*, by: Member, posting: Posting) -> Posting:
    """Deletes a post on another platform though the warning holds. COORDINATOR. Raises NotAllowed, WarningRefused."""
    require_role(by, Role.Kind.COORDINATOR)
    row = _held(posting, State.UP, State.UNSURE)
    if row.place not in OUTSIDE:
        raise WarningRefused(_("Trang cảnh báo chỉ đổi khi cập nhật hoặc thu hồi cảnh báo."))
    row.state, row.error = State.REMOVING, ""
    row.save(update_fields=["state", "error"])
    audit_record(by=by, act="outreach.posting_take_down", subject=row, facts={"place": row.place})
    _go_on(row)
    return row


@transaction.atomic
def posting_settle(*, by: Member, posting: Posting) -> Posting:
    """A person looked at the place and says that nothing stands there (any more). COORDINATOR.

    Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    row = _held(posting, State.REMOVING, State.UNSURE, State.FAILED)
    row.state, row.down_at, row.error = State.DOWN, clock.now(), ""
    row.save(update_fields=["state", "down_at", "error"])
    audit_record(by=by, act="outreach.posting_settle", subject=row, facts={"place": row.place})
    return row


def _held(posting: Posting, *states: str) -> Posting:
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    if row.state not in states:
        raise WarningRefused(_("Nơi đăng này vừa đổi: %s.") % row.get_state_display().lower())
    return row


def _stand_on_portal(row: Alert, by: Member) -> None:
    now = clock.now()
    Posting.objects.get_or_create(
        warning=row,
        place=Place.PORTAL,
        area=None,
        defaults={"state": State.UP, "made_by": by, "up_at": now, "link": page_address(row)},
    )


def _queue(row: Alert, place: str, by: Member) -> None:
    made, fresh = Posting.objects.select_for_update().get_or_create(
        warning=row, place=place, area=None, defaults={"made_by": by}
    )
    if not fresh and made.state not in {State.FAILED, State.DOWN}:
        return
    if not fresh:
        made.state, made.ref, made.link, made.error, made.made_at = State.QUEUED, "", "", "", clock.now()
        made.save()
    _go_on(made)


def _go_on(row: Posting) -> None:
    if row.state == State.REMOVING:
        work.enqueue("outreach.posting_remove", posting_id=row.pk)
    else:
        work.enqueue("outreach.posting_put", posting_id=row.pk)


# After the warning's own state ----------------------------------------------------------------------------------------


@transaction.atomic
def warning_places(*, warning_id: int) -> None:
    """Brings all places in line with the warning's state. Twice is once.

    Issued: it stands on our page. As an update or recall it goes wherever what it speaks of stood, and that is changed
    into a word of the recall. Over: it is taken down.
    """
    row = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("refers_to", "reviewer", "made_by")
        .get(pk=warning_id)
    )
    if row.state == Alert.State.ISSUED:
        _stand_on_portal(row, row.reviewer or row.made_by)
        _follow(row)
    else:
        _end(row)
    loudspeakers_follow(warning=row)
    if settings.WEBSUB_HUB:
        work.enqueue("outreach.hub_ping")


def _follow(row: Alert) -> None:
    """Goes to every place on other platforms where an earlier message of the matter stood or may stand."""
    if row.first_id is None:
        return
    chain = Alert.objects.filter(Q(pk=row.first_id) | Q(first_id=row.first_id)).exclude(pk=row.pk)
    earlier = Posting.objects.filter(warning__in=chain, place__in=OUTSIDE).order_by("pk")
    stood = earlier.filter(
        Q(up_at__isnull=False) | Q(state__in=[State.POSTING, State.UNSURE, State.UP, State.REMOVING])
    )
    for posting in stood.select_related("made_by"):
        if not row.postings.filter(place=posting.place).exists():
            _queue(row, posting.place, posting.made_by)
    for former in chain.filter(state__in=[Alert.State.CANCELLED, Alert.State.SUPERSEDED]):
        _end(former)


def _end(row: Alert) -> None:
    """Nothing of it stands as if it held: what is up is taken down, what never went up does not."""
    now = clock.now()
    row.postings.filter(place=Place.PORTAL, state=State.UP).update(state=State.DOWN, down_at=now)
    for posting in row.postings.select_for_update().filter(place__in=OUTSIDE):
        if posting.state in {State.UP, State.POSTING, State.UNSURE} or (
            posting.state == State.QUEUED and posting.tried_at is not None
        ):
            posting.state, posting.error = State.REMOVING, ""
            posting.save(update_fields=["state", "error"])
            _go_on(posting)
        elif posting.state in {State.QUEUED, State.FAILED}:
            posting.state, posting.down_at = State.DOWN, now
            posting.save(update_fields=["state", "down_at"])


def hub_ping() -> None:
    """Tells the hub that the feeds changed. Raises HubError for what may mend; a lasting refusal is let be."""
    try:
        ping(settings.WEBSUB_HUB, topics())
    except HubError as error:
        if not error.permanent:
            raise


# The work at the places -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Begun:
    posting: Posting
    is_again: bool
    """An earlier try may have left a post there."""


def posting_put(*, posting_id: int) -> None:
    """Puts one posting up. A second run finds what the first left, and never posts twice."""
    begun = _begin(posting_id)
    if begun is None:
        return
    posting = begun.posting
    try:
        desk = desk_open(posting.place, posting.warning)
        ref = desk.find(_others(posting)) if begun.is_again else None
    except (PostError, WarningRefused, ValueError) as error:
        # Nothing was posted by this try; whether an earlier one did is as unknown as before.
        _note(posting, error, unsure=begun.is_again)
        return
    try:
        ref = ref or desk.put()
    except (PostError, ValueError) as error:
        _note(posting, error, unsure=isinstance(error, PostError) and error.outcome is Outcome.UNSURE)
        return
    _stands(posting, ref)


@transaction.atomic
def _begin(posting_id: int) -> _Begun | None:
    """Journals the try; None where there is nothing to do, or another worker is at it."""
    rows = Posting.objects.select_for_update(of=("self",)).select_related("warning__form")
    row = rows.filter(pk=posting_id, place__in=OUTSIDE).first()
    now = clock.now()
    if row is None or row.state not in {State.QUEUED, State.POSTING, State.UNSURE}:
        return None
    if row.state == State.POSTING and row.tried_at is not None and row.tried_at > now - LOST:
        return None
    if row.warning.state != Alert.State.ISSUED:
        _end(row.warning)
        return None
    again = row.tried_at is not None
    row.state, row.tried_at = State.POSTING, now
    row.save(update_fields=["state", "tried_at"])
    return _Begun(row, again)


def _others(posting: Posting) -> list[str]:
    rows = Posting.objects.filter(place=posting.place).exclude(pk=posting.pk).exclude(ref="")
    return list(rows.values_list("ref", flat=True))


@transaction.atomic
def _stands(posting: Posting, ref: PostRef) -> None:
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    row.ref, row.link, row.error, row.up_at = ref.id[:120], ref.url[:500], "", clock.now()
    if row.state == State.POSTING:
        row.state = State.UP
        facts = {"place": row.place, "ref": row.ref}
        audit_record(by=None, act="outreach.posting_up", subject=row, facts=facts)
    row.save()
    if row.state == State.REMOVING:  # the warning ended while the call was under way
        _go_on(row)


@transaction.atomic
def _note(posting: Posting, error: Exception, *, unsure: bool) -> None:
    """What became of a try that put nothing up."""
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    row.error = _words(error)
    if row.state == State.POSTING:
        later = isinstance(error, PostError) and error.outcome in {Outcome.LATER, Outcome.SLOW}
        patient = row.made_at > clock.now() - GIVE_UP
        row.state = State.UNSURE if unsure else State.QUEUED if later and patient else State.FAILED
    row.save(update_fields=["error", "state"])


def _words(error: Exception) -> str:
    if not isinstance(error, PostError):
        return str(error)[:300]
    told = failure_words(error.code, error.outcome.value)
    return f"{told[:1].upper()}{told[1:]} ({error.code})"[:300]


def posting_remove(*, posting_id: int) -> None:
    """Takes one posting down: recalled or updated, its words become a note of that; else it is deleted.

    Twice does no harm. What may stand without our knowing its number is looked for first.
    """
    row = Posting.objects.select_related("warning__form").filter(pk=posting_id, state=State.REMOVING).first()
    if row is None:
        return
    try:
        desk = desk_open(row.place, row.warning)
        ref = PostRef(row.ref, row.link) if row.ref else desk.find(_others(row))
        if ref is not None:
            words = ended_words(row.warning)
            if words:
                desk.change(ref, words)
            else:
                desk.delete(ref)
        elif row.tried_at is not None and row.tried_at > clock.now() - LOST:
            return  # its post may still be on the way: looked for again in a minute
    except (PostError, WarningRefused, ValueError) as error:
        Posting.objects.filter(pk=row.pk, state=State.REMOVING).update(error=_words(error))
        return
    _is_down(row, ref)


@transaction.atomic
def _is_down(posting: Posting, ref: PostRef | None) -> None:
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    if row.state != State.REMOVING:
        return
    now = clock.now()
    row.state, row.down_at, row.error = State.DOWN, now, ""
    if ref is not None:  # it stood: its recall is to be told there too
        row.ref, row.up_at = ref.id[:120], row.up_at or now
    row.save(update_fields=["state", "down_at", "error", "ref", "up_at"])
    audit_record(by=None, act="outreach.posting_down", subject=row, facts={"place": row.place, "ref": row.ref})


def ended_words(warning: Alert) -> str:
    """What is written over a post whose warning was recalled or updated; empty where it is simply over."""
    follower = warning.followers.filter(state__in=Alert.OUT).order_by("-issued_at").first()
    if warning.state not in {Alert.State.CANCELLED, Alert.State.SUPERSEDED} or follower is None:
        return ""
    day = f"{follower.issued_at.astimezone(VIETNAM):%d/%m/%Y}" if follower.issued_at else ""
    if warning.state == Alert.State.CANCELLED:
        head = _("ĐÃ THU HỒI ngày %(day)s: %(title)s") % {"day": day, "title": warning.title}
        said = _("Lý do: %s") % (follower.end_reason or warning.end_reason)
    else:
        head = _("ĐÃ CÓ BẢN CẬP NHẬT ngày %(day)s: %(title)s") % {"day": day, "title": warning.title}
        said = _("Lời cũ không còn dùng. Xem bản mới theo đường dẫn dưới đây.")
    return f"{head}\n\n{said}\n\n{page_address(follower)}"


def postings_mend() -> int:
    """Takes up what a dead worker or a place that was away left behind; how many."""
    now = clock.now()
    stuck = Posting.objects.filter(
        place__in=OUTSIDE, state__in=[State.POSTING, State.UNSURE, State.REMOVING, State.QUEUED]
    )
    quiet = Q(tried_at__lt=now - LOST) | Q(tried_at__isnull=True, made_at__lt=now - LOST)
    rows = list(stuck.filter(quiet))
    with transaction.atomic():
        for row in rows:
            _go_on(row)
    return len(rows)
