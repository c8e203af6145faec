"""Forms of tips and cases."""
