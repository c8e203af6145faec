"""A Facebook page: posts with a picture, Messenger, and the webhook.

Where the wire's description comes from. From Meta's public documentation (Graph API and Messenger Platform reference):
``/{page-id}/photos`` and ``/feed``, editing and deleting a post, ``/me/messages`` with its messaging types, the table
of common error codes, ``appsecret_proof``, the webhook's challenge and ``X-Hub-Signature-256``, the bodies of the
``messages``, ``message_deliveries``, ``message_reads`` and ``messaging_optins`` events. From memory: that a token may
travel as ``Authorization: Bearer`` in place of a parameter, and the subcodes 2018108 and 1545041.
"""

from .api import FacebookSettings
from .messages import Button, MessengerMessage, open_line
from .posts import Picture, post_delete, post_edit, post_find, post_publish
from .webhook import BadSignatureError

__all__ = [
    "BadSignatureError",
    "Button",
    "FacebookSettings",
    "MessengerMessage",
    "Picture",
    "open_line",
    "post_delete",
    "post_edit",
    "post_find",
    "post_publish",
]
