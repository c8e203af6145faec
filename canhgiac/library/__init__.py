"""What is told: scam forms, laws, contacts, materials; review and approval; what recognition learns from."""
