"""The desktop process: `process` runs in it, `host` is the broker's handle on it."""
