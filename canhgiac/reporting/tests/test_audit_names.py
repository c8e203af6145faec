"""Every act on reports has words in the audit log."""

import re
from pathlib import Path

from canhgiac.agencies.selectors.audit import act_name

SERVICES = Path(__file__).parents[1] / "services"


def test_every_act_of_reporting_has_words_in_the_log() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SERVICES.glob("*.py"))
    acts = {f"reporting.{name}" for name in re.findall(r'act="reporting\.([a-z_]+)"', source)}
    assert len(acts) > 30
    assert sorted(act for act in acts if act_name(act) == act) == []
