"""The language of all four roles. Pure: no asyncio, no clock, no randomness, no sockets."""
