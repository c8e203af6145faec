"""What the assistant writes down: that an alarming message was asked about, without its words."""

from .observing import message_observe

__all__ = ["message_observe"]
