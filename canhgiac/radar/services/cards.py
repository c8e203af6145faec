"""What people decide about a card: watch it, draft a warning, dismiss it, open it again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.library.models import FormEdition, ScamForm
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.warnings import WarningData, warning_draft
from canhgiac.radar.models import Card, Membership, Signal
from canhgiac.radar.selectors.scope import ACTING
from canhgiac.radar.selectors.wording import place_words
from canhgiac.tips.models import Observation

from .refusals import RadarRefused
from .reliability import reliability_recount

OPEN = (Card.State.NEW, Card.State.WATCHED)


@transaction.atomic
def card_draft(*, by: Member, card: Card, version: int) -> Alert:
    """Makes a draft warning of the card in one act; the card is settled as true. COORDINATOR or TIP_OFFICER.

    The hours from the first observation to this draft are in the audit row: the head of the measure "hours from the
    first tip to the first warning". A card drafted before leads to the same draft.
    """
    row = _open_card(by, card, version, states=(*OPEN, Card.State.DRAFTED))
    form = ScamForm.objects.select_related("published").filter(code=row.cluster.form).first()
    alert = warning_draft(by=by, data=_draft(row, form))
    if row.state != Card.State.DRAFTED:
        _settle(by, row, Card.State.DRAFTED, was_right=True)
        hours = (alert.made_at - row.first_seen_at).total_seconds() / 3600
        facts = {"warning": alert.pk, "hours_from_first": round(hours, 2), "version": row.version}
        audit_record(by=by, act="radar.card_draft", subject=row, facts=facts)
    return alert


@transaction.atomic
def card_watch(*, by: Member, card: Card, version: int) -> Card:
    """Keeps the card in sight without a warning yet. COORDINATOR or TIP_OFFICER."""
    row = _open_card(by, card, version)
    row.state, row.decided_by, row.decided_at, row.version = Card.State.WATCHED, by, clock.now(), row.version + 1
    row.save(update_fields=["state", "decided_by", "decided_at", "version"])
    audit_record(by=by, act="radar.card_watch", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def card_dismiss(*, by: Member, card: Card, version: int, reason: str, was_right: bool | None) -> Card:
    """Closes the card without a warning, with a reason. COORDINATOR or TIP_OFFICER.

    ``was_right``: whether there was such a trick after all; None where nobody knows. It settles the open signals behind
    the card, and with them how much their collaborators weigh.
    """
    row = _open_card(by, card, version)
    if not reason.strip():
        raise RadarRefused(_("Ghi lý do bỏ qua, vài chữ cũng được."), "reason")
    row.decision = reason.strip()[:500]
    _settle(by, row, Card.State.DISMISSED, was_right=was_right)
    audit_record(by=by, act="radar.card_dismiss", subject=row, facts={"right": str(was_right), "version": row.version})
    return row


@transaction.atomic
def card_reopen(*, by: Member, card: Card, version: int) -> Card:
    """Takes a dismissal back; the signals it settled are open again. COORDINATOR or TIP_OFFICER."""
    row = _open_card(by, card, version, states=(Card.State.DISMISSED,))
    if Card.objects.filter(cluster=row.cluster, area=row.area, state__in=OPEN).exists():
        raise RadarRefused(_("Cụm này đã có thẻ khác đang mở ở đây."))
    settled = Signal.objects.filter(pk__in=row.facts.get("signals", []))
    collaborators = set(settled.values_list("collaborator_id", flat=True))
    settled.update(state=Signal.State.NEW, decided_by=None, decided_at=None)
    row.state, row.was_right, row.decision, row.version = Card.State.WATCHED, None, "", row.version + 1
    row.facts = {**row.facts, "signals": []}
    row.save(update_fields=["state", "was_right", "decision", "facts", "version"])
    reliability_recount(collaborators)
    audit_record(by=by, act="radar.card_reopen", subject=row, facts={"version": row.version})
    return row


def _open_card(by: Member, card: Card, version: int, *, states: tuple[Card.State, ...] = OPEN) -> Card:
    """The card locked, where the member may act and saw what stands now."""
    require_role(by, *ACTING)
    row = Card.objects.select_for_update(of=("self",)).select_related("cluster", "area").get(pk=card.pk)
    if row.state not in states:
        raise RadarRefused(_("Thẻ này đã được xử lý: %(state)s.") % {"state": row.get_state_display()})
    if row.version != version:
        raise RadarRefused(_("Người khác vừa xử lý thẻ này. Xem lại rồi làm tiếp."))
    return row


def _settle(by: Member, row: Card, state: Card.State, *, was_right: bool | None) -> None:
    row.state, row.was_right, row.version = state, was_right, row.version + 1
    row.decided_by, row.decided_at = by, clock.now()
    row.facts = {**row.facts, "signals": _signals_settle(by, row) if was_right is not None else []}
    row.save(update_fields=["state", "was_right", "decision", "decided_by", "decided_at", "facts", "version"])


def _signals_settle(by: Member, row: Card) -> list[int]:
    """The open signals behind the card become right or wrong with it; returns them."""
    whole = bool(row.facts.get("of_form"))
    behind = Q(cluster__form=row.cluster.form) if whole else Q(cluster=row.cluster)
    members = Membership.objects.filter(
        behind, observation__source=Observation.Source.SIGNAL, observation__at__gte=row.since
    )
    origins = members.values_list("observation__origin", flat=True)
    numbers = [int(origin.rpartition(":")[2]) for origin in origins if origin.startswith("radar.signal:")]
    open_ones = Signal.objects.filter(pk__in=numbers, state=Signal.State.NEW)
    if row.area_id is not None:
        open_ones = open_ones.filter(area__path__startswith=row.area.path if row.area else "")
    settled = list(open_ones.values_list("pk", "collaborator_id"))
    state = Signal.State.CONFIRMED if row.was_right else Signal.State.REFUTED
    Signal.objects.filter(pk__in=[pk for pk, _one in settled]).update(
        state=state, decided_by=by, decided_at=clock.now()
    )
    reliability_recount({collaborator for _pk, collaborator in settled})
    return [pk for pk, _one in settled]


def _draft(row: Card, form: ScamForm | None) -> WarningData:
    edition: FormEdition | None = form.published if form else None
    name = edition.name if edition else row.cluster.name
    place = place_words(row)
    happens = _("Tại %(place)s, từ ngày %(day)s có nhiều người gặp thủ đoạn: %(name)s.") % {
        "place": place,
        "day": f"{row.since.astimezone(clock.VIETNAM):%d/%m/%Y}",
        "name": row.cluster.name,
    }
    return WarningData(
        title=_("Cảnh báo: %(name)s tại %(place)s") % {"name": name, "place": place},
        happens="\n".join((happens, edition.summary)) if edition else happens,
        signs="\n".join(edition.sign_titles) if edition else "",
        advice="\n".join(edition.during) if edition else "",
        form=form,
        areas=(row.area,) if row.area else (),
        origin=f"radar.card:{row.pk}",
        first_seen_at=row.first_seen_at,
    )
