"""What people tell us: intake, sealing, triage, cases, hand-over, follow-up by a receipt code."""
