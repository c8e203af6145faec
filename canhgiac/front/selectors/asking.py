"""The page of one question: the answer, what the asker may send on, and what went wrong with a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from canhgiac.assistant.selectors.check import Answer, check
from canhgiac.assistant.selectors.kinds import EMPTY
from canhgiac.assistant.selectors.mask import without_codes
from canhgiac.assistant.selectors.pictures import PictureRefused, picture_text
from canhgiac.engines.recognition.pictures import QrRead

MOST_SMS = 300
"""Characters of a message that fit into a report by SMS without becoming a dozen parts."""
MOST_SENT_ON = 600


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page of a question shows."""

    text: str
    """As the asker typed it, or as it was read from the picture: theirs to put right, shown to nobody else."""
    answer: Answer | None = None
    error: str = ""
    note: str = ""
    """How far to trust what was read from a picture."""

    @property
    def report(self) -> str:
        """The text message to 5656 or 156: LD, the number complained about, the words."""
        assert self.answer is not None
        phones = [thing.value for thing in self.answer.found if thing.kind == "phone"]
        words = " ".join(without_codes(self.text).split())[:MOST_SMS] if self.answer.kind != "phone" else ""
        return " ".join(["LD", *phones[:1], words]).strip()

    @property
    def report_url(self) -> str:
        """Opens the phone's own messages with the report written (RFC 5724)."""
        return f"sms:5656?body={quote(self.report, safe='')}"

    @property
    def sent_on(self) -> str:
        """What family is told: our words, the message masked and its links broken, so that nobody opens one."""
        assert self.answer is not None
        told = [_("Cảnh Giác nhận định: %(word)s.") % {"word": self.answer.word}, self.answer.say]
        if self.answer.masked:
            told.append(_("Nội dung: “%(text)s”") % {"text": unlinked(self.answer.masked)[:MOST_SENT_ON]})
        told.append(_("Hỏi lại tại %(url)s") % {"url": settings.BASE_URL})
        return "\n".join(told)

    @property
    def sent_on_url(self) -> str:
        """Opens the phone's own messages with it."""
        return f"sms:?body={quote(self.sent_on, safe='')}"


def ask(text: str, picture: bytes | None) -> Asked:
    """Answers what was typed and what the picture says together. Nothing is kept."""
    note, codes = "", tuple[QrRead, ...]()
    if picture is not None:
        try:
            read = picture_text(picture)
        except PictureRefused as refused:
            return Asked(text, error=str(refused))
        note, codes = read.note, read.codes
        text = "\n\n".join(part for part in (text.strip(), read.text) if part)
        if not text and not codes:
            return Asked(text, error=note)
    answer = check(text, codes=codes)
    if answer.kind == EMPTY:
        return Asked(text, error=answer.say)
    return Asked(text, answer, note=note)


def unlinked(text: str) -> str:
    """The text with links that phones no longer make clickable.

    >>> unlinked("xem https://abc.test/x nhe. Bye")
    'xem hxxps://abc[.]test/x nhe. Bye'
    """
    text = re.sub(r"\bhttp(?=s?://)", "hxxp", text, flags=re.IGNORECASE)
    return re.sub(r"(?<=[\w-])\.(?=[a-z][\w-]*)", "[.]", text)
