"""What the assistant writes: how often it was asked."""

from .quotas import Limit, quota_take, quotas_erase

__all__ = ["Limit", "quota_take", "quotas_erase"]
