"""Warnings: the one record that becomes a message on every channel. What stands today is the draft."""
