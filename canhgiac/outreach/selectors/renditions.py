"""Renditions as pages and senders read them: what the generator would write, what a text costs, what is out of date."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from canhgiac.agencies.selectors import province
from canhgiac.kit import sms, speech
from canhgiac.kit.clock import VIETNAM
from canhgiac.library.models import Language
from canhgiac.outreach.models import Provider, Rendition, Way
from canhgiac.outreach.models import Warning as Alert

from .generator import Draft, Source, generated, sentences
from .linting import Finding, Linter
from .rules import host_of

Kind = Rendition.Kind
KIND_OF: dict[str, Kind] = {
    Way.EMAIL: Kind.EMAIL,
    Way.ZALO: Kind.ZALO,
    Way.MESSENGER: Kind.MESSENGER,
    Way.PUSH: Kind.PUSH,
}
"""The rendition a channel sends; SMS has two and the recipient's wish decides."""
SPOKEN_TITLE = frozenset({Kind.SMS, Kind.SMS_PLAIN, Kind.LOUDSPEAKER})
"""Kinds whose title is for our lists alone and never leaves."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rendition costs, in the unit of its channel."""

    signs: int
    sms: sms.Length | None = None
    seconds: int = 0


def source_of(warning: Alert) -> Source:
    """What the generator reads of a warning. Up to four queries."""
    profile = province()
    edition = warning.form.published if warning.form else None
    before = warning.refers_to
    return Source(
        kind=warning.kind,
        title=warning.title,
        happens=sentences(warning.happens),
        signs=sentences(warning.signs),
        advice=sentences(warning.advice),
        after=tuple(edition.after) if edition else (),
        speaker=profile.office.name if profile.office else profile.name,
        host=host_of(profile.domain),
        hotline=profile.hotline,
        of_title=before.title if before else "",
        of_day=f"{before.issued_at.astimezone(VIETNAM):%d/%m/%Y}" if before and before.issued_at else "",
    )


def words_of(rendition: Rendition) -> str:
    """The words that leave: with the title where the channel shows one."""
    if rendition.kind in SPOKEN_TITLE or not rendition.title:
        return rendition.text
    return f"{rendition.title}\n{rendition.text}"


def digest_of(title: str, text: str) -> str:
    """SHA-256 over the words of one rendition."""
    return hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()


def is_edited(rendition: Rendition) -> bool:
    """Whether a person changed what the generator wrote."""
    return digest_of(rendition.title, rendition.text) != rendition.made_sha256


def is_behind(rendition: Rendition, warning: Alert) -> bool:
    """Whether the warning's words moved on after a person edited or translated this rendition. No query."""
    return rendition.made_from < warning.words_version and bool(rendition.text)


def would_be(rendition: Rendition, warning: Alert) -> Draft:
    """What the generator would write now, to be held beside an edited text."""
    return generated(rendition.kind, source_of(warning))


def measure(kind: str, text: str) -> Measure:
    """What the words cost on their channel."""
    length = sms.length(text) if kind in {Kind.SMS, Kind.SMS_PLAIN} else None
    return Measure(len(text), length, speech.seconds(text) if kind in {Kind.LOUDSPEAKER, Kind.TALKING} else 0)


def warning_sha256(warning: Alert, renditions: Iterable[Rendition]) -> str:
    """Digest over everything that may leave: the approval holds it, a broadcast compares it."""
    told: dict[str, Any] = {
        name: getattr(warning, name)
        for name in ("kind", "title", "happens", "signs", "advice", "severity", "urgency", "certainty")
    }
    told["expires_at"] = warning.expires_at.astimezone(VIETNAM).isoformat() if warning.expires_at else ""
    told["areas"] = sorted(warning.areas.values_list("pk", flat=True))
    told["renditions"] = sorted(
        [one.kind, one.language, one.title, one.text, json.dumps(one.extra, sort_keys=True)] for one in renditions
    )
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def findings_of(linter: Linter, renditions: Sequence[Rendition]) -> Mapping[Rendition, list[Finding]]:
    """What the linter says of each rendition that has words. No query."""
    return {one: linter.lint(words_of(one), one.kind, language=one.language) for one in renditions if one.text.strip()}


def renditions_of(warning: Alert) -> list[Rendition]:
    """All renditions in the order of the page. One query."""
    order = {kind: number for number, kind in enumerate(Kind.values)}
    rows = list(warning.renditions.select_related("edited_by"))
    return sorted(rows, key=lambda row: (row.language != Language.VI, row.language, order[row.kind]))


def content_of(rendition: Rendition, provider: Provider) -> dict[str, Any]:
    """``Lane.content``: what the adapter of the provider's wire takes, with ``{0}`` for the recipient's own token.

    Raises KeyError for a wire that has no such rendition.
    """
    return _CONTENTS[Provider.Wire(provider.wire)](rendition, provider)


def _base() -> str:
    host = host_of(province().domain)
    return f"https://{host}" if host else ""


def _here() -> str:
    """Where the pages can be opened: the invented province's domain leads nowhere, so its mails name this machine."""
    return settings.BASE_URL.rstrip("/") if province().is_demo or not _base() else _base()


def _sms(rendition: Rendition, provider: Provider) -> dict[str, Any]:
    return {"text": rendition.text, "sender": provider.sender}


def _mail(rendition: Rendition, provider: Provider) -> dict[str, Any]:
    profile, here = province(), _here()
    stop = f"{here}/nhan-canh-bao/{{0}}/ngung/"
    paragraphs = [block.splitlines() for block in rendition.text.split("\n\n")]
    context = {"rendition": rendition, "paragraphs": paragraphs, "profile": profile, "stop": stop, "base": here}
    return {
        "sender": provider.sender,
        "subject": rendition.title,
        "text": render_to_string("outreach/mail_warning.txt", context),
        "html": render_to_string("outreach/mail_warning.html", context),
        "unsubscribe": f"{_base()}/nhan-canh-bao/{{0}}/ngung/" if _base() else "",
    }


def _chat(rendition: Rendition, provider: Provider) -> dict[str, Any]:  # one shape for all wires
    base = _here()
    buttons = [["Kiểm tra tin nhắn", f"{base}/"], ["Tôi đã lỡ làm theo", f"{base}/gio-vang/"]]
    return {"title": rendition.title, "text": rendition.text, "buttons": buttons}


def _zns(rendition: Rendition, provider: Provider) -> dict[str, Any]:
    told = {"title": rendition.title, "text": rendition.text}
    template = provider.settings.get("template_id", "")
    return {"template_id": template, "params": rendition.extra.get("params", told)}


def _push(rendition: Rendition, provider: Provider) -> dict[str, Any]:  # one shape for all wires
    number = rendition.warning.number or ""
    return {
        "title": rendition.title,
        "body": rendition.text,
        "url": f"{_here()}/canh-bao/{rendition.warning_id}/",
        "tag": number or f"canh-bao-{rendition.warning_id}",
    }


_CONTENTS = {
    Provider.Wire.SMPP: _sms,
    Provider.Wire.SMTP: _mail,
    Provider.Wire.ZALO: _chat,
    Provider.Wire.MESSENGER: _chat,
    Provider.Wire.ZNS: _zns,
    Provider.Wire.PUSH: _push,
}
