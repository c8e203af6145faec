"""The optional second voice: an endpoint says an answer anew, and is heard only where it adds nothing of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from django.conf import settings
from django.utils import translation

from canhgiac.channels.phrasing import Endpoint, PhrasingError
from canhgiac.engines.dialogue.guard import refusal

from .mask import harmless
from .replies import Reply

ACTS = frozenset({"protect", "law", "report", "warnings", "smalltalk", "unknown"})
"""Where words may be said in another way. What to do after a loss, and a verdict, stand as they were approved."""
MOST_QUESTION = 400
"""Letters of the question that are told, with everything masked."""


def phrased(reply: Reply, question: str) -> Reply:
    """The reply in the endpoint's words where one is set, answers in time and adds nothing; else as it is."""
    if not settings.ASSISTANT_URL or reply.act not in ACTS or not (translation.get_language() or "vi").startswith("vi"):
        return reply
    endpoint = _endpoint(
        settings.ASSISTANT_URL, settings.ASSISTANT_KEY, settings.ASSISTANT_MODEL, settings.ASSISTANT_TIMEOUT
    )
    try:
        told = endpoint.phrase("\n".join(reply.says), question=harmless(question[:MOST_QUESTION]))
    except PhrasingError:
        return reply
    if refusal(told, ours=reply.says):
        return reply
    return replace(reply, says=tuple(line.strip() for line in told.splitlines() if line.strip()))


@cache
def _endpoint(url: str, key: str, model: str, seconds: float) -> Endpoint:
    """One a process: it keeps its connection, and rests after a failure."""
    return Endpoint(url, key, model, seconds)
