"""What people send us on a chat, fetched from where the platform keeps it."""

from .fetching import MESSENGER_HOSTS, ZALO_HOSTS, MediaError, allowed, fetch

__all__ = ["MESSENGER_HOSTS", "ZALO_HOSTS", "MediaError", "allowed", "fetch"]
