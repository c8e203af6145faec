"""What every installation can teach with from the first day: questions, courses, papers, lures; ours, and invented.

``questions/<form>.toml`` holds the questions on one scam form ("general.toml", "law.toml": on none),
``courses/<code>.toml`` a course with its lessons, ``lures.toml`` the lures of drills. Addresses end in .test (RFC
2606), phone numbers are of a range not in use. ``load`` puts them into the tables.
"""
