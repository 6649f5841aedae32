"""Who turns a task's words into calls."""
