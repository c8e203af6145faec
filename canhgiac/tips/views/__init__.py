"""Pages of tips and cases."""
