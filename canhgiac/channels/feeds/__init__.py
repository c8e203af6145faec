"""What other programs read: RSS 2.0, Atom, JSON Feed 1.1, CAP 1.2; and the ping to a WebSub hub."""
