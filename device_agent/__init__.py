"""Let any orchestrator see and drive this machine, and keep every promise about its tasks."""
