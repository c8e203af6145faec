"""Jobs of the assistant: imported here, so that the queue finds them."""

from . import chatting, duty, gaps, talks, watches

__all__ = ["chatting", "duty", "gaps", "talks", "watches"]
