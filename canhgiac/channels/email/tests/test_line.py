"""The line against servers that pipeline, refuse, fall silent, hang up and want TLS or a password."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from canhgiac.channels.contract import Outcome, Pace, Recipient, Result
from canhgiac.channels.email import EmailContent, SmtpLine, SmtpSettings, open_line
from canhgiac.channels.email.returnpath import ReturnPath
from canhgiac.channels.email.tests.servers import (
    CONTENT,
    SECRET,
    Script,
    certificate,
    no_events,
    scripted,
    settings,
    simulator,
)
from simulators.smtp import OnFreePort
from tests.ports import free_ports

ONE = Pace(connections=1)


def people(count: int, name: str = "nguoi") -> list[Recipient]:
    return [Recipient(100 + number, f"{name}.{number}@vinhan.test") for number in range(count)]


def using(options: SmtpSettings, what: Callable[[SmtpLine], Awaitable[None]]) -> None:
    async def whole() -> None:
        line = await open_line(options, no_events)
        try:
            async with asyncio.timeout(90):
                await what(line)
        finally:
            await line.close()

    asyncio.run(whole())


def against(script: Script, *batches: list[Recipient], **options: object) -> list[list[Result]]:
    """Sends the batches one after another; the results of each."""

    async def whole() -> list[list[Result]]:
        async with scripted(script) as port, asyncio.timeout(90):
            line = await open_line(settings(port, **{"pace": ONE, **options}), no_events)
            try:
                return [await line.send(CONTENT, batch) for batch in batches]
            finally:
                await line.close()

    return asyncio.run(whole())


def outcomes(results: list[Result]) -> list[Outcome]:
    return [result.outcome for result in results]


@pytest.mark.parametrize("offers", ["PIPELINING,SIZE 100000,DSN,8BITMIME", "8BITMIME", ""])
def test_mails_go_one_after_another_over_one_connection(offers: str) -> None:
    script = Script(offers)
    [results] = against(script, people(5))
    assert outcomes(results) == [Outcome.TAKEN] * 5
    assert [result.ref for result in results] == ["100", "101", "102", "103", "104"]
    assert script.connections == 1
    assert script.commands() == ["EHLO", *["MAIL", "RCPT", "DATA"] * 5, "QUIT"]
    subjects = [line for line in script.heard if line.startswith("Subject:")]
    assert len(subjects) == 5
    assert len(set(subjects)) == 1


def test_the_envelope_says_what_the_server_offers_to_hear() -> None:
    script = Script("PIPELINING,SIZE 100000,DSN")
    against(script, [Recipient(7, "an@vinhan.test")])
    token = ReturnPath("hoi-am@thu.vinhan.test", SECRET).token(7)
    mail = next(line for line in script.heard if line.startswith("MAIL"))
    assert mail.startswith(f"MAIL FROM:<hoi-am+{token}@thu.vinhan.test> SIZE=")
    assert mail.endswith(f" RET=HDRS ENVID={token}")
    text = script.heard[script.heard.index("DATA") + 1 : script.heard.index(".")]
    assert int(mail.split("SIZE=")[1].split()[0]) == sum(len(line) + 2 for line in text)


def test_a_server_without_ehlo_is_greeted_the_old_way() -> None:
    script = Script(ehlo=["502 unknown"])
    [results] = against(script, people(2))
    assert outcomes(results) == [Outcome.TAKEN] * 2
    assert script.commands()[:2] == ["EHLO", "HELO"]


@pytest.mark.parametrize("data", [["503 no recipient", "354 go on"], ["354 go on"]])
def test_a_refused_address_leaves_the_next_alone(data: list[str]) -> None:
    """Also when the server, asked in one write, answers DATA by 354 though it has no recipient (RFC 2920 §3.1)."""
    script = Script(rcpt=["550 5.1.1 no such user", "250 ok"], data=data)
    [results] = against(script, people(3))
    assert outcomes(results) == [Outcome.REFUSED, Outcome.TAKEN, Outcome.TAKEN]
    assert results[0].code == "smtp:550 5.1.1"
    assert results[0].ref == ""
    assert script.commands().count("RSET") == 1
    assert script.connections == 1


@pytest.mark.parametrize("offers", ["PIPELINING", ""])
@pytest.mark.parametrize(
    ("where", "answer", "outcome", "code"),
    [
        ("data", "250 what", Outcome.LATER, "smtp:protocol"),
        ("mail", "354 what", Outcome.LATER, "smtp:protocol"),
        ("end", "354 what", Outcome.UNSURE, "smtp:354"),
        ("rcpt", "450 4.2.0 busy", Outcome.LATER, "smtp:450 4.2.0"),
        ("rcpt", "452 4.2.2 full", Outcome.LATER, "smtp:452 4.2.2"),
        ("rcpt", "452 4.5.3 too many", Outcome.SLOW, "smtp:452 4.5.3"),
        ("rcpt", "451 4.7.1 greylisted", Outcome.SLOW, "smtp:451 4.7.1"),
        ("rcpt", "450 Sending rate exceeded", Outcome.SLOW, "smtp:450"),
        ("rcpt", "530 5.7.0 log in first", Outcome.LATER, "smtp:530 5.7.0"),
        ("mail", "550 5.7.1 sender not known", Outcome.LATER, "smtp:550 5.7.1"),
        ("mail", "451 4.3.0 disk", Outcome.LATER, "smtp:451 4.3.0"),
        ("data", "554 5.7.1 no", Outcome.REFUSED, "smtp:554 5.7.1"),
        ("end", "554 5.7.1 looks like spam", Outcome.REFUSED, "smtp:554 5.7.1"),
        ("end", "451 4.3.2 later", Outcome.LATER, "smtp:451 4.3.2"),
        ("end", "552-5.2.2 over\r\n552 5.2.2 quota", Outcome.REFUSED, "smtp:552 5.2.2"),
    ],
)
def test_an_answer_has_its_outcome(offers: str, where: str, answer: str, outcome: Outcome, code: str) -> None:
    usual = {"data": "354 go on", "end": "250 taken"}.get(where, "250 ok")
    [results] = against(Script(offers, **{where: [answer, usual]}), people(2))
    assert (results[0].outcome, results[0].code) == (outcome, code)
    assert results[1].outcome is Outcome.TAKEN


def test_no_answer_after_the_final_dot_leaves_doubt() -> None:
    script = Script(end=["HANG UP", "250 taken"])
    [results] = against(script, people(3))
    assert outcomes(results) == [Outcome.UNSURE, Outcome.TAKEN, Outcome.TAKEN]
    assert results[0][2:] == ("100", "smtp:lost")
    assert script.connections == 2


def test_silence_after_the_final_dot_leaves_doubt() -> None:
    [results] = against(Script(end=[""]), people(1), final_timeout=0.3)
    assert results == [Result(100, Outcome.UNSURE, "100", "smtp:timeout")]


def test_an_answer_that_came_before_the_link_broke_counts() -> None:
    """The first was answered, then the envelope of the second, already sent, found nobody: it goes again."""
    script = Script(mail=["250 ok", "HANG UP", "250 ok"])
    [results] = against(script, people(3))
    assert outcomes(results) == [Outcome.TAKEN] * 3
    assert [line for line in script.heard if line.startswith("RCPT")].count("RCPT TO:<nguoi.0@vinhan.test>") == 1
    assert script.connections == 2


def test_silence_before_the_mail_is_later() -> None:
    [results] = against(Script(rcpt=[""]), people(1), timeout=1.0)
    assert results == [Result(100, Outcome.LATER, "", "smtp:timeout")]


def test_a_server_that_had_enough_of_a_connection_gets_a_new_one() -> None:
    script = Script(mail=["250 ok", "421 4.7.0 too many mails on this connection", "250 ok"])
    [results] = against(script, people(3))
    assert outcomes(results) == [Outcome.TAKEN] * 3
    assert script.connections == 2


def test_a_server_that_is_busy_from_the_start_is_slow() -> None:
    [results] = against(Script(greeting=["421 4.3.2 too many connections"]), people(3))
    assert {(result.outcome, result.code) for result in results} == {(Outcome.SLOW, "smtp:421 4.3.2")}


def test_an_idle_connection_closed_by_the_server_is_no_fault() -> None:
    async def whole() -> None:
        script = Script()
        server = await asyncio.start_server(script, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        line = await open_line(settings(port, pace=ONE), no_events)
        [first] = await line.send(CONTENT, people(1))
        for task in asyncio.all_tasks():  # the server's side of the connection, not the line
            if "_converse" in repr(task) or "Script" in repr(task):
                task.cancel()
        await asyncio.sleep(0.1)
        [second] = await line.send(CONTENT, people(1))
        assert (first.outcome, second.outcome) == (Outcome.TAKEN, Outcome.TAKEN)
        assert script.connections == 2
        await line.close()
        server.close()

    asyncio.run(whole())


def test_an_unused_connection_is_closed_by_us() -> None:
    script = Script()

    async def whole() -> None:
        async with scripted(script) as port:
            line = await open_line(settings(port, pace=ONE, idle=0.1), no_events)
            await line.send(CONTENT, people(1))
            async with asyncio.timeout(60):
                while script.commands()[-1] != "QUIT":
                    await asyncio.sleep(0.01)
            [again] = await line.send(CONTENT, people(1))
            assert again.outcome is Outcome.TAKEN
            await line.close()

    asyncio.run(whole())
    assert script.connections == 2


def test_a_connection_carries_so_many_mails_and_no_more() -> None:
    script = Script()
    [results] = against(script, people(5), per_connection=2)
    assert outcomes(results) == [Outcome.TAKEN] * 5
    assert script.connections == 3


def test_many_connections_share_a_batch() -> None:
    script = Script()
    [results] = against(script, people(300), pace=Pace(connections=5))
    assert outcomes(results) == [Outcome.TAKEN] * 300
    assert 1 < script.connections <= 5
    told = [line for line in script.heard if line.startswith("RCPT")]
    assert len(told) == len(set(told)) == 300


def test_the_pace_is_kept() -> None:
    """40 mails at 50 a second, 5 at once: 0.7 seconds at least; the count on the wire is the measure, not our clock."""

    async def whole() -> None:
        script = Script()
        async with scripted(script) as port:
            line = await open_line(settings(port, pace=Pace(rate=50, connections=3)), no_events)
            sending = asyncio.create_task(line.send(CONTENT, people(40)))
            start = asyncio.get_running_loop().time()
            while not sending.done():
                await asyncio.sleep(0.02)
                passed = asyncio.get_running_loop().time() - start
                begun = sum(line.startswith("MAIL") for line in script.heard)
                assert begun <= 5 + 50 * passed + 1
            assert outcomes(sending.result()) == [Outcome.TAKEN] * 40
            await line.close()

    asyncio.run(whole())


def test_addresses_and_values_that_no_mail_can_have_are_refused_here() -> None:
    content = EmailContent(sender="a@vinhan.test", subject="Thử", text="Chào {0}")
    batch = [
        Recipient(1, "khong-phai-dia-chi", ("An",)),
        Recipient(2, "an@vinhan.test>\r\nRCPT TO:<b@vinhan.test", ("An",)),
        Recipient(3, "an@vinhan.test", ("An\r\nBcc: b@vinhan.test",)),
        Recipient(4, "ấn@vinhan.test", ("An",)),
        Recipient(5, "an@vĩnhan.test", ("An",)),
        Recipient(6, "an b@vinhan.test", ("An",)),
    ]
    script = Script()

    async def whole() -> list[Result]:
        async with scripted(script) as port:
            line = await open_line(settings(port, pace=ONE), no_events)
            results = await line.send(content, batch)
            with pytest.raises(ValueError, match="1 giá trị"):
                await line.send(content, [Recipient(7, "an@vinhan.test")])
            await line.close()
            return results

    results = asyncio.run(whole())
    assert [result.code for result in results] == [
        "smtp:address",
        "smtp:address",
        "smtp:fields",
        "smtp:smtputf8",
        "smtp:250 2.0.0",
        "smtp:address",
    ]
    assert [line for line in script.heard if line.startswith("RCPT")] == ["RCPT TO:<an@xn--vnhan-92a.test>"]


def test_a_wide_address_goes_where_it_can() -> None:
    with simulator() as (box, port, _controller):

        async def what(line: SmtpLine) -> None:
            [result] = await line.send(CONTENT, [Recipient(1, "ấn.phẩm@vinhan.test")])
            assert result.outcome is Outcome.TAKEN

        using(settings(port), what)
        assert len(box.letters("ấn.phẩm@vinhan.test")) == 1


def test_a_mail_above_the_servers_size_is_not_sent() -> None:
    script = Script("PIPELINING,SIZE 300")
    [results] = against(script, people(1))
    assert results == [Result(100, Outcome.REFUSED, "", "smtp:size")]
    assert "MAIL" not in script.commands()


@pytest.mark.parametrize("nonsense", ["hello there", "999 what", "250-" + "x" * 9000])
def test_a_server_that_speaks_no_smtp_is_left(nonsense: str) -> None:
    [results] = against(Script(mail=[nonsense]), people(2), timeout=3.0)  # the last goes on without end
    assert set(outcomes(results)) == {Outcome.LATER}


class Login:
    """Knows one user; counts tries."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.tries += 1
        return AuthResult(success=data == LoginPassword(b"gui-thu", "mật khẩu".encode()), handled=False)


class Anything:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 2.0.0 ok"


@pytest.mark.parametrize("without", [[], ["PLAIN"]], ids=["PLAIN", "LOGIN"])
@pytest.mark.parametrize("is_implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_log_in_over_tls(tmp_path: Path, without: list[str], is_implicit: bool) -> None:
    context, file = certificate(tmp_path)
    login = Login()
    controller = OnFreePort(
        Anything(),
        "127.0.0.1",
        ssl_context=context if is_implicit else None,
        tls_context=None if is_implicit else context,
        authenticator=login,
        auth_required=True,
        auth_require_tls=not is_implicit,  # the library takes only STARTTLS for TLS
        auth_exclude_mechanism=without,
    )
    controller.start()
    try:

        async def right(line: SmtpLine) -> None:
            assert outcomes(await line.send(CONTENT, people(3))) == [Outcome.TAKEN] * 3

        async def wrong(line: SmtpLine) -> None:
            for _ in range(3):
                results = await line.send(CONTENT, people(3))
                assert {(result.outcome, result.code) for result in results} == {(Outcome.LATER, "smtp:535 5.7.8")}

        secure: dict[str, object] = {
            "ca_file": file,
            "user": "gui-thu",
            "tls": is_implicit,
            "starttls": not is_implicit,
        }
        using(settings(controller.port, password="mật khẩu", **secure), right)
        login.tries = 0
        using(settings(controller.port, password="sai", **secure), wrong)
        assert login.tries == 1
    finally:
        controller.stop()


def test_no_clear_text_where_tls_is_wanted(tmp_path: Path) -> None:
    _, file = certificate(tmp_path)
    script = Script("PIPELINING,AUTH PLAIN")
    [results] = against(script, people(1), starttls=True, ca_file=file, user="a", password="b")
    assert results == [Result(100, Outcome.LATER, "", "smtp:starttls")]
    assert script.commands() == ["EHLO"]


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with simulator(certificate=context) as (box, port, _controller):

        async def what(line: SmtpLine) -> None:
            assert await line.send(CONTENT, people(1)) == [Result(100, Outcome.LATER, "", "smtp:tls")]

        using(settings(port, starttls=True), what)
        assert box.letters() == []


def test_clear_text_slipped_in_before_tls_is_no_answer(tmp_path: Path) -> None:
    """What somebody between puts behind the answer to STARTTLS must not be heard inside TLS."""
    _, file = certificate(tmp_path)
    script = Script("STARTTLS,PIPELINING", starttls=["220 go\r\n250-evil\r\n250 AUTH PLAIN"])
    [results] = against(script, people(1), starttls=True, ca_file=file)
    assert results == [Result(100, Outcome.LATER, "", "smtp:tls")]


def test_a_server_that_comes_back_is_used_again() -> None:
    async def whole() -> None:
        port = free_ports(1)[0]
        line = await open_line(settings(port, backoff=0.1), no_events)
        assert {result.code for result in await line.send(CONTENT, people(20))} == {"smtp:connect"}
        server = await asyncio.start_server(Script(), "127.0.0.1", port)
        await asyncio.sleep(0.2)
        assert outcomes(await line.send(CONTENT, people(20))) == [Outcome.TAKEN] * 20
        await line.close()
        server.close()

    asyncio.run(whole())


def test_a_cancelled_batch_does_not_leave_later() -> None:
    async def whole() -> None:
        script = Script(end=[""])
        async with scripted(script) as port:
            line = await open_line(settings(port, pace=ONE, final_timeout=1), no_events)
            sending = asyncio.create_task(line.send(CONTENT, people(50)))
            while "." not in script.heard:
                await asyncio.sleep(0.01)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            await line.close()
        assert script.heard.count(".") == 1
        assert sum(line.startswith("RCPT") for line in script.heard) <= 2  # the one on the wire, and an envelope

    asyncio.run(whole())


@pytest.mark.parametrize(
    "change",
    [
        {"host": "a b"},
        {"port": 0},
        {"helo": "x\r\nMAIL"},
        {"tls": True, "starttls": True},
        {"host": "thu.vinhan.test", "user": "a", "password": "b"},
        {"timeout": 0},
        {"pace": Pace(connections=0)},
        {"bounce": "hoi am@vinhan.test"},
        {"secret": b"ngan"},
        {"tls": True, "ca_file": Path("/khong/co")},
    ],
)
def test_settings_that_cannot_work_are_refused_in_words(change: dict[str, object]) -> None:
    async def whole() -> None:
        await open_line(settings(**({"port": 25} | change)), no_events)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match=r"\w \w"):
        asyncio.run(whole())


def test_secrets_do_not_show() -> None:
    shown = repr(settings(25, starttls=True, user="a", password="mat-khau-that"))
    assert "mat-khau-that" not in shown
    assert "bi-mat" not in shown


def test_the_wire_is_right_to_a_library_of_others() -> None:
    """The same simulator takes a mail from smtplib: what it counts is not an artefact of our client."""
    with simulator() as (box, port, _controller):
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            client.sendmail("a@vinhan.test", ["b@vinhan.test"], "Subject: x\r\n\r\nx\r\n")

        async def what(line: SmtpLine) -> None:
            await line.send(CONTENT, [Recipient(1, "b@vinhan.test")])

        using(settings(port), what)
        ours, theirs = box.letters("b@vinhan.test")
        assert (ours.text.splitlines()[0], theirs.text.strip()) == ("Chào bạn,", "x")


ANSWERS = st.text(st.characters(codec="latin-1", exclude_characters="\n"), max_size=12) | st.sampled_from(
    ["250 ok", "354 go on", "421 4.3.2 bye", "452 4.5.3 many", "550 5.1.1 no", "503 order", "HANG UP", "250-a", "1"]
)
USUAL = {"greeting": "220 x", "mail": "250 a", "rcpt": "250 b", "data": "354 c", "end": "250 d"}


def some(last: str) -> st.SearchStrategy[list[str]]:
    """A few answers of any kind, then the usual one for ever."""
    return st.lists(ANSWERS, max_size=3).map(lambda drawn: [*drawn, last])


@settings_of_hypothesis(max_examples=30, deadline=None)
@given(
    rules=st.fixed_dictionaries({name: some(last) for name, last in USUAL.items()}),
    offers=st.sampled_from(["PIPELINING", ""]),
)
def test_any_server_leaves_no_mail_without_a_result(rules: dict[str, list[str]], offers: str) -> None:
    """And what was said to be taken was said so by the server, after the whole mail."""
    script = Script(offers, **rules)
    [results] = against(script, people(6), timeout=0.1, final_timeout=0.1, backoff=0.01, pace=Pace(connections=2))
    assert [result.key for result in results] == [100 + at for at in range(6)]
    whole = script.heard.count(".")
    certain = sum(result.outcome is Outcome.TAKEN for result in results)
    assert certain <= whole
