"""``make live-check``: the channels against the providers themselves, with an operator's credentials and addresses.

One message, an address that is refused, and what the provider tells afterwards. Nothing is sent to anybody whom
``LIVE_TO`` does not name. The variables stand in docs/kiem-tra-kenh.md; no test run and no CI starts this by itself.
"""
