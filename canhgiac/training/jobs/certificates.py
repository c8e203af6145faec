"""Certificates of a class set as PDF; statements sent."""

from __future__ import annotations

from canhgiac import work
from canhgiac.training.services import certificatepdf, statements


@work.job("training.certificates_render")
def certificates_render(class_id: int | None = None) -> None:
    """Sets what has no PDF yet."""
    certificatepdf.certificates_render(class_id=class_id)


@work.job("training.statements_send")
def statements_send() -> None:
    """Sends what waits, at once after the store was set up."""
    statements.statements_send()


@work.periodic("training.statements_send_all", "* * * * *")
def statements_send_all(timestamp: int) -> None:  # the clock's argument
    """Each minute what waits."""
    statements.statements_send()
