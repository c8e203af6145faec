"""Questions as data: what one is, how it is marked, what answers tell of it, and the formats of other programs.

Readers (``gift``, ``qti``, ``sheet``) take any bytes and give ``Read``: the items with their places, and the faults of
what is no question. They raise nothing.
"""
