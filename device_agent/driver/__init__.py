"""The shell around a session: performs its effects through the interfaces handed in."""
