"""``python -m tests.loaded COMMAND …``: loads data by these commands; recognition gets the model that tests keep."""

from __future__ import annotations

import os
import sys

from django.core.management import call_command

from canhgiac.kit.start import django_start
from tests.learned import learned

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canhgiac.settings")
    django_start()
    from canhgiac.library.services import recognition

    recognition.build = learned  # type: ignore[attr-defined]
    for command in sys.argv[1:]:
        call_command(command)
