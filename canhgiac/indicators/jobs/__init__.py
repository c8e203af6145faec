"""Jobs of the register: imported here, so that the queue finds them."""

from . import lists, partners, register, requests

__all__ = ["lists", "partners", "register", "requests"]
