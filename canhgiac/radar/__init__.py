"""A new trick noticed while it is new: clusters of what was seen, bursts, collaborators' signals, cards."""
