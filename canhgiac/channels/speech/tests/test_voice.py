"""Voices: espeak-ng itself, a program that speaks piper's command line, a service that speaks OpenAI's HTTP."""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from canhgiac.channels.speech.pcm import Pcm, wav_written
from canhgiac.channels.speech.voice import (
    MOST_CHARACTERS,
    Accent,
    EspeakVoice,
    HttpVoice,
    PiperVoice,
    Voice,
    VoiceError,
    open_voice,
)

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


def program(folder: Path, name: str, body: str) -> str:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{body}")
    path.chmod(0o755)
    return str(path)


# espeak-ng ------------------------------------------------------------------------------------------------------------


@needs_espeak
def test_three_accents_sound_different() -> None:
    voice = EspeakVoice()
    assert voice.available()
    heard = {accent: voice.speak("Bà con không đọc mã cho ai.", accent) for accent in Accent}
    assert {pcm.rate for pcm in heard.values()} == {22050}
    assert all(1 < pcm.seconds < 5 for pcm in heard.values())
    assert len({pcm.samples.tobytes() for pcm in heard.values()}) == 3


@needs_espeak
def test_a_faster_rate_is_shorter() -> None:
    text = "Không chuyển tiền cho người lạ qua điện thoại."
    assert EspeakVoice(rate=200).speak(text, Accent.NORTH).seconds < EspeakVoice().speak(text, Accent.NORTH).seconds


@needs_espeak
def test_words_that_look_like_options_are_words() -> None:
    plain = EspeakVoice().speak("-w /dev/null --help <speak>", Accent.NORTH)
    assert plain.seconds > 1


def test_a_program_that_is_not_there_is_said_so() -> None:
    voice = EspeakVoice(program="khong-co-chuong-trinh-nay")
    assert not voice.available()
    with pytest.raises(VoiceError, match="chưa cài") as raised:
        voice.speak("Chào", Accent.NORTH)
    assert raised.value.permanent


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    voice = EspeakVoice(program=program(tmp_path, "treo", "import time; time.sleep(60)"), seconds=0.5)
    begun = time.monotonic()
    with pytest.raises(VoiceError, match="chạy quá") as raised:
        voice.speak("Chào", Accent.NORTH)
    assert not raised.value.permanent
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import sys; print('no such voice', file=sys.stderr); sys.exit(1)", "no such voice"),
        ("print('<html>')", "âm thanh hỏng"),
        ("import sys; sys.exit(3)", "báo lỗi: 3"),
    ],
)
def test_a_program_that_fails_is_told_with_its_words(tmp_path: Path, body: str, words: str) -> None:
    voice = EspeakVoice(program=program(tmp_path, "loi", body))
    with pytest.raises(VoiceError, match=words):
        voice.speak("Chào", Accent.NORTH)


@pytest.mark.parametrize("text", ["", " \n\x00\u200b", "a" * (MOST_CHARACTERS + 1)])
def test_nothing_and_far_too_much_are_not_spoken(text: str) -> None:
    with pytest.raises(VoiceError):
        EspeakVoice().speak(text, Accent.NORTH)


# piper ----------------------------------------------------------------------------------------------------------------

PIPER = """
import array, sys
arguments = sys.argv[1:]
assert arguments[0] == "--model" and arguments[1].endswith("giong.onnx") and arguments[2] == "--output_raw", arguments
speaker = int(arguments[4]) if arguments[3:4] == ["--speaker"] else 0
lines = sys.stdin.read().splitlines()
assert len(lines) == 1, lines
sys.stdout.buffer.write(array.array("h", [1000 * (speaker + 1), -1000] * 100 * len(lines[0].split())).tobytes())
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "giong.onnx"
    path.write_bytes(b"model")
    path.with_name("giong.onnx.json").write_text('{"audio": {"sample_rate": 16000}}')
    return path


def test_piper_speaks_at_the_rate_its_model_tells(tmp_path: Path, model: Path) -> None:
    voice = PiperVoice(model=model, program=program(tmp_path, "piper", PIPER), speakers={Accent.SOUTH: 2})
    assert voice.available()
    heard = voice.speak("Bà con\nchú ý", Accent.NORTH)
    assert (heard.rate, len(heard.samples), max(heard.samples)) == (16000, 800, 1000)
    assert max(voice.speak("Chú ý", Accent.SOUTH).samples) == 3000


@pytest.mark.parametrize(
    "described", ["", "{}", "[]", '{"audio": {"sample_rate": "x"}}', '{"audio": {"sample_rate": 5}}']
)
def test_a_model_that_is_not_described_is_said_so(tmp_path: Path, model: Path, described: str) -> None:
    model.with_name("giong.onnx.json").write_text(described)
    with pytest.raises(VoiceError) as raised:
        PiperVoice(model=model, program=program(tmp_path, "piper", PIPER)).speak("Chào", Accent.NORTH)
    assert raised.value.permanent


def test_piper_without_a_model_is_not_available(tmp_path: Path) -> None:
    assert not PiperVoice(model=tmp_path / "khac.onnx", program=sys.executable).available()


# HTTP -----------------------------------------------------------------------------------------------------------------


class Service(ThreadingHTTPServer):
    """A service of voices that answers as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Speaks)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.status, self.body = 200, wav_written(Pcm(24000, array("h", [900, -900] * 1200)))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/audio/speech"


class Speaks(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Service

    def do_POST(self) -> None:
        """The sound."""
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.send_response(self.server.status)
        self.send_header("Location", "/khac")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_service_is_asked_with_its_voice_and_key(service: Service) -> None:
    voice = HttpVoice(url=service.url, key="khoa", model="giong-viet", voices={Accent.SOUTH: "nam-bo"})
    heard = voice.speak("Bà con chú ý", Accent.SOUTH)
    assert (heard.rate, heard.seconds) == (24000, 0.1)
    voice.speak("Chào", Accent.NORTH)
    assert service.asked == [
        {"model": "giong-viet", "input": "Bà con chú ý", "voice": "nam-bo", "response_format": "wav"},
        {"model": "giong-viet", "input": "Chào", "voice": "north", "response_format": "wav"},
    ]
    assert service.keys == ["Bearer khoa"] * 2
    assert "khoa" not in repr(voice)


@pytest.mark.parametrize(
    ("status", "lasting"), [(401, True), (404, True), (302, True), (429, False), (500, False), (503, False)]
)
def test_a_refusal_says_whether_to_try_again(service: Service, status: int, *, lasting: bool) -> None:
    service.status = status
    with pytest.raises(VoiceError, match=str(status)) as raised:
        HttpVoice(url=service.url).speak("Chào", Accent.NORTH)
    assert raised.value.permanent is lasting
    assert len(service.asked) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", wav_written(Pcm(24000, array("h", bytes(2000))))])
def test_an_answer_without_sound_is_refused(service: Service, body: bytes) -> None:
    service.body = body
    with pytest.raises(VoiceError):
        HttpVoice(url=service.url).speak("Chào", Accent.NORTH)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[", "ftp://a.test/"])
def test_a_service_that_is_not_there_is_said_so(url: str) -> None:
    with pytest.raises(VoiceError, match="Không gọi được"):
        HttpVoice(url=url, seconds=2).speak("Chào", Accent.NORTH)


# Set-up ---------------------------------------------------------------------------------------------------------------


def test_the_operator_chooses_a_voice(tmp_path: Path) -> None:
    chosen: list[Voice] = [
        open_voice({}),
        open_voice({"kind": "espeak", "rate": "170"}),
        open_voice({"kind": "piper", "model": "/giong.onnx"}),
        open_voice({"kind": "http", "url": "https://giong.test/", "south": "nam-bo"}),
    ]
    assert chosen == [
        EspeakVoice(),
        EspeakVoice(rate=170),
        PiperVoice(model=Path("/giong.onnx")),
        HttpVoice(url="https://giong.test/", voices={Accent.SOUTH: "nam-bo"}),
    ]
    assert chosen[3].available()


@pytest.mark.parametrize("given", [{"kind": "hat"}, {"kind": "piper"}, {"kind": "http"}, {"rate": "nhanh"}])
def test_a_set_up_with_holes_is_said_so(given: dict[str, str]) -> None:
    with pytest.raises(VoiceError) as raised:
        open_voice(given)
    assert raised.value.permanent
