"""What `device-agent demo` is made of: processes, a virtual screen, a window, and tasks."""
