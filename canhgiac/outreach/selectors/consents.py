"""What people agreed to, in the words they saw."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from canhgiac.outreach.models import Consent, ConsentText, Way

ASKED_MARK = "question"
"""Key in ``Consent.proof`` of an ASKED row whose question really left: the delivery's id."""


def consent_text_now(way: Way | str) -> ConsentText:
    """The words shown today for this channel. Raises ConsentText.DoesNotExist before ``consent_texts_ensure`` ran."""
    return ConsentText.objects.filter(way=way).order_by("-number")[:1].get()


def consent_texts_now() -> dict[str, ConsentText]:
    """The words shown today, by channel. One query."""
    rows = ConsentText.objects.order_by("way", "-number").distinct("way")
    return {row.way: row for row in rows}


def consents_of(digest: bytes) -> list[Consent]:
    """All that the owner of an address did about our messages, the latest first; also at the addresses that their
    browser had before. One query, and one for each such address."""
    found: list[Consent] = []
    ahead: set[bytes] = {bytes(digest)}
    done: set[bytes] = set()
    while ahead:
        rows = list(Consent.objects.filter(digest__in=ahead).select_related("text", "by"))
        done |= ahead
        ahead = {bytes.fromhex(row.proof["before"]) for row in rows if "before" in row.proof} - done
        found += rows
    return sorted(found, key=lambda row: (row.at, row.pk), reverse=True)


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of the words of a channel, as everybody may read it."""

    text: ConsentText
    newest: ConsentText
    versions: list[ConsentText]
    """All of the channel, the latest first."""

    @property
    def is_used(self) -> bool:
        """Whether it is what people are shown today."""
        return self.text.pk == self.newest.pk


def consent_wording(way: str, number: int) -> Wording:
    """A version of the words of a channel, with the others. Raises Http404. One query."""
    versions = list(ConsentText.objects.filter(way=way).order_by("-number"))
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise Http404
    return Wording(found, versions[0], versions)


def text_agreed(digest: bytes) -> ConsentText | None:
    """The words that the owner of an address was last shown or agreed to; None where none were (lists handed in).

    One query, and one for each address that their browser had before.
    """
    return next((one.text for one in consents_of(digest) if one.text is not None), None)
