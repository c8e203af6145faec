"""How loud a sound is to people, and the same loudness for all: ITU-R BS.1770-4, pure Python.

Measured: two filters that weigh as the head and the ear do ("K"), mean squares over 400 ms every 100 ms, a gate at
-70 LUFS and one 10 LU under the mean of what is left. Levelled: one factor for the whole, and where a peak would pass
the ceiling a smooth dip of 35 ms around it, so that nothing is clipped.
"""

from __future__ import annotations

import itertools
import math
from array import array
from functools import lru_cache

from .pcm import Pcm, scale

TARGET = -16.0
"""LUFS: what players of spoken podcasts expect, loud enough for a horn loudspeaker, without strain for a voice."""
CEILING = -1.0
"""dBTP, true peak: leaves room for what MP3 adds when it is decoded (EBU R 128)."""
MOST_GAIN = 30.0
"""dB; more would raise the hiss of an empty recording to a roar."""
_FULL = 32768.0
_OFFSET = -0.691
_ABSOLUTE, _RELATIVE = -70.0, -10.0
_NODE = 0.002
"""Seconds of one step of the limiter."""
_REACH = 8
"""Steps before and after a peak over which the limiter dips."""
_TAPS, _PHASES = 12, 4
_TRIES, _NEAR, _MOST_BACK = 20, 0.1, 9.0
"""Tries to give back what the limiter took, how near in LU is near enough, how many dB it may drive the limiter."""
_MARGIN = 0.05
"""dB: the sliding gain bends the curve between samples by a hair."""


def loudness(pcm: Pcm) -> float:
    """Integrated loudness in LUFS; -inf for silence and for less than 400 ms."""
    rate = pcm.rate
    edges = [round(number * rate / 10) for number in range(len(pcm.samples) * 10 // rate + 1)]
    return _gated(_blocks(_energies(pcm, edges), edges, 4, 1))


def _blocks(energies: list[float], edges: list[int], width: int, hop: int) -> list[float]:
    """Mean squares over ``width`` parts, every ``hop`` parts."""
    return [
        sum(energies[at : at + width]) / (edges[at + width] - edges[at]) / (_FULL * _FULL)
        for at in range(0, len(energies) - width + 1, hop)
    ]


def _gated(blocks: list[float]) -> float:
    """BS.1770-4 formulas 4 to 7 over mean squares of the blocks."""
    heard = [block for block in blocks if block > _power(_ABSOLUTE)]
    if not heard:
        return -math.inf
    threshold = sum(heard) / len(heard) * 10 ** (_RELATIVE / 10)
    heard = [block for block in heard if block > threshold]
    return _OFFSET + 10 * math.log10(sum(heard) / len(heard))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


@lru_cache(maxsize=8)
def weighting(rate: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The two filters of BS.1770-4 (b0, b1, b2, a1, a2) at any rate.

    The standard prints them for 48 kHz alone; the corner, gain and quality that give those numbers are known (De Man
    2014, "Evaluation of implementations of the EBU R128 loudness measurement"), and the bilinear transform carries them
    to another rate.
    """
    corner = math.tan(math.pi * 1681.974450955533 / rate)
    quality, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + corner / quality + corner * corner
    shelf = (
        (high + band * corner / quality + corner * corner) / a0,
        2 * (corner * corner - high) / a0,
        (high - band * corner / quality + corner * corner) / a0,
        2 * (corner * corner - 1) / a0,
        (1 - corner / quality + corner * corner) / a0,
    )
    corner, quality = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + corner / quality + corner * corner
    passing = (1.0, -2.0, 1.0, 2 * (corner * corner - 1) / a0, (1 - corner / quality + corner * corner) / a0)
    return shelf, passing


def _energies(pcm: Pcm, edges: list[int]) -> list[float]:
    """Sum of squares of the weighted sound from each edge to the next. The tight loop of this file."""
    (b0, b1, b2, a1, a2), (_c0, _c1, _c2, d1, d2) = weighting(pcm.rate)
    x1 = x2 = y1 = y2 = z1 = z2 = 0.0
    found: list[float] = []
    samples = pcm.samples
    for start, end in itertools.pairwise(edges):
        total = 0.0
        for x in samples[start:end]:
            y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            z = y - y1 - y1 + y2 - d1 * z1 - d2 * z2
            x2, x1, y2, y1, z2, z1 = x1, x, y1, y, z1, z
            total += z * z
        found.append(total)
    return found


# True peak -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _between() -> tuple[tuple[float, ...], ...]:
    """Taps that give the three points between two samples: a sinc under a Hann window, each phase summing to one."""
    found = []
    for phase in range(1, _PHASES):
        taps = []
        for tap in range(_TAPS):
            off = tap - _TAPS / 2 + 1 - phase / _PHASES
            window = 0.5 + 0.5 * math.cos(math.pi * off / (_TAPS / 2))
            taps.append(window * math.sin(math.pi * off) / (math.pi * off))
        whole = sum(taps)
        found.append(tuple(tap / whole for tap in taps))
    return tuple(found)


def true_peak(pcm: Pcm) -> float:
    """The highest point of the curve through the samples, four times oversampled, in dBTP; -inf for silence.

    Looked for around samples of at least half the highest: the curve rises above its samples by little else.
    """
    samples = pcm.samples
    if not samples:
        return -math.inf
    most = _highest(samples)
    peaks = _peaks(samples, len(samples), most * 0.5)
    return 20 * math.log10(max(peaks) / _FULL) if most else -math.inf


def _highest(samples: array[int]) -> int:
    top, bottom = max(samples), min(samples)
    return max(top, -bottom)


def _peaks(samples: array[int], step: int, least: float) -> list[float]:
    """The true peak of each ``step`` samples. Between samples it is looked for on both sides of those that are higher
    than their neighbours and at least ``least``: a curve of limited band has its tops there."""
    pad = array("h", bytes(2 * (_TAPS // 2 + 1)))
    padded = pad + samples + pad
    found = []
    for start in range(0, len(samples), step):
        block = samples[start : start + step]
        most = float(_highest(block))
        if most >= least > 0:
            for at, sample in enumerate(block, start + len(pad)):
                high = abs(sample)
                if high >= least and high >= abs(padded[at - 1]) and high >= abs(padded[at + 1]):
                    most = max(most, _top(padded[at - _TAPS // 2 : at + _TAPS // 2 + 1]))
        found.append(most)
    return found


def _top(around: array[int]) -> float:
    """The highest of the six points between a sample and its neighbours, of the samples around it."""
    top = 0.0
    for window in (around[:-1], around[1:]):
        w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11 = window
        for t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11 in _between():
            point = t0 * w0 + t1 * w1 + t2 * w2 + t3 * w3 + t4 * w4 + t5 * w5
            point += t6 * w6 + t7 * w7 + t8 * w8 + t9 * w9 + t10 * w10 + t11 * w11
            top = max(top, point, -point)
    return top


# Levelling -----------------------------------------------------------------------------------------------------------


def levelled(pcm: Pcm, target: float = TARGET, ceiling: float = CEILING) -> Pcm:
    """The sound at this loudness (LUFS), no true peak above ``ceiling`` (dBTP). Silence stays silence.

    What the limiter takes away is given back as far as 9 dB, so a voice ends within 0.3 LU of the target; one with
    single bangs over quiet words stays softer rather than crushed.
    """
    step = max(1, round(pcm.rate * _NODE))
    edges = [*range(0, len(pcm.samples), step), len(pcm.samples)]
    energies = _energies(pcm, edges)
    width, hop = round(0.4 / _NODE), round(0.1 / _NODE)

    def after(gains: list[float]) -> float:
        """Loudness once each step has its gain, without filtering anew: gains bend slowly beside the sound."""
        kept = [energy * gain * gain for energy, gain in zip(energies, gains, strict=True)]
        return _gated(_blocks(kept, edges, width, hop))

    now = after([1.0] * len(energies))
    if now == -math.inf:
        return pcm
    first = min(target - now, MOST_GAIN)
    most = scale(ceiling - _MARGIN)
    peaks = _peaks(pcm.samples, step, most * 0.6 / 10 ** ((first + _MOST_BACK) / 20))
    gain = first
    gains = _dips(peaks, gain, most)
    for _try in range(_TRIES):
        missing = target - after(gains)
        if missing < _NEAR or gain >= min(first + _MOST_BACK, MOST_GAIN):
            break
        gain = min(gain + 1.5 * missing, first + _MOST_BACK, MOST_GAIN)
        gains = _dips(peaks, gain, most)
    return Pcm(pcm.rate, _applied(pcm.samples, gains, step))


def _applied(samples: array[int], gains: list[float], step: int) -> array[int]:
    """Every sample times the gain of its step, which slides to the next one's. Rounded towards zero, so that
    no rounding passes the ceiling."""
    out = array("h")
    for number, (begin, end) in enumerate(zip(gains, [*gains[1:], gains[-1]], strict=True)):
        block = samples[number * step : (number + 1) * step]
        if begin == end:
            out.extend([int(sample * begin) for sample in block])
        else:
            slope = (end - begin) / step
            out.extend([int(sample * (begin + slope * at)) for at, sample in enumerate(block)])
    return out


def _dips(peaks: list[float], decibels: float, most: float) -> list[float]:
    """The factor at the beginning of each step for a gain of so many decibels under a ceiling."""
    gain = 10 ** (decibels / 20)
    return _smooth([min(gain, most / peak) if peak else gain for peak in peaks], gain)


def _smooth(allowed: list[float], gain: float) -> list[float]:
    """A gain for the beginning of each step that bends slowly and is nowhere above what the steps beside it allow: the
    least over ``_REACH`` + 1 steps each way, then the mean over ``_REACH`` each way."""
    if min(allowed) >= gain:
        return [gain] * len(allowed)
    low = list(allowed)
    for number, value in enumerate(allowed):
        if value < gain:
            for beside in range(max(0, number - _REACH), min(len(low), number + _REACH + 2)):
                low[beside] = min(low[beside], value)
    padded = [low[0]] * _REACH + low + [low[-1]] * _REACH
    width = 2 * _REACH + 1
    total = sum(padded[:width])
    found = []
    for number in range(len(low)):
        found.append(min(total / width, low[number]))  # min: sums drift by a hair
        if number + width < len(padded):
            total += padded[number + width] - padded[number]
    return found
