"""What was accepted and how it ended, on disk."""
