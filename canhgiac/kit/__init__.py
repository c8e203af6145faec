"""Small tools every floor may use: text, clock, files, the embedded database. No models."""
