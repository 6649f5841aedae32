"""What the machine's owner allows."""
