"""What is told: scam forms, laws, materials; review and approval."""
