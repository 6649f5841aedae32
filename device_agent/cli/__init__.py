"""The commands: flags become a Config, and a Config starts the runtime. One file per command."""
