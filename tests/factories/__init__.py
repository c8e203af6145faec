"""Functions that put rows into the test database as the services would, one file a capability."""
