"""What we send and read out ourselves must not look like a scam to our own recognition."""

from __future__ import annotations

import pytest

from canhgiac.cli.recognise import current_model
from canhgiac.engines.recognition import DANGER, SUSPICIOUS, Model, judge
from canhgiac.library.services.starter import StarterMaterial, starter_materials
from tests.learned import learned

SENT = [material for material in starter_materials() if material.kind in {"sms", "radio"}]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANHGIAC_VAR", str(tmp_path_factory.mktemp("var")))
        patch.setattr("canhgiac.cli.recognise.build", learned)
        return current_model()


@pytest.mark.parametrize("material", SENT, ids=[material.code for material in SENT])
def test_our_own_texts_raise_no_alarm(material: StarterMaterial, model: Model) -> None:
    text = material.body.replace("**", "")
    verdict = judge(text, model)
    assert verdict.state not in {DANGER, SUSPICIOUS}, (verdict.score, verdict.reasons)


def test_the_same_model_does_raise_alarms(model: Model) -> None:
    verdict = judge("Toi la cong an, ba dinh vu rua tien, chuyen het tien vao tai khoan tam giu de kiem tra", model)
    assert verdict.state in {DANGER, SUSPICIOUS}
