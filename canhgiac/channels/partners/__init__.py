"""Requests handed to a partner's own server: signed JSON over HTTPS."""

from .transport import Answer, PartnerTransport, TransportError, sign

__all__ = ["Answer", "PartnerTransport", "TransportError", "sign"]
