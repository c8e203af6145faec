"""The starter library: every form whole and readable, every act cited known, nothing that leads to a real person."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict

import pytest

from canhgiac.engines.recognition.hosts import is_official
from canhgiac.engines.recognition.tokens import Entity, take_apart
from canhgiac.library.services.starter import (
    FOLDER,
    RULES,
    StarterForm,
    StarterLaw,
    starter_forms,
    starter_laws,
    starter_messages,
)

FORMS = starter_forms()
LAWS = {law.code: law for law in starter_laws()}
REGISTERS = {"formal", "spoken", "bare", "teen", "veiled", "call"}
PARTS = {"happens": (4, 7), "signs": (4, 8), "before": (3, 5), "during": (3, 5), "after": (4, 6)}
"""How many sentences a part has: fewer tell too little, more are not read."""

STATE_SERVICES = {"tinnhiemmang.vn"}
"""Sites of the state outside gov.vn that a form may name."""

SHORTENED = re.compile(r"(bit\.ly|t\.ly)/x0{3,}\d?")
"""A short link as people get them, with a path that no service gives."""

every_form = pytest.mark.parametrize("form", FORMS, ids=[form.code for form in FORMS])
every_law = pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))


def sentences(form: StarterForm) -> list[str]:
    """Everything of a form that people read."""
    return [form.name, form.summary, *(text for part in PARTS for text in getattr(form, part)), *form.to_review]


def found(kinds: set[str], texts: list[str]) -> list[Entity]:
    """What the product's own reader finds in the texts."""
    return [entity for text in texts for entity in take_apart(text).entities if entity.kind in kinds]


def host(link: Entity) -> str:
    return link.value.split("/")[0]


def test_the_set_is_whole() -> None:
    assert [form.code for form in FORMS] == [
        *(f"F{number:02}" for number in range(1, 25)),
        *(f"K{number:02}" for number in range(1, 4)),
        *(f"N{number:02}" for number in range(1, 15)),
    ]
    assert len({form.name for form in FORMS}) == len(FORMS)


def test_codes_match_the_file_names() -> None:
    files = sorted((FOLDER / "forms").glob("*.toml"))
    assert [form.code for form in FORMS] == [path.stem.upper() for path in files]


@every_form
def test_a_form_is_whole_and_short_enough_to_read(form: StarterForm) -> None:
    for part, (least, most) in PARTS.items():
        texts = getattr(form, part)
        assert least <= len(texts) <= most, part
        assert [text for text in texts if not 10 <= len(text) <= 240] == [], part
        assert len(set(texts)) == len(texts), part
    assert form.group
    assert 5 <= len(form.name) <= 120
    assert 60 <= len(form.summary) <= 300
    assert form.to_review, "nothing to review means that somebody forgot to say what is from memory"


@every_form
def test_a_form_reads_as_sentences(form: StarterForm) -> None:
    whole = [form.summary, *(text for part in PARTS for text in getattr(form, part)), *form.to_review]
    assert [text for text in whole if text != " ".join(text.split())] == []
    assert [text for text in whole if not text.endswith((".", "?", "!", "”"))] == []
    assert [text for text in whole if not text[0].isupper() and text[0] not in "“"] == []


@every_form
def test_a_form_aims_at_somebody_and_breaks_known_rules(form: StarterForm) -> None:
    assert form.targets
    assert len(set(form.targets)) == len(form.targets)
    assert set(form.breaks) <= set(RULES)
    assert form.breaks
    assert len(set(form.breaks)) == len(form.breaks)


@every_form
def test_a_form_cites_acts_in_force_and_articles_told(form: StarterForm) -> None:
    assert form.laws
    for cited in form.laws:
        code, mark, article = cited.partition("#")
        law = LAWS[code]
        assert not law.until_day, f"{law.number} is no longer in force: cite {law.successor}"
        assert not mark or article in (law.articles or {}), cited


@every_form
def test_what_to_do_afterwards_names_the_bank_and_the_police(form: StarterForm) -> None:
    after = " ".join(form.after).lower()
    assert "công an" in after
    assert "ngân hàng" in after or "số in sau thẻ" in after
    assert re.search(r"\b(giữ|chụp|lưu|nộp tin nhắn|kèm tin nhắn)", after), "nothing on keeping the evidence"


@every_form
def test_a_form_blames_nobody(form: StarterForm) -> None:
    told = " ".join(sentences(form)).lower()
    assert re.findall(r"là kẻ lừa đảo|ngu ngốc|cả tin|dại dột|đáng đời|nhẹ dạ", told) == []


@every_form
def test_a_form_sends_people_to_the_state_alone(form: StarterForm) -> None:
    links = {host(link) for link in found({"link", "email"}, sentences(form))}
    assert {name for name in links if not is_official(name)} <= STATE_SERVICES
    assert found({"phone"}, sentences(form)) == []


def test_every_form_has_messages_in_several_voices() -> None:
    registers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for message in starter_messages():
        if message.form:
            registers[message.form][message.register] += 1
    assert set(registers) == {form.code for form in FORMS}
    for code, counted in registers.items():
        assert counted.total() >= 15, code
        assert len(counted) >= 4, code
        assert set(counted) <= REGISTERS, code


def test_every_message_has_a_register_and_a_text_of_its_own() -> None:
    messages = list(starter_messages())
    assert [message for message in messages if not message.register or not message.text.strip()] == []
    assert [message for message in messages if message.form and len(message.text) < 20] == []
    doubled = Counter(message.text for message in messages)
    assert [text for text, times in doubled.items() if times > 1] == []


def test_no_message_leads_to_a_real_person_or_site() -> None:
    for message in starter_messages():
        for link in found({"link"}, [message.text]):
            name = host(link)
            invented = name.endswith(".test") or bool(SHORTENED.fullmatch(link.value))
            genuine = message.form is None or name.endswith(".gov.vn")
            assert invented or (genuine and is_official(name)), message.text
        for phone in found({"phone"}, [message.text]):
            assert re.fullmatch(r"0900000\d{3}|0{10}", phone.value), message.text


def test_the_reader_finds_what_the_tests_above_forbid() -> None:
    """So that an empty finding means that nothing is there, and not that nothing was looked for."""
    text = ["Gọi 0912 345 678 hoặc vào quatang-that.com, http://bit.ly/3AbCdEf"]
    assert [phone.value for phone in found({"phone"}, text)] == ["0912345678"]
    links = found({"link"}, text)
    assert [host(link) for link in links] == ["quatang-that.com", "bit.ly"]
    assert not any(is_official(host(link)) or SHORTENED.fullmatch(link.value) for link in links)


@every_law
def test_an_act_has_a_number_and_days_in_order(law: StarterLaw) -> None:
    assert re.fullmatch(r"\d+/(\d{4}/)?[A-ZĐ0-9-]+", law.number)
    assert len(law.name) > 10
    issued, begins = dt.date.fromisoformat(law.issued), dt.date.fromisoformat(law.from_day)
    assert issued <= begins
    if law.until_day:
        assert begins < dt.date.fromisoformat(law.until_day)
    assert all(text and len(text) <= 240 for text in (law.articles or {}).values())


@every_law
def test_an_act_that_ended_is_followed_without_a_gap(law: StarterLaw) -> None:
    assert bool(law.until_day) == bool(law.successor)
    if law.successor:
        last = dt.date.fromisoformat(law.until_day)
        assert LAWS[law.successor].from_day == (last + dt.timedelta(days=1)).isoformat()


@every_law
def test_who_follows_whom_ends_at_an_act_in_force(law: StarterLaw) -> None:
    """A chain leads forward in time and to one act that is in force: no circle, no dead end."""
    seen = [law]
    while seen[-1].successor:
        after = LAWS[seen[-1].successor]
        assert after.code not in {one.code for one in seen}
        assert after.from_day > seen[-1].from_day
        seen.append(after)
    assert not seen[-1].until_day


@pytest.mark.parametrize(
    ("former", "on", "latter"),
    [
        ("ND13-2023", "2026-01-01", "ND356-2025"),
        ("LANM-2018", "2026-07-01", "LANM-2025"),
        ("LATTTM-2015", "2026-07-01", "LANM-2025"),
        ("ND42-2022", "2026-07-01", "ND224-2026"),
        ("ND144-2021", "2025-12-15", "ND282-2025"),
        ("ND15-2020", "2026-07-01", "ND174-2026"),
        ("ND14-2022", "2026-07-01", "ND174-2026"),
        ("TT39-2014", "2024-07-17", "TT40-2024"),
    ],
)
def test_the_replacements_the_programme_lives_with_are_told(former: str, on: str, latter: str) -> None:
    assert LAWS[former].successor == latter
    assert LAWS[latter].from_day == on


def test_acts_the_programme_rests_on_are_in_force() -> None:
    needed = {
        "LBVDLCN-2025",
        "LANM-2025",
        "ND91-2020",
        "ND147-2024",
        "BLHS",
        "BLTTHS",
        "BLDS",
        "TT17-2024",
        "TT40-2024",
    }
    assert {code for code in needed if LAWS[code].until_day} == set()
    assert LAWS["LBVDLCN-2025"].number == "91/2025/QH15"
    assert LAWS["LANM-2025"].number == "116/2025/QH15"


def test_acts_are_told_once() -> None:
    laws = starter_laws()
    assert len({law.code for law in laws}) == len({law.number for law in laws}) == len(laws)
