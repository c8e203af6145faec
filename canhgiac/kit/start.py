"""The start of every process of ours."""

from __future__ import annotations

import gc

import django


def django_start() -> None:
    """``django.setup()`` with the collector held back while thousands of modules load, a sixth of every start.

    What was loaded stays for good, so no later collection walks it again.
    """
    gc.disable()
    try:
        django.setup()
    finally:
        gc.enable()
    gc.freeze()


def collect_rarely() -> None:
    """For a process that passes on millions of small rows, which count references and make no cycles.

    By default every 700 objects set the collector off, a fifth of a sender's time; cycles of a few megabytes may wait.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
