"""After a text ended: those who took it over are told."""

from canhgiac import work
from canhgiac.library.services.takings import edition_ended_tell


@work.job("library.edition_ended")
def edition_ended(kind: str, edition_id: int) -> None:
    """Tells the agencies and marks the books."""
    edition_ended_tell(kind=kind, edition_id=edition_id)
