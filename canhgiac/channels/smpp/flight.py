"""What a link has on the wire: sequence numbers, PDUs put together, and which message of which batch each one is."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import chain, groupby, repeat
from operator import itemgetter
from typing import TypeAlias

from canhgiac.channels.contract import Outcome, Result

from .batches import Job, packer, submit
from .blocks import spelled_out
from .pdu import MAX_SEQUENCE

_MARK_SECONDS = 0.1

Entry: TypeAlias = tuple[Job, int, int]
"""What waits for an answer: a batch, how far a PDU's sequence number is ahead of its message's place in the batch, and
the part. Messages of one part that were written one behind the other share one."""


class Flight:
    """``window`` counts PDUs on the wire without an answer. Writes nothing itself: ``take`` gives what is to leave."""

    __slots__ = ("_chunks", "_marks", "_sequence", "_written", "entries", "rest", "window")

    def __init__(self, window: int) -> None:
        self.window = window
        self.entries: dict[int, Entry] = {}
        """By sequence number, in the order they were written."""
        self.rest: deque[tuple[Job, int, int]] = deque()
        """Batch, place and part, of messages that were begun and found no more room."""
        self._marks: deque[list[float]] = deque()
        """Sequence number and time: all up to this number were written by then."""
        self._sequence = 1
        self._chunks: list[bytes] = []
        self._written = 0
        """PDUs among the chunks."""

    @property
    def is_over(self) -> bool:
        """Whether nothing waits for an answer, nor for its other parts."""
        return not (self.entries or self.rest)

    # Out -------------------------------------------------------------------------------------------------------------

    def sequence(self) -> int:
        """The next number, for a PDU that is no message's."""
        if self._sequence > MAX_SEQUENCE:
            self._sequence = 1
        self._sequence += 1
        return self._sequence - 1

    def room(self, share: float) -> int:
        """How many PDUs may be written now, when this share of the window may be used."""
        free = max(1, int(self.window * share)) - len(self.entries)
        if self._sequence + free > MAX_SEQUENCE:
            if self.entries:
                return 0
            self._sequence = 1
            self._marks.clear()
        return free

    def finish(self, room: int) -> int:
        """Parts of begun messages, as far as there is room; returns how many."""
        count = 0
        while self.rest and count < room:
            self._put(*self.rest.popleft())
            count += 1
        return count

    def fill(self, job: Job, room: int, tokens: int) -> tuple[int, int]:
        """Messages of a batch, as far as room and tokens go. Returns PDUs put together and tokens spent."""
        if job.single:
            return self._fill_single(job, min(room, tokens))
        pdus = spent = 0
        while pdus < room and spent < tokens and not job.is_written:
            at = job.next
            job.next += 1
            if not job.numbers[at]:
                continue
            spent += job.costs[at]
            for part in range(len(job.tails[at])):
                if pdus < room:
                    self._put(job, at, part)
                    pdus += 1
                else:
                    self.rest.append((job, at, part))
        return pdus, spent

    def _fill_single(self, job: Job, room: int) -> tuple[int, int]:
        """The same where each message is one part: most of a million of them pass here."""
        if job.start:
            return self._fill_alike(job, room)
        start = job.next
        job.next = stop = min(start + room, len(job.numbers))
        head, numbers, tails = job.head, job.numbers, job.tails
        head_length, entries, append = len(head), self.entries, self._chunks.append
        sequence = begun = self._sequence
        for at in range(start, stop):
            number = numbers[at]
            if number:
                tail = tails[at][0]
                pack, size = packer(head_length, len(number), len(tail))
                append(pack(size, 4, 0, sequence, head, number, tail))
                entries[sequence] = (job, sequence - at, 0)
                sequence += 1
        self._sequence = sequence
        self._written += sequence - begun
        return sequence - begun, sequence - begun

    def _fill_alike(self, job: Job, room: int) -> tuple[int, int]:
        """The same where the PDUs differ in the sequence number and the digits of the destination alone."""
        places = range(job.next, min(job.next + room, len(job.numbers)))
        count = len(places)
        sequences = range(self._sequence, self._sequence + count)
        job.next, self._sequence = places.stop, sequences.stop
        digits = job.numbers[places.start : places.stop]
        pieces = zip(spelled_out(sequences), repeat(job.head), digits, repeat(job.tails[0][0] + job.start))
        self._chunks.append(job.start + b"".join(chain.from_iterable(pieces))[: -len(job.start)])
        self._written += count
        self.entries.update(dict.fromkeys(sequences, (job, sequences.start - places.start, 0)))
        return count, count

    def _put(self, job: Job, at: int, part: int) -> None:
        sequence = self.sequence()
        self._chunks.append(submit(job, at, part, sequence))
        self._written += 1
        self.entries[sequence] = (job, sequence - at, part)

    def take(self, now: float) -> tuple[bytes, int]:
        """What was put together, in one piece, and how many PDUs that is; it counts as written now."""
        if not self._chunks:
            return b"", 0
        last = self._sequence - 1
        if self._marks and now - self._marks[-1][1] < _MARK_SECONDS:
            self._marks[-1][0] = last
        else:
            self._marks.append([last, now])
        chunks, self._chunks = self._chunks, []
        written, self._written = self._written, 0
        return b"".join(chunks), written

    # Answered --------------------------------------------------------------------------------------------------------

    def landed(self, sequences: Sequence[int]) -> tuple[list[Entry | None], int]:
        """Whose these numbers are, None for those of nothing that still waits, and how many are known; they make room
        at once, and are written down by ``settle_taken``."""
        waiting = len(self.entries)
        entries = list(map(self.entries.pop, sequences, repeat(None)))
        return entries, waiting - len(self.entries)

    def settle_taken(self, entries: Sequence[Entry | None], sequences: Sequence[int], refs: Sequence[str]) -> None:
        """Writes down that these were taken, with the SMSC's numbers of them."""
        if entries.count(entries[0]) == len(entries):
            self._settle_alike(entries[0], sequences, refs)
            return
        for entry, group in groupby(zip(entries, sequences, refs, strict=True), key=itemgetter(0)):
            _, some, theirs = zip(*group, strict=True)
            self._settle_alike(entry, some, theirs)

    def _settle_alike(self, entry: Entry | None, sequences: Sequence[int], refs: Sequence[str]) -> None:
        if entry is None:
            return
        job, ahead, _ = entry
        if job.single:
            job.settle_taken(sequences, ahead, refs)
            return
        for sequence, ref in zip(sequences, refs, strict=True):
            self.settle(entry, sequence, Outcome.TAKEN, "", ref)

    def settle(self, entry: Entry, sequence: int, outcome: Outcome, code: str, ref: str = "") -> None:
        """Writes down the answer to one PDU that waits no more."""
        job, ahead, part = entry
        at = sequence - ahead
        result = Result(job.batch[at].key, outcome, ref, code)
        parts = len(job.tails[at])
        if parts == 1:
            job.settle(at, result)
        else:
            job.settle_part(at, result, is_last=part == parts - 1)

    def expire(self, before: float) -> int:
        """Gives up what was written up to that moment and has no answer: unsure. Returns how many."""
        oldest = next(iter(self.entries), MAX_SEQUENCE)
        while self._marks and self._marks[0][0] < oldest:
            self._marks.popleft()
        count = 0
        while self._marks and self._marks[0][1] <= before:
            last = self._marks.popleft()[0]
            expired = []
            for sequence in self.entries:
                if sequence > last:
                    break
                expired.append(sequence)
            for sequence in expired:
                self.settle(self.entries.pop(sequence), sequence, Outcome.UNSURE, "smpp:timeout")
            count += len(expired)
        return count

    def abandon(self, code: str) -> None:
        """The link is gone: what waits for an answer may have been taken; what was not written was not."""
        for sequence, entry in self.entries.items():
            self.settle(entry, sequence, Outcome.UNSURE, code)
        for job, at, part in self.rest:
            self.settle((job, 0, part), at, Outcome.LATER, code)
        self.entries.clear()
        self.rest.clear()
