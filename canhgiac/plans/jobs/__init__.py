"""Jobs of the plans: imported here, so that the queue finds them."""

from . import reading, reminders

__all__ = ["reading", "reminders"]
