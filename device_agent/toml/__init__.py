"""TOML files that people write, and errors that say in which line they went wrong."""
