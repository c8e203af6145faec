"""One message to try a rendition with: what may be tried, where members of ours can get it, what became of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.selectors.phones import phones_proven
from canhgiac.kit import sms
from canhgiac.library.models import Language
from canhgiac.outreach.models import Attempt, Chunk, Delivery, Lane, Provider, Rendition, Way
from canhgiac.outreach.models import Warning as Alert

from .linting import linter
from .progress import failure_words
from .renditions import findings_of, renditions_of
from .scope import WRITING
from .sendplan import kinds_of
from .subscribers import address_masked

TRYING = (*WRITING, Role.Kind.APPROVER)
"""Those who write a warning, and who has to judge it."""
TRIED = (Alert.State.DRAFT, Alert.State.RETURNED, Alert.State.IN_REVIEW, Alert.State.APPROVED, Alert.State.ISSUED)
ACT = "outreach.trial_send"
SHOWN = 20
Kind = Rendition.Kind

Proven = Callable[[Way, Member | None], Iterable[tuple[int, str]]]
"""Members' ids and the canonical addresses on a channel that they showed to be theirs; of one member or of all."""
_sources: list[Proven] = []


def proven_named(source: Proven) -> None:
    """A capability above tells where members of ours proved an address, when its app is ready."""
    if source not in _sources:
        _sources.append(source)


def own_addresses(way: Way | str, member: Member | None = None) -> dict[str, int]:
    """Canonical addresses of our active members on a channel, each with its member's id; of one member or of all.

    The mail a member logs in with, the phone of their own page, and what the sources say was proven. Two queries, and
    those of the sources.
    """
    people = Member.objects.filter(is_active=True)
    people = people.filter(pk=member.pk) if member else people
    if way == Way.EMAIL:
        return {mail.lower(): key for key, mail in people.order_by("pk").values_list("pk", "email")}
    proven = phones_proven(member) if way == Way.SMS else []
    found = {address: key for key, address in proven}
    for source in _sources:
        found |= {address: key for key, address in source(Way(way), member) if address not in found}
    active = set(people.filter(pk__in=found.values()).values_list("pk", flat=True)) if found else set()
    return {address: key for address, key in found.items() if key in active}


def require_trying(member: Member) -> None:
    """Raises NotAllowed for who tries no renditions."""
    require_role(member, *TRYING)


def may_try(member: Member, warning: Alert) -> bool:
    """Whether the member may try the warning's renditions. One query at most."""
    return warning.state in TRIED and has_role(member, *TRYING)


@dataclass(frozen=True, slots=True)
class TrialOption:
    """One rendition with one provider that carries it."""

    rendition: Rendition
    provider: Provider
    misses: str
    """Why it cannot be tried; empty where it can."""

    @property
    def key(self) -> str:
        """What the form sends."""
        return f"{self.rendition.pk}-{self.provider.pk}"

    @property
    def way(self) -> str:
        """The provider's channel."""
        return self.provider.way

    @property
    def parts(self) -> int:
        """Parts of one SMS with the mark; 0 on other channels."""
        is_sms = self.rendition.kind in {Kind.SMS, Kind.SMS_PLAIN}
        return sms.length(trial_mark(self.rendition) + self.rendition.text).parts if is_sms else 0


def trial_mark(rendition: Rendition) -> str:
    """What stands before the words, so that nobody takes them for a warning; without marks where the phone has none."""
    return "[Thu] " if rendition.kind == Kind.SMS_PLAIN else "[Thử] "


def trial_options(warning: Alert) -> list[TrialOption]:
    """Every rendition with words on every provider in use that carries it, the usual one first. Some four queries."""
    written = [one for one in renditions_of(warning) if one.text.strip()]
    findings = findings_of(linter(), written)
    active = Provider.objects.filter(is_active=True).order_by("paused_at", "pk")
    ranked = sorted(active, key=lambda one: (Way.values.index(one.way), one.paused_at is not None, one.pk))
    found = []
    for provider in ranked:
        kinds = kinds_of(provider)
        rows = [one for one in written if one.kind in kinds]
        for row in sorted(rows, key=lambda one: (one.language != Language.VI, one.language, kinds.index(one.kind))):
            stops = next((one for one in findings.get(row, ()) if one.blocks), None)
            misses = f"{stops.says} “{stops.words}”" if stops and stops.words else stops.says if stops else ""
            if provider.paused_at is not None:
                misses = _("Nhà cung cấp đang tạm dừng. %s") % provider.paused_reason
            found.append(TrialOption(row, provider, misses))
    return found


def lane_name(rendition: Rendition) -> str:
    """``Lane.template`` of the trials of a rendition as it stands: words edited since leave by another lane."""
    return f"thu-{rendition.warning_id}-{rendition.pk}-{rendition.version}"


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One trial and how far it is."""

    at: dt.datetime
    who: str
    name: str
    """The rendition and who carries it."""
    address: str
    """Masked."""
    state: str
    """waiting, wire, again, sent (a receipt is to come), taken (none will come), delivered, undelivered, refused,
    unsure, skipped."""
    says: str
    code: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be heard of it."""
        return self.state not in {"waiting", "wire", "again", "sent"}


def trial_rows(warning: Alert) -> list[TrialRow]:
    """The latest trials of a warning, the newest first. Five queries, whatever their number."""
    entries = AuditEntry.objects.filter(act=ACT, subject_type="outreach.warning", subject_id=str(warning.pk))
    acts = list(entries.select_related("actor").order_by("-seq")[:SHOWN])
    keys = [int(one.facts["delivery"]) for one in acts]
    sent = {one.pk: one for one in Delivery.objects.filter(pk__in=keys)}
    lanes = Lane.objects.select_related("provider").in_bulk({one.lane_id for one in sent.values()})
    tries: dict[int, Attempt] = {}
    for one in Attempt.objects.filter(delivery_id__in=keys, lane__in=list(lanes)).order_by("tries"):
        tries[one.delivery_id] = one
    chunks = {
        key: one.state
        for one in Chunk.objects.filter(lane__in=list(lanes)).exclude(state=Chunk.State.DONE).order_by("pk")
        for key in one.ids or ()
    }
    made = []
    for act, key in zip(acts, keys, strict=True):
        delivery = sent.get(key)
        lane = lanes.get(delivery.lane_id) if delivery else None
        if delivery is None or lane is None:
            continue  # forgotten with its month
        state, says, code = _standing(tries.get(key), chunks.get(key, ""), lane.provider.wire)
        name = f"{act.facts.get('name', '')} · {lane.provider.name}"
        who = act.actor.full_name if act.actor else ""
        made.append(TrialRow(act.at, who, name, address_masked(lane.way, delivery.address), state, says, code))
    return made


def _standing(tried: Attempt | None, chunk: str, wire: str) -> tuple[str, str, str]:
    """State, words and the provider's code of one message."""
    if tried is None:
        return _waits(chunk)
    outcome, words = Attempt.Outcome(tried.outcome), failure_words(tried.code, tried.outcome)
    if outcome == Attempt.Outcome.TAKEN:
        return _arrived(tried, wire)
    if outcome == Attempt.Outcome.SKIPPED:
        return "skipped", _("địa chỉ này đã từ chối nhận tin"), ""
    if outcome == Attempt.Outcome.UNSURE or tried.is_last:
        return ("unsure" if outcome == Attempt.Outcome.UNSURE else "refused"), words, tried.code
    return "again", words, tried.code


def _arrived(tried: Attempt, wire: str) -> tuple[str, str, str]:
    if tried.arrival in {"delivered", "seen"}:
        return "delivered", _("Đã đến"), ""
    if tried.arrival in {"failed", "expired"}:
        return "undelivered", failure_words(tried.arrival_code, tried.outcome), tried.arrival_code
    if wire in {Provider.Wire.SMTP, Provider.Wire.PUSH}:
        return "taken", _("Bên nhận đã nhận"), ""
    return "sent", _("chờ báo đến máy"), ""


def _waits(chunk: str) -> tuple[str, str, str]:
    if chunk == Chunk.State.WIRE:
        return "wire", _("Đang gửi"), ""
    if chunk == Chunk.State.DROPPED:
        return "skipped", _("đợt thử đã bị dừng"), ""
    return "waiting", _("Chờ tiến trình gửi"), ""


def trials_move(rows: Sequence[TrialRow], now: dt.datetime) -> bool:
    """Whether a page had better ask again: something is on its way that began within the hour."""
    return any(not row.is_over and row.at > now - dt.timedelta(hours=1) for row in rows)
