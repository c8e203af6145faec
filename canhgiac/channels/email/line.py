"""A line of mail: pooled connections to one SMTP server, one round trip a mail.

Where the server offers PIPELINING (RFC 2920) the end of one mail and the envelope of the next leave in one write, so a
mail costs one round trip; elsewhere every command waits for its answer. An address that is refused does not disturb the
others. What may have left is never repeated here: without an answer to the final dot the result is ``UNSURE``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections import deque
from collections.abc import Sequence
from email.utils import formatdate

from canhgiac.channels.contract import OnEvents, Outcome, Recipient, Result

from .addresses import on_the_wire
from .content import EmailContent, FieldError, Template, template
from .dkim import Prepared, Signer
from .pacing import Brake, Meter
from .settings import SmtpSettings
from .verdicts import judge
from .wire import Lost, Reply, Unusable, Wire, introduce, log_in, open_wire

CLOSING_SECONDS = 5.0
KEPT_TEMPLATES = 8


class _Batch:
    """What one call of ``send`` waits for."""

    def __init__(self, size: int) -> None:  # made by ``send`` alone
        self.results: list[Result | None] = [None] * size
        self.left = size
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(self, index: int, result: Result) -> None:
        self.results[index] = result
        self.left -= 1
        if not self.left and not self.done.done():
            self.done.set_result(None)


class _Job:
    """One mail to one person."""

    __slots__ = ("batch", "data", "envelope", "index", "is_second_try", "made", "person", "token")

    def __init__(self, batch: _Batch, index: int, person: Recipient, made: _Made) -> None:  # made by ``send`` alone
        self.batch, self.index, self.person, self.made = batch, index, person, made
        self.token = ""
        self.data = self.envelope = b""
        self.is_second_try = False

    def settle(self, outcome: Outcome, code: str) -> None:
        ref = str(self.person.key) if outcome in {Outcome.TAKEN, Outcome.UNSURE} else ""
        self.batch.settle(self.index, Result(self.person.key, outcome, ref, code))


class _Made:
    """A content rendered, and what of its signature is common."""

    def __init__(self, form: Template, prepared: Prepared | None) -> None:  # kept by the line
        self.form, self.prepared = form, prepared
        self.common = b"".join(form.common)


class SmtpLine:
    """``contract.Line[EmailContent]``. ``Result.ref`` is the delivery's key in digits, as bounces will name it."""

    def __init__(self, settings: SmtpSettings) -> None:  # use ``open_line``
        self._settings = settings
        self._path = settings.path
        self._context: ssl.SSLContext | None = settings.context() if settings.tls or settings.starttls else None
        self._signer = Signer(settings.dkim) if settings.dkim else None
        self._made: dict[EmailContent, _Made] = {}
        self._queue: deque[_Job] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._connecting = asyncio.Lock()
        self._brake = Brake(settings.backoff)
        self._meter = Meter(settings.pace.rate)
        self._date = (0, "")
        self._is_closing = False
        self._closing = asyncio.Event()
        self._wires: set[Wire] = set()
        self._attempts = 0
        """Workers that are making a connection or wait to."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(settings.connections)]

    async def send(self, content: EmailContent, batch: Sequence[Recipient]) -> list[Result]:
        """See ``contract.Line``. ValueError also when a person brings fewer values than the content has places."""
        made = self._template(content)
        if any(len(person.fields) < made.form.places for person in batch):
            raise ValueError(f"Thư cần {made.form.places} giá trị cho mỗi người")
        if not batch:
            return []
        waiting = _Batch(len(batch))
        for index, person in enumerate(batch):
            self._queue.append(_Job(waiting, index, person, made))
        if self._is_closing:
            self._hand_back("smtp:closed")
        elif self._is_cut_off():
            self._hand_back(self._brake.code, is_slow=self._brake.is_slow)
        else:
            self._wake(len(batch))
        try:
            await waiting.done
        except asyncio.CancelledError:
            self._queue = deque(job for job in self._queue if job.batch is not waiting)
            raise
        return [result for result in waiting.results if result is not None]

    async def close(self) -> None:
        """See ``contract.Line``. What was not begun comes back as ``LATER``."""
        self._is_closing = True
        self._closing.set()
        self._hand_back("smtp:closed")
        self._wake(len(self._idle))
        _, late = await asyncio.wait(self._workers, timeout=CLOSING_SECONDS)
        for worker in late:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    # -- the queue

    def _template(self, content: EmailContent) -> _Made:
        made = self._made.get(content)
        if made is None:
            form = template(content)
            made = _Made(form, self._signer.prepare(form.common) if self._signer else None)
            while len(self._made) >= KEPT_TEMPLATES:
                del self._made[next(iter(self._made))]
            self._made[content] = made
        return made

    def _wake(self, count: int) -> None:
        while count and self._idle:
            sleeper = self._idle.pop()
            if not sleeper.done():
                sleeper.set_result(None)
                count -= 1

    def _hand_back(self, code: str, *, is_slow: bool = False) -> None:
        """Nothing of what still waits has left."""
        while self._queue:
            self._queue.popleft().settle(Outcome.SLOW if is_slow else Outcome.LATER, code)

    def _next(self, wire: Wire) -> _Job | None:
        """The next mail that may go over this connection now, rendered; None when there is none or the pace forbids."""
        per = self._settings.per_connection
        if self._is_closing or (per and wire.carried >= per):
            return None
        while self._queue and self._meter.seconds() <= 0:
            job = self._queue.popleft()
            code = self._render(job, wire)
            if not code:
                self._meter.count()
                return job
            job.settle(Outcome.REFUSED, code)
        return None

    def _render(self, job: _Job, wire: Wire) -> str:
        """Makes the job's bytes; gives our code when this mail cannot go to this person over this server."""
        found = on_the_wire(job.person.to)
        if found is None:
            return "smtp:address"
        to, is_wide = found
        if is_wide and "SMTPUTF8" not in wire.extensions:
            return "smtp:smtputf8"
        job.token = self._path.token(job.person.key)
        form, prepared = job.made.form, job.made.prepared
        try:
            mail = form.fill(to, job.token, self._now(), job.person.fields)
        except FieldError as error:
            return f"smtp:{error}"
        signature = prepared.sign(mail.own, mail.body) if prepared else b""
        data = b"".join((signature, *mail.own, job.made.common, b"\r\n", mail.body))
        limit = wire.extensions.get("SIZE", "")
        if limit.isdecimal() and 0 < int(limit) < len(data):
            return "smtp:size"
        job.data = (data.replace(b"\r\n.", b"\r\n..") if b"\r\n." in data else data) + b".\r\n"
        job.envelope = self._envelope(wire, job, to, is_wide, len(data))
        return ""

    def _envelope(self, wire: Wire, job: _Job, to: str, is_wide: bool, size: int) -> bytes:
        offered = wire.extensions
        back = self._path.address_of(job.token) if self._settings.bounce else job.made.form.sender
        mail = f"MAIL FROM:<{back}>"
        if "SIZE" in offered:
            mail += f" SIZE={size}"
        if "DSN" in offered:  # RFC 3461: the bounce names the delivery and returns the headers alone
            mail += f" RET=HDRS ENVID={job.token}"
        if is_wide:
            mail += " SMTPUTF8 BODY=8BITMIME"
        return f"{mail}\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode()

    def _now(self) -> str:
        second = int(time.time())
        if second != self._date[0]:
            self._date = (second, formatdate(second, localtime=True))
        return self._date[1]

    # -- the workers: one connection each

    async def _work(self) -> None:
        wire: Wire | None = None
        try:
            while not self._is_closing:
                if not self._queue and not await self._rest(wire):
                    await self._drop(wire)
                    wire = None
                    continue
                wire = await self._usable(wire)
                if wire is None:
                    await self._pause(self._brake.seconds())
                elif job := self._next(wire):
                    await self._carry(wire, job)
                elif self._queue:
                    await self._pause(self._meter.seconds())
        finally:
            await self._drop(wire)

    async def _rest(self, wire: Wire | None) -> bool:
        """Waits to be woken; False when that did not come before the connection is idle for too long."""
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._idle.append(sleeper)
        try:
            async with asyncio.timeout(self._settings.idle if wire is not None else None):
                await sleeper
        except TimeoutError:
            with contextlib.suppress(ValueError):  # woken in the same moment
                self._idle.remove(sleeper)
            return False
        return True

    async def _pause(self, seconds: float) -> None:
        """A pause that closing cuts short."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await self._closing.wait()

    async def _usable(self, wire: Wire | None) -> Wire | None:
        """A connection that may be written to: this one, or a new one; None when there is none now."""
        per = self._settings.per_connection
        if wire is not None and wire.is_alive and not (per and wire.carried >= per):
            return wire
        await self._drop(wire)
        self._attempts += 1
        try:
            async with self._connecting:  # one after another: a wrong password is tried once, not by all at once
                if self._brake.seconds() > 0:
                    return None
                fresh = await self._connect()
                self._brake.release()
                self._wires.add(fresh)
                return fresh
        except Unusable as fault:
            self._brake.press(str(fault), is_login=fault.is_login, is_slow=fault.is_slow)
            return None
        finally:
            self._attempts -= 1
            if self._is_cut_off():
                self._hand_back(self._brake.code, is_slow=self._brake.is_slow)
            elif self._brake.seconds() > 0 and self._queue:
                self._wake(1)  # whoever has a connection takes what this worker was woken for

    def _is_cut_off(self) -> bool:
        """No connection stands, none is being made, and it is too early for another try."""
        return not self._attempts and self._brake.seconds() > 0 and all(wire.fault for wire in self._wires)

    async def _drop(self, wire: Wire | None) -> None:
        if wire is not None:
            self._wires.discard(wire)
            await wire.leave()

    async def _connect(self) -> Wire:
        settings, seconds = self._settings, self._settings.timeout
        wire = await open_wire(settings.host, settings.port, self._context if settings.tls else None, seconds)
        try:
            await introduce(wire, settings.helo, seconds)
            if settings.starttls:
                assert self._context is not None
                if "STARTTLS" not in wire.extensions or (await wire.ask("STARTTLS", seconds)).code != 220:
                    raise Unusable("smtp:starttls")
                await wire.encrypt(self._context, settings.host, seconds)
                await introduce(wire, settings.helo, seconds)
            if settings.user:
                await log_in(wire, settings.user, settings.password, seconds)
        except Lost as fault:
            raise Unusable(str(fault)) from fault
        except BaseException:
            wire.abort("smtp:closed")
            raise
        return wire

    # -- one conversation after another

    async def _carry(self, wire: Wire, first: _Job) -> None:
        """Sends this mail, and others after it as long as there are any and the link holds."""
        job: _Job | None = first
        replies: list[Reply] = []
        while job is not None:
            if not replies:
                replies = await self._begin(wire, job)
            if not replies:
                return
            if len(replies) == 3 and replies[2].code == 354 and replies[0].code < 300 and replies[1].code < 300:
                job, replies = await self._finish(wire, job)
            else:
                await self._refused(wire, job, replies)
                job, replies = (self._next(wire), []) if wire.is_alive else (None, [])

    async def _begin(self, wire: Wire, job: _Job) -> list[Reply]:
        """Sends the envelope; the answers to MAIL, RCPT and DATA, fewer when a refusal made the rest pointless.

        Nothing when the link broke: the job is then settled or queued again.
        """
        seconds = self._settings.timeout
        reset, wire.needs_reset = (b"RSET\r\n", False) if wire.needs_reset else (b"", False)
        replies: list[Reply] = []
        try:
            if "PIPELINING" in wire.extensions:
                wire.write(reset + job.envelope)
                replies = await wire.answers(4 if reset else 3, seconds)
                return replies[-3:]
            if reset:
                wire.write(reset)
                await wire.answers(1, seconds)
            for command in job.envelope.splitlines(keepends=True):
                wire.write(command)
                replies += await wire.answers(1, seconds)
                if replies[-1].code >= 400:
                    break
        except Lost as fault:
            self._unsent(wire, job, Outcome.LATER, str(fault))
            return []
        except asyncio.CancelledError:
            job.settle(Outcome.LATER, "smtp:closed")
            raise
        return replies

    async def _finish(self, wire: Wire, job: _Job) -> tuple[_Job | None, list[Reply]]:
        """Sends the mail itself, with the next one's envelope in the same write; gives the next and its answers."""
        wire.carried += 1
        following = self._next(wire) if "PIPELINING" in wire.extensions else None
        wire.write(job.data + following.envelope if following else job.data)
        try:
            replies = await wire.answers(4 if following else 1, self._settings.final_timeout)
        except Lost as fault:
            known = wire.take(1)
            job.settle(*(judge(known[0]) if known else (Outcome.UNSURE, str(fault))))
            if following:
                self._unsent(wire, following, Outcome.LATER, str(fault))
            return None, []
        except asyncio.CancelledError:
            job.settle(Outcome.UNSURE, "smtp:closed")
            if following:
                following.settle(Outcome.LATER, "smtp:closed")
            raise
        job.settle(*judge(replies[0]))
        return (following, replies[1:]) if following else (self._next(wire), [])

    async def _refused(self, wire: Wire, job: _Job, replies: list[Reply]) -> None:
        """The server did not want this mail: says so, and leaves the connection ready for the next."""
        stage, answer = next(
            ((place, reply) for place, reply in enumerate(replies) if reply.code >= 400), (0, Reply(0, [""]))
        )
        if not answer.code:  # "250" to DATA, "354" to MAIL: what it says next would be taken for something else
            wire.abort("smtp:protocol")
            job.settle(Outcome.LATER, "smtp:protocol")
            return
        wire.needs_reset = True
        if answer.code == 421:
            wire.abort(answer.spelled)
            self._unsent(wire, job, Outcome.SLOW, answer.spelled)
            return
        job.settle(*judge(answer, is_ours=stage == 0))
        if replies[-1].code == 354:  # it waits for a mail without recipients: RFC 2920 §3.1 has us send an empty one
            wire.write(b".\r\n")
            with contextlib.suppress(Lost):
                await wire.answers(1, self._settings.timeout)

    def _unsent(self, wire: Wire, job: _Job, outcome: Outcome, code: str) -> None:
        """Nothing of this mail left. On a connection used before, the server may just have had enough: once more."""
        if wire.carried and not job.is_second_try and not self._is_closing:
            job.is_second_try = True
            self._queue.appendleft(job)
        else:
            job.settle(outcome, code)


async def open_line(settings: SmtpSettings, on_events: OnEvents) -> SmtpLine:
    """A line that connects when there is something to send. ValueError for settings that cannot work.

    SMTP brings no events back on this connection: bounces come as mail (``inbound.serve_inbound``), so ``on_events`` is
    not called.
    """
    return SmtpLine(settings)
