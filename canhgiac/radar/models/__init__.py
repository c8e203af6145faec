"""Tables of the radar: clusters, cards, collaborators, signals."""

from .clusters import Card, Cluster, ClusterDay, ClusterMove, ClusterToken, Membership
from .collaborators import Collaborator, Signal

__all__ = [
    "Card",
    "Cluster",
    "ClusterDay",
    "ClusterMove",
    "ClusterToken",
    "Collaborator",
    "Membership",
    "Signal",
]
