"""Voices that read Vietnamese aloud: espeak-ng on this machine, piper with the operator's own model, an HTTP service.

A voice is given words that :mod:`.spoken` prepared. What is spoken leaves this machine only with ``HttpVoice``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import httpx

from .pcm import AudioError, Pcm, pcm_read, wav_read

MOST_CHARACTERS = 20_000
"""Of one piece of a script: about twenty minutes, far above any loudspeaker's slot."""
MOST_BYTES = 256 * 1024 * 1024
"""Of an HTTP service's answer: 45 minutes at 48 kHz."""


class Accent(StrEnum):
    """Where the listeners live."""

    NORTH = "north"
    CENTRAL = "central"
    SOUTH = "south"


class VoiceError(Exception):
    """The voice did not speak; the words say why and what to do, in Vietnamese.

    ``permanent``: the same words will fail again until somebody changes the set-up. Otherwise a later try may succeed.
    """

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class Voice(Protocol):
    """Something that reads aloud."""

    def speak(self, text: str, accent: Accent) -> Pcm:
        """The text as sound. Raises VoiceError."""

    def available(self) -> bool:
        """Whether its program or model is there; says nothing of a service that must be asked."""


def _ran(arguments: list[str], text: str, seconds: float) -> bytes:
    """What a program prints for a text on its standard input. Raises VoiceError."""
    name = Path(arguments[0]).name
    try:
        done = subprocess.run(  # noqa: S603  # a list of arguments; the text goes by standard input
            arguments, input=text.encode(), capture_output=True, timeout=seconds, check=False
        )
    except FileNotFoundError as error:
        raise VoiceError(f"Máy chủ chưa cài chương trình đọc “{name}”.", permanent=True) from error
    except subprocess.TimeoutExpired as error:
        raise VoiceError(f"Chương trình đọc “{name}” chạy quá {seconds:g} giây.", permanent=False) from error
    except OSError as error:
        raise VoiceError(f"Không chạy được chương trình đọc “{name}”: {error.strerror}.", permanent=True) from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise VoiceError(
            f"Chương trình đọc “{name}” báo lỗi: {words[-1][:200] if words else done.returncode}", permanent=True
        )
    return done.stdout


def _checked(text: str) -> str:
    """The text in one line without signs that a program could take for a command. Raises VoiceError."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not plain:
        raise VoiceError("Bài đọc chưa có chữ nào để đọc.", permanent=True)
    if len(plain) > MOST_CHARACTERS:
        raise VoiceError(
            f"Một đoạn đọc dài quá {MOST_CHARACTERS} chữ cái; hãy chia bằng [nghỉ 1 giây].", permanent=True
        )
    return plain


def _heard(pcm: Pcm) -> Pcm:
    if not pcm.samples or not any(pcm.samples):
        raise VoiceError("Giọng đọc trả về âm thanh trống.", permanent=False)
    return pcm


@dataclass(frozen=True, kw_only=True)
class EspeakVoice:
    """espeak-ng, offline, three accents; sounds like a machine and is always there.

    ``rate`` is espeak's own measure; 150 gives the announcer's 210 syllables a minute of ``kit.speech``.
    """

    program: str = "espeak-ng"
    rate: int = 150
    seconds: float = 60

    NAMES = {Accent.NORTH: "vi", Accent.CENTRAL: "vi-vn-x-central", Accent.SOUTH: "vi-vn-x-south"}

    def speak(self, text: str, accent: Accent) -> Pcm:
        """22,050 Hz. Raises VoiceError."""
        arguments = [self.program, "-v", self.NAMES[accent], "-s", str(self.rate), "-b", "1", "--stdin", "--stdout"]
        return _heard(_wav(_ran(arguments, _checked(text), self.seconds)))

    def available(self) -> bool:
        """Whether the program is installed."""
        return shutil.which(self.program) is not None


@dataclass(frozen=True, kw_only=True)
class PiperVoice:
    """The ``piper`` program with a model file that the operator brought (its description lies beside it as .json).

    ``speakers``: which speaker of a model with several reads which accent; without it the model's first reads all.
    """

    model: Path
    program: str = "piper"
    speakers: Mapping[Accent, int] = field(default_factory=dict)
    seconds: float = 120

    def speak(self, text: str, accent: Accent) -> Pcm:
        """At the model's own rate. Raises VoiceError."""
        rate = self._rate()
        arguments = [self.program, "--model", str(self.model), "--output_raw"]
        if accent in self.speakers:
            arguments += ["--speaker", str(self.speakers[accent])]
        try:
            return _heard(pcm_read(_ran(arguments, _checked(text), self.seconds), rate))
        except AudioError as error:
            raise VoiceError(str(error), permanent=True) from error

    def _rate(self) -> int:
        described = self.model.with_name(self.model.name + ".json")
        try:
            return int(json.loads(described.read_text())["audio"]["sample_rate"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise VoiceError(f"Không đọc được tệp mô tả giọng {described.name}.", permanent=True) from error

    def available(self) -> bool:
        """Whether program, model and its description are there."""
        described = self.model.with_name(self.model.name + ".json")
        return shutil.which(self.program) is not None and self.model.is_file() and described.is_file()


@dataclass(frozen=True, kw_only=True)
class HttpVoice:
    """A service of the operator's choice: ``POST url`` with the JSON of OpenAI's speech endpoint, which most servers of
    voices offer ({"model", "input", "voice", "response_format": "wav"}); it answers with a WAV file.

    ``voices``: the service's name of the voice for each accent. ``key`` goes as a bearer token, no redirect is
    followed.
    """

    url: str
    key: str = field(default="", repr=False)
    model: str = "tts"
    voices: Mapping[Accent, str] = field(default_factory=dict)
    seconds: float = 120

    def speak(self, text: str, accent: Accent) -> Pcm:
        """At the service's rate. Raises VoiceError."""
        body = {"model": self.model, "input": _checked(text), "voice": self.voices.get(accent, accent.value)}
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            with httpx.Client(timeout=self.seconds, follow_redirects=False, trust_env=False) as client:
                wanted = body | {"response_format": "wav"}
                with client.stream("POST", self.url, json=wanted, headers=headers) as answer:
                    self._judge(answer.status_code)
                    data = self._read(answer)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeEncodeError) as error:
            raise VoiceError(f"Không gọi được dịch vụ giọng đọc: {type(error).__name__}.", permanent=False) from error
        return _heard(_wav(data))

    @staticmethod
    def _judge(status: int) -> None:
        if status != httpx.codes.OK:
            lasting = status < 500 and status not in {408, 425, 429}
            raise VoiceError(f"Dịch vụ giọng đọc từ chối (HTTP {status}).", permanent=lasting)

    def _read(self, answer: httpx.Response) -> bytes:
        found, deadline = bytearray(), time.monotonic() + self.seconds
        for part in answer.iter_bytes():
            found += part
            if time.monotonic() > deadline:
                raise VoiceError("Dịch vụ giọng đọc trả lời quá chậm.", permanent=False)
            if len(found) > MOST_BYTES:
                raise VoiceError("Dịch vụ giọng đọc trả về tệp quá lớn.", permanent=True)
        return bytes(found)

    def available(self) -> bool:
        """Whether an address is set."""
        return self.url.startswith(("https://", "http://"))


def _wav(data: bytes) -> Pcm:
    try:
        return wav_read(data)
    except AudioError as error:
        raise VoiceError(f"Giọng đọc trả về âm thanh hỏng: {error}", permanent=False) from error


def open_voice(settings: Mapping[str, str]) -> Voice:
    """The voice that an operator set: {"kind": "espeak" | "piper" | "http", …}.

    espeak: "rate". piper: "model", "program". http: "url", "key", "model", and "north", "central", "south" with the
    service's names of voices. Raises VoiceError for another kind or a missing setting.
    """
    kind = settings.get("kind", "espeak")
    try:
        if kind == "espeak":
            return EspeakVoice(rate=int(settings.get("rate") or EspeakVoice.rate))
        if kind == "piper":
            return PiperVoice(model=Path(settings["model"]), program=settings.get("program") or "piper")
        if kind == "http":
            voices = {accent: settings[accent.value] for accent in Accent if settings.get(accent.value)}
            model = settings.get("model") or HttpVoice.model
            return HttpVoice(url=settings["url"], key=settings.get("key", ""), model=model, voices=voices)
    except (KeyError, ValueError) as error:
        raise VoiceError(f"Giọng đọc “{kind}” thiếu thiết lập: {error}.", permanent=True) from error
    raise VoiceError(f"Không có loại giọng đọc “{kind}”.", permanent=True)
