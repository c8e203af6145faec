"""What comes back by mail: reports of failure, complaints, and people's own words.

``read_mail`` takes one mail as it came and says what it means. It trusts nobody: a report counts for a delivery only
when it carries that delivery's token (``returnpath``), in the address it was sent to or in what it returns of our mail.
It understands

- delivery reports (RFC 3464), also when the server left half of the fields out;
- the bounces of servers that know no RFC 3464, when they come from a mailer daemon and say a code;
- complaints by the "this is spam" button (ARF, RFC 5965);
- mail from people, of which it keeps the subject and their own lines, without what they quote.

Absence notices and other automatic answers (RFC 3834) are none of these.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple

from canhgiac.channels.contract import Arrival, Event, Inbound, Receipt

from .addresses import on_the_wire
from .reading import address_in, base64_octets, own_words, part_bytes, part_text, parts_in, words
from .returnpath import ReturnPath

MAX_OCTETS = 512 * 1024
"""What is read of a mail. Reports stand at its beginning; the rest is our own mail or a picture."""
MAX_PARTS = 50
PEOPLE_LIMIT = 20
"""Recipients of one report that are looked at; ours have one each."""
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -])")
DAEMON = re.compile(r"^(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|bounces?)(?:[@+.-]|$)", re.I)
BOUNCED = re.compile(
    r"undeliver|not delivered|delivery (?:status|fail|has failed|incomplete)|failure notice"
    r"|returned (?:mail|to sender)|mail(?:ing)? (?:system )?error|message (?:could not be|blocked|rejected)"
    r"|không (?:gửi|chuyển|phát) được|thư bị trả",
    re.I,
)
GONE = re.compile(r"^5\.(?:1\.[1236]|2\.1|1\.10)$")
"""No such mailbox, no such host, closed for good (RFC 3463 §3.2, RFC 7505)."""
GONE_WORDS = re.compile(
    r"no such (?:user|mailbox|recipient|address)|user unknown|unknown (?:user|recipient|mailbox|local)"
    r"|does ?n[o']t exist|mailbox (?:not found|unavailable|disabled)|invalid (?:recipient|mailbox|address)"
    r"|no mailbox here|account .{0,40}disabled|không tồn tại",
    re.I,
)
ACTIONS = {
    "failed": Arrival.FAILED,
    "delayed": Arrival.ACCEPTED,
    "relayed": Arrival.ACCEPTED,
    "expanded": Arrival.ACCEPTED,
    "delivered": Arrival.DELIVERED,
}
EXPIRED = re.compile(r"^[45]\.4\.7$")
"""Delivery time expired (RFC 3463 §3.5)."""
AUTO_SUBJECT = re.compile(
    r"^(?:re: *)?(?:auto(?:matic)?[- ]?(?:reply|response|antwort)|out of (?:the )?office|trả lời tự động"
    r"|tự động trả lời|vắng mặt)",
    re.I,
)


class _Fate(NamedTuple):
    """What one block of a report says of one person."""

    to: str
    arrival: Arrival
    code: str
    is_gone: bool


def read_mail(raw: bytes, *, to: str, sender: str, path: ReturnPath, at: dt.datetime) -> list[Event]:
    """The events of one mail; none for a mail that means nothing to us. Raises nothing, whatever the octets.

    ``to`` and ``sender`` are the envelope's: the address of ours it came to, and where it says that it comes from
    (empty for a report). A bounce gives a ``Receipt`` whose ``ref`` is the delivery's key, and, when the mailbox is
    gone for good, an ``Inbound`` of kind "bounce". Its ``ref``, and that of a complaint, is the same however often it
    comes and ends in the delivery's key. The key decides whose mailbox it is: the address is as the report writes it,
    may be where somebody forwards to, and is empty when the report hides it.
    """
    try:
        mail = message_from_bytes(raw[:MAX_OCTETS])
    except RecursionError:  # hundreds of mails within mails: nobody writes so but to break something
        mail = BytesHeaderParser().parsebytes(raw[:MAX_OCTETS])
    parts = _parts(mail)
    if report := _part(parts, "message/feedback-report"):
        return _complaint(report, parts, raw, to=to, path=path, at=at)
    if status := _part(parts, "message/delivery-status", "message/global-delivery-status"):
        return _bounce(_fates(status), parts, raw, to=to, path=path, at=at)
    if _is_from_daemon(mail, sender):
        fate = _guess(mail, parts)
        return _bounce([fate], parts, raw, to=to, path=path, at=at) if fate else []
    if sender in {"", "<>"} or _is_automatic(mail):
        return []
    return _words_of_a_person(mail, parts, raw, to=to, sender=sender, at=at)


def _parts(mail: Message) -> list[Message]:
    """The leaves and the reports' holders, at most so many, without descending into the mails that are returned."""
    found: list[Message] = []
    waiting = [mail]
    while waiting and len(found) < MAX_PARTS:
        part = waiting.pop(0)
        found.append(part)
        if part.get_content_maintype() == "multipart":
            waiting += parts_in(part)
    return found


def _part(parts: list[Message], *kinds: str) -> Message | None:
    return next((part for part in parts if part.get_content_type() in kinds), None)


# -- reports


def _blocks(status: Message) -> list[Message]:
    """The blocks of fields in a report: the standard library parses them, unless the report was encoded."""
    inner = parts_in(status)
    encoded = words(status, "Content-Transfer-Encoding").strip().lower() == "base64"
    if inner and not encoded:
        return inner[: PEOPLE_LIMIT + 1]
    octets = base64_octets(b"\n".join(map(part_bytes, inner))) if inner else part_bytes(status)
    blocks = re.split(rb"\r?\n\r?\n", octets.strip())
    return [BytesHeaderParser().parsebytes(block) for block in blocks[: PEOPLE_LIMIT + 1]]


def _fates(status: Message) -> list[_Fate]:
    """What a delivery report says, one entry a person."""
    fates = []
    for block in _blocks(status):
        to = _report_address(block, "Original-Recipient") or _report_address(block, "Final-Recipient")
        said = words(block, "Action").strip().split(" ")[0].lower()
        digits = STATUS.search(words(block, "Status"))
        diagnostic = words(block, "Diagnostic-Code")
        if not said and not digits and not to:
            continue  # the block about the server
        status_code = digits[0] if digits else ""
        arrival = ACTIONS.get(said)
        if arrival is None:  # half a report: the status alone
            arrival = {"2": Arrival.DELIVERED, "4": Arrival.ACCEPTED, "5": Arrival.FAILED}.get(status_code[:1])
        if arrival is not None:
            fates.append(_fate(to, arrival, status_code, diagnostic))
    return fates


def _fate(to: str, arrival: Arrival, status: str, diagnostic: str) -> _Fate:
    """One fate with its code; what the last server said is more exact than what the reporting one made of it."""
    inner = STATUS.search(diagnostic)
    if inner and inner[1] in {"4", "5"} and (not status or status.endswith(".0.0")):
        status = inner[0]
    if arrival is Arrival.FAILED and EXPIRED.match(status):
        arrival = Arrival.EXPIRED
    code = CODE.search(diagnostic)
    spelled = "smtp:" + (" ".join(filter(None, (code[1] if code else "", status))) or "dsn")
    is_vague = status in {"", "5.0.0"} or status.endswith(".0")
    is_gone = bool(GONE.match(status)) or (is_vague and GONE_WORDS.search(diagnostic) is not None)
    return _Fate(to, arrival, spelled, is_gone and arrival is Arrival.FAILED)


def _report_address(block: Message, name: str) -> str:
    """The address in "rfc822; an@vinhan.test"."""
    value = words(block, name)
    return _address(value.split(";", 1)[-1])


def _address(text: str) -> str:
    """The first address in some words, when a mail could go there."""
    found = address_in(text)
    return found if found and on_the_wire(found) else ""


def _is_from_daemon(mail: Message, sender: str) -> bool:
    """Whether a mail that is no proper report was written by a server that could not deliver."""
    writer = address_in(words(mail, "From"))
    is_daemon = DAEMON.match(writer) is not None or bool(words(mail, "X-Failed-Recipients"))
    return is_daemon or (sender in {"", "<>"} and BOUNCED.search(words(mail, "Subject")) is not None)


def _guess(mail: Message, parts: list[Message]) -> _Fate | None:
    """A bounce in free words: it counts only when it says a code or that the mailbox is not there."""
    text = next((part_text(part) for part in parts if part.get_content_maintype() == "text"), "")
    text = text[:20_000]
    returned = re.search(r"(?im)^(?:-{3,}.{0,60}-{3,}|received: |return-path: |dkim-signature: )", text)
    said = text[: returned.start()] if returned and returned.start() > 0 else text
    status, code = STATUS.search(said), CODE.search(said)
    digits = status[0] if status and status[1] != "2" else ""
    is_gone = GONE_WORDS.search(said) is not None
    if not digits and not code and not is_gone:
        return None
    first = digits[:1] or (code[1][0] if code else "5")
    to = _address(words(mail, "X-Failed-Recipients"))  # an address in the prose may be anybody's
    return _fate(to, Arrival.FAILED if first == "5" else Arrival.ACCEPTED, digits, said)


def _key(parts: list[Message], raw: bytes, to: str, path: ReturnPath) -> int | None:
    """The delivery a report is about: by the address it came to, else by our Message-ID in what it returns."""
    key = path.key_in(to)
    if key is not None:
        return key
    texts = [part_text(part) for part in parts if part.get_content_type() == "text/rfc822-headers"]
    texts.append(raw[:MAX_OCTETS].decode("latin-1"))
    for text in texts:
        key = path.key_in(text)
        if key is not None:
            return key
    return None


def _bounce(
    fates: list[_Fate], parts: list[Message], raw: bytes, *, to: str, path: ReturnPath, at: dt.datetime
) -> list[Event]:
    """Receipts for a delivery of ours. A report without a genuine token could be anybody's, and counts for nothing."""
    key = _key(parts, raw, to, path)
    if key is None or not fates:
        return []
    # A delivery has one person: several blocks are the stations of one mail, and the worst is what became of it.
    order = [Arrival.FAILED, Arrival.EXPIRED, Arrival.DELIVERED, Arrival.ACCEPTED]
    fate = min(fates, key=lambda each: order.index(each.arrival))
    events: list[Event] = [Receipt(str(key), fate.arrival, fate.code, at, fate.to)]
    if fate.is_gone:
        events.append(Inbound(fate.to, "", at, f"bounce:{key}", "bounce", to))
    return events


def _complaint(
    report: Message, parts: list[Message], raw: bytes, *, to: str, path: ReturnPath, at: dt.datetime
) -> list[Event]:
    """A complaint about a mail of ours. Most providers hide who complained; the token says it."""
    key = _key(parts, raw, to, path)
    if key is None:
        return []
    block = next(iter(_blocks(report)), None)
    kind = "" if block is None else words(block, "Feedback-Type").strip().lower()
    if kind in {"not-spam", "auth-failure", "dmarc", "virus"}:
        return []
    person = "" if block is None else _address(words(block, "Original-Rcpt-To"))
    return [Inbound(person, "", at, f"complaint:{key}", "complaint", to)]


# -- people


def _is_automatic(mail: Message) -> bool:
    """An answer that no person wrote (RFC 3834 §5, and what is common beside it)."""
    said = words(mail, "Auto-Submitted").strip().lower()
    precedence = words(mail, "Precedence").strip().lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "List-Unsubscribe")
    return (
        (bool(said) and not said.startswith("no"))
        or precedence in {"auto_reply", "bulk", "junk", "list"}
        or any(mail.get(name) is not None for name in marks)
        or AUTO_SUBJECT.match(words(mail, "Subject").strip()) is not None
    )


def _words_of_a_person(
    mail: Message, parts: list[Message], raw: bytes, *, to: str, sender: str, at: dt.datetime
) -> list[Event]:
    """Their address, subject and own lines."""
    writer = _address(words(mail, "From")) or _address(sender)
    if not writer:
        return []
    plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    part = plain or next((part for part in parts if part.get_content_type() == "text/html"), None)
    text = own_words(part_text(part), is_html=plain is None) if part is not None else ""
    subject = words(mail, "Subject").strip()[:200]
    number = words(mail, "Message-ID").strip()[:200] or hashlib.sha256(raw).hexdigest()
    return [Inbound(writer, f"{subject}\n{text}".strip(), at, number, "text", to)]
