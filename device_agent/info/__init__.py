"""Facts about this machine; what cannot be read is absent, never invented."""
