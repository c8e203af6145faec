"""What has to hold for a reader whatever the file."""

from __future__ import annotations

import io

from ..model import CUT, Fault, ListError
from ..reading import read_list


def check(form: str, data: bytes) -> None:
    """What has to hold for any file; raises AssertionError where it does not."""
    number = 0
    try:
        for row in read_list(io.BytesIO(data), form=form, kind="link"):
            if row.number < number and form in {"hosts", "plain", "stix", "misp"}:
                raise AssertionError("lines come in order")
            number = row.number
            if isinstance(row, Fault) and (len(row.text) > CUT or "\0" in row.text or not row.why.endswith(".")):
                raise AssertionError(f"a fault that cannot be shown: {row}")
            if row.number > data.count(b"\n") + 1:
                raise AssertionError(f"a line that the file does not have: {row.number}")
    except ListError as error:
        if not str(error).endswith("."):
            raise AssertionError("a refusal is a sentence") from error
