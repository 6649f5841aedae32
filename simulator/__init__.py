"""Devices that are not there: the real sessions with a pretend body."""
