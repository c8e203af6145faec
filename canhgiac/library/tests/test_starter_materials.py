"""The starter's materials: whole, short enough for where they are used, and leading to nobody."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest

from canhgiac.agencies.models import Audience
from canhgiac.engines.recognition.hosts import is_official
from canhgiac.engines.recognition.tokens import take_apart
from canhgiac.library.models import Channel, Language, MaterialKind
from canhgiac.library.services.starter import FOLDER, StarterMaterial, starter_forms, starter_materials

MATERIALS = starter_materials()
FORMS = {form.code for form in starter_forms()}
every_material = pytest.mark.parametrize("material", MATERIALS, ids=[material.code for material in MATERIALS])


def of_kind(kind: str) -> pytest.MarkDecorator:
    """Every material of a kind."""
    held = [material for material in MATERIALS if material.kind == kind]
    return pytest.mark.parametrize("material", held, ids=[material.code for material in held])


GSM_EXTENDED = set("^{}\\[]~|€")
"""Characters that cost two in GSM-7 (3GPP TS 23.038)."""
SYLLABLES_A_SECOND = 2.6
"""How fast a commune's loudspeaker reads, with its pauses."""


def whole(material: StarterMaterial) -> str:
    return "\n".join([material.title, material.lead, *material.points, material.call, material.body])


def test_files_are_named_by_code() -> None:
    files = sorted((FOLDER / "materials").glob("*.toml"))
    assert [material.code for material in MATERIALS] == [path.stem.upper() for path in files]
    assert len(MATERIALS) >= 30


@every_material
def test_a_material_fits_the_table(material: StarterMaterial) -> None:
    assert material.kind in MaterialKind.values
    assert material.language in Language.values
    assert set(material.audiences) <= set(Audience.values)
    assert material.audiences
    assert set(material.channels) <= set(Channel.values)
    assert material.channels
    assert set(material.forms) <= FORMS
    assert material.look in {"calm", "alert", "paper"}
    assert 10 <= len(material.title) <= 160
    assert 10 <= len(material.lead) <= 400
    assert len(material.call) <= 160
    assert not material.translation_of or material.translation_of in {one.code for one in MATERIALS}


@every_material
def test_it_is_calm_and_written_well(material: StarterMaterial) -> None:
    text = whole(material)
    assert "!" not in text
    assert text == unicodedata.normalize("NFC", text)
    assert "<" not in text, "Markdown without HTML"
    if material.language == "vi" and not material.body.isascii():
        assert re.search(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", material.body)


@every_material
def test_it_sends_people_to_the_state_alone(material: StarterMaterial) -> None:
    found = take_apart(whole(material)).entities
    assert [entity.value for entity in found if entity.kind in {"phone", "account", "email"}] == []
    hosts = {entity.value.split("/")[0] for entity in found if entity.kind == "link"}
    assert {host for host in hosts if not is_official(host) and not host.endswith(".test")} == set()


@every_material
def test_what_is_seen_from_afar_has_few_short_lines(material: StarterMaterial) -> None:
    if material.kind in {"poster", "leaflet", "infographic"}:
        assert 3 <= len(material.points) <= 6
        assert [line for line in material.points if len(line) > 100] == []
        assert material.call
    if material.kind == "banner":
        assert len(material.title) <= 60


@every_material
def test_slides_are_six_to_eight_with_a_heading_each(material: StarterMaterial) -> None:
    if material.kind == "slide":
        slides = re.split(r"^---$", material.body.strip(), flags=re.M)
        assert 6 <= len(slides) <= 8
        assert all(slide.strip().startswith("# ") for slide in slides)
        assert all(len(slide.split()) <= 70 for slide in slides)


@of_kind("sms")
def test_a_text_message_fits_its_parts(material: StarterMaterial) -> None:
    assert "http" not in material.body
    assert not re.search(r"\w\.\w", material.body), "no address"
    if material.body.isascii():
        assert sum(2 if letter in GSM_EXTENDED else 1 for letter in material.body) <= 160
    else:
        assert len(material.body) <= 134, "two parts of 67 in UCS-2"


@of_kind("radio")
def test_a_speech_takes_the_time_it_says(material: StarterMaterial) -> None:
    said = re.search(r"(\d+) giây", material.title)
    assert said
    words = material.body.replace("*", "").split()
    seconds = len(words) / SYLLABLES_A_SECOND
    assert 0.75 * int(said[1]) <= seconds <= 1.25 * int(said[1]), f"{len(words)} syllables, about {seconds:.0f} s"
    assert not re.search(r"\d", material.body), "numbers are spelled for the reader"
    key = re.findall(r"\*\*(.+?)\*\*", material.body)
    assert max(Counter(line.lower().rstrip(".") for line in key).values()) >= 2, "the key line is said twice"


def test_the_kinds_the_audiences_and_the_languages_needed_are_there() -> None:
    kinds = Counter(material.kind for material in MATERIALS)
    assert set(kinds) == set(MaterialKind.values)
    assert kinds["poster"] >= 8
    assert kinds["leaflet"] >= 6
    assert kinds["article"] >= 7
    assert kinds["sms"] >= 4
    assert kinds["radio"] >= 3
    served = {audience for material in MATERIALS for audience in material.audiences}
    assert {"pupils", "students", "elderly", "workers", "officials", "bank_staff", "teachers", "public"} <= served
    english = [material for material in MATERIALS if material.language == "en"]
    assert len(english) >= 4
    assert {material.language for material in MATERIALS} == {"vi", "en"}, "no language that nobody here vouches for"


def test_no_two_have_the_same_title() -> None:
    titles = [material.title for material in MATERIALS]
    assert len(set(titles)) == len(titles)
