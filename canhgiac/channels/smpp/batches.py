"""A batch on its way: what it looks like on the wire, and which of its messages were answered how."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import Callable, Sequence
from functools import lru_cache

from canhgiac.channels.contract import Outcome, Recipient, Result

from . import pdu, text
from .pdu import Command, Message
from .settings import SmppSettings
from .text import SmsContent

_NUMBER = re.compile(r"\+?([0-9]{3,20})")
_NUMBERS = re.compile(r"\+?[0-9]{3,20}(?: \+?[0-9]{3,20})*+")
_START = struct.Struct(">III")
_WEIGHT = {Outcome.TAKEN: 0, Outcome.UNSURE: 1, Outcome.LATER: 2, Outcome.SLOW: 3, Outcome.REFUSED: 4}
"""Of a message in parts the worst counts. One part surely not taken settles a doubt about another: no phone shows a
message that lacks a part, so repeating it shows nobody anything twice."""


class Job:
    """One ``send``: the recipients, the wire, the results so far."""

    __slots__ = (
        *("batch", "costs", "done", "head", "left", "next", "numbers", "others", "parts", "refs", "single"),
        *("start", "tails"),
    )

    def __init__(self, content: SmsContent, batch: Sequence[Recipient], settings: SmppSettings, ref: int) -> None:
        """Encodes what can be encoded once. Raises ValueError for a content that cannot be sent to all of the batch."""
        text.check(content)
        self.batch = batch
        self.refs: list[str | None] = [None] * len(batch)
        """The SMSC's numbers of what it took."""
        self.others: dict[int, Result] = {}
        """Every other result, by its place in the batch."""
        self.parts: dict[int, list[Result]] = {}
        """Of messages in several parts: the answers to those answered."""
        self.left = len(batch)
        self.next = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        shape = self._shape(content, settings)
        self.head = pdu.head(shape)
        if text.places(content.text):
            cuts = [text.cut(content, text.filled(content.text, person.fields), ref) for person in batch]
        else:
            cuts = [text.cut(content, content.text, ref)]
        made = [_tails(shape, cut, registered=content.registered) for cut in cuts]
        fixed = len(cuts) == 1
        self.tails = made * len(batch) if fixed else made
        self.costs = [cut.parts for cut in cuts] * (len(batch) if fixed else 1)
        self.single = all(len(tails) == 1 for tails in made) and max(self.costs, default=1) == 1
        self.numbers = _digits(batch)
        self.start = b""
        """Where all PDUs begin alike and have the same length: their first twelve octets."""
        if fixed and self.single and len(set(map(len, self.numbers))) == 1 and self.numbers[0]:
            size = packer(len(self.head), len(self.numbers[0]), len(made[0][0]))[1]
            self.start = _START.pack(size, Command.SUBMIT_SM, 0)
        if b"" in self.numbers:
            for at, number in enumerate(self.numbers):
                if not number:
                    self.settle(at, Result(batch[at].key, Outcome.REFUSED, "", "smpp:no-number"))

    @staticmethod
    def _shape(content: SmsContent, settings: SmppSettings) -> Message:
        ton, npi = text.type_of(content.sender)
        return Message(
            content.sender.removeprefix("+"),
            "",
            source_ton=ton if settings.source_ton is None else settings.source_ton,
            source_npi=npi if settings.source_npi is None else settings.source_npi,
            dest_ton=settings.dest_ton,
            dest_npi=settings.dest_npi,
            service=settings.service_type,
            validity="" if content.validity is None else text.validity(content.validity),
        )

    @property
    def is_written(self) -> bool:
        """Whether nothing of it waits to be written."""
        return self.next >= len(self.batch)

    def settle(self, at: int, result: Result) -> None:
        """Writes down the answer to one message; the first holds."""
        if self.refs[at] is not None or at in self.others:
            return
        if result.outcome is Outcome.TAKEN and not result.code:
            self.refs[at] = result.ref
        else:
            self.others[at] = result
        self._count(1)

    def settle_taken(self, sequences: Sequence[int], ahead: int, refs: Sequence[str]) -> None:
        """The same of several messages of one part that were taken and were on the wire until now.

        The sequence numbers of their PDUs are so far ahead of their places.
        """
        first, count = sequences[0], len(sequences)
        if tuple(sequences) == tuple(range(first, first + count)):
            self.refs[first - ahead : first - ahead + count] = refs
        else:
            for sequence, ref in zip(sequences, refs, strict=True):
                self.refs[sequence - ahead] = ref
        self._count(count)

    def _count(self, settled: int) -> None:
        self.left -= settled
        if not self.left and not self.done.done():
            self.done.set_result(None)

    def settle_part(self, at: int, result: Result, *, is_last: bool) -> None:
        """Writes down the answer to one part; the message is settled with the last answer.

        Its number is that of its last part, the one whose receipt was asked for.
        """
        answers = self.parts.setdefault(at, [])
        answers.append(result if is_last else result._replace(ref=""))
        if len(answers) < len(self.tails[at]):
            return
        worst = max(self.parts.pop(at), key=lambda answer: _WEIGHT[answer.outcome])
        ref = next((answer.ref for answer in answers if answer.ref), "")
        self.settle(at, worst._replace(ref=ref if worst.outcome in {Outcome.TAKEN, Outcome.UNSURE} else ""))

    def give_up(self, code: str) -> None:
        """Says of all that was not yet written: later."""
        first, self.next = self.next, len(self.batch)
        for at in range(first, len(self.batch)):
            self.settle(at, Result(self.batch[at].key, Outcome.LATER, "", code))


def _digits(batch: Sequence[Recipient]) -> list[bytes]:
    """The digits of each address; empty for what is no telephone number."""
    joined = " ".join([person.to for person in batch])
    if _NUMBERS.fullmatch(joined):
        return joined.replace("+", "").encode().split(b" ")
    found = [_NUMBER.fullmatch(person.to) for person in batch]
    return [b"" if one is None else one[1].encode() for one in found]


def _tails(shape: Message, cut: text.Cut, *, registered: bool) -> tuple[bytes, ...]:
    """The tail of each part. A receipt is asked for the last part alone.

    The SMSC sends parts in their order and a phone shows the message when all are there, so the last one tells; a
    receipt for each would double or treble the traffic for nothing that is acted upon.
    """
    last = len(cut.texts) - 1
    return tuple(
        pdu.tail(
            shape._replace(text=raw, coding=cut.coding, esm=cut.esm, registered=int(registered and number == last))
        )
        for number, raw in enumerate(cut.texts)
    )


@lru_cache(maxsize=1024)
def packer(head: int, number: int, tail: int) -> tuple[Callable[..., bytes], int]:
    """What puts a submit_sm together from pieces of these lengths, and its length in all."""
    form = struct.Struct(f">IIII{head}s{number}s{tail}s")
    return form.pack, form.size


def submit(job: Job, at: int, part: int, sequence: int) -> bytes:
    """One part of one message as a PDU."""
    number, tail = job.numbers[at], job.tails[at][part]
    pack, size = packer(len(job.head), len(number), len(tail))
    return pack(size, Command.SUBMIT_SM, 0, sequence, job.head, number, tail)
