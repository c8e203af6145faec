"""Web push: a short notice to a browser that asked for it (RFC 8030, encrypted by RFC 8291, signed by RFC 8292)."""

from .line import PushContent, PushSettings, is_gone, new_key, open_line, public_key

__all__ = ["PushContent", "PushSettings", "is_gone", "new_key", "open_line", "public_key"]
