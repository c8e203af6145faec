"""Requests on the wire."""

from canhgiac import work
from canhgiac.indicators.services.requestwire import request_send as send
from canhgiac.indicators.services.requestwire import requests_poll as poll


@work.job("indicators.request_send")
def request_send(request_id: int) -> None:
    """Hands one signed request to its partner."""
    send(request_id=request_id)


@work.periodic("indicators.requests_poll", "*/2 * * * *")
def requests_poll(timestamp: int) -> None:  # the clock's argument
    """Asks partners how requests stand."""
    poll()
