"""Loudness against the sines whose loudness BS.1770-4 and EBU Tech 3341 state."""

from __future__ import annotations

import math
import random
from array import array

import pytest

from canhgiac.channels.speech.loudness import TARGET, levelled, loudness, true_peak, weighting
from canhgiac.channels.speech.pcm import Pcm


def sine(hertz: float, decibels: float, seconds: float, rate: int = 48000, *, phase: float = 0) -> Pcm:
    high = 32767 * 10 ** (decibels / 20)
    step = 2 * math.pi * hertz / rate
    return Pcm(rate, array("h", [round(high * math.sin(step * at + phase)) for at in range(round(rate * seconds))]))


def strung(*parts: Pcm) -> Pcm:
    samples = array("h")
    for part in parts:
        samples.extend(part.samples)
    return Pcm(parts[0].rate, samples)


def test_the_filters_are_those_printed_in_the_standard() -> None:
    shelf, passing = weighting(48000)
    assert shelf == pytest.approx(
        (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
    )
    assert passing == pytest.approx((1, -2, 1, -1.99004745483398, 0.99007225036621))


@pytest.mark.parametrize("rate", [48000, 44100, 22050, 16000])
def test_a_full_sine_of_997_hertz_is_three_under(rate: int) -> None:
    assert loudness(sine(997, 0, 2, rate)) == pytest.approx(-3.01, abs=0.06)


def test_twenty_decibels_less_are_twenty_loudness_units_less() -> None:
    assert loudness(sine(997, -20, 2)) == pytest.approx(-23.01, abs=0.02)


def test_the_gate_leaves_out_what_is_far_softer() -> None:
    """EBU Tech 3341, cases 3 and 4: soft beginnings and ends do not count."""
    low, high, quiet = sine(1000, -36, 5, 8000), sine(1000, -20, 25, 8000), sine(1000, -72, 5, 8000)
    assert loudness(strung(quiet, low, high, low, quiet)) == pytest.approx(loudness(high), abs=0.1)


def test_silence_and_moments_have_no_loudness() -> None:
    silent = Pcm(16000, array("h", bytes(64000)))
    assert loudness(silent) == loudness(sine(997, 0, 0.3)) == -math.inf
    assert levelled(silent).samples == silent.samples
    assert levelled(Pcm(16000, array("h"))).samples == array("h")
    assert true_peak(silent) == true_peak(Pcm(16000, array("h"))) == -math.inf


def test_a_peak_between_the_samples_is_found() -> None:
    """A quarter of the rate at 45 degrees: every sample is 3 dB under the curve's top (BS.1770-4, Annex 2)."""
    tone = sine(12000, -6, 0.5, phase=math.pi / 4)
    assert 20 * math.log10(max(tone.samples) / 32768) == pytest.approx(-9.01, abs=0.02)
    assert true_peak(tone) == pytest.approx(-6, abs=0.15)


@pytest.mark.parametrize("decibels", [-40, -23, -6])
def test_a_tone_is_brought_to_the_target(decibels: float) -> None:
    made = levelled(sine(440, decibels, 2, 16000))
    assert loudness(made) == pytest.approx(TARGET, abs=0.05)
    assert len(made.samples) == 32000


def test_bangs_are_held_under_the_ceiling_and_words_between_them_stay() -> None:
    rng = random.Random(7)
    parts = []
    for _number in range(12):
        parts += [sine(300, -26, 0.4, 16000), sine(900, -3 - rng.random() * 4, 0.02, 16000)]
    made = levelled(strung(*parts))
    assert true_peak(made) <= -1
    assert loudness(made) == pytest.approx(TARGET, abs=0.5)


def test_no_sound_is_clipped() -> None:
    """White noise has its tops everywhere; none may reach full scale."""
    rng = random.Random(3)
    noise = Pcm(16000, array("h", [max(-32768, min(32767, round(rng.gauss(0, 4000)))) for _ in range(32000)]))
    made = levelled(strung(noise, sine(500, 0, 0.1, 16000), noise))
    assert max(map(abs, made.samples)) <= 32768 * 10 ** (-1 / 20)
    assert true_peak(made) <= -1
