"""The reference orchestrator side."""
