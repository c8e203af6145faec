"""A recording of ours in a player that we did not write: Chromium's own MP3 decoder."""

from __future__ import annotations

import base64
import shutil
from typing import TYPE_CHECKING

import pytest

from canhgiac.channels.speech.audio import script_recorded
from canhgiac.channels.speech.script import script_read
from canhgiac.channels.speech.voice import Accent, EspeakVoice

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
DECODE = """async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
    const heard = await new OfflineAudioContext(1, 1, 22050).decodeAudioData(bytes.buffer);
    const samples = heard.getChannelData(0);
    let peak = 0, squares = 0;
    for (const sample of samples) { peak = Math.max(peak, Math.abs(sample)); squares += sample * sample; }
    return {seconds: heard.duration, channels: heard.numberOfChannels, peak, power: squares / samples.length};
}"""


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_recording_plays_as_long_and_as_loud_as_we_say(browser: Browser) -> None:
    script = script_read("Kính thưa bà con. [nghỉ 1 giây] Công an không đòi mã OTP qua điện thoại. Gọi 113.")
    recording = script_recorded(script, EspeakVoice(), Accent.CENTRAL, title="Cảnh báo giả danh công an")
    page = browser.new_page()
    heard = page.evaluate(DECODE, base64.b64encode(recording.mp3).decode())
    page.close()
    assert heard["seconds"] == pytest.approx(recording.seconds, abs=0.15)
    assert heard["channels"] == 1
    assert 0.5 < heard["peak"] < 1, "neither faint nor clipped once decoded"
    assert 0.005 < heard["power"] < 0.05
