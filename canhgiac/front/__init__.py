"""The two front doors: public home, staff home. Reads only."""
