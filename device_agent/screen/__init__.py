"""Pictures of the screen, one file per platform."""
