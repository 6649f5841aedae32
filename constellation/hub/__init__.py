"""What devices and constellations connect to."""
