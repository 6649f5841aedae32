"""Puts the agent together and keeps it running."""
