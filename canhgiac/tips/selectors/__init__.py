"""Reads of tips, cases and the vault."""
