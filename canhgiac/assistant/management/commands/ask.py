"""``canhgiac ask``: what the assistant answers, line by line, for measuring and for other programs."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.assistant.selectors.answering import reply_to
from canhgiac.assistant.selectors.replies import Reply
from canhgiac.engines.dialogue import Slots

HELP = 'đọc {"id", "turns": [lời người hỏi]} mỗi dòng, in {"id", "act", "slots", "sources", "reply"} mỗi dòng'


class Command(BaseCommand):
    """Answers each line's talk, the last turn in the light of those before it; keeps nothing of it."""

    help = "Hỏi trợ lý: mỗi dòng một cuộc trò chuyện."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--jsonl FILE``, or ``-`` for what comes in."""
        parser.add_argument("--jsonl", metavar="TỆP", nargs="?", const="-", default="-", help=HELP + "; - là đầu vào")

    def handle(self, *_args: Any, jsonl: str, **_options: Any) -> None:
        """One line of answer for one line of question, at once; a bad line is told in its place and stops no other."""
        bad = 0
        with ExitStack() as stack:
            for number, line in enumerate(_opened(jsonl, stack), 1):
                if not line.strip():
                    continue
                try:
                    id_, turns = talk_in(line)
                except ValueError as error:
                    bad += 1
                    told: dict[str, Any] = {"line": number, "error": str(error)}
                else:
                    told = {"id": id_} | told_of(reply_to(turns))
                self.stdout.write(json.dumps(told, ensure_ascii=False))
                self.stdout.flush()
        if bad:
            raise CommandError(f"{bad} dòng không đọc được", returncode=2)


def _opened(name: str, stack: ExitStack) -> IO[str]:
    if name == "-":
        return sys.stdin
    try:
        return stack.enter_context(Path(name).open(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"không mở được {name}: {error.strerror}") from error


def talk_in(line: str) -> tuple[object, list[str]]:
    """Id and turns of a line. Raises ValueError, in Vietnamese, for one that is none."""
    try:
        row = json.loads(line)
        turns = row["turns"]
        id_ = row.get("id")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError('cần {"id", "turns": […]}') from None
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise ValueError("turns phải là danh sách các đoạn chữ")
    return id_, turns


def told_of(reply: Reply) -> dict[str, Any]:
    """The answer as JSON values."""
    return {
        "act": reply.act,
        "slots": slots_told(reply.slots),
        "sources": [source.id for source in reply.sources],
        "reply": reply.text,
    }


def slots_told(slots: Slots) -> dict[str, Any]:
    """The particulars, only what is known."""
    told: dict[str, Any] = {}
    if slots.loss is not None:
        told["loss"] = {"what": list(slots.loss.what)}
        if slots.loss.amount is not None:
            told["loss"]["amount"] = slots.loss.amount
    if slots.minutes_ago is not None:
        told["minutes_ago"] = slots.minutes_ago
    if slots.indicators:
        told["indicators"] = [{"kind": key.kind.value, "value": key.value} for key in slots.indicators]
    told |= {name: value for name in ("form", "bank", "area", "law", "work") if (value := getattr(slots, name))}
    return told
