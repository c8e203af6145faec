"""Pages of areas, agencies, members, the log; the door."""

from .access import AccountAdapter, MfaRequiredMiddleware, NotAllowedMiddleware, acting, lockout_name

__all__ = ["AccountAdapter", "MfaRequiredMiddleware", "NotAllowedMiddleware", "acting", "lockout_name"]
