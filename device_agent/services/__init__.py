"""How a system's service manager starts, watches and stops the agent."""
