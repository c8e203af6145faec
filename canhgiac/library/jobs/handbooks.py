"""Binding of handbooks."""

from canhgiac import work
from canhgiac.library.services.handbooks import build_bind


@work.job("library.handbook_bind")
def handbook_bind(build_id: int) -> None:
    """Binds one build that was asked for."""
    build_bind(build_id=build_id)
