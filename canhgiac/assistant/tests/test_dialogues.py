"""The written dialogues, on the starter library: what the assistant understands and answers from stays as good."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from canhgiac.agencies.models import Province
from canhgiac.assistant.management.commands.dialogues import FOLDER, SETS
from canhgiac.assistant.selectors.evaluation import (
    SLOTS,
    BadDialogueError,
    Dialogue,
    Score,
    Share,
    dialogues_in,
    mark,
    measured,
    told,
)
from canhgiac.assistant.selectors.knowledge import knowledge_forget
from canhgiac.assistant.selectors.replies import Reply, Source
from canhgiac.assistant.selectors.unsafe import Grounds
from canhgiac.engines.dialogue import ACTS, Loss, Slots
from canhgiac.engines.lookup.keys import keys_in
from canhgiac.kit import clock
from canhgiac.library.services.starter import starter_forms
from canhgiac.outreach.services.samples import SAMPLES
from canhgiac.outreach.services.succession import warning_issue
from canhgiac.outreach.tests.sending import settled, standing
from tests.factories import outreach
from tests.factories.agencies import Cast
from tests.factories.library import library
from tests.factories.recognition import recognition_ready

LEAST = {"dev": 200, "heldout": 120}
TAGS = {
    *("north", "centre", "south", "elderly", "pupil", "teacher", "bank", "hostile", "nonsense", "teencode", "no-marks"),
    *("typos", "forwarded", "several", "thread", "english"),
}
"""Who writes, and how."""


@pytest.fixture
def answering(cast: Cast) -> None:
    """The starter library, a judge that has learned, the province's line, two warnings that hold."""
    loaded = library()
    assert loaded.forms
    recognition_ready()
    Province.objects.create(pk=1, name="tỉnh Vĩnh An", hotline="1900 0000", area=cast.province_area)
    approver = standing(cast)
    for number, sample in enumerate(SAMPLES[:2], 1):
        row = outreach.draft(
            cast.coordinator,
            title=sample.title,
            happens=sample.happens,
            signs=sample.signs,
            advice=sample.advice,
        )
        row.number, row.expires_at = f"CB-2026-{number}", clock.now() + dt.timedelta(days=9)
        with transaction.atomic():
            warning_issue(by=approver, warning=settled(row, approver))
    knowledge_forget()


@dataclass(frozen=True)
class Floor:
    """What a set must reach: a hundredth or so under what was measured, so that a loss shows at once."""

    acts: float
    sources: float
    unsafe: int = 0


FLOORS = {"dev": Floor(0.98, 0.98), "heldout": Floor(0.925, 0.895)}
"""The dev set is learned from and tells that what was taught is known; the one held out, how others are answered."""


@pytest.mark.usefixtures("answering")
def test_the_written_dialogues_are_answered_as_well_as_they_were() -> None:
    scores = {name: measured(dialogues_in(FOLDER / name)) for name in SETS}
    for name, score in scores.items():
        print(*told(name, score, detail=SETS[name]), sep="\n")
    fallen = {
        name: (score.acts, score.sources, score.unsafe)
        for name, score in scores.items()
        if score.acts.value < FLOORS[name].acts
        or score.sources.value < FLOORS[name].sources
        or score.unsafe > FLOORS[name].unsafe
    }
    assert fallen == {}


def _reply(act: str, *sources: str, slots: Slots | None = None, says: str = "Đừng chuyển tiền.") -> Reply:
    told_of = tuple(Source(one, "form", one, "/", None) for one in sources)
    return Reply(act=act, slots=slots or Slots(), says=(says,), sources=told_of)


def test_a_dialogue_is_marked_by_act_source_particulars_and_what_must_not_be_said() -> None:
    wanted = Dialogue(
        id="a-1",
        turns=("con mất 20 triệu", "lúc nãy, số 0900 000 123"),
        act="happened",
        sources=("F14", "N02"),
        what=frozenset({"money"}),
        amount=20_000_000,
        minutes=(10, 30),
        indicators=("0900000123",),
        forbidden=("canh cua mo",),
    )
    [number] = keys_in("phone:0900000123")
    right = Slots(form="N02", loss=Loss(("money",), 20_000_000), minutes_ago=20, indicators=(number,))
    good = mark(wanted, lambda turns, memory: _reply("happened", "N02", slots=right), Grounds())
    assert (good.act_right, good.source_right, good.faults) == (True, True, ())
    assert set(good.slots) == set(SLOTS)
    assert all(good.slots.values())

    wrong = Slots(form="F01", loss=Loss(("money", "code"), 21_000_000), minutes_ago=40)
    bad = mark(
        wanted,
        lambda turns, memory: _reply("check" if len(turns) > 1 else "happened", "F01", "F02", "F14", slots=wrong,
                                     says="Canh cua MO. Bạn yên tâm nhé."),
        Grounds(),
    )  # fmt: skip
    assert (bad.act_right, bad.source_right, bad.source_near) == (False, False, True)
    assert bad.thread_act == "happened"
    assert not any(bad.slots.values())
    assert {fault.rule for fault in bad.faults} == {"obeys", "safe"}

    score = Score((good, bad))
    assert (score.acts, score.sources, score.unsafe) == (Share(1, 2), Share(1, 2), 1)
    detail = "\n".join(told("dev", score, detail=True))
    assert "happened→check 1" in detail
    assert "sai a-1: happened→check; nguồn F14|N02→F01,F02,F14" in detail
    assert "a-1" not in "\n".join(told("heldout", score, detail=False))


def test_a_live_warning_is_expected_only_where_one_holds() -> None:
    wanted = Dialogue("a-2", ("có gì mới",), "warnings", ("W*",))
    assert mark(wanted, lambda turns, memory: _reply("warnings"), Grounds()).source_right is False
    assert mark(wanted, lambda turns, memory: _reply("warnings", "W7"), Grounds()).source_right is True
    assert mark(wanted, lambda turns, memory: _reply("warnings"), Grounds(has_warnings=False)).source_right is None


@pytest.mark.parametrize(
    "text",
    [
        "[01]\nturns = ['a']\nact = 'chat'",
        "[01]\nact = 'check'",
        "[01]\nturns = ['a']\nact = 'check'\nslot = 1",
        "[01]\nturns = ['a']\nact = 'happened'\nwhat = ['heart']",
        "[01]\nturns = ['a']\nact = 'check'\nindicators = ['abc']",
        "[01\n",
    ],
)
def test_a_dialogue_that_says_something_impossible_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(BadDialogueError, match="x"):
        dialogues_in(tmp_path)


def test_the_sets_hold_every_act_every_form_and_many_kinds_of_people() -> None:
    sets = {name: dialogues_in(FOLDER / name) for name in SETS}
    assert {name: len(rows) for name, rows in sets.items() if len(rows) < LEAST[name]} == {}
    rows = [one for some in sets.values() for one in some]
    acts = Counter(one.act for one in rows)
    assert {act: acts[act] for act in ACTS if acts[act] < 15} == {}
    forms = Counter(one.sources[0] for one in rows if one.forms)
    assert {form.code: forms[form.code] for form in starter_forms() if forms[form.code] < 5} == {}
    tags = Counter(tag for one in rows for tag in one.tags)
    assert {tag: tags[tag] for tag in TAGS if tags[tag] < 3} == {}
    assert set(tags) - TAGS == set()
    said = Counter(one.turns for one in rows)
    assert [turns for turns, times in said.items() if times > 1] == []


def test_numbers_in_the_dialogues_are_invented() -> None:
    for path in sorted(FOLDER.rglob("*.toml")):
        text = re.sub(r"(?<=\d)[ .]+(?=\d)", "", path.read_text("utf-8"))
        phones = re.findall(r"(?<!\d)(?:\+?84|0)\d{8,9}(?!\d)", text)
        assert [one for one in phones if "900000" not in one] == []
        assert re.findall(r"\b[\w-]+\.(?:com|vn|net|org|top|xyz|cc)\b", text) == []


def test_what_was_kept_apart_is_not_shown_one_by_one() -> None:
    with pytest.raises(CommandError, match="giữ riêng"):
        call_command("dialogues", "heldout", only="a")
    with pytest.raises(CommandError, match="Không có bộ"):
        call_command("dialogues", "khac")
