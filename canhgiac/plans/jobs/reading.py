"""Reading of uploaded documents."""

from canhgiac import work
from canhgiac.plans.services.imports import directive_read as read_now


@work.job("plans.directive_read")
def directive_read(directive_id: int) -> None:
    """Reads one directive and stores its plan."""
    read_now(directive_id=directive_id)
