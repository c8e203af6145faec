"""Erasing what is sealed when its time is over, and a person's rights: a copy of their data, erasure."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.keys import shown
from canhgiac.indicators.services.sightings import sightings_withdraw
from canhgiac.kit import clock
from canhgiac.tips.models import Erasure, Handover, Observation, Tip, TipFile, TipMessage, TipPart, TipToken
from canhgiac.tips.selectors.deadlines import OPEN_STATES
from canhgiac.tips.selectors.retention import due_for_erasure, erase_day, why_of
from canhgiac.tips.selectors.unlocked import Unlocked

from .errors import TipRefused
from .files import file_bytes, file_facts, store
from .opening import content_key, tip_open
from .parts import event_add
from .triage import tip_worked

BATCH = 200
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def days_set() -> int:
    """Gives the day of erasure to tips that ended without one: withdrawn by code, or held for spam on receipt."""
    ended = (Tip.State.CLOSED, Tip.State.SPAM, Tip.State.WITHDRAWN)
    rows = list(Tip.objects.filter(state__in=ended, erase_on=None, erased_at=None)[:10_000])
    for row in rows:
        row.erase_on = erase_day(row)
    return Tip.objects.bulk_update(rows, ["erase_on"], batch_size=500)


def tips_erase(*, today: dt.date | None = None) -> list[Erasure]:
    """Erases every tip whose day has come, in batches of one transaction each; one report a batch and reason.

    Can be run twice and can be killed: what was erased is marked, the rest is found again.
    """
    day = today or clock.today()
    days_set()
    reports: list[Erasure] = []
    while True:
        with transaction.atomic():
            rows = list(due_for_erasure(day).select_for_update(skip_locked=True)[:BATCH])
            if not rows:
                return reports
            for why in sorted({why_of(row) for row in rows}):
                reports.append(_erased([row for row in rows if why_of(row) == why], why, None))


@transaction.atomic
def tip_erase(*, by: Member, tip: Tip, version: int | None = None) -> Erasure:
    """Erases a tip at its sender's request (Law 91/2025/QH15, Article 4), once it is no longer being handled.

    Raises TipRefused, TipStale, NotAllowed.
    """
    row = tip_worked(by, tip, version)
    if row.erased_at is not None:
        raise TipRefused(_("Nội dung tin này đã xóa."))
    if row.state in (*OPEN_STATES, Tip.State.HANDED):
        raise TipRefused(_("Tin đang được giải quyết theo pháp luật, chưa xóa được. Kết thúc trước, hoặc giải thích."))
    return _erased([row], "request", by)


def _erased(rows: Sequence[Tip], why: str, by: Member | None) -> Erasure:
    """Deletes all that is sealed, its keys and its tokens; the masked row stays for the figures."""
    ids = [row.pk for row in rows]
    counts: Counter[str] = Counter(tips=len(ids))
    blobs = set(TipFile.objects.filter(tip__in=ids).values_list("blob_sha256", flat=True))
    for model, name in ((TipPart, "parts"), (TipMessage, "messages"), (TipFile, "files"), (TipToken, "tokens")):
        counts[name] = model._default_manager.filter(tip__in=ids).delete()[0]
    blobs |= _packs_erased(rows, counts)
    origins = [f"tips.tip:{pk}" for pk in ids]
    counts["words"] = Observation.objects.filter(origin__in=origins).exclude(words="").update(words="")
    if why != "rule":
        for origin in origins:
            counts["sightings"] += sightings_withdraw(origin=origin)
    now = clock.now()
    Tip.objects.filter(pk__in=ids).update(
        key_sealed=b"", key_by_code=b"", erased_at=now, client_key=None, extended_reason=""
    )
    for row in rows:
        event_add(tip=row, what="erased", by=by, public=True, facts={"why": why})
    counts["bytes"] = _blobs_deleted(blobs)
    report = Erasure.objects.create(why=why, by=by, tips=ids, counts=dict(counts))
    audit_record(by=by, act="tips.tips_erase", subject=report, facts={"why": why, "tips": len(ids)})
    return report


def _packs_erased(rows: Sequence[Tip], counts: Counter[str]) -> set[str]:
    """Packs of these tips, and of cases whose every tip is erased with them."""
    ids = [row.pk for row in rows]
    cases = {row.case_id for row in rows if row.case_id}
    kept = set(Tip.objects.filter(case__in=cases, erased_at=None).exclude(pk__in=ids).values_list("case", flat=True))
    packs = Handover.objects.filter(erased_at=None)
    found = list(packs.filter(tip__in=ids)) + list(packs.filter(case__in=cases - kept, tip=None))
    for pack in found:
        pack.key_sealed, pack.erased_at = None, clock.now()
    counts["packs"] = Handover.objects.bulk_update(found, ["key_sealed", "erased_at"])
    return {pack.sealed_sha256 for pack in found if pack.sealed_sha256}


def _blobs_deleted(blobs: set[str]) -> int:
    """Deletes the encrypted bytes after the transaction; answers their sum. Their keys are gone with the rows."""
    total, paths = 0, []
    for digest in blobs:
        path = store().path(digest)
        if path.exists():
            total += path.stat().st_size
            paths.append(path)

    def unlink() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(unlink)
    return total


# A person's copy ----------------------------------------------------------------------------------------------------


@transaction.atomic
def person_export(*, by: Member, tip: Tip, unlocked: Unlocked | None) -> bytes:
    """A copy of all that the sender told and was told, as JSON and files in a ZIP (Law 91/2025/QH15, Article 4).

    Officers' own notes are not the sender's data. Raises TipRefused, NotAllowed, BrokenSealError.
    """
    if unlocked is None:
        raise TipRefused(_("Mở niêm phong trước khi lập bản sao."))
    opened = tip_open(by=by, tip=tip, unlocked=unlocked)
    key = content_key(by=by, tip=tip, unlocked=unlocked)
    facts, who = opened.facts, opened.identity
    files: list[dict[str, str]] = []
    told = {
        "number": str(tip),
        "received_at": tip.received_at.astimezone(clock.VIETNAM).isoformat(timespec="seconds"),
        "state": tip.get_state_display(),
        "story": opened.story,
        "facts": {"when": facts.when, "place": facts.place, "amount": facts.amount, "how": facts.how},
        "indicators": [{"kind": one.kind.value, "value": shown(one)} for one in facts.keys],
        "sender": {"name": who.name, "phone": who.phone, "address": who.address, "email": who.email} if who else None,
        "consent": tip.consent.version if tip.consent else None,
        "messages": [
            {"at": one.at.isoformat(timespec="seconds"), "from_sender": one.from_sender, "text": one.text}
            for one in opened.messages
        ],
        "files": files,
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in TipFile.objects.filter(tip=tip, from_sender=True).order_by("pk"):
            one = file_facts(file, key)
            name = f"tep/{file.pk}.jpg" if one.is_picture else f"tep/{file.pk}.khong-mo"
            files.append({"name": one.name, "path": name, "sha256": one.kept_sha256})
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), file_bytes(file, key))
        text = json.dumps(told, ensure_ascii=False, indent=2)
        archive.writestr(zipfile.ZipInfo("du-lieu.json", _LONG_AGO), text)
    audit_record(by=by, act="tips.person_export", subject=tip)
    return held.getvalue()
