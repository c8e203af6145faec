"""Jobs of the plans: imported here, so that the queue finds them."""

from . import ledger, reading, reminders

__all__ = ["ledger", "reading", "reminders"]
