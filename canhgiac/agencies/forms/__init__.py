"""Forms: what a person typed, checked and turned into what services take."""
