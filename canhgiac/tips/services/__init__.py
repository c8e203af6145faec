"""Acts on the vault, tips and cases."""
