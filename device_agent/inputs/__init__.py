"""Pointer and keyboard, one file per platform."""
