"""What people and officers type to the assistant."""
