"""What holds for every channel."""
